"""Which part of a calendar is asked for: whole months around a feed's window."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from calsieve.core.window import window_for

if TYPE_CHECKING:
    from calsieve.models import WindowPolicy

_MOST = timedelta(days=1825)  # Exchange refuses a longer calendar view
_MARGIN = timedelta(days=2)  # the window is laid in the feed's zone, of which nothing is known here


@dataclass(frozen=True, slots=True)
class View:
    """The days from ``start`` to just before ``end``, in UTC; both are the first of a month."""

    start: date
    end: date

    def __str__(self) -> str:
        return f"{self.start}/{self.end}"


def view_for(policy: WindowPolicy, now: datetime) -> View | None:
    """Return the view that holds the window of ``policy`` around ``now`` (aware) in whatever zone.

    It stays the same for a month, and with it what is remembered of it. None if it is more than Exchange gives.
    """
    window = window_for(policy, "UTC", now)
    if window.end - window.start > _MOST:
        return None
    first, last = (window.start - _MARGIN).date(), (window.end + _MARGIN).date()
    view = View(first.replace(day=1), (last.replace(day=28) + timedelta(days=4)).replace(day=1))
    return view if view.end - view.start <= _MOST else None
