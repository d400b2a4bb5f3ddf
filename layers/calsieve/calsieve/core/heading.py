"""The properties of the published VCALENDAR itself (RFC 5545 §3.7, RFC 7986, and what clients look for)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from calsieve.core.component import Component, Line, escaped
from calsieve.models import Colour, Policy, Show

PRODID = "-//Calsieve//Calsieve//EN"
# What a source may say about the calendar as a whole.
HEADING = ("NAME", "X-WR-CALNAME", "X-WR-CALDESC", "X-WR-TIMEZONE", "COLOR", "X-APPLE-CALENDAR-COLOR")


def calendar_lines(headings: Sequence[Component], policy: Policy, timezone: str) -> tuple[Line, ...]:
    """Return the lines of the VCALENDAR; what the policy leaves open comes from the first source."""
    first = _told(headings[0], policy.show) if headings else Component("VCALENDAR", ())
    title = escaped(policy.title) if policy.title else _named(first)
    every = _duration(policy.refresh_every)
    lines = [
        Line("VERSION", "", "2.0"),
        Line("PRODID", "", PRODID),
        Line("CALSCALE", "", "GREGORIAN"),
        Line("METHOD", "", "PUBLISH"),
        Line("NAME", "", title),
        Line("X-WR-CALNAME", "", title),
        # Floating times stay floating for clients, and mean the feed's zone where an instant is needed.
        Line("X-WR-TIMEZONE", "", timezone),
        Line("REFRESH-INTERVAL", ";VALUE=DURATION", every),
        Line("X-PUBLISHED-TTL", "", every),
    ]
    lines += _colour(policy.colour) if policy.colour else _kept(first, "COLOR", "X-APPLE-CALENDAR-COLOR")
    return tuple(lines + _kept(first, "X-WR-CALDESC"))


def _told(heading: Component, show: Show) -> Component:
    if show is Show.FULL:
        return heading
    from calsieve.core.privacy import told_of_calendar  # most feeds tell all, and start without it

    return told_of_calendar(heading, show)


def _named(heading: Component) -> str:
    return heading.value("NAME").strip() or heading.value("X-WR-CALNAME").strip() or "Calendar"


def _kept(heading: Component, *names: str) -> list[Line]:
    return [line._replace(params="") for name in names if (line := heading.first(name)) and line.value.strip()]


def _colour(colour: Colour) -> list[Line]:
    return [Line("COLOR", "", colour.name), Line("X-APPLE-CALENDAR-COLOR", "", colour.hex)]


def _duration(interval: timedelta) -> str:
    minutes = max(int(interval.total_seconds()) // 60, 1)
    if minutes % 1440 == 0:
        return f"P{minutes // 1440}D"
    return f"PT{minutes // 60}H" if minutes % 60 == 0 else f"PT{minutes}M"
