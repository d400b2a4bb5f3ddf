"""Bytes as RFC 5545 §3.1 asks: folded at 75 octets, no character cut in two, in one order."""

from __future__ import annotations

import pytest

from calsieve.core.component import Component, Line
from calsieve.core.serialise import canonical, folded, serialised, written_line


@pytest.mark.parametrize("size", [1, 74, 75, 76, 148, 149, 150, 223, 224, 500])
def test_no_line_is_longer_than_75_octets_and_none_is_shorter_than_need_be(size: int) -> None:
    raw = folded(b"x" * size)
    lines = raw.split(b"\r\n")
    assert lines.pop() == b""
    assert [len(line) for line in lines[:-1]] == [75] * (len(lines) - 1)
    assert 0 < len(lines[-1]) <= 75
    assert all(line.startswith(b" ") for line in lines[1:])
    assert raw.replace(b"\r\n ", b"") == b"x" * size + b"\r\n"


@pytest.mark.parametrize("shift", range(4))
@pytest.mark.parametrize("character", ["é", "€", "😀"])
def test_no_character_is_cut_in_two(character: str, shift: int) -> None:
    text = "x" * shift + character * 60
    lines = folded(text.encode()).split(b"\r\n")[:-1]
    assert "".join(line.decode().removeprefix(" ") for line in lines) == text
    assert max(map(len, lines)) <= 75
    assert min(map(len, lines[:-1])) > 75 - len(character.encode())


def test_half_a_character_is_written_as_a_question() -> None:
    assert written_line(Line("X-A", "", "a\ud800b")) == b"X-A:a?b\r\n"


@pytest.mark.parametrize(
    "names",
    [
        "UID RECURRENCE-ID DTSTAMP DTSTART DTEND DURATION RRULE RDATE EXDATE EXRULE SUMMARY LOCATION DESCRIPTION A",
        "VERSION PRODID CALSCALE METHOD NAME X-WR-CALNAME X-WR-CALDESC X-WR-TIMEZONE COLOR X-APPLE-CALENDAR-COLOR",
        "DTSTART RDATE TZID TZOFFSETFROM TZOFFSETTO TZNAME COMMENT",
    ],
    ids=["event", "calendar", "zone"],
)
def test_lines_that_readers_look_for_come_first_and_the_others_by_name(names: str) -> None:
    lines = [Line(name, "", "1") for name in names.split()]
    assert canonical(reversed(lines)) == canonical(sorted(lines)) == lines


def test_lines_of_one_name_come_by_their_text() -> None:
    lines = [Line("X-A", ";B=1", "2"), Line("X-A", "", "2"), Line("X-A", "", "10"), Line("W", "", "9")]
    assert canonical(lines) == [
        Line("W", "", "9"),
        Line("X-A", "", "10"),
        Line("X-A", "", "2"),
        Line("X-A", ";B=1", "2"),
    ]


def test_children_are_inside_and_in_the_order_given() -> None:
    children = (Component("B", (Line("X", "", "1"),)), Component("A", ()))
    assert serialised(Component("C", (Line("Y", ";P=1", "2"),), children)).decode().split("\r\n") == [
        "BEGIN:C",
        "Y;P=1:2",
        "BEGIN:B",
        "X:1",
        "END:B",
        "BEGIN:A",
        "END:A",
        "END:C",
        "",
    ]
