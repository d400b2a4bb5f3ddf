"""The window: the half-open interval of instants that a feed shows."""

from __future__ import annotations

import calendar
from datetime import UTC, datetime, time, timedelta, tzinfo
from typing import NamedTuple

from calsieve.core.zones.iana import iana_zone
from calsieve.models import Budget, Policy, Snap, Span, WindowPolicy

# All that a datetime can hold, less a margin that arithmetic with offsets may use up.
EARLIEST = datetime(1, 1, 3, tzinfo=UTC)
LATEST = datetime(9999, 12, 29, tzinfo=UTC)


class Window(NamedTuple):
    """Instants from ``start`` to just before ``end``, both in UTC, of a feed in ``zone``.

    ``present`` is where the day or week begins that the moment lies in: what ended before is past, for as long as the
    edges rest.
    """

    start: datetime
    end: datetime
    zone: tzinfo = UTC
    present: datetime = EARLIEST

    def shows(self, start: datetime, end: datetime) -> bool:
        """Tell whether [start, end) overlaps the window by RFC 4791 §9.9.

        An occurrence without length is visible when it begins in the window.
        """
        if end > start:
            return start < self.end and end > self.start
        return self.start <= start < self.end


def window_for(policy: WindowPolicy, timezone: str, now: datetime) -> Window:
    """Lay the window around ``now`` (aware) in a feed's time zone, an IANA name, and snap its edges.

    An edge that would leave the years 1 to 9999 is put at the end of time.
    """
    zone = iana_zone(timezone) or UTC
    local = now.astimezone(zone).replace(tzinfo=None)
    start, end = EARLIEST, LATEST
    if policy.back is not None:
        start = _instant(_snapped_back(_moved(local, policy.back, -1), policy.snap), zone, EARLIEST)
    if policy.ahead is not None:
        end = _instant(_snapped_ahead(_moved(local, policy.ahead, 1), policy.snap), zone, LATEST)
    return Window(start, end, zone, _instant(_snapped_back(local, policy.snap), zone, EARLIEST))


def edges_for(policy: Policy, timezone: str, now: datetime) -> tuple[datetime, ...]:
    """Return the moments by which what a feed publishes follows the clock: while they stay, so do its bytes."""
    window = window_for(policy.window, timezone, now)
    by_present = any(policy.add_alarms) or policy.budget != Budget()
    return (window.start, window.end, window.present) if by_present else (window.start, window.end)


def _moved(local: datetime, span: Span, sign: int) -> datetime | None:
    """Move by calendar months, keeping the day where the month has it, then by days."""
    months = local.year * 12 + local.month - 1 + sign * span.months
    year, month = months // 12, months % 12 + 1
    if not 1 <= year <= 9999:
        return None
    day = min(local.day, calendar.monthrange(year, month)[1])
    try:
        return local.replace(year=year, month=month, day=day) + sign * timedelta(days=span.days)
    except OverflowError:
        return None


def _snapped_back(local: datetime | None, snap: Snap) -> datetime | None:
    if local is None or snap is Snap.NONE:
        return local
    midnight = datetime.combine(local.date(), time())
    # iCalendar's default week starts on Monday (RFC 5545 §3.3.10, WKST).
    return midnight - timedelta(days=midnight.weekday()) if snap is Snap.WEEK else midnight


def _snapped_ahead(local: datetime | None, snap: Snap) -> datetime | None:
    back = _snapped_back(local, snap)
    if back is None or back == local:
        return local
    step = timedelta(days=7 if snap is Snap.WEEK else 1)
    return back + step if back < LATEST.replace(tzinfo=None) - step else None


def _instant(local: datetime | None, zone: object, fallback: datetime) -> datetime:
    if local is None:
        return fallback
    try:
        instant = local.replace(tzinfo=zone).astimezone(UTC)  # type: ignore[arg-type]
    except OverflowError:
        return fallback
    return min(max(instant, EARLIEST), LATEST)
