"""The calendars of upstreams, and what each showed at which time: single events, whole days, series with overrides."""

from __future__ import annotations

import random
from collections.abc import Iterator, Set
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, reduce
from operator import xor
from typing import NamedTuple

from tests.load.reader import Occurrence, Rule, starts

BASE = datetime(2026, 5, 16, 12)  # UTC; a Saturday, so that a long soak passes the edge of a week
# What is compared: within every window that a soak of up to a week has.
SINCE, BEFORE = BASE - timedelta(days=24), BASE + timedelta(days=180)
BERLIN = "Europe/Berlin"
MANY = 24  # events: of as many, most can be lost
_ZONE = """BEGIN:VTIMEZONE
TZID:Europe/Berlin
BEGIN:DAYLIGHT
DTSTART:19810329T020000
RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
END:DAYLIGHT
BEGIN:STANDARD
DTSTART:19961027T030000
RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
END:STANDARD
END:VTIMEZONE"""
_KINDS = (*["single"] * 6, "day", "daily", "weekly")
_OLD = (
    "BEGIN:VEVENT\nUID:old\nDTSTAMP:20200101T000000Z\nDTSTART:20200101T100000Z\nDURATION:PT1H\nSUMMARY:Over\nEND:VEVENT"
)


@dataclass(frozen=True)
class Item:
    """A single event or a series, with what deviates from it: slots that are not held, or held on another day."""

    uid: str
    title: str
    zone: str
    start: datetime
    length: timedelta
    rule: Rule | None = None
    out: frozenset[datetime] = frozenset()
    moved: tuple[tuple[datetime, datetime], ...] = ()

    @cached_property
    def hashes(self) -> Version:
        return hashes({*self.shown()})

    def shown(self) -> Iterator[Occurrence]:
        taken = self.out | {slot for slot, _ in self.moved}
        for start in starts(self.start, self.zone, self.rule, BEFORE):
            if start >= SINCE and start not in taken:
                yield Occurrence(self.zone, start, self.length, self.title)
        yield from (
            Occurrence(self.zone, start, self.length, f"Moved {self.title}")
            for _, start in self.moved
            if start < BEFORE
        )

    def lines(self) -> Iterator[str]:
        rule = [f"RRULE:{self.rule.text}"] if self.rule else []
        out = [self._at("EXDATE", slot) for slot in sorted(self.out)]
        yield from self._event(self.start, self.title, [*rule, *out])
        for slot, start in self.moved:
            yield from self._event(start, f"Moved {self.title}", [self._at("RECURRENCE-ID", slot)])

    def _event(self, start: datetime, title: str, more: list[str]) -> Iterator[str]:
        length = f"P{self.length.days}D" if not self.zone else f"PT{self.length.seconds // 60}M"
        yield from ("BEGIN:VEVENT", f"UID:{self.uid}", "DTSTAMP:20260101T000000Z", self._at("DTSTART", start))
        yield from (f"DURATION:{length}", f"SUMMARY:{title}", "DESCRIPTION:Private notes", *more, "END:VEVENT")

    def _at(self, name: str, moment: datetime) -> str:
        if not self.zone:
            return f"{name};VALUE=DATE:{moment:%Y%m%d}"
        return (
            f"{name}:{moment:%Y%m%dT%H%M%S}Z" if self.zone == "Z" else f"{name};TZID={self.zone}:{moment:%Y%m%dT%H%M%S}"
        )


class Version(NamedTuple):
    """What a calendar showed, as hashes of the sets of its occurrences, and of their times.

    ``lost`` is when most of it was lost in this one, as long as nobody is to believe that at once.
    """

    full: int
    times: int
    lost: datetime | None = None


def hashes(occurrences: Set[Occurrence]) -> Version:
    """Return the hashes of a set. Those of two that have no time in common make those of both together, by XOR."""
    times = {one.time for one in occurrences}
    return Version(reduce(xor, map(hash, occurrences), 0), reduce(xor, map(hash, times), 0))


@dataclass(slots=True)
class Origin:
    """One source's calendar. ``versions`` are those that may still be published, oldest first, by their number.

    No two items of a feed have a time in common; ``place`` is the source's among the feed's. ``good`` is
    set while what the feed remembers of it is certainly good, and ``suspected`` since it lost much: else a fault that
    loses much could be believed, as that would be right. ``spell`` is set while it answers badly.
    """

    name: str
    place: int
    chance: random.Random
    items: dict[str, Item] = field(default_factory=dict)
    versions: dict[int, Version] = field(default_factory=dict)
    newest: int = -1
    good: bool = False
    suspected: datetime | None = None
    spell: bool = False
    describes_zone: bool = False
    _born: int = 0

    def __post_init__(self) -> None:
        self.describes_zone = self.chance.random() < 0.3  # many don't
        many = self.chance.random() < 0.4
        self._grow(self.chance.randint(MANY, MANY + 8) if many else self.chance.randint(5, 14))
        self._seen()

    @property
    def mark(self) -> str:
        """What all its titles end in."""
        return f"of {self.name}"

    @property
    def now(self) -> Version:
        return self.versions[self.newest]

    def change(self) -> None:
        """Add, change or take away one event, unless it is about to be seen whether a loss is believed."""
        if self.now.lost:
            return
        one = self.items[self.chance.choice([*self.items])]
        if len(self.items) < 5:
            self._grow(12)
        elif self.chance.random() < 0.3:
            self._grow(1)
        elif one.rule:
            self.items[one.uid] = self._deviated(one)
        elif one.zone and self.chance.random() < 0.5:
            self.items[one.uid] = replace(one, start=one.start + timedelta(days=1))
        else:
            del self.items[one.uid]
        self._seen()

    def lose(self, now: datetime) -> bool:
        """Lose most of what there is, as if somebody had deleted it; tell whether there was enough."""
        if not self.good or self.suspected or self.now.lost or len(self.items) < MANY:
            return False
        self.items = dict([*self.items.items()][: len(self.items) // 4])
        self._seen(now)
        self.suspected = now
        return True

    def forgive(self) -> None:
        """Nothing is remembered by which a loss could be seen."""
        self.good, self.suspected = False, None
        self.versions = {number: one._replace(lost=None) for number, one in self.versions.items()}

    def body(self, *, share: float = 1) -> bytes:
        """Return it, or what begins with this share of its events."""
        items = [*self.items.values()][: int(len(self.items) * share)]
        lines = (line for item in items for line in item.lines())
        zone = [_ZONE] if self.describes_zone else []
        text = "\n".join(["BEGIN:VCALENDAR\nVERSION:2.0\nPRODID:-//soak//EN", *zone, *lines, _OLD, "END:VCALENDAR\n"])
        return text.replace("\n", "\r\n").encode()

    def _seen(self, lost: datetime | None = None) -> None:
        self.newest += 1
        every = [item.hashes for item in self.items.values()]
        full, times = (reduce(xor, (getattr(one, what) for one in every), 0) for what in ("full", "times"))
        self.versions[self.newest] = Version(full, times, lost)

    # ── what is drawn ──

    def _grow(self, many: int) -> None:
        for _ in range(many):
            item = self._drawn()
            self.items[item.uid] = item
            self._born += 1

    def _drawn(self) -> Item:
        chance, kind = self.chance, self.chance.choice(_KINDS)
        uid, title = f"{self.name}-{self._born}", f"Meeting {self._born} {self.mark}"
        if kind == "day" and self.place == 0:
            return Item(uid, title, "", BASE.replace(hour=0) + timedelta(days=7 + 2 * self._born), timedelta(days=1))
        zone, length = chance.choice(("Z", BERLIN)), timedelta(minutes=chance.choice((30, 60, 90)))
        if kind in {"daily", "weekly"}:
            first = self._start(-120)
            return self._deviated(Item(uid, title, zone, first, length, self._rule(first, kind == "weekly")))
        return Item(uid, title, zone, self._start(7), length)

    def _rule(self, first: datetime, weekly: bool) -> Rule:
        chance = self.chance
        days = tuple(sorted({first.weekday(), chance.randrange(7)})) if weekly else ()
        rule = Rule(weekly, chance.choice((1, 2) if weekly else (3, 10)), days)
        end = chance.choice(("never", "count", "until"))
        if end == "count":
            return rule._replace(count=chance.randint(20, 90))
        return rule._replace(until=first + timedelta(days=chance.randint(140, 400))) if end == "until" else rule

    def _deviated(self, item: Item) -> Item:
        """Return a series of which one more time to come is left out, or held a day later."""
        free = [one.start for one in item.shown() if one.start > BASE + timedelta(days=7) and one.title == item.title]
        if not free:
            return replace(item, out=frozenset(), moved=())
        slot = self.chance.choice(free)
        if self.chance.random() < 0.5:
            return replace(item, out=item.out | {slot})
        return replace(item, moved=tuple(sorted((*item.moved, (slot, slot + timedelta(days=1))))))

    def _start(self, earliest: int) -> datetime:
        """Return a start at a time of day that no other item has; by day, as clocks are put on at night."""
        minutes = 3 * (self._born % 320) + self.place
        return BASE.replace(hour=5) + timedelta(days=self.chance.randint(earliest, 150), minutes=minutes)
