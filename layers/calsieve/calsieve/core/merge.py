"""The events of several sources as one calendar, each UID + RECURRENCE-ID once, in a fixed order."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence

from calsieve.core.component import Line
from calsieve.core.event import Event
from calsieve.core.serialise import canonical

_Contribution = tuple[str, Sequence[Event]]


def merged(contributions: Sequence[_Contribution], repairs: Counter[str]) -> list[Event]:
    """Return all events by series, series by their first start, masters before overrides.

    A series that two sources have in the same words is published once. In different words it is two, and the
    later source's gets that source's name added to its UID.
    """
    by_uid: dict[str, list[Event]] = {}
    for source, events in contributions:
        for uid, series in _by_uid(events).items():
            if uid not in by_uid:
                by_uid[uid] = series
            elif _content(series) == _content(by_uid[uid]):
                repairs["series_in_two_sources"] += 1
            else:
                repairs["uid_in_two_sources"] += 1
                by_uid.setdefault(f"{uid}-{source}", [event.with_uid(f"{uid}-{source}") for event in series])
    ordered = sorted(by_uid.values(), key=lambda series: (min(e.occurrence().start for e in series), series[0].uid))
    return [event for series in ordered for event in sorted(series, key=_slot)]


def _by_uid(events: Sequence[Event]) -> dict[str, list[Event]]:
    """Gather events by UID, keeping one for each slot."""
    gathered: dict[str, dict[str, Event]] = {}
    for event in events:
        gathered.setdefault(event.uid, {}).setdefault(_slot(event), event)
    return {uid: list(slots.values()) for uid, slots in gathered.items()}


def _slot(event: Event) -> str:
    return event.recurrence_id.text if event.recurrence_id else ""


def _content(series: Sequence[Event]) -> list[list[Line]]:
    return sorted(canonical(event.component.without("DTSTAMP").lines) for event in series)
