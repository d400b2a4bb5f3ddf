"""Credentials never reach a host that isn't the provider's, whatever a server answers."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from urllib.parse import urlsplit

import msgspec
import pytest

from calsieve.adapters.caldav.calendars import Account
from calsieve.adapters.caldav.trust import Trust, at_origin, canonical, item_path
from calsieve.errors import SourceError, UpstreamRefused, UpstreamUnavailable
from calsieve.providers import PROVIDERS, Provider
from tests.adapters.caldav_kit import Reader, account
from tests.adapters.caldav_server import (
    PASSWORD,
    USER,
    Asked,
    CalDavServer,
    DavServer,
    Reply,
    event,
    filled,
    multistatus,
)
from tests.adapters.internet import internet


@contextmanager
def listening() -> Iterator[DavServer]:
    """Another server, which wants to be told everything."""
    with DavServer(lambda _: Reply(401, headers={"WWW-Authenticate": 'Basic realm="tell me"'})) as server:
        yield server


def moved(server: DavServer, question: str) -> Callable[[Asked], Reply | None]:
    """Return a fault: whatever is asked by ``question`` is said to be at the other server."""

    def fault(asked: Asked) -> Reply | None:
        wanted = asked.report == question or asked.path == question
        return Reply(302, headers={"Location": server.url(asked.path)}) if wanted else None

    return fault


@pytest.mark.parametrize(
    "question",
    [
        "/",
        "/principals/jane/",
        "/calendars/jane/",
        "/calendars/jane/home/",
        "calendar-multiget",
        "sync-collection",
        "get",
    ],
)
def test_a_redirect_to_another_host_is_not_followed(question: str) -> None:
    with listening() as hostile, CalDavServer(home=filled(3)) as server:
        reader = Reader(account(server.url()))
        if question in ("sync-collection", "get"):
            reader.fetch()
            server.calendars["home"].put("new.ics", event("new"))
        server.faults.append(moved(hostile, question))
        with pytest.raises(UpstreamRefused, match="not sent there"):
            reader.fetch()
        assert hostile.asked == []


def test_a_front_page_that_leads_elsewhere_does_not_hide_what_is_behind_it() -> None:
    """Such as that of a server whose people sign in at another one."""
    with listening() as hostile, CalDavServer(home=filled(3)) as server:
        server.faults.append(
            lambda asked: (
                Reply(302, headers={"Location": "/principals/jane/"}) if asked.path == "/.well-known/caldav" else None
            )
        )
        server.faults.append(moved(hostile, "/"))
        assert len(Reader(account(server.url())).uids()) == 3
        assert hostile.asked == []


@pytest.mark.parametrize("question", ["/", "/calendars/jane/", "calendar-multiget"])
def test_another_name_of_the_same_machine_is_another_host(question: str) -> None:
    with CalDavServer(home=filled(3)) as server:
        elsewhere = [question, server.url("/", host="localhost")]
        server.faults.append(
            lambda asked: (
                Reply(307, headers={"Location": elsewhere[1]}) if elsewhere[0] in (asked.path, asked.report) else None
            )
        )
        with pytest.raises(UpstreamRefused, match="not sent there"):
            Reader(account(server.url())).fetch()
        assert {asked.host for asked in server.asked} == {"127.0.0.1"}


@pytest.mark.parametrize(
    ("path", "prop"),
    [("/", "D:current-user-principal"), ("/principals/jane/", "C:calendar-home-set")],
)
def test_a_principal_or_home_on_another_host_is_not_asked(path: str, prop: str) -> None:
    with listening() as hostile, CalDavServer(home=filled(3)) as server:
        href = f"<D:href>{hostile.url('/', host='localhost')}</D:href>"
        answer = multistatus(
            f"<D:response><D:href>{path}</D:href><D:propstat><D:prop><{prop}>{href}</{prop}></D:prop>"
            "<D:status>HTTP/1.1 200 OK</D:status></D:propstat></D:response>"
        )
        server.faults.append(lambda asked: Reply(207, answer) if asked.path == path else None)
        with pytest.raises(UpstreamRefused, match="not sent there"):
            Reader(account(server.url())).fetch()
        assert hostile.asked == []


def test_calendars_and_items_are_asked_for_at_home_whatever_host_their_hrefs_name() -> None:
    with listening() as hostile, CalDavServer(home=filled(30)) as server:
        server.absolute = True
        server.missing = "left out"
        server.url = lambda path="/", host="": hostile.url(path) if not host else f"http://{host}:{server.port}{path}"  # type: ignore[method-assign]
        own = server.url("/calendars/jane/home/", host="127.0.0.1")
        assert len(Reader(account(own)).uids()) == 30
        server.faults.append(lambda asked: Reply(404) if asked.report == "calendar-multiget" else None)
        assert len(Reader(account(own)).uids()) == 30  # one by one
        assert hostile.asked == []


def test_a_home_that_is_remembered_is_judged_like_one_that_is_found() -> None:
    with listening() as hostile, CalDavServer(home=filled(3)) as server:
        reader = Reader(account(server.url()))
        reader.fetch()
        (key,) = (key for key, body in reader.store.files.items() if not body.startswith(b"calsieve-mirror"))
        reader.store.files[key] = msgspec.msgpack.encode(Account((hostile.url("/calendars/jane/"),)))
        assert len(reader.uids()) == 3
        assert hostile.asked == []


def test_an_inner_port_or_scheme_in_an_href_is_taken_for_a_slip_of_the_proxy() -> None:
    """Servers behind a proxy that speaks TLS name themselves http://host or host:8008."""
    with CalDavServer(home=filled(3)) as server:
        server.absolute = True
        port = server.port
        server.url = lambda path="/", host="127.0.0.1": f"http://{host}:{1 if not host else 5232}{path}"  # type: ignore[method-assign]
        assert len(Reader(account(f"http://127.0.0.1:{port}/")).uids()) == 3


# ── the rules ──

ICLOUD = Trust("work", PROVIDERS["icloud"], "https://caldav.icloud.com/")


@pytest.mark.parametrize(
    ("url", "allowed"),
    [
        ("https://caldav.icloud.com/", True),
        ("https://p42-caldav.icloud.com/1234/calendars/", True),
        ("https://p42-caldav.icloud.com:443/", True),
        ("https://icloud.com/", True),
        ("https://P42-CALDAV.ICLOUD.COM/", True),
        ("http://p42-caldav.icloud.com/", False),
        ("https://p42-caldav.icloud.com:8443/", False),
        ("https://evilicloud.com/", False),
        ("https://icloud.com.evil.example/", False),
        ("https://p42-caldav.icloud.com@evil.example/", False),
        ("https://evil.example/icloud.com", False),
        ("https://caldav.icloud.com./", False),
        ("https://17.248.1.1/", False),
        ("https://evil.example\\.icloud.com/", False),
        ("https://evil.example%5c.icloud.com/", False),
        ("https://[2001:db8::66%25.icloud.com]/", False),
    ],
)
def test_a_providers_hosts_are_its_domain_by_https(url: str, allowed: bool) -> None:
    assert ICLOUD.allows(urlsplit(url)) is allowed


@pytest.mark.parametrize("name", [name for name, provider in PROVIDERS.items() if provider.url])
def test_a_known_provider_starts_at_home(name: str) -> None:
    provider = PROVIDERS[name]
    assert provider.url
    assert Trust("work", provider, provider.url).allows(urlsplit(provider.url))


@pytest.mark.parametrize(
    ("own", "url", "allowed"),
    [
        ("https://dav.example.org/x", "https://dav.example.org/y", True),
        ("https://dav.example.org/", "https://dav.example.org:443/", True),
        ("https://dav.example.org/", "http://dav.example.org/", False),
        ("https://dav.example.org/", "https://dav.example.org:8443/", False),
        ("https://dav.example.org/", "https://example.org/", False),
        ("https://dav.example.org/", "https://sub.dav.example.org/", False),
        ("http://dav.example.org/", "https://dav.example.org/", True),
        ("http://dav.example.org:8008/", "https://dav.example.org/", False),
        ("http://dav.example.org/", "https://dav.example.org:8443/", False),
    ],
)
def test_a_server_of_ones_own_is_its_origin_or_that_by_https(own: str, url: str, allowed: bool) -> None:
    assert Trust("work", PROVIDERS["generic"], own).allows(urlsplit(url)) is allowed


def test_an_origin_that_was_raised_to_https_does_not_come_down_again() -> None:
    trust = Trust("work", PROVIDERS["generic"], "http://dav.example.org/")
    with pytest.raises(UpstreamRefused, match="away from https"):
        trust.checked(urlsplit("http://dav.example.org/x"), "https://dav.example.org/")
    assert trust.followed("http://dav.example.org/x", "https://dav.example.org/") == "https://dav.example.org/x"
    assert trust.followed("http://dav.example.org/x", "http://dav.example.org/") == "http://dav.example.org/x"


def test_ways_to_write_a_path_are_one() -> None:
    assert canonical("/a%20b/%7Ejane/x%40y.ics") == canonical("/a b/~jane/x@y.ics") == "/a%20b/~jane/x@y.ics"
    assert canonical("/%c3%a4/") == canonical("/ä/") == "/%C3%A4/"
    assert canonical("/a%2Fb") == "/a/b"
    assert item_path("work", "https://evil.example/a%20b?c", "https://dav.example.org/") == "/a%20b?c"
    assert item_path("work", "b.ics", "https://dav.example.org/a/") == "/a/b.ics"


def test_a_path_that_looks_like_a_host_is_a_path() -> None:
    path = item_path("work", "https://dav.example.org//evil.example/a.ics", "https://dav.example.org/")
    assert at_origin(urlsplit(path), "https://dav.example.org/home/").startswith("https://dav.example.org/")
    assert urlsplit(item_path("work", "//evil.example/a.ics", "https://dav.example.org/")).netloc == ""


@pytest.mark.parametrize(
    "target",
    [
        "https://evil.example/",
        "//evil.example/",
        "http://p01-caldav.icloud.com/",
        "https://icloud.com.evil.example/",
        "https://evil.example\\.icloud.com/",
    ],
)
def test_icloud_leads_nowhere_else(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, target: str) -> None:
    hosts = ("caldav.icloud.com", "p01-caldav.icloud.com", "evil.example", "icloud.com.evil.example")
    answer = Reply(301, headers={"Location": target})
    with internet(monkeypatch, tmp_path, lambda _: answer, *hosts) as (server, options):
        with pytest.raises(UpstreamRefused, match=r"not sent there|no http, https or webcal URL"):
            Reader(account("https://caldav.icloud.com/", "icloud"), options=options).fetch()
        assert {asked.host for asked in server.asked} == {"caldav.icloud.com"}


def test_no_error_and_no_repr_shows_an_address_a_user_or_a_password() -> None:
    replies = [Reply(status) for status in (400, 401, 403, 404, 418, 500, 503)]
    replies += [Reply(207, b"<!DOCTYPE x>"), Reply(207, b"<a"), Reply(302), Reply(302, headers={"Location": "x://y"})]
    with CalDavServer() as server:
        source = account(server.url("/hunter2/"))
        for reply in replies:
            server.faults = [lambda _, reply=reply: reply]
            reader = Reader(source)
            with pytest.raises(SourceError) as raised:
                reader.fetch()
            shown = "".join(traceback.format_exception(raised.value)) + repr(raised.value) + repr(reader.source)
            for secret in (USER, PASSWORD, "hunter2", "127.0.0.1", str(server.port)):
                assert secret not in shown.replace(__file__, ""), (reply, secret)


def test_a_private_network_is_refused_where_it_is_not_allowed() -> None:
    with CalDavServer() as server:
        with pytest.raises(UpstreamRefused, match="private network"):
            Reader(account(server.url()), options={"allow_private": False}).fetch()
        assert server.asked == []


def test_a_host_that_can_not_be_found_may_be_found_later() -> None:
    with pytest.raises(UpstreamUnavailable, match="can't be found"):
        Reader(account("http://calendar.invalid/")).fetch()


def test_a_provider_is_known_by_one_name() -> None:
    assert {name: provider.name for name, provider in PROVIDERS.items()} == dict(zip(PROVIDERS, PROVIDERS, strict=True))
    assert all(isinstance(provider, Provider) for provider in PROVIDERS.values())
