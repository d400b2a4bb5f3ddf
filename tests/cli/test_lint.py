"""``calsieve lint``: what is printed, and how it ends."""

from __future__ import annotations

import gzip
import json
import os
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calsieve.cli.main import main
from calsieve.models import Client
from tests.adapters.upstream_server import UpstreamServer, answer
from tests.core.lint.kit import START, TIMED, UID, calendar, event

SOUND = calendar(event(*TIMED))
WARNED = calendar(event(UID, START))
WRONG = calendar(event(UID, START, "oops", "", "SUMMARY:a"))


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "a.ics"


def lint(*arguments: str, **more: object) -> Result:
    return CliRunner().invoke(main, ["lint", *arguments], catch_exceptions=False, **more)  # type: ignore[arg-type]


def test_nothing_found_is_said(file: Path) -> None:
    file.write_bytes(SOUND)
    result = lint(str(file))
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout == "nothing found, for apple, google, outlook, icsx5, thunderbird\n"


def test_findings_are_lines_in_the_order_of_the_file(file: Path) -> None:
    file.write_bytes(WRONG)
    result = lint(str(file), "--for", "google, Thunderbird")
    assert result.exit_code == 1
    assert result.stdout.splitlines() == [
        "warning for google: line 7: an event without DTSTAMP: say when the event was changed last, as in "
        "DTSTAMP:20260101T000000Z [no-dtstamp]",
        "error for all: line 10: a line that is no property: write a newline in text as \\n, and begin what follows a "
        "fold with a space [no-property]",
        "hint for all: line 11: an empty line: remove it [blank-line]",
        "1 error, 1 warning, 1 hint, for google, thunderbird",
    ]


def test_many_places_are_counted(file: Path) -> None:
    file.write_bytes(calendar(*[event(f"UID:{number}", START) for number in range(1500)]))
    *_, last, summary = lint(str(file), "--for", "google").stdout.splitlines()
    assert last.endswith("DTSTAMP:20260101T000000Z (1,490 more) [no-dtstamp]")
    assert summary == "1,500 warnings, for google"


def test_only_errors_end_it_with_1(file: Path) -> None:
    file.write_bytes(WARNED)
    assert lint(str(file)).exit_code == 0
    file.write_bytes(b"Gone")
    assert lint(str(file)).exit_code == 1


def test_json_holds_all_of_it(file: Path) -> None:
    file.write_bytes(WARNED)
    result = lint(str(file), "--for", "outlook", "--json")
    assert json.loads(result.stdout) == {
        "clients": ["outlook"],
        "findings": [
            {
                "rule": "no-dtstamp",
                "level": "warning",
                "clients": ["outlook"],
                "line": 7,
                "message": "an event without DTSTAMP: say when the event was changed last, as in "
                "DTSTAMP:20260101T000000Z",
                "more": 0,
            }
        ],
    }


@pytest.mark.parametrize("packed", [False, True])
def test_a_file_may_come_by_a_pipe_or_gzipped(file: Path, packed: bool) -> None:
    body = gzip.compress(WARNED) if packed else WARNED
    file.write_bytes(body)
    piped = lint("-", input=body)
    assert "no-dtstamp" in piped.stdout
    assert piped.stdout == lint(str(file)).stdout


def test_of_an_address_it_is_told_too_how_it_is_served(monkeypatch: pytest.MonkeyPatch) -> None:
    robots = answer(body=b"User-agent: *\nDisallow: /", Content_Type="text/plain")
    with UpstreamServer(robots, answer(body=WARNED, ETag='"x"')) as server:
        monkeypatch.setenv("CALSIEVE_TEST_URL", server.url("/secret.ics"))
        result = lint("env:CALSIEVE_TEST_URL", "--for", "google")
    assert result.exit_code == 1
    assert [line[line.index("[") + 1 : -1] for line in result.stdout.splitlines()[:-1]] == [
        "not-encrypted",
        "forbidden-to-robots",
        "no-dtstamp",
    ]
    assert "secret" not in result.stdout


def test_an_address_that_fails_is_not_repeated() -> None:
    with UpstreamServer(answer(404)) as server:
        result = lint(server.url("/secret.ics"))
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: the calendar: answered with status 404: has nothing there: check its address\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["a.ics", "--for", "nobody"], ", ".join(Client)),
        (["env:"], "env:NAME"),
        ([], "FILE|URL"),
    ],
)
def test_wrong_usage_ends_it_with_2(arguments: list[str], said: str) -> None:
    result = lint(*arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    result = lint(str(tmp_path / "gone.ics"))
    assert (result.exit_code, result.stderr) == (1, f"Error: {tmp_path / 'gone.ics'}: {os.strerror(2)}\n")
