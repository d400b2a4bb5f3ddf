"""A VTIMEZONE for an IANA zone: no more history than is used, and exact for ever after (RFC 5545 §3.6.5)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import MAXYEAR, UTC, datetime, timedelta
from itertools import chain
from typing import NamedTuple

from calsieve.core.component import Component, Line
from calsieve.core.values import Form, written, written_offset
from calsieve.core.zones.iana import Offset, ZoneFile, zone_file
from calsieve.core.zones.posix import YearlyOnset, yearly_onsets

_EPOCH = datetime(1970, 1, 1)  # noqa: DTZ001 - naive UTC


class _Onset(NamedTuple):
    """One change of offset, at a naive UTC moment."""

    moment: datetime
    before: Offset
    after: Offset

    @property
    def local(self) -> datetime:
        return self.moment + timedelta(seconds=self.before.seconds)


def vtimezone(name: str, since: datetime) -> Component:
    """Return the VTIMEZONE of an IANA zone that is right from ``since`` (aware) on.

    It begins with a STANDARD observance that holds at or before ``since``, which strict clients ask for.
    """
    zone = zone_file(name)
    onsets = yearly_onsets(zone.rule)
    past = _onsets(zone)
    yearly_from = past[-1].moment if past else datetime.min  # noqa: DTZ901 - naive UTC
    base = _baseline(zone, past, onsets, since.astimezone(UTC).replace(tzinfo=None))
    listed = [onset for onset in past if onset.moment > base.moment]
    if base.moment <= yearly_from or not onsets:
        listed.insert(0, base)
    yearly = (_yearly(onset, max(base.moment, yearly_from + datetime.resolution)) for onset in onsets)
    observances = chain(_listed(listed), *yearly)
    return Component("VTIMEZONE", (Line("TZID", "", name),), tuple(observances))


def _onsets(zone: ZoneFile) -> list[_Onset]:
    before, onsets = zone.first, []
    for seconds, after in zone.transitions:
        onsets.append(_Onset(_EPOCH + timedelta(seconds=seconds), before, after))
        before = after
    return onsets


def _baseline(zone: ZoneFile, past: list[_Onset], yearly: tuple[YearlyOnset, ...], since: datetime) -> _Onset:
    """Return the last change to standard time at or before ``since``; if there is none, one is made up."""
    candidates = list(past)
    if past and past[-1].moment < since:
        for year in range(past[-1].moment.year, since.year + 1):
            candidates += [_in_year(onset, year) for onset in yearly]
    standard = [o for o in candidates if o.moment <= since and not o.after.daylight]
    if standard:
        return max(standard, key=lambda onset: onset.moment)
    return _Onset(min(since, datetime(1970, 1, 1)), zone.first, zone.first)  # noqa: DTZ001 - naive UTC


def _in_year(onset: YearlyOnset, year: int) -> _Onset:
    return _Onset(onset.local(year) - timedelta(seconds=onset.before.seconds), onset.before, onset.after)


def _listed(onsets: list[_Onset]) -> Iterator[Component]:
    """Group changes of the same kind into one observance.

    Each has an RDATE of its own, the first too: of several values in one RDATE ical.js sees the first, and of
    DTSTART nothing where there is an RDATE.
    """
    groups: dict[tuple[Offset, Offset], list[_Onset]] = {}
    for onset in onsets:
        groups.setdefault((onset.before, onset.after), []).append(onset)
    for group in groups.values():
        dates = tuple(Line("RDATE", "", written(onset.local, Form.FLOATING)) for onset in group)
        yield _observance(group[0], dates if len(group) > 1 else ())


def _yearly(onset: YearlyOnset, since: datetime) -> Iterator[Component]:
    """Write a yearly change as one observance a month that it can fall into, from ``since`` (naive UTC) on.

    Leaves out a month that it does not fall into before the last year there is.
    """
    for month, rule in onset.rules().items():
        onsets = (_in_year(onset, year) for year in range(since.year - 1, MAXYEAR))
        first = next((one for one in onsets if one.moment >= since and one.local.month == month), None)
        if first:
            yield _observance(first, (Line("RRULE", "", rule),))


def _observance(onset: _Onset, recurrence: tuple[Line, ...]) -> Component:
    lines = (
        Line("DTSTART", "", written(onset.local, Form.FLOATING)),
        Line("TZOFFSETFROM", "", written_offset(onset.before.seconds)),
        Line("TZOFFSETTO", "", written_offset(onset.after.seconds)),
        Line("TZNAME", "", onset.after.name),
        *recurrence,
    )
    return Component("DAYLIGHT" if onset.after.daylight else "STANDARD", lines)
