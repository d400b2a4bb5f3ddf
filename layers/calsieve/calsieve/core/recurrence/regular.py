"""What times one period of the common rules has, by arithmetic instead of day by day.

``periods_of`` chooses; all that it returns can be asked the same as AnyPeriods.
"""

from __future__ import annotations

import calendar
from collections.abc import Callable, Sequence
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Protocol

from calsieve.core.recurrence.periods import AnyPeriods, at_positions, step_of
from calsieve.core.recurrence.rule import SUB_DAILY, Rule

_DAY = timedelta(days=1)
_SECOND_WEEK = datetime(1, 1, 8)  # noqa: DTZ001 - naive local time
# Times that are worked out at once, as far as they lie within a year or so.
_BLOCK = 32
_BLOCK_SPAN = timedelta(days=400)
_MONTHS_AT_ONCE = 6
# How many days January to December have in the shortest of years.
SHORTEST_MONTHS = (31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)
# Year and month → those of its days that are wanted.
_DaysOfMonth = Callable[[int, int], Sequence[int]]


class Periods(Protocol):
    """The times of a rule, period by period.

    ``every`` is how many times each period has but for those before DTSTART, None if that varies; ``cost`` is how
    many steps of work one takes, besides its times.
    """

    every: int | None
    cost: int

    def before(self, near: datetime) -> int:
        """Return the number of a period before which all times are before ``near``, which is not before DTSTART."""

    def times(self, number: int, until: datetime) -> list[datetime] | None:
        """Return the times of the period of that number; None if it begins after ``until`` or all time."""


# Judging a series asks for the same ones several times.
@lru_cache(maxsize=16)
def periods_of(rule: Rule, start: datetime) -> Periods:
    """Return the periods of ``rule`` with DTSTART ``start``; some hold several of the rule's own."""
    if rule.unknown or rule.by_hour or rule.by_minute or rule.by_second or rule.by_year_day or rule.by_week_no:
        return AnyPeriods(rule, start)
    if rule.frequency in {"MONTHLY", "YEARLY"}:
        days = _days_of_month(rule, start)
        return _Months(rule, start, days) if days else AnyPeriods(rule, start)
    days_apart = _weekdays(rule, start)
    is_first_week = start < _SECOND_WEEK and rule.week_start  # of all time: it has no beginning
    if rule.by_month_day or rule.by_month or rule.by_set_pos or days_apart is None or is_first_week:
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
            self._anchor -= _DAY * ((start.weekday() - week_start) % 7)
        block = max(1, min(_BLOCK // max(1, len(days)), _BLOCK_SPAN // step))
        self._offsets = _offsets(step, block, tuple(days))
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


@lru_cache(maxsize=256)
def _offsets(step: timedelta, steps: int, days: tuple[int, ...]) -> list[timedelta]:
    """Return the distances from the beginning of a number of steps that each have times after so many days."""
    return [step * number + _DAY * day for number in range(steps) for day in days]


class _Months:
    """Periods of months or years with times on days that each month has by itself, some at once."""

    def __init__(self, rule: Rule, start: datetime, days: _DaysOfMonth) -> None:
        yearly = rule.frequency == "YEARLY"
        self._start = start
        self._days = days
        self._positions = rule.by_set_pos
        self._interval = rule.interval * (12 if yearly else 1)
        self._block = self._interval * (1 if yearly else _MONTHS_AT_ONCE)
        self._first = start.year * 12 + (0 if yearly else start.month - 1)
        self._months = [month - 1 for month in sorted({*rule.by_month}) or [start.month]] if yearly else [0]
        times = _times_a_period(rule, start, self._months)
        self.every = None if times is None or rule.by_set_pos else times * (self._block // self._interval)
        self.cost = 2 * len(self._months) * (self._block // self._interval)

    def before(self, near: datetime) -> int:
        return (near.year * 12 + near.month - 1 - self._first) // self._block

    def times(self, number: int, until: datetime) -> list[datetime] | None:
        first, last = self._first + self._block * number, until.year * 12 + until.month - 1
        if first > last:
            return None
        found: list[datetime] = []
        for month in range(first, min(first + self._block, last + 1), self._interval):
            moments = self._in_period(month)
            found += at_positions(moments, self._positions) if self._positions else moments
        return found

    def _in_period(self, first: int) -> list[datetime]:
        start, found = self._start, []
        for month in self._months:
            year, index = divmod(first + month, 12)
            found += [start.replace(year, index + 1, day) for day in self._days(year, index + 1)]
        return found


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
        return lambda _, __: numbers

    def days(year: int, month: int) -> list[int]:
        _, length = _month(year, month)
        found = {number if number > 0 else length + 1 + number for number in numbers}
        return sorted(day for day in found if 1 <= day <= length)

    return days


def _by_weekday(rule: Rule) -> _DaysOfMonth:
    def days(year: int, month: int) -> list[int]:
        first_weekday, length = _month(year, month)
        found: set[int] = set()
        for n, weekday in rule.by_day:
            every = range(1 + (weekday - first_weekday) % 7, length + 1, 7)
            if n == 0:
                found.update(every)
            elif -len(every) <= n <= len(every):
                found.add(every[n - 1 if n > 0 else n])
        return sorted(found)

    return days


_month = lru_cache(maxsize=1200)(calendar.monthrange)


def _times_a_period(rule: Rule, start: datetime, months: list[int]) -> int | None:
    """Return how many times a period of months has, None if that varies."""
    if rule.by_day:
        numbers = {n for n, _ in rule.by_day}
        same_sign = all(0 < n < 5 for n in numbers) or all(-5 < n < 0 for n in numbers)
        return len(set(rule.by_day)) * len(months) if same_sign else None
    days = set(rule.by_month_day) or {start.day}
    shortest = 28 if rule.frequency == "MONTHLY" else min(SHORTEST_MONTHS[month] for month in months)
    each = all(0 < day <= shortest for day in days) or all(-29 < day < 0 for day in days)
    return len(days) * len(months) if each else None
