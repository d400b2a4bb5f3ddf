"""From components to bytes: one canonical order, CRLF, folded at 75 octets (RFC 5545 §3.1)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

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


def serialised(calendar: Component) -> bytes:
    """Write a component as it stands, its children in the order given, its lines in canonical order."""
    return b"".join(_lines(calendar))


def canonical(lines: Iterable[Line]) -> list[Line]:
    """Return lines in canonical order: those that readers look for first, then the others by name."""
    return sorted(lines, key=lambda line: (_RANK.get(line.name, len(_RANK)), line))


def _lines(component: Component) -> Iterator[bytes]:
    yield f"BEGIN:{component.name}\r\n".encode()
    for line in canonical(component.lines):
        yield folded(f"{line.name}{line.params}:{line.value}")
    for child in component.children:
        yield from _lines(child)
    yield f"END:{component.name}\r\n".encode()


def folded(text: str) -> bytes:
    """Encode one logical line, folded without splitting a UTF-8 character."""
    raw = text.encode("utf-8", "replace")
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
