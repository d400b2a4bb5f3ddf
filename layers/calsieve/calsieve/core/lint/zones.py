"""Rules of time zones.

Who takes what how is told, with sources, in docs/lint.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Part, Sheet
from calsieve.models import Client

_OBSERVANCES = ("STANDARD", "DAYLIGHT")


def _observances(zone: Part) -> list[Part]:
    return [part for part in zone.parts if part.name in _OBSERVANCES]


@rule("add a VTIMEZONE of that TZID", warning=(Client.OUTLOOK,), hint=EVERYBODY)
def zone_missing(sheet: Sheet) -> Iterator[Place]:
    """A TZID without its VTIMEZONE (RFC 5545 §3.2.19)."""
    defined = {zone.value("TZID") for zone in sheet.zones}
    for tzid, at in sheet.zones_used.items():
        if tzid not in defined:
            yield Place(at, "a TZID without its VTIMEZONE")


@rule("leave it out", hint=EVERYBODY)
def zone_unused(sheet: Sheet) -> Iterator[Place]:
    """A VTIMEZONE that nothing names: bytes for nothing."""
    for zone in sheet.zones:
        if zone.value("TZID") not in sheet.zones_used:
            yield Place(zone.begin, "a VTIMEZONE that nothing uses")


@rule("say which offset it has", error=(Client.OUTLOOK,), warning=EVERYBODY)
def zone_empty(sheet: Sheet) -> Iterator[Place]:
    """A VTIMEZONE without any observance (RFC 5545 §3.6.5)."""
    for zone in sheet.zones:
        if not _observances(zone):
            yield Place(zone.begin, "a VTIMEZONE without STANDARD and DAYLIGHT")


@rule(
    "begin it with STANDARD, even if its clocks stay on summer time",
    warning=(Client.OUTLOOK, Client.ICSX5),
    hint=EVERYBODY,
)
def zone_without_standard(sheet: Sheet) -> Iterator[Place]:
    """A VTIMEZONE that has DAYLIGHT observances only."""
    for zone in sheet.zones:
        if {part.name for part in _observances(zone)} == {"DAYLIGHT"}:
            yield Place(zone.begin, "a VTIMEZONE without STANDARD")


@rule("begin it with a STANDARD observance that holds before", warning=(Client.OUTLOOK,), hint=EVERYBODY)
def zone_begins_late(sheet: Sheet) -> Iterator[Place]:
    """A VTIMEZONE whose first observance begins after an event that is in that zone."""
    first: dict[str, datetime] = {}
    for event in sheet.events:
        if event.start and (tzid := event.start.tzid):
            first[tzid] = min(first.get(tzid, event.start.local), event.start.local)
    for zone in sheet.zones:
        begins = [start.local for part in _observances(zone) if (start := part.when("DTSTART"))]
        if begins and min(begins) > first.get(zone.value("TZID"), datetime.max):  # noqa: DTZ901 - naive local
            yield Place(zone.begin, "a VTIMEZONE that begins after an event in it")


@rule("write changes that recur as RRULE", warning=(Client.OUTLOOK,))
def zone_by_dates(sheet: Sheet) -> Iterator[Place]:
    """A VTIMEZONE whose clock changes are all given by RDATE, which Outlook does not read."""
    for zone in sheet.zones:
        observances = _observances(zone)
        offsets = {part.value("TZOFFSETTO") for part in observances}
        if len(offsets) > 1 and not any("RRULE" in part.first for part in observances):
            yield Place(zone.begin, "a VTIMEZONE whose clock changes have no rule")


RULES: tuple[Rule[Sheet], ...] = (
    zone_missing,
    zone_unused,
    zone_empty,
    zone_without_standard,
    zone_begins_late,
    zone_by_dates,
)
