"""The zones of a feed as they are published: their names and VTIMEZONEs, decided by what is published alone."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime

from calsieve.core.component import Component
from calsieve.core.window import EARLIEST, LATEST, Window
from calsieve.core.written import Written
from calsieve.core.zones.resolve import ZoneBook


def with_zones(
    events: Sequence[Written], book: ZoneBook, window: Window, timezone: str
) -> tuple[list[Component], Iterable[Written]]:
    """Return the VTIMEZONEs that ``events`` use, and the events with these zones' names.

    The feed's own zone, ``timezone``, comes first, because some readers take the first for that of floating times;
    the others follow by name. Each is right from the window's start on, and from the year before its first use.
    """
    first_use = _first_use(events)
    names = _names(first_use, book)
    latest = (window.start if window.start > EARLIEST else LATEST).year
    zones = [
        book[key].vtimezone(names[key], datetime(max(min(first_use[key] - 1, latest), 2), 1, 1, tzinfo=UTC))
        for key in sorted(first_use, key=lambda key: (key != timezone, names[key]))
    ]
    changed = {key: name for key, name in names.items() if key != name}
    return zones, [event.with_zones(changed) for event in events] if changed else events


def _first_use(events: Iterable[Written]) -> dict[str, int]:
    """Return the keys of the zones in the order in which they are published, and the year of their first use."""
    years: dict[str, int] = {}
    for event in events:
        for key in event.zones:
            years[key] = min(years.get(key, event.year), event.year)
    return years


def _names(keys: Iterable[str], book: ZoneBook) -> dict[str, str]:
    """Give each zone its name, and a number to those whose name is taken.

    IANA's zones come first: some readers go by the name alone.
    """
    names: dict[str, str] = {}
    taken: set[str] = set()
    numbers: Counter[str] = Counter()
    for key in sorted(keys, key=lambda key: key != book[key].name):
        wanted = name = book[key].name
        while name in taken:
            numbers[wanted] += 1
            name = f"{wanted} {numbers[wanted] + 1}"
        taken.add(name)
        names[key] = name
    return names
