"""The local times at which a rule recurs (RFC 5545 §3.3.10), beginning near where they are wanted.

Works on naive local times; zones are the caller's. A rule is walked period by period.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from itertools import chain

from calsieve.core.recurrence.regular import Periods, periods_of
from calsieve.core.recurrence.rule import Rule


class TooMuchWork(Exception):
    """A rule needs more steps than the bound allows."""


class Work:
    """How many steps may still be taken: one for a period or a time that is looked at. It changes."""

    __slots__ = ("left",)

    def __init__(self, left: int) -> None:
        self.left = left

    def spend(self, steps: int) -> None:
        """Take steps. Raises TooMuchWork if there are none left."""
        self.left -= steps
        if self.left < 0:
            raise TooMuchWork


def recurrences(rule: Rule, start: datetime, near: datetime, last: datetime, work: Work) -> Iterator[datetime]:
    """Yield the local times of ``rule`` from DTSTART ``start`` up to ``last``, in order.

    May leave out times before ``near``, and does not look at them where it can be told how many they are: for
    ``near`` at ``start`` all are walked. UNTIL is compared by its local value: the caller converts it.
    Raises TooMuchWork.
    """
    return chain.from_iterable(_by_period(rule, start, near, last, work))


def _by_period(rule: Rule, start: datetime, near: datetime, last: datetime, work: Work) -> Iterator[list[datetime]]:
    until = min(last, rule.until.local) if rule.until else last
    periods = periods_of(rule, start)
    left = rule.occurrences
    if left is None:
        number = periods.before(max(near, start))
    else:
        number, before = _entry(periods, start, near, work)
        left -= before
    while (left is None or left > 0) and (moments := _times(periods, number, until, work)) is not None:
        number += 1
        if moments and moments[0] < start:
            moments = [moment for moment in moments if moment >= start]
        if moments and moments[-1] > until:
            moments = [moment for moment in moments if moment <= until]
        if left is not None:
            del moments[left:]
            left -= len(moments)
        yield moments


def times_before(rule: Rule, start: datetime, moment: datetime, work: Work) -> int:
    """Return how many local times a rule without an end has before ``moment``. Raises TooMuchWork."""
    periods = periods_of(rule, start)
    number, before = _entry(periods, start, moment, work)
    while (moments := _times(periods, number, moment, work)) is not None:
        number += 1
        before += sum(start <= one < moment for one in moments)
    return before


def _times(periods: Periods, number: int, until: datetime, work: Work) -> list[datetime] | None:
    """Return the times of a period. One can have 86,400, so none is begun without a step left to pay for it."""
    work.spend(periods.cost)
    moments = periods.times(number, until)
    work.spend(len(moments or ()))
    return moments


def _entry(periods: Periods, start: datetime, near: datetime, work: Work) -> tuple[int, int]:
    """Return the number of a period before ``near``, and how many times there are before it: 0 and 0 if that varies."""
    number = periods.before(max(near, start))
    if number == 0 or periods.every is None:
        return 0, 0
    first = _times(periods, 0, datetime.max, work) or []  # noqa: DTZ901 - naive local time
    return number, sum(moment >= start for moment in first) + (number - 1) * periods.every
