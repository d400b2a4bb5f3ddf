"""``calsieve serve``: what clients see over HTTP, and what they must not."""

from __future__ import annotations

import errno
import gzip
import http.client
import signal
import socket
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from calsieve.cli.webserver import ListenError, Server, site_server
from calsieve.cli.website import admits_gzip, masked

SECRET = "0123456789abcdef0123456789abcdef"  # what a feed's path begins with
FEED = f"/{SECRET}/work.ics"
CALENDAR = b"BEGIN:VCALENDAR\r\n" + b"X-WORDS:many\r\n" * 50 + b"END:VCALENDAR\r\n"


@pytest.fixture
def site(tmp_path: Path) -> Path:
    root = tmp_path / "public"
    (root / SECRET).mkdir(parents=True)
    (root / SECRET / "work.ics").write_bytes(CALENDAR)
    (root / SECRET / "work.ics.gz").write_bytes(gzip.compress(CALENDAR, mtime=0))
    (root / ".lock").write_text("hidden")
    (root / ".hidden.ics").write_text("hidden")
    (tmp_path / "outside.ics").write_text("outside")
    (root / "link.ics").symlink_to(tmp_path / "outside.ics")
    (root / "circle.ics").symlink_to("circle.ics")
    return root


@pytest.fixture
def log() -> list[str]:
    return []


@pytest.fixture
def server(site: Path, log: list[str]) -> Iterator[Server]:
    server = site_server(site, "127.0.0.1", 0, log.append)
    with server.in_background():
        yield server


class Reply:
    def __init__(self, answer: http.client.HTTPResponse) -> None:
        self.status, self.headers, self.body = answer.status, answer.headers, answer.read()


def ask(server: Server, path: str, method: str = "GET", **headers: str) -> Reply:
    connection = http.client.HTTPConnection("127.0.0.1", server.server_address[1], timeout=5)
    connection.request(method, path, headers={name.replace("_", "-"): text for name, text in headers.items()})
    reply = Reply(connection.getresponse())
    connection.close()
    return reply


def test_a_feed_is_served_as_a_calendar(server: Server) -> None:
    reply = ask(server, FEED)
    assert (reply.status, reply.body) == (200, CALENDAR)
    assert reply.headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert reply.headers["Cache-Control"] == "public, max-age=900"
    assert "Content-Encoding" not in reply.headers


def test_the_twin_goes_to_those_who_read_gzip(server: Server) -> None:
    reply = ask(server, FEED, Accept_Encoding="br, gzip")
    assert reply.headers["Content-Encoding"] == "gzip"
    assert reply.headers["Vary"] == "Accept-Encoding"
    assert gzip.decompress(reply.body) == CALENDAR


def test_a_feed_without_a_twin_is_served_plain(server: Server, site: Path) -> None:
    (site / SECRET / "work.ics.gz").unlink()
    reply = ask(server, FEED, Accept_Encoding="gzip")
    assert (reply.body, reply.headers["Content-Encoding"]) == (CALENDAR, None)


@pytest.mark.parametrize(
    ("value", "admitted"),
    [
        ("gzip", True),
        ("GZIP;q=0.5, br", True),
        ("*", True),
        ("gzip;q=0", False),
        ("gzip; q=0.000, *", False),
        ("*;q=0", False),
        ("gzip;q=never", False),
        ("br, deflate", False),
        ("", False),
    ],
)
def test_gzip_is_sent_only_where_it_is_admitted(value: str, admitted: bool) -> None:
    assert admits_gzip(value) is admitted


def test_variants_have_strong_etags_of_their_own(server: Server) -> None:
    plain, gzipped = ask(server, FEED), ask(server, FEED, Accept_Encoding="gzip")
    assert plain.headers["ETag"] != gzipped.headers["ETag"]
    assert plain.headers["ETag"].startswith('"')


@pytest.mark.parametrize("form", ["{}", "W/{}", '"other", {}', "*"])
def test_who_has_the_feed_already_gets_304(server: Server, form: str) -> None:
    etag = ask(server, FEED).headers["ETag"]
    reply = ask(server, FEED, If_None_Match=form.format(etag))
    assert (reply.status, reply.body) == (304, b"")
    assert reply.headers["ETag"] == etag


def test_who_has_another_version_gets_the_feed(server: Server) -> None:
    assert ask(server, FEED, If_None_Match='"other"').status == 200


def test_head_tells_what_get_would_send(server: Server) -> None:
    reply = ask(server, FEED, "HEAD")
    assert (reply.status, reply.headers["Content-Length"]) == (200, str(len(CALENDAR)))


def test_nothing_follows_the_headers_of_head(server: Server) -> None:
    """Asked of the socket: http.client would throw the excess away."""
    with socket.create_connection(server.server_address[:2], timeout=5) as connection:
        connection.sendall(f"HEAD {FEED} HTTP/1.1\r\nHost: x\r\nConnection: close\r\n\r\n".encode())
        received = b"".join(iter(lambda: connection.recv(65536), b""))
    assert received.startswith(b"HTTP/1.1 200 ")
    assert received.endswith(b"\r\n\r\n")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        f"/{SECRET}",
        f"/{SECRET}/",
        f"/{SECRET}/gone.ics",
        f"{FEED}.gz",
        "/.lock",
        "/.hidden.ics",
        "/../outside.ics",
        "/%2e%2e/outside.ics",
        "/..%2foutside.ics",
        f"/{SECRET}/..%5c..%5coutside.ics",
        "//etc/passwd",
        "/link.ics",
        "/%00.ics",
        f"/{'x' * 300}.ics",
        "/circle.ics",
        "*",
    ],
)
def test_nothing_else_is_there(server: Server, path: str) -> None:
    reply = ask(server, path)
    assert reply.status == 404
    assert reply.headers["Cache-Control"] == "no-store"


def test_an_index_page_is_shown_if_there_is_one(server: Server, site: Path) -> None:
    (site / "index.html").write_text("<!doctype html>")
    reply = ask(server, "/")
    assert (reply.status, reply.headers["Content-Type"]) == (200, "text/html; charset=utf-8")
    assert reply.headers["Content-Security-Policy"].startswith("default-src 'none'")
    assert reply.headers["Cache-Control"] == "no-cache"


@pytest.mark.parametrize(
    ("name", "media_type"),
    [("style-0123.css", "text/css; charset=utf-8"), ("family.atom", "application/atom+xml; charset=utf-8")],
)
def test_what_lies_beside_a_feed_has_its_type(server: Server, site: Path, name: str, media_type: str) -> None:
    (site / name).write_text("x")
    assert ask(server, f"/{name}").headers["Content-Type"] == media_type


@pytest.mark.parametrize("method", ["POST", "PUT", "DELETE", "OPTIONS", "PROPFIND"])
def test_other_methods_are_refused(server: Server, method: str) -> None:
    reply = ask(server, FEED, method)
    assert (reply.status, reply.headers["Allow"]) == (405, "GET, HEAD")


def test_the_query_is_ignored(server: Server) -> None:
    assert ask(server, f"{FEED}?x=1").body == CALENDAR


def test_the_log_leaves_out_the_secret_part(server: Server, log: list[str]) -> None:
    ask(server, f"{FEED}?token={SECRET}")
    assert log == [f"GET /…/work.ics 200 plain {len(CALENDAR):,} B"]


def test_the_log_shows_no_control_characters() -> None:
    assert masked("/\x1b[2Jwork.ics") == "/?[2Jwork.ics"


@pytest.mark.parametrize(
    ("number", "option"),
    [(errno.EADDRINUSE, "--port"), (errno.EACCES, "--port"), (errno.EADDRNOTAVAIL, "--host")],
)
def test_what_to_choose_anew_is_said(number: int, option: str) -> None:
    assert f"choose another with {option}" in ListenError("192.0.2.1", 80, OSError(number, "so it is")).message


def test_a_taken_port_is_said_plainly(server: Server, site: Path) -> None:
    with pytest.raises(ListenError, match="another program uses this port") as caught:
        site_server(site, "127.0.0.1", server.server_address[1], print)
    assert caught.value.taken


def test_the_command_serves_until_it_is_interrupted(site: Path) -> None:
    command = [sys.executable, "-m", "calsieve.cli", "serve", str(site), "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stderr is not None
        port = int(process.stderr.readline().partition("127.0.0.1:")[2].split()[0])
        connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
        connection.request("GET", FEED)
        assert connection.getresponse().read() == CALENDAR
        connection.close()
        process.send_signal(signal.SIGINT)
        try:
            rest, errors = process.communicate(timeout=5)
        finally:
            process.kill()  # where signals are ignored it would be waited for in vain
    assert (process.returncode, rest) == (0, "")
    assert errors.splitlines() == [f"GET /…/work.ics 200 plain {len(CALENDAR):,} B"]
