"""Rules whose occurrences other projects have written down: the core's own times, and each as a trimmed series.

CALSIEVE_ORACLES names the file, a case a line: ``rrule``, ``dtstart`` and ``expected``; ``complete`` says that there
are no more, ``start_at`` that those before it may be left out.
"""

from __future__ import annotations

import json
import os
import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from itertools import islice
from pathlib import Path

import pytest

from calsieve.models import Policy, SeriesMode, Snap, Span, WindowPolicy
from tests.core.kit import STAMP, vcalendar
from tests.interop.readers import Expander
from tests.oracle.core_rules import doubt, local, readable, times
from tests.oracle.figures import Account
from tests.oracle.judge import assert_agreed, judged
from tests.oracle.known import RULES, WRITTEN, why_different
from tests.oracle.making import make

_FILE = Path(os.environ.get("CALSIEVE_ORACLES", ""))
pytestmark = pytest.mark.skipif(not _FILE.is_file(), reason="CALSIEVE_ORACLES names no file of written-down rules")
_SLOW = re.compile(r"FREQ=(SECOND|MINUTE|HOUR)LY.*(MONTH|DAY|WEEKNO)=").search
_MOST_DAYS = 3660  # of a window


@dataclass(frozen=True, slots=True)
class Case:
    """A rule from ``dtstart`` on, and its local times."""

    name: str
    rule: str
    dtstart: str
    expected: tuple[datetime, ...]
    complete: bool
    start_at: datetime

    @property
    def start(self) -> datetime:
        return local(self.dtstart)


def _plain(when: str) -> str:
    return when.replace("-", "").replace(":", "").rstrip("Z")


@pytest.fixture(scope="module")
def cases() -> list[Case]:
    """Every case that is one rule which can be read, and does not say that it is an error."""
    found = []
    for line in _FILE.read_text().splitlines():
        told = json.loads(line)
        rule, start = told.get("rrule"), _plain(told.get("dtstart") or "")
        if told.get("error") or not rule or not readable(rule, start):
            continue
        end = local(_plain(told["range_end"])) if told.get("range_end") else datetime.max
        expected = [local(_plain(when)) for when in told["expected"]]
        start_at = local(_plain(told["start_at"])) if told.get("start_at") else local(start)
        name = f"{told['source']} {told['id']}"
        found.append(
            Case(
                name,
                rule,
                start,
                tuple(when for when in expected if start_at <= when < end),
                told["complete"] and not told.get("range_end"),
                start_at,
            )
        )
    return found


def test_there_are_many(cases: list[Case]) -> None:
    assert len(cases) > 650


def test_the_core_gives_the_times_of_every_rule_that_is_not_doubtful(cases: list[Case]) -> None:
    clear = [case for case in cases if not doubt(case.rule, case.dtstart) and case.expected]
    assert len(clear) > 350
    wrong = {case.name: case.rule for case in clear if case.name not in RULES and not _agrees(case)}
    assert wrong == {}


def _agrees(case: Case) -> bool:
    last = case.expected[-1]
    if case.complete and last.year < 9990:
        last += timedelta(800)
    all_times = times(case.rule, case.start, case.start_at, last)
    found = list(islice((when for when in all_times if when >= case.start_at), len(case.expected) + case.complete))
    if found == list(case.expected):
        return True
    # Where DTSTART is no occurrence of its rule, projects differ on whether it is one of the series.
    return found[: len(case.expected) - 1] == [when for when in case.expected if when != case.start]


def test_a_series_trimmed_in_its_middle_shows_what_it_showed(
    cases: list[Case], expanders: Mapping[str, Expander], accounts: list[Account], tmp_path: Path
) -> None:
    # Of our time, and without those for which ical.js walks through the seconds of years.
    asked = [case for case in cases if len(case.expected) > 1 and case.start.year < 9000 and not _SLOW(case.rule)]
    assert len(asked) > 500
    made = []
    for number, case in enumerate(asked):
        source = tmp_path / f"{number}.ics"
        source.write_bytes(_calendar(case))
        for mode in ("trim", "expand"):
            output = tmp_path / f"{number}-{mode}.ics"
            made.append(make(f"{case.name} {case.rule}", [source], output, _policy(case, mode), _middle(case)))
    verdicts = judged([one.pair for one in made], expanders, partial(why_different, WRITTEN))
    kept_whole = sum((one.kept_whole for one in made), Counter[str]())
    accounts.append(
        Account(title="rules", sources=len(asked), series=len(made), verdicts=verdicts, kept_whole=kept_whole)
    )
    assert [one.pair.name for one in made if not one.same_again] == []
    assert_agreed(verdicts)


def _calendar(case: Case) -> bytes:
    """Return the case as a calendar of one series in UTC, or of dates; half an hour or one day long."""
    timed = "T" in case.dtstart
    start = f"DTSTART:{case.dtstart}Z" if timed else f"DTSTART;VALUE=DATE:{case.dtstart}"
    lines = ("UID:a", STAMP, start, "DURATION:PT30M" if timed else "DURATION:P1D", f"RRULE:{case.rule}", "SUMMARY:a")
    return vcalendar("\r\n".join(["BEGIN:VEVENT", *lines, "END:VEVENT"]))


def _middle(case: Case) -> datetime:
    return case.expected[len(case.expected) // 2].replace(tzinfo=UTC)


def _policy(case: Case, mode: str) -> Policy:
    ahead = min((case.expected[-1].replace(tzinfo=UTC) - _middle(case)).days + 30, _MOST_DAYS)
    window = WindowPolicy(Span(), Span(days=ahead), Snap.NONE)
    return Policy(window=window, series=SeriesMode(mode), timezone="UTC")
