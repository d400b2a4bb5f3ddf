"""Bad answers of servers that hold accounts: CalDAV's XML, sign-in's JSON, Microsoft Graph's."""

from __future__ import annotations

import gzip
import hashlib
import json
from collections.abc import Callable, Iterator
from typing import Any

from calsieve.adapters.caldav.dav import Declined
from calsieve.adapters.caldav.multistatus import Garbled
from calsieve.adapters.caldav.trust import Elsewhere
from calsieve.errors import SourceError, UpstreamRefused, UpstreamTooLarge, UpstreamUnavailable
from tests.adapters.caldav_server import Asked, Reply, multistatus
from tests.adapters.upstream_server import Answer, answer
from tests.security.bad_input import BadInput, Counted, Refused

Said = tuple[type[SourceError], str]
_NO_LIST: Said = (Garbled, "XML that is no list of anything")
_NO_XML: Said = (Garbled, "something that is not XML, or damaged")
_DOCTYPE: Said = (Garbled, "XML that has a document type, which is not read")
_OTHER_XML: Said = (Garbled, "XML that is no multistatus")

_ROOT = '<D:multistatus xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav">'


def _xml(text: str | bytes) -> Reply:
    return Reply(207, text if isinstance(text, bytes) else text.encode())


def _laughs() -> Reply:
    lines = ['<!ENTITY a0 "lol">', *(f'<!ENTITY a{n} "{f"&a{n - 1};" * 10}">' for n in range(1, 10))]
    return _xml(f"<!DOCTYPE m [{''.join(lines)}]>{_ROOT}<D:response><D:href>&a9;</D:href></D:response></D:multistatus>")


def _quadratic() -> Reply:
    return _xml(f'<!DOCTYPE m [<!ENTITY a "{"a" * 100_000}">]>{_ROOT}{"&a;" * 10_000}</D:multistatus>')


def _home(asked: Asked, inner: Callable[[Asked], str]) -> Reply:
    """Answer all that discovery asks for, and ``inner`` to what is asked of a calendar."""
    href = f"<D:href>{asked.path}</D:href>"
    places = "<D:current-user-principal><D:href>/me/</D:href></D:current-user-principal>"
    places += "<C:calendar-home-set><D:href>/home/</D:href></C:calendar-home-set>"
    kind = "<D:resourcetype><D:collection/><C:calendar/></D:resourcetype><D:displayname>x</D:displayname>"
    told = places if asked.path in ("/", "/me/") else kind
    if asked.path == "/home/" and asked.headers.get("depth") == "1":
        href = "<D:href>/home/x/</D:href>"
    if asked.path == "/home/x/":
        return Reply(207, multistatus(inner(asked)))
    status = "<D:status>HTTP/1.1 200 OK</D:status>"
    found = f"<D:response>{href}<D:propstat><D:prop>{told}</D:prop>{status}</D:propstat></D:response>"
    return Reply(207, multistatus(found))


def _link(href: str) -> Callable[[Asked], Reply]:
    """Answer that the principal is at ``href``."""
    place = f"<D:current-user-principal><D:href>{href}</D:href></D:current-user-principal>"
    found = f"<D:propstat><D:prop>{place}</D:prop><D:status>HTTP/1.1 200 OK</D:status></D:propstat>"
    return lambda _: Reply(207, multistatus(f"<D:response><D:href>/</D:href>{found}</D:response>"))


_XML: dict[str, tuple[Callable[[], Any], Said]] = {
    "entities that multiply to 10⁹ words": (_laughs, _DOCTYPE),
    "one long entity, ten thousand times": (_quadratic, _DOCTYPE),
    "an entity that is a file": (
        lambda: _xml(f'<!DOCTYPE m [<!ENTITY a SYSTEM "file:///etc/passwd">]>{_ROOT}&a;</D:multistatus>'),
        _DOCTYPE,
    ),
    "an entity that is on a private network": (
        lambda: _xml(f'<!DOCTYPE m [<!ENTITY % a SYSTEM "http://169.254.169.254/"> %a;]>{_ROOT}</D:multistatus>'),
        _DOCTYPE,
    ),
    "a document type of elsewhere": (
        lambda: _xml(f'<!DOCTYPE m SYSTEM "http://a/x.dtd">{_ROOT}</D:multistatus>'),
        _DOCTYPE,
    ),
    "an entity that nobody declared": (lambda: _xml(f"{_ROOT}&a;</D:multistatus>"), _NO_XML),
    "a hundred thousand elements in one another": (lambda: _xml(_ROOT + "<a>" * 100_000), _NO_LIST),
    "a hundred thousand names": (lambda: _xml(_ROOT + "".join(f"<a{n}/>" for n in range(100_000))), _NO_LIST),
    "a hundred thousand attributes": (
        lambda: _xml(_ROOT + "<a " + " ".join(f"b{n}=''" for n in range(100_000)) + "/>"),
        _NO_LIST,
    ),
    "an attribute of 3 MB": (lambda: _xml(_ROOT + f"<a b='{'x' * 3_000_000}'/>"), _NO_LIST),
    "a comment of 3 MB": (lambda: _xml(_ROOT + f"<!--{'x' * 3_000_000}-->"), _NO_LIST),
    "a name of 3 MB": (lambda: _xml(_ROOT + f"<{'x' * 3_000_000}/>"), _NO_LIST),
    "an encoding that nobody knows": (
        lambda: _xml(f"<?xml version='1.0' encoding='klingon'?>{_ROOT}</D:multistatus>"),
        _NO_XML,
    ),
    "an encoding of several bytes a letter": (
        lambda: _xml(f"<?xml version='1.0' encoding='gb2312'?>{_ROOT}</D:multistatus>"),
        _NO_XML,
    ),
    "a prefix that nobody declared": (lambda: _xml("<D:multistatus/>"), _NO_XML),
    "two roots": (lambda: _xml(f"{_ROOT}</D:multistatus>{_ROOT}</D:multistatus>"), _NO_XML),
    "another root": (lambda: _xml("<html xmlns='http://www.w3.org/1999/xhtml'/>"), _OTHER_XML),
    "a login page": (lambda: _xml("<!DOCTYPE html><html>MARKED"), _DOCTYPE),
    "JSON": (lambda: _xml('{"error": "MARKED"}'), _NO_XML),
    "nothing": (lambda: _xml(b""), _NO_XML),
    "a NUL": (lambda: _xml(f"{_ROOT}\0</D:multistatus>"), _NO_XML),
    "half of it": (lambda: _xml(f"{_ROOT}<D:response>"), (UpstreamUnavailable, "its answer was cut off")),
    "three hundred thousand calendars": (
        lambda: _xml(f"{_ROOT}{'<D:response/>' * 300_000}</D:multistatus>"),
        (UpstreamTooLarge, "lists more than 2,000 calendars"),
    ),
    "gzip that unpacks to 50 MB": (
        lambda: Reply(207, gzip.compress(_ROOT.encode() + b" " * 50_000_000), {"Content-Encoding": "gzip"}),
        (UpstreamTooLarge, "is larger than 4,000,000 bytes"),
    ),
    "a principal on another host": (
        lambda: _link("https://evil.example/me/"),
        (Elsewhere, "leads to a host that is not"),
    ),
    "a principal in a cloud's metadata": (
        lambda: _link("//169.254.169.254/"),
        (Elsewhere, "leads to a host that is not"),
    ),
    "a principal that is a file": (
        lambda: _link("file:///etc/passwd"),
        (UpstreamRefused, "no http, https or webcal URL"),
    ),
    "a principal that is a script": (
        lambda: _link("javascript:alert(1)"),
        (UpstreamRefused, "no http, https or webcal URL"),
    ),
    "a principal that is half an address": (
        lambda: _link("http://[::1/"),
        (UpstreamRefused, "no http, https or webcal"),
    ),
    "a redirect to another host": (
        lambda: Reply(302, headers={"Location": "https://evil.example/"}),
        (Elsewhere, "leads to a host that is not"),
    ),
    "a redirect to itself": (lambda: Reply(302, headers={"Location": "/"}), (UpstreamRefused, "in a circle")),
    "no to every password": (
        lambda: Reply(401, headers={"WWW-Authenticate": 'Basic realm="x"'}),
        (UpstreamRefused, "wants other credentials"),
    ),
    "a new challenge each time": (
        lambda: Reply(401, headers={"WWW-Authenticate": 'Digest realm="x",nonce="y",stale=true,qop="auth"'}),
        (UpstreamRefused, "wants other credentials"),
    ),
    "a challenge of 60 kB of quotes": (
        lambda: Reply(401, headers={"WWW-Authenticate": "Digest " + 'a="\\"' * 12_000}),
        (UpstreamRefused, "wants other credentials"),
    ),
    "a challenge that begins another header": (
        lambda: Reply(401, headers={"WWW-Authenticate": 'Digest realm="x\rX-inject: 1",nonce="a\x00b"'}),
        (UpstreamRefused, "wants other credentials"),
    ),
}

# ── sign-in ──

_NO_JSON: Said = (UpstreamUnavailable, "answered with something else than the JSON of its API")


def _json(value: Any, status: int = 200) -> Answer:
    return answer(status, value if isinstance(value, bytes) else json.dumps(value).encode())


_NO_TOKEN: Said = (UpstreamUnavailable, "answered without an access token")
_TOKENS: dict[str, tuple[Callable[[], Answer], Said]] = {
    "nothing": (lambda: _json(b""), _NO_JSON),
    "a web page": (lambda: _json(b"<html>MARKED"), _NO_JSON),
    "a list": (lambda: _json([]), _NO_JSON),
    "a hundred thousand brackets": (lambda: _json(b"[" * 100_000), _NO_JSON),
    "a number of five thousand digits": (lambda: _json(b'{"expires_in": ' + b"9" * 5000 + b"}"), _NO_JSON),
    "bytes that are no text": (lambda: _json(b'{"access_token": "\xff\xfe"}'), _NO_JSON),
    "no token": (lambda: _json({"token_type": "Bearer"}), _NO_TOKEN),
    "a token that is a list": (lambda: _json({"access_token": ["x"]}), _NO_TOKEN),
    "an error with the secret in it": (
        lambda: _json({"error": "invalid_grant", "error_description": "MARKED"}, 400),
        (UpstreamRefused, "it is lost"),
    ),
    "an error that is markup": (
        lambda: _json({"error": "<script>MARKED"}, 400),
        (UpstreamRefused, "refuses with status 400"),
    ),
    "a redirect": (
        lambda: answer(302, Location="https://evil.example/"),
        (UpstreamRefused, "redirects, which its API never"),
    ),
    "a token that begins another header": (
        lambda: _json({"access_token": "x\r\nX-inject: y", "expires_in": 99}),
        (UpstreamRefused, "its address or one of its headers is malformed"),
    ),
    "gzip that unpacks to 50 MB": (
        lambda: answer(body=gzip.compress(bytes(50_000_000)), Content_Encoding="gzip"),
        (UpstreamTooLarge, "is larger than 4,000,000 bytes"),
    ),
}

# ── Microsoft Graph ──


def _rows(*rows: Any, **more: Any) -> Answer:
    return _json({"value": [*rows], "@odata.deltaLink": "x", **more})


_MOMENT = {"dateTime": "2026-05-21T10:00:00.0000000", "timeZone": "UTC"}
_GRAPH: dict[str, tuple[Callable[[], Answer], Said]] = {
    "a page on another host": (
        lambda: _rows(**{"@odata.nextLink": "https://evil.example/next"}),
        (UpstreamRefused, "leads to another host, which gets no credentials"),
    ),
    "a page in a cloud's metadata": (
        lambda: _rows(**{"@odata.nextLink": "http://169.254.169.254/"}),
        (UpstreamRefused, "leads to another host"),
    ),
    "a page that is half an address": (
        lambda: _rows(**{"@odata.nextLink": "http://[::1/"}),
        (UpstreamRefused, "another host"),
    ),
    "a page that is a number": (lambda: _rows(**{"@odata.nextLink": 7}), (UpstreamRefused, "another host")),
    "no end and no link": (lambda: _json({"value": []}), (UpstreamUnavailable, "without a delta link")),
    "a link that is a list": (
        lambda: _json({"value": [], "@odata.deltaLink": [1]}),
        (UpstreamUnavailable, "without a delta link"),
    ),
    "a hundred thousand brackets": (lambda: _json(b'{"value":' + b"[" * 100_000), _NO_JSON),
}
_GRAPH_PUT_UP_WITH: dict[str, Callable[[], Answer]] = {
    "rows that are no rows": lambda: _rows(1, "x", None, [], {}),
    "an event without a time": lambda: _rows({"id": "a", "subject": "b"}),
    "an event of the year 99999": lambda: _rows(
        {"id": "a", "start": {"dateTime": "99999-01-01T00:00:00"}, "end": _MOMENT}
    ),
    "an event whose times are lists": lambda: _rows({"id": "a", "start": [], "end": {"dateTime": {}}}),
    "a title that begins a component": lambda: _rows(
        {
            "id": "a",
            "iCalUId": "b\r\nEND:VEVENT",
            "subject": "c\r\nEND:VEVENT\r\nBEGIN:VEVENT",
            "start": _MOMENT,
            "end": _MOMENT,
        }
    ),
}

# ── what is kept of both ──


def _kept(magic: bytes, rest: bytes) -> bytes:
    return magic + hashlib.sha256(rest).digest() + rest


_STATE, _MIRROR = b"calsieve-state 1\n", b"calsieve-mirror 1\n"
_STORED: dict[str, Callable[[], bytes]] = {
    "nothing": lambda: b"",
    "noise": lambda: hashlib.sha256(b"x").digest() * 1000,
    "a newer version": lambda: _kept(b"calsieve-state 99\n", b"\x80"),
    "a wrong checksum": lambda: _STATE + bytes(32) + b"\x80",
    "a checksum and nothing": lambda: _kept(_STATE, b""),
    "another kind of thing": lambda: _kept(_STATE, b"\x93\x01\x02\x03"),
    "a hundred thousand lists in one another": lambda: _kept(_STATE, b"\x91" * 100_000),
    "a text of 4 GB that is not there": lambda: _kept(_STATE, b"\xdb\xff\xff\xff\xff"),
    "a list of 4 billion that are not there": lambda: _kept(_MIRROR, b"\xdd\xff\xff\xff\xff"),
    "a text that is no text": lambda: _kept(_MIRROR, b"\x81\xa4ctag\xa1\xff"),
}


def _inputs() -> Iterator[BadInput]:
    for door, table in (("caldav", _XML), ("token", _TOKENS), ("graph", _GRAPH)):
        for name, (made, (error, words)) in table.items():
            yield BadInput(door, name, made, Refused(error=error, words=words), 3.0, 128)
    for name, made in _GRAPH_PUT_UP_WITH.items():
        yield BadInput("graph", name, made, Counted(figure="read"))
    for name, made in _STORED.items():
        yield BadInput("stored", name, made, Counted(figure="not understood"))


INPUTS = tuple(_inputs())
_ = Declined, _home
