"""The shape of feeds.yaml, said once: reading, the JSON Schema and the docs' test all go by it.

A mapping is a TypedDict, so a key that was not given is simply absent and defaults can be laid
under it. Its docstring and the Keys describe it to people. (No ``from __future__ import
annotations`` here: the required keys could not be told from the others.)
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import timedelta
from functools import cache
from types import UnionType
from typing import Annotated, Any, Required, TypedDict, TypeVar, Union, get_args, get_origin, get_type_hints

from calsieve import distances
from calsieve.config import readers, secret
from calsieve.models import Colour, Policy, Secret, SeriesMode, Snap, Span, UidMode
from calsieve.providers import PROVIDERS


@dataclass(frozen=True, eq=False)  # typing wants its annotations hashable
class Leaf:
    """A value of one word or line: how to read it, and how the JSON Schema describes it.

    ``read`` raises Unreadable. ``secret``: it has to be quoted when YAML would take it for a number.
    """

    read: Callable[[str], object]
    schema: Mapping[str, object] = field(default_factory=dict)
    secret: bool = False


@dataclass(frozen=True)
class Key:
    """What a key is for; ``default`` is written the way a user would write it."""

    description: str
    default: str | None = None


Note = TypeVar("Note", Leaf, Key)


def _choice(kind: type[Snap] | type[SeriesMode] | type[UidMode]) -> Leaf:
    return Leaf(readers.choice(kind), {"enum": [member.value for member in kind]})


def _secret(literal: Callable[[str], str], examples: list[str], **schema: str) -> Leaf:
    return Leaf(secret.secret(literal), {**schema, "examples": examples}, secret=True)


Slug = Annotated[str, Leaf(readers.read_slug, {"pattern": readers.SLUG, "examples": ["work", "team-a"]})]
Title = Annotated[str, Leaf(readers.read_title, {"minLength": 1, "examples": ["Work"]})]
Tint = Annotated[
    Colour,
    Leaf(readers.read_colour, {"pattern": readers.COLOUR, "examples": ["seagreen", "#2e8b57"]}),
]
Zone = Annotated[str, Leaf(readers.read_timezone, {"examples": ["Europe/Berlin", "America/New_York", "UTC"]})]
Reach = Annotated[
    Span | None,
    Leaf(distances.read_reach, {"pattern": distances.REACH, "examples": ["2w", "30d", "1mo", "6mo", "1y", "all"]}),
]
Interval = Annotated[
    timedelta,
    Leaf(distances.read_interval, {"pattern": distances.INTERVAL, "examples": ["15m", "1h", "6h", "1d"]}),
]
Keep = Annotated[bool, Leaf(readers.read_keep, {"enum": ["keep", "drop"]})]
SnapChoice = Annotated[Snap, _choice(Snap)]
SeriesChoice = Annotated[SeriesMode, _choice(SeriesMode)]
UidChoice = Annotated[UidMode, _choice(UidMode)]
Url = Annotated[
    Secret,
    _secret(
        secret.literal_url,
        ["https://calendar.example.org/basic.ics", "env:WORK_URL", "ssm:/calsieve/work-url"],
        pattern=secret.URL,
    ),
]
ServerUrl = Annotated[
    Secret,
    _secret(
        secret.literal_server,
        ["https://cloud.example.org", "env:CLOUD_URL"],
        pattern=secret.SERVER_URL,
    ),
]
ProviderName = Annotated[str, Leaf(readers.one_of(PROVIDERS), {"enum": list(PROVIDERS)})]
AllCalendars = Annotated[None, Leaf(readers.read_all, {"enum": ["all"]})]
CalendarName = Annotated[str, Leaf(readers.read_title, {"minLength": 1, "examples": ["Home", "Work"]})]
User = Annotated[Secret, _secret(secret.literal_user, ["jane", "env:CAL_USER"])]
Password = Annotated[Secret, _secret(secret.literal_password, ["env:CAL_PASSWORD", "secretsmanager:calendar"])]
Token = Annotated[Secret, _secret(secret.literal_token, ["env:CAL_TOKEN", "ssm:/calsieve/token"])]
HeaderName = Annotated[str, Leaf(secret.read_header_name, {"pattern": secret.HEADER_NAME})]
HeaderValue = Annotated[Secret, _secret(secret.literal_header, ["env:API_KEY"])]
UserAgent = Annotated[Secret, _secret(secret.literal_header, ["Mozilla/5.0 (Linux) Chrome/139", "env:USER_AGENT"])]

_POLICY = Policy()


class WindowKeys(TypedDict, total=False):
    """Which part of the calendar is published, around now."""

    back: Annotated[
        Reach, Key("How far back: days, weeks, months or years.", distances.show_reach(_POLICY.window.back))
    ]
    ahead: Annotated[
        Reach, Key("How far ahead: days, weeks, months or years.", distances.show_reach(_POLICY.window.ahead))
    ]
    snap: Annotated[
        SnapChoice,
        Key(
            "Where the window's edges come to rest. With week, old events leave once a week and phones"
            " download less often.",
            _POLICY.window.snap.value,
        ),
    ]


class BasicKeys(TypedDict, total=False):
    """User and password for HTTP basic authentication."""

    user: Required[Annotated[User, Key("The user name, or a reference to it.")]]
    password: Required[Annotated[Password, Key("The password (often an app password), or better a reference to it.")]]


class SourceKeys(TypedDict, total=False):
    """A calendar that is read."""

    name: Annotated[Slug, Key("What messages call this source; source-1, source-2, … by position if absent.")]
    url: Required[Annotated[Url, Key("The calendar's address, or a reference to it: addresses are secrets.")]]
    basic: Annotated[BasicKeys, Key("User and password; not together with bearer.")]
    bearer: Annotated[Token, Key("A token sent as `Authorization: Bearer …`; not together with basic.")]
    headers: Annotated[dict[HeaderName, HeaderValue], Key("More request headers: names and values.")]
    user_agent: Annotated[UserAgent, Key("What to call ourselves; some servers answer only what looks like a browser.")]


class OAuthKeys(TypedDict, total=False):
    """What gets access tokens by OAuth 2."""

    client_id: Required[Annotated[Token, Key("The client ID of your own project at the provider.")]]
    client_secret: Annotated[Token, Key("The client's secret, if it has one.")]
    refresh_token: Required[
        Annotated[Token, Key("The refresh token that `calsieve login` obtained, or its reference.")]
    ]


class CalDavKeys(TypedDict, total=False):
    """Calendars of an account that are read by CalDAV."""

    caldav: Required[Annotated[ProviderName, Key("Where the account is; generic for a server that is not listed.")]]
    user: Required[Annotated[User, Key("The user name, or a reference to it.")]]
    secret: Annotated[Password, Key("The password, with most providers an app password, or a reference to it.")]
    oauth: Annotated[OAuthKeys, Key("In place of secret, for providers that take no passwords (google).")]
    url: Annotated[ServerUrl, Key("An address of the server or of one calendar, for servers of one's own.")]
    calendars: Annotated[
        AllCalendars | list[CalendarName],
        Key("Which calendars, by the names that they show there; `all` that hold events if absent."),
    ]
    name: Annotated[Slug, Key("What messages call this source; source-1, source-2, … by position if absent.")]


class DefaultsKeys(TypedDict, total=False):
    """What holds for every feed that does not say otherwise."""

    window: Annotated[WindowKeys, Key("Which part of the calendar is published, around now.")]
    series: Annotated[
        SeriesChoice,
        Key(
            "What becomes of a recurring series that shows in the window: trim cuts its past off, cut also what follows"
            " the window, keep leaves it whole, expand writes each occurrence as an event of its own.",
            _POLICY.series.value,
        ),
    ]
    uid: Annotated[
        UidChoice,
        Key(
            "By which UIDs phones know the events: keep has the calendar's own, content makes them from start,"
            " title and place, for calendars that give all events new UIDs at each fetch.",
            _POLICY.uid.value,
        ),
    ]
    schedule: Annotated[
        Interval,
        Key("How often to refresh, from 5m to 7d.", distances.show_interval(_POLICY.refresh_every)),
    ]
    timezone: Annotated[Zone, Key("The IANA zone that days and weeks are counted in; the calendar's own if absent.")]
    alarms: Annotated[Keep, Key("Reminders: keep or drop.", readers.show_keep(_POLICY.keep_alarms))]
    attendees: Annotated[Keep, Key("Who is invited: keep or drop.", readers.show_keep(_POLICY.keep_attendees))]
    attachments: Annotated[Keep, Key("Attachments: keep or drop.", readers.show_keep(_POLICY.keep_attachments))]
    html: Annotated[
        Keep,
        Key("Descriptions in HTML beside the plain ones: keep or drop.", readers.show_keep(_POLICY.keep_html)),
    ]


class FeedKeys(DefaultsKeys, total=False):
    """A calendar that is published."""

    name: Required[Annotated[Slug, Key("What commands and messages call this feed; unique.")]]
    title: Annotated[Title, Key("What the phone shows; the source's own title if absent.")]
    colour: Annotated[Tint, Key("A CSS colour name, or '#rrggbb' in quotes.")]
    sources: Required[
        Annotated[
            list[Url | SourceKeys | CalDavKeys],
            Key("The calendars that make up this feed: each an address, or keys such as url and basic, or caldav."),
        ]
    ]


class FileKeys(TypedDict, total=False):
    """The feeds that Calsieve publishes."""

    defaults: Annotated[DefaultsKeys, Key("What holds for every feed that does not say otherwise.")]
    feeds: Required[Annotated[list[FeedKeys], Key("The calendars to publish.")]]


def default_source_name(position: int) -> str:
    """Return the name of the source at ``position`` (from 0) when it has none."""
    return f"source-{position + 1}"


# ── looking at the shape ──────────────────────────────────────────────────────────────────────────


@cache
def keys_of(shape: Any) -> Mapping[str, Any]:
    """Return the keys of a mapping's shape and what each holds, the required ones first."""
    hints = get_type_hints(shape, include_extras=True)
    held = {name: get_args(hint)[0] if get_origin(hint) is Required else hint for name, hint in hints.items()}
    return {name: held[name] for name in sorted(held, key=lambda name: name not in shape.__required_keys__)}


def note(shape: Any, kind: type[Note]) -> Note | None:
    """Return what ``shape`` is annotated with of this ``kind`` (Leaf, Key), or None."""
    return next((extra for extra in getattr(shape, "__metadata__", ()) if isinstance(extra, kind)), None)


def bare(shape: Any) -> Any:
    """Return ``shape`` without its annotations."""
    return get_args(shape)[0] if get_origin(shape) is Annotated else shape


def arms(shape: Any) -> tuple[Any, ...]:
    """Return the forms of what has several, that of a word first, or nothing for all the rest."""
    several = get_origin(bare(shape)) in (Union, UnionType) and not note(shape, Leaf)
    return get_args(bare(shape)) if several else ()


def telling_key(shape: Any) -> str:
    """Return the key by which a mapping's shape is told from others: its first required one."""
    return next(iter(keys_of(shape)))
