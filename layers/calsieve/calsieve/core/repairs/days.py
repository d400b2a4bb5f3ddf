"""A date where a time belongs: which occurrences of a timed series EXDATE and RECURRENCE-ID mean by it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from datetime import datetime, time
from math import prod

from calsieve.core.component import Line
from calsieve.core.recurrence.expand import TooMuchWork, Work, recurrences
from calsieve.core.recurrence.rule import Rule, parsed_rule
from calsieve.core.values import parsed_when

# A day of a real series has few occurrences; a rule with more is not worth the work.
_MOST_TIMES = 50
_MOST_STEPS = 200


def times_on(day: datetime, start: datetime, lines: Iterable[Line]) -> list[datetime]:
    """Return the local times at which a series that begins at ``start`` has occurrences on ``day``, in order.

    ``lines`` hold its settled RRULEs and RDATEs. Does not look at UNTIL, COUNT and exceptions. Nothing is found of
    a rule with more times than a day should have, so the result may be empty.
    """
    found = {start, *(local for line in lines for local in _of_line(line, day, start))}
    return sorted(local for local in found if local.date() == day.date())


def _of_line(line: Line, day: datetime, start: datetime) -> Iterator[datetime]:
    if line.name == "RDATE":
        yield from (when.local for text in line.value.split(",") if (when := parsed_when(text)))
    elif line.name == "RRULE" and (rule := parsed_rule(line.value)):
        yield from _of_rule(rule, day, start)


def _of_rule(rule: Rule, day: datetime, start: datetime) -> list[datetime]:
    if prod(len(part) for part in (rule.by_hour, rule.by_minute, rule.by_second) if part) > _MOST_TIMES:
        return []
    endless = rule._replace(until=None, occurrences=None)
    try:
        return list(recurrences(endless, start, day, datetime.combine(day, time.max), Work(_MOST_STEPS)))
    except (TooMuchWork, OverflowError):
        return []
