"""What a calendar lost of all that is to come, since it was looked at before."""

from __future__ import annotations

from collections import Counter
from typing import NamedTuple

from calsieve.core.agenda import all_series
from calsieve.core.read import Calendar
from calsieve.core.recurrence.expand import Work
from calsieve.core.recurrence.occurrences import in_window
from calsieve.core.select import MOST_FOR_A_SERIES, shows
from calsieve.core.window import Window


class Lost(NamedTuple):
    """How many events were to come and how many still are, and the UIDs of those that are gone.

    A series is one event, however often it comes.
    """

    before: int
    after: int
    gone: frozenset[str]


def lost(old: Calendar, new: Calendar, window: Window, timezone: str, *, least: int) -> Lost | None:
    """Return what ``new`` lost of what ``old`` shows in the window; None if it has fewer than ``least`` events less.

    Usually that is told from the UIDs alone, without understanding the events. Both were read with a reach that is
    the window's. What got another UID is not lost.
    """
    if (_read(old) - _read(new)).total() < least:
        return None
    before, after = (_shown(calendar, window, timezone) for calendar in (old, new))
    if len(before) - len(after) < least:
        return None
    return Lost(len(before), len(after), before - after)


def _read(calendar: Calendar) -> Counter[str]:
    return Counter(found.uid for found in calendar.events)


def _shown(calendar: Calendar, window: Window, timezone: str) -> frozenset[str]:
    """Return the UIDs of all that the window shows; where readers disagree about that, it does."""
    found = set()
    for series in all_series(calendar, window, timezone):
        start, end, _ = series.master.occurrence()
        if window.shows(start, end) if series.single else shows(in_window(series, window, Work(MOST_FOR_A_SERIES))):
            found.add(series.master.uid)
    return frozenset(found)
