"""What the recurrence properties of a master say, read once (RFC 5545 §3.8.5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from calsieve.core.component import Line
from calsieve.core.event import Event, Length, Occurrence, occurrence_at
from calsieve.core.recurrence.rule import Rule, parsed_rule
from calsieve.core.values import Duration, Form, parsed_duration, parsed_when
from calsieve.core.window import EARLIEST, LATEST
from calsieve.core.zones.resolve import to_utc


class Recurrence(NamedTuple):
    """The rules of a settled master, UNTIL as its local time, and the local times of its RDATE and EXDATE.

    ``periods`` are its PERIODs; ``foreign`` says that there are others, in a form or zone that DTSTART has not.
    ``excluding`` says that it has an EXRULE, which is not read.
    """

    rules: tuple[Rule, ...]
    dates: tuple[datetime, ...]
    exceptions: frozenset[datetime]
    periods: tuple[Occurrence, ...]
    foreign: bool
    excluding: bool


def recurrence_of(master: Event) -> Recurrence:
    """Read the recurrence properties of a settled master."""
    rules: list[Rule] = []
    dates: list[datetime] = []
    exceptions: list[datetime] = []
    periods: list[Occurrence | None] = []
    excluding = False
    for line in master.component.lines:
        if line.name == "RRULE":
            rules.append(_rule(line.value, master))
        elif line.name == "EXDATE":
            exceptions += map(_local, line.value.split(","))
        elif line.name == "RDATE" and "/" in line.value:
            periods += [period_of(text, line, master) for text in line.value.split(",")]
        elif line.name == "RDATE":
            dates += map(_local, line.value.split(","))
        elif line.name == "EXRULE":
            excluding = True
    known = tuple(sorted(period for period in periods if period))
    return Recurrence(
        tuple(rules), tuple(sorted(dates)), frozenset(exceptions), known, len(known) < len(periods), excluding
    )


def with_times(line: Line, master: Event, wanted: Callable[[datetime, Occurrence | None], bool]) -> Line | None:
    """Return a settled line of EXDATE or RDATE with those of its values that are wanted; None if none is.

    ``wanted`` gets the local time of each, and its occurrence if it is a PERIOD.
    """
    kept = []
    for text in line.value.split(","):
        period = period_of(text, line, master) if "/" in text else None
        if wanted(period.local if period else _local(text), period):
            kept.append(text)
    return line._replace(value=",".join(kept)) if kept else None


def _local(text: str) -> datetime:
    """Read a settled date, which has the form of DTSTART."""
    return datetime.fromisoformat(text[:15])


def _rule(text: str, master: Event) -> Rule:
    rule = parsed_rule(text)
    assert rule is not None  # noqa: S101 - what can't be read is not settled
    if rule.until is None or rule.until.form is not Form.UTC or master.start.form is not Form.ZONED:
        return rule
    moment = min(max(rule.until.local.replace(tzinfo=UTC), EARLIEST), LATEST)
    return rule._replace(until=master.start.at(moment.astimezone(master.rules).replace(tzinfo=None)))


def period_of(text: str, line: Line, master: Event) -> Occurrence | None:
    """Read a settled PERIOD of a line; None where it has not DTSTART's form or zone, nor UTC in a zone."""
    begin, _, rest = text.partition("/")
    start, end, length = parsed_when(begin), parsed_when(rest), parsed_duration(rest) or Duration()
    assert start is not None  # noqa: S101 - what can't be read is not settled
    named = line.parameter("TZID") or ""
    if master.start.form is Form.DATE or (named != master.start.tzid and start.form is not Form.UTC):
        return None
    rules = UTC if start.form is Form.UTC else master.rules
    by_length = Length(timedelta(days=length.days), timedelta(seconds=length.seconds))
    begins, ends, _ = occurrence_at(start.local, by_length, rules)
    if end:
        ends = max(begins, to_utc(end.local, UTC if end.form is Form.UTC else rules))
    return Occurrence(begins, ends, begins.astimezone(master.rules).replace(tzinfo=None))
