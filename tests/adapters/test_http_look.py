"""What lint is told of how a calendar is served."""

from __future__ import annotations

import pytest

from calsieve.adapters.http.limits import Limits
from calsieve.adapters.http.look import HttpLook
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.errors import UpstreamRefused, UpstreamTooLarge, UpstreamUnavailable
from calsieve.models import Secret, Served, Source, Validators
from tests.adapters.http_kit import Timepiece
from tests.adapters.upstream_server import CALENDAR, UpstreamServer, answer

NO_ROBOTS = answer(404)


def look(url: str, limits: Limits = Limits(), time: Timepiece | None = None) -> tuple[bytes, Served]:  # noqa: B008
    time = time or Timepiece()
    looking = HttpLook(EnvironmentSecrets({}), limits, allow_private=True, clock=time.clock, sleep=time.sleep)
    return looking.look(Source(name="the calendar", url=Secret("literal", url)))


def test_everything_is_told() -> None:
    final = answer(body=CALENDAR, Content_Type="text/Calendar; charset=ISO-8859-1", ETag='"x"', Last_Modified="then")
    robots = answer(body="User-agent: ä".encode(), Content_Type="text/plain")
    with UpstreamServer(robots, answer(301, Location="/new.ics"), final) as server:
        body, served = look(server.url("/a.ics?b=c"))
    assert body == CALENDAR
    assert served == Served(
        scheme="http",
        steps=("http", "http"),
        target="/a.ics?b=c",
        robots="User-agent: ä",
        media_type="text/calendar",
        charset="iso-8859-1",
        validators=Validators('"x"', "then"),
    )
    assert [asked.target for asked in server.asked] == ["/robots.txt", "/a.ics?b=c", "/new.ics"]


def test_nothing_is_made_up() -> None:
    with UpstreamServer(NO_ROBOTS, answer(body=b"oops", Content_Type="")) as server:
        body, served = look(server.url(""))
    assert body == b"oops"
    assert served == Served(scheme="http", steps=("http",), target="/", media_type="application/octet-stream")


@pytest.mark.parametrize(
    "robots",
    [NO_ROBOTS, answer(503), answer(204), answer(body=b"x" * 500_000 + b"y" * 20_000, Connection="close"), b"nonsense"],
)
def test_no_robots_is_no_error(robots: bytes) -> None:
    patience = Limits(tries=1)
    with UpstreamServer(robots, answer(body=CALENDAR)) as server:
        assert look(server.url(), patience)[1].robots == ""


def test_credentials_are_not_sent_for_robots() -> None:
    with UpstreamServer(NO_ROBOTS, answer(body=CALENDAR)) as server:
        look(server.url().replace("://", "://user:word@"))
    robots, calendar = server.asked
    assert "authorization" not in robots.headers
    assert "authorization" in calendar.headers


def test_a_second_try_begins_anew() -> None:
    moved = answer(302, Location="/new.ics")
    with UpstreamServer(NO_ROBOTS, moved, answer(503), moved, answer(body=CALENDAR)) as server:
        assert look(server.url())[1].steps == ("http", "http")


def test_webcal_is_asked_by_https() -> None:
    with UpstreamServer(NO_ROBOTS) as server, pytest.raises(UpstreamUnavailable, match="no secure connection"):
        look(server.url().replace("http://", "webcal://"))


@pytest.mark.parametrize(
    ("last", "error"), [(answer(403), UpstreamRefused), (answer(body=b"x" * 2000), UpstreamTooLarge)]
)
def test_errors_are_those_of_the_fetcher_and_name_no_address(last: bytes, error: type[Exception]) -> None:
    with UpstreamServer(NO_ROBOTS, last) as server, pytest.raises(error) as raised:
        look(server.url("/secret.ics"), Limits(max_bytes=1000))
    assert "secret" not in str(raised.value)
    assert str(raised.value).startswith("the calendar: ")
