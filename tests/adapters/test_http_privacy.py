"""No private network is reached, and no failure says where a source is or how one gets in."""

from __future__ import annotations

import logging
import socket
import traceback
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from calsieve.adapters.http import Limits, transport
from calsieve.adapters.http.addresses import is_public
from calsieve.errors import SourceError, UpstreamRefused, UpstreamUnavailable
from calsieve.models import BasicAuth, Secret, Source, Validators
from tests.adapters.http_kit import fetch, fetcher
from tests.adapters.upstream_server import CALENDAR, UpstreamServer, answer, certificate

PRIVATE = [
    "127.0.0.1",
    "127.8.8.8",
    "0.0.0.0",
    "10.1.2.3",
    "172.16.0.1",
    "192.168.0.1",
    "169.254.169.254",
    "169.254.170.2",
    "100.64.0.1",
    "192.0.2.1",
    "224.0.0.1",
    "233.252.0.1",
    "240.0.0.1",
    "255.255.255.255",
    "::",
    "::1",
    "::127.0.0.1",
    "::ffff:127.0.0.1",
    "::ffff:a9fe:a9fe",
    "64:ff9b::a9fe:a9fe",
    "64:ff9b:1::1",
    "2002:7f00:1::",
    "fd00:ec2::254",
    "fe80::1",
    "fe80::1%eth0",
    "fec0::1",
    "ff02::1",
    "ff0e::1",
    "2001:db8::1",
]
PUBLIC = ["8.8.8.8", "17.253.144.10", "2606:4700:4700::1111", "64:ff9b::808:808", "::ffff:8.8.8.8"]


@pytest.mark.parametrize("address", PRIVATE)
def test_addresses_that_are_not_public(address: str) -> None:
    assert not is_public(address)


@pytest.mark.parametrize("address", PUBLIC)
def test_public_addresses(address: str) -> None:
    assert is_public(address)


@pytest.mark.parametrize("host", ["127.0.0.1", "localhost", "2130706433", "0x7f.1"])
def test_loopback_is_refused_without_a_connection_unless_allowed(host: str) -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        source = Source(name="work", url=Secret("literal", server.url(host=host)))
        with pytest.raises(UpstreamRefused, match="private network"):
            fetcher(allow_private=False).fetch(source, Validators())
        assert server.connections == 0
        fetch(source)
        assert server.connections == 1


def test_only_addresses_that_were_checked_are_connected_to(monkeypatch: pytest.MonkeyPatch) -> None:
    answers = iter([["127.0.0.1", "8.8.8.8"], ["127.0.0.1"]])  # a name that changes its mind
    tried = []

    def resolve(*_: object, **__: object) -> list[tuple[object, ...]]:
        return [(socket.AF_INET, socket.SOCK_STREAM, 6, "", (address, 80)) for address in next(answers)]

    def connect(address: tuple[str, int], *_: object, **__: object) -> socket.socket:
        tried.append(address)
        raise ConnectionRefusedError

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    monkeypatch.setattr(transport, "create_connection", connect)
    source = Source(name="work", url=Secret("literal", "http://rebinding.example/x"))
    with pytest.raises(UpstreamUnavailable, match="no connection"):
        fetcher(Limits(tries=1), allow_private=False).fetch(source, Validators())
    assert tried == [("8.8.8.8", 80)]


# ── failures give nothing away ────────────────────────────────────────────────────────────────────

MARKS = ["MARKED", "127.0.0.1", "localhost", "TUFSS0VE"]  # the last is how "MARKED" begins in Base64


@dataclass(frozen=True)
class Failing:
    """A way to fail: what the server answers, or where the address points instead."""

    answer: bytes = b""
    address: str = ""
    header: str = "MARKED-header"
    allow_private: bool = True


FAILURES = {
    **{f"status {code}": Failing(answer(code, body=b"MARKED")) for code in (304, 400, 401, 403, 404, 410, 429, 503)},
    "asked to wait": Failing(answer(503, Retry_After="9999")),
    "web page": Failing(answer(body=b"<html>MARKED")),
    "nothing": Failing(answer()),
    "too large": Failing(answer(body=b"MARKED" * 999)),
    "unknown compression": Failing(answer(body=b"MARKED", Content_Encoding="br")),
    "damaged compression": Failing(answer(body=b"\x1f\x8bMARKED")),
    "cut off": Failing(answer(body=b"MARKED", Content_Length="99")),
    "cut off in a chunk": Failing(answer(Content_Length="", Transfer_Encoding="chunked") + b"zMARKED\r\n"),
    "two lengths": Failing(b"HTTP/1.1 200 OK\r\nContent-Length: 1\r\nContent-Length: 2\r\n\r\nMARKED"),
    "no HTTP": Failing(b"MARKED nonsense\r\n\r\n"),
    "header line too long": Failing(b"HTTP/1.1 200 OK\r\nX: " + b"MARKED" * 20000 + b"\r\n\r\n"),
    "broken header": Failing(b"HTTP/1.1 404 No\r\nMARKED nonsense\r\n\r\n"),
    "hang-up": Failing(b""),
    "redirect in a circle": Failing(answer(302, Location="/MARKED-path?t=MARKED-token")),
    "redirect to nonsense": Failing(answer(302, Location="http://[MARKED/")),
    "redirect to another scheme": Failing(answer(302, Location="ftp://MARKED/")),
    "redirect nowhere": Failing(answer(302)),
    "redirect to a bad name": Failing(answer(302, Location=f"http://{'MARKED' * 20}/")),
    "private address": Failing(allow_private=False),
    "unknown host": Failing(address="http://MARKED.invalid/MARKED"),
    "bad name": Failing(address=f"http://{'MARKED' * 20}.invalid/"),
    "closed port": Failing(address="http://127.0.0.1:1/MARKED"),
    "no TLS": Failing(answer(), address="https"),
    "bad port": Failing(address="http://127.0.0.1:MARKED/"),
    "bad IPv6": Failing(address="http://[MARKED/"),
    "no URL": Failing(address="MARKED"),
    "no host": Failing(address="https://?MARKED"),
    "line break in a header": Failing(header="MARKED\r\nX: 1"),
    "a header beyond latin-1": Failing(header="MARKED\u20ac"),
}


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Resolve nothing but loopback, and say why in the words that real resolvers use."""
    real = socket.getaddrinfo

    def resolve(host: str, *rest: object, **more: object) -> object:
        if host != "127.0.0.1":
            raise socket.gaierror(-2, f"Name or service not known: {host}")
        return real(host, *rest, **more)  # type: ignore[arg-type]

    monkeypatch.setattr(socket, "getaddrinfo", resolve)


def everything_said(error: BaseException) -> Iterator[str]:
    """Yield all that a log could show of ``error``, what led to it included."""
    yield from traceback.format_exception(error)
    seen: BaseException | None = error
    while seen is not None:
        yield f"{seen!s} {seen!r} {seen.args!r}"
        seen = seen.__cause__ or seen.__context__


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize("how", FAILURES)
def test_no_failure_tells_an_address_or_a_credential(how: str, caplog: pytest.LogCaptureFixture) -> None:
    failing = FAILURES[how]
    caplog.set_level(logging.DEBUG)
    with UpstreamServer(failing.answer) as server:
        url = server.url("/MARKED-path?t=MARKED-token")
        if failing.address:
            url = url.replace("http", "https") if failing.address == "https" else failing.address
        source = Source(
            name="work",
            url=Secret("literal", url),
            basic=BasicAuth(Secret("literal", "MARKED-user"), Secret("literal", "MARKED-word")),
            headers={"X-Key": Secret("literal", failing.header)},
            user_agent=Secret("literal", "MARKED-agent"),
        )
        with pytest.raises(SourceError, match=r"^work: ") as caught:
            fetcher(Limits(max_bytes=999, tries=2), allow_private=failing.allow_private).fetch(source, Validators())
    said = "".join(everything_said(caught.value)) + caplog.text
    assert [mark for mark in MARKS if mark in said] == []
    assert isinstance(caught.value, SourceError)


def test_a_redirect_that_is_not_secure_tells_nothing(tmp_path: Path) -> None:
    context, bundle = certificate(tmp_path)
    with UpstreamServer(answer(302, Location="http://MARKED.invalid/"), tls=context) as server:
        source = server.source("/MARKED", bearer=Secret("literal", "MARKED"))
        with pytest.raises(SourceError) as caught:
            fetcher(ca=bundle).fetch(source, Validators())
    assert "MARKED" not in "".join(everything_said(caught.value))


def test_a_source_that_works_leaves_no_trace_in_the_logs(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.DEBUG)
    with UpstreamServer(answer(302, Location="/MARKED"), answer(body=CALENDAR)) as server:
        fetch(server.source("/MARKED-path"))
    assert caplog.text == ""
