"""The core's own expansion of rules, asked in text: the one place of these tests that knows how the core is asked."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import suppress
from datetime import datetime
from types import SimpleNamespace
from typing import Any

from calsieve.core.recurrence.doubts import why_doubtful
from calsieve.core.recurrence.expand import TooMuchWork, Work, recurrences
from calsieve.core.recurrence.rule import parsed_rule
from calsieve.core.values import parsed_when

_STEPS = 100_000


def readable(rule: str, start: str) -> bool:
    return parsed_rule(rule) is not None and parsed_when(start) is not None


def local(when: str) -> datetime:
    """Return the local time of a moment in the form of a DTSTART's value."""
    read = parsed_when(when)
    assert read
    return read.local


def times(rule: str, start: datetime, near: datetime, last: datetime) -> Iterator[datetime]:
    """Yield local times of a rule from ``start`` on, maybe not all before ``near``, up to ``last`` or a bound."""
    read = parsed_rule(rule)
    assert read
    with suppress(TooMuchWork):
        yield from recurrences(read, start, near, last, Work(_STEPS))


def doubt(rule: str, start: str) -> str | None:
    """Return why the core takes readers to disagree about a rule of a series that begins at ``start``."""
    read, when = parsed_rule(rule), parsed_when(start)
    assert read
    assert when
    master: Any = SimpleNamespace(start=when)
    return why_doubtful(read, master)
