"""What we publish parses without an error in readers that are not ours."""

from __future__ import annotations

import pytest
from icalendar import Calendar

from tests.interop.demonstration import MODES, SAMPLES, Demonstration
from tests.interop.readers import Program, ical_js


def test_libical_finds_no_error(libical: Program, demo: Demonstration) -> None:
    assert libical.check([*demo.published.values()]) == {}


def test_ical_js_finds_no_error(demo: Demonstration) -> None:
    assert ical_js.check([*demo.published.values()]) == {}


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("name", SAMPLES)
def test_icalendar_finds_no_error(demo: Demonstration, name: str, mode: str) -> None:
    calendar = Calendar.from_ical(demo.published[name, mode].read_bytes())
    assert [component.errors for component in calendar.walk() if component.errors] == []


def test_the_readers_do_find_errors(libical: Program, demo: Demonstration) -> None:
    broken = demo.published["work", "keep"].with_name("broken.ics")
    body = demo.published["work", "keep"].read_bytes()
    broken.write_bytes(body.replace(b"END:VEVENT\r\nEND:VCALENDAR", b"DTSTART:soon\r\nEND:VEVENT\r\nEND:VCALENDAR"))
    assert list(libical.check([broken])) == [broken]
    broken.write_bytes(body.replace(b"END:VEVENT\r\nEND:VCALENDAR", b"END:VCALENDAR"))
    assert list(ical_js.check([broken])) == [broken]
