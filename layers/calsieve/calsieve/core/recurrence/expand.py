"""The local times at which a rule recurs (RFC 5545 §3.3.10), beginning near where they are wanted.

Works on naive local times; zones are the caller's. A rule is walked period by period (a year, month,
week, day, hour, minute or second, times INTERVAL), and each period gives a sorted set.
"""

from __future__ import annotations

import calendar
from collections.abc import Iterable, Iterator
from datetime import date, datetime, time, timedelta
from itertools import product

from calsieve.core.recurrence.rule import SUB_DAILY, Rule

# Periods looked at for one rule before giving up: more than any real series needs.
MOST_PERIODS = 100_000
_DAY = timedelta(days=1)
_UNITS = {
    "WEEKLY": timedelta(weeks=1),
    "DAILY": _DAY,
    "HOURLY": timedelta(hours=1),
    "MINUTELY": timedelta(minutes=1),
    "SECONDLY": timedelta(seconds=1),
}


class TooMuchWork(Exception):
    """A rule needs more periods than the bound allows."""


def recurrences(
    rule: Rule, start: datetime, near: datetime, last: datetime, most_periods: int = MOST_PERIODS
) -> Iterator[datetime]:
    """Yield the local times of ``rule`` from DTSTART ``start`` up to ``last``, in order.

    May leave out times before ``near``; a rule with COUNT is walked from its start and gives all. UNTIL is
    compared by its local value: the caller converts it. Raises TooMuchWork past ``most_periods`` periods.
    """
    until = min(last, rule.until.local) if rule.until else last
    left = rule.count
    first = 0 if rule.count else _period_before(rule, start, near)
    for number in range(first, first + most_periods):
        anchor = _anchor(rule, start, number)
        if anchor is None or anchor > until:
            return
        for moment in _in_period(rule, start, anchor):
            if moment < start:
                continue
            if moment > until or left == 0:
                return
            yield moment
            left = None if left is None else left - 1
    raise TooMuchWork


def _period_before(rule: Rule, start: datetime, near: datetime) -> int:
    """Return the number of a period that certainly begins before ``near``."""
    if near <= start:
        return 0
    if rule.frequency == "YEARLY":
        steps = (near.year - start.year - 1) // rule.interval
    elif rule.frequency == "MONTHLY":
        steps = ((near.year - start.year) * 12 + near.month - start.month - 1) // rule.interval
    else:
        steps = (near - start) // (_UNITS[rule.frequency] * rule.interval) - 1
    return max(steps, 0)


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
            return _floor(start, rule.frequency) + steps * _UNITS[rule.frequency]
        day = datetime.combine(start.date(), time())
        if rule.frequency == "WEEKLY":
            day -= timedelta(days=(start.weekday() - rule.week_start) % 7)
        return day + steps * _UNITS[rule.frequency]
    except (ValueError, OverflowError):
        return None


def _floor(start: datetime, frequency: str) -> datetime:
    if frequency == "HOURLY":
        return start.replace(minute=0, second=0)
    return start.replace(second=0) if frequency == "MINUTELY" else start


def _in_period(rule: Rule, start: datetime, anchor: datetime) -> list[datetime]:
    days = [day for day in _days(rule, anchor) if _wanted(rule, start, day)]
    moments = [datetime.combine(day, clock) for day in days for clock in _clocks(rule, start, anchor)]
    return _at_positions(moments, rule.by_set_pos) if rule.by_set_pos else moments


def _days(rule: Rule, anchor: datetime) -> Iterable[date]:
    first = anchor.date()
    if rule.frequency == "YEARLY":
        return _run(first, 366 if calendar.isleap(first.year) else 365) if _selects_days(rule) else _months(rule, first)
    if rule.frequency == "MONTHLY":
        return _run(first, calendar.monthrange(first.year, first.month)[1])
    return _run(first, 7) if rule.frequency == "WEEKLY" else (first,)


def _months(rule: Rule, first: date) -> Iterator[date]:
    """Yield the days of the months that can matter: a plain yearly rule is not looked for all year."""
    for month in sorted(set(rule.by_month)) or range(1, 13):
        yield from _run(first.replace(month=month), calendar.monthrange(first.year, month)[1])


def _run(first: date, length: int) -> Iterator[date]:
    """Yield ``length`` days, fewer at the end of the year 9999."""
    length = min(length, (date.max - first).days + 1)
    return (first + timedelta(days=n) for n in range(length))


def _selects_days(rule: Rule) -> bool:
    return bool(rule.by_week_no or rule.by_year_day or rule.by_month_day or rule.by_day)


def _wanted(rule: Rule, start: datetime, day: date) -> bool:
    """Tell whether all BY parts that select days, given or implied by DTSTART, select ``day``."""
    if rule.by_month and day.month not in rule.by_month:
        return False
    if not _selects_days(rule):
        return _implied(rule, start, day)
    return (
        _in_month_days(rule, day)
        and _in_year_days(rule, day)
        and _in_weeks(rule, start, day)
        and _in_weekdays(rule, day)
    )


def _implied(rule: Rule, start: datetime, day: date) -> bool:
    if rule.frequency == "YEARLY":
        return day.day == start.day and (bool(rule.by_month) or day.month == start.month)
    if rule.frequency == "MONTHLY":
        return day.day == start.day
    return rule.frequency != "WEEKLY" or day.weekday() == start.weekday()


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
    fourth = date(min(year, 9999), 1, 4).toordinal() + (366 if year > 9999 else 0)
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


def _clocks(rule: Rule, start: datetime, anchor: datetime) -> Iterator[time]:
    """Yield the times of day of one period, in order; none if a part limits them away."""
    rank = ("HOURLY", "MINUTELY", "SECONDLY").index(rule.frequency) + 1 if rule.frequency in SUB_DAILY else 0
    hours = _expanded_or_limited(rule.by_hour, start.hour, anchor.hour, limited=rank >= 1)
    minutes = _expanded_or_limited(rule.by_minute, start.minute, anchor.minute, limited=rank >= 2)
    seconds = _expanded_or_limited(rule.by_second, start.second, anchor.second, limited=rank >= 3)
    return (time(h, m, min(s, 59)) for h, m, s in product(hours, minutes, seconds))


def _expanded_or_limited(by: tuple[int, ...], implied: int, fixed: int, *, limited: bool) -> list[int]:
    if limited:
        return [fixed] if not by or fixed in by else []
    return sorted(set(by)) if by else [implied]


def _at_positions(moments: list[datetime], positions: tuple[int, ...]) -> list[datetime]:
    size = len(moments)
    indices = {p - 1 if p > 0 else size + p for p in positions}
    return [moments[i] for i in sorted(indices) if 0 <= i < size]
