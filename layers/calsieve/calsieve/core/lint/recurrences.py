"""Rules of series: what a master and its overrides say of each other."""

from __future__ import annotations

from collections.abc import Iterator

from calsieve.core.component import Line
from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Event, Sheet
from calsieve.core.values import Form, When, parsed_when
from calsieve.models import Client


def _same_form(one: When, other: When) -> bool:
    return one.form is other.form and one.tzid == other.tzid


def _values(line: Line) -> list[When | None]:
    zone = line.parameter("TZID")
    return [parsed_when(text, zone) for text in line.value.split(",")]


def _overrides(sheet: Sheet) -> Iterator[tuple[Event, Event]]:
    """Yield each override with its master, if both can be read."""
    for event in sheet.events:
        if event.is_override and event.slot and (master := sheet.masters.get(event.uid)) and master.start:
            yield event, master


@rule("add its master, or publish it as an event of its own", warning=(Client.ICSX5,), hint=EVERYBODY)
def orphan_override(sheet: Sheet) -> Iterator[Place]:
    """A RECURRENCE-ID of a series that is not in the file."""
    for event in sheet.events:
        if event.is_override and event.uid not in sheet.masters:
            yield Place(event.part.place("RECURRENCE-ID"), "an override without its series")


@rule("publish it as an event of its own", warning=EVERYBODY)
def override_before_series(sheet: Sheet) -> Iterator[Place]:
    """A RECURRENCE-ID before the series begins."""
    for event, master in _overrides(sheet):
        slot, start = event.slot, master.start
        if slot and start and _same_form(slot, start) and slot.local < start.local:
            yield Place(event.part.place("RECURRENCE-ID"), "an override before its series begins")


@rule("write it in the form and zone of the series' DTSTART", warning=EVERYBODY)
def override_in_other_form(sheet: Sheet) -> Iterator[Place]:
    """A RECURRENCE-ID that is not written as its series' DTSTART (RFC 5545 §3.8.4.4)."""
    for event, master in _overrides(sheet):
        if event.slot and master.start and not _same_form(event.slot, master.start):
            yield Place(event.part.place("RECURRENCE-ID"), "a RECURRENCE-ID in another form than DTSTART")


@rule("remove it from the override", warning=EVERYBODY)
def series_in_override(sheet: Sheet) -> Iterator[Place]:
    """An RRULE in an override."""
    for event in sheet.events:
        if event.is_override and "RRULE" in event.part.first:
            yield Place(event.part.place("RRULE"), "an RRULE in an override")


@rule("write FREQ first", warning=(Client.APPLE,))
def freq_not_first(sheet: Sheet) -> Iterator[Place]:
    """An RRULE that does not begin with FREQ."""
    for at, rrule, _ in _rules(sheet):
        if not rrule.value.upper().startswith("FREQ="):
            yield Place(at, "an RRULE that does not begin with FREQ")


@rule("write UNTIL as a date if DTSTART is one, else in UTC", warning=EVERYBODY)
def until_in_other_form(sheet: Sheet) -> Iterator[Place]:
    """An UNTIL in another form than RFC 5545 §3.3.10 asks for."""
    for at, rrule, start in _rules(sheet):
        parts = dict(part.partition("=")[::2] for part in rrule.value.upper().split(";"))
        until = parsed_when(parts.get("UNTIL", ""))
        wanted = Form.UTC if start.form is Form.ZONED else start.form
        if until and until.form is not wanted:
            yield Place(at, "an UNTIL in another form than DTSTART")


@rule("write it in the form and zone of DTSTART", warning=EVERYBODY)
def exdate_in_other_form(sheet: Sheet) -> Iterator[Place]:
    """An EXDATE that is not written as DTSTART: it excludes nothing, or the series is dropped."""
    for event in sheet.events:
        if "EXDATE" not in event.part.first or event.start is None:
            continue
        for at, line in event.part.all("EXDATE"):
            if any(value is None or not _same_form(value, event.start) for value in _values(line)):
                yield Place(at, "an EXDATE in another form than DTSTART")


def _rules(sheet: Sheet) -> Iterator[tuple[int, Line, When]]:
    """Yield each RRULE of an event whose start can be read."""
    for event in sheet.events:
        if "RRULE" in event.part.first and event.start:
            yield from ((at, line, event.start) for at, line in event.part.all("RRULE"))


RULES: tuple[Rule, ...] = (
    orphan_override,
    override_before_series,
    override_in_other_form,
    series_in_override,
    freq_not_first,
    until_in_other_form,
    exdate_in_other_form,
)
