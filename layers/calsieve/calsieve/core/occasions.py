"""What is on a calendar, in words: one line each, in plain English, times in the feed's zone."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from datetime import tzinfo

    from calsieve.models import Shown

_LONGEST = 120
_SHORTEST = timedelta(microseconds=1)
# Not strftime's: those would be the machine's language.
_DAYS = ("Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun")
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def when(shown: Shown, zone: tzinfo, today: date) -> str:
    """Return when something is, like ``Thu 26 Nov, 14:00–15:00``; the year if it is not that of ``today``."""
    start, end = shown.start.astimezone(zone), shown.end.astimezone(zone)
    last = max(start, end - _SHORTEST).date()  # what ends at midnight ends with the day before
    if shown.all_day:
        return f"{_days(start.date(), last, today)}, all day"
    if last == start.date():
        return f"{_day(last, today)}, {_hours(start, end)}"
    return f"{_day(start.date(), today)}, {start:%H:%M} – {_day(end.date(), today)}, {end:%H:%M}"


def one_line(text: str) -> str:
    """Return ``text`` on one line, without what is not printed, and not too long."""
    line = " ".join("".join(c if c.isprintable() else " " for c in text).split())
    return line if len(line) <= _LONGEST else line[: _LONGEST - 1].rstrip() + "…"


def _days(first: date, last: date, today: date) -> str:
    return _day(first, today) if first == last else f"{_day(first, today)} – {_day(last, today)}"


def _day(day: date, today: date) -> str:
    year = f" {day.year}" if day.year != today.year else ""
    return f"{_DAYS[day.weekday()]} {day.day} {_MONTHS[day.month - 1]}{year}"


def _hours(start: datetime, end: datetime) -> str:
    if end <= start:
        return f"{start:%H:%M}"
    until = "24:00" if end.date() > start.date() else f"{end:%H:%M}"
    return f"{start:%H:%M}–{until}"
