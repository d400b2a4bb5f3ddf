"""Series in which an override holds for all that follow it too (RANGE=THISANDFUTURE, RFC 5545 §3.2.13).

Some readers move and reshape what follows, some don't, so nobody can say what such a series shows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from calsieve.core.recurrence.doubts import why_doubtful
from calsieve.core.recurrence.expand import TooMuchWork, recurrences
from calsieve.core.recurrence.occurrences import END_OF_TIME, InWindow
from calsieve.core.recurrence.reach import MARGIN


def over_with_all_that_follows(seen: InWindow) -> bool:
    """Tell whether a series is over even if its last occurrence were moved as far, and lasted as long, as any.

    Takes it that no override is visible by itself.
    """
    recurrence = seen.recurrence
    last = _last_start(seen)
    if last is None or recurrence.dates or recurrence.periods or recurrence.foreign:
        return False
    ranged = [override for override in seen.series.overrides if override.ranged]
    shift = max(timedelta(), *(override.start.local - override.slot.local for override in ranged))
    length = max(event.length.local + event.length.exact for event in (seen.master, *ranged))
    try:
        return last + shift + length + 2 * MARGIN < seen.window.start.replace(tzinfo=None)
    except OverflowError:
        return False


def _last_start(seen: InWindow) -> datetime | None:
    """Return the local time after which no occurrence begins by the rules; None if there is no telling."""
    latest = start = seen.master.start.local
    for rule in seen.recurrence.rules:
        if rule.until:
            latest = max(latest, rule.until.local)
        elif rule.occurrences is None or why_doubtful(rule, seen.master):
            return None
        else:
            try:
                latest = max(latest, *recurrences(rule, start, start, END_OF_TIME, seen.work))
            except TooMuchWork:
                return None
    return latest
