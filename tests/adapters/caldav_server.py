"""A CalDAV server on 127.0.0.1 that does what real ones were seen to do, good and bad.

``DavServer`` only speaks HTTP and notes what it is asked; ``CalDavServer`` holds calendars. Its switches are the
ways in which servers differ; ``faults`` are tried before anything else, so a test can break whatever it likes.
"""

from __future__ import annotations

import hashlib
import itertools
import ssl
import threading
from base64 import b64decode
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Self
from urllib.parse import quote, unquote
from xml.etree import ElementTree
from xml.sax.saxutils import escape

USER, PASSWORD = "jane@example.org", "app-password"
_NAMESPACES = {
    "D": "DAV:",
    "C": "urn:ietf:params:xml:ns:caldav",
    "S": "http://calendarserver.org/ns/",
    "I": "http://apple.com/ns/ical/",
}


@dataclass(frozen=True)
class Asked:
    """One request as it came in; header names in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes

    @property
    def host(self) -> str:
        return self.headers.get("host", "").partition(":")[0]

    @property
    def report(self) -> str:
        """The name of what is asked for: propfind, sync-collection, calendar-multiget, or get."""
        return ElementTree.fromstring(self.body).tag.partition("}")[2] if self.body else self.method.lower()


@dataclass(frozen=True)
class Reply:
    """One answer. ``cut`` leaves so many bytes off its end and closes the connection."""

    status: int = 207
    body: bytes = b""
    headers: Mapping[str, str] = field(default_factory=dict)
    cut: int = 0


Fault = Callable[[Asked], Reply | None]


class _Quiet(ThreadingHTTPServer):
    daemon_threads = True

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


class DavServer:
    """Answers requests by ``answer``, and notes them in ``asked``."""

    def __init__(self, answer: Callable[[Asked], Reply], tls: ssl.SSLContext | None = None) -> None:
        self.asked: list[Asked] = []
        self._answer = answer
        self._http = _Quiet(("127.0.0.1", 0), self._handler())
        self._scheme = "https" if tls else "http"
        if tls:
            self._http.socket = tls.wrap_socket(self._http.socket, server_side=True, do_handshake_on_connect=False)
        self.port: int = self._http.server_address[1]

    def __enter__(self) -> Self:
        threading.Thread(target=self._http.serve_forever, args=(0.01,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._http.shutdown()
        self._http.server_close()

    def url(self, path: str = "/", host: str = "127.0.0.1") -> str:
        """Return the address of ``path``; ``localhost`` is another host than ``127.0.0.1``."""
        return f"{self._scheme}://{host}:{self.port}{path}"

    def _handler(server) -> type[BaseHTTPRequestHandler]:  # noqa: N805 - self is the handler's
        class Handler(BaseHTTPRequestHandler):
            protocol_version = "HTTP/1.1"
            wbufsize = -1  # one packet an answer, or each waits for the other side's acknowledgement

            def handle_any(self) -> None:
                body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
                headers = {name.lower(): value for name, value in self.headers.items()}
                asked = Asked(self.command, self.path, headers, body)
                server.asked.append(asked)
                self._send(server._answer(asked))

            do_PROPFIND = do_REPORT = do_GET = handle_any  # noqa: N815 - names that http.server looks for

            def _send(self, reply: Reply) -> None:
                self.send_response_only(reply.status)
                for name, value in reply.headers.items():
                    self.send_header(name, value)
                self.send_header("Content-Length", str(len(reply.body)))
                self.end_headers()
                self.wfile.write(reply.body[: len(reply.body) - reply.cut])
                self.close_connection = self.close_connection or bool(reply.cut)

            def log_message(self, *_: object) -> None:
                pass

        return Handler


@dataclass
class Calendar:
    """One calendar: name → item, and a log of which names changed."""

    name: str = "Home"
    colour: str = "#FF2968FF"
    components: tuple[str, ...] = ("VEVENT",)
    items: dict[str, bytes] = field(default_factory=dict)
    log: list[str] = field(default_factory=list)
    timezone: str = ""

    def put(self, name: str, item: bytes) -> None:
        self.items[name] = item
        self.log.append(name)

    def delete(self, name: str) -> None:
        del self.items[name]
        self.log.append(name)

    def etag(self, name: str) -> str:
        return hashlib.sha256(self.items[name]).hexdigest()[:12]


class CalDavServer(DavServer):
    """Calendars at /calendars/jane/ID/, with everything that discovery asks for on the way."""

    HOME = "/calendars/jane/"

    def __init__(self, **calendars: Calendar) -> None:
        super().__init__(self._reply)
        self.calendars = calendars or {"home": Calendar()}
        self.faults: list[Fault] = []
        self.digest = False  # offers nothing but Digest, as sabre/dav 1.8 does
        self.bearer = ""  # the access token that it takes, and then no password
        self.ctags = True
        self.sync = True
        self.etags = True
        self.forgets_tokens: str = ""  # how it answers a token that it does not know: 403, all, nothing
        self.missing = "404"  # of an item in a multiget: 404, left out, or all: 404 for the whole
        self.absolute = False  # hrefs with scheme and host
        self.escape_returns = True  # &#13; for the CRs of items; else XML readers see them not
        self.page = 0  # items an answer to sync-collection names at most (507)
        self._nonces = (f"nonce-{number}" for number in itertools.count())
        self._nonce = next(self._nonces)

    @property
    def questions(self) -> list[str]:
        """What was asked, by name, since ``asked`` was last cleared."""
        return [asked.report for asked in self.asked]

    def _reply(self, asked: Asked) -> Reply:
        for fault in self.faults:
            if reply := fault(asked):
                return reply
        if challenge := self._challenge(asked):
            return Reply(401, headers={"WWW-Authenticate": challenge})
        path = unquote(asked.path)
        if path == "/.well-known/caldav":
            return Reply(301, headers={"Location": "/"})
        if asked.method == "GET":
            return self._get(path)
        answer = {
            "propfind": self._propfind,
            "sync-collection": self._sync,
            "calendar-multiget": self._multiget,
        }[asked.report]
        return answer(path, asked)

    # ── who asks ──

    def _challenge(self, asked: Asked) -> str:
        given = asked.headers.get("authorization", "")
        if self.bearer:
            return "" if given == f"Bearer {self.bearer}" else 'Bearer realm="calendars", error="invalid_token"'
        if self.digest:
            return "" if self._knows_digest(given, asked) else self._digest_challenge()
        scheme, _, pair = given.partition(" ")
        known = scheme == "Basic" and b64decode(pair).decode() == f"{USER}:{PASSWORD}"
        return "" if known else 'Basic realm="calendars"'

    def _digest_challenge(self) -> str:
        return f'Digest realm="calendars",qop="auth",nonce="{self._nonce}",opaque="x"'

    def _knows_digest(self, given: str, asked: Asked) -> bool:
        scheme, _, rest = given.partition(" ")
        fields = dict(part.strip().split("=", 1) for part in rest.split(", ")) if scheme == "Digest" else {}
        values = {name: value.strip('"') for name, value in fields.items()}
        who, what = f"{USER}:calendars:{PASSWORD}", f"{asked.method}:{asked.path}"
        middle = ":".join((self._nonce, values.get("nc", ""), values.get("cnonce", ""), "auth"))
        return values.get("response") == _md5(f"{_md5(who)}:{middle}:{_md5(what)}")

    # ── what is there ──

    def _propfind(self, path: str, asked: Asked) -> Reply:
        depth = asked.headers.get("depth")
        if path == "/":
            principal = "<D:href>/principals/jane/</D:href>"
            return self._multistatus(
                self._found("/", f"<D:current-user-principal>{principal}</D:current-user-principal>")
            )
        if path == "/principals/jane/":
            home = f"<D:href>{self._href(self.HOME)}</D:href>"
            return self._multistatus(self._found(path, f"<C:calendar-home-set>{home}</C:calendar-home-set>"))
        if path == self.HOME and depth == "1":
            kind = "<D:resourcetype><D:collection/></D:resourcetype>"
            return self._multistatus(self._found(path, kind), *map(self._described, self.calendars))
        if (key := self._key(path)) and depth == "1":
            listed = (self._item(key, name, asked) for name in self.calendars[key].items)
            return self._multistatus(self._found(path, "<D:getetag/>"), *listed)
        if key:
            return self._multistatus(self._described(key))
        return Reply(404)

    def _described(self, key: str) -> str:
        calendar = self.calendars[key]
        parts = [
            "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype>",
            f"<D:displayname>{escape(calendar.name)}</D:displayname>",
            f"<I:calendar-color>{calendar.colour}</I:calendar-color>",
            "<C:supported-calendar-component-set>",
            *(f'<C:comp name="{name}"/>' for name in calendar.components),
            "</C:supported-calendar-component-set>",
        ]
        if self.ctags:
            parts.append(f"<S:getctag>ctag-{len(calendar.log)}</S:getctag>")
        if calendar.timezone:
            parts.append(f"<C:calendar-timezone>{escape(calendar.timezone)}</C:calendar-timezone>")
        if self.sync:
            parts.append(f"<D:sync-token>{self._token(len(calendar.log))}</D:sync-token>")
            parts.append("<D:supported-report-set><D:supported-report><D:report><D:sync-collection/></D:report>")
            parts.append("</D:supported-report></D:supported-report-set>")
        return self._found(f"{self.HOME}{key}/", "".join(parts))

    def _token(self, position: int) -> str:
        return f"http://example.org/sync/{position}"

    def _sync(self, path: str, asked: Asked) -> Reply:
        key = self._key(path)
        token = ElementTree.fromstring(asked.body).findtext("D:sync-token", "", _NAMESPACES)
        if not self.sync or not key or asked.headers.get("depth") != "1":
            return Reply(403)
        calendar, position = self.calendars[key], token.removeprefix("http://example.org/sync/")
        if not position.isdecimal() or int(position) > len(calendar.log):
            if self.forgets_tokens in ("", "403"):
                return Reply(403, b"<D:error xmlns:D='DAV:'><D:valid-sync-token/></D:error>")
            if self.forgets_tokens == "all":
                told = [self._item(key, name, asked) for name in calendar.items]
                return self._multistatus(*told, token=self._token(len(calendar.log)))
            position = str(len(calendar.log))
        until = min(int(position) + self.page, len(calendar.log)) if self.page else len(calendar.log)
        names = list(dict.fromkeys(calendar.log[int(position) : until]))
        more = [f"<D:response><D:href>{self._href(path)}</D:href><D:status>HTTP/1.1 507 Full</D:status></D:response>"]
        told = [self._item(key, name, asked) for name in names]
        return self._multistatus(*told, *(more if until < len(calendar.log) else []), token=self._token(until))

    def _multiget(self, path: str, asked: Asked) -> Reply:
        key = self._key(path)
        hrefs = [
            unquote(node.text or "") for node in ElementTree.fromstring(asked.body).iterfind("D:href", _NAMESPACES)
        ]
        names = [href.rpartition("/")[2] for href in hrefs]
        missing = [name for name in names if name not in self.calendars[key].items]
        if missing and self.missing == "all":
            return Reply(404)
        told = [name for name in names if name not in missing or self.missing == "404"]
        return self._multistatus(*(self._item(key, name, asked) for name in told))

    def _get(self, path: str) -> Reply:
        key, name = self._key(path.rpartition("/")[0] + "/"), path.rpartition("/")[2]
        item = self.calendars[key].items.get(name) if key else None
        return Reply(404) if item is None else Reply(200, item, {"Content-Type": "text/calendar"})

    # ── how it is said ──

    def _key(self, path: str) -> str:
        key = path.removeprefix(self.HOME).rstrip("/")
        return key if path.startswith(self.HOME) and key in self.calendars else ""

    def _href(self, path: str) -> str:
        quoted = quote(path, safe="/@")
        return self.url(quoted) if self.absolute else quoted

    def _item(self, key: str, name: str, asked: Asked) -> str:
        calendar, path = self.calendars[key], f"{self.HOME}{key}/{name}"
        if name not in calendar.items:
            status = "<D:status>HTTP/1.1 404 Not Found</D:status>"
            return f"<D:response><D:href>{self._href(path)}</D:href>{status}</D:response>"
        data = f"<D:getetag>&quot;{calendar.etag(name)}&quot;</D:getetag>" if self.etags else ""
        if asked.report == "calendar-multiget":
            text = escape(calendar.items[name].decode())
            text = text.replace("\r", "&#13;") if self.escape_returns else text
            data += f"<C:calendar-data>{text}</C:calendar-data>"
        return self._found(path, data)

    def _found(self, path: str, properties: str) -> str:
        return (
            f"<D:response><D:href>{self._href(path)}</D:href>\n  <D:propstat><D:prop>{properties}</D:prop>"
            "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>\n"
        )

    def _multistatus(self, *responses: str, token: str = "") -> Reply:
        return Reply(207, multistatus(*responses, token=token), {"Content-Type": "application/xml; charset=utf-8"})


def multistatus(*responses: str, token: str = "") -> bytes:
    """Return a whole multistatus of these responses, with the prefixes D, C, S and I."""
    names = " ".join(f'xmlns:{prefix}="{name}"' for prefix, name in _NAMESPACES.items())
    end = f"<D:sync-token>{token}</D:sync-token>" if token else ""
    inner = "".join(responses) + end
    return f'<?xml version="1.0" encoding="utf-8"?>\n<D:multistatus {names}>{inner}</D:multistatus>'.encode()


def event(uid: str, *lines: str, start: str = "20260515T100000Z", zones: str = "") -> bytes:
    """Return an item with one event."""
    body = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Test//Test//EN"),
        *zones.split("\n") * bool(zones),
        *("BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART:{start}", f"SUMMARY:{uid}"),
        *lines,
        *("END:VEVENT", "END:VCALENDAR", ""),
    ]
    return "\r\n".join(body).encode()


def filled(count: int, **settings: object) -> Calendar:
    """Return a calendar of ``count`` events called e0000.ics and so on."""
    calendar = Calendar(**settings)  # type: ignore[arg-type]
    for number in range(count):
        calendar.put(f"e{number:04}.ics", event(f"e{number:04}"))
    return calendar


def _md5(text: str) -> str:
    return hashlib.md5(text.encode(), usedforsecurity=False).hexdigest()


def once(fault: Fault) -> Fault:
    """Return a fault that happens only once."""
    left: Iterator[None] = iter([None])

    def first(asked: Asked) -> Reply | None:
        reply = fault(asked)
        return reply if reply and next(left, 0) is None else None

    return first


def when(report: str, reply: Reply) -> Fault:
    """Return a fault: ``reply`` whenever ``report`` is asked for."""
    return lambda asked: reply if asked.report == report else None
