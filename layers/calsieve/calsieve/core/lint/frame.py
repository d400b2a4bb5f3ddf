"""Rules of the VCALENDAR: that there is one, whole, and that it says what clients ask of it."""

from __future__ import annotations

from collections.abc import Iterator

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client

_LARGE = 1_000_000


@rule("publish a file that begins with BEGIN:VCALENDAR", error=EVERYBODY)
def no_calendar(sheet: Sheet) -> Iterator[Place]:
    """No VCALENDAR at all: a web page, an error in words, nothing."""
    if not sheet.calendars:
        yield Place(None, "no calendar")


@rule("give each BEGIN its END", error=EVERYBODY)
def unclosed(sheet: Sheet) -> Iterator[Place]:
    """A BEGIN without its END: usually a file that was cut off."""
    for at in sheet.unclosed:
        yield Place(at, f"{sheet.lines[at].value} without its END")


@rule("remove it", error=EVERYBODY)
def unopened(sheet: Sheet) -> Iterator[Place]:
    """An END that closes nothing."""
    for at in sheet.unopened:
        yield Place(at, f"END:{sheet.lines[at].value} without its BEGIN")


@rule("publish one VCALENDAR with all events", warning=EVERYBODY)
def several_calendars(sheet: Sheet) -> Iterator[Place]:
    """A second VCALENDAR in the file; some read the first only."""
    for calendar in sheet.calendars[1:]:
        yield Place(calendar.begin, "another VCALENDAR")


@rule("write VERSION:2.0 once", warning=EVERYBODY)
def version(sheet: Sheet) -> Iterator[Place]:
    """VERSION is not 2.0 (RFC 5545 §3.7.4)."""
    for calendar in sheet.calendars:
        if [line.value for _, line in calendar.all("VERSION")] != ["2.0"]:
            yield Place(calendar.place("VERSION"), "no VERSION:2.0")


@rule("name the program that writes the file, as in PRODID:-//Example//EN", warning=EVERYBODY)
def no_prodid(sheet: Sheet) -> Iterator[Place]:
    """No PRODID (RFC 5545 §3.7.3)."""
    for calendar in sheet.calendars:
        if not calendar.value("PRODID").strip():
            yield Place(calendar.place("PRODID"), "no PRODID")


@rule("write METHOD:PUBLISH once, or leave it out", warning=EVERYBODY)
def method(sheet: Sheet) -> Iterator[Place]:
    """A METHOD that makes an invitation or a cancellation of the file, or several."""
    for calendar in sheet.calendars:
        found = [(at, line.value.upper()) for at, line in calendar.all("METHOD")]
        for number, (at, value) in enumerate(found):
            if number or value != "PUBLISH":
                yield Place(at, f"METHOD:{value}")


@rule("trim it further, or set a budget", warning=(Client.GOOGLE,))
def too_large(sheet: Sheet) -> Iterator[Place]:
    """More than about 1 MB, which Google is said not to read."""
    if len(sheet.body) > _LARGE:
        yield Place(None, f"{len(sheet.body):,} bytes")


@rule("name it by X-WR-CALNAME", hint=EVERYBODY)
def no_name(sheet: Sheet) -> Iterator[Place]:
    """A calendar without a name: clients show its address instead."""
    for calendar in sheet.calendars:
        if not calendar.value("X-WR-CALNAME").strip():
            yield Place(calendar.begin, "no name")


RULES: tuple[Rule, ...] = (
    no_calendar,
    unclosed,
    unopened,
    several_calendars,
    version,
    no_prodid,
    method,
    too_large,
    no_name,
)
