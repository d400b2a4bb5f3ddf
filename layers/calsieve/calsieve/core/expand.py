"""`series: expand`: each visible occurrence as an event of its own, for clients that can't do recurrences."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from calsieve.core.component import Line
from calsieve.core.event import Event, Length, Occurrence
from calsieve.core.recurrence.doubts import NotUnderstood, refuse_doubtful
from calsieve.core.recurrence.occurrences import InWindow, refuse_other_start, visible_periods, visible_starts
from calsieve.core.series import detached
from calsieve.core.values import Form, line_of, written

_RECURRENCE = ("RRULE", "RDATE", "EXDATE")
# A series with more visible occurrences than that stays whole: in an endless window an endless series has no end.
_MOST = 5_000
# What an event costs, in steps of the work of finding times.
_STEPS = 10


def expanded(seen: InWindow) -> list[Event]:
    """Return one stand-alone event for each visible occurrence, in order of time.

    Its UID is made from the series' UID and the occurrence's original slot, so it is the same each time.
    Raises NotUnderstood and TooMuchWork.
    """
    starts, periods = told(seen)
    found = sorted([*map(seen.master.occurrence, starts), *periods])
    seen.work.spend(_STEPS * len(found))
    alone = [standing_alone(seen.master, occurrence) for occurrence in found]
    return alone + overrides_alone(seen, seen.series.overrides)


def told(seen: InWindow) -> tuple[list[datetime], list[Occurrence]]:
    """Return the local starts of visible occurrences that are neither overrides nor PERIODs, and visible PERIODs.

    Raises NotUnderstood where they can't be told with certainty, and TooMuchWork.
    """
    if any(override.ranged for override in seen.series.overrides):
        raise NotUnderstood("RANGE=THISANDFUTURE")
    refuse_doubtful(seen.master, seen.recurrence)
    refuse_other_start(seen)
    starts = visible_starts(seen)
    periods = visible_periods(seen, starts)
    if len(starts) + len(periods) > _MOST:
        raise NotUnderstood("more occurrences than the bound")
    return starts, periods


def overrides_alone(seen: InWindow, overrides: Iterable[Event]) -> list[Event]:
    """Return the visible ones of these overrides as events of their own. Raises NotUnderstood."""
    visible = [override for override in overrides if seen.shows(override.occurrence())]
    if any(override.slot.local in seen.recurrence.exceptions for override in visible):
        raise NotUnderstood("an override of an excepted slot")  # recurring-ical-events hides it
    return [detached(override) for override in visible]


def standing_alone(master: Event, occurrence: Occurrence) -> Event:
    """Return one occurrence of ``master`` as an event of its own. Raises NotUnderstood."""
    start = master.start.at(occurrence.local)
    component = master.component.without(*_RECURRENCE, "DTSTART").plus(line_of("DTSTART", start))
    event = master._replace(component=component, start=start).with_uid(f"{master.uid}-{start.text}")
    component = event.component
    if event.occurrence() != occurrence:  # a PERIOD with a length of its own
        length = Length(exact=occurrence.end - occurrence.start)
        component = component.without("DTEND", "DURATION").plus(_ending(master, occurrence))
        return event._replace(component=component, length=length)
    if not component.has("DTEND"):
        return event
    if master.length.exact:
        raise NotUnderstood("DTEND in another zone than DTSTART")
    moved = start.at(start.local + master.length.local)
    return event._replace(component=component.with_line(line_of("DTEND", moved)))


def _ending(master: Event, occurrence: Occurrence) -> Line:
    """Return DTEND in UTC, which says it exactly, unless DTSTART floats."""
    if master.start.form is Form.FLOATING:
        return line_of("DTEND", master.start.at(occurrence.end.astimezone(master.rules).replace(tzinfo=None)))
    return Line("DTEND", "", written(occurrence.end.replace(tzinfo=None), Form.UTC))
