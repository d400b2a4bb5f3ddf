"""Events as they are published: their bytes, and the little that is still asked of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import NamedTuple

from calsieve.core.component import Component, Line, parsed_line
from calsieve.core.event import Event
from calsieve.core.serialise import canonical, folded, order, serialised, written_line

# The last line of each.
END = b"END:VEVENT\r\n"


class Written(NamedTuple):
    """One published VEVENT.

    ``slot`` is its RECURRENCE-ID as text, empty for a master. ``start`` is its own first instant, ``year`` the local
    one of it, or of an RDATE before it. ``zones`` are the TZIDs that its lines name, in their order. ``uid_line`` and
    ``rest`` are its bytes from behind BEGIN:VEVENT on.
    """

    uid: str
    slot: str
    start: datetime
    year: int
    zones: tuple[str, ...]
    uid_line: bytes
    rest: bytes

    def with_uid(self, uid: str) -> Written:
        """Return the event under another UID."""
        return self._replace(uid=uid, uid_line=folded(f"UID:{uid}".encode("utf-8", "replace")))

    def with_zones(self, names: Mapping[str, str]) -> Written:
        """Return the event with other names for zones."""
        if not names.keys() & set(self.zones):
            return self
        return self.with_lines(lambda lines: [_with_zone(line, names) for line in lines])

    def with_lines(self, change: Callable[[list[Line]], list[Line]]) -> Written:
        """Return the event with all of its lines changed but its UID and those of its alarms."""
        own, begin, alarms = self.rest.removesuffix(END).partition(b"\r\nBEGIN:")
        texts = own.decode().replace("\r\n ", "").split("\r\n")
        before = [line for text in texts if (line := parsed_line(text))]
        lines = change(before)
        if lines == before:
            return self
        zones = dict.fromkeys(tzid for line in lines if "TZID" in line.params and (tzid := line.parameter("TZID")))
        rest = b"".join([*map(written_line, canonical(lines)), begin[2:], alarms, END])
        return self._replace(zones=tuple(zones), rest=rest)


def _added_years(component: Component) -> list[int]:
    return [int(text[:4]) for line in component.all("RDATE") for text in line.value.split(",")]


def _with_zone(line: Line, names: Mapping[str, str]) -> Line:
    name = names.get(line.parameter("TZID") or "")
    return line.with_parameter("TZID", name) if name else line


def written(event: Event, component: Component) -> Written:
    """Write an event whose lines are those of ``component`` and its others in canonical order, but its UID first."""
    uid_line, placed = b"", list[tuple[bytes, int, bytes]]()
    zones: dict[str, None] = {}
    for at, line in enumerate(canonical(component.lines)):
        if line.name == "UID":
            uid_line = written_line(line)
        else:
            placed.append((order(line.name), at, written_line(line)))
        if "TZID" in line.params and (tzid := line.parameter("TZID")):
            zones[tzid] = None
    placed += [(place, 0, text) for place, text in event.others]
    rest = [text for _, _, text in sorted(placed)] + [serialised(child) for child in component.children]
    return Written(
        uid=event.uid,
        slot=event.recurrence_id.text if event.recurrence_id else "",
        start=event.occurrence().start,
        year=min([event.start.local.year, *_added_years(component)]),
        zones=tuple(zones),
        uid_line=uid_line,
        rest=b"".join((*rest, END)),
    )
