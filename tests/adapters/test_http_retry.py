"""What is tried again, how long the pauses are, and when it ends."""

from __future__ import annotations

import socket

import pytest

from calsieve.adapters.http import Limits
from calsieve.adapters.http.answers import retry_after
from calsieve.errors import UpstreamRefused, UpstreamUnavailable
from calsieve.models import Fetched, Validators
from tests.adapters.http_kit import Timepiece, fetcher
from tests.adapters.upstream_server import CALENDAR, UpstreamServer, answer

FINAL = answer(body=CALENDAR)
NOON = "Thu, 01 Jan 2026 12:00:00 GMT"


def hang_up(connection: socket.socket) -> None:
    connection.close()


@pytest.mark.parametrize("status", [408, 425, 429, 500, 502, 503, 504])
def test_what_may_pass_is_tried_again_after_growing_pauses(status: int) -> None:
    time = Timepiece()
    with UpstreamServer(answer(status), answer(status), FINAL) as server:
        result = fetcher(time=time).fetch(server.source(), Validators())
    assert isinstance(result, Fetched)
    assert time.pauses == [1, 2]


@pytest.mark.parametrize("broken", [hang_up, FINAL[:-9], b"nonsense\r\n\r\n"], ids=["hang up", "cut", "nonsense"])
def test_a_broken_connection_is_tried_again(broken: bytes) -> None:
    with UpstreamServer(broken, FINAL) as server:
        assert isinstance(fetcher().fetch(server.source(), Validators()), Fetched)


def test_who_is_asked_too_often_wants_a_longer_schedule() -> None:
    with UpstreamServer(answer(429)) as server, pytest.raises(UpstreamUnavailable, match=r"429: .*longer schedule$"):
        fetcher(Limits(tries=1)).fetch(server.source(), Validators())


def test_it_ends_after_the_last_try_with_the_status() -> None:
    time = Timepiece()
    with UpstreamServer(answer(503)) as server:
        with pytest.raises(UpstreamUnavailable, match=r"work: answered with status 503: has trouble of its own: if"):
            fetcher(Limits(tries=4), time).fetch(server.source(), Validators())
        assert len(server.asked) == 4
    assert time.pauses == [1, 2, 4]


@pytest.mark.parametrize(
    ("status", "advice"),
    [
        (400, "check its address"),
        (401, "credentials"),
        (403, "user_agent"),
        (404, "check its address"),
        (410, "new address"),
        (418, "check its address"),
    ],
)
def test_a_refusal_is_not_tried_again_and_says_what_to_do(status: int, advice: str) -> None:
    time = Timepiece()
    with UpstreamServer(answer(status)) as server:
        with pytest.raises(UpstreamRefused, match=f"status {status}: .*{advice}"):
            fetcher(time=time).fetch(server.source(), Validators())
        assert len(server.asked) == 1
    assert time.pauses == []


@pytest.mark.parametrize(
    ("headers", "pause"),
    [
        ({"Retry_After": "7"}, 7),
        ({"Retry_After": "Thu, 01 Jan 2026 12:00:09 GMT", "Date": NOON}, 9),
        ({"Retry_After": "Thu, 01 Jan 2026 11:00:00 GMT", "Date": NOON}, 1),
        ({"Retry_After": "0"}, 1),
        ({"Retry_After": "soon", "Date": NOON}, 1),
    ],
)
def test_retry_after_makes_the_pause_longer_but_never_shorter(headers: dict[str, str], pause: float) -> None:
    time = Timepiece()
    with UpstreamServer(answer(429, **headers), FINAL) as server:
        fetcher(time=time).fetch(server.source(), Validators())
    assert time.pauses == [pause]


@pytest.mark.parametrize("wait", ["3600", "9" * 500])
def test_a_retry_after_beyond_the_deadline_ends_the_fetch_at_once(wait: str) -> None:
    time = Timepiece()
    with UpstreamServer(answer(429, Retry_After=wait)) as server:
        with pytest.raises(UpstreamUnavailable, match=r"429, and asks to come again in (3600|inf) seconds"):
            fetcher(time=time).fetch(server.source(), Validators())
        assert len(server.asked) == 1
    assert time.pauses == []


@pytest.mark.parametrize(
    "headers",
    [
        {},
        {"Retry-After": NOON},
        {"Retry-After": "-5"},
        {"Retry-After": "²"},
        {"Retry-After": f"Thu, 01 Jan 2026 00:00:00 +{10**20}", "Date": NOON},
    ],
)
def test_no_wait_is_made_up(headers: dict[str, str]) -> None:
    assert retry_after(headers) is None


def test_a_pause_that_would_pass_the_deadline_is_not_begun() -> None:
    time = Timepiece()
    with UpstreamServer(answer(503)) as server, pytest.raises(UpstreamUnavailable, match="503"):
        fetcher(Limits(total_seconds=5, tries=9), time).fetch(server.source(), Validators())
    assert time.pauses == [1, 2]
