"""Every VTIMEZONE that we can publish says what tzdata says, in readers that are not ours."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path

import pytest
from icalendar import Calendar

from calsieve.core.component import Component, Line
from calsieve.core.serialise import serialised
from calsieve.core.zones.publish import vtimezone
from tests.interop import zones
from tests.interop.readers import Program, ical_js

Question = tuple[str, int]
INSTANTS = [(name, at) for name in zones.names() for at in zones.moments(name)]
WALLS = [(name, wall) for name in zones.names() for wall in zones.walls(name)]


@pytest.fixture(scope="module")
def file(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """All zones in one calendar, from 2024 on."""
    since = datetime(2024, 1, 1, tzinfo=UTC)
    lines = (Line("VERSION", "", "2.0"), Line("PRODID", "", "-//Example//EN"))
    calendar = Component("VCALENDAR", lines, tuple(vtimezone(name, since) for name in zones.names()))
    path = tmp_path_factory.mktemp("zones") / "zones.ics"
    path.write_bytes(serialised(calendar))
    return path


def wrong(questions: list[Question], told: list[int], right: Callable[[str, int], int]) -> dict[str, list[str]]:
    """Return by zone the times at which a reader has another offset than tzdata."""
    found: dict[str, list[str]] = {}
    for (name, at), seconds in zip(questions, told, strict=True):
        if seconds != right(name, at):
            found.setdefault(name, []).append(f"{datetime.fromtimestamp(at, UTC):%FT%T}: {seconds}")
    return found


def test_there_is_something_to_ask() -> None:
    assert len(zones.names()) > 590
    assert len(WALLS) > 10_000


def test_libical_gives_each_instant_the_right_offset(libical: Program, file: Path) -> None:
    assert wrong(INSTANTS, libical.offsets(file, INSTANTS), zones.offset) == {}


def test_ical_js_gives_each_local_time_the_right_offset(file: Path) -> None:
    assert wrong(WALLS, ical_js.offsets(file, WALLS), zones.offset_at) == {}


def test_icalendar_gives_each_local_time_the_right_offset(file: Path) -> None:
    calendar = Calendar.from_ical(file.read_bytes())
    told = [
        seconds
        for timezone in calendar.walk("VTIMEZONE")
        for seconds in zones.offsets_by_icalendar(timezone, zones.walls(str(timezone["TZID"])))
    ]
    assert wrong(WALLS, told, zones.offset_at) == {}
