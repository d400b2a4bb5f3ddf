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


@pytest.mark.parametrize("time_of_day", ["000000", "235959"])
def test_a_day_has_its_first_and_its_last_second(time_of_day: str) -> None:
    dates = Line("RDATE", "", f"20260527T235959,20260528T{time_of_day},20260529T000000")
    found = datetime.fromisoformat(f"20260528T{time_of_day}")
    assert times_on(DAY, START, [dates]) == [found]
    start = datetime.fromisoformat(f"20260521T{time_of_day}")
    assert times_on(DAY, start, [Line("RRULE", "", "FREQ=DAILY")]) == [found]
    assert times_on(datetime(2026, 5, 21), start, []) == [start]


@pytest.mark.parametrize(("hours", "times"), [(16, 48), (17, 0)])
def test_a_rule_with_more_times_than_a_day_of_a_real_series_has_is_not_worked_out(hours: int, times: int) -> None:
    rule = f"FREQ=DAILY;BYHOUR={','.join(map(str, range(hours)))};BYMINUTE=0,20,40"
    assert len(times_on(DAY, START, [Line("RRULE", "", rule)])) == times
