"""The golden sources, published in every mode: three expanders show of each what they show of its source."""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping

import pytest

from calsieve.models import SeriesMode
from tests.core.kit import cleaned
from tests.golden.test_golden import EVERY as CASES
from tests.interop.readers import Expander
from tests.oracle.figures import Account
from tests.oracle.judge import Verdict, assert_agreed, judged
from tests.oracle.known import GOLDEN, why_golden_differs
from tests.oracle.making import Made, make

MODES = (SeriesMode.KEEP, SeriesMode.TRIM, SeriesMode.EXPAND)
ONE_SOURCE = [case for case in CASES if len(case.sources) == 1]


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> list[Made]:
    directory = tmp_path_factory.mktemp("golden")
    found = []
    for case in ONE_SOURCE:
        policy, now, _ = case.asked
        for mode in MODES:
            output = directory / f"{case}-{mode.value}.ics"
            found.append(make(str(case), [case.file(".in.ics")], output, policy._replace(series=mode), now))
    return found


@pytest.fixture(scope="module")
def verdicts(made: list[Made], expanders: Mapping[str, Expander], accounts: list[Account]) -> list[Verdict]:
    found = judged([one.pair for one in made], expanders, why_golden_differs)
    kept_whole = sum((one.kept_whole for one in made), Counter[str]())
    series = sum(one.result.report.series_in for one in made)
    accounts.append(
        Account(title="golden", sources=len(ONE_SOURCE), series=series, verdicts=found, kept_whole=kept_whole)
    )
    return found


def test_an_output_shows_what_its_source_shows_and_nothing_old(verdicts: list[Verdict]) -> None:
    assert_agreed(verdicts)


def test_every_known_reason_still_explains_something(verdicts: list[Verdict]) -> None:
    needed = {(verdict.pair.name, verdict.expander) for verdict in verdicts if verdict.reviewed}
    stale = {(name, expander) for (name, expanders) in GOLDEN for expander in expanders} - needed
    assert stale == set()


def test_trimming_again_changes_nothing(made: list[Made]) -> None:
    assert [(one.pair.name, one.pair.mode) for one in made if not one.same_again] == []


@pytest.mark.parametrize("mode", MODES)
def test_the_screen_changes_nothing(mode: SeriesMode) -> None:
    for case in CASES:
        policy, now, previous = case.asked
        policy = policy._replace(series=mode)
        screened, bare = (
            cleaned(*case.sources, policy=policy, now=now, previous=previous, screened=screened)
            for screened in (True, False)
        )
        assert screened.body == bare.body, case
