"""How full the coming weeks are, as numbers that a picture is drawn from and words that say the same."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from calsieve.pages import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from calsieve.models import Shown

_Interval = tuple[datetime, datetime]
_LEVELS = (0.0, 2 * 3600.0, 4 * 3600.0, 6 * 3600.0)  # a day is one level up when it has more seconds than that


class DayCell(NamedTuple):
    """One day: how full, from 0 to 4, and whether an event lasts all of it."""

    date: date
    level: int
    all_day: bool


class Week(NamedTuple):
    """Seven days from a Monday: cells for the picture, and words for who can't see it."""

    days: tuple[DayCell, ...]
    hours: str
    words: str


def weeks(agenda: Sequence[Shown], first: date, number: int, zone: tzinfo) -> list[Week]:
    """Return ``number`` weeks from the Monday ``first``.

    Hours that have more than one event count once, cancelled events not at all, and those that last all day apart.
    """
    going = [shown for shown in agenda if shown.status != "CANCELLED"]
    timed = _united((shown.start, shown.end) for shown in going if not shown.all_day)
    whole = _united((shown.start, shown.end) for shown in going if shown.all_day)
    return [_week(first + timedelta(weeks=week), timed, whole, zone) for week in range(number)]


def _week(monday: date, timed: Sequence[_Interval], whole: Sequence[_Interval], zone: tzinfo) -> Week:
    dates = [monday + timedelta(days=day) for day in range(7)]
    seconds = [_seconds(timed, day, zone) for day in dates]
    cells = [
        DayCell(day, sum(busy > level for level in _LEVELS), _seconds(whole, day, zone) > 0)
        for day, busy in zip(dates, seconds, strict=True)
    ]
    hours = words.hours(sum(seconds))
    return Week(tuple(cells), hours, _in_words(monday, hours, cells))


def _in_words(monday: date, hours: str, cells: Sequence[DayCell]) -> str:
    said = f"Week of {words.long_day(monday)}: {hours} on {words.count(sum(cell.level > 0 for cell in cells), 'day')}"
    whole = sum(cell.all_day for cell in cells)
    return f"{said}; all-day events on {words.count(whole, 'day')}" if whole else said


def _united(intervals: Iterable[_Interval]) -> list[_Interval]:
    """Return the intervals without overlaps, in order."""
    united: list[_Interval] = []
    for start, end in sorted(intervals):
        if united and start <= united[-1][1]:
            united[-1] = (united[-1][0], max(end, united[-1][1]))
        else:
            united.append((start, end))
    return united


def _seconds(intervals: Sequence[_Interval], day: date, zone: tzinfo) -> float:
    """Return how many seconds of a local day the intervals cover; a day may have 23 or 25 hours."""
    begin, end = (datetime.combine(date, time.min, zone).astimezone(UTC) for date in (day, day + timedelta(days=1)))
    return sum(max(min(stop, end) - max(start, begin), timedelta()).total_seconds() for start, stop in intervals)
