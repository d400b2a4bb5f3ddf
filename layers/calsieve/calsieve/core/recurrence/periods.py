"""What times one period of any rule has (RFC 5545 §3.3.10): the general way, day by day.

A period is a year, month, week, day, hour, minute or second, times INTERVAL; each gives a sorted list of times.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

from calsieve.core.recurrence.rule import SUB_DAILY, Rule

# Longer than all time.
_FOREVER = timedelta(days=4_000_000)
UNITS = {
    "WEEKLY": timedelta(weeks=1),
    "DAILY": timedelta(days=1),
    "HOURLY": timedelta(hours=1),
    "MINUTELY": timedelta(minutes=1),
    "SECONDLY": timedelta(seconds=1),
}


def step_of(rule: Rule) -> timedelta:
    """Return the distance between periods of fixed length, from weeks down."""
    unit = UNITS[rule.frequency]
    return unit * min(rule.interval, _FOREVER // unit)


class AnyPeriods:
    """The periods of any rule; how many times one has varies."""

    every: int | None = None

    def __init__(self, rule: Rule, start: datetime) -> None:
        self._rule = rule
        self._start = start
        # What the days that a period has to look at cost.
        self.cost = {"YEARLY": 31 * (len(rule.by_month) or 12), "MONTHLY": 31, "WEEKLY": 7}.get(rule.frequency, 1)

    def before(self, near: datetime) -> int:
        """Return the number of a period that certainly begins before ``near``, which is not before DTSTART."""
        rule, start = self._rule, self._start
        if rule.frequency == "YEARLY":
            return max((near.year - start.year - 1) // rule.interval, 0)
        if rule.frequency == "MONTHLY":
            return max(((near.year - start.year) * 12 + near.month - start.month - 1) // rule.interval, 0)
        return max((near - start) // step_of(rule) - 1, 0)

    def times(self, number: int, until: datetime) -> list[datetime] | None:
        """Return the times of the period of that number; None if it begins after ``until`` or all time."""
        anchor = _anchor(self._rule, self._start, number)
        return None if anchor is None or anchor > until else _in_period(self._rule, self._start, anchor)


def _anchor(rule: Rule, start: datetime, number: int) -> datetime | None:
    """Return the beginning of the period of that number; None beyond the year 9999."""
    steps = number * rule.interval
    try:
        if rule.frequency == "YEARLY":
            return datetime(start.year + steps, 1, 1)  # noqa: DTZ001 - naive local time
        if rule.frequency == "MONTHLY":
            months = start.year * 12 + start.month - 1 + steps
            return datetime(months // 12, months % 12 + 1, 1)  # noqa: DTZ001
        if rule.frequency in SUB_DAILY:
            return _floor(start, rule.frequency) + number * step_of(rule)
        day, distance = datetime.combine(start.date(), time()), number * step_of(rule)
        if rule.frequency == "WEEKLY":
            distance -= timedelta(days=(start.weekday() - rule.week_start) % 7)
        return day + max(distance, datetime.min - day)  # noqa: DTZ901 - the first week of all time may have begun before
    except (ValueError, OverflowError):
        return None


def _floor(start: datetime, frequency: str) -> datetime:
    if frequency == "HOURLY":
        return start.replace(minute=0, second=0)
    return start.replace(second=0) if frequency == "MINUTELY" else start


def _in_period(rule: Rule, start: datetime, anchor: datetime) -> list[datetime]:
    days = [day for day in _days(rule, start, anchor.date()) if _wanted(rule, start, day)]
    if not days:
        return []
    clocks = _clocks(rule, start, anchor)
    moments = [datetime.combine(day, clock) for day in days for clock in clocks]
    return at_positions(moments, rule.by_set_pos) if rule.by_set_pos else moments


def _days(rule: Rule, start: datetime, first: date) -> Iterable[date]:
    """Return the days of a period that can matter, in order."""
    if rule.frequency == "WEEKLY":
        return _run(first, 7 - (first.weekday() - rule.week_start) % 7)
    if rule.frequency not in {"YEARLY", "MONTHLY"}:
        return (first,)
    return (day for month in _months(rule, start, first) for day in _of_month(rule, start, first.replace(month=month)))


def _months(rule: Rule, start: datetime, first: date) -> Iterable[int]:
    if rule.frequency == "MONTHLY":
        return (first.month,)
    return sorted(set(rule.by_month)) or (range(1, 13) if _selects_days(rule) else (start.month,))


def _of_month(rule: Rule, start: datetime, first: date) -> Iterable[date]:
    """Return the days of a month that BYMONTHDAY or DTSTART leave, or all."""
    length = calendar.monthrange(first.year, first.month)[1]
    numbers = rule.by_month_day if _selects_days(rule) else (start.day,)
    if not numbers:
        return _run(first, length)
    days = sorted({number if number > 0 else length + 1 + number for number in numbers})
    return [first.replace(day=day) for day in days if 1 <= day <= length]


def _run(first: date, length: int) -> Iterator[date]:
    """Yield ``length`` days, fewer at the end of the year 9999."""
    length = min(length, (date.max - first).days + 1)
    return (first + timedelta(days=n) for n in range(length))


def _selects_days(rule: Rule) -> bool:
    return bool(rule.by_day or rule.by_month_day or rule.by_year_day or rule.by_week_no)


def _wanted(rule: Rule, start: datetime, day: date) -> bool:
    """Tell whether all BY parts that select days, given or implied by DTSTART, select ``day``."""
    if rule.by_month and day.month not in rule.by_month:
        return False
    if not _selects_days(rule):
        return rule.frequency != "WEEKLY" or day.weekday() == start.weekday()
    return (
        _in_month_days(rule, day)
        and _in_year_days(rule, day)
        and _in_weeks(rule, start, day)
        and _in_weekdays(rule, day)
    )


def _in_month_days(rule: Rule, day: date) -> bool:
    if not rule.by_month_day:
        return True
    from_end = day.day - calendar.monthrange(day.year, day.month)[1] - 1
    return day.day in rule.by_month_day or from_end in rule.by_month_day


def _in_year_days(rule: Rule, day: date) -> bool:
    if not rule.by_year_day:
        return True
    number = day.timetuple().tm_yday
    from_end = number - (366 if calendar.isleap(day.year) else 365) - 1
    return number in rule.by_year_day or from_end in rule.by_year_day


def _in_weeks(rule: Rule, start: datetime, day: date) -> bool:
    """Weeks begin on WKST and the first has at least four days in the year; days stay in their year."""
    if not rule.by_week_no:
        return True
    if not rule.by_day and day.weekday() != start.weekday():
        return False
    first = _first_week(day.year, rule.week_start)
    weeks = (_first_week(day.year + 1, rule.week_start) - first) // 7
    number = (day.toordinal() - first) // 7 + 1
    return number in rule.by_week_no or number - weeks - 1 in rule.by_week_no


def _first_week(year: int, week_start: int) -> int:
    """Return the ordinal of the day on which week 1 of ``year`` begins."""
    before = year - 1
    fourth = 365 * before + before // 4 - before // 100 + before // 400 + 4  # January; the year may be 10000
    return fourth - (fourth - 1 - week_start) % 7


def _in_weekdays(rule: Rule, day: date) -> bool:
    if not rule.by_day:
        return True
    weekday = day.weekday()
    return any(wanted == weekday and (n == 0 or _is_nth(rule, day, n)) for n, wanted in rule.by_day)


def _is_nth(rule: Rule, day: date, n: int) -> bool:
    """Tell whether ``day`` is the n-th of its weekday in the month, or in the year for plain YEARLY."""
    if rule.frequency == "YEARLY" and not rule.by_month:
        number, length = day.timetuple().tm_yday, 366 if calendar.isleap(day.year) else 365
    elif rule.frequency in {"YEARLY", "MONTHLY"}:
        number, length = day.day, calendar.monthrange(day.year, day.month)[1]
    else:
        return True  # RFC 5545 allows no number here; every reader ignores it
    return (number - 1) // 7 + 1 == n or -((length - number) // 7 + 1) == n


def _clocks(rule: Rule, start: datetime, anchor: datetime) -> list[time]:
    """Return the times of day of one period, in order; none if a part limits them away."""
    rank = SUB_DAILY.index(rule.frequency) + 1 if rule.frequency in SUB_DAILY else 0
    hours = _expanded_or_limited(rule.by_hour, start.hour, anchor.hour, limited=rank >= 1)
    minutes = _expanded_or_limited(rule.by_minute, start.minute, anchor.minute, limited=rank >= 2)
    # A leap second counts as the one before it (RFC 5545 §3.3.10), which may be there already.
    by_second = tuple(min(second, 59) for second in rule.by_second)
    seconds = _expanded_or_limited(by_second, start.second, anchor.second, limited=rank >= 3)
    return [time(*clock) for clock in product(hours, minutes, seconds)]


def _expanded_or_limited(by: tuple[int, ...], implied: int, fixed: int, *, limited: bool) -> list[int]:
    if limited:
        return [fixed] if not by or fixed in by else []
    return sorted(set(by)) if by else [implied]


def at_positions(moments: list[datetime], positions: tuple[int, ...]) -> list[datetime]:
    """Return the times of a period that BYSETPOS picks."""
    size = len(moments)
    indices = {p - 1 if p > 0 else size + p for p in positions}
    return [moments[i] for i in sorted(indices) if 0 <= i < size]
