"""Drawn calendars, trimmed and expanded: three expanders show of each output what they show of its source.

ORACLE_CALENDARS says how many are drawn, ORACLE_SEED which ones.
"""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from functools import partial

import pytest

from calsieve.models import SeriesMode
from tests.core.kit import cleaned
from tests.interop.readers import Expander
from tests.oracle.calendars import Drawn, calendars
from tests.oracle.figures import Account
from tests.oracle.judge import Outcome, Verdict, assert_agreed, judged
from tests.oracle.known import DRAWN, EVERY, why_different
from tests.oracle.making import Made, drawn, longer, make

COUNT = int(os.environ.get("ORACLE_CALENDARS", "400"))
SEED = int(os.environ.get("ORACLE_SEED", "1"))


@dataclass(frozen=True, slots=True)
class Suite:
    """All that was drawn, made and said; outputs by the number of the calendar, the mode and the window."""

    drawn: list[Drawn]
    made: dict[tuple[int, str, str], Made]
    verdicts: list[Verdict]


@pytest.fixture(scope="module")
def suite(
    expanders: Mapping[str, Expander], accounts: list[Account], tmp_path_factory: pytest.TempPathFactory
) -> Suite:
    directory = tmp_path_factory.mktemp("drawn")
    sources = drawn(calendars(), COUNT, SEED)
    made: dict[tuple[int, str, str], Made] = {}
    for number, one in enumerate(sources):
        file = directory / f"{number}.ics"
        file.write_bytes(one.source)
        for mode, window in (("trim", "short"), ("trim", "long"), ("expand", "short")):
            policy = (one.policy if window == "short" else longer(one.policy))._replace(series=SeriesMode(mode))
            name = f"{number}-{mode}-{window}"
            made[number, mode, window] = make(name, [file], directory / f"{name}.ics", policy, one.now)
    known = partial(why_different, DRAWN)
    verdicts = judged([one.pair for one in made.values()], expanders, known)
    kept_whole = sum((one.kept_whole for one in made.values()), Counter[str]())
    series = sum(one.result.report.series_in for one in made.values())
    accounts.append(
        Account(title="drawn", sources=len(sources), series=series, verdicts=verdicts, kept_whole=kept_whole)
    )
    return Suite(sources, made, verdicts)


def test_there_are_as_many_as_were_asked_for(suite: Suite) -> None:
    assert len(suite.drawn) == COUNT


def test_an_output_shows_what_its_source_shows_and_nothing_old(suite: Suite) -> None:
    assert_agreed(suite.verdicts)


@pytest.mark.parametrize("expander", EVERY)
def test_most_are_judged(suite: Suite, expander: str) -> None:
    own = Counter(verdict.outcome for verdict in suite.verdicts if verdict.expander == expander)
    assert own[Outcome.SAME] > 0.5 * own.total()
    assert own[Outcome.SOURCE] < 0.15 * own.total()


def test_a_longer_window_shows_no_less(suite: Suite) -> None:
    shown = {(verdict.expander, verdict.pair.name): verdict for verdict in suite.verdicts}
    pairs = [
        (short, shown[short.expander, f"{number}-trim-long"])
        for number in range(len(suite.drawn))
        for expander in EVERY
        for short in [shown[expander, f"{number}-trim-short"]]
    ]
    judged_ones = [(short, long) for short, long in pairs if not (short.reviewed or long.reviewed)]
    assert [
        str(short) for short, long in judged_ones if long.outcome is not Outcome.SOURCE and short.output - long.output
    ] == []


def test_trimming_again_changes_nothing(suite: Suite) -> None:
    assert [one.pair.name for one in suite.made.values() if not one.same_again] == []


def test_the_screen_changes_nothing(suite: Suite) -> None:
    for (number, mode, window), one in suite.made.items():
        if window == "short":
            policy = suite.drawn[number].policy._replace(series=SeriesMode(mode))
            bare = cleaned(suite.drawn[number].source, policy=policy, now=suite.drawn[number].now, screened=False)
            assert bare.body == one.result.body, one.pair.name
