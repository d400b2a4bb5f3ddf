"""The frozen values that travel between the parts of Calsieve. No I/O and no decisions here.

The vocabulary is that of docs/architecture.md: an *upstream* or *source* is a calendar we read, a
*feed* is a calendar we publish, a *window* is a half-open interval of instants.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from calsieve.rules import Edit, Rule

if TYPE_CHECKING:
    from collections.abc import Mapping


# ── what the user asks for ────────────────────────────────────────────────────────────────────────


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


@dataclass(frozen=True, slots=True)
class Secret:
    """A value that must never be shown: a literal, or a reference that the Secrets port resolves.

    ``scheme`` is ``literal``, ``env``, ``keyring``, ``ssm`` or ``secretsmanager``. Its repr and str hide literals.
    """

    scheme: str
    value: str = field(repr=False)

    def __str__(self) -> str:
        return "literal:…" if self.scheme == "literal" else f"{self.scheme}:{self.value}"


class BasicAuth(NamedTuple):
    """RFC 7617 credentials."""

    user: Secret
    password: Secret


@dataclass(frozen=True, slots=True)
class CalDav:
    """What to read of a CalDAV account: the provider by its name in `providers`, whose account, which calendars.

    ``calendars`` are display names, or last parts of their addresses; None stands for all that can hold events.
    """

    provider: str
    user: Secret
    calendars: tuple[str, ...] | None = None


@dataclass(frozen=True, slots=True)
class OAuth:
    """What gets an access token from a provider (RFC 6749 §6); at which address, the provider's profile says."""

    client_id: Secret
    client_secret: Secret | None
    refresh_token: Secret


@dataclass(frozen=True, slots=True, kw_only=True)
class Graph:
    """A mailbox of Exchange Online, read by an app of its ``tenant`` by way of Microsoft Graph.

    ``calendar`` is a display name; None is the mailbox's own. ``window`` is the feed's: Exchange expands series,
    so it has to be told how far.
    """

    user: Secret
    tenant: Secret
    client_id: Secret
    client_secret: Secret
    calendar: str | None
    window: WindowPolicy


@dataclass(frozen=True, slots=True, kw_only=True)
class Source:
    """One upstream calendar of a feed. The URL is a secret too.

    With ``caldav`` the URL is where that account is looked for, and ``basic`` or ``oauth`` gives access to it.
    With ``graph`` it is the name of the mailbox.
    """

    name: str
    url: Secret
    basic: BasicAuth | None = None
    bearer: Secret | None = None
    headers: Mapping[str, Secret] = field(default_factory=dict)
    user_agent: Secret | None = None
    caldav: CalDav | None = None
    oauth: OAuth | None = None
    graph: Graph | None = None


class View(NamedTuple):
    """The same sources published once more, under a name and a path of their own."""

    name: str
    policy: Policy


class Notices(NamedTuple):
    """Word of what appeared, moved or was cancelled within the days to come: in an Atom feed, and by mail (SNS)."""

    ahead: Span = Span(days=14)
    atom: bool = True
    mail: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One calendar that we publish, made of one or more sources, with the views of it that are published beside it."""

    name: str
    sources: tuple[Source, ...]
    policy: Policy
    views: tuple[View, ...] = ()
    notices: Notices | None = None
    page: bool = True  # whether a page to look at is published beside each file


class Config(NamedTuple):
    """A whole feeds.yaml, defaults already worked into each feed."""

    feeds: tuple[Feed, ...]


# ── what is fetched ───────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Validators:
    """What an upstream gave for asking again conditionally (RFC 9110 §13)."""

    etag: str | None = None
    last_modified: str | None = None

    def __bool__(self) -> bool:
        return bool(self.etag or self.last_modified)


@dataclass(frozen=True, slots=True, kw_only=True)
class Fetched:
    """A complete answer: the decompressed body, its declared charset if any, and its validators."""

    body: bytes = field(repr=False)
    charset: str | None = None
    validators: Validators = Validators()


@dataclass(frozen=True, slots=True)
class NotModified:
    """The upstream says that nothing changed since the validators were given."""


# ── what is published and remembered ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Document:
    """What a publisher writes: bytes, their media type and how many seconds a client may keep them."""

    body: bytes = field(repr=False)
    content_type: str
    max_age: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What a publisher or state store holds: bytes and the opaque version for a conditional write."""

    body: bytes = field(repr=False)
    version: str


# ── what is reported ──────────────────────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What cleaning did, in counts. It names components by UID, never by their text.

    ``kept_whole`` counts series published untrimmed because trimming was not proven, by the reason why not;
    ``repairs`` counts each named repair; ``lost`` names what could not be repaired, and why. ``ruled`` counts by
    its name what each rule acted on, ``duplicates`` what an earlier source had too; ``cuts`` says in order, in plain
    words, what the budget took away.
    """

    bytes_in: int = 0
    bytes_out: int = 0
    events_in: int = 0
    events_out: int = 0
    series_in: int = 0
    series_out: int = 0
    past: int = 0
    future: int = 0
    kept_whole: Mapping[str, int] = field(default_factory=dict)
    repairs: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    ruled: Mapping[str, int] = field(default_factory=dict)
    duplicates: int = 0
    cuts: tuple[str, ...] = ()
    window_start: datetime | None = None
    window_end: datetime | None = None
    timezone: str = "UTC"

    @property
    def series_kept_whole(self) -> int:
        """How many series were kept whole."""
        return sum(self.kept_whole.values())


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean calendar, ready to publish, and how it came about."""

    body: bytes = field(repr=False)
    report: Report


class Status(StrEnum):
    """How a refresh ended."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class Outcome(NamedTuple):
    """The result of refreshing one feed; ``problems`` are the sources that failed, in plain words.

    PUBLISHED and UNCHANGED may carry problems: those sources stand in with their last good state.
    ``report`` is None where nothing had to be cleaned.
    """

    feed: str
    status: Status
    path: str
    problems: tuple[str, ...] = ()
    report: Report | None = None
