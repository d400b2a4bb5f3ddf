"""Which events of a series are published: the decision of what the window shows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime
from typing import TYPE_CHECKING

from calsieve.core.cut import cut
from calsieve.core.event import Event
from calsieve.core.expand import expanded
from calsieve.core.proof import prove
from calsieve.core.recurrence.doubts import NotUnderstood, why_doubtful
from calsieve.core.recurrence.expand import TooMuchWork, Work
from calsieve.core.recurrence.occurrences import InWindow, in_window, out_of_reach, shows_any
from calsieve.core.recurrence.ranged import over_with_all_that_follows
from calsieve.core.series import Series
from calsieve.core.trim import Reduced, trimmed
from calsieve.core.window import Window
from calsieve.models import SeriesMode

if TYPE_CHECKING:
    from calsieve.core.rules.judge import Judge

# Steps of work for one series, and for all of a feed: more than real ones need, some seconds at most.
MOST_FOR_A_SERIES = 100_000
MOST_FOR_A_FEED = 5_000_000


class Tally:
    """What became of the series: counted for the report, with the reasons why some were kept whole.

    ``ruled`` is how many events each rule acted on, of series that are visible; occurrences where a rule takes a
    series apart. ``steps`` is how much work is left for the series that are still to come.
    """

    def __init__(self) -> None:
        self.past = self.future = 0
        self.kept_whole: Counter[str] = Counter()
        self.ruled: Counter[str] = Counter()
        self.steps = MOST_FOR_A_FEED

    def shows(self, start: datetime, end: datetime, window: Window) -> bool:
        """Tell whether the window shows a single event, and count it if not."""
        shown = window.shows(start, end)
        if not shown:
            self.count_out(over=start < window.end)
        return shown

    def count_out(self, *, over: bool) -> None:
        """Count a series of which nothing is shown, because it is over or not yet there."""
        if over:
            self.past += 1
        else:
            self.future += 1


def selected(series: Series, window: Window, mode: SeriesMode, tally: Tally, judge: Judge | None = None) -> list[Event]:
    """Return the events to publish for a series, as the rules leave them: none if the window shows none of them."""
    if series.single:
        start, end, _ = series.master.occurrence()
        if not tally.shows(start, end, window):
            return []
        return _ruled_single(series.master, judge, tally) if judge else [series.master]
    allowed = min(tally.steps, MOST_FOR_A_SERIES)
    seen = in_window(series, window, Work(allowed))
    events = _visible(seen, mode, tally, judge)
    tally.steps -= min(allowed, allowed - seen.work.left)
    return events


def _visible(seen: InWindow, mode: SeriesMode, tally: Tally, judge: Judge | None) -> list[Event]:
    if not shows(seen):
        tally.count_out(over=seen.master.occurrence().start < seen.window.end)
        return []
    return _ruled(seen, mode, tally, judge) if judge else _selected(seen, mode, tally)


def _ruled_single(event: Event, judge: Judge, tally: Tally) -> list[Event]:
    from calsieve.core.rules.occurrences import ruled_single  # who has a judge has loaded them

    return ruled_single(event, judge, tally.ruled)


def _ruled(seen: InWindow, mode: SeriesMode, tally: Tally, judge: Judge) -> list[Event]:
    from calsieve.core.rules.occurrences import ruled

    left, alone, counts, why_whole = ruled(seen, judge)
    tally.ruled.update(counts)
    if left is None:
        return alone
    if why_whole:
        tally.kept_whole[why_whole] += 1
        return [left.master, *left.series.overrides]
    gone = len(left.series.overrides) < len(seen.series.overrides)
    return _visible(left, mode, tally, None) if gone else _selected(left, mode, tally)


def _selected(seen: InWindow, mode: SeriesMode, tally: Tally) -> list[Event]:
    if mode is SeriesMode.KEEP:
        return [seen.master, *seen.series.overrides]
    try:
        return _reduced(seen, mode)
    except NotUnderstood as why:
        tally.kept_whole[str(why)] += 1
    except TooMuchWork:
        tally.kept_whole["more steps than the bound"] += 1
    except OverflowError:
        tally.kept_whole["times beyond the year 9999"] += 1
    return [seen.master, *seen.series.overrides]


def _reduced(seen: InWindow, mode: SeriesMode) -> list[Event]:
    """Return less than the whole series where that is certain to show the same."""
    if mode is SeriesMode.EXPAND:
        return expanded(seen)
    whole = Reduced(seen.master, seen.series.overrides)
    reduced = trimmed(seen, cut=mode is SeriesMode.CUT)
    ended = cut(seen, reduced) if mode is SeriesMode.CUT else reduced
    if ended != whole:
        prove(seen, ended, cut=ended is not reduced)
    return ended.events


def shows(seen: InWindow) -> bool:
    """Tell whether an occurrence of the series is visible; where readers disagree, it is taken to be."""
    if any(seen.shows(override.occurrence()) for override in seen.series.overrides):
        return True
    if any(override.ranged for override in seen.series.overrides):
        return not over_with_all_that_follows(seen)
    if out_of_reach(seen):
        return False
    if seen.recurrence.foreign or any(why_doubtful(rule, seen.master) for rule in seen.recurrence.rules):
        return True
    try:
        return shows_any(seen)
    except (TooMuchWork, OverflowError):
        return True
