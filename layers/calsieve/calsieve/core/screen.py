"""Cheap judgement on a component as it was read: certainly outside the window, or worth a closer look.

It never says more than that. It looks at the digits of single events only: a UID that comes more than once may
be a series, or versions of one event, of which the newest counts wherever it lies.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import datetime, timedelta

from calsieve.core.component import Component
from calsieve.core.window import EARLIEST, LATEST, Window

# Zones reach 14 hours from UTC at most, a date may stand for a day, and a day more costs nothing.
_MARGIN = timedelta(days=3)
_NOT_SINGLE = frozenset({"RRULE", "RDATE", "RECURRENCE-ID", "DURATION"})
_DATE = re.compile(r"\s*(\d{8})(?:T\d{4}|\s*$)", re.ASCII)


def worth_a_look(components: Iterable[Component], window: Window, screened: Counter[str]) -> Iterator[Component]:
    """Yield the components that may be visible, and count the others as ``past`` and ``future``."""
    components = list(components)
    uids = Counter(component.value("UID").strip() for component in components)
    first, last = _digits(window.start, -_MARGIN), _digits(window.end, _MARGIN)
    for component in components:
        verdict = _verdict(component, first, last) if uids[component.value("UID").strip()] == 1 else ""
        if verdict:
            screened[verdict] += 1
        else:
            yield component


def _digits(edge: datetime, margin: timedelta) -> str:
    """Return the edge of the window as YYYYMMDD, moved outwards; digits compare as dates do."""
    moved = min(max(edge, EARLIEST + _MARGIN), LATEST - _MARGIN) + margin
    return f"{moved.year:04d}{moved.month:02d}{moved.day:02d}"


def _verdict(component: Component, first: str, last: str) -> str:
    starts, ends = [], []
    for line in component.lines:
        if line.name in _NOT_SINGLE:
            return ""
        if line.name == "DTSTART":
            starts.append(line.value)
        elif line.name == "DTEND":
            ends.append(line.value)
    dates = [match.group(1) for value in starts + ends if (match := _DATE.match(value))]
    if not starts or len(dates) != len(starts) + len(ends):
        return ""
    if max(dates) < first:
        return "past"
    # DTEND may lie before DTSTART and then means nothing: only starts put an event in the future.
    return "future" if min(dates) > last else ""
