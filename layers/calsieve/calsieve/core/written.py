"""Events as they are published: their bytes, and the little that is still asked of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from calsieve.core.component import Component
from calsieve.core.event import Event
from calsieve.core.serialise import canonical, folded, serialised, written_line


@dataclass(frozen=True, slots=True)
class Written:
    """One published VEVENT.

    ``slot`` is its RECURRENCE-ID as text, empty for a master. ``start`` is its own first instant, ``year`` the local
    one of it. ``zones`` are the TZIDs that its lines name. ``uid_line`` and ``rest`` are its bytes from behind
    BEGIN:VEVENT on.
    """

    uid: str
    slot: str
    start: datetime
    year: int
    zones: frozenset[str]
    uid_line: bytes
    rest: bytes

    def with_uid(self, uid: str) -> Written:
        """Return the event under another UID."""
        return replace(self, uid=uid, uid_line=folded(f"UID:{uid}"))


def written(event: Event, component: Component) -> Written:
    """Write an event whose lines are those of ``component`` in canonical order, but its UID first."""
    uid_line, rest = b"", []
    zones = set[str]()
    for line in canonical(component.lines):
        if line.name == "UID":
            uid_line = written_line(line)
        else:
            rest.append(written_line(line))
        if "TZID" in line.params and (tzid := line.parameter("TZID")):
            zones.add(tzid)
    rest += [serialised(child) for child in component.children]
    return Written(
        uid=event.uid,
        slot=event.recurrence_id.text if event.recurrence_id else "",
        start=event.occurrence().start,
        year=event.start.local.year,
        zones=frozenset(zones),
        uid_line=uid_line,
        rest=b"".join((*rest, b"END:VEVENT\r\n")),
    )
