"""The rules of the series, and the dates that they give.

The dates are worked out here, by counting, so that exceptions and overrides name slots that exist. Each rule
has its start as first date (RFC 5545 leaves open what else would mean).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count, islice, takewhile

from tests.bench.draw import Draw

_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_MOST_SLOTS = 6_000  # fifteen years of days


@dataclass(frozen=True, slots=True)
class Repetition:
    """``rule`` is an RRULE without its end, ``slots`` yields its dates for ever, ``lengths`` are usual COUNTs."""

    rule: str
    slots: Iterator[date]
    lengths: tuple[int, int]

    def first(self, most: int | None, before: date) -> list[date]:
        """Return the dates before ``before``, ``most`` of them at most; at least one."""
        slots = list(islice(takewhile(lambda slot: slot < before, self.slots), most or _MOST_SLOTS))
        assert slots, "a series needs its first date"
        return slots


def daily(start: date, draw: Draw) -> Repetition:
    step = draw.pick((1, 1, 1, 2))
    slots = (start + timedelta(days=step * index) for index in count())
    return Repetition(_with_interval("FREQ=DAILY", step), slots, (3, 20))


def weekly(start: date, draw: Draw) -> Repetition:
    step = draw.pick((1, 1, 1, 1, 2))
    days = sorted({start.weekday()} | {draw.below(5) for _ in range(draw.pick((0, 0, 0, 1, 2)))})
    monday = start - timedelta(days=start.weekday())  # WKST is Monday unless a rule says otherwise
    all_days = (monday + timedelta(weeks=step * week, days=day) for week in count() for day in days)
    rule = _with_interval("FREQ=WEEKLY", step) + ";BYDAY=" + ",".join(_WEEKDAYS[day] for day in days)
    return Repetition(rule, (slot for slot in all_days if slot >= start), (4, 60))


def monthly_by_day(start: date, draw: Draw) -> Repetition:
    slots = (start.replace(year=year, month=month) for year, month in _months(start))
    rule = draw.pick(("FREQ=MONTHLY", f"FREQ=MONTHLY;BYMONTHDAY={start.day}"))
    return Repetition(rule, slots, (4, 36))


def monthly_by_weekday(start: date, draw: Draw) -> Repetition:
    nth, weekday = (start.day + 6) // 7, start.weekday()
    slots = (_nth_weekday(year, month, nth, weekday) for year, month in _months(start))
    return Repetition(f"FREQ=MONTHLY;BYDAY={nth}{_WEEKDAYS[weekday]}", slots, (4, 36))


def yearly(start: date, draw: Draw) -> Repetition:
    return Repetition("FREQ=YEARLY", (start.replace(year=year) for year in count(start.year)), (2, 10))


# As often as they stand here. The start's day must be in each month.
_KINDS: tuple[Callable[[date, Draw], Repetition], ...] = (
    *(weekly,) * 14,
    *(daily,) * 2,
    monthly_by_day,
    *(monthly_by_weekday,) * 2,
    yearly,
)


def drawn_repetition(start: date, draw: Draw) -> Repetition:
    """Draw a rule for a series that starts at ``start``, a day up to the 28th."""
    return draw.pick(_KINDS)(start, draw)


def _with_interval(rule: str, step: int) -> str:
    return f"{rule};INTERVAL={step}" if step > 1 else rule


def _months(start: date) -> Iterator[tuple[int, int]]:
    return ((month // 12, month % 12 + 1) for month in count(start.year * 12 + start.month - 1))


def _nth_weekday(year: int, month: int, nth: int, weekday: int) -> date:
    first = date(year, month, 1)
    return first + timedelta(days=(weekday - first.weekday()) % 7 + 7 * (nth - 1))
