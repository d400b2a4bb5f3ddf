"""What times one period of the common rules has, by arithmetic instead of day by day.

``periods_of`` chooses; all that it returns can be asked the same as AnyPeriods.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Protocol

from calsieve.core.recurrence.periods import AnyPeriods, at_positions, step_of
from calsieve.core.recurrence.rule import SUB_DAILY, Rule

_DAY = timedelta(days=1)
# Times that are worked out at once, as far as they lie within a year or so.
_BLOCK = 32
_BLOCK_SPAN = timedelta(days=400)
# The weekday of a month's first day (Monday 0) and the month's length → its days that are wanted.
_DaysOfMonth = Callable[[int, int], list[int]]


class Periods(Protocol):
    """The times of a rule, period by period.

    ``every`` is how many times each period has but for those before DTSTART, None if that varies; ``cost`` is how
    many steps of work one takes, besides its times.
    """

    every: int | None
    cost: int

    def before(self, near: datetime) -> int:
        """Return the number of a period before which all times are before ``near``, which lies behind DTSTART."""

    def times(self, number: int, until: datetime) -> list[datetime] | None:
        """Return the times of the period of that number; None if it begins after ``until`` or all time."""


def periods_of(rule: Rule, start: datetime) -> Periods:
    """Return the periods of ``rule`` with DTSTART ``start``; some hold several of the rule's own."""
    if rule.unknown or rule.by_hour or rule.by_minute or rule.by_second or rule.by_year_day or rule.by_week_no:
        return AnyPeriods(rule, start)
    if rule.frequency in {"MONTHLY", "YEARLY"}:
        days = _days_of_month(rule, start)
        return _Months(rule, start, days) if days else AnyPeriods(rule, start)
    days_apart = _weekdays(rule, start)
    if rule.by_month_day or rule.by_month or rule.by_set_pos or days_apart is None:
        return AnyPeriods(rule, start)
    return _Cycle(rule, start, days_apart)


def _weekdays(rule: Rule, start: datetime) -> list[int] | None:
    """Return how many days after the beginning of a period its times are; None where that can't be said."""
    days = sorted({day for _, day in rule.by_day})
    if rule.frequency == "WEEKLY":
        return sorted((day - rule.week_start) % 7 for day in days or [start.weekday()])
    if not days:
        return [0]
    # Each day that is a Monday or Friday is each week on Monday and Friday.
    return days if rule.frequency == "DAILY" and rule.interval == 1 else None


class _Cycle:
    """Periods of one length with times at the same distances from their beginnings."""

    def __init__(self, rule: Rule, start: datetime, days: list[int]) -> None:
        step = step_of(rule)
        self._anchor = start
        if rule.frequency not in SUB_DAILY and (rule.by_day or rule.frequency == "WEEKLY"):
            week_start = rule.week_start if rule.frequency == "WEEKLY" else 0
            step = max(step, 7 * _DAY)
            try:
                self._anchor -= _DAY * ((start.weekday() - week_start) % 7)
            except OverflowError:  # in the first week of all time, which has no beginning
                self._anchor, days = start, []
        block = max(1, min(_BLOCK // max(1, len(days)), _BLOCK_SPAN // step))
        self._offsets = [step * number + _DAY * day for number in range(block) for day in days]
        self._step = step * block
        self.every: int | None = len(self._offsets)
        self.cost = 1

    def before(self, near: datetime) -> int:
        return (near - self._anchor) // self._step

    def times(self, number: int, until: datetime) -> list[datetime] | None:
        try:
            anchor = self._anchor + self._step * number
        except OverflowError:
            return None
        if anchor > until:
            return None
        try:
            return [anchor + offset for offset in self._offsets]
        except OverflowError:
            return [anchor + offset for offset in self._offsets if offset <= datetime.max - anchor]  # noqa: DTZ901


class _Months:
    """Periods of months or years with times on days that each month has by itself."""

    def __init__(self, rule: Rule, start: datetime, days: _DaysOfMonth) -> None:
        yearly = rule.frequency == "YEARLY"
        self._start = start
        self._days = days
        self._positions = rule.by_set_pos
        self._interval = rule.interval * (12 if yearly else 1)
        self._first = start.year * 12 + (0 if yearly else start.month - 1)
        self._months = [month - 1 for month in sorted(set(rule.by_month)) or [start.month]] if yearly else [0]
        self.every = None if rule.by_set_pos else _times_a_period(rule, start, self._months)
        self.cost = 2 * len(self._months)

    def before(self, near: datetime) -> int:
        return (near.year * 12 + near.month - 1 - self._first) // self._interval

    def times(self, number: int, until: datetime) -> list[datetime] | None:
        first = self._first + self._interval * number
        if first > until.year * 12 + until.month - 1:
            return None
        start, found = self._start, []
        for month in self._months:
            year, index = divmod(first + month, 12)
            days = self._days(*calendar.monthrange(year, index + 1))
            found += [start.replace(year, index + 1, day) for day in days]
        return at_positions(found, self._positions) if self._positions else found


def _days_of_month(rule: Rule, start: datetime) -> _DaysOfMonth | None:
    """Return which days of a month the rule wants; None where it takes more than the month to tell."""
    if rule.by_month and rule.frequency == "MONTHLY":
        return None
    if rule.frequency == "YEARLY" and not rule.by_month and (rule.by_day or rule.by_month_day):
        return None
    if rule.by_day:
        return None if rule.by_month_day else _by_weekday(rule)
    return _by_number(rule.by_month_day or (start.day,))


def _by_number(numbers: tuple[int, ...]) -> _DaysOfMonth:
    if len(numbers) == 1 and 1 <= numbers[0] <= 28:
        return lambda _, __: [numbers[0]]

    def days(_: int, length: int) -> list[int]:
        found = {number if number > 0 else length + 1 + number for number in numbers}
        return sorted(day for day in found if 1 <= day <= length)

    return days


def _by_weekday(rule: Rule) -> _DaysOfMonth:
    def days(first_weekday: int, length: int) -> list[int]:
        found: set[int] = set()
        for n, weekday in rule.by_day:
            every = range(1 + (weekday - first_weekday) % 7, length + 1, 7)
            if n == 0:
                found.update(every)
            elif -len(every) <= n <= len(every):
                found.add(every[n - 1 if n > 0 else n])
        return sorted(found)

    return days


def _times_a_period(rule: Rule, start: datetime, months: list[int]) -> int | None:
    """Return how many times a period of months has, None if that varies."""
    if rule.by_day:
        numbers = {n for n, _ in rule.by_day}
        same_sign = all(0 < n < 5 for n in numbers) or all(-5 < n < 0 for n in numbers)
        return len(set(rule.by_day)) * len(months) if same_sign else None
    days = set(rule.by_month_day) or {start.day}
    same_sign = all(0 < day < 29 for day in days) or all(-29 < day < 0 for day in days)
    shortest = 28 if rule.frequency == "MONTHLY" else min(_SHORTEST[month] for month in months)
    usual = all(0 < day <= shortest for day in days)
    return len(days) * len(months) if same_sign or usual else None


# The lengths of the months in the shortest of years.
_SHORTEST = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
