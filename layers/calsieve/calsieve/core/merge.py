"""The events of several sources as one calendar, each UID + RECURRENCE-ID once, in a fixed order."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Container, Iterable, Sequence
from operator import attrgetter

from calsieve.core.written import Written

_Contribution = tuple[str, Iterable[Written]]
_STAMP = re.compile(rb"^DTSTAMP:.*\n", re.MULTILINE)


def merged(contributions: Iterable[_Contribution], repairs: Counter[str]) -> list[Written]:
    """Return all events of one or more sources by series, series by their first start, masters before overrides.

    A series that several sources have in the same words is published once. In different words it is several, and
    the later sources' get their source's name added to their UIDs. So what comes later never changes a UID of what
    came before, and neither does the order of events in a source.
    """
    sources = iter(contributions)
    _, first = next(sources, ("", ()))
    by_uid = _by_uid(first)
    versions: dict[str, list[list[Written]]] = {}
    for source, events in sources:
        versions = versions or {uid: [series] for uid, series in by_uid.items()}
        found = _by_uid(events)
        for uid in sorted(found, key=lambda uid: (uid in by_uid, uid)):
            series = found[uid]
            known = versions.setdefault(uid, [])
            if known and _content(series) in map(_content, known):
                repairs["series_in_two_sources"] += 1
                continue
            known.append(series)
            own = _free(uid, source, by_uid)
            if own != uid:
                repairs["uid_in_two_sources"] += 1
                series = [event.with_uid(own) for event in series]
                versions.setdefault(own, []).append(series)
            by_uid[own] = series
    ordered = sorted(by_uid, key=lambda uid: (min(event.start for event in by_uid[uid]), uid))
    return [event for uid in ordered for event in sorted(by_uid[uid], key=attrgetter("slot"))]


def _free(uid: str, source: str, taken: Container[str]) -> str:
    """Return the UID, with the source's name added to it for as long as it is taken."""
    while uid in taken:
        uid = f"{uid}-{source}"
    return uid


def _by_uid(events: Iterable[Written]) -> dict[str, list[Written]]:
    """Gather events by UID, keeping one for each slot."""
    gathered: dict[str, list[Written]] = {}
    for event in events:
        gathered.setdefault(event.uid, []).append(event)
    for uid, series in gathered.items():
        if len(series) > 1:
            gathered[uid] = list({event.slot: event for event in reversed(series)}.values())
    return gathered


def _content(series: Sequence[Written]) -> list[bytes]:
    return sorted(_STAMP.sub(b"", event.rest) for event in series)
