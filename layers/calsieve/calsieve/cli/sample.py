"""Makes the large, lifelike calendars that ``calsieve demo`` trims.

The same seed and the same day give the same bytes. Everything is placed relative to that day, so that
a sample is never out of date. Nothing here reads the clock or is used outside the demonstration.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from calsieve.cli import sample_words as words
from calsieve.core.serialise import folded

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

_YEARS_BACK = 14
_BERLIN = ZoneInfo("Europe/Berlin")
_ZONES = {  # TZID as written → the zone it means
    "Europe/Berlin": _BERLIN,
    "W. Europe Standard Time": _BERLIN,
    "America/New_York": ZoneInfo("America/New_York"),
    "Asia/Tokyo": ZoneInfo("Asia/Tokyo"),
}
_WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")


@dataclass(frozen=True, slots=True)
class Sample:
    """What one sample calendar is about; ``events`` is roughly its number of components."""

    seed: int
    title: str
    events: int
    meetings: Sequence[str]
    series: Sequence[str]
    days: Sequence[str]
    places: Sequence[str]


WORK = Sample(
    seed=20_000,
    title="Work",
    events=20_000,
    meetings=words.WORK_MEETINGS,
    series=words.WORK_SERIES,
    days=words.WORK_DAYS,
    places=words.WORK_PLACES,
)
FAMILY = Sample(
    seed=1_800,
    title="Family",
    events=1_800,
    meetings=words.FAMILY_MEETINGS,
    series=words.FAMILY_SERIES,
    days=words.FAMILY_DAYS,
    places=words.FAMILY_PLACES,
)


def calendar(sample: Sample, today: date) -> bytes:
    """Return a valid iCalendar file of about fifteen years, up to a year after ``today``."""
    lines = _head(sample.title)
    lines += words.VTIMEZONES
    writer = _Writer(sample, today)
    count = 0
    while count < sample.events:
        for event in writer.entry():
            lines += event
            count += 1
    return _encode(lines)


def holidays(today: date) -> bytes:
    """Return the public holidays of the years around ``today``, one all-day event each."""
    lines = _head("Holidays")
    for year in range(today.year - _YEARS_BACK, today.year + 2):
        for month, day, name in words.HOLIDAYS:
            first = date(year, month, day)
            lines += [
                "BEGIN:VEVENT",
                f"UID:{first:%Y%m%d}@holidays.example.org",
                f"DTSTAMP:{today:%Y%m%d}T000000Z",
                f"DTSTART;VALUE=DATE:{first:%Y%m%d}",
                f"DTEND;VALUE=DATE:{first + timedelta(days=1):%Y%m%d}",
                f"SUMMARY:{name}",
                "TRANSP:TRANSPARENT",
                "END:VEVENT",
            ]
    return _encode(lines)


def _head(title: str) -> list[str]:
    return [
        "BEGIN:VCALENDAR",
        "PRODID:-//Example Org//Sample calendar//EN",
        "VERSION:2.0",
        "CALSCALE:GREGORIAN",
        "METHOD:PUBLISH",
        f"X-WR-CALNAME:{title}",
        "X-WR-TIMEZONE:Europe/Berlin",
    ]


@dataclass(frozen=True, slots=True)
class _Slot:
    """When an event is: a local start, its length, and how its times are written."""

    start: datetime  # naive: local time of the zone, or UTC, or floating
    length: timedelta
    form: str  # a TZID, or "utc", "date", "floating"

    def value(self, name: str, when: datetime) -> str:
        if self.form == "date":
            return f"{name};VALUE=DATE:{when:%Y%m%d}"
        if self.form == "utc":
            return f"{name}:{when:%Y%m%dT%H%M%S}Z"
        if self.form == "floating":
            return f"{name}:{when:%Y%m%dT%H%M%S}"
        return f"{name};TZID={self.form}:{when:%Y%m%dT%H%M%S}"

    def times(self) -> list[str]:
        return [self.value("DTSTART", self.start), self.value("DTEND", self.start + self.length)]

    def until(self, when: datetime) -> str:
        """The UNTIL value for a last occurrence at ``when`` (RFC 5545 §3.3.10: UTC if there is a zone)."""
        if self.form in _ZONES:
            return f"{when.replace(tzinfo=_ZONES[self.form]).astimezone(UTC):%Y%m%dT%H%M%SZ}"
        return self.value("", when).rpartition(":")[2]


class _Writer:
    """Draws one entry after the other: a single event, or a series with its overrides."""

    def __init__(self, sample: Sample, today: date) -> None:
        self._sample = sample
        self._today = today
        self._stamp = f"DTSTAMP:{today:%Y%m%d}T000000Z"
        self._random = random.Random(sample.seed)  # noqa: S311  the same bytes each time, no secret

    def entry(self) -> Iterator[list[str]]:
        """Yield the components of the next entry, each as unfolded lines."""
        if self._random.random() < 0.04:
            yield from self._series()
        elif self._random.random() < 0.12:
            yield self._event(self._slot(self._day(), "date"), self._pick(self._sample.days), self._uid())
        else:
            slot = self._slot(self._day(), self._form())
            yield self._event(slot, self._pick(self._sample.meetings), self._uid())

    def _pick(self, texts: Sequence[str]) -> str:
        return texts[int(self._random.random() * len(texts))]

    def _uid(self) -> str:
        return f"{self._random.getrandbits(104):026x}@calendar.example.org"

    def _day(self) -> date:
        """A working day: ever more of them up to today, then fewer and fewer for a year."""
        if self._random.random() < 0.02:
            offset = min(int(self._random.expovariate(1 / 60)), 360)
        else:
            offset = int(self._random.triangular(-365 * _YEARS_BACK, 0, 0))
        day = self._today + timedelta(days=offset)
        return day - timedelta(days=max(0, day.weekday() - 4))

    def _form(self) -> str:
        return self._random.choices(
            ("Europe/Berlin", "utc", "W. Europe Standard Time", "America/New_York", "Asia/Tokyo", "floating"),
            (50, 25, 10, 8, 3, 4),
        )[0]

    def _slot(self, day: date, form: str) -> _Slot:
        if form == "date":
            return _Slot(datetime.combine(day, time()), timedelta(days=self._random.randint(1, 4)), form)
        quarter = self._random.randint(32, 72)
        start = datetime.combine(day, time(quarter // 4, quarter % 4 * 15))
        return _Slot(start, timedelta(minutes=15 * self._random.randint(1, 8)), form)

    def _series(self) -> Iterator[list[str]]:
        draw = self._random.random()
        if draw < 0.08:
            slot = self._slot(self._day(), "date")
            yield self._event(slot, f"Birthday {self._person().name}", self._uid(), ["RRULE:FREQ=YEARLY"])
        elif draw < 0.22:
            slot = self._slot(self._day(), "Europe/Berlin")
            weekday = _WEEKDAYS[slot.start.weekday()]
            nth = (slot.start.day + 6) // 7
            rule = f"RRULE:FREQ=MONTHLY;COUNT={self._random.randint(6, 24)};BYDAY={min(nth, 4)}{weekday}"
            yield self._event(_moved_to_nth(slot, nth), self._pick(self._sample.series), self._uid(), [rule])
        else:
            yield from self._weekly()

    def _weekly(self) -> Iterator[list[str]]:
        """A weekly series with an end, some slots called off, some moved by an override."""
        slot, summary, uid = (
            self._slot(self._day(), self._form()),
            self._pick(self._sample.series),
            self._uid(),
        )
        interval, count = self._random.choice((1, 1, 1, 2)), self._random.randint(6, 60)
        starts = [slot.start + timedelta(weeks=interval * index) for index in range(count)]
        special = self._random.sample(starts[1:], self._random.randint(0, 4))
        called_off, moved = special[: len(special) // 2], sorted(special[len(special) // 2 :])
        rule = [f"RRULE:FREQ=WEEKLY;INTERVAL={interval}" if interval > 1 else "RRULE:FREQ=WEEKLY"]
        rule += self._random.choice(([f"COUNT={count}"], [f"UNTIL={slot.until(starts[-1])}"]))
        rule += [f"BYDAY={_WEEKDAYS[slot.start.weekday()]}"]
        exdates = [slot.value("EXDATE", when) for when in sorted(called_off)]
        yield self._event(slot, summary, uid, [";".join(rule), *exdates])
        for original in moved:
            later = original + timedelta(hours=self._random.randint(1, 3))
            recurrence_id = slot.value("RECURRENCE-ID", original)
            yield self._event(_Slot(later, slot.length, slot.form), f"{summary} (moved)", uid, [recurrence_id])

    def _event(self, slot: _Slot, summary: str, uid: str, recurrence: Sequence[str] = ()) -> list[str]:
        lines = ["BEGIN:VEVENT", *slot.times(), *recurrence, self._stamp, f"UID:{uid}"]
        lines += self._history(slot.start)
        lines += [f"SUMMARY:{summary}", "STATUS:CONFIRMED"]
        if slot.form == "date":
            return [*lines, "TRANSP:TRANSPARENT", "END:VEVENT"]
        lines += [f"LOCATION:{self._pick(self._sample.places)}", *self._note(slot.form), *self._people()]
        return [*lines, "TRANSP:OPAQUE", *self._alarm(), "END:VEVENT"]

    def _history(self, start: datetime) -> list[str]:
        created = min(start, datetime.combine(self._today, time())) - timedelta(
            days=self._random.randint(1, 60), minutes=self._random.randint(0, 1_439)
        )
        changed = created + timedelta(minutes=self._random.randint(0, 1_440))
        return [
            f"CREATED:{created:%Y%m%dT%H%M%S}Z",
            f"LAST-MODIFIED:{changed:%Y%m%dT%H%M%S}Z",
            f"SEQUENCE:{self._random.randint(0, 3)}",
        ]

    def _note(self, form: str) -> list[str]:
        notes = self._pick(words.NOTES).replace(";", "\\;").replace(",", "\\,")
        numbers = {"code": f"{self._random.getrandbits(40):010x}", "pin": self._random.randint(100, 999)}
        if form.startswith("W. "):
            outlook = words.OUTLOOK_NOTE.format(**numbers)
            return [f"DESCRIPTION:{notes}\\n{outlook}", "X-MICROSOFT-CDO-BUSYSTATUS:BUSY", "CLASS:PUBLIC"]
        if self._random.random() < 0.4:
            return [f"DESCRIPTION:{notes}\\n{words.GOOGLE_NOTE.format(**numbers)}"]
        return [f"DESCRIPTION:{notes}"]

    def _person(self) -> words.Person:
        return words.PEOPLE[int(self._random.random() * len(words.PEOPLE))]

    def _people(self) -> list[str]:
        if self._random.random() < 0.4:
            return []
        organizer, *guests = (self._person() for _ in range(self._random.randint(2, 4)))
        replies = ("ACCEPTED", "ACCEPTED", "DECLINED", "NEEDS-ACTION")
        return [f"ORGANIZER;CN={organizer.name}:mailto:{organizer.email}"] + [
            f"ATTENDEE;CUTYPE=INDIVIDUAL;ROLE=REQ-PARTICIPANT;PARTSTAT={self._pick(replies)}"
            f";CN={guest.name}:mailto:{guest.email}"
            for guest in dict.fromkeys(guests)
        ]

    def _alarm(self) -> list[str]:
        if self._random.random() < 0.4:
            return []
        return [
            "BEGIN:VALARM",
            "ACTION:DISPLAY",
            "DESCRIPTION:This is an event reminder",
            f"TRIGGER:-PT{self._pick(('5', '10', '15', '30'))}M",
            "END:VALARM",
        ]


def _moved_to_nth(slot: _Slot, nth: int) -> _Slot:
    """Keep a fifth weekday of a month from being a start that ``BYDAY=4XX`` does not contain."""
    return _Slot(slot.start - timedelta(weeks=max(0, nth - 4)), slot.length, slot.form)


def _encode(lines: Sequence[str]) -> bytes:
    return b"".join([folded(line.encode()) for line in (*lines, "END:VCALENDAR")])
