"""Rules recur as dateutil says, for the kinds of rules that dateutil has right."""

from __future__ import annotations

from datetime import datetime, timedelta

from dateutil.rrule import rrulestr
from hypothesis import assume, given
from hypothesis import strategies as st

from calsieve.core.recurrence.expand import Work, recurrences
from calsieve.core.recurrence.rule import parsed_rule
from tests.properties.calendars import listed

FREQUENCIES = st.sampled_from(["YEARLY", "MONTHLY", "WEEKLY", "DAILY"])
_DAYS = st.sampled_from(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])


SIGNED = st.integers(-31, 31).filter(bool)
PARTS = [
    listed("BYMONTH", st.integers(1, 12)),
    listed("BYMONTHDAY", SIGNED),
    listed("BYDAY", _DAYS),
    listed("BYHOUR", st.integers(0, 23)),
]


@given(
    frequency=FREQUENCIES,
    parts=st.tuples(*PARTS),
    interval=st.integers(1, 4),
    start=st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(lambda t: t.replace(microsecond=0)),
    near=st.timedeltas(timedelta(), timedelta(3000)),
)
def test_a_rule_gives_what_dateutil_gives_from_wherever_it_is_asked(
    frequency: str, parts: tuple[str, ...], interval: int, start: datetime, near: timedelta
) -> None:
    # dateutil and RFC 5545 differ for BYMONTHDAY in weekly rules, which RFC 5545 forbids.
    assume(not (frequency == "WEEKLY" and parts[1]))
    # A month that every second or third month never is keeps dateutil busy to the end of time.
    assume(not (frequency == "MONTHLY" and parts[0]))
    text = f"FREQ={frequency};INTERVAL={interval}{''.join(parts)}"
    rule = parsed_rule(text)
    assert rule
    begin = start + near
    last = begin + timedelta(1500)
    expected = rrulestr(text, dtstart=start).between(begin, last, inc=True)
    assert [t for t in recurrences(rule, start, begin, last, Work(10**6)) if t >= begin] == expected


@given(
    frequency=FREQUENCIES,
    parts=st.tuples(*PARTS),
    interval=st.integers(1, 4),
    count=st.integers(1, 300),
    start=st.datetimes(datetime(1990, 1, 1), datetime(2030, 1, 1)).map(lambda t: t.replace(microsecond=0)),
    near=st.timedeltas(timedelta(), timedelta(3000)),
)
def test_a_count_ends_at_the_same_time_from_wherever_it_is_asked(
    frequency: str, parts: tuple[str, ...], interval: int, count: int, start: datetime, near: timedelta
) -> None:
    rule = parsed_rule(f"FREQ={frequency};INTERVAL={interval};COUNT={count}{''.join(parts)}")
    assert rule
    begin, last = start + near, start + timedelta(6000)
    walked = [t for t in recurrences(rule, start, start, last, Work(10**6)) if t >= begin]
    assert [t for t in recurrences(rule, start, begin, last, Work(10**6)) if t >= begin] == walked
