"""Calendars published by drawn rules: three expanders show of each output what rules leave of its source.

The rules are applied to what an expander shows by `tests/ruled`, one occurrence at a time. Where a series was
published whole because its occurrences are in doubt, nothing is claimed.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from functools import partial
from pathlib import Path

import pytest
from hypothesis import strategies as st

from calsieve.models import SeriesMode, SourcePolicy
from tests.core.kit import cleaned
from tests.interop.readers import Expander
from tests.oracle.calendars import Drawn, calendars
from tests.oracle.figures import Account
from tests.oracle.judge import Outcome, Verdict, assert_agreed, judged
from tests.oracle.known import DRAWN, EVERY, why_different, why_golden_differs
from tests.oracle.making import Made, drawn, make
from tests.oracle.test_drawn import COUNT, SEED
from tests.oracle.test_golden import ONE_SOURCE
from tests.ruled import decorated, rule_lists, ruled

MODES = (SeriesMode.TRIM, SeriesMode.EXPAND)


@st.composite
def with_rules(draw: st.DrawFn) -> Drawn:
    """Draw a calendar whose summaries tell all, and rules of its feed and its source."""
    one = draw(calendars())
    own = SourcePolicy(rules=draw(st.one_of(st.just(()), rule_lists())))
    policy = one.policy._replace(rules=draw(rule_lists()), sources=(("one", own),))
    return Drawn(decorated(one.source, draw(st.integers(0, 10_000))), one.now, policy)


def publish(name: str, source: Path, one: Drawn) -> Iterator[Made]:
    """Publish a source in each mode; not at all where rules can't be carried out with certainty."""
    keep = cleaned(one.source, policy=one.policy._replace(series=SeriesMode.KEEP), now=one.now)
    if keep.report.kept_whole:
        return
    lists = (dict(one.policy.sources)["one"].rules, one.policy.rules)
    left = partial(ruled, lists=lists, timezone=keep.report.timezone, source="one")
    for mode in MODES:
        output = source.with_name(f"{name}-{mode.value}.out.ics")
        made = make(f"{name}-{mode.value}", [source], output, one.policy._replace(series=mode), one.now)
        yield replace(made, pair=replace(made.pair, left=left))


def why(verdict: Verdict) -> str:
    """Return why a verdict says different: rules may take a series apart, as `expand` does."""
    ways = (replace(verdict, pair=replace(verdict.pair, mode=mode.value)) for mode in MODES)
    return next(filter(None, (why_different(DRAWN, way) for way in ways)), "")


def account(title: str, made: Iterable[Made], verdicts: list[Verdict]) -> Account:
    made = [*made]
    kept_whole = sum((one.kept_whole for one in made), Counter[str]())
    series = sum(one.result.report.series_in for one in made)
    return Account(title=title, sources=len(made), series=series, verdicts=verdicts, kept_whole=kept_whole)


@pytest.fixture(scope="module")
def verdicts(
    expanders: Mapping[str, Expander], accounts: list[Account], tmp_path_factory: pytest.TempPathFactory
) -> list[Verdict]:
    directory, made = tmp_path_factory.mktemp("ruled"), list[Made]()
    for number, one in enumerate(drawn(with_rules(), COUNT, SEED + 1)):
        source = directory / f"{number}.ics"
        source.write_bytes(one.source)
        made += publish(str(number), source, one)
    found = judged([one.pair for one in made], expanders, why)
    accounts.append(account("drawn, with rules", made, found))
    return found


def test_an_output_shows_what_rules_leave_and_nothing_old(verdicts: list[Verdict]) -> None:
    assert_agreed(verdicts)


@pytest.mark.parametrize("expander", EVERY)
def test_most_are_judged(verdicts: list[Verdict], expander: str) -> None:
    own = Counter(verdict.outcome for verdict in verdicts if verdict.expander == expander)
    assert own.total() > COUNT
    assert own[Outcome.SAME] > 0.3 * own.total()


def test_golden_sources_show_what_rules_leave(
    expanders: Mapping[str, Expander], accounts: list[Account], tmp_path: Path
) -> None:
    made = list[Made]()
    for case, rules in zip(ONE_SOURCE, drawn(rule_lists(plain=True), len(ONE_SOURCE), SEED), strict=True):
        policy, now, _ = case.asked
        source = tmp_path / f"{case}.ics"
        source.write_bytes(case.file(".in.ics").read_bytes())
        asked = policy._replace(rules=rules, sources=(("one", SourcePolicy()),))
        made += publish(str(case), source, Drawn(source.read_bytes(), now, asked))
    pairs = [replace(one.pair, name=one.pair.name.rpartition("-")[0]) for one in made]
    found = judged(pairs, expanders, why_golden_differs)
    accounts.append(account("golden, with rules", made, found))
    assert_agreed(found)
