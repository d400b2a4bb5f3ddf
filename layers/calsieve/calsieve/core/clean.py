"""The core's two doors: read a source, and compose sources into the calendar of a feed.

Bytes, a policy and the moment come in; clean bytes and a report go out. Nothing here asks a clock, the
environment or the network, so the same input always gives the same bytes.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime

from calsieve.core.component import Component, parsed, unescaped
from calsieve.core.event import Event
from calsieve.core.heading import HEADING, calendar_lines
from calsieve.core.merge import merged
from calsieve.core.repairs.content import with_content_uids
from calsieve.core.repairs.properties import sound_properties
from calsieve.core.screen import worth_a_look
from calsieve.core.scrub import scrubbed
from calsieve.core.select import Tally, selected
from calsieve.core.serialise import serialised
from calsieve.core.series import Series, gathered
from calsieve.core.stamps import restamped
from calsieve.core.text import logical_lines
from calsieve.core.understand import understood
from calsieve.core.window import EARLIEST, Window, window_for
from calsieve.core.zones.names import iana_name
from calsieve.core.zones.naming import with_zones
from calsieve.core.zones.resolve import ZoneBook, Zones, first_years
from calsieve.errors import InvalidCalendar
from calsieve.models import Cleaned, Policy, Report, UidMode


@dataclass(frozen=True, slots=True)
class Calendar:
    """One source as it was read: events not yet judged, zones not yet resolved.

    ``heading`` holds the sound ones of the lines about the calendar that a feed may take over.
    """

    name: str
    heading: Component
    events: tuple[Component, ...]
    zones: Mapping[str, Component]
    size: int
    repairs: Mapping[str, int] = field(default_factory=dict)


def read(name: str, body: bytes, charset: str | None = None) -> Calendar:
    """Read the bytes of a source called ``name``; ``charset`` is what the transfer declared, if anything.

    Raises InvalidCalendar if they hold no VCALENDAR at all. Keeps events and zones only: a phone's calendar
    shows nothing of VTODO, VJOURNAL and VFREEBUSY, which are counted as a repair.
    """
    repairs: Counter[str] = Counter()
    outermost = parsed(logical_lines(body, charset, repairs), repairs)
    calendars = [component for component in outermost if component.name == "VCALENDAR"]
    if not calendars:
        raise InvalidCalendar(name, _why_no_calendar(body))
    repairs["several_calendars"] += len(calendars) - 1
    inside = [child for calendar in calendars for child in calendar.children]
    events = tuple(child for child in inside if child.name == "VEVENT")
    zones = {unescaped(child.value("TZID")): child for child in reversed(inside) if child.name == "VTIMEZONE"}
    repairs["not_an_event"] += len(inside) - len(events) - sum(child.name == "VTIMEZONE" for child in inside)
    heading = Component("VCALENDAR", tuple(calendars[0].all(*HEADING)))
    return Calendar(name, sound_properties(heading, repairs), events, zones, len(body), dict(+repairs))


def compose(calendars: Sequence[Calendar], policy: Policy, now: datetime, previous: bytes | None = None) -> Cleaned:
    """Trim and merge ``calendars`` into the file that the feed publishes.

    ``now`` is aware. ``previous`` is what is published at present: components that did not change keep its stamps,
    so that an unchanged calendar gives unchanged bytes.
    """
    timezone = policy.timezone or timezone_of(calendars)
    window = window_for(policy.window, timezone, now)
    repairs: Counter[str] = Counter()
    screened: Counter[str] = Counter()
    tally, book = Tally(), ZoneBook()
    lost: list[str] = []
    contributions = []
    series_in = 0
    for calendar in calendars:
        repairs.update(calendar.repairs)
        years = {} if window.start > EARLIEST else first_years(calendar.events)
        zones = Zones(calendar.zones, years, timezone, window, book, repairs)
        promising = worth_a_look(calendar.events, window, screened)
        understanding = understood(promising, zones, repairs)
        lost += understanding.lost
        series = gathered(understanding.events, zones, repairs)
        if policy.uid is UidMode.CONTENT:
            series = with_content_uids(series, repairs)
        series_in += len(series)
        contributions.append((calendar.name, _published(series, window, policy, tally, repairs)))
    events = merged(contributions, repairs)
    vtimezones, named = with_zones(events, book, window, timezone)
    components = restamped(named, _components_of(previous), now)
    lines = calendar_lines([calendar.heading for calendar in calendars], policy, timezone)
    body = serialised(Component("VCALENDAR", lines, (*vtimezones, *components)))
    report = Report(
        bytes_in=sum(calendar.size for calendar in calendars),
        bytes_out=len(body),
        events_in=sum(len(calendar.events) for calendar in calendars),
        events_out=len(components),
        series_in=series_in + screened.total(),
        series_out=len({event.uid for event in events}),
        past=tally.past + screened["past"],
        future=tally.future + screened["future"],
        series_kept_whole=tally.kept_whole.total(),
        repairs=dict(sorted((+repairs).items())),
        lost=tuple(lost),
        window_start=window.start,
        window_end=window.end,
        timezone=timezone,
    )
    return Cleaned(body, report)


def timezone_of(calendars: Sequence[Calendar]) -> str:
    """Return the IANA name of the zone that the first source declares: X-WR-TIMEZONE, else its only VTIMEZONE."""
    if not calendars:
        return "UTC"
    first = calendars[0]
    only = next(iter(first.zones)) if len(first.zones) == 1 else ""
    return iana_name(first.heading.value("X-WR-TIMEZONE")) or iana_name(only) or "UTC"


def _published(
    series: Iterable[Series], window: Window, policy: Policy, tally: Tally, repairs: Counter[str]
) -> list[Event]:
    return [
        replace(event, component=scrubbed(event.component, policy, repairs))
        for one in series
        for event in selected(one, window, policy.series, tally)
    ]


def _components_of(previous: bytes | None) -> list[Component]:
    if previous is None:
        return []
    repairs: Counter[str] = Counter()
    outermost = parsed(logical_lines(previous, None, repairs), repairs)
    return [child for calendar in outermost for child in calendar.children if child.name == "VEVENT"]


def _why_no_calendar(body: bytes) -> str:
    """Say in plain words what the bytes look like instead."""
    head = body[:512].lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not head:
        return "the file is empty"
    if head.startswith((b"<!doctype html", b"<html")):
        return "this is a web page, not a calendar; a login page is the usual cause"
    if head.startswith(b"<?xml"):
        return "this is XML, not a calendar"
    return "no BEGIN:VCALENDAR in it, so it is not an iCalendar file"
