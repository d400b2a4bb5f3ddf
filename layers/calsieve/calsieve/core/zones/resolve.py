"""Which zone each TZID of one source means. Under which name it is published is decided at the end, in `naming`."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta, timezone, tzinfo
from typing import NamedTuple

from calsieve.core.component import Component, Line
from calsieve.core.recurrence.rule import known_parts
from calsieve.core.values import Form, When
from calsieve.core.window import EARLIEST, LATEST, Window
from calsieve.core.zones.iana import iana_zone
from calsieve.core.zones.names import iana_name, named_offset
from calsieve.core.zones.observed import ObservedZone, agree, constant, observed_zone, trimmed
from calsieve.core.zones.publish import vtimezone

_NAMES_OF_UTC = frozenset({"UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu"})
# Stands in a key between a name and what tells it from others; no source has it, for it is a control character.
OWN_RULES = "\x1f"
# Two definitions that agree up to here are the same in a window without end.
_HORIZON = datetime(2050, 1, 1, tzinfo=UTC)
_EARLIEST, _LATEST = EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None)


class Zone(NamedTuple):
    """One zone: what it is called, its rules, and its own VTIMEZONE where IANA's won't do."""

    name: str
    rules: tzinfo
    definition: Component | None = None

    @property
    def key(self) -> str:
        """The TZID by which events name it until names are given: IANA's own, else one made from the definition."""
        if self.definition is None:
            return self.name
        from hashlib import sha256  # loads OpenSSL, and few calendars have such a zone

        return f"{self.name}{OWN_RULES}{sha256(repr(self.definition.children).encode()).hexdigest()[:16]}"

    def vtimezone(self, name: str, since: datetime) -> Component:
        """Return the VTIMEZONE to publish under ``name``, right from ``since`` (aware) on."""
        if self.definition is not None:
            return trimmed(self.definition, name, since)
        return vtimezone(self.name, since).with_line(Line("TZID", "", name))


class ZoneBook:
    """The zones that the sources of a feed mean, each under a key of its own, whatever the sources call them."""

    def __init__(self) -> None:
        self._zones: dict[str, Zone] = {}

    def entered(self, zone: Zone) -> str:
        """Note a zone and return its key."""
        key = zone.key
        self._zones.setdefault(key, zone)
        return key

    def __getitem__(self, key: str) -> Zone:
        return self._zones[key]


@dataclass(slots=True)
class Zones:
    """The zones of one source: its VTIMEZONEs, and the year of the first event that names each TZID.

    ``first_years`` may be empty if the window has a start. ``timezone`` is the feed's: it gives floating times an
    instant. With ``nameless`` no zone keeps a name that only its source knows.
    """

    definitions: Mapping[str, Component]
    first_years: Mapping[str, int]
    timezone: str
    window: Window
    book: ZoneBook
    repairs: Counter[str]
    nameless: bool = False
    _keys: dict[str, str] = field(default_factory=dict)
    _unknown: set[str] = field(default_factory=set)

    def key(self, tzid: str) -> str:
        """Return the key in the book of the zone that ``tzid`` means, or "" for UTC.

        A TZID that nobody can explain means the feed's zone.
        """
        if tzid not in self._keys:
            self._keys[tzid] = self._resolved(tzid)
        return self._keys[tzid]

    def explains(self, tzid: str) -> bool:
        """Tell whether anybody can say what ``tzid`` means."""
        self.key(tzid)
        return tzid not in self._unknown

    def settled(self, when: When) -> When:
        """Return the same moment under the key of its zone; in UTC if that is its zone."""
        if when.form is not Form.ZONED:
            return when
        key = self.key(when.tzid)
        if key == when.tzid:
            return when
        return When(when.local, Form.ZONED, key) if key else When(when.local, Form.UTC)

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

    def _resolved(self, tzid: str) -> str:
        zone = self._meant(tzid)
        return "" if zone.definition is None and zone.name in _NAMES_OF_UTC else self.book.entered(zone)

    def _meant(self, tzid: str) -> Zone:
        definition = self.definitions.get(tzid)
        observed = observed_zone(definition) if definition else None
        name = iana_name(tzid) or (iana_name(definition.value("X-LIC-LOCATION")) if definition else None)
        rules = iana_zone(name) if name else None
        if name and rules and (observed is None or self._same(tzid, observed, rules)):
            self.repairs["zone_renamed"] += name != tzid
            self.repairs["zone_undefined"] += observed is None
            return Zone(name, rules)
        if observed and definition:
            return _nameless(observed, definition) if self.nameless else Zone(_speakable(tzid), observed, definition)
        if (seconds := named_offset(tzid)) is not None:
            self.repairs["zone_undefined"] += 1
            definition = constant(seconds)
            return Zone(definition.value("TZID"), timezone(timedelta(seconds=seconds)), definition)
        self.repairs["zone_unknown"] += 1
        self._unknown.add(tzid)
        return Zone(self.timezone, iana_zone(self.timezone) or UTC)

    def _same(self, tzid: str, observed: ObservedZone, rules: tzinfo) -> bool:
        """Compare where it can be seen: from the window's start, or from the first use if it has none."""
        start = self.window.start
        if start == EARLIEST:
            start = datetime(max(self.first_years.get(tzid, 1970) - 1, 2), 1, 1, tzinfo=UTC)
        horizon = max(_HORIZON, start + min(timedelta(days=3650), LATEST - start))
        return agree(observed, rules, observed.changes, start, min(max(self.window.end, start), horizon))


def first_years(components: Iterable[Component]) -> dict[str, int]:
    """Return for each TZID the year in which the first component that names it begins, 2 at least."""
    years: dict[str, int] = {}
    for component in components:
        text = component.value("DTSTART").strip()[:4]
        year = max(int(text), 2) if text.isdecimal() else 2
        for line in component.lines:
            if line.params and (tzid := line.parameter("TZID")):
                years[tzid] = min(years.get(tzid, year), year)
    return years


def to_utc(local: datetime, rules: tzinfo) -> datetime:
    """Return the UTC instant of a naive local time, clamped to what a datetime can hold."""
    if local <= _EARLIEST:
        return EARLIEST
    if local >= _LATEST:
        return LATEST
    if rules is UTC:
        return local.replace(tzinfo=UTC)
    return local.replace(tzinfo=rules).astimezone(UTC)


def _speakable(tzid: str) -> str:
    """Return a TZID that needs no quotes."""
    return "".join(" " if char in '";:,' or not char.isprintable() else char for char in tzid).strip() or "Custom"


def _nameless(rules: tzinfo, definition: Component) -> Zone:
    """Return a zone of its rules alone: what it and its observances are called could tell whose it is."""
    observances = [child.mapped(_defining)._replace(children=()) for child in definition.children]
    return Zone("Custom", rules, Component(definition.name, (), tuple(observances)))


def _defining(line: Line) -> Line | None:
    if line.name == "RRULE":
        return Line(line.name, "", known_parts(line.value))
    return line if line.name in {"DTSTART", "TZOFFSETFROM", "TZOFFSETTO", "RDATE"} else None
