"""Rules of time zones, each by a file in which only that is wrong."""

from __future__ import annotations

import pytest

from calsieve.models import Client, Level
from tests.core.lint.kit import BEGIN, STAMP, TIMED, UID, calendar, event, found, level

STANDARD = (
    "BEGIN:STANDARD",
    "DTSTART:20251026T030000",
    "TZOFFSETFROM:+0200",
    "TZOFFSETTO:+0100",
    "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    "END:STANDARD",
)
DAYLIGHT = (
    "BEGIN:DAYLIGHT",
    "DTSTART:20260329T020000",
    "TZOFFSETFROM:+0100",
    "TZOFFSETTO:+0200",
    "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
    "END:DAYLIGHT",
)
LOCAL = event(UID, STAMP, "DTSTART;TZID=Europe/Berlin:20260520T100000")


def zone(*observances: tuple[str, ...]) -> list[str]:
    inside = [line for observance in observances for line in observance]
    return ["BEGIN:VTIMEZONE", "TZID:Europe/Berlin", *inside, "END:VTIMEZONE"]


def without(name: str, observance: tuple[str, ...]) -> tuple[str, ...]:
    return tuple(line for line in observance if not line.startswith(name))


def test_a_sound_zone_is_found_so() -> None:
    assert found(calendar(zone(STANDARD, DAYLIGHT), LOCAL)) == []


def test_zone_missing() -> None:
    assert found(calendar(LOCAL, event("UID:b", *LOCAL[2:-1]))) == [("zone-missing", BEGIN + 3)]
    assert level("zone-missing", Client.OUTLOOK) is Level.WARNING
    assert level("zone-missing", Client.APPLE) is Level.HINT


@pytest.mark.parametrize("line", ["EXDATE;TZID=Europe/Paris:20260521T100000", 'X-A;TZID="Europe/Paris":b'])
def test_each_line_may_name_a_zone(line: str) -> None:
    assert ("zone-missing", BEGIN + 4) in found(calendar(event(*TIMED, line)))


def test_zone_unused() -> None:
    assert found(calendar(zone(STANDARD), event(*TIMED))) == [("zone-unused", BEGIN)]


def test_zone_empty() -> None:
    assert found(calendar(zone(), LOCAL)) == [("zone-empty", BEGIN)]
    assert found(calendar(zone(("BEGIN:X-OTHER", "END:X-OTHER")), LOCAL)) == [("zone-empty", BEGIN)]
    assert level("zone-empty", Client.OUTLOOK) is Level.ERROR


def test_zone_without_standard() -> None:
    assert found(calendar(zone(DAYLIGHT), LOCAL)) == [("zone-without-standard", BEGIN)]
    assert level("zone-without-standard", Client.ICSX5) is Level.WARNING


def test_zone_begins_late() -> None:
    early = event("UID:b", STAMP, "DTSTART;TZID=Europe/Berlin:20251026T025959")
    assert found(calendar(zone(STANDARD, DAYLIGHT), LOCAL, early)) == [("zone-begins-late", BEGIN)]
    assert found(calendar(zone(STANDARD, DAYLIGHT), LOCAL, [line.replace("5959", "5960") for line in early])) != []


def test_a_zone_may_begin_with_its_first_event() -> None:
    first = event("UID:b", STAMP, "DTSTART;TZID=Europe/Berlin:20251026T030000")
    assert found(calendar(zone(STANDARD, DAYLIGHT), LOCAL, first)) == []


def test_zone_by_dates() -> None:
    standard, daylight = without("RRULE", STANDARD), without("RRULE", DAYLIGHT)
    assert found(calendar(zone(standard, daylight), LOCAL)) == [("zone-by-dates", BEGIN)]
    assert found(calendar(zone(standard, DAYLIGHT), LOCAL)) == []
    assert found(calendar(zone(standard), LOCAL)) == []
