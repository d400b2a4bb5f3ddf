"""The sample calendars are valid, varied, and the same for the same day."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import date, datetime, timedelta

import icalendar
import pytest
import recurring_ical_events

from calsieve.cli import sample

TODAY = date(2026, 5, 15)
SMALL = replace(sample.WORK, events=2_500)


@pytest.fixture(scope="module")
def body() -> bytes:
    return sample.calendar(SMALL, TODAY)


@pytest.fixture(scope="module")
def parsed(body: bytes) -> icalendar.Calendar:
    return icalendar.Calendar.from_ical(body)


def test_the_same_day_gives_the_same_bytes(body: bytes) -> None:
    assert sample.calendar(SMALL, TODAY) == body


def test_another_day_gives_other_days(body: bytes) -> None:
    assert sample.calendar(SMALL, TODAY + timedelta(days=1)) != body


def test_it_parses_without_an_error(parsed: icalendar.Calendar) -> None:
    assert [error for component in parsed.walk() for error in component.errors] == []
    assert len(parsed.walk("VEVENT")) >= SMALL.events


def test_lines_are_folded_at_75_octets_between_characters(body: bytes) -> None:
    lines = body.split(b"\r\n")
    assert max(map(len, lines)) <= 75
    assert all(line.decode() is not None for line in lines)
    assert body.count(b"\r\n ") > SMALL.events


def test_events_are_as_large_as_real_ones(body: bytes) -> None:
    assert 650 < len(body) / body.count(b"\nBEGIN:VEVENT") < 850


@pytest.mark.parametrize(
    "kind",
    [
        rb"\nDTSTART;TZID=Europe/Berlin:\d{8}T\d{6}\r",
        rb"\nDTSTART;TZID=W. Europe Standard Time:\d{8}T\d{6}\r",
        rb"\nDTSTART:\d{8}T\d{6}Z\r",
        rb"\nDTSTART:\d{8}T\d{6}\r",
        rb"\nDTSTART;VALUE=DATE:\d{8}\r",
        rb"\nRRULE:FREQ=WEEKLY;.*COUNT=",
        rb"\nRRULE:FREQ=WEEKLY;.*UNTIL=",
        rb"\nRRULE:FREQ=MONTHLY;",
        rb"\nRRULE:FREQ=YEARLY\r",
        rb"\nEXDATE",
        rb"\nRECURRENCE-ID",
        rb"\nBEGIN:VALARM\r",
        rb"\nATTENDEE;",
    ],
)
def test_it_holds_every_kind_of_event(body: bytes, kind: bytes) -> None:
    assert re.search(kind, body)


def test_it_reaches_from_long_ago_to_next_year(parsed: icalendar.Calendar) -> None:
    days = [f"{event.start:%Y%m%d}" for event in parsed.walk("VEVENT")]
    assert min(days) < f"{TODAY - timedelta(days=365 * 12):%Y%m%d}"
    assert max(days) > f"{TODAY + timedelta(days=150):%Y%m%d}"


def test_exceptions_meet_occurrences_of_their_series(parsed: icalendar.Calendar) -> None:
    """An EXDATE or RECURRENCE-ID beside the rule would not take anything away."""
    for master in parsed.walk("VEVENT"):
        excluded = [entry.dt for entry in _exdates(master)]
        if excluded:
            whole = icalendar.Event.from_ical(master.to_ical())
            del whole["EXDATE"]
            assert set(excluded) <= _starts(parsed, whole)


def _exdates(event: icalendar.Event) -> list[icalendar.vDDDTypes]:
    found = event.get("EXDATE", [])
    return [entry for line in (found if isinstance(found, list) else [found]) for entry in line.dts]


def _starts(parsed: icalendar.Calendar, event: icalendar.Event) -> set[datetime]:
    alone = icalendar.Calendar()
    for zone in parsed.walk("VTIMEZONE"):
        alone.add_component(zone)
    alone.add_component(event)
    return {occurrence.start for occurrence in recurring_ical_events.of(alone).all()}
