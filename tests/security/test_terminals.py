"""What the commands print of somebody's calendar steers no terminal, and is no markup of ours."""

from __future__ import annotations

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from calsieve.cli.main import main

# Escape sequences (also those that begin with one character), and what turns the text behind it around.
STEERS = re.compile("[\x00-\x09\x0b-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069]")
HOSTILE = "a\x1b[2J\x9b31m\x9d0;evil\x9c\u202egnp\u2066[red]b[/red][/][link=http://evil]c[/link]\x07"


def calendar() -> str:
    """Return a calendar that is hostile wherever a calendar can be."""
    lines = [
        *("BEGIN:VCALENDAR", "VERSION:2.0", f"PRODID:{HOSTILE}", f"NAME:{HOSTILE}", f"X-WR-TIMEZONE:{HOSTILE}"),
        *("BEGIN:VEVENT", f"UID:{HOSTILE}", "DTSTAMP:20260101T000000Z", "DTSTART:20260515T100000Z"),
        *(f"{name}:{HOSTILE}" for name in ("SUMMARY", "LOCATION", "DESCRIPTION", "CATEGORIES", "X-A", "STATUS")),
        *("END:VEVENT", "BEGIN:VEVENT", f"UID:2{HOSTILE}", f"DTSTART:{HOSTILE}", f"SUMMARY:{HOSTILE}", "END:VEVENT"),
        *("BEGIN:VEVENT", f"UID:3{HOSTILE}", f"DTSTART;TZID={HOSTILE}:20260516T100000", f"SUMMARY:{HOSTILE}"),
        *("RRULE:FREQ=YEARLY;BYWEEKNO=20", f"RECURRENCE-ID:{HOSTILE}", "END:VEVENT", f"X\x9b{HOSTILE}:1"),
        "END:VCALENDAR",
    ]
    return "\r\n".join([*lines, ""])


@pytest.fixture
def folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "hostile.ics").write_text(calendar(), "utf-8", newline="")
    source = (tmp_path / "hostile.ics").as_uri()
    rules = "rules: [{edit: {summary: {template: '{summary}!'}}, when: {location: {contains: a}}}]"
    (tmp_path / "feeds.yaml").write_text(f"feeds: [{{name: team, notices: yes, {rules}, sources: ['{source}']}}]")
    monkeypatch.chdir(tmp_path)
    return tmp_path


NOW = ["--now", "2026-05-15T12:00Z"]
PLACES = ["--config", "feeds.yaml", "--to", "public", "--state", "state"]
COMMANDS = {
    "preview": ["preview", "team", *PLACES, *NOW],
    "preview --diff": ["preview", "team", "--diff", *PLACES, *NOW],
    "explain by title": ["explain", "gnp", *PLACES, *NOW],
    "explain by UID": ["explain", HOSTILE, *PLACES, *NOW],
    "lint": ["lint", "hostile.ics"],
    "check": ["check", "--fetch", "feeds.yaml"],
    "refresh": ["refresh", *PLACES, *NOW],
    "status": ["status", *PLACES],
    "explain what is not there": ["explain", f"x{HOSTILE}", *PLACES, *NOW],
    "a file that is not there": ["lint", f"{HOSTILE}.ics"],
    "a feed that is not there": ["preview", HOSTILE, *PLACES, *NOW],
}


@pytest.mark.parametrize("command", COMMANDS)
def test_nothing_printed_steers_a_terminal(command: str, folder: Path) -> None:
    run = CliRunner()
    run.invoke(main, COMMANDS["refresh"], catch_exceptions=False)
    (folder / "hostile.ics").write_text(calendar().replace("20260515", "20260517"), "utf-8", newline="")
    printed = run.invoke(main, COMMANDS[command], catch_exceptions=False).output
    assert printed
    assert [printed[max(0, found.start() - 40) : found.end() + 20] for found in STEERS.finditer(printed)] == []


def test_markup_is_shown_as_it_is_written(folder: Path) -> None:
    printed = CliRunner().invoke(main, COMMANDS["preview"], catch_exceptions=False).output
    assert "[red]b[/red][/][link=http://evil]c[/link]" in printed.replace("\n", "")


@pytest.mark.parametrize("command", ["preview", "explain by title", "lint"])
def test_json_says_it_in_escapes(command: str, folder: Path) -> None:
    printed = CliRunner().invoke(main, [*COMMANDS[command], "--json"], catch_exceptions=False).output
    assert json.loads(printed)
    assert STEERS.findall(printed) == []
