"""What the agenda of a page lists: the coming days that have events, and when these are, in words."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta, tzinfo
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from calsieve.pages import words

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from calsieve.models import Shown

WEEKS = 8
MOST = 400  # entries on a page
_MOMENT = timedelta(microseconds=1)


class Entry(NamedTuple):
    """One event of a day. ``marks`` are words such as *tentative*."""

    when: str
    title: str
    place: str
    marks: tuple[str, ...]
    cancelled: bool


class Day(NamedTuple):
    """A day that has events."""

    date: date
    entries: tuple[Entry, ...]


def agenda_reach(now: datetime, timezone: str) -> tuple[datetime, datetime]:
    """Return the instants from and to which a page shows events: eight weeks, from the Monday of this one."""
    zone = ZoneInfo(timezone)
    monday = monday_of(now.astimezone(zone).date())
    return _midnight(monday, zone), _midnight(monday + timedelta(weeks=WEEKS), zone)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def days(agenda: Iterable[Shown], first: date, end: date, zone: tzinfo) -> list[Day]:
    """Return the days from ``first`` to before ``end`` that have events, `MOST` of these at most.

    An event is listed once: on the day that it begins, or on ``first`` if it has begun before.
    """
    placed = sorted(_placed(agenda, first, end, zone))[:MOST]
    by_day = groupby(placed, key=lambda one: one[0][0])
    return [Day(day, tuple(_entry(shown, day, zone) for _, shown in group)) for day, group in by_day]


def left_over(agenda: Iterable[Shown], first: date, end: date, zone: tzinfo) -> int:
    """Return how many events `days` had no room for."""
    return max(sum(1 for _ in _placed(agenda, first, end, zone)) - MOST, 0)


_Order = tuple[date, bool, datetime, str]


def _placed(agenda: Iterable[Shown], first: date, end: date, zone: tzinfo) -> Iterator[tuple[_Order, Shown]]:
    for shown in agenda:
        begins, last = _days_of(shown, zone)
        day = max(begins, first)
        if day <= last and day < end:
            yield (day, not shown.all_day, shown.start, shown.summary), shown


def _days_of(shown: Shown, zone: tzinfo) -> tuple[date, date]:
    """Return the local days on which an event begins and ends; midnight belongs to the day before."""
    last = max(shown.start, shown.end - _MOMENT)
    return shown.start.astimezone(zone).date(), last.astimezone(zone).date()


def _entry(shown: Shown, day: date, zone: tzinfo) -> Entry:
    cancelled, title = shown.status == "CANCELLED", words.name(shown.summary) or "Untitled"
    status = shown.status.lower()
    marks = [status] if status in ("cancelled", "tentative") and status != title.lower() else []  # as in busy views
    return Entry(
        when=_when(shown, day, zone),
        title=title,
        place=words.name(shown.location, 100),
        marks=tuple(marks if shown.sure else [*marks, "may be shown at another time"]),
        cancelled=cancelled,
    )


def _when(shown: Shown, day: date, zone: tzinfo) -> str:
    begins, last = _days_of(shown, zone)
    if shown.all_day:
        return "all day" if last == day else f"until {last:%-d %b}"
    start, end = shown.start.astimezone(zone), shown.end.astimezone(zone)
    if start == end:
        return words.clock(start)
    clock = "24:00" if end.date() > last else words.clock(end)  # midnight is that of the day before
    until = clock if last == day else f"{clock} {words.short_day(last)}"
    return f"until {until}" if begins < day else f"{words.clock(start)}–{until}"


def _midnight(day: date, zone: tzinfo) -> datetime:
    return datetime.combine(day, time.min, zone)
