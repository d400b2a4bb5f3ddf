"""`series: trim`: the same series, begun at its first occurrence that is not over.

Refuses, by NotUnderstood, whatever a reader is known to take differently once DTSTART has moved; the series is
then published whole. What it returns has yet to be proven (`proof`).
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime
from typing import NamedTuple

from calsieve.core.component import Component, Line
from calsieve.core.event import Event, Occurrence
from calsieve.core.expand import expanded, overrides_alone, standing_alone
from calsieve.core.recurrence.doubts import NotUnderstood, refuse_doubtful
from calsieve.core.recurrence.expand import recurrences, times_before
from calsieve.core.recurrence.occurrences import END_OF_TIME, InWindow, in_window, refuse_other_start, shows_any
from calsieve.core.recurrence.properties import with_times
from calsieve.core.recurrence.rule import Rule, rule_parts, written_parts
from calsieve.core.series import Series
from calsieve.core.values import Form, line_of
from calsieve.core.zones.resolve import to_utc


class Reduced(NamedTuple):
    """What is left of a series: a master with its overrides, if any, and events that stand for themselves."""

    master: Event | None
    overrides: tuple[Event, ...] = ()
    alone: tuple[Event, ...] = ()

    @property
    def events(self) -> list[Event]:
        """All of them, the master first."""
        return [*([self.master] if self.master else ()), *self.overrides, *self.alone]


def trimmed(seen: InWindow, *, cut: bool) -> Reduced:
    """Return what shows of a series what did not end before the window.

    With ``cut`` overrides that were moved to behind the window go too; the rule goes on. Raises NotUnderstood and
    TooMuchWork.
    """
    rule = _only_rule(seen)
    seen = _without_moved_out(seen, cut=cut)
    begin = _new_start(seen, rule)
    if begin is None:
        return Reduced(None, (), tuple(expanded(seen)))
    ranged = [override for override in seen.series.overrides if override.ranged]
    if any(override.slot.local < begin or seen.over(override.occurrence()) for override in ranged):
        raise NotUnderstood("RANGE=THISANDFUTURE from before the window")
    reduced = _begun_at(seen, rule, begin)
    if reduced.alone and not cut:
        _refuse_nothing_left(seen, reduced)
    return reduced


def _refuse_nothing_left(seen: InWindow, reduced: Reduced) -> None:
    """Refuse to let all that is visible stand for itself: the series goes on, but would be gone the next time."""
    assert reduced.master is not None  # noqa: S101 - the rule goes on
    left = in_window(Series(reduced.master, reduced.overrides), seen.window, seen.work)
    if not shows_any(left) and not any(left.shows(override.occurrence()) for override in reduced.overrides):
        raise NotUnderstood("nothing of its rule in the window")


def _only_rule(seen: InWindow) -> Rule:
    """Return the one rule of a series of a kind that can be begun later."""
    if len(seen.recurrence.rules) != 1:
        raise NotUnderstood("not exactly one rule")
    refuse_doubtful(seen.master, seen.recurrence)
    (rule,) = seen.recurrence.rules
    refuse_other_start(seen)
    return rule


def _without_moved_out(seen: InWindow, *, cut: bool) -> InWindow:
    """Put EXDATE in place of overrides that were moved out of the window: else their slots would reappear.

    One that also holds for those that follow it stays.
    """
    goes = (lambda occurrence: not seen.shows(occurrence)) if cut else seen.over
    slots = {o.slot.local for o in seen.series.overrides if not o.ranged and goes(o.occurrence())}
    if not slots:
        return seen
    kept = tuple(override for override in seen.series.overrides if override.slot.local not in slots)
    series = Series(with_exceptions(seen.master, slots - seen.recurrence.exceptions), kept)
    recurrence = seen.recurrence._replace(exceptions=seen.recurrence.exceptions | slots)
    return seen._replace(series=series, recurrence=recurrence, hidden=series.overridden)


def with_exceptions(master: Event, slots: Iterable[datetime]) -> Event:
    """Return the master with EXDATE for these local times too."""
    moments = [master.start.at(slot) for slot in sorted(slots)]
    lines = [line_of("EXDATE", *moments)] if moments else []
    return master._replace(component=master.component.plus(*lines))


def _new_start(seen: InWindow, rule: Rule) -> datetime | None:
    """Return the first rule occurrence that is not over nor excepted, be it behind the window."""
    reach, exceptions = seen.reach, seen.recurrence.exceptions
    for local in recurrences(rule, seen.master.start.local, reach.first, END_OF_TIME, seen.work):
        if local < reach.first or local in exceptions:
            continue
        if local >= reach.sure_from or not seen.over(seen.master.occurrence(local)):
            return local
    return None


def _begun_at(seen: InWindow, rule: Rule, begin: datetime) -> Reduced:
    kept = tuple(override for override in seen.series.overrides if override.slot.local >= begin)
    early = [override for override in seen.series.overrides if override.slot.local < begin]
    alone = overrides_alone(seen, early)
    added = [seen.master.occurrence(local) for local in seen.recurrence.dates if local < begin]
    added += [period for period in seen.recurrence.periods if period.local < begin]
    visible = sorted({one for one in added if seen.shows(one) and not seen.takes_away(one.local)})
    alone += [standing_alone(seen.master, occurrence) for occurrence in visible]
    return Reduced(_from(seen, rule, begin), kept, tuple(alone))


def _from(seen: InWindow, rule: Rule, begin: datetime) -> Event:
    """Return the master from an occurrence of its rule on: same rule, same phase, same length by the clock."""
    master = seen.master
    lines = tuple(later for line in master.component.lines if (later := _later(line, begin, seen)))
    if begin == master.start.local:
        component = Component(master.component.name, lines, master.component.children)
        return master if component == master.component else master._replace(component=component)
    _refuse_other_readings(seen, begin)
    start = master.start.at(begin)
    times = {"DTSTART": line_of("DTSTART", start), "DTEND": line_of("DTEND", start.at(begin + master.length.local))}
    if rule.occurrences:
        gone = times_before(rule, master.start.local, begin, seen.work)
        times["RRULE"] = _with_count(master, rule.occurrences - gone)
    lines = tuple(times.get(line.name, line) for line in lines)
    return master._replace(component=Component(master.component.name, lines, master.component.children), start=start)


def _with_count(master: Event, count: int) -> Line:
    parts = rule_parts(master.component.value("RRULE")) | {"COUNT": str(count)}
    return Line("RRULE", "", written_parts(parts))


def _later(line: Line, begin: datetime, seen: InWindow) -> Line | None:
    """Return a line as it is from ``begin`` on; None if nothing of it is left."""

    def goes_on(local: datetime, period: Occurrence | None) -> bool:
        return local >= begin and not (period and seen.over(period))

    return with_times(line, seen.master, goes_on) if line.name in {"RDATE", "EXDATE"} else line


def _refuse_other_readings(seen: InWindow, begin: datetime) -> None:
    """Refuse a new DTSTART that some reader would take differently from the old one."""
    master = seen.master
    if master.length.exact and master.component.has("DTEND"):
        raise NotUnderstood("DTEND in another zone than DTSTART")
    for local in (master.start.local, begin):
        _refuse_clock_change(master, local)
    if master.start.form is Form.UTC:
        # x-wr-timezone, and what is built on it, expands such a series by the local time of the feed.
        old, new = (to_utc(local, UTC).astimezone(seen.window.zone) for local in (master.start.local, begin))
        if old.utcoffset() != new.utcoffset():
            raise NotUnderstood("a series in UTC in a feed whose clocks change")


def _refuse_clock_change(master: Event, local: datetime) -> None:
    """Refuse an occurrence that the clocks change during: readers give it different ends, or no start."""
    occurrence = master.occurrence(local)
    back = occurrence.start.astimezone(master.rules).replace(tzinfo=None)
    later = to_utc(local.replace(fold=1), master.rules)
    elapsed = occurrence.end - occurrence.start
    if back != local or later != occurrence.start or elapsed != master.length.local + master.length.exact:
        raise NotUnderstood("an occurrence during which the clocks change")
