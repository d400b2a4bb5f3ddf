"""Rules of the VCALENDAR: that there is one, whole, and that it says what clients ask of it.

Who takes what how is told, with sources, in docs/lint.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client

_MOST_BYTES = 1_000_000


@rule("publish a file that begins with BEGIN:VCALENDAR", error=EVERYBODY)
def no_calendar(sheet: Sheet) -> Iterator[Place]:
    """No VCALENDAR at all: a web page, an error in words, nothing."""
    if not sheet.calendars:
        yield Place(None, "no calendar")


@rule("remove it", error=(Client.ICSX5, Client.THUNDERBIRD), hint=EVERYBODY)
def outside(sheet: Sheet) -> Iterator[Place]:
    """A line before the calendar or behind it."""
    for at in sheet.outside:
        line = sheet.line(at)
        if line.name or line.value.strip():
            yield Place(at, "a line outside of the calendar")


@rule("end all that begins; if the file was cut off, make it anew", error=(Client.THUNDERBIRD,))
def cut_off(sheet: Sheet) -> Iterator[Place]:
    """More BEGIN lines than END lines."""
    names = Counter(row[0] for row in sheet.rows)
    if names["BEGIN"] > names["END"]:
        yield Place(None, "more BEGIN than END lines")


@rule("end what begins, by the same name", error=(Client.GOOGLE, Client.ICSX5), warning=EVERYBODY)
def unclosed(sheet: Sheet) -> Iterator[Place]:
    """A BEGIN without its END."""
    for at in sheet.unclosed:
        yield Place(at, "a BEGIN without its END")


@rule("remove it", error=(Client.GOOGLE, Client.ICSX5), warning=EVERYBODY)
def unopened(sheet: Sheet) -> Iterator[Place]:
    """An END that closes nothing; to some it closes whatever is open."""
    for at in sheet.unopened:
        yield Place(at, "an END without its BEGIN")


@rule("publish one VCALENDAR with all events", warning=(Client.ICSX5,), hint=EVERYBODY)
def several_calendars(sheet: Sheet) -> Iterator[Place]:
    """A second VCALENDAR in the file."""
    for calendar in sheet.calendars[1:]:
        yield Place(calendar.begin, "another VCALENDAR")


@rule("write VERSION:2.0 once", warning=(Client.OUTLOOK,), hint=EVERYBODY)
def no_version(sheet: Sheet) -> Iterator[Place]:
    """VERSION is not 2.0 (RFC 5545 §3.7.4)."""
    for calendar in sheet.calendars:
        if [line.value for _, line in calendar.all("VERSION")] != ["2.0"]:
            yield Place(calendar.place("VERSION"), "no VERSION:2.0")


@rule("name the program that writes the file, as in PRODID:-//Example//EN", warning=(Client.GOOGLE,), hint=EVERYBODY)
def no_prodid(sheet: Sheet) -> Iterator[Place]:
    """No PRODID (RFC 5545 §3.7.3)."""
    for calendar in sheet.calendars:
        if not calendar.value("PRODID").strip():
            yield Place(calendar.place("PRODID"), "no PRODID")


@rule("write METHOD:PUBLISH once, or leave it out", warning=(Client.GOOGLE, Client.OUTLOOK), hint=EVERYBODY)
def not_published(sheet: Sheet) -> Iterator[Place]:
    """A METHOD that makes an invitation or a cancellation of the file, or one METHOD too many."""
    for calendar in sheet.calendars:
        for number, (at, line) in enumerate(calendar.all("METHOD")):
            if number or line.value.upper() != "PUBLISH":
                yield Place(at, "another METHOD" if number else "a METHOD other than PUBLISH")


@rule("publish less: a shorter window, a rule, a budget", warning=(Client.GOOGLE,))
def too_large(sheet: Sheet) -> Iterator[Place]:
    """More bytes than Google reads of a calendar."""
    if len(sheet.body) > _MOST_BYTES:
        yield Place(None, f"{len(sheet.body):,} bytes, of which Google reads about {_MOST_BYTES:,}")


@rule("name it by X-WR-CALNAME", hint=(Client.APPLE, Client.GOOGLE, Client.OUTLOOK, Client.ICSX5))
def no_name(sheet: Sheet) -> Iterator[Place]:
    """A calendar without a name: clients show a part of its address instead."""
    for calendar in sheet.calendars[:1]:
        if not calendar.value("X-WR-CALNAME").strip():
            yield Place(calendar.begin, "a calendar without a name")


@rule("say how often to ask by X-PUBLISHED-TTL, as in X-PUBLISHED-TTL:PT1H", hint=(Client.OUTLOOK,))
def no_refresh(sheet: Sheet) -> Iterator[Place]:
    """Nothing that says how often to ask again."""
    for calendar in sheet.calendars[:1]:
        if "X-PUBLISHED-TTL" not in calendar.first:
            yield Place(calendar.begin, "nothing says how often to ask again")


RULES: tuple[Rule[Sheet], ...] = (
    no_calendar,
    outside,
    cut_off,
    unclosed,
    unopened,
    several_calendars,
    no_version,
    no_prodid,
    not_published,
    too_large,
    no_name,
    no_refresh,
)
