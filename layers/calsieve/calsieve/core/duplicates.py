"""What several sources of a feed have in common, be it under different UIDs: found by time and title.

Events are compared as the feed would publish them: when each is, how it recurs, whether it is cancelled. Their titles
are the upstreams' own, from before any edit, so that a prefix for each source hides nothing.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Hashable, Iterable, Iterator
from datetime import datetime

from calsieve.core.component import unescaped
from calsieve.core.event import Event
from calsieve.core.recurrence.properties import recurrence_of
from calsieve.core.recurrence.rule import Rule
from calsieve.core.series import Series
from calsieve.core.values import Form


class Known:
    """What the sources of a feed that were read so far have, and ``count``: how much later ones had too."""

    def __init__(self) -> None:
        self.count = 0
        self._earlier, self._own = set[Hashable](), set[Hashable]()

    def next_source(self) -> None:
        """Begin with another source: what the last one has is known from now on."""
        self._earlier |= self._own
        self._own = set()

    def new(self, events: Iterable[Event]) -> list[Event]:
        """Return what no earlier source has of the events that are published of a series, and count the rest.

        A master and its overrides are one thing, which recurs in the same way or is not the same; an event that
        stands for itself is one too. Does not look for an occurrence of a series among single events.
        """
        units: dict[str, list[Event]] = {}
        for event in events:
            units.setdefault(event.uid, []).append(event)
        return [event for unit in units.values() if not self._has(unit) for event in unit]

    def _has(self, unit: Iterable[Event]) -> bool:
        key = _key(unit)
        if key in self._earlier:
            self.count += 1
            return True
        self._own.add(key)
        return False


def noted(series: Series) -> Series:
    """Return a series whose events keep in mind what their upstream called them, whatever becomes of them."""
    return Series(_noted(series.master), tuple(map(_noted, series.overrides)))


def _noted(event: Event) -> Event:
    return event._replace(called=called(event))


def called(event: Event) -> str:
    """Return the title of an event as titles are compared, without regard to case, width and spaces.

    One that says nothing is like no other: the UID then stands for it.
    """
    title = unicodedata.normalize("NFKC", unescaped(event.component.value("SUMMARY")))
    return " ".join(title.casefold().split()) or f"\n{event.uid}"


def _key(unit: Iterable[Event]) -> Hashable:
    return frozenset((_shape(event), event.called) for event in unit)


def _shape(event: Event) -> Hashable:
    """Return when an event is, whether its dates are days, whether it is cancelled, and how it recurs."""
    start, end, _ = event.occurrence()
    time = (start, end, event.start.form is Form.DATE, event.component.value("STATUS") == "CANCELLED")
    if event.recurrence_id:
        return (*time, event.recurrence_id, event.ranged)
    return (*time, event.start, *_recurrence(event)) if event.recurs else time


def _recurrence(master: Event) -> Iterator[Hashable]:
    recurrence = recurrence_of(master)
    yield frozenset(_plain(rule, master.start.local) for rule in recurrence.rules)
    yield recurrence._replace(rules=())
    yield frozenset(line.value for line in master.component.all("EXRULE"))


def _plain(rule: Rule, start: datetime) -> Rule:
    """Return a rule without what it says in vain: the weekday that DTSTART is, a week's first day that nothing asks."""
    days = tuple(sorted(rule.by_day))
    if rule.frequency == "WEEKLY" and days == ((0, start.weekday()),):
        days = ()
    asked = rule.by_week_no or (rule.frequency == "WEEKLY" and rule.interval > 1 and days)
    return rule._replace(by_day=days, week_start=rule.week_start if asked else 0)
