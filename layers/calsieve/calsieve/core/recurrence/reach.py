"""When occurrences have to begin so that a window shows them, by local time."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from datetime import datetime, timedelta, tzinfo
from functools import lru_cache
from typing import NamedTuple

from calsieve.core.event import Length, occurrence_at
from calsieve.core.window import Window

# No zone is further than this from UTC; twice that covers any disagreement about one.
MARGIN = timedelta(hours=26)


class Reach(NamedTuple):
    """The local times at which occurrences of one length have to begin so that a window shows them.

    None does that begins before ``first`` or after ``last``, each does from ``sure_from`` to ``sure_to``, and
    what lies between is told by its instants.
    """

    length: Length
    rules: tzinfo
    window: Window
    first: datetime
    sure_from: datetime
    sure_to: datetime
    last: datetime

    def shows(self, local: datetime) -> bool:
        """Tell whether the occurrence that begins at ``local`` is visible."""
        if self.sure_from <= local <= self.sure_to:
            return True
        if not self.first <= local <= self.last:
            return False
        return self.window.shows(*occurrence_at(local, self.length, self.rules)[:2])

    def part_of(self, times: list[datetime]) -> list[datetime]:
        """Return those of sorted local times that are visible."""
        begin, end = bisect_left(times, self.first), bisect_right(times, self.last)
        sure = bisect_left(times, self.sure_from, begin, end)
        unsure = max(sure, bisect_right(times, self.sure_to, begin, end))
        return [
            *filter(self.shows, times[begin:sure]),
            *times[sure:unsure],
            *filter(self.shows, times[unsure:end]),
        ]


@lru_cache(maxsize=64)
def reach_of(length: Length, rules: tzinfo, window: Window) -> Reach:
    """Return where occurrences of that length have to begin, in the local time of ``rules``."""
    begin = window.start.astimezone(rules).replace(tzinfo=None)
    end = window.end.astimezone(rules).replace(tzinfo=None)
    try:
        begin -= length.local + length.exact
        first = begin - MARGIN
    except OverflowError:
        first = datetime.min  # noqa: DTZ901 - naive local time
    return Reach(length, rules, window, first, begin + MARGIN, end - MARGIN, end + MARGIN)
