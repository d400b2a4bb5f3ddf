"""``calsieve explain`` from files."""

from __future__ import annotations

import json
from pathlib import Path

import pytest
from click.testing import Result

from tests.cli.calendars import calendar, event
from tests.cli.test_preview import FEED, Desk


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def explain(desk: Desk, *arguments: str) -> Result:
    return desk.run("explain", *arguments)


def test_an_event_is_explained_by_its_uid(desk: Desk) -> None:
    result = explain(desk, "lunch", "team")
    assert (result.exit_code, result.stderr) == (0, "")
    assert result.stdout.splitlines() == [
        "Lunch  lunch",
        "work has it as a single event, “Lunch”, from 2026-05-18 10:00 UTC to 2026-05-18 11:00 UTC.",
        "The rule “no lunches” drops it.",
        "It is not published.",
    ]


def test_what_is_published_is_shown(desk: Desk) -> None:
    lines = explain(desk, "talk", "team").stdout.splitlines()
    assert lines[3:5] == ["It is published, as 1 event.", "BEGIN:VEVENT"]
    assert lines[-1] == "END:VEVENT"


def test_what_was_let_go_long_ago_is_explained_too(desk: Desk) -> None:
    assert "All of it was over before the window, which begins at 2026-04-13 00:00 CEST." in (
        explain(desk, "old", "team").stdout
    )


def test_words_of_a_title_do(desk: Desk) -> None:
    assert explain(desk, "LUN", "team").stdout == explain(desk, "lunch", "team").stdout


def test_several_are_explained_one_after_the_other(desk: Desk) -> None:
    desk.write("work", calendar(event("a", "20260518", "SUMMARY:Talk"), event("b", "20260519", "SUMMARY:Talk")))
    assert [line for line in explain(desk, "talk", "team").stdout.splitlines() if line.startswith("Talk  ")] == [
        "Talk  a",
        "Talk  b",
    ]


def test_many_are_listed_the_latest_first_and_can_be_narrowed_to_a_day(desk: Desk) -> None:
    desk.write("work", calendar(*(event(f"u{n:02}", f"202605{n:02}", "SUMMARY:Talk") for n in range(1, 26))))
    result = explain(desk, "talk", "team")
    assert (result.exit_code, result.stdout) == (1, "")
    first, second, *_, last = result.stderr.splitlines()
    assert first == "Error: 25 events are called so: ask by UID, by more words, or with --on for those of a day"
    assert second == "20260525T100000Z work: Talk  u25"
    assert last == "and 5 more"
    assert explain(desk, "talk", "team", "--on", "2026-05-07").stdout.startswith("Talk  u07\n")
    result = explain(desk, "talk", "team", "--on", "2026-05-30")
    assert (result.exit_code, "no source of team has an event on 2026-05-30 with the UID" in result.stderr) == (1, True)


def test_four_are_all_listed(desk: Desk) -> None:
    desk.write("work", calendar(*(event(f"u{n}", f"2026051{n}", "SUMMARY:Talk") for n in range(4))))
    assert len(explain(desk, "talk", "team").stderr.splitlines()) == 5


def test_what_nobody_has_is_said(desk: Desk) -> None:
    result = explain(desk, "nothing", "team")
    assert (result.exit_code, result.stdout) == (1, "")
    said = "no source of team has an event with the UID 'nothing', nor with these words in its title"
    assert result.stderr == f"Error: {said}\n"


def test_a_source_that_fails_or_is_empty_is_named_as_it_may_have_had_the_event(desk: Desk) -> None:
    desk.write("work", b"<html>")
    desk.write("home", calendar())
    page, empty, nothing = explain(desk, "lunch", "team").stderr.splitlines()
    assert page.startswith("work: this is a web page, not a calendar")
    assert empty == "home: has no events now"
    assert nothing.startswith("Error: no source of team has")


def test_what_stands_in_for_a_source_is_explained_and_that_is_said(desk: Desk) -> None:
    assert desk.run("refresh", *desk.places).exit_code == 0
    desk.write("work", calendar())
    result = explain(desk, "lunch", "team", *desk.places)
    assert (result.exit_code, result.stdout.splitlines()[0]) == (0, "Lunch  lunch")
    assert "it came back empty: held back" in result.stderr
    assert result.stderr.endswith("; what came 2026-05-15 12:00 stands in\n")


def test_one_of_many_that_a_series_became_is_shown_alone(desk: Desk) -> None:
    daily = event("d", "20260518", "SUMMARY:Daily", "RRULE:FREQ=DAILY;COUNT=9")
    desk.write("work", calendar(daily))
    desk.configure(FEED.replace("    timezone", "    series: expand\n    timezone"))
    lines = explain(desk, "d", "team").stdout.splitlines()
    assert (lines.count("BEGIN:VEVENT"), lines[-1]) == (5, "and 4 more")
    lines = explain(desk, "d-20260520T100000Z", "team").stdout.splitlines()
    assert (lines.count("BEGIN:VEVENT"), "DTSTART:20260520T100000Z" in lines) == (1, True)


def test_a_view_is_asked_by_its_name_and_the_only_feed_by_none(desk: Desk) -> None:
    assert "The view tells only when one is busy (show: busy)." in explain(desk, "talk", "team-busy").stdout
    assert "The view tells only when one is busy" in explain(desk, "talk", "--view", "team-busy").stdout
    assert explain(desk, "talk").stdout == explain(desk, "talk", "team").stdout


def test_of_several_feeds_one_has_to_be_said(desk: Desk) -> None:
    desk.configure("feeds:\n  - {name: a, sources: ['WORK']}\n  - {name: b, sources: ['HOME']}\n")
    result = explain(desk, "talk")
    assert (result.exit_code, "say which feed: there are a, b" in result.stderr) == (2, True)


def test_json_has_every_sentence_with_what_it_is_about(desk: Desk) -> None:
    (told,) = json.loads(explain(desk, "lunch", "team", "--json").stdout)
    assert (told["source"], told["uid"], told["title"], told["published"]) == ("work", "lunch", "Lunch", [])
    assert [said["about"] for said in told["said"]] == ["source", "rule", "outcome"]
    (told,) = json.loads(explain(desk, "talk", "team", "--json").stdout)
    assert told["published"][0].startswith("BEGIN:VEVENT\nUID:talk\n")


def test_nothing_from_a_calendar_steers_the_terminal(desk: Desk) -> None:
    desk.write("work", calendar(event("x", "20260518", "SUMMARY:x\x1b[2J\x9b2J", "DESCRIPTION:a\x9bb")))
    output = explain(desk, "x", "team").output
    assert "SUMMARY:x[2J" in output
    assert not {"\x1b", "\x9b"} & set(output)


def test_a_source_that_can_not_be_had_is_said(desk: Desk) -> None:
    for name in ("work", "home"):
        desk.write(name, b"")
    result = explain(desk, "talk", "team")
    assert (result.exit_code, "work: the file is empty" in result.stderr) == (1, True)


def test_its_last_good_body_stands_in(desk: Desk) -> None:
    desk.run("refresh", *desk.places)
    desk.write("work", b"")
    assert explain(desk, "talk", "team", *desk.places).exit_code == 0
    assert explain(desk, "talk", "team").exit_code == 1
