"""The proof that what is left of a series shows the same: both are expanded, each by itself, and compared."""

from __future__ import annotations

from datetime import datetime, timedelta

from calsieve.core.recurrence.doubts import NotUnderstood
from calsieve.core.recurrence.expand import Work
from calsieve.core.recurrence.occurrences import InWindow, in_window, visible_periods, visible_starts
from calsieve.core.recurrence.reach import reach_of
from calsieve.core.series import Series
from calsieve.core.trim import Reduced
from calsieve.core.window import LATEST, Window

_Spans = list[tuple[datetime, datetime]]
# A proof goes this far into a window: rules repeat, and a window may have no end.
_MOST_PROVEN = timedelta(days=5 * 366)
# A COUNT up to this is walked from the beginning to its last time.
_MOST_WALKED = 1_000


def prove(seen: InWindow, reduced: Reduced, *, cut: bool) -> None:
    """Raise NotUnderstood if ``reduced`` does not show what the series shows, and TooMuchWork.

    A series and what it is reduced to have the same zone and length; so where their local starts are the same, the
    instants are. With ``cut`` nothing may follow the window; otherwise a COUNT is followed to its end.
    """
    (rule,) = seen.recurrence.rules
    walked = rule.occurrences is not None and rule.occurrences <= _MOST_WALKED
    window, start = seen.window, seen.master.start.local
    endless = Window(window.start, LATEST, window.zone)
    near = endless if walked else Window(window.start, min(window.end, window.start + _MOST_PROVEN), window.zone)
    starts = visible_starts(_until(seen, window if cut else near), start if walked else None)
    spans = _spans(seen, starts)
    left, others = _left(reduced, (endless, endless) if cut else (near, window), seen.work)
    if starts != left:
        missing = {*starts} - {*left}
        spans += [seen.master.occurrence(local)[:2] for local in missing]
        starts = [local for local in starts if local not in missing]
    if starts != left or sorted(spans) != sorted(others):
        raise NotUnderstood("what would be left of the series shows something else")


def _until(seen: InWindow, window: Window) -> InWindow:
    """Return a series as another window meets it."""
    return seen._replace(reach=reach_of(seen.master.length, seen.master.rules, window))


def _left(reduced: Reduced, windows: tuple[Window, Window], work: Work) -> tuple[list[datetime], _Spans]:
    """Return the local starts of what is left, and start and end of all that is told by its instants.

    The former are those in the first of the windows, the latter those in the second.
    """
    alone = [event.occurrence()[:2] for event in reduced.alone]
    if reduced.master is None:
        return [], alone
    after = in_window(Series(reduced.master, reduced.overrides), windows[1], work)
    starts = visible_starts(_until(after, windows[0]), reduced.master.start.local)
    return starts, alone + _spans(after, starts)


def _spans(seen: InWindow, starts: list[datetime]) -> _Spans:
    """Return start and end of the visible overrides and PERIODs."""
    overrides = (override.occurrence() for override in seen.series.overrides)
    shown = [*filter(seen.shows, overrides), *visible_periods(seen, starts)]
    return [occurrence[:2] for occurrence in shown]
