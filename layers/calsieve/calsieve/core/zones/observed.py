"""A time zone as its VTIMEZONE describes it (RFC 5545 §3.6.5), for zones that IANA does not know."""

from __future__ import annotations

from bisect import bisect_right
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, tzinfo
from itertools import islice, takewhile

from dateutil.rrule import rrulestr

from calsieve.core.component import Component, Line
from calsieve.core.recurrence.rule import parsed_rule, rule_parts, written_parts
from calsieve.core.values import Form, When, parsed_offset, parsed_when, written, written_offset
from calsieve.core.window import EARLIEST, LATEST

# Onsets are worked out this far; beyond, the last offset holds.
_FIRST_YEAR, _LAST_YEAR = 1900, 2100
_EARLIEST, _LATEST = EARLIEST.replace(tzinfo=None), LATEST.replace(tzinfo=None)
# Far more than one rule of a real zone has in those years.
_MOST_ONSETS = 1000


@dataclass(frozen=True, slots=True, order=True)
class Change:
    """From the naive UTC ``moment`` on, ``after`` holds instead of ``before`` (seconds east of UTC)."""

    moment: datetime
    before: int
    after: int


class ObservedZone(tzinfo):
    """A tzinfo that follows the observances of one VTIMEZONE.

    A local time that does not exist is read with the offset before the gap, an ambiguous one is the
    first of the two (RFC 5545 §3.3.5).
    """

    def __init__(self, tzid: str, changes: tuple[Change, ...]) -> None:
        self._tzid = tzid
        self._changes = changes
        self._moments = [change.moment for change in changes]
        self._walls = [c.moment + timedelta(seconds=max(c.before, c.after)) for c in changes]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes of offset, in order."""
        return self._changes

    def _offset(self, index: int) -> timedelta:
        """Return the offset after the change before ``index``."""
        seconds = self._changes[index - 1].after if index else self._changes[0].before
        return timedelta(seconds=seconds)

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return the offset at a local time."""
        if moment is None:
            return None
        return self._offset(bisect_right(self._walls, moment.replace(tzinfo=None)))

    def fromutc(self, moment: datetime) -> datetime:
        """Return the local time of a UTC moment that carries this zone."""
        return moment + self._offset(bisect_right(self._moments, moment.replace(tzinfo=None)))

    def dst(self, moment: datetime | None) -> timedelta | None:
        """Unknown: nothing here asks what part of the offset is daylight saving."""
        return None

    def tzname(self, moment: datetime | None) -> str:
        """Return the TZID."""
        return self._tzid


def observed_zone(component: Component) -> ObservedZone | None:
    """Read a VTIMEZONE; None if no observance of it can be understood."""
    changes = sorted(change for child in component.children for change in _changes(child))
    return ObservedZone(component.value("TZID"), tuple(changes)) if changes else None


def _changes(observance: Component) -> Iterator[Change]:
    before = parsed_offset(observance.value("TZOFFSETFROM"))
    after = parsed_offset(observance.value("TZOFFSETTO"))
    start = parsed_when(observance.value("DTSTART"))
    if after is None or start is None:
        return
    before = after if before is None else before
    for local in _onsets(observance, start.local, before):
        yield Change(min(max(local, _EARLIEST), _LATEST) - timedelta(seconds=before), before, after)


def _onsets(observance: Component, start: datetime, before: int) -> set[datetime]:
    """Return the local onsets of one observance between the first and the last year worked out."""
    onsets = {start}
    for line in observance.all("RDATE"):
        onsets |= {when.local for when in _rdates(line)}
    for line in observance.all("RRULE"):
        onsets |= set(_recurring(line.value, start, before))
    return onsets


def _recurring(value: str, start: datetime, before: int) -> Iterator[datetime]:
    """Expand an observance's yearly rule; one that began in 1601, as Outlook's do, is begun in 1900.

    A rule of another frequency gives nothing: no zone has one, and it could go on for ever.
    """
    rule = parsed_rule(value)
    if rule is None or rule.frequency != "YEARLY":
        return
    parts = rule_parts(value)
    last = datetime(_LAST_YEAR, 1, 1)  # noqa: DTZ001 - naive local time
    if rule.until:
        shift = timedelta(seconds=before if rule.until.form is Form.UTC else 0)
        last = min(last, min(rule.until.local, _LATEST) + shift)
    if start.year < _FIRST_YEAR and rule.count is None and rule.interval == 1:
        start = start.replace(year=_FIRST_YEAR, day=min(start.day, 28))
    parts.pop("UNTIL", None)
    try:
        expanded = rrulestr(written_parts(parts), dtstart=start)
        yield from islice(takewhile(lambda onset: onset <= last, expanded), _MOST_ONSETS)
    except (ValueError, KeyError, TypeError):
        return


def agree(first: tzinfo, second: tzinfo, changes: tuple[Change, ...], start: datetime, end: datetime) -> bool:
    """Tell whether two zones have the same offsets from ``start`` to ``end`` (aware UTC).

    Asks every ten days and around the known ``changes``: no real zone changes for less than that.
    """
    moments = [start + timedelta(days=n) for n in range(0, max((end - start).days, 0), 10)] + [end]
    for change in changes:
        moment = change.moment.replace(tzinfo=UTC)
        if start <= moment <= end:
            moments += [moment, moment - timedelta(seconds=1)]
    return all(_wall(first, moment) == _wall(second, moment) for moment in moments)


def _wall(zone: tzinfo, moment: datetime) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def trimmed(component: Component, tzid: str, since: datetime) -> Component:
    """Return a VTIMEZONE under ``tzid`` without the observances that ended before ``since`` (aware).

    Sees to it that a STANDARD observance holds from before ``since`` on. Does not touch rules that still hold.
    """
    zone = observed_zone(component)
    if zone is None:
        raise ValueError("not a usable VTIMEZONE")
    moment = since.astimezone(UTC).replace(tzinfo=None)
    ruling = max((c for c in zone.changes if c.moment <= moment), default=zone.changes[0])
    alive = [
        _plain(child)
        for child in component.children
        if (changes := sorted(_changes(child))) and (changes[-1].moment > moment or ruling in changes)
    ]
    if not any(child.name == "STANDARD" and min(_changes(child)).moment <= moment for child in alive):
        alive.append(_baseline(ruling, moment))
    return Component("VTIMEZONE", (Line("TZID", "", tzid),), tuple(alive))


def _plain(observance: Component) -> Component:
    """Keep what defines an observance, in plain form, and drop what vendors add."""
    start = parsed_when(observance.value("DTSTART"))
    assert start is not None  # noqa: S101 - only observances with onsets come here
    after = parsed_offset(observance.value("TZOFFSETTO")) or 0
    before = parsed_offset(observance.value("TZOFFSETFROM"))
    return Component(
        "DAYLIGHT" if observance.name == "DAYLIGHT" else "STANDARD",
        (
            Line("DTSTART", "", written(start.local, Form.FLOATING)),
            Line("TZOFFSETFROM", "", written_offset(after if before is None else before)),
            Line("TZOFFSETTO", "", written_offset(after)),
            *(Line("TZNAME", "", line.value) for line in observance.all("TZNAME")),
            *_plain_recurrence(observance, start.local),
        ),
    )


def _plain_recurrence(observance: Component, start: datetime) -> Iterator[Line]:
    """Yield the rules, and each listed onset in a line of its own, DTSTART's too: all that ical.js understands."""
    for line in observance.all("RRULE"):
        if parsed_rule(line.value):
            yield Line("RRULE", "", written_parts(rule_parts(line.value)))
    dates = {when.local for line in observance.all("RDATE") for when in _rdates(line)}
    for local in sorted(dates | {start}) if dates else ():
        yield Line("RDATE", "", written(local, Form.FLOATING))


def _rdates(line: Line) -> list[When]:
    found = (parsed_when(text.partition("/")[0]) for text in line.value.split(","))
    return [when for when in found if when]


def _baseline(ruling: Change, moment: datetime) -> Component:
    """Return a STANDARD observance that holds from before ``moment`` (naive UTC) until ``ruling`` takes over."""
    begin = min(moment, ruling.moment) - timedelta(days=1) + timedelta(seconds=ruling.before)
    lines = (
        Line("DTSTART", "", written(begin, Form.FLOATING)),
        Line("TZOFFSETFROM", "", written_offset(ruling.before)),
        Line("TZOFFSETTO", "", written_offset(ruling.before)),
    )
    return Component("STANDARD", lines)
