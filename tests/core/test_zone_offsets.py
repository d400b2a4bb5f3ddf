"""A VTIMEZONE that we publish says what tzdata says; `make interop` asks all zones and more readers."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest
from icalendar import Timezone

from calsieve.core.serialise import serialised
from calsieve.core.zones.publish import vtimezone
from tests.interop import zones

# Both hemispheres, half hours, negative daylight saving, changes of law, one change by decree a year, none at all.
TELLING = [
    "Africa/Cairo",
    "Africa/Casablanca",
    "America/New_York",
    "America/Nuuk",
    "America/Santiago",
    "America/Sao_Paulo",
    "Antarctica/Troll",
    "Asia/Almaty",
    "Asia/Jerusalem",
    "Asia/Kathmandu",
    "Asia/Tehran",
    "Asia/Tokyo",
    "Australia/Lord_Howe",
    "Europe/Berlin",
    "Europe/Dublin",
    "Pacific/Apia",
    "Pacific/Chatham",
]


@pytest.mark.parametrize("since", [datetime(2023, 7, 1, tzinfo=UTC), datetime(1995, 1, 1, tzinfo=UTC)], ids=str)
@pytest.mark.parametrize("name", TELLING)
def test_a_published_zone_has_the_offsets_of_tzdata(name: str, since: datetime) -> None:
    timezone = Timezone.from_ical(serialised(vtimezone(name, since)))
    walls = zones.walls(name)
    assert zones.offsets_by_icalendar(timezone, walls) == [zones.offset_at(name, wall) for wall in walls]
