"""Alarms that a feed adds: so long before each event that is still to come, whatever the upstream says."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from calsieve.core.component import Component, Line
from calsieve.core.event import Event
from calsieve.core.recurrence.expand import Work
from calsieve.core.recurrence.occurrences import in_window
from calsieve.core.select import shows
from calsieve.core.series import Series
from calsieve.core.values import Form, parsed_duration
from calsieve.core.window import LATEST, Window
from calsieve.models import Alarms

_DAY = timedelta(days=1)
# Steps of work to find out whether a series still has an occurrence: if that does not tell, it gets its alarm.
_MOST_STEPS = 10_000


def with_alarms(component: Component, event: Event, alarms: Alarms, window: Window) -> Component:
    """Return the ``component`` of ``event`` with the alarms that a policy adds; those that it has stay.

    An alarm at a time at which it has one already is not added, nor any to what is past. What is past changes when
    the window does, so an unchanged calendar stays as it is between.
    """
    wanted = alarms.all_day if event.start.form is Form.DATE else alarms.timed
    if not wanted or _is_past(event, window):
        return component
    there = {before for child in component.children if (before := _before_start(child)) is not None}
    added = [_alarm(before) for before in sorted({*wanted} - there, reverse=True)]
    return Component(component.name, component.lines, (*component.children, *added))


def _is_past(event: Event, window: Window) -> bool:
    to_come = Window(window.present, LATEST, window.zone)
    if not event.recurs:
        start, end, _ = event.occurrence()
        return not to_come.shows(start, end)
    return not shows(in_window(Series(event), to_come, Work(_MOST_STEPS)))


def _before_start(alarm: Component) -> timedelta | None:
    """Return how long before the start an alarm goes off; None if it is told otherwise."""
    trigger = alarm.first("TRIGGER")
    duration = parsed_duration(trigger.value) if trigger else None
    if trigger is None or duration is None or (trigger.parameter("RELATED") or "").upper() == "END":
        return None
    return -timedelta(days=duration.days, seconds=duration.seconds)


def _alarm(before: timedelta) -> Component:
    """Return a VALARM that shows something (RFC 5545 §3.6.6); phones show the title of its event."""
    lines = (
        Line("ACTION", "", "DISPLAY"),
        Line("DESCRIPTION", "", "Reminder"),
        Line("TRIGGER", "", "-" * (before > timedelta()) + _duration(abs(before))),
    )
    return Component("VALARM", lines)


def _duration(length: timedelta) -> str:
    """Write whole days as days, which are as long as the clock says, and all else exactly (RFC 5545 §3.3.6)."""
    if length and not length % _DAY:
        return f"P{length.days}D"
    return "P" + "".join(_parts(length))


def _parts(length: timedelta) -> Iterator[str]:
    """Write hours, minutes and seconds; RFC 5545 has no seconds behind hours without minutes between."""
    hours, rest = divmod(int(length.total_seconds()), 3600)
    minutes, seconds = divmod(rest, 60)
    yield "T"
    yield f"{hours}H" if hours else ""
    yield f"{minutes}M" if minutes or (hours and seconds) else ""
    yield f"{seconds}S" if seconds or not length else ""
