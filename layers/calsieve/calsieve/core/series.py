"""Masters and the overrides that belong to them: they stand or fall together."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import NamedTuple

from calsieve.core.component import Component
from calsieve.core.event import Event
from calsieve.core.repairs.identity import content_uid
from calsieve.core.repairs.recurrences import slot_in_form_of, without_recurrences
from calsieve.core.scrub import DROPPABLE
from calsieve.core.values import line_of, line_with
from calsieve.core.zones.resolve import Zones


class Series(NamedTuple):
    """The events of one UID: a single event is a series with one occurrence."""

    master: Event
    overrides: tuple[Event, ...] = ()

    @property
    def overridden(self) -> frozenset[datetime]:
        """The local starts that overrides take the place of."""
        return frozenset(override.slot.local for override in self.overrides)

    @property
    def single(self) -> bool:
        """Whether it is one event without recurrences."""
        return not self.overrides and not self.master.recurs


def gathered(events: Iterable[Event], zones: Zones, repairs: Counter[str]) -> list[Series]:
    """Gather events by UID into series, in the order in which their UIDs come first.

    Overrides without a master, and those whose slot lies before their master's start, stand for themselves:
    strict clients refuse a file with them, and others would not show them.
    """
    by_uid: dict[str, list[Event]] = {}
    for event in events:
        by_uid.setdefault(event.uid, []).append(event)
    series = []
    for group in by_uid.values():
        masters = _masters([e for e in group if e.recurrence_id is None], repairs)
        overrides = [e for e in group if e.recurrence_id is not None]
        series += _assembled(masters, overrides, zones, repairs)
    return series


def detached(override: Event) -> Event:
    """Return an override as an event of its own, with a UID made from its UID and RECURRENCE-ID."""
    uid = f"{override.uid}-{override.slot.text}"
    component = override.component.without("RECURRENCE-ID")
    origin = override.origin or override
    return override._replace(component=component, recurrence_id=None, origin=origin).with_uid(uid)


def _assembled(masters: list[Event], overrides: list[Event], zones: Zones, repairs: Counter[str]) -> list[Series]:
    if not masters:
        repairs["override_orphan"] += len(overrides)
        plain = [_plain(override, repairs) for override in overrides]
        return [Series(detached(override)) for override in _unique(plain, repairs)]
    master = masters[0]
    settled = _unique([_settled(override, master, zones, repairs) for override in overrides], repairs)
    early = [override for override in settled if override.slot.local < master.start.local]
    kept = tuple(override for override in settled if override.slot.local >= master.start.local)
    repairs["override_before_start"] += len(early)
    alone = [Series(other) for other in masters[1:]] + [Series(detached(override)) for override in early]
    return [Series(master, kept), *alone]


def _masters(masters: list[Event], repairs: Counter[str]) -> list[Event]:
    """Return one master for each start: versions of one event are one, strangers that share a UID are not.

    Of several versions the one of highest SEQUENCE, then LAST-MODIFIED, then place in the file stays. Events with
    different starts are versions too where their SEQUENCE or LAST-MODIFIED differ; otherwise the UID, with all
    its overrides, belongs to the one that recurs, and the others get a UID of their own.
    """
    if len(masters) < 2:
        return masters
    best = max(enumerate(masters), key=lambda item: (_rank(item[1]), item[1].recurs, item[0]))[1]
    strangers = {m.start: m for m in masters if m.start != best.start and _rank(m) == _rank(best)}
    repairs["uid_shared"] += len(strangers)
    repairs["master_repeated"] += len(masters) - 1 - len(strangers)
    return [best, *map(_renamed, strangers.values())]


def _renamed(event: Event) -> Event:
    lasting = event.component.without(*DROPPABLE)  # they may have been left out while reading
    return event.with_uid(f"{event.uid}-{content_uid(lasting)[:8]}")


def _rank(event: Event) -> tuple[int, str]:
    return int(event.component.value("SEQUENCE") or 0), event.component.value("LAST-MODIFIED")


def _settled(override: Event, master: Event, zones: Zones, repairs: Counter[str]) -> Event:
    """Return an override with its RECURRENCE-ID in the master's form (RFC 5545 §3.8.4.4)."""
    assert override.recurrence_id is not None  # noqa: S101 - overrides have one
    slot = slot_in_form_of(master.start, override.recurrence_id, master.component.lines, zones, repairs)
    plain = _plain(override, repairs)
    line = plain.component.first("RECURRENCE-ID")
    assert line is not None  # noqa: S101 - overrides have one
    ranged = ";RANGE=THISANDFUTURE"
    settled = line_of("RECURRENCE-ID", slot, params=ranged) if override.ranged else line_with(line, slot)
    if settled == line and slot == plain.recurrence_id:
        return plain
    return plain._replace(recurrence_id=slot, component=plain.component.with_line(settled))


def _plain(override: Event, repairs: Counter[str]) -> Event:
    component: Component = without_recurrences(override.component, repairs)
    return override if component is override.component else override._replace(component=component)


def _unique(overrides: list[Event], repairs: Counter[str]) -> list[Event]:
    """Keep one override for each slot, the newest."""
    newest: dict[str, Event] = {}
    for override in overrides:
        slot = override.slot.text
        if slot not in newest or _rank(override) >= _rank(newest[slot]):
            newest[slot] = override
    repairs["override_repeated"] += len(overrides) - len(newest)
    return list(newest.values())
