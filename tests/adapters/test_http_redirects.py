"""Redirects: followed by hand, bounded, and never with credentials to somebody else."""

from __future__ import annotations

from pathlib import Path

import pytest

from calsieve.adapters.http import Limits
from calsieve.adapters.http.request import Request, redirected
from calsieve.errors import UpstreamRefused, UpstreamUnavailable
from calsieve.models import BasicAuth, Secret, Source, Validators
from tests.adapters.http_kit import body_of, fetch, fetcher
from tests.adapters.upstream_server import CALENDAR, UpstreamServer, answer, certificate

CREDENTIALS = {
    "basic": {"basic": BasicAuth(Secret("literal", "user"), Secret("literal", "word"))},
    "bearer": {"bearer": Secret("literal", "token")},
    "own header": {"headers": {"X-Key": Secret("literal", "key")}},
}
FINAL = answer(body=CALENDAR)


@pytest.mark.parametrize("status", [301, 302, 303, 307, 308])
def test_each_kind_of_redirect_is_followed(status: int) -> None:
    with UpstreamServer(answer(status, Location="/new?x=1#part"), FINAL) as server:
        assert body_of(server.source()) == CALENDAR
        assert [asked.target for asked in server.asked] == ["/calendar.ics", "/new?x=1"]


@pytest.mark.parametrize(
    ("location", "target"),
    [("next.ics", "/a/next.ics"), ("../b", "/b"), ("?y=2", "/a/calendar.ics?y=2"), ("/k%C3%A4", "/k%C3%A4")],
)
def test_relative_locations_are_resolved(location: str, target: str) -> None:
    with UpstreamServer(answer(302, Location=location), FINAL) as server:
        body_of(server.source("/a/calendar.ics"))
        assert server.asked[1].target == target


def test_a_location_in_bare_utf_8_is_understood() -> None:
    with UpstreamServer(answer(302, Location="/käse"), FINAL) as server:
        body_of(server.source())
        assert server.asked[1].target == "/k%C3%A4se"


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_credentials_follow_on_the_same_host(kind: str) -> None:
    with UpstreamServer(answer(302, Location="/new"), FINAL) as server:
        body_of(server.source(**CREDENTIALS[kind]))
        first, second = server.asked
    assert {"authorization", "x-key"} & second.headers.keys()
    assert second.headers.keys() == first.headers.keys()


@pytest.mark.parametrize("kind", CREDENTIALS)
def test_credentials_stay_behind_when_the_host_changes(kind: str) -> None:
    with UpstreamServer(FINAL) as other:
        with UpstreamServer(answer(302, Location=other.url(host="localhost"))) as server:
            body_of(server.source(**CREDENTIALS[kind]))
        (asked,) = other.asked
    assert not {"authorization", "x-key"} & asked.headers.keys()


def test_credentials_stay_behind_when_the_port_changes_and_are_not_taken_from_a_location() -> None:
    with UpstreamServer(FINAL) as other:
        location = other.url().replace("//", "//somebody:else@")
        with UpstreamServer(answer(302, Location=location)) as server:
            body_of(server.source(**CREDENTIALS["basic"]))
        (asked,) = other.asked
    assert "authorization" not in asked.headers


def test_credentials_are_not_sent_again_after_a_detour() -> None:
    request = Request(source="work", url="https://a.example/1", credentials={"Authorization": "x"})
    there = redirected(request, "https://b.example/2")
    back = redirected(there, "https://a.example/3")
    assert (there.credentials, back.credentials) == ({}, {})


@pytest.mark.parametrize(
    ("old", "new", "kept"),
    [
        ("http://a.example/1", "https://a.example/1", True),
        ("http://a.example:80/1", "https://A.EXAMPLE:443/2", True),
        ("https://a.example/1", "https://a.example:443/2", True),
        ("http://a.example:8080/1", "https://a.example/1", False),
        ("http://a.example/1", "https://a.example:8443/1", False),
        ("https://a.example/1", "https://a.example:8443/1", False),
        ("https://a.example/1", "https://sub.a.example/1", False),
        ("http://a.example/1", "https://b.example/1", False),
        ("https://a.example/1", "//b.example/1", False),
        ("https://a.example/1", "//a.example/2", True),
        ("https://a.example/1", "webcal://a.example/2", True),
    ],
)
def test_credentials_belong_to_scheme_host_and_port(old: str, new: str, kept: bool) -> None:
    request = Request(source="work", url=old, credentials={"Authorization": "x"})
    assert bool(redirected(request, new).credentials) is kept


def test_a_step_down_to_http_with_credentials_is_refused(tmp_path: Path) -> None:
    context, bundle = certificate(tmp_path)
    with (
        UpstreamServer(FINAL) as plain,
        UpstreamServer(answer(302, Location=plain.url()), tls=context) as server,
    ):
        with pytest.raises(UpstreamRefused, match="from https to http"):
            fetcher(ca=bundle).fetch(server.source(**CREDENTIALS["basic"]), Validators())
        assert not plain.asked
        fetcher(ca=bundle).fetch(server.source(), Validators())
        assert len(plain.asked) == 1


def test_a_circle_is_named_and_ended() -> None:
    with UpstreamServer(answer(302, Location="/b"), answer(302, Location="/calendar.ics")) as server:
        with pytest.raises(UpstreamRefused, match="in a circle"):
            fetch(server.source())
        assert len(server.asked) == 2


def test_redirects_are_bounded() -> None:
    hops = [answer(302, Location=f"/{number}") for number in range(9)]
    with UpstreamServer(*hops) as server:
        with pytest.raises(UpstreamRefused, match="more than 3 times"):
            fetch(server.source(), Limits(max_redirects=3))
        assert len(server.asked) == 4


def test_exactly_the_allowed_number_of_redirects_is_followed() -> None:
    hops = [answer(302, Location=f"/{number}") for number in range(3)]
    with UpstreamServer(*hops, FINAL) as server:
        assert body_of(server.source(), Limits(max_redirects=3)) == CALENDAR


@pytest.mark.parametrize("location", ["ftp://127.0.0.1/x", "file:///etc/passwd", "http://[bad/", "https://"])
def test_a_redirect_to_what_is_no_web_address_is_refused(location: str) -> None:
    with (
        UpstreamServer(answer(302, Location=location)) as server,
        pytest.raises(UpstreamRefused, match="no http, https or webcal"),
    ):
        fetch(server.source())


def test_a_redirect_to_nowhere_is_an_upstream_error() -> None:
    with UpstreamServer(answer(302)) as server, pytest.raises(UpstreamUnavailable, match="without saying"):
        fetch(server.source(), Limits(tries=1))


def test_the_body_of_a_redirect_is_not_read() -> None:
    endless = answer(302, Location="/new", Content_Length="999999999999") + b"x" * 100_000
    with UpstreamServer(endless, FINAL) as server:
        assert body_of(server.source()) == CALENDAR


@pytest.mark.parametrize("address", ["calendar.ics", "ftp://a.example/x", "https://", "http://[x/", "http://a:0/"])
def test_an_address_that_is_none_is_refused_before_asking(address: str) -> None:
    with pytest.raises(UpstreamRefused):
        fetch(Source(name="work", url=Secret("literal", address)))


@pytest.mark.parametrize("host", ["evil.example\\.own.example", "evil.example\\@own.example"])
def test_a_host_that_others_read_differently_is_refused(host: str) -> None:
    """urllib3 connects to what is before a backslash, whatever stands behind it."""
    request = Request(source="work", url="https://own.example/", credentials={"Authorization": "Basic eDp5"})
    with pytest.raises(UpstreamRefused):
        redirected(request, f"https://{host}/")
