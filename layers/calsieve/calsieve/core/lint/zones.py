"""Rules of time zones."""

from __future__ import annotations

from collections.abc import Iterator

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client


def _used(sheet: Sheet) -> dict[str, int]:
    """Return the TZIDs that lines name, and where first."""
    used: dict[str, int] = {}
    for at, line in enumerate(sheet.lines):
        if "TZID" in line.params and (tzid := line.parameter("TZID")):
            used.setdefault(tzid, at)
    return used


def _defined(sheet: Sheet) -> set[str]:
    return {zone.value("TZID") for zone in sheet.zones}


@rule("add a VTIMEZONE of that TZID", warning=(Client.OUTLOOK,), hint=EVERYBODY)
def zone_missing(sheet: Sheet) -> Iterator[Place]:
    """A TZID without its VTIMEZONE (RFC 5545 §3.2.19)."""
    defined = _defined(sheet)
    for tzid, at in _used(sheet).items():
        if tzid not in defined:
            yield Place(at, f"no VTIMEZONE for {tzid}")


@rule("leave it out", hint=EVERYBODY)
def zone_unused(sheet: Sheet) -> Iterator[Place]:
    """A VTIMEZONE that nothing names."""
    used = _used(sheet)
    for zone in sheet.zones:
        if zone.value("TZID") not in used:
            yield Place(zone.begin, "a VTIMEZONE that nothing uses")


@rule("give it one, even if its clocks never change", warning=(Client.OUTLOOK,), hint=EVERYBODY)
def zone_without_standard(sheet: Sheet) -> Iterator[Place]:
    """A VTIMEZONE without a STANDARD observance."""
    for zone in sheet.zones:
        if not any(part.name == "STANDARD" for part in zone.parts):
            yield Place(zone.begin, "a VTIMEZONE without STANDARD")


RULES: tuple[Rule, ...] = (zone_missing, zone_unused, zone_without_standard)
