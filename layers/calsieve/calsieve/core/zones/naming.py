"""The zones of a feed as they are published: their names and VTIMEZONEs, decided by what is published alone."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import UTC, datetime

from calsieve.core.component import Component, Line
from calsieve.core.event import Event
from calsieve.core.serialise import canonical
from calsieve.core.window import EARLIEST, Window
from calsieve.core.zones.resolve import ZoneBook


def with_zones(
    events: Sequence[Event], book: ZoneBook, window: Window, timezone: str
) -> tuple[list[Component], list[Component]]:
    """Return the VTIMEZONEs that ``events`` use, and the events' components with these zones' names.

    The feed's own zone, ``timezone``, comes first, because some readers take the first for that of floating times;
    the others follow by name. Each is right from the window's start on, and from the year before its first use.
    """
    first_use = _first_use(events)
    names = _names(first_use, book)
    latest = window.start.year if window.start > EARLIEST else 9999
    zones = [
        book[key].vtimezone(names[key], datetime(max(min(first_use[key] - 1, latest), 2), 1, 1, tzinfo=UTC))
        for key in sorted(first_use, key=lambda key: (key != timezone, names[key]))
    ]
    changed = {key: name for key, name in names.items() if key != name}
    components = [event.component for event in events]
    return zones, _renamed(components, changed) if changed else components


def _first_use(events: Iterable[Event]) -> dict[str, int]:
    """Return the keys of the zones in the order in which they are published, and the year of their first use."""
    years: dict[str, int] = {}
    keys: dict[str, str | None] = {}  # by the parameters that name them: there are few
    for event in events:
        lines = [line for line in event.component.lines if "TZID" in line.params]
        for line in canonical(lines):
            if line.params not in keys:
                keys[line.params] = line.parameter("TZID")
            if key := keys[line.params]:
                years[key] = min(years.get(key, 9999), event.start.local.year)
    return years


def _names(keys: Iterable[str], book: ZoneBook) -> dict[str, str]:
    """Give each zone its name, and a number to those whose name is taken.

    IANA's zones come first: some readers go by the name alone.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    for key in sorted(keys, key=lambda key: key != book[key].name):
        wanted = name = book[key].name
        number = 1
        while name in taken:
            number += 1
            name = f"{wanted} {number}"
        taken.add(name)
        names[key] = name
    return names


def _renamed(components: Iterable[Component], names: Mapping[str, str]) -> list[Component]:
    """Return the components with the names of zones in place of their keys."""
    written: dict[str, str] = {}  # parameters by those before

    def edited(line: Line) -> Line:
        if "TZID" not in line.params:
            return line
        if line.params not in written:
            key = line.parameter("TZID") or ""
            written[line.params] = line.with_parameter("TZID", names[key]).params if key in names else line.params
        return line._replace(params=written[line.params])

    return [component.mapped(edited) for component in components]
