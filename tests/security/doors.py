"""The doors by which bad input comes in: each takes it to the real code, and returns figures of what came of it.

Servers are real ones on the loopback interface. Nothing is replaced but names' addresses, and a clock where real
patience would take a minute.
"""

from __future__ import annotations

import os
import socket
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from calsieve import config, state
from calsieve.adapters.caldav import CalDavFetcher, mirror
from calsieve.adapters.file import FileFetcher
from calsieve.adapters.graph import GraphFetcher
from calsieve.adapters.http import HttpFetcher, Limits, transport
from calsieve.adapters.http.api import JsonApi
from calsieve.adapters.memory import MemoryStateStore
from calsieve.adapters.oauth import AccessTokens, Grant
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.adapters.upstream import UpstreamFetcher
from calsieve.core.allowance import MOST_KEPT
from calsieve.core.clean import compose
from calsieve.core.event_lines import left_out
from calsieve.core.read import read
from calsieve.core.screen import reach_of
from calsieve.models import (
    BasicAuth,
    CalDav,
    Fetched,
    Graph,
    NotModified,
    Policy,
    Secret,
    Source,
    Validators,
    WindowPolicy,
)
from calsieve.paths import PathKey
from tests.adapters.caldav_server import Asked, DavServer, Reply
from tests.adapters.upstream_server import CALENDAR, Answer, UpstreamServer
from tests.adapters.upstream_server import answer as answered
from tests.core.kit import NOW
from tests.published import assert_published

Figures = Mapping[str, int]

# As in the cloud, but for patience and size: a bound is a bound.
LIMITS = Limits(max_bytes=4_000_000, total_seconds=20, connect_seconds=5, read_seconds=1, tries=1, pause_seconds=0)
SECRETS = EnvironmentSecrets({})
NOTHING = Validators()
PUBLIC = "17.253.144.10"
_LARGEST_TO_PROVE = 300_000


def literal(text: str) -> Secret:
    """Return a secret that is written down."""
    return Secret("literal", text)


# ── what is written by hand ──


def configuration(text: str) -> Figures:
    """A `feeds.yaml`, whoever wrote it."""
    return {"feeds": len(config.load(text).feeds)}


def name(text: str) -> Figures:
    """The name of a feed on its way to a path in a bucket or a directory, had the configuration let it pass."""
    return {"paths": len(PathKey(bytes(32)).place(text, NOW).path)}


@dataclass(frozen=True)
class Ruled:
    """The rules of a feed, as they are written, and the calendar that they meet."""

    rules: str
    calendar: bytes


def rule(made: Ruled) -> Figures:
    """A user's rule and the calendar of somebody who knows it."""
    (feed,) = config.load(f"feeds: [{{name: a, sources: [env:URL], rules: {made.rules}}}]").feeds
    return _cleaned(made.calendar, feed.policy, None)


# ── addresses ──


def address(url: str) -> Figures:
    """An address that leads elsewhere than to the internet, asked for in the cloud."""
    http = HttpFetcher(SECRETS, LIMITS)
    by_scheme = dict.fromkeys(("http", "https", "webcal", "webcals"), http)
    fetcher = UpstreamFetcher(SECRETS, by_scheme, _never, _never)
    return _fetched(fetcher.fetch(Source(name="work", url=literal(url)), NOTHING))


def redirect(location: str) -> Figures:
    """A redirect from a public host to somewhere else."""
    head = f"HTTP/1.1 302 Found\r\nLocation: {location}\r\nContent-Length: 0\r\n\r\n"
    with UpstreamServer(head.encode()) as server, _Internet(int(server.base.rpartition(":")[2])):
        return _fetched(HttpFetcher(SECRETS, LIMITS).fetch(_source("http://public.example/a"), NOTHING))


def rebinding(kind: str) -> Figures:
    """A name that has turned to a private address by the time it is asked, for each kind of source."""
    transport._resolved = lambda *_: ["10.0.0.7", "169.254.169.254", "::ffff:127.0.0.1"]  # type: ignore[assignment]
    api = JsonApi(LIMITS)
    if kind == "http":
        return _fetched(HttpFetcher(SECRETS, LIMITS).fetch(_source("https://evil.example/a"), NOTHING))
    if kind == "caldav":
        return _fetched(_caldav().fetch(account("https://evil.example/"), NOTHING))
    if kind == "graph":
        return _fetched(GraphFetcher(SECRETS, AccessTokens(api), api, now=lambda: NOW).fetch(mailbox(), NOTHING))
    grant = Grant(endpoint="https://evil.example/token", form=(("a", "b"),), lost="")
    return {"tokens": len(AccessTokens(api).token("work", grant))}


# ── what servers answer ──


@dataclass(frozen=True)
class Late:
    """An answer that never comes to its end."""

    reply: Answer


def answer(made: Answer | Late) -> Figures:
    """An answer by HTTP."""
    limits = LIMITS._replace(total_seconds=0.5) if isinstance(made, Late) else LIMITS
    with UpstreamServer(made.reply if isinstance(made, Late) else made) as server:
        source = Source(name="work", url=literal(server.url("/private.ics")), headers={"X-Key": literal("MARKED")})
        return _fetched(HttpFetcher(SECRETS, limits, allow_private=True).fetch(source, NOTHING))


@dataclass(frozen=True)
class Conversation:
    """A source, and how it is spoken with: what the user wrote that goes into a request."""

    url: str = "/private.ics"
    headers: Mapping[str, str] = field(default_factory=dict)
    validators: Validators = NOTHING
    bearer: str = ""


def request(made: Conversation) -> Figures:
    """What goes into a request: what a reference to a secret gave, or a server said the last time."""
    with UpstreamServer(answered(body=CALENDAR)) as server:
        headers = {name: literal(value) for name, value in made.headers.items()}
        bearer = literal(made.bearer) if made.bearer else None
        source = Source(name="work", url=literal(server.url(made.url)), headers=headers, bearer=bearer)
        HttpFetcher(SECRETS, LIMITS, allow_private=True).fetch(source, made.validators)
        (asked,) = server.asked
        return {"nothing injected": int("inject" not in "".join(asked.headers))}


def caldav(reply: Reply | Callable[[Asked], Reply]) -> Figures:
    """An answer of a CalDAV server."""
    with DavServer(reply if callable(reply) else lambda _: reply) as server:
        return _fetched(_caldav(allow_private=True).fetch(account(server.url()), NOTHING))


def token(reply: Answer) -> Figures:
    """An answer of a server that signs in, and what its token then does to a request."""
    api = JsonApi(LIMITS, allow_private=True)
    with UpstreamServer(reply) as server:
        given = AccessTokens(api).token("work", Grant(endpoint=server.url(), form=(("a", "b"),), lost="it is lost"))
        HttpFetcher(SECRETS, LIMITS, allow_private=True).fetch(server.source(bearer=literal(given)), NOTHING)
    return {"tokens": 1}


def graph(reply: Answer) -> Figures:
    """An answer of Microsoft Graph."""
    api = JsonApi(LIMITS, allow_private=True)
    signed_in = answered(body=b'{"access_token": "x", "expires_in": 99}')
    with UpstreamServer(signed_in) as sign_in, UpstreamServer(reply) as server:
        places = {"graph": server.base, "sign_in": sign_in.base}
        fetcher = GraphFetcher(SECRETS, AccessTokens(api), api, now=lambda: NOW, **places)
        return _fetched(fetcher.fetch(mailbox(), NOTHING))


# ── what is read ──


@dataclass(frozen=True)
class Upload:
    """A calendar, and the charset that its server said it was in."""

    body: bytes
    charset: str | None = None
    policy: Policy | None = None


def calendar(made: bytes | Upload) -> Figures:
    """A calendar on its way through the core; what is published of it is sound."""
    upload = made if isinstance(made, Upload) else Upload(made)
    return _cleaned(upload.body, upload.policy or Policy(), upload.charset)


def file(url: str) -> Figures:
    """A file of one's own machine."""
    Path("empty-directory").mkdir()
    os.mkfifo("pipe")
    Path("loop").symlink_to("loop")
    url = url.replace("HERE", str(Path.cwd()))
    return _fetched(FileFetcher(SECRETS, LIMITS.max_bytes).fetch(Source(name="work", url=literal(url)), NOTHING))


def stored(body: bytes) -> Figures:
    """What a state store gives back, damaged or not ours: it is taken for nothing."""
    return {"not understood": int(state.decode(body) is None and mirror.decode(body) is None)}


# ── what they share ──


class _Internet:
    """Lets ``public.example`` be what listens at ``port``; all other names and addresses are what they are."""

    def __init__(self, port: int) -> None:
        self._port = port

    def __enter__(self) -> None:
        resolved, connect = transport._resolved, transport.create_connection
        transport._resolved = lambda host, port: [PUBLIC] if host == "public.example" else resolved(host, port)  # type: ignore[assignment]

        def connected(place: tuple[str, int], *rest: Any, **more: Any) -> socket.socket:
            return connect(("127.0.0.1", self._port) if place[0] == PUBLIC else place, *rest, **more)

        transport.create_connection = connected  # type: ignore[assignment]

    def __exit__(self, *_: object) -> None:
        """The process ends anyway."""


def _never() -> Any:
    raise AssertionError("this is no account")


def _source(url: str) -> Source:
    return Source(name="work", url=literal(url))


def account(url: str) -> Source:
    who = BasicAuth(literal("jane"), literal("MARKED"))
    return Source(name="work", url=literal(url), basic=who, caldav=CalDav("generic", literal("jane"), None))


def mailbox() -> Source:
    one = literal("jane@contoso.example")
    graph = Graph(user=one, tenant=one, client_id=one, client_secret=one, calendar=None, window=WindowPolicy())
    return Source(name="work", url=one, graph=graph)


def _caldav(**options: Any) -> CalDavFetcher:
    return CalDavFetcher(SECRETS, MemoryStateStore(), LIMITS, now=lambda: NOW, **options)


def _fetched(found: Fetched | NotModified) -> Figures:
    if isinstance(found, NotModified):
        return {"not modified": 1}
    return {"read": 1, **_cleaned(found.body, Policy(), found.charset)}


def _cleaned(body: bytes, policy: Policy, charset: str | None) -> Figures:
    reach = reach_of(policy.window, NOW)
    cleaned = compose([read("work", body, charset, reach, left_out(policy), MOST_KEPT)], policy, NOW)
    if len(cleaned.body) < _LARGEST_TO_PROVE:
        assert_published(cleaned.body)
    report = cleaned.report
    kinds = {"repair": report.repairs, "kept whole": report.kept_whole, "rule": report.ruled}
    figures = {f"{kind}: {what}": count for kind, counts in kinds.items() for what, count in counts.items()}
    return figures | {
        "published": report.events_out,
        "lost": len(report.lost),
        "small": int(len(cleaned.body) < 100_000),
        "nothing visible": int(report.events_out == 0),
    }


DOORS: Mapping[str, Callable[[Any], Figures]] = {
    "config": configuration,
    "name": name,
    "rule": rule,
    "address": address,
    "redirect": redirect,
    "rebinding": rebinding,
    "request": request,
    "answer": answer,
    "caldav": caldav,
    "token": token,
    "graph": graph,
    "file": file,
    "calendar": calendar,
    "stored": stored,
}
