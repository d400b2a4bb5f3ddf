"""`series: expand`: each visible occurrence as an event of its own, for clients that can't do recurrences."""

from __future__ import annotations

from dataclasses import replace
from itertools import islice

from calsieve.core.component import Line
from calsieve.core.event import Event, Occurrence
from calsieve.core.recurrence.occurrences import NotUnderstood, begins_by_its_rules, visible_occurrences
from calsieve.core.series import Series, detached
from calsieve.core.values import Form, line_of, written
from calsieve.core.window import Window

_RECURRENCE = ("RRULE", "RDATE", "EXDATE", "EXRULE")
# A series with more visible occurrences than that stays whole: in an endless window an endless series has no end.
_MOST = 5_000


def expanded(series: Series, window: Window) -> list[Event]:
    """Return one stand-alone event for each visible occurrence, in order of time.

    Its UID is made from the series' UID and the occurrence's original slot, so it is the same each time.
    Raises NotUnderstood where the occurrences can't be told with certainty.
    """
    if any(override.ranged for override in series.overrides):
        raise NotUnderstood("RANGE=THISANDFUTURE")
    if not begins_by_its_rules(series.master):
        raise NotUnderstood("DTSTART is not an occurrence of its rule")
    found = sorted(islice(visible_occurrences(series.master, series.overridden, window), _MOST + 1))
    if len(found) > _MOST:
        raise NotUnderstood("more occurrences than the bound")
    alone = [standing_alone(series.master, occurrence) for occurrence in found]
    moved = [o for o in series.overrides if window.shows(*o.occurrence()[:2])]
    return alone + [detached(override) for override in moved]


def standing_alone(master: Event, occurrence: Occurrence) -> Event:
    """Return one occurrence of ``master`` as an event of its own. Raises NotUnderstood."""
    start = master.start.at(occurrence.local)
    component = master.component.without(*_RECURRENCE, "DTSTART").plus(line_of("DTSTART", start))
    event = replace(master, component=component, start=start).with_uid(f"{master.uid}-{start.text}")
    component = event.component
    if event.occurrence() != occurrence:  # a PERIOD with a length of its own
        return replace(event, component=component.without("DTEND", "DURATION").plus(_ending(master, occurrence)))
    if not component.has("DTEND"):
        return event
    if master.length.exact:
        raise NotUnderstood("DTEND in another zone than DTSTART")
    moved = start.at(start.local + master.length.local)
    return replace(event, component=component.with_line(line_of("DTEND", moved)))


def _ending(master: Event, occurrence: Occurrence) -> Line:
    """Return DTEND in UTC, which says it exactly, unless DTSTART floats. Raises NotUnderstood for dates."""
    if master.start.form is Form.DATE:
        raise NotUnderstood("a PERIOD in a series of dates")
    if master.start.form is Form.FLOATING:
        return line_of("DTEND", master.start.at(occurrence.end.astimezone(master.rules).replace(tzinfo=None)))
    return Line("DTEND", "", written(occurrence.end.replace(tzinfo=None), Form.UTC))
