"""The calendars of the benchmark are what docs/benchmarks.md says."""

from __future__ import annotations

import io
import re
from collections.abc import Iterable
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import recurring_ical_events
from icalendar import Calendar

from calsieve.core.window import window_for
from calsieve.models import WindowPolicy
from tests.bench.generator import write_calendar
from tests.bench.shapes import MIXED, NOW, PAST, PAST_SINGLE, SHAPES, TIMEZONE, VISIBLE, WINDOW, Shape

EVENTS = 1_500
all_shapes = pytest.mark.parametrize("shape", SHAPES.values(), ids=SHAPES)


def written(shape: Shape, events: int = EVENTS, seed: int = 7) -> bytes:
    stream = io.BytesIO()
    write_calendar(stream, events, shape, seed)
    return stream.getvalue()


@pytest.fixture(scope="module")
def mixed() -> bytes:
    return written(MIXED)


@pytest.fixture(scope="module")
def events(mixed: bytes) -> list[Any]:
    return Calendar.from_ical(mixed).walk("VEVENT")


def days(events: Iterable[Any]) -> list[date]:
    return [date(*event.start.timetuple()[:3]) for event in events]


def test_the_same_seed_gives_the_same_bytes_and_another_one_does_not(mixed: bytes) -> None:
    assert written(MIXED) == mixed
    assert written(MIXED, seed=8) != mixed


@all_shapes
def test_there_are_exactly_as_many_events_as_asked_for(shape: Shape) -> None:
    for count in (1, 2, 17, 400):
        assert written(shape, count).count(b"BEGIN:VEVENT") == count


def test_an_event_has_about_780_bytes(mixed: bytes) -> None:
    assert 760 < len(mixed) / EVENTS < 800


def test_eight_of_a_hundred_events_belong_to_series(events: list[Any]) -> None:
    of_series = [event for event in events if "RRULE" in event or "RECURRENCE-ID" in event]
    assert 0.07 < len(of_series) / EVENTS < 0.09
    assert sum("RECURRENCE-ID" in event for event in events) > 30
    assert sum("EXDATE" in event for event in events) > 10


def test_there_are_rules_of_each_kind_and_of_each_end() -> None:
    text = written(replace(MIXED, series=1)).decode()
    rules = re.findall(r"^RRULE:FREQ=((?!YEARLY;BYMONTH=)\S+)", text, re.M)
    for pattern in (
        r"DAILY",
        r"WEEKLY;BYDAY=\w\w,",
        r"WEEKLY;INTERVAL=2",
        r"MONTHLY;BYDAY=\d",
        r"MONTHLY;COUNT",
        r"YEARLY",
    ):
        assert any(re.match(pattern, rule) for rule in rules), pattern
    endless = [rule for rule in rules if "COUNT" not in rule and "UNTIL" not in rule]
    assert 0.05 < len(endless) / len(rules) < 0.15
    assert re.search(r"UNTIL=\d{8}\b", text)
    assert re.search(r"UNTIL=\d{8}T\d{6}Z", text)


def test_times_are_written_in_all_forms(mixed: bytes) -> None:
    for form in (rb";TZID=Europe/Berlin:\d{8}T\d{6}", rb":\d{8}T\d{6}Z", rb";VALUE=DATE:\d{8}", rb":\d{8}T\d{6}"):
        assert re.search(rb"^DTSTART" + form + rb"\r$", mixed, re.M), form


def test_lines_are_folded_at_75_octets_and_end_with_crlf(mixed: bytes) -> None:
    lines = mixed.split(b"\r\n")
    assert max(map(len, lines)) == 75
    assert not any(b"\n" in line for line in lines)
    for line in lines:
        line.decode()  # no character is cut


@all_shapes
def test_icalendar_reads_it_without_an_error(shape: Shape) -> None:
    calendar = Calendar.from_ical(written(shape, 300))
    assert [part.errors for part in calendar.walk() if part.errors] == []


def test_events_are_spread_over_fifteen_years_a_fourteenth_of_them_in_the_window(events: list[Any]) -> None:
    single = days(event for event in events if "RRULE" not in event)
    assert (max(single) - min(single)).days > 14.9 * 365
    in_window = [day for day in single if WINDOW[0].date() <= day < WINDOW[1].date()]
    assert 0.06 < len(in_window) / len(single) < 0.09


def test_each_override_names_a_slot_of_its_series() -> None:
    calendar = Calendar.from_ical(written(replace(MIXED, series=1), 400))
    events: list[Any] = calendar.walk("VEVENT")
    slots = {(event["UID"], event["RECURRENCE-ID"].dt) for event in events if "RECURRENCE-ID" in event}
    masters = Calendar()
    masters.subcomponents = [part for part in calendar.subcomponents if "RECURRENCE-ID" not in part]
    starts = recurring_ical_events.of(masters).between(MIXED.first, MIXED.last + timedelta(days=2))
    assert len(slots) > 100
    assert slots - {(event["UID"], event.start) for event in starts} == set()


def test_where_there_are_to_be_no_series_there_are_none() -> None:
    assert b"RECURRENCE-ID" not in written(PAST_SINGLE)
    assert b"\nRRULE" not in written(PAST_SINGLE).partition(b"BEGIN:VEVENT")[2]


@pytest.mark.parametrize(
    ("shape", "shown"), [(VISIBLE, True), (PAST, False), (PAST_SINGLE, False)], ids=["visible", "past", "past-single"]
)
def test_the_window_shows_all_that_is_visible_and_nothing_that_is_past(shape: Shape, shown: bool) -> None:
    calendar = Calendar.from_ical(written(shape, 300))
    occurrences = recurring_ical_events.of(calendar).between(*WINDOW)
    uids = {event["UID"] for event in calendar.walk("VEVENT")}
    assert {event["UID"] for event in occurrences} == (uids if shown else set())


def test_the_window_is_the_one_that_calsieve_makes_of_the_moment() -> None:
    window = window_for(WindowPolicy(), TIMEZONE, NOW)
    assert (window.start, window.end) == WINDOW
