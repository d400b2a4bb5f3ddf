"""A time zone as its VTIMEZONE describes it (RFC 5545 §3.6.5), for zones that IANA does not know."""

from __future__ import annotations

from bisect import bisect_right
from datetime import UTC, datetime, timedelta, tzinfo

from calsieve.core.component import Component, Line
from calsieve.core.values import Form, written, written_offset
from calsieve.core.zones.observance import Change, changes_of, plain

# Far more than any real zone has had.
_MOST_OBSERVANCES = 1000


class ObservedZone(tzinfo):
    """A tzinfo that follows the observances of one VTIMEZONE.

    A local time that does not exist is read with the offset before the gap, an ambiguous one is the
    first of the two (RFC 5545 §3.3.5).
    """

    def __init__(self, changes: tuple[Change, ...]) -> None:
        self._changes = changes
        self._moments = [change.moment for change in changes]
        self._walls = [c.moment + timedelta(seconds=max(c.before, c.after)) for c in changes]
        self._offsets = [timedelta(seconds=s) for s in (changes[0].before, *(c.after for c in changes))]

    @property
    def changes(self) -> tuple[Change, ...]:
        """All changes of offset, in order."""
        return self._changes

    def utcoffset(self, moment: datetime | None) -> timedelta | None:
        """Return the offset at a local time."""
        if moment is None:
            return None
        return self._offsets[bisect_right(self._walls, moment.replace(tzinfo=None))]

    def fromutc(self, moment: datetime) -> datetime:
        """Return the local time of a UTC moment that carries this zone."""
        return moment + self._offsets[bisect_right(self._moments, moment.replace(tzinfo=None))]

    def dst(self, moment: datetime | None) -> timedelta | None:
        """Unknown: nothing here asks what part of the offset is daylight saving."""
        return None

    def tzname(self, moment: datetime | None) -> str | None:
        """Unknown: nothing here asks."""
        return None


def observed_zone(component: Component) -> ObservedZone | None:
    """Read a VTIMEZONE; None if no observance of it can be understood."""
    changes = sorted(change for child in _observances(component) for change in changes_of(child))
    return ObservedZone(tuple(changes)) if changes else None


def _observances(component: Component) -> tuple[Component, ...]:
    return component.children[:_MOST_OBSERVANCES]


def agree(first: tzinfo, second: tzinfo, changes: tuple[Change, ...], start: datetime, end: datetime) -> bool:
    """Tell whether two zones have the same offsets from ``start`` to ``end`` (aware UTC).

    Asks at both ends, around the known ``changes``, and every ten days since 1900: no real zone changes for less
    than that, and before there were hardly any zones.
    """
    dense = max(start, datetime(1900, 1, 1, tzinfo=UTC))
    moments = [start, *(dense + timedelta(days=n) for n in range((end - dense).days)[::10]), end]
    for change in changes:
        moment = change.moment.replace(tzinfo=UTC)
        if start < moment <= end:
            moments += [moment, moment - timedelta(seconds=1)]
    return all(_wall(first, moment) == _wall(second, moment) for moment in moments)


def _wall(zone: tzinfo, moment: datetime) -> datetime:
    return moment.astimezone(zone).replace(tzinfo=None)


def trimmed(component: Component, tzid: str, since: datetime) -> Component:
    """Return a VTIMEZONE under ``tzid`` without the observances and listed onsets that ended before ``since`` (aware).

    Sees to it that a STANDARD observance holds from before ``since`` on. Does not touch rules that still hold.
    """
    moment = since.astimezone(UTC).replace(tzinfo=None)
    understood = [(child, changes) for child in _observances(component) if (changes := changes_of(child))]
    every = sorted(change for _, changes in understood for change in changes)
    ruling = max((change for change in every if change.moment <= moment), default=every[0])
    alive = [(plain(child, moment), changes) for child, changes in understood if changes[-1] >= ruling]
    observances = [child for child, _ in alive]
    if not any(child.name == "STANDARD" and changes[0].moment <= moment for child, changes in alive):
        observances.append(_baseline(ruling, moment))
    return Component("VTIMEZONE", (Line("TZID", "", tzid),), tuple(observances))


def constant(seconds: int) -> Component:
    """Return the VTIMEZONE of a zone that always is that many seconds east of UTC, called after them."""
    name, begin = f"UTC{written_offset(seconds)}", datetime(1970, 1, 1)  # noqa: DTZ001 - naive local time
    return Component("VTIMEZONE", (Line("TZID", "", name),), (_standard(begin, seconds),))


def _baseline(ruling: Change, moment: datetime) -> Component:
    """Return a STANDARD observance that holds from before ``moment`` (naive UTC) until ``ruling`` takes over."""
    return _standard(min(moment, ruling.moment) - timedelta(days=1) + timedelta(seconds=ruling.before), ruling.before)


def _standard(begin: datetime, seconds: int) -> Component:
    lines = (
        Line("DTSTART", "", written(begin, Form.FLOATING)),
        Line("TZOFFSETFROM", "", written_offset(seconds)),
        Line("TZOFFSETTO", "", written_offset(seconds)),
    )
    return Component("STANDARD", lines)
