"""A reader of published files that is not ours: it knows as much of iCalendar as the machine's sources use."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from dateutil.rrule import rrulestr

from tests.refresh.machine.upstream import ZONE, Shown, Window

_LONGEST = timedelta(days=2)  # no event is longer
_BLOCK = re.compile(r"BEGIN:VEVENT\r\n(.*?)END:VEVENT\r\n", re.DOTALL)


class Half(AssertionError):
    """A published file is not whole."""


class Event(NamedTuple):
    """One component: ``rule`` and ``away`` say when it comes again, ``slot`` which time of a series it replaces."""

    uid: str
    title: str
    start: datetime
    length: timedelta
    rule: str
    away: frozenset[datetime]
    slot: datetime | None


def events(body: bytes) -> list[Event]:
    """Return the events of a file. Raises Half."""
    if not (body.startswith(b"BEGIN:VCALENDAR\r\n") and body.endswith(b"\r\nEND:VCALENDAR\r\n")):
        raise Half("a file is published that does not begin and end as a calendar does")
    text = body.replace(b"\r\n ", b"").decode()
    found = [_event([_named(line) for line in block.splitlines()]) for block in _BLOCK.findall(text)]
    if len(found) != text.count("BEGIN:VEVENT"):
        raise Half("an event in a published file does not end")
    return found


def shown(found: list[Event], window: Window) -> set[Shown]:
    """Return what a window shows of a file's events."""
    replaced = {(event.uid, event.slot) for event in found if event.slot}
    return {one for event in found for one in _times(event, replaced, window) if window.has(one)}


def _times(event: Event, replaced: set[tuple[str, datetime]], window: Window) -> Iterator[Shown]:
    if not event.rule:
        yield Shown(event.title, event.start, event.start + event.length)
        return
    for start in rrulestr(event.rule, dtstart=event.start).xafter(window.start - _LONGEST, inc=True):
        if start > window.end:
            return
        if start not in event.away and (event.uid, start) not in replaced:
            yield Shown(event.title, start, start + event.length)


def _event(named: list[tuple[str, str]]) -> Event:
    lines, away = dict(named), [value for name, value in named if name == "EXDATE"]
    start = _instant(lines["DTSTART"])
    return Event(
        uid=lines["UID"],
        title=lines.get("SUMMARY", ""),
        start=start,
        length=_instant(lines["DTEND"]) - start,
        rule=lines.get("RRULE", ""),
        away=frozenset(_instant(value) for value in ",".join(away).split(",") if value),
        slot=_instant(lines["RECURRENCE-ID"]) if "RECURRENCE-ID" in lines else None,
    )


def _named(line: str) -> tuple[str, str]:
    name, _, value = line.partition(":")
    return name.partition(";")[0], value


def _instant(text: str) -> datetime:
    numbers = [int(text[at:to]) for at, to in ((0, 4), (4, 6), (6, 8))]
    if len(text) == 8:
        return datetime(*numbers, tzinfo=ZONE).astimezone(UTC)
    return datetime(*numbers, *(int(text[at : at + 2]) for at in (9, 11, 13)), tzinfo=UTC)
