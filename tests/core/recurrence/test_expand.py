"""Rules give the times that RFC 5545 says: by its own examples and some of ours."""

from __future__ import annotations

from datetime import date, datetime, time
from itertools import islice

import pytest

from calsieve.core.recurrence import expand as module
from calsieve.core.recurrence.expand import TooMuchWork, Work, recurrences
from calsieve.core.recurrence.regular import Periods, periods_of
from calsieve.core.recurrence.rule import Rule, parsed_rule, rule_parts, written_parts

START = datetime(1997, 9, 2, 9)
FAR = datetime(2040, 1, 1)


def rule_of(text: str) -> Rule:
    rule = parsed_rule(text)
    assert rule is not None
    return rule


def days(text: str, start: datetime = START, most: int = 6, last: datetime = FAR) -> str:
    """Return the first times of a rule as dates, with the hour where it is another than the start's."""
    found = islice(recurrences(rule_of(text), start, start, last, Work(10**6)), most)
    return " ".join(f"{t.year:04d}{t:%m%d}" + ("" if t.time() == start.time() else f"T{t:%H%M}") for t in found)


# From RFC 5545 §3.8.5.3, whose examples all begin on Tuesday 2 September 1997 at 9:00 unless it says otherwise.
EXAMPLES = [
    ("FREQ=DAILY;COUNT=3", START, "19970902 19970903 19970904"),
    ("FREQ=DAILY;UNTIL=19970904T090000", START, "19970902 19970903 19970904"),
    ("FREQ=DAILY;INTERVAL=10;COUNT=5", START, "19970902 19970912 19970922 19971002 19971012"),
    (
        "FREQ=YEARLY;UNTIL=20000131T140000;BYMONTH=1;BYDAY=SU,MO",
        datetime(1998, 1, 4, 9),
        "19980104 19980105 19980111 19980112 19980118 19980119",
    ),
    ("FREQ=WEEKLY;INTERVAL=2;WKST=SU", START, "19970902 19970916 19970930 19971014 19971028 19971111"),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=8;WKST=SU;BYDAY=TU,TH",
        START,
        "19970902 19970904 19970916 19970918 19970930 19971002",
    ),
    (
        "FREQ=MONTHLY;COUNT=10;BYDAY=1FR",
        datetime(1997, 9, 5, 9),
        "19970905 19971003 19971107 19971205 19980102 19980206",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=2;COUNT=10;BYDAY=1SU,-1SU",
        datetime(1997, 9, 7, 9),
        "19970907 19970928 19971102 19971130 19980104 19980125",
    ),
    (
        "FREQ=MONTHLY;COUNT=6;BYDAY=-2MO",
        datetime(1997, 9, 22, 9),
        "19970922 19971020 19971117 19971222 19980119 19980216",
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=-3", datetime(1997, 9, 28, 9), "19970928 19971029 19971128 19971229 19980129 19980226"),
    (
        "FREQ=MONTHLY;COUNT=10;BYMONTHDAY=1,-1",
        datetime(1997, 9, 30, 9),
        "19970930 19971001 19971031 19971101 19971130 19971201",
    ),
    (
        "FREQ=MONTHLY;INTERVAL=18;COUNT=10;BYMONTHDAY=10,11",
        datetime(1997, 9, 10, 9),
        "19970910 19970911 19990310 19990311 20000910 20000911",
    ),
    (
        "FREQ=YEARLY;COUNT=10;BYMONTH=6,7",
        datetime(1997, 6, 10, 9),
        "19970610 19970710 19980610 19980710 19990610 19990710",
    ),
    (
        "FREQ=YEARLY;INTERVAL=3;COUNT=10;BYYEARDAY=1,100,200",
        datetime(1997, 1, 1, 9),
        "19970101 19970410 19970719 20000101 20000409 20000718",
    ),
    ("FREQ=YEARLY;BYDAY=20MO", datetime(1997, 5, 19, 9), "19970519 19980518 19990517 20000515 20010514 20020520"),
    (
        "FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO",
        datetime(1997, 5, 12, 9),
        "19970512 19980511 19990517 20000515 20010514 20020513",
    ),
    (
        "FREQ=YEARLY;BYDAY=TH;BYMONTH=6,7,8",
        datetime(1997, 6, 5, 9),
        "19970605 19970612 19970619 19970626 19970703 19970710",
    ),
    ("FREQ=MONTHLY;BYDAY=FR;BYMONTHDAY=13", START, "19980213 19980313 19981113 19990813 20001013 20010413"),
    (
        "FREQ=YEARLY;INTERVAL=4;BYMONTH=11;BYDAY=TU;BYMONTHDAY=2,3,4,5,6,7,8",
        datetime(1996, 11, 5, 9),
        "19961105 20001107 20041102 20081104 20121106 20161108",
    ),
    ("FREQ=MONTHLY;COUNT=3;BYDAY=TU,WE,TH;BYSETPOS=3", datetime(1997, 9, 4, 9), "19970904 19971007 19971106"),
    (
        "FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-2",
        datetime(1997, 9, 29, 9),
        "19970929 19971030 19971127 19971230 19980129 19980226",
    ),
    ("FREQ=HOURLY;INTERVAL=3;UNTIL=19970902T170000", START, "19970902 19970902T1200 19970902T1500"),
    ("FREQ=MINUTELY;INTERVAL=90;COUNT=4", START, "19970902 19970902T1030 19970902T1200 19970902T1330"),
    (
        "FREQ=MINUTELY;INTERVAL=20;BYHOUR=9,16",
        START,
        "19970902 19970902T0920 19970902T0940 19970902T1600 19970902T1620 19970902T1640",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=MO",
        datetime(1997, 8, 5, 9),
        "19970805 19970810 19970819 19970824",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;COUNT=4;BYDAY=TU,SU;WKST=SU",
        datetime(1997, 8, 5, 9),
        "19970805 19970817 19970819 19970831",
    ),
    ("FREQ=MONTHLY;BYMONTHDAY=15,30;COUNT=5", datetime(2007, 1, 15, 9), "20070115 20070130 20070215 20070315 20070330"),
    # Ours: days that a month or year doesn't have are left out.
    ("FREQ=MONTHLY", datetime(2026, 1, 31, 9), "20260131 20260331 20260531 20260731 20260831 20261031"),
    ("FREQ=YEARLY", datetime(2024, 2, 29, 9), "20240229 20280229 20320229 20360229"),
    (
        "FREQ=YEARLY;BYYEARDAY=-1,366",
        datetime(2024, 12, 31, 9),
        "20241231 20251231 20261231 20271231 20281231 20291231",
    ),
    ("FREQ=YEARLY;BYWEEKNO=20", datetime(1997, 5, 12, 9), "19970512 19980511 19990517 20000515 20010514 20020513"),
    ("FREQ=SECONDLY;INTERVAL=1800;COUNT=3", START, "19970902 19970902T0930 19970902T1000"),
    (
        "FREQ=DAILY;BYHOUR=9,17;BYMINUTE=0,30;COUNT=5",
        START,
        "19970902 19970902T0930 19970902T1700 19970902T1730 19970903",
    ),
    ("FREQ=DAILY;BYMONTH=1;BYMONTHDAY=1", START, "19980101 19990101 20000101 20010101 20020101 20030101"),
    (
        "FREQ=DAILY;INTERVAL=2;BYDAY=2MO",
        datetime(2026, 5, 18, 9),
        "20260518 20260601 20260615 20260629 20260713 20260727",
    ),
    (
        "FREQ=WEEKLY;INTERVAL=2;WKST=SU;BYDAY=MO,SA;BYHOUR=9",
        datetime(1997, 9, 8, 9),
        "19970908 19970913 19970922 19970927 19971006 19971011",
    ),
    ("FREQ=SECONDLY;BYSECOND=0,30;COUNT=3", START, "19970902 19970902T0900 19970902T0901"),
    (
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=5",
        datetime(1997, 9, 29, 9),
        "19970929 19971229 19980330 19980629 19980831 19981130",
    ),
    (
        "FREQ=MONTHLY;BYDAY=MO;BYSETPOS=-5",
        datetime(1997, 9, 1, 9),
        "19970901 19971201 19980302 19980601 19980803 19981102",
    ),
    ("FREQ=MONTHLY;BYMONTH=1,5", datetime(1998, 1, 5, 9), "19980105 19980505 19990105 19990505 20000105 20000505"),
    ("FREQ=MONTHLY;BYMONTHDAY=28,1,-1;COUNT=4", datetime(1998, 1, 1, 9), "19980101 19980128 19980131 19980201"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,SU", START, "19970902 19970907 19970916 19970921 19970930 19971005"),
    ("FREQ=WEEKLY;INTERVAL=2;BYDAY=TU,MO", START, "19970902 19970915 19970916 19970929 19970930 19971013"),
    ("FREQ=WEEKLY;BYDAY=SU;BYHOUR=9", datetime(1997, 9, 7, 9), "19970907 19970914 19970921 19970928 19971005 19971012"),
    (
        "FREQ=WEEKLY;BYDAY=SA;BYHOUR=9;WKST=SU",
        datetime(1997, 9, 6, 9),
        "19970906 19970913 19970920 19970927 19971004 19971011",
    ),
    (
        "FREQ=DAILY;BYMINUTE=0;BYSECOND=0,58,59,60;COUNT=6",
        START,
        "19970902 19970902T0900 19970902T0900 19970903 19970903T0900 19970903T0900",
    ),
    (
        "FREQ=WEEKLY;WKST=SU;BYDAY=MO,SA,SU",
        datetime(1, 1, 1, 9),
        "00010101 00010106 00010107 00010108 00010113 00010114",
    ),
    ("FREQ=WEEKLY;WKST=TU;INTERVAL=2;COUNT=3", datetime(1, 1, 1, 9), "00010101 00010115 00010129"),
    ("FREQ=YEARLY;BYYEARDAY=-366", datetime(2024, 1, 1, 9), "20240101 20280101 20320101 20360101"),
    ("FREQ=YEARLY;BYDAY=-1TU", datetime(2024, 12, 31, 9), "20241231 20251230 20261229 20271228 20281226 20291225"),
    ("FREQ=YEARLY;BYDAY=-1WE", datetime(2025, 12, 31, 9), "20251231 20261230 20271229 20281227 20291226 20301225"),
    ("FREQ=YEARLY;BYDAY=-53MO", datetime(2024, 1, 1, 9), "20240101 20290101 20350101"),
    (
        "FREQ=YEARLY;BYWEEKNO=-1;BYDAY=MO",
        datetime(2024, 12, 23, 9),
        "20241223 20251222 20261228 20271227 20281225 20291224",
    ),
    (
        "FREQ=YEARLY;BYWEEKNO=1;BYDAY=SA;WKST=SU",
        datetime(2022, 1, 8, 9),
        "20220108 20230107 20240106 20250104 20260110 20270109",
    ),
    ("FREQ=DAILY;BYDAY=2MO", datetime(2026, 5, 18, 9), "20260518 20260525 20260601 20260608 20260615 20260622"),
]


@pytest.mark.parametrize(("rule", "start", "expected"), EXAMPLES)
def test_a_rule_gives_the_times_that_the_standard_lists(rule: str, start: datetime, expected: str) -> None:
    assert days(rule, start) == expected


def test_a_leap_second_is_the_last_of_its_minute() -> None:
    rule = rule_of("FREQ=DAILY;BYSECOND=0,58,59,60")
    found = list(recurrences(rule, START, START, START.replace(hour=10), Work(100)))
    assert [moment.second for moment in found] == [0, 58, 59]


def test_a_rule_that_never_recurs_ends_by_the_bound_or_the_end_of_time() -> None:
    never = rule_of("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30")
    with pytest.raises(TooMuchWork):
        list(recurrences(never, START, START, datetime.max, Work(1000)))
    assert (
        list(recurrences(rule_of("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"), START, START, datetime.max, Work(10**6))) == []
    )


def test_a_rule_reaches_the_last_day_there_is() -> None:
    last = list(
        recurrences(rule_of("FREQ=DAILY"), datetime(9999, 12, 29), datetime(9999, 12, 29), datetime.max, Work(10**6))
    )
    assert last[-1] == datetime(9999, 12, 31)
    weekly = recurrences(
        rule_of("FREQ=WEEKLY;BYDAY=FR,SA"), datetime(9999, 12, 24), datetime(9999, 12, 24), datetime.max, Work(10**6)
    )
    assert [t.day for t in weekly] == [24, 25, 31]


@pytest.mark.parametrize(
    ("rule", "last", "expected"),
    [
        ("FREQ=HOURLY;BYMINUTE=0", datetime(1997, 9, 2, 10, 0, 30), "19970902T1000"),
        ("FREQ=HOURLY;BYMINUTE=0;BYSECOND=0", datetime(1997, 9, 2, 10), "19970902T1000"),
        ("FREQ=MINUTELY;BYSECOND=0", datetime(1997, 9, 2, 9, 31), "19970902T0931"),
        ("FREQ=HOURLY;BYMINUTE=5", datetime(1997, 9, 2, 10, 10), "19970902T1005"),
        ("FREQ=MINUTELY;BYSECOND=5", datetime(1997, 9, 2, 9, 31, 10), "19970902T0931"),
        ("FREQ=DAILY;BYHOUR=8", datetime(1997, 9, 3, 8, 40), "19970903T0830"),
        ("FREQ=WEEKLY;BYDAY=MO;BYHOUR=9", datetime(1997, 9, 8, 9, 40), "19970908"),
        ("FREQ=MONTHLY;BYDAY=MO;BYMONTHDAY=1,2,3,4,5,6", datetime(1997, 10, 6, 9, 40), "19971006"),
        ("FREQ=YEARLY;BYYEARDAY=1", datetime(1998, 1, 1, 9, 40), "19980101"),
    ],
)
def test_a_period_that_has_begun_is_looked_at_up_to_the_last_moment(rule: str, last: datetime, expected: str) -> None:
    start = datetime(1997, 9, 2, 9, 30, 30)
    assert days(rule, start, last=last) == expected


@pytest.mark.parametrize(
    ("rule", "start"),
    [
        ("FREQ=MONTHLY;BYDAY=FR;BYMONTH=12", datetime(9999, 12, 31, 9)),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=FR", datetime(9999, 12, 31, 9)),
        ("FREQ=WEEKLY;BYHOUR=9", datetime(9999, 12, 31, 9)),
        ("FREQ=YEARLY;BYWEEKNO=-1;BYDAY=SU;WKST=WE", datetime(9999, 12, 26, 9)),
    ],
)
def test_the_last_year_is_a_year_as_others(rule: str, start: datetime) -> None:
    assert days(rule, start, last=datetime.max) == f"{start:%Y%m%d}"


@pytest.mark.parametrize("year", [2, 1600, 1601, 2019, 2020, 2100, 2101, 2120, 2400, 2401, 2420, 4010, 9998])
def test_weeks_are_counted_as_iso_8601_does_in_any_century(year: int) -> None:
    monday = date.fromisocalendar(year, 20, 1)
    start = datetime.combine(monday, time(9))
    assert days("FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO", start, 2, datetime.max) == " ".join(
        f"{day.year:04d}{day:%m%d}" for day in (monday, date.fromisocalendar(year + 1, 20, 1))
    )


@pytest.mark.parametrize("part", ["", ";BYMONTH=1"])
def test_a_week_that_would_begin_before_the_first_day_has_what_is_left_of_it(part: str) -> None:
    assert days(f"FREQ=WEEKLY;WKST=SU{part}", datetime(1, 1, 1), 3) == "00010101 00010108 00010115"


@pytest.mark.parametrize(
    "text",
    [
        "",
        "FREQ=",
        "FREQ=FORTNIGHTLY",
        "FREQ=DAILY;COUNT=0",
        "FREQ=DAILY;COUNT=1_0",
        "FREQ=DAILY;INTERVAL=-1",
        "FREQ=DAILY;UNTIL=soon",
        "FREQ=DAILY;BYSECOND=61",
        "FREQ=DAILY;BYMINUTE=60",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=YEARLY;BYMONTH=0",
        "FREQ=YEARLY;BYYEARDAY=0",
        "FREQ=YEARLY;BYYEARDAY=367",
        "FREQ=YEARLY;BYYEARDAY=-367",
        "FREQ=YEARLY;BYWEEKNO=0",
        "FREQ=YEARLY;BYWEEKNO=54",
        "FREQ=MONTHLY;BYSETPOS=0",
        "FREQ=MONTHLY;BYSETPOS=367",
        "FREQ=DAILY;BYMONTH=-1",
        "FREQ=DAILY;BYHOUR=-5",
        "FREQ=MONTHLY;BYMONTHDAY=0",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=DAILY;BYDAY=XX",
        "FREQ=YEARLY;BYDAY=54MO",
        "FREQ=YEARLY;BYDAY=-54MO",
        "FREQ=YEARLY;BYMONTH=5L,XX",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=DAILY;WKST=XX",
        "FREQ=DAILY;COUNT=" + "9" * 5000,
        "FREQ=DAILY;BYMONTH=" + "9" * 5000,
        "FREQ=DAILY;COUNT=٣",
    ],
)
def test_a_rule_without_meaning_is_no_rule(text: str) -> None:
    assert parsed_rule(text) is None


def test_each_part_is_read_up_to_its_last_value() -> None:
    text = "BYSECOND=0,60;BYMINUTE=0,59;BYHOUR=0,23;BYMONTHDAY=1,-31;BYYEARDAY=1,-366;BYWEEKNO=1,-53;BYMONTH=1,12"
    assert rule_of(f"FREQ=YEARLY;INTERVAL=1;COUNT=1;WKST=SU;BYSETPOS=1,-366;BYDAY=SU,-53MO;{text}") == Rule(
        frequency="YEARLY",
        occurrences=1,
        by_day=((0, 6), (-53, 0)),
        by_second=(0, 60),
        by_minute=(0, 59),
        by_hour=(0, 23),
        by_month_day=(1, -31),
        by_year_day=(1, -366),
        by_week_no=(1, -53),
        by_month=(1, 12),
        by_set_pos=(1, -366),
        week_start=6,
    )


def test_a_year_has_up_to_53_of_each_weekday() -> None:
    rule = parsed_rule("FREQ=YEARLY;BYDAY=53MO,-53SU")
    assert rule
    assert rule.by_day == ((53, 0), (-53, 6))


def test_parts_of_other_standards_make_a_rule_unknown() -> None:
    assert rule_of("FREQ=YEARLY;RSCALE=CHINESE").unknown
    assert rule_of("FREQ=YEARLY;RSCALE=HEBREW;BYMONTH=5L;SKIP=FORWARD").unknown
    assert rule_of("FREQ=YEARLY;X-SOMETHING=1").unknown
    assert not rule_of("freq = yearly; ;BYDAY=,MO,").unknown


def test_a_zero_before_a_weekday_is_no_number() -> None:
    assert rule_of("FREQ=MONTHLY;BYDAY=0MO,+0TU,20FR").by_day == ((0, 0), (0, 1), (20, 4))
    assert (
        written_parts(rule_parts("FREQ=MONTHLY;BYDAY=0MO,,-00TU,10WE,-20FR")) == "FREQ=MONTHLY;BYDAY=MO,TU,10WE,-20FR"
    )


def test_a_plus_before_a_number_is_read_as_every_reader_does() -> None:
    assert rule_of("FREQ=DAILY;BYHOUR=+5").by_hour == (5,)


@pytest.mark.parametrize("rule", ["FREQ=DAILY;BYHOUR=1,2", "FREQ=DAILY;BYHOUR=1,2;COUNT=9"])
def test_no_period_is_begun_without_a_step_left(rule: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """One can have as many times as a day has seconds: a thousand series without steps would still take minutes."""
    asked: list[int] = []
    monkeypatch.setattr(module, "periods_of", lambda *given: Asked(periods_of(*given), asked))
    with pytest.raises(TooMuchWork):
        list(recurrences(rule_of(rule), START, START, FAR, Work(0)))
    assert asked == []


class Asked:
    """Periods that note which of them were asked for."""

    def __init__(self, periods: Periods, asked: list[int]) -> None:
        self.every, self.cost, self.before = periods.every, periods.cost, periods.before
        self._times, self._asked = periods.times, asked

    def times(self, number: int, until: datetime) -> list[datetime] | None:
        self._asked.append(number)
        return self._times(number, until)
