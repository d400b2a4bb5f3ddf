"""``calsieve preview`` from files, as a person and as a program read it."""

from __future__ import annotations

import io
import json
import re
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result
from rich.console import Console

from calsieve.cli import preview_text
from calsieve.cli.main import main
from calsieve.cli.previewed import Previewed, previewed
from calsieve.models import Client, Finding, Level, Policy
from calsieve.rehearsal import Came, differences, rehearse, screened
from calsieve.rules import Action, Field, Operator, Rule, Where
from calsieve.state import decode, encode
from tests.cli import picture
from tests.cli.calendars import calendar, event

DOCUMENT = Path(__file__).parents[2] / "docs/preview.md"
NOW = "2026-05-15T12:00Z"
WORK = calendar(
    event("old", "20200101", "SUMMARY:Long ago"),
    event("lunch", "20260518", "SUMMARY:Lunch", "LOCATION:Room 1"),
    event("talk", "20260519", "SUMMARY:Talk"),
    event("far", "20300101", "SUMMARY:Far away"),
    event("weekly", "20200106", "SUMMARY:Weekly", "RRULE:FREQ=WEEKLY", "EXRULE:FREQ=YEARLY"),
    event("lost", "nonsense"),
)
FEED = """
feeds:
  - name: team
    timezone: Europe/Berlin
    rules:
      - drop: {summary: lunch}
        name: no lunches
      - drop: {summary: dinner}
    sources:
      - {name: work, url: 'WORK'}
      - {name: home, url: 'HOME'}
    views:
      - {name: team-busy, show: busy}
"""


WEEKENDS = Rule("weekends", Action.DROP, Where(Field.WEEKDAY, Operator.EQUALS, ("sat", "sun")))


class Desk:
    """A directory with feeds.yaml, sources, state and what is published."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.write("work", WORK)
        self.write("home", calendar(event("swim", "20260520", "SUMMARY:Swimming")))
        self.configure(FEED)

    def write(self, name: str, body: bytes) -> None:
        (self.root / f"{name}.ics").write_bytes(body)

    def configure(self, text: str) -> None:
        for name in ("work", "home"):
            text = text.replace(name.upper(), (self.root / f"{name}.ics").as_uri())
        (self.root / "feeds.yaml").write_text(text)

    def run(self, command: str, *arguments: str) -> Result:
        words = [command, *arguments, "--config", str(self.root / "feeds.yaml"), "--now", NOW]
        return CliRunner().invoke(main, words, catch_exceptions=False)

    def preview(self, *arguments: str) -> Result:
        return self.run("preview", *arguments)

    @property
    def places(self) -> list[str]:
        return ["--to", str(self.root / "public"), "--state", str(self.root / "state")]


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def row(result: Result, first: str) -> list[str]:
    return next(line.split() for line in result.stdout.splitlines() if line.split()[:1] == [first])


def test_all_that_a_person_wants_to_know_is_shown(desk: Desk) -> None:
    result = desk.preview("team")
    assert (result.exit_code, result.stderr) == (0, "")
    lines = [line.rstrip() for line in result.stdout.splitlines()]
    assert lines[0] == "team, 13 Apr 2026 – 16 May 2027 (Europe/Berlin)"
    assert row(result, "work")[-4:] == ["6", "2", "1", "1"]
    assert row(result, "home")[-4:] == ["1", "1", "0", "0"]
    assert row(result, "together")[-4:] == ["7", "3", "1", "1"]
    assert "no lunches  drop   1  Lunch" in lines
    assert "rule 2      drop   0  nothing it matches" in lines
    assert "1 × series published whole: EXRULE (Weekly)" in lines
    assert "stays whole, as rules" not in result.stdout  # none asks for a time
    assert "not understood: lost: has a DTSTART that is no date" in lines
    assert lines[lines.index("what comes next") + 1 :][:2] == [
        "Mon 18 May, 12:00–13:00  Weekly (not all apps agree)",
        "Tue 19 May, 12:00–13:00  Talk",
    ]
    assert any(line.startswith(("1.0 kB → ", "1.1 kB → ")) for line in lines)
    assert lines[-1] == "Nothing was written."


def test_nothing_is_written(desk: Desk) -> None:
    before = sorted(desk.root.rglob("*"))
    assert desk.preview("team", *desk.places, "--diff").exit_code == 0
    assert sorted(desk.root.rglob("*")) == before


def test_the_state_of_another_feed_stands_in_for_nothing(desk: Desk) -> None:
    assert desk.run("refresh", *desk.places).exit_code == 0
    (state,) = desk.root.rglob("state/feeds/team")
    known = decode(state.read_bytes())
    assert known
    (desk.root / "home.ics").unlink()
    assert "stands in" in desk.preview("team", *desk.places).stdout
    state.write_bytes(encode(replace(known, feed="another")))
    assert "stands in" not in desk.preview("team", *desk.places).stdout


@pytest.mark.parametrize(("command", "asked"), [("preview", ["team"]), ("explain", ["lunch", "team"])])
def test_it_can_be_asked_in_the_home_directory(
    desk: Desk, command: str, asked: list[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(desk.root)
    monkeypatch.setenv("HOME", str(desk.root))
    monkeypatch.delenv("XDG_STATE_HOME", raising=False)
    assert desk.run(command, *asked).exit_code == 0


def test_a_view_is_found_by_its_own_name_or_beside_its_feed(desk: Desk) -> None:
    by_name, beside = desk.preview("team-busy"), desk.preview("team", "--view", "team-busy")
    assert by_name.stdout == beside.stdout
    assert by_name.stdout.startswith("team-busy, ")
    assert "Busy" in by_name.stdout
    assert "Talk" not in by_name.stdout
    assert row(by_name, "free")[:5] == ["free", "or", "cancelled", "drop", "0"]


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["taem"], "there is no feed 'taem': there are team, team-busy"),
        (["team", "--view", "x"], "team has no view 'x', only team-busy"),
        (["team", "--diff"], "say where that is with --to"),
    ],
)
def test_what_is_not_there_is_wrong_usage(desk: Desk, arguments: list[str], said: str) -> None:
    result = desk.preview(*arguments)
    assert (result.exit_code, said in result.stderr) == (2, True)


def test_a_feed_without_views_says_so(desk: Desk) -> None:
    desk.configure(FEED[: FEED.index("    views")])
    assert "team has no view 'x', it has none" in desk.preview("team", "--view", "x").stderr


def test_a_source_that_fails_is_told_and_does_not_stop_the_others(desk: Desk) -> None:
    (desk.root / "work.ics").unlink()
    result = desk.preview("team")
    assert result.exit_code == 0
    assert row(result, "work") == ["work"]
    assert "work: its file is not there" in result.stdout
    assert "Swimming" in result.stdout


def test_its_last_good_body_stands_in(desk: Desk) -> None:
    assert desk.run("refresh", *desk.places).exit_code == 0
    (desk.root / "work.ics").write_bytes(b"<html>")
    result = desk.preview("team", *desk.places)
    assert "work: this is a web page, not a calendar; a login page is the usual cause; what came 2026-05-15 12:00" in (
        result.stdout
    )
    assert "Talk" in result.stdout


def test_if_none_can_be_used_it_fails(desk: Desk) -> None:
    for name in ("work", "home"):
        desk.write(name, b"")
    result = desk.preview("team")
    assert (result.exit_code, result.stdout) == (1, "")
    assert result.stderr == "Error: work: the file is empty\nhome: the file is empty\n"


def test_nothing_tells_an_address(desk: Desk) -> None:
    desk.configure(FEED.replace("HOME", "https://127.0.0.1:1/secret-token/basic.ics"))
    for more in ([], ["--json"]):
        assert "secret-token" not in desk.preview("team", *more).output


# ── against what is published ──


def test_what_is_published_already_is_said_to_be(desk: Desk) -> None:
    desk.run("refresh", *desk.places)
    result = desk.preview("team", *desk.places, "--diff")
    assert "what would change: nothing\n\n1.1 kB" in result.stdout
    assert "It is what is published now." in result.stdout


def test_what_would_change_is_told_by_meaning(desk: Desk) -> None:
    desk.run("refresh", *desk.places)
    series = event("daily", "20260601", "SUMMARY:Daily", "RRULE:FREQ=DAILY;COUNT=4")
    moved = event("talk", "20260522", "SUMMARY:Talk", "LOCATION:Hall")
    renamed = event("swim", "20260520", "SUMMARY:Diving", "STATUS:TENTATIVE")
    desk.write("work", calendar(moved, series))
    desk.write("home", calendar(renamed))
    result = desk.preview("team", *desk.places, "--diff")
    lines = [" ".join(line.split()) for line in result.stdout.splitlines()]
    at = next(n for n, line in enumerate(lines) if line.startswith("what would change"))
    assert lines[at : at + 5] == [
        "what would change: 4 appeared, 1 moved, 57 cancelled, 1 changed",
        "- Mon 13 Apr, 12:00–13:00 Weekly (not all apps agree), and 56 more of it",
        "~ Wed 20 May, 12:00–13:00 Diving, before: Swimming, confirmed",
        "> Fri 22 May, 12:00–13:00 Talk, Hall, before: Tue 19 May, 12:00–13:00, no place",
        "+ Mon 1 Jun, 12:00–13:00 Daily, and 3 more of it",
    ]


def test_where_nothing_is_published_there_is_nothing_to_compare(desk: Desk) -> None:
    result = desk.preview("team", *desk.places, "--diff")
    assert (result.exit_code, "what would change" in result.stdout) == (0, False)
    assert "Nothing is published there yet." in result.stdout


def test_only_so_many_changes_are_listed(desk: Desk) -> None:
    desk.run("refresh", *desk.places)
    desk.write("work", calendar(*(event(f"n{n}", "20260520", f"SUMMARY:N{n:02}") for n in range(60))))
    result = desk.preview("team", *desk.places, "--diff")
    listed = [line for line in result.stdout.splitlines() if line[:2] in ("+ ", "- ")]
    assert len(listed) == 40
    assert "\nand 22 more\n" in result.stdout


# ── for programs ──


def test_json_has_what_the_document_says(desk: Desk) -> None:
    desk.run("refresh", *desk.places)
    desk.write("home", calendar(event("swim", "20260520", f"DESCRIPTION:{'x' * 1_200_000}")))
    told: dict[str, Any] = json.loads(desk.preview("team", *desk.places, "--diff", "--json").stdout)
    of_preview, of_explain = DOCUMENT.read_text().split("### preview")[1].split("### explain")
    assert keys(told) == documented(of_preview)
    assert keys(json.loads(desk.run("explain", "talk", "--json").stdout)[0]) == documented(of_explain)


def documented(text: str) -> set[str]:
    return {line.split("`")[1] for line in text.splitlines() if line.startswith("| `")}


def keys(told: Any, at: str = "") -> set[str]:
    """Return all keys by the way to them, those of objects in lists too; what is counted by name is no key."""
    if isinstance(told, list):
        return set().union(*(keys(each, f"{at}[]") for each in told))
    if not isinstance(told, dict) or at in ("repairs", "kept_whole", "changes[].before", "changes[].after"):
        return set()
    ways = {key: f"{at}.{key}".lstrip(".") for key in told}
    return set(ways.values()).union(*(keys(told[key], way) for key, way in ways.items()))


def test_json_says_what_the_text_says(desk: Desk) -> None:
    told = json.loads(desk.preview("team", "--json").stdout)
    assert (told["feed"], told["name"], told["published"], told["same"], told["changes"]) == (
        *("team", "team", False, False),
        None,
    )
    assert told["rules"][0] == {
        "name": "no lunches",
        "source": "",
        "actions": ["drop"],
        "count": 1,
        "examples": ["Lunch"],
    }
    assert (told["events"], told["kept_whole"]) == ({"before": 7, "after": 3}, {"EXRULE": 1})
    assert told["sources"][0]["size"]["bytes"] == len(WORK)
    assert told["size"]["after"]["gzipped"] < told["size"]["after"]["bytes"]
    first, second = told["coming"][:2]
    assert (first["summary"], first["sure"], second["start"]) == ("Weekly", False, "2026-05-19T10:00:00Z")


# ── in a terminal ──


def rehearsed(body: bytes, published: bytes | None = None, policy: Policy | None = None) -> Previewed:
    now, policy = datetime.fromisoformat(NOW), policy or Policy(timezone="Europe/Berlin")
    read = screened(policy, now)("work", body, None)
    rehearsal = rehearse([Came(name="work", body=body, calendar=read)], policy, now, published)
    changes = differences(published, rehearsal, now) if published else None
    return previewed("team", "team", rehearsal, published, changes, compared=published is not None)


def printed(preview: Previewed, width: int = 80, **more: Any) -> str:
    text = io.StringIO()
    preview_text.show(preview, datetime(2026, 5, 15, 12, tzinfo=UTC), Console(file=text, width=width, **more))
    return text.getvalue()


def test_series_that_rules_cant_be_asked_of_are_named() -> None:
    def weekly(uid: str, *more: str) -> str:
        return event(uid, "20200106", f"SUMMARY:{uid}", "RRULE:FREQ=WEEKLY;BYDAY=MO,SA", *more)

    unsure = [weekly(uid, "EXRULE:FREQ=YEARLY") for uid in ("Choir", "Board")]
    policy = Policy(timezone="Europe/Berlin", rules=(WEEKENDS,))
    preview = rehearsed(calendar(weekly("Sure"), *unsure, event("x", "20260523")), policy=policy)
    assert preview.rehearsal.unasked == ("Choir", "Board")
    text = printed(preview, 120)
    assert "2 × series published whole: EXRULE (Choir · Board)\n" in text
    assert "stays whole, as rules can't be asked of each occurrence: Choir · Board\n" in text
    assert rehearsed(calendar(*unsure)).rehearsal.unasked == ()


def test_what_a_refresh_would_note_is_told() -> None:
    preview = rehearsed(WORK)
    (work,) = preview.rehearsal.sources
    noted = replace(preview.rehearsal, sources=(replace(work, note="it came back empty: believed"),))
    assert "work: it came back empty: believed\n" in printed(preview._replace(rehearsal=noted))


@pytest.mark.parametrize("width", [80, 120])
def test_no_line_is_wider_than_the_terminal(width: int) -> None:
    long = [event(f"e{n}", "20260520", f"SUMMARY:{'long words ' * 20}", "LOCATION:Here") for n in range(3)]
    text = printed(rehearsed(calendar(*long), WORK), width)
    assert max(map(len, text.splitlines())) <= width
    assert printed(rehearsed(calendar(*long), WORK), width) == text


def test_colours_are_for_terminals_only(desk: Desk) -> None:
    looked_at = rehearsed(calendar(event("talk", "20260522", "SUMMARY:Talk")), WORK)
    assert "\x1b[" in printed(looked_at, force_terminal=True)
    assert "\x1b" not in printed(looked_at)
    assert "\x1b" not in desk.preview("team").stdout


def test_nothing_from_a_calendar_steers_the_terminal() -> None:
    hostile = event("a\x1b[2J", "20260520", "SUMMARY:x\x1b[2J\u202e[bold]y", "LOCATION:z\x9b2J")
    text = printed(rehearsed(calendar(hostile), WORK))
    assert not {"\x1b", "\x9b", "\u202e"} & set(text)
    assert "[bold]y" in text


def test_what_a_client_would_drop_is_said_not_to_be_published() -> None:
    looked_at = rehearsed(calendar(event("talk", "20260520")))
    assert not looked_at.refused
    error = Finding("some-rule", Level.ERROR, (Client.APPLE, Client.GOOGLE), 1234, "it is bad: make it good", 2)
    hint = Finding("other-rule", Level.HINT, (Client.ICSX5,), 0, "could be better")
    bad = looked_at._replace(rehearsal=replace(looked_at.rehearsal, findings=(error, hint)))
    text = printed(bad)
    assert bad.refused
    assert "error apple, google: line 1,234: it is bad: make it good (2 more)\n" in text
    assert "hint icsx5: could be better\n" in text
    assert "A refresh would not publish this: a client would drop the feed.\n" in text


def test_the_picture_in_the_documents_shows_what_is_printed() -> None:
    sizes = re.compile(r"[\d.]+&#160;[kM]?B")  # zlib's versions differ by some bytes
    there = picture.PICTURE.read_text("utf-8")
    assert sizes.sub("", picture.svg()) == sizes.sub("", there), "python -m tests.cli.picture, and look at it"
    assert set(re.findall(r"https?://([a-z.0-9]+)", there)) == {"www.w3.org", "www.textualize.io", "meet.example.org"}


def test_many_that_are_not_understood_are_not_all_listed() -> None:
    text = printed(rehearsed(calendar(*(event(f"e{n}", "nonsense") for n in range(12)))))
    assert text.count("not understood: e") == 10
    assert "not understood: 2 more" in text
    assert "what comes next\nnothing\n" in text
