"""Which rules readers are known to expand differently, and which are free of doubt though they are close."""

from __future__ import annotations

import pytest

from calsieve.core.recurrence.doubts import why_doubtful
from calsieve.core.recurrence.rule import parsed_rule
from calsieve.core.understand import Lines, understood
from tests.core.kit import vcalendar, vevent
from tests.core.zones.test_resolve import zones_of

UTC = "DTSTART:20250131T100000Z"
DATE = "DTSTART;VALUE=DATE:20250131"


def why(rule: str, start: str = UTC) -> str | None:
    zones, components = zones_of(vcalendar(vevent(start, f"RRULE:{rule}")))
    (master,) = understood(map(Lines, components), zones, zones.repairs).events
    read = parsed_rule(rule)
    assert read
    return why_doubtful(read, master)


@pytest.mark.parametrize(
    ("rule", "reason"),
    [
        ("FREQ=DAILY;UNTIL=20250131T095959Z", "UNTIL before DTSTART"),
        ("FREQ=YEARLY;RSCALE=CHINESE", "parts that are not of RFC 5545"),
        ("FREQ=DAILY;INTERVAL=32768", "a long INTERVAL"),
        ("FREQ=DAILY;BYSECOND=0,60", "a leap second"),
        ("FREQ=YEARLY;BYMONTH=1,2", "a yearly rule on a day that not every year has"),
        ("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=29", "a yearly rule on a day that not every year has"),
        ("FREQ=YEARLY;BYMONTH=2,3;BYMONTHDAY=-29", "a yearly rule on a day that not every year has"),
        ("FREQ=YEARLY;BYWEEKNO=5", "BYWEEKNO"),
        ("FREQ=MONTHLY;BYWEEKNO=5", "BYWEEKNO"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,2;BYSETPOS=1", "BYSETPOS, but for weekdays of a month"),
        ("FREQ=YEARLY;BYDAY=MO;BYSETPOS=1", "BYSETPOS, but for weekdays of a month"),
        ("FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1;BYSETPOS=1", "BYSETPOS, but for weekdays of a month"),
        ("FREQ=MONTHLY;BYDAY=MO;BYMONTH=1;BYSETPOS=1", "BYSETPOS, but for weekdays of a month"),
        ("FREQ=MONTHLY;BYDAY=MO;BYHOUR=9;BYSETPOS=1", "BYSETPOS, but for weekdays of a month"),
        ("FREQ=MONTHLY;BYDAY=MO;BYMINUTE=9;BYSETPOS=1", "BYSETPOS, but for weekdays of a month"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSECOND=9;BYSETPOS=1", "BYSETPOS, but for weekdays of a month"),
        ("FREQ=DAILY;BYYEARDAY=31", "BYYEARDAY in a rule that is not yearly"),
        ("FREQ=YEARLY;BYYEARDAY=31;BYMONTH=1", "BYYEARDAY with BYMONTH"),
        ("FREQ=WEEKLY;BYDAY=MO,TU,MO", "a BY part that has a value twice"),
        ("FREQ=MONTHLY;BYMONTHDAY=1,1", "a BY part that has a value twice"),
        ("FREQ=YEARLY;BYYEARDAY=1,1", "a BY part that has a value twice"),
        ("FREQ=DAILY;BYMONTH=1,1", "a BY part that has a value twice"),
        ("FREQ=DAILY;BYHOUR=9,9", "a BY part that has a value twice"),
        ("FREQ=DAILY;BYMINUTE=9,9", "a BY part that has a value twice"),
        ("FREQ=DAILY;BYSECOND=9,9", "a BY part that has a value twice"),
        ("FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1,1", "a BY part that has a value twice"),
        ("FREQ=DAILY;BYMONTH=2,1", "BYMONTH out of order"),
        ("FREQ=WEEKLY;BYMONTHDAY=31", "BYMONTHDAY in a weekly rule"),
        ("FREQ=DAILY;BYMONTHDAY=31,-1", "BYMONTHDAY from the month's end in a daily rule"),
        ("FREQ=YEARLY;BYMONTHDAY=28", "BYMONTHDAY without BYMONTH in a yearly rule"),
        ("FREQ=WEEKLY;BYDAY=1FR", "BYDAY with numbers in a weekly or daily rule"),
        ("FREQ=DAILY;BYDAY=-1FR", "BYDAY with numbers in a weekly or daily rule"),
        ("FREQ=YEARLY;BYDAY=6FR", "BYDAY with a number beyond 5"),
        ("FREQ=MONTHLY;BYDAY=-6FR", "BYDAY with a number beyond 5"),
        ("FREQ=MONTHLY;BYDAY=FR,1MO", "BYDAY with and without numbers"),
        ("FREQ=MONTHLY;BYMONTHDAY=31;BYDAY=FR,1MO", "BYDAY with and without numbers"),
        ("FREQ=HOURLY;BYDAY=FR", "picking days in a rule of hours or less"),
        ("FREQ=HOURLY;BYMONTHDAY=31", "picking days in a rule of hours or less"),
        ("FREQ=SECONDLY;BYMONTH=1", "picking days in a rule of hours or less"),
        ("FREQ=HOURLY;BYHOUR=10", "BYHOUR, BYMINUTE or BYSECOND that limits a rule of hours or less"),
        ("FREQ=MINUTELY;BYMINUTE=0", "BYHOUR, BYMINUTE or BYSECOND that limits a rule of hours or less"),
        ("FREQ=SECONDLY;BYSECOND=0", "BYHOUR, BYMINUTE or BYSECOND that limits a rule of hours or less"),
    ],
)
def test_why_readers_differ(rule: str, reason: str) -> None:
    assert why(rule) == reason


@pytest.mark.parametrize(
    "rule",
    [
        "FREQ=DAILY;UNTIL=20250131T100000Z",
        "FREQ=DAILY;INTERVAL=32767",
        "FREQ=YEARLY",
        "FREQ=YEARLY;BYMONTH=1,3;BYMONTHDAY=31",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=28",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=-28",
        "FREQ=YEARLY;BYMONTH=2;BYDAY=-1FR",
        "FREQ=YEARLY;BYYEARDAY=31",
        "FREQ=MONTHLY",
        "FREQ=MONTHLY;BYDAY=FR;BYSETPOS=-1",
        "FREQ=MONTHLY;BYMONTHDAY=-1",
        "FREQ=MONTHLY;BYDAY=5FR",
        "FREQ=YEARLY;BYDAY=-5FR,1MO",
        "FREQ=DAILY;BYMONTHDAY=31",
        "FREQ=DAILY;BYMONTH=1,2",
        "FREQ=DAILY;BYHOUR=10,11",
        "FREQ=WEEKLY;BYDAY=MO,FR",
        "FREQ=HOURLY;BYMINUTE=0,30",
        "FREQ=MINUTELY;BYSECOND=0",
        "FREQ=SECONDLY",
    ],
)
def test_what_readers_agree_about(rule: str) -> None:
    assert why(rule) is None


def test_a_leap_day_needs_a_rule_that_names_days() -> None:
    leap_day = "DTSTART:20240229T100000Z"
    assert why("FREQ=YEARLY", leap_day) == "a yearly rule on a day that not every year has"
    for part in ("BYMONTH=1", "BYMONTH=2;BYDAY=-1TH", "BYYEARDAY=60"):
        assert why(f"FREQ=YEARLY;{part}", leap_day) is None


@pytest.mark.parametrize("part", ["DAILY;BYHOUR=0", "DAILY;BYMINUTE=0", "DAILY;BYSECOND=0", "HOURLY"])
def test_dates_have_no_times_of_day(part: str) -> None:
    assert why(f"FREQ={part}", DATE) == "times of day in a series of dates"
    assert why("FREQ=DAILY", DATE) is None
