"""Rules of single events: identity, stamps, times."""

from __future__ import annotations

from collections.abc import Iterator

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Sheet, moment
from calsieve.core.values import Form
from calsieve.models import Client

_ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "SUMMARY", "SEQUENCE", "LAST-MODIFIED")


@rule("give each event one that stays the same", warning=EVERYBODY)
def no_uid(sheet: Sheet) -> Iterator[Place]:
    """No UID (RFC 5545 §3.8.4.7)."""
    for event in sheet.events:
        if not event.uid.strip():
            yield Place(event.part.place("UID"), "an event without a UID")


@rule("say when the event was changed last", warning=EVERYBODY)
def no_dtstamp(sheet: Sheet) -> Iterator[Place]:
    """No DTSTAMP (RFC 5545 §3.8.7.2)."""
    for event in sheet.events:
        if "DTSTAMP" not in event.part.first:
            yield Place(event.part.begin, "an event without DTSTAMP")


@rule("write a date or a date and time", warning=EVERYBODY)
def no_start(sheet: Sheet) -> Iterator[Place]:
    """No DTSTART, or one that can't be read."""
    for event in sheet.events:
        if event.start is None:
            yield Place(event.part.place("DTSTART"), "an event without a start that can be read")


@rule("let it end after it starts, in the form of its start", warning=EVERYBODY)
def bad_end(sheet: Sheet) -> Iterator[Place]:
    """A DTEND before DTSTART, in another form, or that can't be read."""
    for event in sheet.events:
        line, start = event.part.line("DTEND"), event.start
        if line is None or start is None:
            continue
        end = moment(line)
        if end is None or (end.form is Form.DATE) is not (start.form is Form.DATE):
            yield Place(event.part.place("DTEND"), "an end in another form than the start")
        elif end.form is start.form and end.tzid == start.tzid and end.local < start.local:
            yield Place(event.part.place("DTEND"), "an end before the start")


@rule("keep one of them", warning=EVERYBODY)
def end_and_duration(sheet: Sheet) -> Iterator[Place]:
    """DTEND and DURATION in one event (RFC 5545 §3.6.1)."""
    for event in sheet.events:
        first = event.part.first
        if "DURATION" in first and "DTEND" in first:
            yield Place(event.part.place("DURATION"), "DTEND and DURATION")


@rule("keep one of them", warning=EVERYBODY)
def repeated_property(sheet: Sheet) -> Iterator[Place]:
    """A property twice that may be there only once (RFC 5545 §3.6.1)."""
    for event in sheet.events:
        if len(event.part.first) == len(event.part.lines):
            continue
        for name in _ONCE:
            for at, _ in [*event.part.all(name)][1:]:
                yield Place(at, f"another {name}")


@rule("give each event its own UID, and each override its own RECURRENCE-ID", warning=EVERYBODY)
def same_identity(sheet: Sheet) -> Iterator[Place]:
    """Two events of one UID and RECURRENCE-ID: one of them is not shown."""
    seen = set()
    for event in sheet.events:
        identity = event.uid, event.part.value("RECURRENCE-ID")
        if event.uid and identity in seen:
            yield Place(event.part.place("UID"), "a UID that another event has")
        seen.add(identity)


@rule("name the zone, or write it in UTC", warning=(Client.GOOGLE,))
def floating_time(sheet: Sheet) -> Iterator[Place]:
    """A time without a zone, in a calendar without X-WR-TIMEZONE: Google takes it for UTC."""
    if any(calendar.value("X-WR-TIMEZONE") for calendar in sheet.calendars):
        return
    for event in sheet.events:
        if event.start and event.start.form is Form.FLOATING:
            yield Place(event.part.place("DTSTART"), "a time without a zone")


RULES: tuple[Rule, ...] = (
    no_uid,
    no_dtstamp,
    no_start,
    bad_end,
    end_and_duration,
    repeated_property,
    same_identity,
    floating_time,
)
