"""What is on a calendar, and what changed of it."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


class Shown(NamedTuple):
    """One occurrence as a phone shows it: instants in UTC, midnights of the feed's zone if it is for whole days.

    ``slot`` is the original time by which its series knows it, as iCalendar writes it there; empty for a single event.
    ``status`` is in upper case, CONFIRMED if nothing is said. Where readers are known to show its series differently,
    it is not ``sure``.
    """

    uid: str
    slot: str
    start: datetime
    end: datetime
    all_day: bool
    summary: str
    location: str = ""
    status: str = "CONFIRMED"
    sure: bool = True


class ChangeKind(StrEnum):
    """What happened to something on a calendar."""

    APPEARED = "appeared"
    MOVED = "moved"  # to another time, or another length
    CANCELLED = "cancelled"  # gone, or said to be cancelled
    CHANGED = "changed"  # at the same time, but called otherwise, elsewhere, or less certain


class Change(NamedTuple):
    """One difference between what was and what is on a calendar.

    What APPEARED has a ``before`` only if it was cancelled, what is CANCELLED an ``after`` only if it is called so.
    """

    kind: ChangeKind
    before: Shown | None
    after: Shown | None

    @property
    def shown(self) -> Shown:
        """What to call it by: as it is, or as it was if it is no more."""
        shown = self.after or self.before
        assert shown is not None  # noqa: S101 - a change has a side
        return shown
