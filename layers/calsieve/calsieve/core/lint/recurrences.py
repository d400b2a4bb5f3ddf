"""Rules of series: recurrence rules, exceptions, and what a master and its overrides say of each other.

Who takes what how is told, with sources, in docs/lint.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import lru_cache

from calsieve.core.component import Line
from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Event, Sheet
from calsieve.core.values import Form, When, parsed_when
from calsieve.models import Client

_TENS = "[1-4][0-9]|5[0-3]|[1-9]"
_DAY = "(?:SU|MO|TU|WE|TH|FR|SA)"
# What ical.js takes for each part; for anything else it gives up the whole file. Of a number that is followed by
# something else, such as the L of a leap month (RFC 7529), it takes the number.
_ROUGHLY = "|[+-]?[0-9]+[^0-9,][^,]*"
_PARTS = {
    "FREQ": "(?:SECOND|MINUTE|HOUR|DAI|WEEK|MONTH|YEAR)LY",
    "COUNT": "[+-]?[0-9]+.*",
    "INTERVAL": "[+-]?[0-9]+.*",
    "WKST": _DAY,
    "BYDAY": rf"[+-]?(?:{_TENS})?{_DAY}",
    "BYSECOND": r"\+?(?:[0-5]?[0-9]|60)" + _ROUGHLY,
    "BYMINUTE": r"\+?[0-5]?[0-9]" + _ROUGHLY,
    "BYHOUR": r"\+?(?:[01]?[0-9]|2[0-3])" + _ROUGHLY,
    "BYMONTH": r"\+?(?:0?[1-9]|1[0-2])" + _ROUGHLY,
    "BYMONTHDAY": "[+-]?(?:[0-2]?[0-9]|3[01])" + _ROUGHLY,
    "BYYEARDAY": "[+-]?(?:[0-2]?[0-9]?[0-9]|3[0-5][0-9]|36[0-6])" + _ROUGHLY,
    "BYWEEKNO": "[+-]?(?:[0-4]?[0-9]|5[0-3])" + _ROUGHLY,
    "BYSETPOS": "[+-]?(?:[0-2]?[0-9]?[0-9]|3[0-5][0-9]|36[0-6])" + _ROUGHLY,
}
_READABLE = {name: re.compile(f"(?:{one})(?:,(?:{one}))*") for name, one in _PARTS.items()}


@lru_cache(maxsize=1024)
def _parts(value: str) -> dict[str, str]:
    return {name.strip().upper(): text for name, _, text in (part.partition("=") for part in value.split(";"))}


def _same_form(one: When, other: When) -> bool:
    return one.form is other.form and one.tzid == other.tzid


def _values(line: Line) -> list[When | None]:
    zone = line.parameter("TZID")
    return [parsed_when(text, zone) for text in line.value.split(",")]


def _rules(sheet: Sheet) -> Iterator[tuple[int, Line, Event]]:
    """Yield each RRULE of an event, and where it stands."""
    for event in sheet.events:
        if "RRULE" in event.part.first:
            yield from ((at, line, event) for at, line in event.part.all("RRULE"))


def _overrides(sheet: Sheet) -> Iterator[tuple[int, When, When]]:
    """Yield the slot of each override and the start of its series, if both can be read, and where the slot stands."""
    for event in sheet.events:
        if event.is_override and event.slot and (master := sheet.masters.get(event.uid)) and master.start:
            yield event.part.place("RECURRENCE-ID"), event.slot, master.start


@rule("correct it, or remove the RRULE", error=(Client.THUNDERBIRD,), warning=EVERYBODY)
def unreadable_rule(sheet: Sheet) -> Iterator[Place]:
    """A part of an RRULE with a value that it can't have (RFC 5545 §3.3.10)."""
    for at, line, _ in _rules(sheet):
        for name, value in _parts(line.value).items():
            if name in _READABLE and not _READABLE[name].fullmatch(value):
                yield Place(at, f"{name} in an RRULE that can't be read")


@rule("say how often, as in FREQ=WEEKLY", warning=EVERYBODY)
def no_frequency(sheet: Sheet) -> Iterator[Place]:
    """An RRULE without FREQ (RFC 5545 §3.3.10)."""
    for at, line, _ in _rules(sheet):
        if "FREQ" not in _parts(line.value):
            yield Place(at, "an RRULE without FREQ")


@rule("write FREQ first", warning=(Client.APPLE,))
def frequency_not_first(sheet: Sheet) -> Iterator[Place]:
    """An RRULE whose FREQ comes behind other parts."""
    for at, line, _ in _rules(sheet):
        if next(iter(_parts(line.value))) != "FREQ" and "FREQ" in _parts(line.value):
            yield Place(at, "an RRULE that does not begin with FREQ")


@rule(
    "write UNTIL as a date if DTSTART is one, else in UTC",
    warning=(Client.THUNDERBIRD,),
    hint=(Client.APPLE, Client.OUTLOOK),
)
def until_in_other_form(sheet: Sheet) -> Iterator[Place]:
    """An UNTIL that can't be read, or is in another form than RFC 5545 §3.3.10 asks for."""
    for at, line, event in _rules(sheet):
        text = _parts(line.value).get("UNTIL")
        if text is not None and event.start:
            until = parsed_when(text)
            if until is None or until.form is not (Form.UTC if event.start.form is Form.ZONED else event.start.form):
                yield Place(at, "an UNTIL in another form than DTSTART")


@rule("write it in the form and zone of DTSTART", warning=(Client.APPLE,), hint=EVERYBODY)
def exdate_in_other_form(sheet: Sheet) -> Iterator[Place]:
    """An EXDATE that is not written as DTSTART is (RFC 5545 §3.8.5.1)."""
    for event in sheet.events:
        if "EXDATE" in event.part.first and event.start:
            for at, line in event.part.all("EXDATE"):
                if any(value is None or not _same_form(value, event.start) for value in _values(line)):
                    yield Place(at, "an EXDATE in another form than DTSTART")


@rule("add its series, or publish it as an event of its own", warning=(Client.ICSX5,), hint=EVERYBODY)
def orphan_override(sheet: Sheet) -> Iterator[Place]:
    """A RECURRENCE-ID of a series that is not in the file."""
    for event in sheet.events:
        if event.is_override and event.uid not in sheet.masters:
            yield Place(event.part.place("RECURRENCE-ID"), "an override without its series")


@rule(
    "publish it as an event of its own",
    warning=(Client.APPLE, Client.GOOGLE, Client.OUTLOOK),
    hint=EVERYBODY,
)
def override_before_series(sheet: Sheet) -> Iterator[Place]:
    """A RECURRENCE-ID before the DTSTART of its series."""
    for at, slot, start in _overrides(sheet):
        if _same_form(slot, start) and slot.local < start.local:
            yield Place(at, "an override before its series begins")


@rule("write it as a date if the series begins with one, else with the time", warning=EVERYBODY)
def override_in_other_form(sheet: Sheet) -> Iterator[Place]:
    """A RECURRENCE-ID that is a date in a series of times, or the reverse (RFC 5545 §3.8.4.4)."""
    for at, slot, start in _overrides(sheet):
        if (slot.form is Form.DATE) is not (start.form is Form.DATE):
            yield Place(at, "a RECURRENCE-ID in another form than the DTSTART of its series")


@rule("write it in the zone of the series' DTSTART", hint=EVERYBODY)
def override_in_other_zone(sheet: Sheet) -> Iterator[Place]:
    """A RECURRENCE-ID with the time in another zone than the series has (RFC 5545 §3.8.4.4)."""
    for at, slot, start in _overrides(sheet):
        if Form.DATE not in (slot.form, start.form) and not _same_form(slot, start):
            yield Place(at, "a RECURRENCE-ID in another zone than the DTSTART of its series")


@rule("remove it from the override", hint=EVERYBODY)
def series_in_override(sheet: Sheet) -> Iterator[Place]:
    """An RRULE in an override (RFC 5545 §3.8.4.4)."""
    for at, _, event in _rules(sheet):
        if event.is_override:
            yield Place(at, "an RRULE in an override")


RULES: tuple[Rule[Sheet], ...] = (
    unreadable_rule,
    no_frequency,
    frequency_not_first,
    until_in_other_form,
    exdate_in_other_form,
    orphan_override,
    override_before_series,
    override_in_other_form,
    override_in_other_zone,
    series_in_override,
)
