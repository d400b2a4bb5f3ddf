"""The observances of a VTIMEZONE (RFC 5545 §3.6.5): when each begins to hold, and how it is published.

What no zone has is not understood, so that a hostile file costs no more time than its size: rules that are not
yearly or hold more than one time of day give no onsets.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from itertools import islice
from typing import NamedTuple

from calsieve.core.component import Component, Line
from calsieve.core.recurrence.expand import Work, recurrences
from calsieve.core.recurrence.rule import Rule, parsed_rule, rule_parts, written_parts
from calsieve.core.values import Form, parsed_offset, parsed_when, written, written_offset
from calsieve.core.window import EARLIEST, LATEST

# Onsets are worked out this far; beyond, the last offset holds.
_FIRST_YEAR, _LAST_YEAR = 1896, 2100  # the first has all days that any year has
_EARLIEST, _LATEST = EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None)
# Far more than one rule of a real zone has in those years.
_MOST_STEPS = 100_000
_MOST_ONSETS = 500


class Change(NamedTuple):
    """From the naive UTC ``moment`` on, ``after`` holds instead of ``before`` (seconds east of UTC)."""

    moment: datetime
    before: int
    after: int


def changes_of(observance: Component) -> list[Change]:
    """Return the changes that one STANDARD or DAYLIGHT describes, in order; none if it can't be understood."""
    after = parsed_offset(observance.value("TZOFFSETTO"))
    start = parsed_when(observance.value("DTSTART"))
    if after is None or start is None:
        return []
    before = _before(observance, after)
    return [Change(_in_utc(local, before), before, after) for local in sorted(_onsets(observance, start.local, before))]


def plain(observance: Component, since: datetime) -> Component:
    """Return an observance that ``changes_of`` understands with what defines it, and nothing that vendors add.

    Listed onsets go up to the last one before ``since`` (naive UTC); rules stay.
    """
    after = parsed_offset(observance.value("TZOFFSETTO")) or 0
    before = _before(observance, after)
    start, recurrence = _plain_recurrence(observance, before, since)
    return Component(
        "DAYLIGHT" if observance.name == "DAYLIGHT" else "STANDARD",
        (
            Line("DTSTART", "", written(start, Form.FLOATING)),
            Line("TZOFFSETFROM", "", written_offset(before)),
            Line("TZOFFSETTO", "", written_offset(after)),
            *(Line("TZNAME", "", line.value) for line in observance.all("TZNAME")),
            *recurrence,
        ),
    )


def _before(observance: Component, after: int) -> int:
    before = parsed_offset(observance.value("TZOFFSETFROM"))
    return after if before is None else before


def _in_utc(local: datetime, before: int) -> datetime:
    return min(max(local, _EARLIEST), _LATEST) - timedelta(seconds=before)


def _onsets(observance: Component, start: datetime, before: int) -> set[datetime]:
    """Return the local onsets of one observance between the first and the last year worked out."""
    onsets = {start, *_listed(observance)}
    rule = _rule(observance)
    return onsets | set(_recurring(rule, start, before)) if rule else onsets


def _rule(observance: Component) -> Rule | None:
    """Return the rule of an observance: the first, since RFC 5545 §3.6.5 wants no more."""
    line = observance.first("RRULE")
    return parsed_rule(line.value) if line else None


def _listed(observance: Component) -> set[datetime]:
    texts = (text.partition("/")[0] for line in observance.all("RDATE") for text in line.value.split(","))
    return {when.local for text in texts if (when := parsed_when(text))}


def _recurring(rule: Rule, start: datetime, before: int) -> Iterator[datetime]:
    """Yield the onsets of a yearly rule; one that began in 1601, as Outlook's do, is begun in 1896."""
    if rule.frequency != "YEARLY" or max(map(len, (rule.by_hour, rule.by_minute, rule.by_second))) > 1:
        return
    last = datetime(_LAST_YEAR, 1, 1)  # noqa: DTZ001 - naive local time
    if rule.until:
        shift = timedelta(seconds=before if rule.until.form is Form.UTC else 0)
        last = min(last, min(rule.until.local, _LATEST) + shift)
    if rule.occurrences is None and rule.interval == 1:
        start = start.replace(year=max(start.year, _FIRST_YEAR))
    rule = rule._replace(until=None)
    yield from islice(recurrences(rule, start, start, last, Work(_MOST_STEPS)), _MOST_ONSETS)


def _plain_recurrence(observance: Component, before: int, since: datetime) -> tuple[datetime, list[Line]]:
    """Return where an observance begins, its rules, and each listed onset in a line of its own.

    DTSTART's gets one too: of several values in one RDATE ical.js sees the first, and of DTSTART nothing where
    there is an RDATE.
    """
    start = parsed_when(observance.value("DTSTART"))
    assert start is not None  # noqa: S101 - only observances with onsets come here
    lines = [Line("RRULE", "", written_parts(rule_parts(observance.value("RRULE"))))] if _rule(observance) else []
    dates = sorted(_listed(observance) | {start.local})
    over = [local for local in dates if _in_utc(local, before) <= since]
    dates = over[-1:] + dates[len(over) :]
    begin = start.local if lines else dates[0]
    listed = sorted({begin, *dates})
    return begin, lines + [Line("RDATE", "", written(local, Form.FLOATING)) for local in listed if len(listed) > 1]
