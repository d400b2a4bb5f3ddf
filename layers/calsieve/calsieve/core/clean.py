"""The second of the core's doors: the sources of a feed become the calendar that it publishes.

Calendars that were read, a policy and the moment come in; clean bytes and a report go out. Nothing here asks a
clock, the environment or the network, so the same input always gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from typing import NamedTuple

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
from calsieve.models import Budget, Cleaned, Policy, Report, Show, WindowPolicy

# What a feed that is over its budget leaves of its events.
Lighter = Callable[[Sequence[Written]], list[Written]]


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
    feed = _Feed(calendars, policy, policy.timezone or timezone_of(calendars), now, previous)
    if policy.budget == Budget():
        file = feed.file(policy.window)
        return file.pieces, feed.report(file, ())
    from calsieve.core.budget import fitted  # few feeds have one, and the others start without

    file, given_up = fitted(policy.budget, policy.window, feed.file)
    return file.pieces, feed.report(file, given_up)


class _Draft(NamedTuple):
    """The events of a feed in a window, in order, before their zones have names."""

    window: Window
    events: list[Written]
    book: ZoneBook
    account: Account


class _File(NamedTuple):
    """A file that a feed could publish."""

    draft: _Draft
    events: list[Written]
    pieces: list[bytes]

    @property
    def size(self) -> int:
        """Its bytes."""
        return sum(map(len, self.pieces))


class _Feed:
    """What a feed is made from, and the drafts of it that were made so far."""

    def __init__(
        self, calendars: Sequence[Calendar], policy: Policy, timezone: str, now: datetime, previous: bytes | None
    ) -> None:
        self._calendars, self._policy, self._timezone = calendars, policy, timezone
        self._now, self._previous = now, previous
        self._drafts: dict[WindowPolicy, _Draft] = {}

    def file(self, span: WindowPolicy, lighter: Lighter = list) -> _File:
        """Return the file for a window that is the policy's or lies in it, of its events as ``lighter`` leaves them."""
        if span not in self._drafts:
            self._drafts[span] = self._draft(span)
        draft = self._drafts[span]
        # As far back as zones are right, they are for the policy's own window: so less of it is written the same.
        own = window_for(self._policy.window, self._timezone, self._now)
        vtimezones, named = with_zones(lighter(draft.events), draft.book, own, self._timezone)
        events = list(restamped(named, self._previous, self._now))
        heading = calendar_lines([calendar.heading for calendar in self._calendars], self._policy, self._timezone)
        pieces = [*_pieces(Component("VCALENDAR", heading, tuple(vtimezones)), events)]
        return _File(draft, events, pieces)

    def _draft(self, span: WindowPolicy) -> _Draft:
        window, book, account = window_for(span, self._timezone, self._now), ZoneBook(), Account()
        contributions = (
            (name, contribution(calendar, window, self._timezone, self._policy, book, account))
            for name, calendar in zip(self._names(), self._calendars, strict=True)
        )
        return _Draft(window, merged(contributions, account.repairs), book, account)

    def _names(self) -> Iterable[str]:
        """Return what is added to UIDs that sources share: their names, or numbers where nothing is to be told."""
        told = self._policy.show is not Show.BUSY
        return [calendar.name if told else str(number) for number, calendar in enumerate(self._calendars, 1)]

    def report(self, file: _File, given_up: tuple[str, ...]) -> Report:
        """Return the counts of what came in and what of it is in ``file``."""
        screened: Counter[str] = Counter()
        for calendar in self._calendars:
            screened.update(calendar.screened)
        window, account = file.draft.window, file.draft.account
        return Report(
            bytes_in=sum(calendar.size for calendar in self._calendars),
            bytes_out=file.size,
            events_in=sum(calendar.events_in for calendar in self._calendars),
            events_out=len(file.events),
            series_in=account.series_in + screened.total(),
            series_out=len({event.uid for event in file.events}),
            past=account.tally.past + screened["past"],
            future=account.tally.future + screened["future"],
            kept_whole=dict(sorted(account.tally.kept_whole.items())),
            repairs=dict(sorted((+account.repairs).items())),
            lost=tuple(account.lost),
            lost_more=account.lost_more,
            ruled=dict(sorted(account.tally.ruled.items())),
            duplicates=account.known.count,
            cuts=given_up,
            window_start=window.start,
            window_end=window.end,
            timezone=self._timezone,
        )


def _pieces(head: Component, events: Iterable[Written]) -> Iterator[bytes]:
    yield b"BEGIN:VCALENDAR\r\n"
    yield from component_lines(head)
    for event in events:
        yield b"BEGIN:VEVENT\r\n"
        yield event.uid_line
        yield event.rest
    yield b"END:VCALENDAR\r\n"


def timezone_of(calendars: Sequence[Calendar]) -> str:
    """Return the IANA name of the zone that the first source declares: X-WR-TIMEZONE, else its only VTIMEZONE."""
    if not calendars:
        return "UTC"
    first = calendars[0]
    only = next(iter(first.zones)) if len(first.zones) == 1 else ""
    return iana_name(first.heading.value("X-WR-TIMEZONE")) or iana_name(only) or "UTC"
