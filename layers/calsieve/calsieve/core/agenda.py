"""What a published file puts on the calendar, one occurrence at a time.

For people to look at, and to compare what was with what is. Meant for files that we published, though any calendar
can be read.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime

from calsieve.core.component import Component, unescaped
from calsieve.core.event import Event, Occurrence
from calsieve.core.event_lines import event_component, sound_event
from calsieve.core.read import Calendar, Found, read
from calsieve.core.recurrence.doubts import NotUnderstood, refuse_doubtful
from calsieve.core.recurrence.expand import TooMuchWork, Work
from calsieve.core.recurrence.occurrences import (
    InWindow,
    in_window,
    refuse_other_start,
    visible_periods,
    visible_starts,
)
from calsieve.core.screen import reach_between
from calsieve.core.select import MOST_FOR_A_SERIES
from calsieve.core.series import Series, gathered
from calsieve.core.understand import Lines, understood
from calsieve.core.values import Form
from calsieve.core.window import EARLIEST, Window
from calsieve.core.zones.iana import iana_zone
from calsieve.core.zones.resolve import ZoneBook, Zones, first_years
from calsieve.models import Shown

# Steps of work for one agenda; also the most occurrences of series that it can have.
_MOST_FOR_AN_AGENDA = 500_000
# All that an agenda does not tell, so that it need not be understood.
_UNTOLD = re.compile(
    rb"\n(?!(?:BEGIN|END|UID|DTSTAMP|DTSTART|DTEND|DURATION|RRULE|RDATE|EXDATE|EXRULE|RECURRENCE-ID|SEQUENCE"
    rb"|LAST-MODIFIED|SUMMARY|LOCATION|STATUS)[:;])[A-Z][^\n]*+(?:\n [^\n]*+)*+"
)


def agenda(body: bytes, start: datetime, end: datetime, timezone: str) -> tuple[Shown, ...]:
    """Return what the calendar ``body`` shows from ``start`` to before ``end`` (aware), in order of time.

    ``timezone`` is the feed's, an IANA name: it gives whole days and floating times an instant. Of a series that
    readers show differently it is what RFC 5545 says, without EXRULE and RANGE=THISANDFUTURE, and not sure. Of one
    that takes too long to expand it is only what overrides it. Raises InvalidCalendar.
    """
    calendar = read("the calendar", body, reach=reach_between(start, end), left_out=_UNTOLD)
    window = Window(start.astimezone(UTC), end.astimezone(UTC), iana_zone(timezone) or UTC)
    shown, _ = shown_of(calendar, window, timezone)
    return tuple(sorted(shown, key=_in_time))


def shown_of(calendar: Calendar, window: Window, timezone: str) -> tuple[list[Shown], bool]:
    """Return what the window shows of a calendar that was read, and whether that is all, or took too long."""
    left, whole = _MOST_FOR_AN_AGENDA, True
    shown: list[Shown] = []
    for series in all_series(calendar, window, timezone):
        if series.single:
            shown += _told(series.master, [series.master.occurrence()], window, sure=True)
            continue
        allowed = min(left, MOST_FOR_A_SERIES)
        seen = in_window(series, window, Work(allowed))
        shown += _of_series(seen)
        left -= min(allowed, allowed - seen.work.left)
        whole = whole and seen.work.left > 0
    return shown, whole


def _in_time(shown: Shown) -> tuple[datetime, bool, datetime, str, str]:
    """Return by what an agenda is ordered: of what begins at the same moment, whole days come first."""
    return shown.start, not shown.all_day, shown.end, shown.uid, shown.slot


def all_series(calendar: Calendar, window: Window, timezone: str) -> list[Series]:
    """Return the series of a calendar that was read, as a feed in ``timezone`` understands them."""
    repairs: Counter[str] = Counter()
    components = [_component(found, calendar.charset, repairs) for found in calendar.events]
    years = first_years(components) if window.start == EARLIEST else {}
    zones = Zones(calendar.zones, years, timezone, window, ZoneBook(), repairs)
    return gathered(understood(map(Lines, components), zones, repairs).events, zones, repairs)


def _component(found: Found, charset: str | None, repairs: Counter[str]) -> Component:
    if isinstance(found.text, Component):
        return sound_event(found.text, repairs)
    return event_component(found.text, charset, alarms=False, repairs=repairs)


def _of_series(seen: InWindow) -> Iterator[Shown]:
    sure = _readers_agree(seen)
    yield from _told(seen.master, _occurrences(seen), seen.window, sure=sure)
    for override in seen.series.overrides:
        yield from _told(override, [override.occurrence()], seen.window, sure=sure)


def _readers_agree(seen: InWindow) -> bool:
    """Tell whether all readers are known to show the same of a series."""
    overrides = seen.series.overrides
    if any(override.ranged or override.slot.local in seen.recurrence.exceptions for override in overrides):
        return False
    try:
        refuse_doubtful(seen.master, seen.recurrence)
        refuse_other_start(seen)
    except (NotUnderstood, TooMuchWork, OverflowError):
        return False
    return True


def _occurrences(seen: InWindow) -> list[Occurrence]:
    """Return what is visible of the master; DTSTART is an occurrence whatever the rules say (RFC 5545 §3.8.5.3)."""
    try:
        starts = visible_starts(seen)
        own = seen.master.start.local
        if own not in starts and seen.reach.shows(own) and not seen.takes_away(own):
            starts.append(own)
        # Some servers write an RDATE line twice; what it says is shown once.
        return [*map(seen.master.occurrence, starts), *dict.fromkeys(visible_periods(seen, starts))]
    except (TooMuchWork, OverflowError):
        return []


def _told(event: Event, occurrences: Iterable[Occurrence], window: Window, *, sure: bool) -> Iterator[Shown]:
    """Yield what the window shows of the occurrences of an event."""
    component, start = event.component, event.start
    summary, location = (unescaped(component.value(name)) for name in ("SUMMARY", "LOCATION"))
    status = component.value("STATUS").strip().upper() or "CONFIRMED"
    in_series = event.recurs or event.recurrence_id is not None
    for begins, ends, local in occurrences:
        if window.shows(begins, ends):
            slot = (event.recurrence_id or start.at(local)).text if in_series else ""
            yield Shown(event.uid, slot, begins, ends, start.form is Form.DATE, summary, location, status, sure)
