"""IANA zones from the pinned tzdata package, never from the machine, so that results are the same anywhere."""

from __future__ import annotations

import struct
from functools import cache
from io import BytesIO
from pkgutil import get_data
from typing import NamedTuple
from zoneinfo import ZoneInfo

import tzdata


class Offset(NamedTuple):
    """An offset from UTC in seconds, whether it is daylight saving, and its abbreviation."""

    seconds: int
    daylight: bool
    name: str


class ZoneFile(NamedTuple):
    """What a TZif file says (RFC 8536).

    ``first`` holds before all transitions; each transition is (UTC seconds since 1970, new offset);
    ``rule`` is the POSIX TZ string that holds after the last one.
    """

    first: Offset
    transitions: tuple[tuple[int, Offset], ...]
    rule: str


def iana_version() -> str:
    """The release of the IANA database that is used, such as ``2026a``."""
    return str(tzdata.IANA_VERSION)


@cache
def iana_names() -> frozenset[str]:
    """Every zone name of the pinned tzdata package."""
    return frozenset(_packaged("zones").decode("ascii").split())


@cache
def iana_zone(name: str) -> ZoneInfo | None:
    """Return the zone of that exact name, or None if IANA has none."""
    data = _data(name)
    return ZoneInfo.from_file(BytesIO(data), key=name) if data else None


@cache
def zone_file(name: str) -> ZoneFile:
    """Return the transitions of a zone that ``iana_names`` has."""
    data = _data(name)
    if data is None:
        raise LookupError(f"IANA has no time zone {name}")
    return _zone_file(data)


def _data(name: str) -> bytes | None:
    return _packaged(f"zoneinfo/{name}") if name in iana_names() else None


def _packaged(file: str) -> bytes:
    data = get_data("tzdata", file)  # importlib.resources would be another tenth of what `calsieve trim` imports
    assert data is not None  # noqa: S101 - only loaders that can't read files give none
    return data


def _zone_file(data: bytes) -> ZoneFile:
    """Read the second, 64-bit block, and the footer behind it."""
    at = data.rindex(b"TZif")
    times, types = struct.unpack_from(">2l", data, at + 32)
    body = at + 44
    moments = struct.unpack_from(f">{times}q", data, body)
    indices = data[body + times * 8 : body + times * 9]
    records = [struct.unpack_from(">lBB", data, body + times * 9 + 6 * i) for i in range(types)]
    names = data[body + times * 9 + types * 6 :]
    offsets = [Offset(seconds, bool(daylight), names[i:].split(b"\0")[0].decode()) for seconds, daylight, i in records]
    footer = data[:-1].rpartition(b"\n")[2].decode()
    return ZoneFile(offsets[0], tuple((m, offsets[i]) for m, i in zip(moments, indices, strict=True)), footer)
