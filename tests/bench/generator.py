"""Writes the calendars that are measured on: as large as one likes, in little memory, the same bytes each time.

The head holds three zones. Then come single events and series, in no order of time, as exporters leave them.
Nothing here reads the clock, and nothing is used outside the benchmark.
"""

from __future__ import annotations

import heapq
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from itertools import count
from typing import BinaryIO
from zoneinfo import ZoneInfo

from calsieve.core.serialise import folded
from tests.bench import texts
from tests.bench.draw import Draw
from tests.bench.repetition import drawn_repetition
from tests.bench.shapes import NOW, TIMEZONE, Shape

# As often as they stand here: a TZID, or how else a time is written.
_FORMS = ("Europe/Berlin",) * 9 + ("America/New_York",) * 2 + ("Asia/Tokyo", "floating") + ("utc",) * 5 + ("date",) * 2
_ZONES = {name: ZoneInfo(name) for name in ("Europe/Berlin", "America/New_York", "Asia/Tokyo")}
_HEAD = (
    "BEGIN:VCALENDAR",
    "PRODID:-//Example Org//Benchmark//EN",
    "VERSION:2.0",
    "CALSCALE:GREGORIAN",
    "METHOD:PUBLISH",
    "X-WR-CALNAME:Benchmark",
    f"X-WR-TIMEZONE:{TIMEZONE}",
)


def write_calendar(stream: BinaryIO, events: int, shape: Shape, seed: int) -> None:
    """Write a valid calendar of exactly ``events`` VEVENTs to ``stream``; holds a few hundred of them at most."""
    stream.write(_encoded([*_HEAD, *texts.VTIMEZONES]))
    for component in _components(_Writer(shape, Draw(seed)), events, shape.series):
        stream.write(_encoded(component))
    stream.write(_encoded(["END:VCALENDAR"]))


def _components(writer: _Writer, events: int, share: float) -> Iterator[list[str]]:
    """Yield singles and series in their shares. Most overrides follow their master, some come much later."""
    written = of_series = 0
    later: list[tuple[int, int, list[str]]] = []  # a heap: when each is due, its number, itself
    numbers = count()
    while written + len(later) < events:
        if later and later[0][0] <= written:
            batch = [heapq.heappop(later)[2]]
        elif of_series < share * (written + 1):
            master, *overrides = writer.series()[: events - written - len(later)]
            of_series += 1 + len(overrides)
            apart = writer.draw.chance(0.1)
            batch = [master] if apart else [master, *overrides]
            for override in overrides if apart else ():
                heapq.heappush(later, (written + writer.draw.between(10, 400), next(numbers), override))
        else:
            batch = [writer.single()]
        written += len(batch)
        yield from batch
    yield from (override for _, _, override in sorted(later))


@dataclass(frozen=True, slots=True)
class _Slot:
    """When an event is: a local start, its length, and how its times are written."""

    start: datetime  # naive: by the clock of the zone, or UTC, or floating
    length: timedelta
    form: str  # a TZID, or "utc", "date", "floating"

    def line(self, name: str, *moments: datetime) -> str:
        parameter = ";VALUE=DATE" if self.form == "date" else f";TZID={self.form}" if self.form in _ZONES else ""
        return f"{name}{parameter}:{','.join(map(self.value, moments))}"

    def value(self, moment: datetime) -> str:
        return {"date": "{:%Y%m%d}", "utc": "{:%Y%m%dT%H%M%SZ}"}.get(self.form, "{:%Y%m%dT%H%M%S}").format(moment)

    def until(self, moment: datetime) -> str:
        """Return UNTIL for a last occurrence at ``moment`` (RFC 5545 §3.3.10: UTC if there is a zone)."""
        if self.form not in _ZONES:
            return self.value(moment)
        return f"{moment.replace(tzinfo=_ZONES[self.form]).astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def at(self, start: datetime) -> _Slot:
        return _Slot(start, self.length, self.form)


class _Writer:
    """Draws singles and series of one shape, as unfolded lines."""

    def __init__(self, shape: Shape, draw: Draw) -> None:
        self.draw = draw
        self._shape = shape
        self._days = (shape.last - shape.first).days

    def single(self) -> list[str]:
        slot = self._slot(self._shape.first + timedelta(days=self.draw.below(self._days)))
        return self._event(slot, self._summary(slot), self._uid())

    def series(self) -> list[list[str]]:
        """Return a master, then its overrides in the order of their slots."""
        day = self._shape.first + timedelta(days=self.draw.below(self._days))
        slot = self._slot(max(self._shape.first, day.replace(day=min(day.day, 28))))
        repetition = drawn_repetition(slot.start.date(), self.draw)
        endless = self._shape.endless and self.draw.chance(0.1)
        days = repetition.first(None if endless else self.draw.between(*repetition.lengths), self._shape.last)
        starts = [datetime.combine(day, slot.start.time()) for day in days]
        end = "" if endless else self.draw.pick((f";COUNT={len(starts)}", f";UNTIL={slot.until(starts[-1])}"))
        skipped, moved = self._chosen(starts[1:])
        summary, uid = self._summary(slot), self._uid()
        master = self._event(slot, summary, uid, [f"RRULE:{repetition.rule}{end}", *self._exdates(slot, skipped)])
        return [master, *(self._override(slot.at(start), summary, uid) for start in moved)]

    def _chosen(self, starts: Sequence[datetime]) -> tuple[list[datetime], list[datetime]]:
        """Draw which occurrences are called off and which are changed; none is both."""
        if not starts:
            return [], []
        skipped = {self.draw.pick(starts) for _ in range(self.draw.pick((0, 0, 1, 2, 4)))}
        moved = {self.draw.pick(starts) for _ in range(self.draw.pick((0, 0, 0, 1, 2, 3, 6)))}
        return sorted(skipped), sorted(moved - skipped)

    def _exdates(self, slot: _Slot, skipped: Sequence[datetime]) -> list[str]:
        if skipped and self.draw.chance(0.5):
            return [slot.line("EXDATE", *skipped)]
        return [slot.line("EXDATE", start) for start in skipped]

    def _override(self, slot: _Slot, summary: str, uid: str) -> list[str]:
        """Change one occurrence: another hour, sometimes another day, sometimes only another title."""
        days = timedelta(days=self.draw.pick((0, 0, 0, 1, 2, 3)))
        hours = timedelta(hours=0 if slot.form == "date" else self.draw.between(0, 3))
        recurrence_id = slot.line("RECURRENCE-ID", slot.start)
        return self._event(slot.at(slot.start + days + hours), f"{summary} (changed)", uid, [recurrence_id])

    def _slot(self, day: date) -> _Slot:
        form = self.draw.pick(_FORMS)
        if form == "date":
            return _Slot(datetime.combine(day, time()), timedelta(days=self.draw.pick((1, 1, 1, 2, 5))), form)
        quarter = self.draw.between(28, 72)  # from seven to six, when no clock is put forward or back
        start = datetime.combine(day, time(quarter // 4, quarter % 4 * 15))
        return _Slot(start, timedelta(minutes=15 * self.draw.between(1, 10)), form)

    def _summary(self, slot: _Slot) -> str:
        return self.draw.pick(texts.DAYS if slot.form == "date" else texts.SUMMARIES)

    def _uid(self) -> str:
        return f"{self.draw.digits(26)}@calendar.example.org"

    def _event(self, slot: _Slot, summary: str, uid: str, recurrence: Sequence[str] = ()) -> list[str]:
        lines = ["BEGIN:VEVENT", slot.line("DTSTART", slot.start), self._end(slot), *recurrence]
        lines += [f"DTSTAMP:{NOW:%Y%m%dT%H%M%SZ}", f"UID:{uid}", *self._history(slot.start), *self._description()]
        if self.draw.chance(0.7):
            lines.append(f"LOCATION:{self.draw.pick(texts.PLACES)}")
        lines += ["STATUS:CONFIRMED", f"SUMMARY:{summary}"]
        lines.append("TRANSP:TRANSPARENT" if slot.form == "date" else "TRANSP:OPAQUE")
        lines += self.draw.pick(texts.EXTRAS)
        return [*lines, *self._people(), *self._alarms(slot), "END:VEVENT"]

    def _end(self, slot: _Slot) -> str:
        if slot.form != "date" and self.draw.chance(0.03):
            return f"DURATION:PT{slot.length.seconds // 60}M"
        return slot.line("DTEND", slot.start + slot.length)

    def _history(self, start: datetime) -> list[str]:
        written = min(start, NOW.replace(tzinfo=None))
        created = written - timedelta(minutes=self.draw.between(1_440, 90_000))
        changed = created + timedelta(minutes=self.draw.below(1_440))
        return [
            f"CREATED:{created:%Y%m%dT%H%M%SZ}",
            f"LAST-MODIFIED:{changed:%Y%m%dT%H%M%SZ}",
            f"SEQUENCE:{self.draw.below(4)}",
        ]

    def _description(self) -> list[str]:
        sentences = [self.draw.pick(texts.SENTENCES) for _ in range(self.draw.pick((0, 1, 2, 2, 3, 5)))]
        return [f"DESCRIPTION:{' '.join(sentences)}"] if sentences else []

    def _people(self) -> list[str]:
        if self.draw.chance(0.4):
            return []
        organiser, *guests = (self.draw.pick(texts.PEOPLE) for _ in range(self.draw.between(2, 4)))
        replies = ("ACCEPTED", "ACCEPTED", "TENTATIVE", "DECLINED", "NEEDS-ACTION")
        return [f"ORGANIZER;CN={organiser.name}:mailto:{organiser.email}"] + [
            f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={self.draw.pick(replies)}"
            f";CN={guest.name}:mailto:{guest.email}"
            for guest in dict.fromkeys(guests)
        ]

    def _alarms(self, slot: _Slot) -> list[str]:
        if self.draw.chance(0.7 if slot.form == "date" else 0.3):
            return []
        lines = ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:This is an event reminder"]
        return [*lines, f"TRIGGER:-PT{self.draw.pick((5, 10, 15, 30, 60))}M", "END:VALARM"]


def _encoded(lines: Sequence[str]) -> bytes:
    return b"".join([folded(line.encode()) for line in lines])
