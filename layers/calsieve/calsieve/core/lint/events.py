"""Rules of single events: identity, stamps, times.

Who takes what how is told, with sources, in docs/lint.md.
"""

from __future__ import annotations

from collections.abc import Iterator

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Sheet
from calsieve.core.values import Form
from calsieve.models import Client

_ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "SUMMARY", "SEQUENCE", "LAST-MODIFIED")
_WITH_DATES = ("DTSTART", "DTEND", "RECURRENCE-ID")
_OUTLOOKS_YEARS = range(1601, 4501)


@rule(
    "give each event one of its own that stays the same",
    warning=(Client.APPLE, Client.OUTLOOK, Client.ICSX5),
    hint=EVERYBODY,
)
def no_uid(sheet: Sheet) -> Iterator[Place]:
    """No UID (RFC 5545 §3.8.4.7)."""
    for event in sheet.events:
        if not event.uid:
            yield Place(event.part.place("UID"), "an event without a UID")


@rule(
    "say when the event was changed last, as in DTSTAMP:20260101T000000Z",
    warning=(Client.GOOGLE, Client.OUTLOOK),
    hint=EVERYBODY,
)
def no_dtstamp(sheet: Sheet) -> Iterator[Place]:
    """No DTSTAMP (RFC 5545 §3.8.7.2)."""
    for event in sheet.events:
        if "DTSTAMP" not in event.part.first:
            yield Place(event.part.begin, "an event without DTSTAMP")


@rule("write a date, as in 20260515, or a date and time, as in 20260515T140000Z", warning=EVERYBODY)
def no_start(sheet: Sheet) -> Iterator[Place]:
    """No DTSTART, or one that can't be read (RFC 5545 §3.6.1)."""
    for event in sheet.events:
        if event.start is None:
            yield Place(event.part.place("DTSTART"), "an event without a start that can be read")


@rule("write ;VALUE=DATE before it", warning=(Client.ICSX5,), hint=EVERYBODY)
def date_without_value(sheet: Sheet) -> Iterator[Place]:
    """A date where a date-time is expected because nothing says that it is one (RFC 5545 §3.8.2.4)."""
    for event in sheet.events:
        for name in _WITH_DATES:
            if len(event.part.value(name)) != 8:
                continue
            line = event.part.line(name)
            if line and "VALUE=DATE" not in line.params.upper():
                yield Place(event.part.place(name), f"{name} is a date and does not say so")


@rule("let it end after it begins", warning=EVERYBODY)
def end_before_start(sheet: Sheet) -> Iterator[Place]:
    """A DTEND before DTSTART, as far as zones need not be known to see it (RFC 5545 §3.8.2.2)."""
    for event in sheet.events:
        end, start = event.end, event.start
        if end and start and end.form is start.form and end.tzid == start.tzid and end.local < start.local:
            yield Place(event.part.place("DTEND"), "an end before the start")


@rule("write both as dates, or both as dates with times", warning=EVERYBODY)
def end_in_other_form(sheet: Sheet) -> Iterator[Place]:
    """One of DTSTART and DTEND is a date and the other is not, or can't be read (RFC 5545 §3.8.2.2)."""
    for event in sheet.events:
        end, start = event.end, event.start
        if start is None or "DTEND" not in event.part.first:
            continue
        if end is None or (end.form is Form.DATE) is not (start.form is Form.DATE):
            yield Place(event.part.place("DTEND"), "an end in another form than the start")


@rule("keep DTEND", hint=EVERYBODY)
def end_and_duration(sheet: Sheet) -> Iterator[Place]:
    """DTEND and DURATION in one event (RFC 5545 §3.6.1)."""
    for event in sheet.events:
        if "DURATION" in event.part.first and "DTEND" in event.part.first:
            yield Place(event.part.place("DURATION"), "DTEND and DURATION")


@rule("keep one of them", hint=EVERYBODY)
def repeated_property(sheet: Sheet) -> Iterator[Place]:
    """A property twice that may be there only once (RFC 5545 §3.6.1)."""
    for event in sheet.events:
        part = event.part
        if len(part.first) == len(part.rows):
            continue
        for at, (place, (name, *_)) in enumerate(zip(part.at, part.rows, strict=True)):
            if name in _ONCE and part.first[name] != at:
                yield Place(place, f"another {name}")


@rule("give each event a UID of its own, and each override its own RECURRENCE-ID", warning=EVERYBODY)
def same_identity(sheet: Sheet) -> Iterator[Place]:
    """Two events of one UID and RECURRENCE-ID: one of them is not shown."""
    seen = set()
    for event in sheet.events:
        identity = event.uid, event.part.value("RECURRENCE-ID")
        if event.uid and identity in seen:
            yield Place(event.part.place("UID"), "a UID that another event has")
        seen.add(identity)


@rule("name the zone, write UTC, or give the calendar an X-WR-TIMEZONE", warning=(Client.GOOGLE, Client.OUTLOOK))
def floating_time(sheet: Sheet) -> Iterator[Place]:
    """A time without a zone, in a calendar that names none."""
    if any(calendar.value("X-WR-TIMEZONE") for calendar in sheet.calendars):
        return
    for event in sheet.events:
        if event.start and event.start.form is Form.FLOATING:
            yield Place(event.part.place("DTSTART"), "a time without a zone")


@rule("leave it out, or let it begin later", warning=(Client.OUTLOOK,))
def year_out_of_range(sheet: Sheet) -> Iterator[Place]:
    """A start before 1601 or after 4500."""
    for event in sheet.events:
        if event.start and event.start.local.year not in _OUTLOOKS_YEARS:
            yield Place(event.part.place("DTSTART"), "a year that Outlook can't show")


@rule("drop alarms, or tell subscribers to allow them", hint=(Client.APPLE,))
def alarm(sheet: Sheet) -> Iterator[Place]:
    """An alarm, which Apple's clients remove from subscriptions by default; only the first is told of."""
    for event in sheet.events:
        for part in event.part.parts:
            if part.name == "VALARM":
                yield Place(part.begin, "an alarm")
                return


RULES: tuple[Rule[Sheet], ...] = (
    no_uid,
    no_dtstamp,
    no_start,
    date_without_value,
    end_before_start,
    end_in_other_form,
    end_and_duration,
    repeated_property,
    same_identity,
    floating_time,
    year_out_of_range,
    alarm,
)
