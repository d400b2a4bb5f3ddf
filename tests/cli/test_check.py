"""``calsieve check`` and ``calsieve schema``: what editors and people read."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calsieve.cli.main import COMMANDS, main
from tests.cli.calendars import CALENDAR


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    return tmp_path / "feeds.yaml"


def check(feeds: Path, *arguments: str) -> Result:
    return CliRunner().invoke(main, ["check", str(feeds), *arguments], catch_exceptions=False)


def test_a_good_file_gets_a_short_summary(feeds: Path) -> None:
    feeds.write_text("feeds:\n  - name: work\n    sources: ['https://example.org/a.ics', 'env:B']\n")
    result = check(feeds)
    assert (result.exit_code, result.stdout) == (0, f"{feeds} is well: 1 feed, 2 sources\n")


def test_views_and_rules_are_counted_where_there_are_some(feeds: Path) -> None:
    feeds.write_text(
        "feeds:\n  - name: work\n    sources: [{url: 'env:B', rules: [use: free]}]\n"
        "    rules: [use: cancelled, use: tidy]\n"
        "    views: [{name: busy, show: busy, rules: [drop: {summary: lunch}]}]\n"
    )
    assert check(feeds).stdout == f"{feeds} is well: 1 feed, 1 source, 1 view, 4 rules\n"


def test_every_problem_is_a_line_that_editors_can_jump_to(feeds: Path) -> None:
    feeds.write_text("feeds:\n  - name: Work!\n    sources: ['https://example.org/a.ics']\n    colour: nocolour\n")
    result = check(feeds)
    assert (result.exit_code, result.stdout) == (2, "")
    first, second = result.stderr.splitlines()
    assert first.startswith(f"{feeds}:2: feeds[0].name: ")
    assert second.startswith(f"{feeds}:4: feeds[0].colour: ")


def test_several_files_are_checked_together(tmp_path: Path) -> None:
    teams, rooms = tmp_path / "teams.yaml", tmp_path / "rooms.yaml"
    teams.write_text("feeds: [{name: chess, sources: ['env:A']}]")
    rooms.write_text("feeds: [{name: hall, sources: ['env:B'], views: [{name: hall-busy, show: busy}]}]")
    result = check(teams, str(rooms))
    assert result.stdout.splitlines() == [
        f"{teams} is well: 1 feed, 1 source",
        f"{rooms} is well: 1 feed, 1 source, 1 view",
    ]
    teams.write_text("feeds: [{nome: chess}]")
    rooms.write_text("feeds: [{name: hall}]")
    told = check(teams, str(rooms)).stderr
    assert {line.partition(":")[0] for line in told.splitlines()} == {str(teams), str(rooms)}


def test_a_name_that_stands_in_two_files_is_told(tmp_path: Path) -> None:
    teams, rooms = tmp_path / "teams.yaml", tmp_path / "rooms.yaml"
    teams.write_text("feeds: [{name: chess, sources: ['env:A']}, {name: go, sources: ['env:A']}]")
    rooms.write_text("feeds: [{name: hall, sources: ['env:B'], views: [{name: chess, show: busy}]}]")
    result = check(teams, str(rooms))
    assert (result.exit_code, result.stdout) == (2, "")
    assert result.stderr == f"{rooms}: chess stands in {teams} too: rename it in one\n"
    assert check(teams, str(teams)).exit_code == 0  # the same file twice is no collision


def test_a_file_in_another_encoding_is_said_plainly(feeds: Path) -> None:
    feeds.write_bytes("feeds: [Bücher]".encode("latin-1"))
    result = check(feeds)
    assert (result.exit_code, "save it as UTF-8" in result.stderr) == (2, True)


def test_fetching_tells_what_each_source_brings(feeds: Path, tmp_path: Path) -> None:
    (tmp_path / "good.ics").write_bytes(CALENDAR)
    (tmp_path / "page.ics").write_bytes(b"<html>")
    sources = [
        f"{{name: good, url: '{(tmp_path / 'good.ics').as_uri()}'}}",
        f"{{name: page, url: '{(tmp_path / 'page.ics').as_uri()}'}}",
        f"{{name: gone, url: '{(tmp_path / 'gone.ics').as_uri()}'}}",
        "{name: unset, url: 'env:CALSIEVE_TEST_UNSET'}",
    ]
    feeds.write_text(f"feeds:\n  - name: work\n    sources: [{', '.join(sources)}]\n")
    result = check(feeds, "--fetch")
    assert result.exit_code == 1
    assert f"work / good: {len(CALENDAR)} B, 3 events" in result.stdout
    page, gone, unset = result.stderr.splitlines()
    assert page.startswith("work / page: this is a web page, not a calendar")
    assert gone.startswith("work / gone: its file is not there")
    assert unset.startswith("work / unset: env:CALSIEVE_TEST_UNSET: ")
    assert list(tmp_path.iterdir()) != []
    assert str(tmp_path) not in result.stderr


def test_fetching_good_sources_succeeds(feeds: Path, tmp_path: Path) -> None:
    (tmp_path / "good.ics").write_bytes(CALENDAR)
    feeds.write_text(f"feeds:\n  - name: work\n    sources: ['{(tmp_path / 'good.ics').as_uri()}']\n")
    assert check(feeds, "--fetch").exit_code == 0


def test_fetching_tells_that_a_calendar_breaks_off(feeds: Path, tmp_path: Path) -> None:
    (tmp_path / "half.ics").write_bytes(CALENDAR.rpartition(b"BEGIN:VEVENT")[0])
    feeds.write_text(f"feeds:\n  - name: work\n    sources: ['{(tmp_path / 'half.ics').as_uri()}']\n")
    assert check(feeds, "--fetch").stdout.endswith(" B, 2 events; it breaks off before END:VCALENDAR\n")


def test_fetching_needs_no_place_to_publish_to(feeds: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is remembered lies under the home directory, so that is no place to publish to; it is one to be in."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    test_fetching_good_sources_succeeds(feeds, tmp_path)


def test_the_schema_is_json() -> None:
    result = CliRunner().invoke(main, ["schema"], catch_exceptions=False)
    assert "feeds" in json.loads(result.stdout)["properties"]


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_teaches_itself_with_an_example(command: str) -> None:
    result = CliRunner().invoke(main, [command, "--help"], catch_exceptions=False)
    assert result.exit_code == 0
    assert "Example" in result.stdout
