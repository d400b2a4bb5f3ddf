"""What rules change, edit by edit, on both ways."""

from __future__ import annotations

import pytest

from calsieve.core.rules.edits import NEVER_EDITED, shortened
from calsieve.models import Policy
from calsieve.rules import Change, Edit
from tests.core.rules.kit import after, after_own, setting

EVENT = ("SUMMARY:Team\\, red", "LOCATION:Room 1", "ORGANIZER;CN=Jane:mailto:jane@example.org", "CATEGORIES:Work,Fun")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("{source}: {summary}", ["SUMMARY:one: Team\\, red"]),
        ("{summary} ({location}; {organizer})", ["SUMMARY:Team\\, red (Room 1\\; Jane)"]),
        ("{categories} {status} {class} {transparency}", ["SUMMARY:Work\\, Fun confirmed public opaque"]),
        ("{description}{url}|{unknown}{uid}", ["SUMMARY:|{unknown}{uid}"]),
        ("{description}", []),
    ],
)
def test_a_template_is_filled_with_what_the_event_says(text: str, expected: list[str]) -> None:
    told = after(Edit(Change.TEMPLATE, "SUMMARY", text), lines=EVENT)
    assert [line for line in told if line.startswith("SUMMARY")] == expected


def test_an_organizer_without_a_name_is_an_address() -> None:
    told = after(Edit(Change.TEMPLATE, "SUMMARY", "{organizer}"), lines=("ORGANIZER:mailto:jane@example.org",))
    assert "SUMMARY:jane@example.org" in told


def test_a_source_s_edits_come_after_all_rules() -> None:
    assert after_own(Edit(Change.TEMPLATE, "SUMMARY", "{source}: {summary}"), lines=("SUMMARY:a",)) == [
        "SUMMARY:one: a"
    ]


@pytest.mark.parametrize(
    ("name", "text", "expected"),
    [
        ("SUMMARY", "{summary}, \\ x;\ny", "SUMMARY:{summary}\\, \\\\ x\\;\\ny"),
        ("STATUS", "tentative", "STATUS:TENTATIVE"),
        ("TRANSP", "transparent", "TRANSP:TRANSPARENT"),
        ("CLASS", "PRIVATE", "CLASS:PRIVATE"),
        ("URL", " https://example.org/a,b;c\n", "URL:https://example.org/a,b;c"),
        ("CATEGORIES", "Work, hard", "CATEGORIES:Work\\, hard"),
        ("COLOR", "navy", "COLOR:navy"),
        ("X-TEAM", "a,b", "X-TEAM:a\\,b"),
        ("SUMMARY", "a\x00b\x1bc", "SUMMARY:abc"),
    ],
)
def test_a_property_is_set(name: str, text: str, expected: str) -> None:
    assert after(setting(name, text), lines=()) == [expected]
    assert after(setting(name, text), lines=(f"{name}:x",)) == [expected]


@pytest.mark.parametrize(
    ("name", "text"), [("STATUS", "nonsense"), ("COLOR", "#123456"), ("BAD NAME", "x"), ("BEGIN", "x")]
)
def test_what_no_reader_accepts_is_not_set(name: str, text: str) -> None:
    assert after(setting(name, text), lines=("STATUS:TENTATIVE", "COLOR:navy")) == ["COLOR:navy", "STATUS:TENTATIVE"]


@pytest.mark.parametrize("name", sorted(NEVER_EDITED))
@pytest.mark.parametrize("change", [Change.REMOVE, Change.SET])
def test_times_and_identity_are_never_edited(name: str, change: Change) -> None:
    told = after(Edit(change, name, "20200101T000000Z"), lines=("SEQUENCE:2", "CREATED:20260101T000000Z"))
    assert told == ["CREATED:20260101T000000Z", "SEQUENCE:2"]


def test_what_is_set_to_nothing_goes() -> None:
    assert after(setting("SUMMARY", " "), lines=("SUMMARY:x",)) == []


def test_a_parameter_that_tells_the_text_elsewhere_goes_with_it() -> None:
    line = 'SUMMARY;LANGUAGE=de;ALTREP="cid:1":x'
    assert after(setting("SUMMARY", "y"), lines=(line,)) == ["SUMMARY;LANGUAGE=de:y"]
    assert len(after(setting("LOCATION", "y"), lines=(line,))) == 2


def test_a_property_is_removed_with_what_says_the_same() -> None:
    lines = ("LOCATION:x", "GEO:1;2", "X-APPLE-STRUCTURED-LOCATION;X-TITLE=x:geo:1,2", "X-OTHER:1")
    assert after(Edit(Change.REMOVE, "LOCATION"), lines=lines) == ["X-OTHER:1"]
    assert after(setting("LOCATION", "y"), lines=lines) == ["LOCATION:y", "X-OTHER:1"]
    kept = after(Edit(Change.TEMPLATE, "LOCATION", "at {location}"), lines=lines)
    assert [line.partition(":")[0].partition(";")[0] for line in kept] == [
        "LOCATION",
        "GEO",
        "X-APPLE-STRUCTURED-LOCATION",
        "X-OTHER",
    ]


def test_a_description_goes_with_its_other_forms() -> None:
    lines = ("DESCRIPTION:a b", "X-ALT-DESC;FMTTYPE=text/html:<b>a</b> b", "STYLED-DESCRIPTION;VALUE=TEXT:a b")
    policy = Policy(keep_html=True)
    assert after(Edit(Change.REMOVE, "DESCRIPTION"), lines=lines, policy=policy) == []
    assert after(Edit(Change.REPLACE, "DESCRIPTION", "c", "b"), lines=lines, policy=policy) == ["DESCRIPTION:a c"]
    assert len(after(Edit(Change.REPLACE, "DESCRIPTION", "c", "x"), lines=lines, policy=policy)) == 3
    assert after(Edit(Change.REMOVE, "DESCRIPTION"), lines=lines) == []


@pytest.mark.parametrize(
    ("edit", "line", "expected"),
    [
        (Edit(Change.REPLACE, "SUMMARY", r"\1", "^Team (.*)"), "SUMMARY:Team a\\, b", ["SUMMARY:a\\, b"]),
        (Edit(Change.REPLACE, "SUMMARY", "", ".*"), "SUMMARY:Team", []),
        (Edit(Change.REPLACE, "SUMMARY", "x", "y"), "SUMMARY: as it is\\n", ["SUMMARY: as it is\\n"]),
        (Edit(Change.REPLACE, "CATEGORIES", "W", "^Work"), "CATEGORIES:Work,Workers,Fun", ["CATEGORIES:W,Wers,Fun"]),
        (Edit(Change.REPLACE, "CATEGORIES", "", "^Fun$"), "CATEGORIES:Work,Fun", ["CATEGORIES:Work"]),
        (Edit(Change.REPLACE, "URL", "https:", "^http:"), "URL:http://a.example", ["URL:https://a.example"]),
        (Edit(Change.REPLACE, "STATUS", "NONSENSE", ".*"), "STATUS:CONFIRMED", ["STATUS:CONFIRMED"]),
        (Edit(Change.SHORTEN, "SUMMARY", length=9), "SUMMARY:one two three", ["SUMMARY:one two…"]),
        (Edit(Change.STRIP_HTML, "DESCRIPTION"), "DESCRIPTION:<b>a</b>&amp\\;<br>b", ["DESCRIPTION:a&\\nb"]),
        (
            Edit(Change.STRIP_CONFERENCE, "DESCRIPTION"),
            "DESCRIPTION:Hi\\nJoin Zoom Meeting\\nhttps://zoom.us/j/1\\nMeeting ID: 1",
            ["DESCRIPTION:Hi\\nhttps://zoom.us/j/1"],
        ),
        (Edit(Change.ADD, "CATEGORIES", "Home, too"), "CATEGORIES:Work", ["CATEGORIES:Home\\, too", "CATEGORIES:Work"]),
        (Edit(Change.ADD, "CATEGORIES", "Home"), "X-A:b", ["CATEGORIES:Home", "X-A:b"]),
        (Edit(Change.ADD, "CATEGORIES", "WORK"), "CATEGORIES:Work,Fun", ["CATEGORIES:Work,Fun"]),
        (Edit(Change.ADD, "CATEGORIES", " "), "X-A:b", ["X-A:b"]),
        (
            Edit(Change.BUSY, "TRANSP", "free"),
            "TRANSP:OPAQUE",
            ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:FREE"],
        ),
        (
            Edit(Change.BUSY, "TRANSP", "workingelsewhere"),
            "X-MICROSOFT-CDO-INTENDEDSTATUS:BUSY",
            ["TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:WORKINGELSEWHERE"],
        ),
        (Edit(Change.BUSY, "TRANSP", "oof"), "X-A:b", ["TRANSP:OPAQUE", "X-A:b", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"]),
        (setting("TRANSP", "OPAQUE"), "X-MICROSOFT-CDO-BUSYSTATUS:FREE", ["TRANSP:OPAQUE"]),
    ],
)
def test_edits(edit: Edit, line: str, expected: list[str]) -> None:
    assert after(edit, lines=(line,)) == expected


def test_each_edit_sees_what_those_before_it_left() -> None:
    edits = (setting("SUMMARY", "b"), Edit(Change.TEMPLATE, "LOCATION", "{summary}"), Edit(Change.REMOVE, "SUMMARY"))
    assert after(*edits, lines=("SUMMARY:a",)) == ["LOCATION:b"]


def test_texts_do_not_grow_without_end() -> None:
    longer = Edit(Change.REPLACE, "SUMMARY", "x" * 1000, "x")
    (line,) = after(longer, longer, longer, lines=("SUMMARY:x",))
    assert len(line) < 100_000


@pytest.mark.parametrize(
    ("text", "length", "expected"),
    [
        ("one two", 7, "one two"),
        ("one two three", 8, "one two…"),
        ("one two three", 7, "one…"),
        ("onetwothree four", 7, "onetwo…"),
        ("one, twothreefour", 12, "one, twothr…"),
        ("ab", 1, "…"),
        ("ab", 0, "…"),
    ],
)
def test_a_text_is_shortened_between_words(text: str, length: int, expected: str) -> None:
    assert shortened(text, length) == expected
