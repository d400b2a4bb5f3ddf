"""Bounds on bytes and time, against upstreams that respect neither."""

from __future__ import annotations

import gzip
import itertools
import socket
import threading
import time
import tracemalloc
import zlib
from collections.abc import Iterator

import pytest

from calsieve.adapters.http import HttpFetcher, Limits
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.errors import UpstreamTooLarge, UpstreamUnavailable
from calsieve.models import Secret, Source, Validators
from tests.adapters.http_kit import body_of, fetch
from tests.adapters.upstream_server import CALENDAR, Answer, UpstreamServer, answer, dribble

MEGABYTE = 1_000_000
SMALL = Limits(max_bytes=MEGABYTE)


def test_a_body_of_exactly_the_limit_passes_and_one_byte_more_does_not() -> None:
    limits = Limits(max_bytes=len(CALENDAR))
    with UpstreamServer(answer(body=CALENDAR), answer(body=CALENDAR + b"\n")) as server:
        assert body_of(server.source(), limits) == CALENDAR
        with pytest.raises(UpstreamTooLarge, match=f"larger than {len(CALENDAR)} bytes"):
            fetch(server.source(), limits)


def zeros(megabytes: int, wbits: int) -> bytes:
    engine = zlib.compressobj(wbits=wbits)
    return b"".join(engine.compress(bytes(MEGABYTE)) for _ in range(megabytes)) + engine.flush()


@pytest.mark.parametrize("coding", ["gzip", "deflate", "gzip in gzip"])
def test_a_bomb_is_stopped_at_the_limit_in_bytes_and_in_memory(coding: str) -> None:
    bomb = zeros(60, 31 if "gzip" in coding else 15)
    body = gzip.compress(bomb) if coding == "gzip in gzip" else bomb
    with UpstreamServer(answer(body=body, Content_Encoding=coding.split()[0])) as server:
        tracemalloc.start()
        try:
            with pytest.raises(UpstreamTooLarge):
                fetch(server.source(), SMALL)
            _, peak = tracemalloc.get_traced_memory()
        finally:
            tracemalloc.stop()
    assert peak < 3 * MEGABYTE


def test_a_body_without_end_is_stopped_at_the_limit() -> None:
    def flood(connection) -> None:  # type: ignore[no-untyped-def]
        connection.sendall(answer(Content_Length=""))
        while True:
            connection.sendall(bytes(65536))

    with UpstreamServer(flood) as server, pytest.raises(UpstreamTooLarge):
        fetch(server.source(), SMALL)


FOREVER = itertools.repeat(b"x")
CHUNKED = answer(Content_Length="", Transfer_Encoding="chunked")
SLOW = {
    "status line": itertools.chain([b"HTTP/1.1 200 "], FOREVER),
    "headers": itertools.chain([b"HTTP/1.1 200 OK\r\nX: "], FOREVER),
    "body": itertools.chain([answer(Content_Length="99999")], FOREVER),
    "body without length": itertools.chain([answer(Content_Length="")], FOREVER),
    "chunk size": itertools.chain([CHUNKED], itertools.repeat(b"0")),
    "chunk": itertools.chain([CHUNKED, b"ffff\r\n"], FOREVER),
    "nothing but empty gzip members": itertools.chain(
        [answer(Content_Length="")], itertools.repeat(gzip.compress(b""))
    ),
}


def timed(source: Source, limits: Limits) -> float:
    """Return how long a fetch on the real clock takes to fail, and hold it to say why."""
    began = time.monotonic()
    with pytest.raises(UpstreamUnavailable, match=f"not done within {limits.total_seconds} seconds"):
        HttpFetcher(EnvironmentSecrets({}), limits, allow_private=True).fetch(source, Validators())
    return time.monotonic() - began


@pytest.mark.parametrize("where", SLOW)
def test_trickling_bytes_end_at_the_deadline(where: str) -> None:
    with UpstreamServer(dribble(SLOW[where])) as server:
        assert 0.15 <= timed(server.source(), Limits(total_seconds=0.15)) < 1


def test_the_deadline_holds_for_all_tries_together() -> None:
    late: list[Answer] = [dribble([b"", b"", answer(503)])]
    with UpstreamServer(*late) as server:
        limits = Limits(total_seconds=0.2, tries=1000, pause_seconds=0)
        began = time.monotonic()
        with pytest.raises(UpstreamUnavailable):
            HttpFetcher(EnvironmentSecrets({}), limits, allow_private=True).fetch(server.source(), Validators())
    assert time.monotonic() - began < 1


def test_silence_ends_at_the_read_time_out() -> None:
    with (
        UpstreamServer(lambda connection: time.sleep(0.5)) as server,
        pytest.raises(UpstreamUnavailable, match="in time: if this goes on, check its address"),
    ):
        fetch(server.source(), Limits(read_seconds=0.05, tries=1))


def test_a_silent_tls_handshake_ends_at_the_connect_time_out() -> None:
    with UpstreamServer(lambda connection: time.sleep(0.5)) as server:
        source = Source(name="work", url=Secret("literal", server.url().replace("http:", "https:")))
        began = time.monotonic()
        with pytest.raises(UpstreamUnavailable, match="did not answer in time"):
            fetch(source, Limits(connect_seconds=0.05, tries=1))
    assert time.monotonic() - began < 0.4


@pytest.fixture
def no_names(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """Let the system's resolver be one whose servers say nothing."""
    over = threading.Event()

    def look_up(*_: object, **__: object) -> list[object]:
        over.wait(30)
        raise socket.gaierror

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    yield
    over.set()


@pytest.mark.usefixtures("no_names")
@pytest.mark.parametrize(
    ("limits", "said"),
    [
        (Limits(total_seconds=0.3), "was not done within 0.3 seconds"),
        (Limits(connect_seconds=0.2, tries=1), "its host can't be found"),
    ],
    ids=["the fetch's time", "the connection's time"],
)
def test_a_name_that_is_looked_up_for_ever_takes_no_more_than(limits: Limits, said: str) -> None:
    source = Source(name="work", url=Secret("literal", "https://slow.example/a.ics"))
    started = time.monotonic()
    with pytest.raises(UpstreamUnavailable, match=said):
        HttpFetcher(EnvironmentSecrets({}), limits).fetch(source, Validators())
    assert time.monotonic() - started < 2


def test_a_mistake_while_a_name_is_looked_up_is_not_hidden(monkeypatch: pytest.MonkeyPatch) -> None:
    def look_up(*_: object, **__: object) -> list[object]:
        raise LookupError

    monkeypatch.setattr(socket, "getaddrinfo", look_up)
    with pytest.raises(LookupError):
        HttpFetcher(EnvironmentSecrets({})).fetch(
            Source(name="work", url=Secret("literal", "https://a.example/")), Validators()
        )
