"""What is asked of an upstream, and what comes of a good answer."""

from __future__ import annotations

import gzip
import zlib
from base64 import b64encode
from pathlib import Path

import pytest

from calsieve.adapters.http import HttpFetcher, Limits
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.errors import UpstreamRefused, UpstreamUnavailable
from calsieve.models import BasicAuth, Fetched, NotModified, Secret, Source, Validators
from tests.adapters.http_kit import body_of, fetch, fetcher
from tests.adapters.upstream_server import CALENDAR, UpstreamServer, answer, certificate, dribble


def literal(value: str) -> Secret:
    return Secret("literal", value)


def test_a_calendar_comes_with_its_charset_and_validators() -> None:
    good = answer(
        body=CALENDAR,
        Content_Type='text/calendar; charset="UTF-8"',
        ETag='W/"1"',
        Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT",
    )
    with UpstreamServer(good) as server:
        result = fetch(server.source())
    assert isinstance(result, Fetched)
    assert (result.body, result.charset) == (CALENDAR, "utf-8")
    assert result.validators == Validators('W/"1"', "Thu, 01 Jan 2026 00:00:00 GMT", result.validators.address)


def test_no_charset_is_made_up_for_text() -> None:
    with UpstreamServer(answer(body=CALENDAR, Content_Type="text/calendar")) as server:
        result = fetch(server.source())
    assert isinstance(result, Fetched)
    assert result.charset is None


def test_a_byte_order_mark_is_left_to_the_core() -> None:
    body = b"\xef\xbb\xbf" + CALENDAR
    with UpstreamServer(answer(body=body)) as server:
        assert body_of(server.source()) == body


def test_validators_are_sent_and_304_means_not_modified() -> None:
    with UpstreamServer(answer(304)) as server:
        result = fetch(server.source(), validators=Validators('"é"', "Thu, 01 Jan 2026 00:00:00 GMT"))
        (asked,) = server.asked
    assert result == NotModified()
    assert asked.headers["if-none-match"] == '"é"'
    assert asked.headers["if-modified-since"] == "Thu, 01 Jan 2026 00:00:00 GMT"


def test_validators_hold_for_the_address_that_gave_them_whatever_a_reference_leads_to() -> None:
    """A file that is older than the last one would be called unchanged, and the last one stay for ever."""
    known = answer(body=CALENDAR, Last_Modified="Thu, 01 Jan 2026 00:00:00 GMT")
    environ: dict[str, str] = {}
    reader = HttpFetcher(EnvironmentSecrets(environ), allow_private=True)
    source = Source(name="work", url=Secret("env", "CALENDAR_URL"))
    with UpstreamServer(known) as one, UpstreamServer(known) as other:
        environ["CALENDAR_URL"] = one.url()
        first = reader.fetch(source, Validators())
        assert isinstance(first, Fetched)
        reader.fetch(source, first.validators)
        environ["CALENDAR_URL"] = other.url()
        reader.fetch(source, first.validators)
        assert ["if-modified-since" in asked.headers for asked in (*one.asked, *other.asked)] == [False, True, False]
        assert environ["CALENDAR_URL"] not in repr(first)


def test_304_to_an_unconditional_request_is_an_error() -> None:
    with UpstreamServer(answer(304)) as server, pytest.raises(UpstreamUnavailable, match="not asked"):
        fetch(server.source())


def test_the_first_request_is_unconditional_and_honest_about_who_asks() -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        fetch(server.source("/a/b.ics?export"))
        (asked,) = server.asked
    assert asked.target == "/a/b.ics?export"
    assert asked.headers["user-agent"].startswith("Calsieve/")
    assert not {"if-none-match", "if-modified-since", "authorization", "cookie"} & asked.headers.keys()


def test_basic_credentials_are_sent_as_utf_8() -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        fetch(server.source(basic=BasicAuth(literal("jörg"), literal("p:w"))))
        (asked,) = server.asked
    assert asked.headers["authorization"] == "Basic " + b64encode("jörg:p:w".encode()).decode()


def test_credentials_in_the_address_are_sent_and_unquoted() -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        url = server.url().replace("//", "//me%40home:p%3Aw@")
        fetch(Source(name="work", url=literal(url)))
        (asked,) = server.asked
    assert asked.headers["authorization"] == "Basic " + b64encode(b"me@home:p:w").decode()


def test_bearer_token_own_headers_and_own_user_agent_are_sent() -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        fetch(server.source(bearer=literal("token"), headers={"X-Key": literal("k")}, user_agent=literal("Mine/1")))
        (asked,) = server.asked
    assert asked.headers["authorization"] == "Bearer token"
    assert asked.headers["x-key"] == "k"
    assert asked.headers["user-agent"] == "Mine/1"


def test_neither_proxies_nor_netrc_of_the_environment_are_used(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b\n")
    monkeypatch.setenv("NETRC", str(netrc))
    monkeypatch.setenv("http_proxy", "http://127.0.0.1:9")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)
    with UpstreamServer(answer(body=CALENDAR)) as server:
        assert body_of(server.source()) == CALENDAR
        assert "authorization" not in server.asked[0].headers


def deflated(data: bytes, wbits: int) -> bytes:
    engine = zlib.compressobj(wbits=wbits)
    return engine.compress(data) + engine.flush()


LONG = CALENDAR + b"X" * 300_000
PACKED = {
    "gzip by header": ("gzip", gzip.compress(LONG)),
    "gzip in two members": ("gzip", gzip.compress(LONG[:7]) + gzip.compress(LONG[7:])),
    "gzip with padding": ("gzip", gzip.compress(LONG) + b"\0" * 512),
    "a gzip file without a header": ("", gzip.compress(LONG)),
    "a gzip file inside gzip": ("gzip", gzip.compress(gzip.compress(LONG))),
    "gzip header on a body unpacked on the way": ("gzip", LONG),
    "deflate in zlib format": ("deflate", deflated(LONG, 15)),
    "deflate, bare": ("deflate", deflated(LONG, -15)),
    "a coding that is none": ("UTF-8", LONG),
}


@pytest.mark.parametrize("coding", PACKED)
def test_the_body_is_unpacked(coding: str) -> None:
    header, body = PACKED[coding]
    with UpstreamServer(answer(body=body, Content_Encoding=header)) as server:
        assert body_of(server.source()) == LONG


@pytest.mark.parametrize("size", [65536, 65537, 65536 + 200, 2 * 65536 + 100])
def test_the_end_of_a_bare_deflate_stream_is_not_lost(size: int) -> None:
    body = deflated(b"a" * size, -15)
    with UpstreamServer(answer(body=body, Content_Encoding="deflate")) as server:
        assert body_of(server.source()) == b"a" * size


def test_gzip_is_recognised_when_its_first_byte_comes_alone() -> None:
    body = gzip.compress(CALENDAR)
    head = answer(Content_Length=str(len(body)))
    with UpstreamServer(dribble([head, body[:1], body[1:]])) as server:
        assert body_of(server.source()) == CALENDAR


@pytest.mark.parametrize("value", ["a\r\nX: 1", "a\n", "10 €"])
def test_a_header_that_can_not_be_sent_is_refused_before_asking(value: str) -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        with pytest.raises(UpstreamRefused, match="one of its headers is malformed"):
            fetch(server.source(headers={"X-Key": literal(value)}))
        assert server.connections == 0


def test_a_chunked_transfer_is_put_together() -> None:
    chunks = b"".join(b"%x\r\n%b\r\n" % (len(part), part) for part in (CALENDAR[:5], CALENDAR[5:]))
    head = answer(Content_Length="", Transfer_Encoding="chunked")
    with UpstreamServer(head + chunks + b"0\r\n\r\n") as server:
        assert body_of(server.source()) == CALENDAR


def test_https_and_webcal_are_asked_securely_and_an_own_bundle_can_be_trusted(tmp_path: Path) -> None:
    context, bundle = certificate(tmp_path)
    with UpstreamServer(answer(body=CALENDAR), tls=context) as server:
        for scheme in ("https", "webcal", "webcals", "WebCal"):
            source = Source(name="work", url=literal(server.url().replace("https", scheme)))
            result = fetcher(ca=bundle).fetch(source, Validators())
            assert isinstance(result, Fetched)
            assert result.body == CALENDAR


def test_webcal_never_falls_back_to_http() -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        source = Source(name="work", url=literal(server.url().replace("http:", "webcal:")))
        with pytest.raises(UpstreamUnavailable, match="write http://"):
            fetch(source, Limits(tries=1))
        assert not [asked for asked in server.asked if asked.target.startswith("/")]


def test_a_certificate_that_is_not_trusted_ends_the_fetch(tmp_path: Path) -> None:
    context, _ = certificate(tmp_path)
    with (
        UpstreamServer(answer(body=CALENDAR), tls=context) as server,
        pytest.raises(UpstreamUnavailable, match="certificate"),
    ):
        fetch(server.source(), Limits(tries=1))


@pytest.mark.parametrize(
    "validators", [Validators('"a\0b"'), Validators(None, "Thu\r\nX-Injected: 1"), Validators("\x7f")]
)
def test_validators_that_could_say_something_else_are_not_sent(validators: Validators) -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        assert isinstance(fetch(server.source(), validators=validators), Fetched)
        (asked,) = server.asked
    assert not {"if-none-match", "if-modified-since", "x-injected"} & asked.headers.keys()


@pytest.mark.parametrize("value", ["a\0b", "a\x1bb", "a\r\nX-Injected: 1", "a\x7f"])
def test_a_header_with_a_control_character_is_refused(value: str) -> None:
    with UpstreamServer(answer(body=CALENDAR)) as server:
        with pytest.raises(UpstreamRefused, match="one of its headers is malformed"):
            fetch(server.source(headers={"X-Key": literal(value)}))
        assert not server.asked
