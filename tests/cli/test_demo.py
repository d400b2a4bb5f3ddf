"""``calsieve demo``: the whole way, with a small sample or a calendar of one's own."""

from __future__ import annotations

import http.client
import os
import signal
import socket
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calsieve.cli import sample
from calsieve.cli.main import main
from calsieve.cli.webserver import open_server
from calsieve.cli.website import plain
from tests.cli.calendars import CALENDAR

NOW = "2026-05-15T12:00Z"


@pytest.fixture(autouse=True)
def small(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sample, "WORK", replace(sample.WORK, events=300))
    monkeypatch.setattr(sample, "FAMILY", replace(sample.FAMILY, events=100))
    monkeypatch.setenv("CALSIEVE_URL", "")


def demo(*arguments: str | Path) -> Result:
    command = ["demo", "--once", "--now", NOW, *map(str, arguments)]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def test_it_shows_that_its_feeds_work(tmp_path: Path) -> None:
    result = demo("--port", "0", "--dir", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert "fetched work: 200, gzip, " in result.stdout
    assert result.stdout.count("; again: 304") == 2


def test_it_tells_sizes_events_days_and_links(tmp_path: Path) -> None:
    lines = demo("--port", "0", "--dir", tmp_path).stdout.splitlines()
    work = next(line for line in lines if line.startswith("work "))
    assert "published" in work
    assert " 300 → " in work or " 301 → " in work
    assert "work: Work, 13 Apr 2026 – 16 May 2027 (Europe/Berlin)" in lines
    links = [line.strip() for line in lines if line.startswith("  webcal://127.0.0.1:")]
    assert [link.rpartition("/")[2] for link in links] == ["work.ics", "holidays-and-family.ics"]


def test_the_page_shows_each_feed_without_a_script(tmp_path: Path) -> None:
    result = demo("--port", "0", "--dir", tmp_path)
    page = (tmp_path / "public" / "index.html").read_text()
    assert page.count("<article") == 2
    assert "<script" not in page
    links = [line.strip() for line in result.stdout.splitlines() if line.startswith("  webcal:")]
    assert all(f'href="{link}"' in page for link in links)


def test_a_second_time_in_the_same_directory_shows_the_work_again(tmp_path: Path) -> None:
    own = tmp_path / "own.ics"
    own.write_bytes(CALENDAR)
    for _ in range(2):
        result = demo("--port", "0", "--dir", tmp_path / "demo", "--url", own.as_uri())
        assert result.exit_code == 0, result.stderr
        assert "3 → 1" in result.stdout


def test_a_taken_port_is_told_and_another_used(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        result = demo("--port", str(port), "--dir", tmp_path)
    assert result.exit_code == 0, result.stderr
    assert f"Another program uses port {port}; taking a free one." in result.stderr


def test_ones_own_calendar_is_used_and_its_address_kept_secret(tmp_path: Path) -> None:
    own = tmp_path / "secret-token & it's mine.ics"
    own.write_bytes(CALENDAR)
    result = demo("--port", "0", "--dir", tmp_path / "demo", "--url", own.as_uri())
    assert result.exit_code == 0, result.stderr
    assert "3 → 1" in result.stdout
    assert "secret-token" not in result.output
    written = [file.read_bytes() for file in (tmp_path / "demo").rglob("*") if file.is_file()]
    assert not any(b"secret-token" in body for body in written)


@pytest.mark.parametrize(
    ("url", "said"),
    [
        ("calendar.example.org/token/basic.ics", "its address has to begin with one of"),
        ("file:///nowhere/token.ics", "its file is not there"),
    ],
)
def test_a_calendar_that_does_not_come_is_said_plainly(url: str, said: str, tmp_path: Path) -> None:
    result = demo("--port", "0", "--dir", tmp_path, "--url", url)
    assert result.exit_code == 1
    assert said in result.stderr
    assert "token" not in result.output


def test_an_address_with_nothing_there_is_said_plainly(tmp_path: Path) -> None:
    upstream = open_server("127.0.0.1", 0, lambda *_: plain(404, "No."), lambda _: None)
    with upstream.in_background():
        result = demo("--port", "0", "--dir", tmp_path, "--url", f"{upstream.base}/token/basic.ics")
    assert result.exit_code == 1
    assert "your-calendar: answered with status 404: has nothing there: check its address" in result.stderr
    assert "token" not in result.output


def test_it_serves_until_it_is_interrupted_and_leaves_nothing(tmp_path: Path) -> None:
    own = tmp_path / "own.ics"
    own.write_bytes(CALENDAR)
    (tmp_path / "temporary").mkdir()
    environment = os.environ | {"CALSIEVE_URL": own.as_uri(), "TMPDIR": str(tmp_path / "temporary")}
    command = [sys.executable, "-u", "-m", "calsieve.cli", "demo", "--port", "0", "--now", NOW]
    with subprocess.Popen(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as process:
        assert process.stdout is not None
        opened = next(line for line in process.stdout if line.startswith("Open http://127.0.0.1:"))
        port = int(opened.partition("127.0.0.1:")[2].partition("/")[0])
        assert status(port, "127.0.0.1") == 200
        assert status(port, "attacker.example.org") == 403
        process.send_signal(signal.SIGTERM)
        assert process.wait(timeout=10) == 0
    assert list((tmp_path / "temporary").iterdir()) == []


def status(port: int, host: str) -> int:
    connection = http.client.HTTPConnection("127.0.0.1", port, timeout=5)
    connection.request("GET", "/", headers={"Host": f"{host}:{port}"})
    found = connection.getresponse().status
    connection.close()
    return found
