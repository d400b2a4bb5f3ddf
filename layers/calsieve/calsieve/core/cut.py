"""`series: cut`: what is left after trimming, ended at its last occurrence that the window shows."""

from __future__ import annotations

from datetime import datetime

from calsieve.core.component import Line
from calsieve.core.event import Event, Occurrence
from calsieve.core.expand import expanded, overrides_alone
from calsieve.core.recurrence.doubts import NotUnderstood
from calsieve.core.recurrence.expand import recurrences
from calsieve.core.recurrence.occurrences import END_OF_TIME, InWindow, in_window
from calsieve.core.recurrence.properties import with_times
from calsieve.core.recurrence.rule import rule_parts, written_parts
from calsieve.core.series import Series
from calsieve.core.trim import Reduced
from calsieve.core.values import Form, written
from calsieve.core.window import LATEST
from calsieve.core.zones.resolve import to_utc


def cut(seen: InWindow, reduced: Reduced) -> Reduced:
    """Return what is left of ``seen``, ``reduced`` by trimming, without what follows the window.

    Its rule ends by UNTIL at the last of its occurrences that is visible, by itself or by its override.
    Raises NotUnderstood and TooMuchWork.
    """
    if reduced.master is None or seen.window.end >= LATEST:
        return reduced
    left = in_window(Series(reduced.master, reduced.overrides), seen.window, seen.work)
    last = _last(left)
    if last is None:
        return Reduced(None, (), tuple(expanded(seen)))
    master = _until(left, last)
    kept = tuple(override for override in reduced.overrides if override.slot.local <= last)
    if master == reduced.master and kept == reduced.overrides:
        return reduced
    if any(override.ranged for override in reduced.overrides):
        raise NotUnderstood("RANGE=THISANDFUTURE in a series that is cut")
    behind = overrides_alone(left, (override for override in reduced.overrides if override.slot.local > last))
    return Reduced(master, kept, (*reduced.alone, *behind))


def _last(left: InWindow) -> datetime | None:
    """Return the last occurrence of the rule that is visible, by itself or by its override.

    Trimming left no override that was moved out of the window, but those that hold for all that follow.
    """
    (rule,) = left.recurrence.rules
    last = None
    for local in recurrences(rule, left.master.start.local, left.reach.first, left.reach.last, left.work):
        if local in left.hidden or (left.reach.shows(local) and not left.takes_away(local)):
            last = local
    return last


def _until(left: InWindow, last: datetime) -> Event:
    """Return the master without what it has behind ``last`` and does not show."""
    slots = {override.slot.local for override in left.series.overrides if override.slot.local <= last}

    def shows(local: datetime, period: Occurrence | None) -> bool:
        visible = left.shows(period) if period else left.reach.shows(local)
        return local in slots or (visible and not left.takes_away(local))

    def ended(line: Line) -> Line | None:
        if line.name == "RDATE":
            return with_times(line, left.master, shows)
        if line.name == "EXDATE":
            return with_times(line, left.master, lambda local, _: local <= last)
        return _ended(line, left.master, last) if line.name == "RRULE" and goes_on else line

    goes_on = _goes_on(left, last)
    return left.master._replace(component=left.master.component.mapped(ended))


def _goes_on(left: InWindow, last: datetime) -> bool:
    (rule,) = left.recurrence.rules
    times = recurrences(rule, left.master.start.local, last, END_OF_TIME, left.work)
    return any(local > last for local in times)


def _ended(line: Line, master: Event, last: datetime) -> Line:
    """Return a rule with UNTIL at ``last``, in the form that RFC 5545 §3.3.10 asks for."""
    moment, form = last, master.start.form
    if form is Form.ZONED:
        moment, form = to_utc(last, master.rules).replace(tzinfo=None), Form.UTC
    parts = rule_parts(line.value) | {"UNTIL": written(moment, form)}
    parts.pop("COUNT", None)
    return line._replace(value=written_parts(parts))
