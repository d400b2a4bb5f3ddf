"""`series: trim`: the same series, begun at its first occurrence that is not over.

Refuses, by NotUnderstood, whatever a reader is known to take differently once DTSTART has moved; the series is
then published whole. What it returns has been expanded again and compared.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta

from calsieve.core.component import Component, Line
from calsieve.core.event import Event, Occurrence
from calsieve.core.expand import expanded, standing_alone
from calsieve.core.recurrence.expand import TooMuchWork, recurrences
from calsieve.core.recurrence.occurrences import (
    NotUnderstood,
    begins_by_its_rules,
    local_span,
    rules_of,
    visible_occurrences,
    why_doubtful,
)
from calsieve.core.recurrence.rule import SUB_DAILY, Rule, rule_parts, written_parts
from calsieve.core.series import Series, detached
from calsieve.core.values import Form, When, line_of, parsed_when
from calsieve.core.window import LATEST, Window
from calsieve.core.zones.resolve import to_utc

# A proof goes this far into a window: rules repeat, and a window may have no end.
_PROVEN = timedelta(days=5 * 366)


def trimmed(series: Series, window: Window) -> list[Event]:
    """Return the events that show of ``series`` what did not end before the window, and prove it.

    Raises NotUnderstood if the result can't be proven the same.
    """
    rule = _only_rule(series)
    current = _without_past(series, window)
    begin, dropped = _new_start(current.master, rule, window)
    if begin is None:
        return expanded(current, window)
    if begin == series.master.start.local:
        return [current.master, *current.overrides]
    result = _begun_at(current, begin, dropped, window)
    _prove(series, result, window)
    return result


def _only_rule(series: Series) -> Rule:
    """Return the one rule of a series of a kind that can be begun later."""
    master = series.master
    rules = rules_of(master, "RRULE")
    if len(rules) != 1 or master.component.has("EXRULE"):
        raise NotUnderstood("not exactly one rule")
    if any(override.ranged for override in series.overrides):
        raise NotUnderstood("RANGE=THISANDFUTURE")
    if any("/" in line.value for line in master.component.all("RDATE")):
        raise NotUnderstood("RDATE with periods")
    rule = rules[0]
    if why := why_doubtful(rule, master):
        raise NotUnderstood(why)
    if rule.by_set_pos:
        raise NotUnderstood("BYSETPOS")
    if rule.frequency in SUB_DAILY and master.start.form is not Form.UTC:
        raise NotUnderstood("a rule of hours or less where clocks change")
    return rule


def _without_past(series: Series, window: Window) -> Series:
    """Put EXDATE in place of overrides that were moved to before the window: else their slots would reappear."""
    past = [o for o in series.overrides if o.occurrence().end <= window.start and not _visible(o.occurrence(), window)]
    if not past:
        return series
    excepted = line_of("EXDATE", *(override.slot for override in past))
    master = replace(series.master, component=series.master.component.plus(excepted))
    gone = {override.slot for override in past}
    return Series(master, tuple(override for override in series.overrides if override.slot not in gone))


def _new_start(master: Event, rule: Rule, window: Window) -> tuple[datetime | None, int]:
    """Return the first rule occurrence that is not over nor excepted, and how many come before it."""
    excepted = {when.local for line in master.component.all("EXDATE") for when in _whens(line)}
    begin, end = local_span(master, window)
    # A rule with no occurrence in the window may go on behind it.
    last = end if rule.until is None and rule.count is None else LATEST.replace(tzinfo=None)
    before = 0
    for local in _rule_times(master, rule, begin, last):
        if local not in excepted and master.occurrence(local).end > window.start:
            return local, before
        before += 1
    return None, before


def _rule_times(master: Event, rule: Rule, begin: datetime, last: datetime) -> Iterator[datetime]:
    if not begins_by_its_rules(master):
        raise NotUnderstood("DTSTART is not an occurrence of its rule")
    try:
        yield from recurrences(rule, master.start.local, begin, last)
    except TooMuchWork as error:
        raise NotUnderstood("more steps than the bound") from error


def _begun_at(series: Series, begin: datetime, dropped: int, window: Window) -> list[Event]:
    master = _moved(series.master, begin, dropped)
    early = [override for override in series.overrides if override.slot.local < begin]
    kept = [override for override in series.overrides if override.slot.local >= begin]
    alone = [detached(override) for override in early if _visible(override.occurrence(), window)]
    before = Window(window.start, max(window.start, master.occurrence().start))
    added = [
        standing_alone(series.master, occurrence)
        for occurrence in sorted(visible_occurrences(series.master, series.overridden, before))
        if occurrence.local < begin
    ]
    return [master, *kept, *alone, *added]


def _moved(master: Event, begin: datetime, dropped: int) -> Event:
    """Return the master begun at a later occurrence: same rule, same phase, same length by the clock."""
    if master.length.exact and master.component.has("DTEND"):
        raise NotUnderstood("DTEND in another zone than DTSTART")
    for local in (master.start.local, begin):
        _refuse_clock_change(master, local)
    start = master.start.at(begin)
    lines = [_later(line, begin, dropped, master) for line in master.component.lines if line.name != "DTSTART"]
    component = Component(master.component.name, tuple(filter(None, lines)), master.component.children)
    component = component.plus(line_of("DTSTART", start))
    if component.has("DTEND"):
        component = component.with_line(line_of("DTEND", start.at(begin + master.length.local)))
    return replace(master, component=component, start=start)


def _later(line: Line, begin: datetime, dropped: int, master: Event) -> Line | None:
    """Return a recurrence line as it is from ``begin`` on; None if nothing of it is left."""
    if line.name in {"EXDATE", "RDATE"}:
        left = [when for when in _whens(line) if when.local >= begin]
        return line_of(line.name, *(master.start.at(when.local) for when in left)) if left else None
    if line.name == "RRULE":
        parts = rule_parts(line.value)
        if "COUNT" in parts:
            parts["COUNT"] = str(int(parts["COUNT"]) - dropped)
        return line._replace(value=written_parts(parts))
    return line


def _refuse_clock_change(master: Event, local: datetime) -> None:
    """Refuse an occurrence that the clocks change during: readers give it different ends, or no start."""
    occurrence = master.occurrence(local)
    back = occurrence.start.astimezone(master.rules).replace(tzinfo=None)
    later = to_utc(local.replace(fold=1), master.rules)
    elapsed = occurrence.end - occurrence.start
    if back != local or later != occurrence.start or elapsed != master.length.local + master.length.exact:
        raise NotUnderstood("an occurrence during which the clocks change")


def _prove(series: Series, result: list[Event], window: Window) -> None:
    """Expand before and after and compare, over the window or as much of it as is near."""
    window = replace(window, end=min(window.end, window.start + _PROVEN))
    overrides = [event for event in result if event.recurrence_id is not None]
    after: list[tuple[datetime, datetime]] = []
    for event in result:
        if event.recurrence_id is None:
            own = overrides if event.uid == series.master.uid else ()
            after += _shown(Series(event, tuple(own)), window)
    if sorted(_shown(series, window)) != sorted(after):
        raise NotUnderstood("the trimmed series shows something else")


def _shown(series: Series, window: Window) -> list[tuple[datetime, datetime]]:
    """Return start and end of all that a series shows."""
    plain = visible_occurrences(series.master, series.overridden, window)
    moved = (override.occurrence() for override in series.overrides)
    return [(o.start, o.end) for o in plain] + [(o.start, o.end) for o in moved if _visible(o, window)]


def _visible(occurrence: Occurrence, window: Window) -> bool:
    return window.shows(occurrence.start, occurrence.end)


def _whens(line: Line) -> list[When]:
    return [when for text in line.value.split(",") if (when := parsed_when(text))]
