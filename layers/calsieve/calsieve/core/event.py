"""One VEVENT, understood: when it is, what it belongs to, and its lines in orderly form."""

from __future__ import annotations

from datetime import datetime, timedelta, tzinfo
from typing import NamedTuple

from calsieve.core.component import Component, Line
from calsieve.core.values import When
from calsieve.core.window import LATEST
from calsieve.core.zones.resolve import to_utc

# A line as it is published, behind where it stands among lines of other names (`serialise.order`).
OtherLine = tuple[bytes, bytes]


class Length(NamedTuple):
    """How long an occurrence is: first by the clock on the wall, then by the stopwatch."""

    local: timedelta = timedelta()
    exact: timedelta = timedelta()


class Occurrence(NamedTuple):
    """One concrete (start, end) in UTC, and the local start by which its series knows it."""

    start: datetime
    end: datetime
    local: datetime


class Event(NamedTuple):
    """A VEVENT with what the core has to know about it worked out.

    ``rules`` turn its local times into instants; ``recurrence_id`` is None for a master or single event;
    ``ranged`` says that an override also holds for all that follow it (RANGE=THISANDFUTURE). ``others`` are lines that
    say nothing of all this and are not in ``component``, ready to be published, and ``answered`` is what they
    answer to the questions of rules. ``origin`` is the event under the UID and with the RECURRENCE-ID that the upstream
    gave it, if it has others now. ``called`` is what the upstream called it, where sources are compared (`duplicates`).
    """

    component: Component
    uid: str
    start: When
    length: Length
    rules: tzinfo
    recurrence_id: When | None
    ranged: bool
    others: tuple[OtherLine, ...] = ()
    answered: int = 0
    origin: Event | None = None
    called: str = ""

    @property
    def slot(self) -> When:
        """The moment by which its series knows it: RECURRENCE-ID of an override, else its own start."""
        return self.recurrence_id or self.start

    @property
    def recurs(self) -> bool:
        """Whether it has more than its own occurrence."""
        return self.component.has("RRULE", "RDATE")

    def with_uid(self, uid: str) -> Event:
        """Return the event under another UID."""
        component = self.component.with_line(Line("UID", "", uid))
        return self._replace(uid=uid, component=component, origin=self.origin or self)

    def occurrence(self, local: datetime | None = None) -> Occurrence:
        """Return the occurrence that begins at that local time, by default its own."""
        return occurrence_at(self.start.local if local is None else local, self.length, self.rules)


def occurrence_at(local: datetime, length: Length, rules: tzinfo) -> Occurrence:
    """Return the occurrence of that length that begins at a local time; what all time can't hold is clamped."""
    try:
        end = local + length.local
    except OverflowError:
        end = datetime.max  # noqa: DTZ901 - naive local time
    begins = to_utc(local, rules)
    try:
        ends = to_utc(end, rules) + length.exact
    except OverflowError:
        ends = LATEST
    return Occurrence(begins, max(begins, ends), local)
