"""The second of the core's doors: the sources of a feed become the calendar that it publishes.

Calendars that were read, a policy and the moment come in; clean bytes and a report go out. Nothing here asks a
clock, the environment or the network, so the same input always gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime

from calsieve.core.component import Component
from calsieve.core.contribution import Account, contribution
from calsieve.core.heading import calendar_lines
from calsieve.core.merge import merged
from calsieve.core.read import Calendar
from calsieve.core.serialise import component_lines
from calsieve.core.stamps import restamped
from calsieve.core.window import Window, window_for
from calsieve.core.written import Written
from calsieve.core.zones.names import iana_name
from calsieve.core.zones.naming import with_zones
from calsieve.core.zones.resolve import ZoneBook
from calsieve.models import Cleaned, Policy, Report


def compose(calendars: Sequence[Calendar], policy: Policy, now: datetime, previous: bytes | None = None) -> Cleaned:
    """Trim and merge ``calendars`` into the file that the feed publishes.

    ``now`` is aware. ``previous`` is what is published at present: components that did not change keep its stamps,
    so that an unchanged calendar gives unchanged bytes.
    """
    pieces, report = composed(calendars, policy, now, previous)
    return Cleaned(b"".join(pieces), report)


def composed(
    calendars: Sequence[Calendar], policy: Policy, now: datetime, previous: bytes | None = None
) -> tuple[list[bytes], Report]:
    """Return the file that ``compose`` makes in pieces, so that it need not be held twice to be written."""
    timezone = policy.timezone or timezone_of(calendars)
    window = window_for(policy.window, timezone, now)
    book, account = ZoneBook(), Account()
    contributions = (
        (calendar.name, contribution(calendar, window, timezone, policy, book, account)) for calendar in calendars
    )
    vtimezones, named = with_zones(merged(contributions, account.repairs), book, window, timezone)
    events = list(restamped(named, previous, now))
    heading = calendar_lines([calendar.heading for calendar in calendars], policy, timezone)
    pieces = [*_file(Component("VCALENDAR", heading, tuple(vtimezones)), events)]
    return pieces, _report(calendars, pieces, events, window, timezone, account)


def _file(head: Component, events: Iterable[Written]) -> Iterator[bytes]:
    yield b"BEGIN:VCALENDAR\r\n"
    yield from component_lines(head)
    for event in events:
        yield b"BEGIN:VEVENT\r\n"
        yield event.uid_line
        yield event.rest
    yield b"END:VCALENDAR\r\n"


def _report(
    calendars: Sequence[Calendar],
    pieces: Iterable[bytes],
    events: Sequence[Written],
    window: Window,
    timezone: str,
    account: Account,
) -> Report:
    screened: Counter[str] = Counter()
    for calendar in calendars:
        screened.update(calendar.screened)
    return Report(
        bytes_in=sum(calendar.size for calendar in calendars),
        bytes_out=sum(map(len, pieces)),
        events_in=sum(calendar.events_in for calendar in calendars),
        events_out=len(events),
        series_in=account.series_in + screened.total(),
        series_out=len({event.uid for event in events}),
        past=account.tally.past + screened["past"],
        future=account.tally.future + screened["future"],
        kept_whole=dict(sorted(account.tally.kept_whole.items())),
        repairs=dict(sorted((+account.repairs).items())),
        lost=tuple(account.lost),
        ruled=dict(sorted(account.tally.ruled.items())),
        window_start=window.start,
        window_end=window.end,
        timezone=timezone,
    )


def timezone_of(calendars: Sequence[Calendar]) -> str:
    """Return the IANA name of the zone that the first source declares: X-WR-TIMEZONE, else its only VTIMEZONE."""
    if not calendars:
        return "UTC"
    first = calendars[0]
    only = next(iter(first.zones)) if len(first.zones) == 1 else ""
    return iana_name(first.heading.value("X-WR-TIMEZONE")) or iana_name(only) or "UTC"
