"""The occurrences of a series that a window shows, by local time as far as that tells."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from itertools import chain
from typing import NamedTuple

from calsieve.core.event import Event, Occurrence
from calsieve.core.recurrence.doubts import NotUnderstood
from calsieve.core.recurrence.expand import Work, recurrences
from calsieve.core.recurrence.properties import Recurrence, recurrence_of
from calsieve.core.recurrence.reach import Reach, reach_of
from calsieve.core.series import Series
from calsieve.core.window import LATEST, Window

END_OF_TIME = LATEST.replace(tzinfo=None)


class InWindow(NamedTuple):
    """A series as a window meets it: read once, and with a bound for the work of judging it.

    ``hidden`` are the local times that overrides take the place of.
    """

    series: Series
    recurrence: Recurrence
    reach: Reach
    hidden: frozenset[datetime]
    work: Work

    @property
    def master(self) -> Event:
        """The master of the series."""
        return self.series.master

    @property
    def window(self) -> Window:
        """The window."""
        return self.reach.window

    def takes_away(self, local: datetime) -> bool:
        """Tell whether EXDATE or an override takes away what begins at ``local``."""
        return local in self.hidden or local in self.recurrence.exceptions

    def over(self, occurrence: Occurrence) -> bool:
        """Tell whether an occurrence ended before the window."""
        return occurrence.end <= self.window.start and not self.window.shows(occurrence.start, occurrence.end)

    def shows(self, occurrence: Occurrence) -> bool:
        """Tell whether the window shows an occurrence."""
        return self.window.shows(occurrence.start, occurrence.end)


def in_window(series: Series, window: Window, work: Work) -> InWindow:
    """Read a series for a window."""
    master = series.master
    reach = reach_of(master.length, master.rules, window)
    return InWindow(series, recurrence_of(master), reach, series.overridden, work)


def shows_any(seen: InWindow) -> bool:
    """Tell whether an occurrence that is no override is visible, EXRULE left aside. Raises TooMuchWork."""
    if any(seen.shows(period) and not seen.takes_away(period.local) for period in seen.recurrence.periods):
        return True
    reach, start = seen.reach, seen.master.start.local
    rules = (recurrences(rule, start, reach.first, reach.last, seen.work) for rule in seen.recurrence.rules)
    times = chain((start,), seen.recurrence.dates, chain.from_iterable(rules))
    return any(reach.shows(local) and not seen.takes_away(local) for local in times)


def visible_starts(seen: InWindow, near: datetime | None = None) -> list[datetime]:
    """Return in order the local times at which visible occurrences begin that are neither overrides nor PERIODs.

    The rules are entered at ``near``, by default where the window begins; EXRULE is left aside. DTSTART has to be
    an occurrence of its rules. Raises TooMuchWork.
    """
    reach, start, dates = seen.reach, seen.master.start.local, seen.recurrence.dates
    rules = (recurrences(rule, start, near or reach.first, reach.last, seen.work) for rule in seen.recurrence.rules)
    found = [*chain.from_iterable(rules)]
    if dates or len(seen.recurrence.rules) != 1:
        found = sorted({start, *dates, *found})
    found = reach.part_of(found)
    if away := seen.hidden | seen.recurrence.exceptions:
        found = [local for local in found if local not in away]
    return found


def visible_periods(seen: InWindow, starts: Iterable[datetime] = ()) -> list[Occurrence]:
    """Return the visible PERIODs that are not at ``starts``."""
    there = {*starts} if seen.recurrence.periods else set()
    return [
        period
        for period in seen.recurrence.periods
        if seen.shows(period) and not seen.takes_away(period.local) and period.local not in there
    ]


def out_of_reach(seen: InWindow) -> bool:
    """Tell whether certainly no occurrence of the master is visible, as UNTIL and DTSTART bound all that there are.

    Needs no agreement about what the rules mean.
    """
    recurrence, start = seen.recurrence, seen.master.start.local
    if recurrence.foreign or any(map(seen.shows, recurrence.periods)):
        return False
    if min((start, *recurrence.dates)) > seen.reach.last:
        return True
    ends = [rule.until.local for rule in recurrence.rules if rule.until]
    bounded = len(ends) == len(recurrence.rules)
    return bounded and max((start, *recurrence.dates, *ends)) < seen.reach.first


def refuse_other_start(seen: InWindow) -> None:
    """Raise NotUnderstood if DTSTART is not an occurrence of each of its rules: readers differ about showing it.

    Raises TooMuchWork.
    """
    start = seen.master.start.local
    for rule in seen.recurrence.rules:
        if next(recurrences(rule, start, start, END_OF_TIME, seen.work), None) != start:
            raise NotUnderstood("DTSTART is not an occurrence of its rule")
