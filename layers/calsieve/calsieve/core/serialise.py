"""From components to bytes: one canonical order, CRLF, folded at 75 octets (RFC 5545 §3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from functools import lru_cache

from calsieve.core.component import Component, Line

_FOLD_AT = 75
_FIRST = [
    "VERSION",
    "PRODID",
    "CALSCALE",
    "METHOD",
    "NAME",
    "X-WR-CALNAME",
    "X-WR-CALDESC",
    "X-WR-TIMEZONE",
    "UID",
    "RECURRENCE-ID",
    "DTSTAMP",
    "DTSTART",
    "DTEND",
    "DURATION",
    "RRULE",
    "RDATE",
    "EXDATE",
    "EXRULE",
    "SUMMARY",
    "LOCATION",
    "DESCRIPTION",
    "TZID",
    "TZOFFSETFROM",
    "TZOFFSETTO",
    "TZNAME",
]
_RANK = {name: rank for rank, name in enumerate(_FIRST)}
_LAST_RANK = len(_FIRST)


def serialised(component: Component) -> bytes:
    """Write a component as it stands, its children in the order given, its lines in canonical order."""
    return b"".join(_lines(component))


def rank(name: str) -> int:
    """Return where lines of a name stand in canonical order; those of one rank are ordered by their text."""
    return _RANK.get(name, _LAST_RANK)


@lru_cache(maxsize=256)
def order(name: str) -> bytes:
    """Return where lines of a name stand in canonical order, among lines of other names: bytes to be sorted by."""
    return b"%c%b" % (rank(name), name.encode())


def canonical(lines: Iterable[Line]) -> list[Line]:
    """Return lines in canonical order: those that readers look for first, then the others by name."""
    return [line for _, line in sorted([(rank(line.name), line) for line in lines])]


def component_lines(component: Component) -> Iterator[bytes]:
    """Write what is between BEGIN and END of a component."""
    for line in canonical(component.lines):
        yield written_line(line)
    for child in component.children:
        yield from _lines(child)


def _lines(component: Component) -> Iterator[bytes]:
    yield f"BEGIN:{component.name}\r\n".encode()
    yield from component_lines(component)
    yield f"END:{component.name}\r\n".encode()


@lru_cache(maxsize=1024)  # lines repeat from event to event
def written_line(line: Line) -> bytes:
    """Write one line, folded."""
    name, params, value = line
    return folded(f"{name}{params}:{value}".encode("utf-8", "replace"))


def folded(raw: bytes) -> bytes:
    """Return one logical line in UTF-8 as it is written, folded without splitting a character."""
    if len(raw) <= _FOLD_AT:
        return raw + b"\r\n"
    parts, at, room = [], 0, _FOLD_AT
    while len(raw) - at > room:
        cut = at + room
        while raw[cut] & 0xC0 == 0x80:  # inside a character
            cut -= 1
        parts.append(raw[at:cut])
        at, room = cut, _FOLD_AT - 1  # the fold's space counts
    parts.append(raw[at:])
    return b"\r\n ".join(parts) + b"\r\n"
