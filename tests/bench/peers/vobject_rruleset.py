"""vobject reads and writes, and makes a dateutil rruleset of each master; masters don't know of overrides."""

from __future__ import annotations

from collections import defaultdict
from datetime import date, datetime, timedelta
from typing import Any

import vobject
from common import Window, arguments


def main() -> None:
    source, target, window = arguments()
    with source.open(encoding="utf-8") as stream:
        calendar = vobject.readOne(stream)
    groups = defaultdict(list)
    for event in calendar.vevent_list:
        groups[event.uid.value].append(event)
    kept = {uid for uid, events in groups.items() if _shows(events, window)}
    calendar.contents["vevent"] = [event for event in calendar.vevent_list if event.uid.value in kept]
    with target.open("w", encoding="utf-8", newline="") as stream:
        calendar.serialize(stream)


def _shows(events: list[Any], window: Window) -> bool:
    slots = {event.recurrence_id.value for event in events if hasattr(event, "recurrence_id")}
    return any(_shows_one(event, slots, window) for event in events)


def _shows_one(event: Any, slots: set[date], window: Window) -> bool:
    start = event.dtstart.value
    length = _length(event, start)
    rules = None if hasattr(event, "recurrence_id") else event.getrruleset(addRDate=True)
    if rules is None:
        return window.shows(start, start + length)
    # A ruleset speaks of datetimes, with a zone if DTSTART has one.
    zone = getattr(start, "tzinfo", None)
    first, last = (at.astimezone(zone or window.zone) for at in (window.start - length, window.end))
    if zone is None:
        first, last = first.replace(tzinfo=None), last.replace(tzinfo=None)
    found = (at if isinstance(start, datetime) else at.date() for at in rules.between(first, last, inc=True))
    return any(window.shows(at, at + length) for at in found if at not in slots)


def _length(event: Any, start: date) -> timedelta:
    if hasattr(event, "dtend"):
        return event.dtend.value - start
    return event.duration.value if hasattr(event, "duration") else timedelta(days=not isinstance(start, datetime))


main()
