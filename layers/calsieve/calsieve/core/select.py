"""Which events of a series are published: the decision of what the window shows."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from datetime import datetime

from calsieve.core.event import Event
from calsieve.core.expand import expanded
from calsieve.core.recurrence.occurrences import NotUnderstood, certainly_over, visible_occurrences
from calsieve.core.series import Series
from calsieve.core.trim import trimmed
from calsieve.core.window import Window
from calsieve.models import SeriesMode


@dataclass(slots=True)
class Tally:
    """What became of the series: counted for the report, with the reasons why some were kept whole."""

    past: int = 0
    future: int = 0
    kept_whole: Counter[str] = field(default_factory=Counter)

    def shows(self, start: datetime, end: datetime, window: Window) -> bool:
        """Tell whether the window shows a single event, and count it if not."""
        if window.shows(start, end):
            return True
        if end <= window.start or start < window.end:
            self.past += 1
        else:
            self.future += 1
        return False


def selected(series: Series, window: Window, mode: SeriesMode, tally: Tally) -> list[Event]:
    """Return the events to publish for a series: none if the window shows none of its occurrences."""
    if not shows(series, window):
        over = max(event.occurrence().end for event in (series.master, *series.overrides)) <= window.start
        if over or series.master.occurrence().start < window.end:
            tally.past += 1
        else:
            tally.future += 1
        return []
    if series.single or mode is SeriesMode.KEEP:
        return [series.master, *series.overrides]
    return _reduced(series, window, mode, tally)


def shows(series: Series, window: Window) -> bool:
    """Tell whether an occurrence of the series is visible; where readers disagree, it is taken to be."""
    own = (event.occurrence() for event in ((series.master,) if series.single else series.overrides))
    if any(window.shows(occurrence.start, occurrence.end) for occurrence in own):
        return True
    if series.single:
        return False
    if any(override.ranged for override in series.overrides):
        return True
    try:
        return any(True for _ in visible_occurrences(series.master, series.overridden, window))
    except NotUnderstood:
        return not certainly_over(series.master, window)


def _reduced(series: Series, window: Window, mode: SeriesMode, tally: Tally) -> list[Event]:
    """Publish less than the whole series where that is certain to show the same."""
    try:
        return expanded(series, window) if mode is SeriesMode.EXPAND else trimmed(series, window)
    except NotUnderstood as why:
        tally.kept_whole[str(why)] += 1
        return [series.master, *series.overrides]
