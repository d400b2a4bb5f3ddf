"""Sources of the machine: calendars that change, and what each version of one shows by plain arithmetic.

Every version has a number, and a marker event that tells it: one that comes each day at a time which is the number. So
a published file says itself from which versions it was made, also where it shows nothing but times.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

from calsieve.errors import UpstreamUnavailable
from calsieve.models import Fetched, NotModified, Validators

BASE = datetime(2026, 5, 13, 12, tzinfo=UTC)  # a Wednesday
SOURCES = ("work", "home", "club")
ZONE = ZoneInfo("Asia/Tokyo")  # series in UTC are trimmed only where clocks do not change
DAY = timedelta(days=1)
TITLED = "-event "  # what every title has in it


class Shown(NamedTuple):
    """One time that something is on a calendar: instants in UTC, midnights of the zone if it is for whole days."""

    title: str
    start: datetime
    end: datetime


class Window(NamedTuple):
    """A half-open interval of instants."""

    start: datetime
    end: datetime

    def has(self, shown: Shown) -> bool:
        return shown.start < self.end and shown.end > self.start


@dataclass(frozen=True)
class Entry:
    """One event, or a series of ``times`` (0: without end) each ``step`` days, less those ``away``.

    ``moved`` has for some of its times another start and another title.
    """

    uid: str
    title: str
    start: datetime
    length: timedelta = timedelta(hours=1)
    all_day: bool = False
    times: int = 1
    step: int = 1
    away: frozenset[int] = frozenset()
    moved: tuple[tuple[int, datetime, str], ...] = ()

    def shown(self, window: Window) -> Iterator[Shown]:
        moved = {number: (start, title) for number, start, title in self.moved}
        number = 0
        while number < (self.times or 10_000):
            slot = self.start + number * self.step * DAY
            if slot > window.end and number > max(moved, default=0):
                return
            start, title = moved.get(number, (slot, self.title))
            one = Shown(title, self._instant(start), self._instant(start + self.length))
            if number not in self.away and window.has(one):
                yield one
            number += 1

    def altered(self, how: str, number: int) -> Entry:
        """Take away, shift or hide one time of a series."""
        number %= self.times
        moved = tuple(one for one in self.moved if one[0] != number)
        if how == "take":
            return replace(self, away=self.away | {number}, moved=moved)
        start = self.start + number * self.step * DAY + timedelta(hours=2)
        one = (number, start, f"{self.title} {'private' if how == 'hide' else 'shifted'}")
        return replace(self, away=self.away - {number}, moved=(*moved, one))

    def lines(self) -> Iterator[str]:
        yield from self._event(self.title, self.start)
        if self.times != 1:
            count = f";COUNT={self.times}" if self.times else ""
            yield f"RRULE:FREQ=DAILY;INTERVAL={self.step}{count}"
        for number in sorted(self.away):
            yield f"EXDATE:{self.start + number * self.step * DAY:%Y%m%dT%H%M%SZ}"
        yield "END:VEVENT"
        for number, start, title in self.moved:
            yield from self._event(title, start)
            yield f"RECURRENCE-ID:{self.start + number * self.step * DAY:%Y%m%dT%H%M%SZ}"
            yield "END:VEVENT"

    def _event(self, title: str, start: datetime) -> Iterator[str]:
        form, kind = ("%Y%m%d", ";VALUE=DATE") if self.all_day else ("%Y%m%dT%H%M%SZ", "")
        yield from ("BEGIN:VEVENT", f"UID:{self.uid}", "DTSTAMP:20260101T000000Z", f"SUMMARY:{title}")
        yield from (f"DTSTART{kind}:{start:{form}}", f"DTEND{kind}:{start + self.length:{form}}")

    def _instant(self, at: datetime) -> datetime:
        return at.replace(tzinfo=ZONE).astimezone(UTC) if self.all_day else at


@dataclass(frozen=True)
class Version:
    """What a source was at one time. One that is not ``marked`` is empty; one that is not ``whole`` breaks off."""

    source: str
    number: int
    entries: tuple[Entry, ...]
    marked: bool = True
    whole: bool = True

    @property
    def marker(self) -> Entry:
        start = datetime(2025, 1, 1, 3 + SOURCES.index(self.source), tzinfo=UTC) + timedelta(seconds=self.number)
        title = f"marker {self.source} {self.number}"
        return Entry(f"marker-{self.source}", title, start, timedelta(minutes=1), times=0)

    def body(self) -> bytes:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//machine//EN"]
        lines += self.marker.lines() if self.marked else ()
        lines += (line for entry in self.entries for line in entry.lines())
        lines += ["END:VCALENDAR", ""] if self.whole else ["BEGIN:VEVENT", "UID:ha"]
        return "\r\n".join(lines).encode()

    def shown(self, window: Window) -> set[Shown]:
        """Return all but the marker."""
        return {one for entry in self.entries for one in entry.shown(window)}

    def coming(self, window: Window) -> frozenset[str]:
        """Return the UIDs of what is to come."""
        return frozenset(entry.uid for entry in self.entries if any(entry.shown(window)))


def number_of(shown: Shown) -> tuple[str, int] | None:
    """Return which version of which source a time is the marker of; nothing else lasts a minute."""
    if shown.end - shown.start != timedelta(minutes=1):
        return None
    return SOURCES[shown.start.hour - 3], shown.start.minute * 60 + shown.start.second


@dataclass
class Upstream:
    """One source over time. ``ill`` is how it answers instead of with ``now``; ``etags`` whether it gives any."""

    name: str
    etags: bool
    ill: str = ""
    versions: list[Version] = field(default_factory=list)
    good: Version | None = None  # before the sudden loss that it is in
    fake: Version | None = None  # what it seems to be while it is ill
    _born: int = 0

    def __post_init__(self) -> None:
        self.become(tuple(self._entry(day * 2, day % 5) for day in range(16)))

    @property
    def now(self) -> Version:
        return self._now

    def become(self, entries: tuple[Entry, ...], **how: bool) -> None:
        self._now = self.derived(entries, **how)

    def derived(self, entries: tuple[Entry, ...], **how: bool) -> Version:
        """Return a version of its own, that the source only seems to be at."""
        version = Version(self.name, len(self.versions), entries, **how)
        self.versions.append(version)
        return version

    def change(self, how: str, one: int, other: int) -> None:
        """Add, move or remove an event; take away, shift or hide one time of a series. If there is one."""
        entries = self.now.entries
        if how == "add":
            self.become((*entries, self._entry(one, other % 5)))
        elif how in {"move", "remove"} and entries:
            at = one % len(entries)
            moved = replace(entries[at], start=entries[at].start + (other - 20) * DAY, away=frozenset(), moved=())
            self.become((*entries[:at], *([moved] if how == "move" else []), *entries[at + 1 :]))
        elif series := [at for at, entry in enumerate(entries) if entry.times > 1]:
            at = series[one % len(series)]
            self.become((*entries[:at], entries[at].altered(how, other), *entries[at + 1 :]))

    def lose(self, share: int) -> None:
        """Become what is left after a sudden loss, until it comes back."""
        self.good = self.good or self.now
        self.become(self.now.entries[: len(self.now.entries) * share // 100])

    def come_back(self) -> None:
        """Be again, to the byte, what it was before the loss."""
        if self.good:
            self._now, self.good = self.good, None

    def fall_ill(self, how: str, keeps: int = 0) -> None:
        """Answer otherwise than with a calendar, with an empty one, or with one that breaks off after some events."""
        self.ill, self.fake = how, None
        if how == "empty":
            self.fake = self.derived((), marked=False)
        if how == "cut":
            self.fake = self.derived(self.now.entries[:keeps], whole=False)

    def recover(self) -> None:
        self.ill, self.fake = "", None

    @property
    def seems(self) -> Version:
        """What it seems to be to who asks and gets a calendar."""
        return self.fake or self.now

    def answer(self, validators: Validators) -> Fetched | NotModified:
        """Answer as the upstream does. Raises UpstreamUnavailable."""
        if self.ill == "down":
            raise UpstreamUnavailable(self.name, "it does not answer")
        if self.ill == "html":
            return Fetched(body=b"<!doctype html><title>Sign in</title>")
        own = Validators(etag=f'"{self.seems.number}"') if self.etags else Validators()
        return NotModified() if own and own == validators else Fetched(body=self.seems.body(), validators=own)

    def _own_time(self) -> timedelta:
        """No two sources have events at the same time: where only times are told, one would stand for the other."""
        return timedelta(minutes=self._born % 97, hours=2 * SOURCES.index(self.name))

    def _entry(self, day: int, kind: int) -> Entry:
        self._born += 1
        name = f"{self.name}{TITLED}{self._born}{' private' if self._born % 7 == 0 else ''}"
        uid, start = f"{self.name}-{self._born}@example.org", BASE + day * DAY + self._own_time()
        if kind == 1:
            return Entry(uid, name, start.replace(hour=0, minute=0), DAY, all_day=True)
        if kind == 2:
            return Entry(uid, name, start - 20 * DAY, times=6, step=7, away=frozenset({2}))
        if kind == 3:
            moved = ((1, start + 3 * DAY, f"{name} moved"),)
            return Entry(uid, name, start, times=5, step=2, moved=moved)
        return Entry(uid, name, start)
