"""A date in a timed series: which of its occurrences are on that day."""

from __future__ import annotations

import time
from datetime import datetime

import pytest

from calsieve.core.component import Line
from calsieve.core.repairs.days import times_on

START, DAY = datetime(2026, 5, 21, 9), datetime(2026, 5, 28)


@pytest.mark.parametrize(
    ("rule", "hours"),
    [
        ("FREQ=WEEKLY", [9]),
        ("FREQ=DAILY;BYHOUR=9,15", [9, 15]),
        ("FREQ=HOURLY;INTERVAL=6", [3, 9, 15, 21]),
        ("FREQ=DAILY;BYHOUR=9,15;COUNT=1", [9, 15]),
        ("FREQ=WEEKLY;BYDAY=FR", []),
        ("FREQ=MINUTELY", []),
        ("FREQ=NEVER", []),
    ],
)
def test_a_rule_has_these_times_on_a_day(rule: str, hours: list[int]) -> None:
    assert [local.hour for local in times_on(DAY, START, [Line("RRULE", "", rule)])] == hours


def test_a_rule_with_more_times_than_a_day_should_have_costs_nothing() -> None:
    hours, sixty = (",".join(map(str, range(size))) for size in (24, 60))
    rule = Line("RRULE", "", f"FREQ=DAILY;BYHOUR={hours};BYMINUTE={sixty};BYSECOND={sixty}")
    before = time.process_time()
    assert [times_on(DAY, START, [rule]) for _ in range(50)] == [[]] * 50
    assert time.process_time() - before < 1
