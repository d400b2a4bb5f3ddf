"""The shape of sources: what is read, with which credentials, and what holds for its events alone."""

from typing import Annotated, Required, TypedDict

from calsieve.config.shape.notation import Key
from calsieve.config.shape.rules import Rule
from calsieve.config.shape.words import (
    AllCalendars,
    CalendarName,
    Category,
    HeaderName,
    HeaderValue,
    Password,
    Prefix,
    ProviderName,
    ServerUrl,
    Slug,
    Tint,
    Token,
    UidChoice,
    Url,
    User,
    UserAgent,
)


class OfItsOwn(TypedDict, total=False):
    """What every kind of source may have."""

    name: Annotated[Slug, Key("What messages call this source; source-1, source-2, … by position if absent.")]
    prefix: Annotated[Prefix, Key("What is put before each of its titles; in quotes if it ends in a blank.")]
    category: Annotated[Category, Key("A category that is added to each of its events.")]
    colour: Annotated[Tint, Key("The colour of its events, for the clients that show it (few do).")]
    uid: Annotated[UidChoice, Key("As the feed's uid, for this source alone.")]
    rules: Annotated[list[Rule], Key("Rules for its events alone; they are tried before the feed's.")]


class BasicKeys(TypedDict, total=False):
    """User and password for HTTP basic authentication."""

    user: Required[Annotated[User, Key("The user name, or a reference to it.")]]
    password: Required[Annotated[Password, Key("The password (often an app password), or better a reference to it.")]]


class SourceKeys(OfItsOwn, total=False):
    """A calendar that is read."""

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


class CalDavKeys(OfItsOwn, total=False):
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


class GraphKeys(OfItsOwn, total=False):
    """A calendar of Exchange Online that is read by Microsoft Graph, with an app's own credentials."""

    graph: Required[Annotated[User, Key("The mailbox: its address, or a reference to it.")]]
    tenant: Required[Annotated[Token, Key("The directory that the app and the mailbox belong to: a domain or an ID.")]]
    client_id: Required[Annotated[Token, Key("The app's application (client) ID.")]]
    client_secret: Required[Annotated[Token, Key("The app's client secret, or better a reference to it.")]]
    calendar: Annotated[CalendarName, Key("Which calendar of the mailbox, by its name; its own if absent.")]


# Where an unknown key may be a secret that slipped, and is not shown unless it is nearly right.
WITH_SECRETS = (SourceKeys, BasicKeys, CalDavKeys, OAuthKeys, GraphKeys)


def default_source_name(position: int) -> str:
    """Return the name of the source at ``position`` (from 0) when it has none."""
    return f"source-{position + 1}"
