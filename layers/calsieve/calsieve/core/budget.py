"""The budget of a feed: what it gives up until it fits, in this order.

Of too many events: the past, then the future. Of too many bytes: what phones do not show; attendees, attachments
and descriptions in HTML, where they are kept; descriptions beyond 500 characters, then beyond 100, then all of them
(`savings`); and at last the past and the future too. Alarms, titles and places stay.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Callable, Iterator, Sequence
from functools import partial
from typing import Protocol, TypeVar

from calsieve.core.savings import SAVINGS, saved
from calsieve.core.written import Written
from calsieve.models import Budget, Span, WindowPolicy

# How many weeks a window may be left with on a side.
_WEEKS = (1040, 520, 260, 156, 104, 78, *range(52, 0, -1))
_ADVICE = "raise it, or drop more by rules"


class File(Protocol):
    """A file as it would be published."""

    @property
    def size(self) -> int:
        """Its bytes."""

    @property
    def events(self) -> Sequence[Written]:
        """Its events."""


AFile = TypeVar("AFile", bound=File)
# Makes the file for a window, of its events as a function of them leaves them.
Make = Callable[[WindowPolicy, Callable[[Sequence[Written]], list[Written]]], AFile]


def fitted(budget: Budget, window: WindowPolicy, make: Make[AFile]) -> tuple[AFile, tuple[str, ...]]:
    """Return the first file on the way down that is within the budget, and in plain words what was given up for it.

    If none is, the last one is the smallest that can be had, and the words end by saying so. A narrower window is
    taken to make no larger file.
    """

    def made(one: WindowPolicy, savings: int = 0) -> tuple[AFile, list[int]]:
        changed = [0] * savings
        return make(one, partial(saved, savings=SAVINGS[:savings], changed=changed)), changed

    own, _ = made(window)
    if _fits(own, budget):
        return own, ()
    windows = [window, *narrower(window)]
    at = _first(windows, 0, lambda one: _few(made(one)[0], budget))
    savings = _first(range(len(SAVINGS) + 1), 0, lambda rung: _small(made(windows[at], rung)[0], budget))
    at = _first(windows, at, lambda one: _fits(made(one, savings)[0], budget))
    file, changed = made(windows[at], savings)
    return file, (*_saved(changed), *_narrowed(own, file, window, windows[at]), *_missed(file, budget))


def narrower(window: WindowPolicy) -> Iterator[WindowPolicy]:
    """Yield ever narrower windows: first less and less of the past, then of the future too."""
    for weeks in (*_WEEKS, 0):
        if _is_shorter(weeks, window.back):
            window = window._replace(back=Span(days=7 * weeks))
            yield window
    for weeks in _WEEKS:
        if _is_shorter(weeks, window.ahead):
            window = window._replace(ahead=Span(days=7 * weeks))
            yield window


def _is_shorter(weeks: int, span: Span | None) -> bool:
    """Tell whether so many weeks certainly are less than a span, of which None has no end."""
    return span is None or 7 * weeks < span.days + 28 * span.months


def _first(rungs: Sequence[_Rung], low: int, fits: Callable[[_Rung], bool]) -> int:
    """Return which rung from ``low`` on is the first that fits, or the last one of all."""
    if fits(rungs[low]):
        return low
    return min(bisect_left(rungs, True, low + 1, key=fits), len(rungs) - 1)


_Rung = TypeVar("_Rung")


def _fits(file: File, budget: Budget) -> bool:
    return _few(file, budget) and _small(file, budget)


def _few(file: File, budget: Budget) -> bool:
    return budget.events is None or len(file.events) <= budget.events


def _small(file: File, budget: Budget) -> bool:
    return budget.size is None or file.size <= budget.size


def _saved(changed: Sequence[int]) -> Iterator[str]:
    for saving, number in zip(SAVINGS, changed, strict=False):
        if number:
            yield f"{saving.words}: {_counted(number)}"


def _narrowed(own: File, file: File, before: WindowPolicy, after: WindowPolicy) -> Iterator[str]:
    sides = [*_side("past", before.back, after.back), *_side("future", before.ahead, after.ahead)]
    if sides:
        yield f"{' and '.join(sides)}: {_counted(len(own.events) - len(file.events))} fewer"


def _missed(file: File, budget: Budget) -> Iterator[str]:
    if not _few(file, budget):
        yield f"still {len(file.events):,} events, and the budget is {budget.events:,}: {_ADVICE}"
    if not _small(file, budget):
        yield f"still {file.size:,} bytes, and the budget is {budget.size:,}: {_ADVICE}"


def _side(name: str, before: Span | None, after: Span | None) -> Iterator[str]:
    if after is not None and after != before:
        weeks = after.days // 7
        yield f"shortened the {name} to {weeks} week{'s' * (weeks > 1)}" if weeks else f"left out the {name}"


def _counted(number: int) -> str:
    return f"{number:,} event{'s' * (number != 1)}"
