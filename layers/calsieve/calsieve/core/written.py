"""Events as they are published: their bytes, and the little that is still asked of them."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from calsieve.core.component import Line
from calsieve.core.event import Event
from calsieve.core.serialise import component_lines, folded


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


def written(event: Event) -> Written:
    """Write an event in canonical order, its UID first."""
    component = event.component
    zones = {line.parameter("TZID") for line in component.lines if "TZID" in line.params}
    uid_line = component.first("UID") or Line("UID", "", event.uid)
    return Written(
        uid=event.uid,
        slot=event.recurrence_id.text if event.recurrence_id else "",
        start=event.occurrence().start,
        year=event.start.local.year,
        zones=frozenset(filter(None, zones)),
        uid_line=folded(f"UID{uid_line.params}:{uid_line.value}"),
        rest=b"".join(component_lines(component.without("UID"))) + b"END:VEVENT\r\n",
    )
