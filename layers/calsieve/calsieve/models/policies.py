"""What the user asks of a feed."""

from __future__ import annotations

from datetime import timedelta
from enum import StrEnum
from typing import NamedTuple

from calsieve.rules import Edit, Rule


class Span(NamedTuple):
    """A calendar distance such as ``4w``, ``30d`` or ``12mo``; months are calendar months."""

    days: int = 0
    months: int = 0


class Snap(StrEnum):
    """Where the window's edges come to rest, in the feed's time zone."""

    WEEK = "week"
    DAY = "day"
    NONE = "none"


class WindowPolicy(NamedTuple):
    """How far the window reaches around now; ``None`` is ``all``: no edge on that side."""

    back: Span | None = Span(days=28)
    ahead: Span | None = Span(days=364)
    snap: Snap = Snap.WEEK


class SeriesMode(StrEnum):
    """What becomes of a recurring series that has a visible occurrence."""

    TRIM = "trim"
    CUT = "cut"
    KEEP = "keep"
    EXPAND = "expand"


class UidMode(StrEnum):
    """By which UIDs phones know the events: the upstream's, or ones made from their content."""

    KEEP = "keep"
    CONTENT = "content"


class Show(StrEnum):
    """How much of its events a feed tells."""

    FULL = "full"
    BUSY = "busy"  # when one is busy, and nothing else
    KID_SAFE = "kid-safe"  # title, time and place of what is public; nothing to click on


class Duplicates(StrEnum):
    """What becomes of an event that an earlier source of the feed has too, under another UID."""

    KEEP = "keep"
    DROP = "drop"


class Alarms(NamedTuple):
    """Alarms that are added: how long before a timed event begins, and before the midnight of an all-day one."""

    timed: tuple[timedelta, ...] = ()
    all_day: tuple[timedelta, ...] = ()


class Budget(NamedTuple):
    """How much a published file may weigh; None is no bound."""

    size: int | None = None  # bytes
    events: int | None = None


class SourcePolicy(NamedTuple):
    """What holds for the events of one source: its own rules come before the feed's, ``edits`` after all rules.

    ``uid`` is the feed's if it is None.
    """

    rules: tuple[Rule, ...] = ()
    edits: tuple[Edit, ...] = ()
    uid: UidMode | None = None


class Colour(NamedTuple):
    """A calendar's colour: the nearest CSS3 name (RFC 7986 COLOR) and the exact ``#rrggbb``."""

    name: str
    hex: str


class Policy(NamedTuple):
    """Everything that the core needs to know about a feed to clean it."""

    title: str | None = None
    colour: Colour | None = None
    timezone: str | None = None
    window: WindowPolicy = WindowPolicy()
    series: SeriesMode = SeriesMode.TRIM
    uid: UidMode = UidMode.KEEP
    refresh_every: timedelta = timedelta(hours=1)
    keep_alarms: bool = False
    keep_attendees: bool = False
    keep_attachments: bool = False
    keep_html: bool = False
    rules: tuple[Rule, ...] = ()
    view_rules: tuple[Rule, ...] = ()  # a view's own: a list of its own, tried on what the feed's rules leave
    sources: tuple[tuple[str, SourcePolicy], ...] = ()  # by name, those that have one
    me: tuple[str, ...] = ()  # one's own addresses, lower case: whose PARTSTAT rules ask about
    show: Show = Show.FULL
    duplicates: Duplicates = Duplicates.KEEP
    add_alarms: Alarms = Alarms()
    budget: Budget = Budget()
