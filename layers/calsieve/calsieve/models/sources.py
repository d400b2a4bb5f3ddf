"""Where calendars are read, and what gives access to them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from calsieve.models.policies import WindowPolicy


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
