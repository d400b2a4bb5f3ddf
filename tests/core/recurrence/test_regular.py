"""The common rules are worked out by arithmetic: as many times as day by day, and the same ones."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import islice

import pytest

from calsieve.core.recurrence import expand
from calsieve.core.recurrence.expand import TooMuchWork, Work, recurrences, times_before
from calsieve.core.recurrence.periods import AnyPeriods
from calsieve.core.recurrence.regular import periods_of
from calsieve.core.recurrence.rule import Rule, parsed_rule

START = datetime(2024, 1, 31, 9, 30)
END = datetime(2700, 1, 1)

REGULAR = [
    ("FREQ=DAILY", 32),
    ("FREQ=DAILY;INTERVAL=3", 32),
    ("FREQ=DAILY;BYDAY=MO,WE,FR", 30),
    ("FREQ=WEEKLY", 32),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=SU,WE;WKST=SU", 32),
    ("FREQ=WEEKLY;BYDAY=WE,MO,MO", 32),
    ("FREQ=HOURLY;INTERVAL=5", 32),
    ("FREQ=MINUTELY", 32),
    ("FREQ=SECONDLY;INTERVAL=1800", 32),
    ("FREQ=MONTHLY;BYMONTHDAY=-1", 6),
    ("FREQ=MONTHLY;BYMONTHDAY=28", 6),
    ("FREQ=MONTHLY;BYMONTHDAY=28,1", 12),
    ("FREQ=MONTHLY;BYMONTHDAY=-28", 6),
    ("FREQ=MONTHLY;BYDAY=2TU,4FR", 12),
    ("FREQ=MONTHLY;INTERVAL=5;BYDAY=-1WE", 6),
    ("FREQ=MONTHLY;BYDAY=-4WE", 6),
    ("FREQ=MONTHLY;BYDAY=1MO", 6),
    ("FREQ=YEARLY;BYMONTH=1,5;BYDAY=1WE,2TU", 4),
    ("FREQ=YEARLY", 1),
    ("FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=31", 2),
    ("FREQ=YEARLY;BYMONTH=1;BYDAY=-1WE", 1),
]
VARYING = [
    "FREQ=MONTHLY",
    "FREQ=MONTHLY;BYMONTHDAY=15,-15",
    "FREQ=MONTHLY;BYMONTHDAY=29",
    "FREQ=MONTHLY;BYMONTHDAY=-29",
    "FREQ=MONTHLY;BYDAY=WE",
    "FREQ=MONTHLY;BYDAY=5WE,1MO",
    "FREQ=MONTHLY;BYDAY=-5WE",
    "FREQ=MONTHLY;BYDAY=1WE,-5WE",
    "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1",
    "FREQ=MONTHLY;BYMONTH=1,5",
    "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29",
    "FREQ=YEARLY;BYMONTH=1;BYDAY=WE",
    "FREQ=DAILY;BYDAY=WE;INTERVAL=2",
    "FREQ=DAILY;BYHOUR=9,17",
    "FREQ=DAILY;BYMONTHDAY=31",
    "FREQ=YEARLY;BYYEARDAY=31",
    "FREQ=YEARLY;BYDAY=5WE",
]


def rule_of(text: str) -> Rule:
    rule = parsed_rule(text)
    assert rule
    return rule


def first(rule: Rule, most: int = 150, near: datetime = START) -> list[datetime]:
    return list(islice(recurrences(rule, START, near, END, Work(10**6)), most))


@pytest.mark.parametrize(("text", "every"), REGULAR)
def test_a_regular_rule_has_the_same_number_of_times_in_each_period(text: str, every: int) -> None:
    periods = periods_of(rule_of(text), START)
    assert periods.every == every
    assert {len(periods.times(number, END) or []) for number in range(1, 40)} == {every}


@pytest.mark.parametrize("text", VARYING)
def test_a_rule_whose_periods_vary_says_so(text: str) -> None:
    assert periods_of(rule_of(text), START).every is None


@pytest.mark.parametrize("text", [text for text, _ in REGULAR] + VARYING)
def test_arithmetic_gives_the_same_as_day_by_day(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    by_arithmetic = first(rule_of(text))
    monkeypatch.setattr(expand, "periods_of", AnyPeriods)
    assert by_arithmetic == first(rule_of(text))


@pytest.mark.parametrize("text", [text for text, _ in REGULAR] + VARYING)
@pytest.mark.parametrize("count", [1, 33, 90, 149])
def test_a_count_entered_in_the_middle_ends_where_it_does_when_walked(text: str, count: int) -> None:
    rule = rule_of(f"{text};COUNT={count}")
    walked = first(rule)
    assert len(walked) == count
    for near in (walked[0], walked[count // 2], walked[-1], walked[-1] + timedelta(1)):
        assert [t for t in first(rule, near=near) if t >= near] == [t for t in walked if t >= near]
        assert times_before(rule, START, near, Work(10**6)) == sum(t < near for t in walked) or near > walked[-1]


def test_a_count_begins_with_dtstart_wherever_in_a_period_that_is() -> None:
    rule = rule_of("FREQ=WEEKLY;BYDAY=MO,WE;COUNT=3")
    found = list(recurrences(rule, START, START + timedelta(hours=1), END, Work(100)))
    assert [f"{moment:%m%d}" for moment in found] == ["0131", "0205", "0207"]


@pytest.mark.parametrize(("month", "length"), [*enumerate((31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31), start=1)])
def test_a_yearly_rule_is_regular_up_to_the_day_that_each_such_month_has(month: int, length: int) -> None:
    rule = f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY="
    assert periods_of(rule_of(f"{rule}{length}"), START).every == 1
    if length < 31:
        assert periods_of(rule_of(f"{rule}{length + 1}"), START).every is None
    assert periods_of(rule_of(f"FREQ=YEARLY;BYMONTH={month}"), START.replace(month=1, day=length)).every == 1


@pytest.mark.parametrize("text", ["FREQ=SECONDLY;COUNT=999999999", "FREQ=DAILY;COUNT=999999999"])
def test_a_huge_count_costs_nothing_to_enter(text: str) -> None:
    near = START + timedelta(days=400)
    assert next(t for t in recurrences(rule_of(text), START, near, END, Work(100)) if t >= near) == near


@pytest.mark.parametrize("frequency", ["YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY"])
def test_an_interval_longer_than_all_time_gives_dtstart_alone(frequency: str) -> None:
    rule = rule_of(f"FREQ={frequency};INTERVAL=999999999")
    assert list(recurrences(rule, START, START, datetime.max, Work(1000)))[:1] == [START]
    assert list(recurrences(rule, START, datetime(2090, 1, 1), datetime(2100, 1, 1), Work(1000)))[1:] == []


def test_a_month_beyond_all_time_is_none() -> None:
    rule = rule_of("FREQ=MONTHLY")
    start = datetime(9999, 11, 30, 9)
    assert list(recurrences(rule, start, start, datetime.max, Work(1000))) == [start, datetime(9999, 12, 30, 9)]


@pytest.mark.parametrize("rule", ["FREQ=MONTHLY", "FREQ=DAILY;BYHOUR=9,12,15,18"])
def test_counting_times_is_work_too(rule: str) -> None:
    with pytest.raises(TooMuchWork):
        times_before(rule_of(rule), START, END, Work(100))
