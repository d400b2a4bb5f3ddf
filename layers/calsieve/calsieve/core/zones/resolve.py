"""Which zone each TZID of one source means, and under which name and definition it is published."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta, tzinfo
from zoneinfo import ZoneInfo

from calsieve.core.component import Component, Line
from calsieve.core.values import Form, When
from calsieve.core.window import EARLIEST, LATEST, Window
from calsieve.core.zones.iana import iana_zone
from calsieve.core.zones.names import iana_name
from calsieve.core.zones.observed import ObservedZone, agree, observed_zone, trimmed
from calsieve.core.zones.publish import vtimezone

_NAMES_OF_UTC = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})
_EARLIEST, _LATEST = EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Zone:
    """One zone as it is published: its name, its rules, and its own VTIMEZONE where IANA's won't do."""

    name: str
    rules: tzinfo
    definition: Component | None = None

    def vtimezone(self, since: datetime) -> Component:
        """Return the VTIMEZONE to publish, right from ``since`` (aware) on."""
        if self.definition is not None:
            return trimmed(self.definition, self.name, since)
        iana = self.rules.key if isinstance(self.rules, ZoneInfo) else self.name
        return vtimezone(iana, since).with_line(Line("TZID", "", self.name))


class ZoneBook:
    """The zones that a feed publishes, each name with one meaning, whatever the sources call them."""

    def __init__(self) -> None:
        self._zones: dict[str, Zone] = {}

    def entered(self, zone: Zone) -> Zone:
        """Return the zone under the name it is published by: its own, or a numbered one if that is taken."""
        name, number = zone.name, 1
        while name in self._zones and self._zones[name].definition != zone.definition:
            number += 1
            name = f"{zone.name} {number}"
        return self._zones.setdefault(name, replace(zone, name=name))

    def __getitem__(self, name: str) -> Zone:
        return self._zones[name]


@dataclass(slots=True)
class Zones:
    """The zones of one source: its VTIMEZONEs, and the year of the first event that names each TZID.

    ``timezone`` is the feed's: it gives floating times an instant.
    """

    definitions: Mapping[str, Component]
    first_years: Mapping[str, int]
    timezone: str
    window: Window
    book: ZoneBook
    repairs: Counter[str]
    _known: dict[str, Zone | None] = field(default_factory=dict)

    def zone(self, tzid: str) -> Zone | None:
        """Return the zone that ``tzid`` means, or None for UTC.

        A TZID that nobody can explain means the feed's zone.
        """
        if tzid not in self._known:
            self._known[tzid] = self._resolved(tzid)
        return self._known[tzid]

    def settled(self, when: When) -> When:
        """Return the same moment under the name of its published zone; in UTC if that is its zone."""
        if when.form is not Form.ZONED:
            return when
        zone = self.zone(when.tzid)
        return When(when.local, Form.ZONED, zone.name) if zone else When(when.local, Form.UTC)

    def rules(self, when: When) -> tzinfo:
        """Return the rules by which a settled moment becomes an instant."""
        if when.form is Form.UTC:
            return UTC
        if when.form is Form.ZONED:
            return self.book[when.tzid].rules
        return iana_zone(self.timezone) or UTC

    def instant(self, when: When) -> datetime:
        """Return the instant of a settled moment, in UTC, clamped to what a datetime can hold."""
        return to_utc(when.local, self.rules(when))

    def _resolved(self, tzid: str) -> Zone | None:
        zone = self._meant(tzid)
        return None if zone.name in _NAMES_OF_UTC else self.book.entered(zone)

    def _meant(self, tzid: str) -> Zone:
        definition = self.definitions.get(tzid)
        observed = observed_zone(definition) if definition else None
        name = iana_name(tzid) or (iana_name(definition.value("X-LIC-LOCATION")) if definition else None)
        rules = iana_zone(name) if name else None
        if name and rules and (observed is None or self._same(tzid, observed, rules)):
            if name != tzid:
                self.repairs["zone_renamed"] += 1
            return Zone(name, rules)
        if observed and definition:
            return Zone(_speakable(tzid), observed, definition)
        self.repairs["zone_unknown"] += 1
        return Zone(self.timezone, iana_zone(self.timezone) or UTC)

    def _same(self, tzid: str, observed: ObservedZone, rules: tzinfo) -> bool:
        """Compare where it can be seen: from the window's start, or from the first use in an endless one."""
        year = max(self.first_years.get(tzid, 1970) - 1, 2)
        start = max(self.window.start, datetime(year, 1, 1, tzinfo=UTC))
        end = min(max(self.window.end, start), LATEST)
        end = start + min(end - start, timedelta(days=3650))
        return agree(observed, rules, observed.changes, start, end)


def first_years(components: Iterable[Component]) -> dict[str, int]:
    """Return for each TZID the year in which the first component that names it begins, 2 at least."""
    years: dict[str, int] = {}
    for component in components:
        text = component.value("DTSTART").strip()[:4]
        year = int(text) if text.isdecimal() else 2
        for line in component.lines:
            if line.params and (tzid := line.parameter("TZID")):
                years[tzid] = min(years.get(tzid, 9999), max(year, 2))
    return years


def to_utc(local: datetime, rules: tzinfo) -> datetime:
    """Return the UTC instant of a naive local time, clamped to what a datetime can hold."""
    if local <= _EARLIEST:
        return EARLIEST
    if local >= _LATEST:
        return LATEST
    return local.replace(tzinfo=rules).astimezone(UTC)


def _speakable(tzid: str) -> str:
    """Return a TZID that needs no quotes."""
    return "".join(" " if char in '";:,' or not char.isprintable() else char for char in tzid).strip() or "Custom"
