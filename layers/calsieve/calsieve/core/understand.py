"""From the VEVENT components of a source to events: repaired, in settled zones, with times worked out."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from typing import NamedTuple

from calsieve.core.component import Component, Line
from calsieve.core.event import Event, OtherLine
from calsieve.core.repairs.identity import content_uid, identified
from calsieve.core.repairs.recurrences import settled_recurrences
from calsieve.core.repairs.times import Unreadable, moment, settled_start, settled_times
from calsieve.core.values import When
from calsieve.core.zones.resolve import Zones

_OF_TIMES = frozenset({"DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "RRULE", "EXRULE", "RDATE", "EXDATE"})

_LONGEST_UID = 200  # where it is only named


class Understood(NamedTuple):
    """The events of a source, and for each component that is lost its UID and why."""

    events: tuple[Event, ...]
    lost: tuple[str, ...]


class Lines(NamedTuple):
    """A VEVENT of sound properties, less ``others``: lines that need no understanding, as they are published.

    ``answered`` is what these answer to the questions of rules.
    """

    component: Component
    others: tuple[OtherLine, ...] = ()
    answered: int = 0


def understood(events: Iterable[Lines], zones: Zones, repairs: Counter[str]) -> Understood:
    """Understand each VEVENT by itself: one that can't be repaired costs only itself."""
    found, lost = [], []
    for lines in events:
        try:
            found.append(_event(lines, zones, repairs))
        except Unreadable as reason:
            uid = lines.component.value("UID").strip()[:_LONGEST_UID] or content_uid(lines.component)
            lost.append(f"{uid}: {reason}")
    return Understood(tuple(found), tuple(lost))


def _event(lines: Lines, zones: Zones, repairs: Counter[str]) -> Event:
    component = lines.component
    # What is said of times and recurrences is worked on by itself: most lines say something else.
    of_times = Component(component.name, tuple([line for line in component.lines if line.name in _OF_TIMES]))
    others = [line for line in component.lines if line.name not in _OF_TIMES]
    start = settled_start(of_times, zones, repairs)
    timed, length = settled_times(of_times, start, zones, repairs)
    recurring = settled_recurrences(timed, start, zones, repairs)
    settled = (_settled_elsewhere(line, zones) if line.params else line for line in others)
    whole = identified(Component(component.name, (*recurring.lines, *settled), component.children), repairs)
    line = recurring.first("RECURRENCE-ID")
    return Event(
        component=whole,
        uid=whole.value("UID"),
        start=start,
        length=length,
        rules=zones.rules(start),
        recurrence_id=_recurrence_id(line, zones, repairs) if line else None,
        ranged=line is not None and (line.parameter("RANGE") or "").upper() == "THISANDFUTURE",
        others=lines.others,
        answered=lines.answered,
    )


def _recurrence_id(line: Line, zones: Zones, repairs: Counter[str]) -> When:
    when = moment(line, line.value, zones, repairs)
    if when is None:
        raise Unreadable("has a RECURRENCE-ID that is no date")
    return when


def _settled_elsewhere(line: Line, zones: Zones) -> Line:
    """Let a TZID on a property that nobody here understands name a zone that will be published."""
    tzid = line.parameter("TZID")
    if tzid is None:
        return line
    return line.with_parameter("TZID", (zones.key(tzid) or None) if tzid else None)
