"""The frozen values that travel between the parts of Calsieve. No I/O and no decisions here.

The vocabulary is that of docs/architecture.md: an *upstream* or *source* is a calendar we read, a
*feed* is a calendar we publish, a *window* is a half-open interval of instants.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from calsieve.rules import Edit, Rule

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


class Guard(NamedTuple):
    """When a source that lost much at once is not believed.

    ``loss`` is a share in percent: more than that of its coming events, and ten at least. It is held back for
    ``hold`` at most, and for less if the same is seen again.
    """

    loss: int = 50
    hold: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One calendar that we publish, made of one or more sources, with the views of it that are published beside it."""

    name: str
    sources: tuple[Source, ...]
    policy: Policy
    views: tuple[View, ...] = ()
    notices: Notices | None = None
    page: bool = True  # whether a page to look at is published beside each file
    guard: Guard | None = field(default_factory=Guard)  # None believes whatever comes
    stale_notice: timedelta | None = None  # for how long a source has to fail until the calendar itself says so

    @property
    def names(self) -> tuple[str, ...]:
        """Under which it is published: its own name, then those of its views."""
        return (self.name, *(view.name for view in self.views))


class Config(NamedTuple):
    """A whole feeds.yaml, defaults already worked into each feed.

    ``stamp`` tells it apart from others that were pushed to the same place, ``written`` is when; a file has neither.
    """

    feeds: tuple[Feed, ...]
    stamp: str = ""
    written: datetime | None = None

    def names(self) -> frozenset[str]:
        """Return the names under which something is published."""
        return frozenset(name for feed in self.feeds for name in feed.names)


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
    """A complete answer: the decompressed body, its declared charset if any, and its validators.

    ``problems`` is what it lacks, in plain words. ``parts`` stand for the calendars that it was put together from, if
    it was.
    """

    body: bytes = field(repr=False)
    charset: str | None = None
    validators: Validators = Validators()
    problems: tuple[str, ...] = ()
    parts: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class NotModified:
    """The upstream says that nothing changed since the validators were given; ``problems`` is what that lacks."""

    problems: tuple[str, ...] = ()


# ── what is published and remembered ──────────────────────────────────────────────────────────────


@dataclass(frozen=True, slots=True)
class Document:
    """What a publisher writes: bytes, their media type and how many seconds a client may keep them."""

    body: bytes = field(repr=False)
    content_type: str
    max_age: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What a publisher or state store holds: bytes and the opaque version for a conditional write.

    ``written`` is when it was, where the store knows that.
    """

    body: bytes = field(repr=False)
    version: str
    written: datetime | None = field(default=None, compare=False)


# ── what is on a calendar ─────────────────────────────────────────────────────────────────────────


class Shown(NamedTuple):
    """One occurrence as a phone shows it: instants in UTC, midnights of the feed's zone if it is for whole days.

    ``slot`` is the original time by which its series knows it, as iCalendar writes it there; empty for a single event.
    ``status`` is in upper case, CONFIRMED if nothing is said. Where readers are known to show its series differently,
    it is not ``sure``.
    """

    uid: str
    slot: str
    start: datetime
    end: datetime
    all_day: bool
    summary: str
    location: str = ""
    status: str = "CONFIRMED"
    sure: bool = True


class ChangeKind(StrEnum):
    """What happened to something on a calendar."""

    APPEARED = "appeared"
    MOVED = "moved"  # to another time, or another length
    CANCELLED = "cancelled"  # gone, or said to be cancelled
    CHANGED = "changed"  # at the same time, but called otherwise, elsewhere, or less certain


class Change(NamedTuple):
    """One difference between what was and what is on a calendar.

    What APPEARED has a ``before`` only if it was cancelled, what is CANCELLED an ``after`` only if it is called so.
    """

    kind: ChangeKind
    before: Shown | None
    after: Shown | None

    @property
    def shown(self) -> Shown:
        """What to call it by: as it is, or as it was if it is no more."""
        shown = self.after or self.before
        assert shown is not None  # noqa: S101 - a change has a side
        return shown


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


@dataclass(frozen=True, slots=True, kw_only=True)
class Served:
    """How a calendar came by HTTP.

    ``scheme`` is the one that its address was given with, ``steps`` are those by which it was asked for, one a
    redirect more. ``target`` is the path and query that was asked first, ``robots`` the robots.txt there, empty if
    there is none.
    """

    scheme: str
    steps: tuple[str, ...]
    target: str = field(default="/", repr=False)
    robots: str = field(default="", repr=False)
    media_type: str = "text/calendar"
    charset: str | None = None
    validators: Validators = Validators()


class Client(StrEnum):
    """Who reads what is published."""

    APPLE = "apple"
    GOOGLE = "google"
    OUTLOOK = "outlook"
    ICSX5 = "icsx5"
    THUNDERBIRD = "thunderbird"


class Level(StrEnum):
    """What a client makes of it."""

    ERROR = "error"  # it drops or refuses the whole feed
    WARNING = "warning"  # it loses an event, or shows it wrong, late or twice
    HINT = "hint"  # it copes, but could do better


class Finding(NamedTuple):
    """Something in a file that a client takes badly: which rule says so, and what to do, in plain words.

    ``clients`` are those that take it as badly as ``level`` says. ``line`` counts from 1; 0 is no line in
    particular. ``more`` are further places of the same rule that are not listed.
    """

    rule: str
    level: Level
    clients: tuple[Client, ...]
    line: int
    message: str
    more: int = 0


class Status(StrEnum):
    """How a refresh ended."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class File(NamedTuple):
    """One published file of a feed, its own or a view's, and what became of it in a refresh.

    ``report`` is None where nothing had to be cleaned, or nothing came of it.
    """

    name: str
    status: Status
    path: str
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Failing:
    """A source that fails now: why, in plain words without an address, and since when (aware).

    ``until`` is set if it answers and is held back: until then at the latest.
    """

    source: str
    why: str
    since: datetime
    until: datetime | None = None


class Outcome(NamedTuple):
    """The result of refreshing one feed; ``problems`` are the sources and files that failed, in plain words.

    ``files`` are the feed's own and then those of its views, in the order of the configuration. It FAILED if one of
    them did, if all sources did, or nothing could be tried. PUBLISHED and UNCHANGED may carry problems: those sources
    stand in with their last good state. ``notes`` are what an operator should know although it is no problem (any
    more), ``failing`` the sources that fail.
    """

    feed: str
    status: Status
    files: tuple[File, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failing: tuple[Failing, ...] = ()

    @property
    def path(self) -> str:
        """Where the feed's own file is published."""
        return self.files[0].path

    @property
    def report(self) -> Report | None:
        """What cleaning the feed's own file did."""
        return self.files[0].report


# ── what is told and remembered of it ─────────────────────────────────────────────────────────────


class Noteworthy(StrEnum):
    """Why a refresh is remembered."""

    PUBLISHED = "published"  # a file changed
    FAILED = "failed"  # a source, or all of it, fails that did not before
    RECOVERED = "recovered"  # what failed before does no more


@dataclass(frozen=True, slots=True, kw_only=True)
class HistoryEntry:
    """A refresh of a feed that is worth remembering; unchanged ones are not.

    ``failing`` are all sources that fail as it ends, so the last entry says how the feed is now; ``problems`` is
    what else went wrong, ``notes`` what is worth knowing besides. Counts and sizes are those of the feed's own file, 0
    where nothing was cleaned.
    """

    at: datetime
    kind: Noteworthy
    failing: tuple[Failing, ...] = ()
    problems: tuple[str, ...] = ()
    bytes_in: int = 0
    bytes_out: int = 0
    events_in: int = 0
    events_out: int = 0
    notes: tuple[str, ...] = ()


class Notice(NamedTuple):
    """One change of a feed, in words for those who read it: an entry of its Atom feed, a paragraph of a mail.

    ``title`` says what changed, ``lines`` when it is and more. ``key`` is the same whenever the same change is found
    again between the same two files, and else differs.
    """

    key: str
    kind: str
    title: str
    lines: tuple[str, ...]
    at: datetime


class Letter(NamedTuple):
    """A mail: ``subject`` is one line."""

    subject: str
    text: str
