"""The events of several sources as one calendar, each UID + RECURRENCE-ID once, in a fixed order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence

from calsieve.core.written import Written

_Contribution = tuple[str, Sequence[Written]]
_STAMP = re.compile(rb"^DTSTAMP:.*\n", re.MULTILINE)


def merged(contributions: Sequence[_Contribution], repairs: Counter[str]) -> list[Written]:
    """Return all events by series, series by their first start, masters before overrides.

    A series that two sources have in the same words is published once. In different words it is two, and the
    later source's gets that source's name added to its UID.
    """
    by_uid: dict[str, list[Written]] = {}
    for source, events in contributions:
        for uid, series in _by_uid(events).items():
            if uid not in by_uid:
                by_uid[uid] = series
            elif _content(series) == _content(by_uid[uid]):
                repairs["series_in_two_sources"] += 1
            else:
                repairs["uid_in_two_sources"] += 1
                by_uid.setdefault(f"{uid}-{source}", [event.with_uid(f"{uid}-{source}") for event in series])
    ordered = sorted(by_uid.values(), key=lambda series: (min(event.start for event in series), series[0].uid))
    return [event for series in ordered for event in sorted(series, key=_slot)]


def _by_uid(events: Sequence[Written]) -> dict[str, list[Written]]:
    """Gather events by UID, keeping one for each slot."""
    gathered: dict[str, dict[str, Written]] = {}
    for event in events:
        gathered.setdefault(event.uid, {}).setdefault(event.slot, event)
    return {uid: list(slots.values()) for uid, slots in gathered.items()}


def _slot(event: Written) -> str:
    return event.slot


def _content(series: Sequence[Written]) -> list[bytes]:
    return sorted(_STAMP.sub(b"", event.rest) for event in series)
