"""Which offsets the pinned tzdata gives a zone, found without the product, and what a reader is asked of it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from importlib import resources
from itertools import pairwise
from zoneinfo import ZoneInfo

from icalendar import Component, Timezone

FIRST = int(datetime(2024, 1, 1, tzinfo=UTC).timestamp())
LAST = int(datetime(2040, 1, 1, tzinfo=UTC).timestamp())
_STEP = 5 * 86400  # no zone keeps an offset for less


@cache
def names() -> tuple[str, ...]:
    """Every zone name of tzdata."""
    return tuple(sorted(resources.files("tzdata").joinpath("zones").read_text("ascii").split()))


@cache
def _zone(name: str) -> ZoneInfo:
    with resources.files("tzdata").joinpath("zoneinfo", *name.split("/")).open("rb") as file:
        return ZoneInfo.from_file(file, key=name)


def offset(name: str, at: int) -> int:
    """Return the offset from UTC in seconds at an instant."""
    shift = datetime.fromtimestamp(at, UTC).astimezone(_zone(name)).utcoffset()
    assert shift is not None
    return int(shift.total_seconds())


def moments(name: str) -> list[int]:
    """Return instants that tell a zone: around each change, and the middle between changes."""
    edges = [FIRST, *_changes(name), LAST]
    near = [edge + shift for edge in edges[1:-1] for shift in (-7201, -3601, -1, 0, 3600, 7200)]
    return sorted([*near, *((first + second) // 2 for first, second in pairwise(edges))])


def walls(name: str) -> list[int]:
    """Return the local times of those moments, as if they were UTC, but for those that the clock shows twice."""
    wall = [at + offset(name, at) for at in moments(name)]
    return [local for local in wall if _offsets(name, local) == 1]


def offset_at(name: str, wall: int) -> int:
    """Return the offset from UTC in seconds at a local time that exists once."""
    return int(_local(name, wall, 0).total_seconds())


def _offsets(name: str, wall: int) -> int:
    return len({_local(name, wall, fold) for fold in (0, 1)})


def _local(name: str, wall: int, fold: int) -> timedelta:
    shift = datetime.fromtimestamp(wall, UTC).replace(tzinfo=_zone(name), fold=fold).utcoffset()
    assert shift is not None
    return shift


def _changes(name: str) -> Iterator[int]:
    for low in range(FIRST, LAST, _STEP):
        high = low + _STEP
        if offset(name, low) == offset(name, high):
            continue
        while high - low > 1:
            middle = (low + high) // 2
            low, high = (middle, high) if offset(name, middle) == offset(name, low) else (low, middle)
        yield high


def offsets_by_icalendar(timezone: Component, walls: list[int]) -> list[int]:
    """Return what icalendar makes of a VTIMEZONE at local times, without looking its name up."""
    assert isinstance(timezone, Timezone)
    zone = timezone.to_tz(lookup_tzid=False)
    shifts = [datetime.fromtimestamp(wall, UTC).replace(tzinfo=zone).utcoffset() for wall in walls]
    return [int(shift.total_seconds()) for shift in shifts if shift is not None]
