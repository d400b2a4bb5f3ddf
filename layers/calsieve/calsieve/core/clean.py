"""The second of the core's doors: the sources of a feed become the calendar that it publishes.

Calendars that were read, a policy and the moment come in; clean bytes and a report go out. Nothing here asks a
clock, the environment or the network, so the same input always gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from io import BytesIO

from calsieve.core.component import Component
from calsieve.core.event_lines import event_component, sound_event
from calsieve.core.heading import calendar_lines
from calsieve.core.linewise import ShortWay, Single, droppable
from calsieve.core.merge import merged
from calsieve.core.read import Calendar, Found
from calsieve.core.repairs.content import with_content_uids
from calsieve.core.scrub import scrubbed
from calsieve.core.select import Tally, selected
from calsieve.core.serialise import component_lines
from calsieve.core.series import Series, gathered
from calsieve.core.stamps import restamped
from calsieve.core.understand import Lines, understood
from calsieve.core.window import EARLIEST, Window, window_for
from calsieve.core.written import Written, written
from calsieve.core.zones.names import iana_name
from calsieve.core.zones.naming import with_zones
from calsieve.core.zones.resolve import ZoneBook, Zones, first_years
from calsieve.models import Cleaned, Policy, Report, UidMode


@dataclass(slots=True)
class _Account:
    """What is counted on the way, for the report."""

    tally: Tally = field(default_factory=Tally)
    repairs: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)
    series_in: int = 0


def compose(calendars: Sequence[Calendar], policy: Policy, now: datetime, previous: bytes | None = None) -> Cleaned:
    """Trim and merge ``calendars`` into the file that the feed publishes.

    ``now`` is aware. ``previous`` is what is published at present: components that did not change keep its stamps,
    so that an unchanged calendar gives unchanged bytes.
    """
    timezone = policy.timezone or timezone_of(calendars)
    window = window_for(policy.window, timezone, now)
    book, account = ZoneBook(), _Account()
    contributions = (
        (calendar.name, _published(calendar, window, timezone, policy, book, account)) for calendar in calendars
    )
    vtimezones, named = with_zones(merged(contributions, account.repairs), book, window, timezone)
    events = list(restamped(named, previous, now))
    heading = calendar_lines([calendar.heading for calendar in calendars], policy, timezone)
    report = _report(calendars, events, window, timezone, account)
    del named  # the file takes what it needs out of the list, so that a large one is not held twice
    body = _file(Component("VCALENDAR", heading, tuple(vtimezones)), events)
    return Cleaned(body, replace(report, bytes_out=len(body)))


def _published(
    calendar: Calendar, window: Window, timezone: str, policy: Policy, book: ZoneBook, account: _Account
) -> Iterator[Written]:
    """Yield what a feed publishes of one source, series by series."""
    account.repairs.update(calendar.repairs)
    # Only where the past has no end does it matter how far back a zone is used.
    years = first_years(_components(calendar.events, calendar, policy, Counter())) if window.start == EARLIEST else {}
    zones = Zones(calendar.zones, years, timezone, window, book, account.repairs)
    renamed: list[Series] = []
    plain = not policy.keep_alarms and policy.uid is UidMode.KEEP
    short = ShortWay(zones, droppable(policy)) if plain else None
    for group in _by_uid(calendar.events):
        if short and (single := _single(group, short)):
            account.series_in += 1
            if account.tally.shows(single.start, single.end, window):
                yield single.written
            continue
        lines = _plain(group, short) if short else None
        found = understood(
            lines or map(Lines, _components(group, calendar, policy, account.repairs)), zones, account.repairs
        )
        account.lost += found.lost
        series = gathered(found.events, zones, account.repairs)
        if policy.uid is UidMode.CONTENT:
            renamed += series
        else:
            yield from _shown(series, window, policy, account)
    yield from _shown(with_content_uids(renamed, account.repairs), window, policy, account)


def _shown(series: Iterable[Series], window: Window, policy: Policy, account: _Account) -> Iterator[Written]:
    for one in series:
        account.series_in += 1
        for event in selected(one, window, policy.series, account.tally):
            yield written(event, scrubbed(event.component, policy, account.repairs))


def _single(group: Sequence[Found], short: ShortWay) -> Single | None:
    """Return the event of a group if it is one, and plain enough for the short way."""
    uid, text, single = group[0]
    return short.single(uid, text) if single and len(group) == 1 and isinstance(text, bytes) else None


def _plain(group: Sequence[Found], short: ShortWay) -> list[Lines] | None:
    """Return the events of a series if all are plain enough, and only one of them can be its master."""
    found = list[Lines]()
    for uid, text, _ in group:
        lines = short.lines(text) if uid and isinstance(text, bytes) else None
        if lines is None:
            return None
        found.append(lines)
    return found if sum(not lines.component.has("RECURRENCE-ID") for lines in found) < 2 else None


def _by_uid(events: Iterable[Found]) -> Iterable[list[Found]]:
    """Gather events by UID; those without one are one group, as nobody knows theirs yet."""
    groups: dict[str, list[Found]] = {}
    for found in events:
        groups.setdefault(found.uid, []).append(found)
    return groups.values()


def _components(
    group: Iterable[Found], calendar: Calendar, policy: Policy, repairs: Counter[str]
) -> Iterator[Component]:
    for _, text, _ in group:
        if isinstance(text, Component):
            yield sound_event(text, repairs)
        else:
            yield event_component(text, calendar.charset, alarms=policy.keep_alarms, repairs=repairs)


def _file(head: Component, events: list[Written]) -> bytes:
    """Write a calendar of ``events``, which it takes out of the list."""
    file = BytesIO()
    file.writelines((b"BEGIN:VCALENDAR\r\n", *component_lines(head)))
    events.reverse()
    while events:
        event = events.pop()
        file.writelines((b"BEGIN:VEVENT\r\n", event.uid_line, event.rest))
    file.write(b"END:VCALENDAR\r\n")
    return file.getvalue()


def _report(
    calendars: Sequence[Calendar],
    events: Sequence[Written],
    window: Window,
    timezone: str,
    account: _Account,
) -> Report:
    screened: Counter[str] = Counter()
    for calendar in calendars:
        screened.update(calendar.screened)
    return Report(
        bytes_in=sum(calendar.size for calendar in calendars),
        events_in=sum(calendar.events_in for calendar in calendars),
        events_out=len(events),
        series_in=account.series_in + screened.total(),
        series_out=len({event.uid for event in events}),
        past=account.tally.past + screened["past"],
        future=account.tally.future + screened["future"],
        series_kept_whole=account.tally.kept_whole.total(),
        repairs=dict(sorted((+account.repairs).items())),
        lost=tuple(account.lost),
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
