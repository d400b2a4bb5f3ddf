"""The occurrences of a series that a window shows, by local time as far as that tells."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from itertools import chain

from calsieve.core.event import Event, Occurrence
from calsieve.core.recurrence.doubts import NotUnderstood
from calsieve.core.recurrence.expand import Work, recurrences
from calsieve.core.recurrence.properties import Recurrence, recurrence_of
from calsieve.core.series import Series
from calsieve.core.window import EARLIEST, LATEST, Window

# No zone is further than this from UTC; twice that covers any disagreement about one.
MARGIN = timedelta(hours=26)
END_OF_TIME = LATEST.replace(tzinfo=None)


@dataclass(frozen=True, slots=True)
class Reach:
    """The local times at which a master's occurrences have to begin so that a window shows them.

    None does that begins before ``first`` or after ``last``, each does from ``sure_from`` to ``sure_to``, and
    what lies between is told by its instants.
    """

    master: Event
    window: Window
    first: datetime
    sure_from: datetime
    sure_to: datetime
    last: datetime

    def shows(self, local: datetime) -> bool:
        """Tell whether the occurrence that begins at ``local`` is visible."""
        if self.sure_from <= local <= self.sure_to:
            return True
        return self.first <= local <= self.last and self.window.shows(*self.master.occurrence(local)[:2])


def reach_of(master: Event, window: Window) -> Reach:
    """Return where the occurrences of ``master`` have to begin to be visible."""
    begin = max(window.start, EARLIEST + MARGIN).astimezone(master.rules).replace(tzinfo=None)
    end = min(window.end, LATEST - MARGIN).astimezone(master.rules).replace(tzinfo=None)
    try:
        begin -= master.length.local + master.length.exact
        first = begin - MARGIN
    except OverflowError:
        first = datetime.min  # noqa: DTZ901 - naive local time
    return Reach(master, window, first, begin + MARGIN, end - MARGIN, end + MARGIN)


@dataclass(frozen=True, slots=True)
class InWindow:
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
    reach = reach_of(series.master, window)
    return InWindow(series, recurrence_of(series.master), reach, series.overridden, work)


def shows_any(seen: InWindow) -> bool:
    """Tell whether an occurrence that is no override is visible, EXRULE left aside. Raises TooMuchWork."""
    if any(seen.shows(period) and not seen.takes_away(period.local) for period in seen.recurrence.periods):
        return True
    reach, start = seen.reach, seen.master.start.local
    rules = (recurrences(rule, start, reach.first, reach.last, seen.work) for rule in seen.recurrence.rules)
    times = chain((start,), seen.recurrence.dates, chain.from_iterable(rules))
    return any(reach.first <= local and reach.shows(local) and not seen.takes_away(local) for local in times)


def visible_starts(seen: InWindow, near: datetime | None = None) -> list[datetime]:
    """Return in order the local times at which visible occurrences begin that are neither overrides nor PERIODs.

    The rules are entered at ``near``, by default where the window begins; EXRULE is left aside. DTSTART has to be
    an occurrence of its rules. Raises TooMuchWork.
    """
    reach, start, dates = seen.reach, seen.master.start.local, seen.recurrence.dates
    found: list[datetime] = []
    for rule in seen.recurrence.rules:
        found += recurrences(rule, start, near or reach.first, reach.last, seen.work)
    if dates or len(seen.recurrence.rules) != 1:
        found = sorted({start, *dates, *found})
    if seen.hidden or seen.recurrence.exceptions:
        found = [local for local in found if not seen.takes_away(local)]
    return [local for local in found if reach.sure_from <= local <= reach.sure_to or reach.shows(local)]


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
