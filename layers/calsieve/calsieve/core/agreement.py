"""Whether a file shows what its sources show, found out in another way than it was made."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import NamedTuple

from calsieve.core.agenda import shown_of
from calsieve.core.read import Calendar, read
from calsieve.core.window import Window
from calsieve.models import Budget, Duplicates, Policy, Show, Shown

# Start, end, and whether it is for whole days.
_Span = tuple[datetime, datetime, bool]


def is_comparable(policy: Policy) -> bool:
    """Tell whether a file by this policy has to show all that its sources show: nothing takes events away."""
    ruled = policy.rules or policy.view_rules or any(own.rules for _, own in policy.sources)
    whole = policy.show is Show.FULL and policy.duplicates is Duplicates.KEEP and policy.budget == Budget()
    return whole and not ruled


class Difference(NamedTuple):
    """How many times of occurrences a file lacks that its sources show, and how many it has besides."""

    lacking: int = 0
    besides: int = 0


def difference(sources: Sequence[Calendar], published: bytes, window: Window, timezone: str) -> Difference:
    """Compare a file with its sources.

    These were read with all that there is in them, so the screen has no say here, nor have trimming, merging and
    writing; the expander has. Only times are compared: sources may have the same event. What readers show differently
    may or may not be there, and where expanding takes too long there is no difference.
    """
    before: list[Shown] = []
    is_whole = True
    for calendar in sources:
        shown, all_of_it = shown_of(calendar, window, timezone)
        before += shown
        is_whole = is_whole and all_of_it
    after, all_of_it = shown_of(read("the file", published), window, timezone)
    if not (is_whole and all_of_it):
        return Difference()
    return Difference(len(_sure(before) - _spans(after)), len(_sure(after) - _spans(before)))


def _spans(shown: Iterable[Shown]) -> set[_Span]:
    return {(one.start, one.end, one.all_day) for one in shown}


def _sure(shown: Iterable[Shown]) -> set[_Span]:
    return _spans(one for one in shown if one.sure)
