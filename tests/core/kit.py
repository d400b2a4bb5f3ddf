"""Small calendars in words, and the core asked to clean them at one fixed moment."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

from calsieve.core.clean import compose
from calsieve.core.component import Component, parsed
from calsieve.core.event_lines import left_out
from calsieve.core.read import read
from calsieve.core.screen import reach_of
from calsieve.errors import InvalidCalendar
from calsieve.models import Cleaned, Policy, SeriesMode, Snap, Span, WindowPolicy

# A Wednesday; the default window around it is Monday 20 April 2026 to Monday 24 May 2027.
NOW = datetime(2026, 5, 20, 12, tzinfo=UTC)
STAMP = "DTSTAMP:20260101T000000Z"


def vevent(*lines: str) -> str:
    """Return a VEVENT of these lines; UID:a and a DTSTAMP are added where there is none."""
    names = {line.partition(":")[0].partition(";")[0] for line in lines}
    given = [text for text in ("UID:a", STAMP) if text.partition(":")[0] not in names]
    return "\r\n".join(["BEGIN:VEVENT", *given, *lines, "END:VEVENT"])


def vcalendar(*parts: str) -> bytes:
    """Return a calendar of these components and heading lines."""
    return (
        "\r\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//test//EN", *parts, "END:VCALENDAR"]) + "\r\n"
    ).encode()


def cleaned(
    *bodies: bytes,
    policy: Policy | None = None,
    now: datetime = NOW,
    previous: bytes | None = None,
    screened: bool = True,
) -> Cleaned:
    """Clean these sources, called ``one``, ``two`` … , into one feed; on request without the screen."""
    policy = policy or Policy()
    reach = reach_of(policy.window, now) if screened else None
    unread = left_out(policy) if screened else None
    calendars = [
        read(name, body, reach=reach, left_out=unread)
        for name, body in zip(("one", "two", "three"), bodies, strict=False)
    ]
    return compose(calendars, policy, now, previous)


def decided_alike(body: bytes, policy: Policy) -> Cleaned | None:
    """Clean by bytes where that can be, and by components, which has to be the same; None for what is no calendar."""
    try:
        long = cleaned(body, policy=policy, screened=False)
    except InvalidCalendar:
        return None
    short = cleaned(body, policy=policy)
    assert short.body == long.body
    assert short.report.ruled == long.report.ruled
    return short


def policy(
    mode: str = "trim", *, back: str | None = "4w", ahead: str | None = "52w", snap: str = "week", **more: object
) -> Policy:
    """Return a policy; spans are written ``4w``, ``30d``, ``12mo``, and None is all."""
    window = WindowPolicy(span(back), span(ahead), Snap(snap))
    return Policy(window=window, series=SeriesMode(mode), **more)  # type: ignore[arg-type]


def span(text: str | None) -> Span | None:
    """Read a span such as ``4w``."""
    if text is None:
        return None
    number = int(text.rstrip("wdmo"))
    if text.endswith("mo"):
        return Span(months=number)
    return Span(days=number * (7 if text.endswith("w") else 1))


def unfolded(body: bytes) -> list[str]:
    """Return the logical lines of what we published."""
    return body.decode().replace("\r\n ", "").split("\r\n")[:-1]


def events(body: bytes) -> list[Component]:
    """Return the VEVENTs of what we published."""
    (calendar,) = parsed(unfolded(body), Counter())
    return [child for child in calendar.children if child.name == "VEVENT"]


def lines(text: str) -> list[str]:
    """Clean a calendar of this one component and return the lines of the events that are published."""
    body = cleaned(vcalendar(text)).body
    return [f"{line.name}{line.params}:{line.value}" for event in events(body) for line in event.lines]
