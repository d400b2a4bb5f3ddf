"""Bytes become logical lines, however they were written."""

from __future__ import annotations

from collections import Counter
from time import perf_counter

import pytest

from calsieve.core.text import logical_lines, plain_newlines, utf8_pieces


def lines(body: bytes, charset: str | None = None) -> list[str]:
    return logical_lines(body, charset, Counter())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"A:one\r\n two\r\n\tthree\r\nB:x\r\n", ["A:onetwothree", "B:x"]),
        (b"A:one\n  two\n", ["A:one two"]),
        (b"A:one\n\ttwo\n", ["A:onetwo"]),
        (b"A:one\n\n two\n\n\n\tthree\nB:x", ["A:onetwothree", "B:x"]),
        (b"A:one\nX\nB:x\nX", ["A:one", "B:x"]),
        (b"A:one\r\n\r\n\r\nB:x", ["A:one", "B:x"]),
        (b"DTST\r\n ART:x\r\n", ["DTSTART:x"]),
        (b"A:\xc3\r\n \xbc\r\n", ["A:ü"]),
        (b"A:\xe2\x80\xa8\xc2\x85b\r\n", ["A:\u2028\x85b"]),
        (b"", []),
        (b"\r\n \r\n", []),
    ],
)
def test_folds_are_undone_before_characters_are_read(body: bytes, expected: list[str]) -> None:
    assert lines(body) == expected


def test_a_file_that_mixes_encodings_is_read_line_by_line() -> None:
    assert lines(b"A:\xc3\xbc\r\nB:\xfc\r\n") == ["A:ü", "B:ü"]


@pytest.mark.parametrize("charset", [None, "latin-1", "no-such", "hex", "idna", "\0", "unicode_escape", "undefined"])
def test_a_declared_charset_is_a_hint_at_most(charset: str | None) -> None:
    assert lines(b"A:\xfc\\ud800\r\n", charset) == ["A:ü\\ud800"]
    assert lines(b"A:\xfc\\u0041\r\n", charset) == ["A:ü\\u0041"]


def test_a_declared_charset_is_used_where_it_is_none_of_ours() -> None:
    assert lines("A:Ž".encode("iso8859-2"), "iso8859-2") == ["A:Ž"]


def test_begin_and_end_take_no_stray_line() -> None:
    assert lines(b"BEGIN:VEVENT\nstray\nUID:a\nEND:VEVENT\nstray\n") == [
        "BEGIN:VEVENT",
        "stray",
        "UID:a",
        "END:VEVENT",
        "stray",
    ]


def test_many_stray_lines_take_no_longer_than_they_are_many() -> None:
    begin = perf_counter()
    assert len(lines(b"DESCRIPTION:x\n" + b"words that begin no property of any kind at all here\n" * 50_000)) == 1
    assert perf_counter() - begin < 5


def test_control_characters_go_and_all_others_stay() -> None:
    repairs: Counter[str] = Counter()
    assert logical_lines(b"A:~\x7f \x1f!\x00\x01\tX", None, repairs) == ["A:~ !\tX"]
    assert repairs == {"control_characters": 4}


@pytest.mark.parametrize(("raw", "text"), [(b"", ""), (b"B", "B"), (b"BE", "BE"), (b"\xff\xfeB\0E", "B\ufffd")])
def test_what_is_hardly_there_is_read_too(raw: bytes, text: str) -> None:
    assert b"".join(utf8_pieces([raw], Counter())).decode() == text


def test_a_stray_line_is_more_text_for_as_long_as_text_goes_on() -> None:
    assert lines(b"DESCRIPTION:one\ntwo\nthree\nUID:a\nstray\n") == [r"DESCRIPTION:one\ntwo\nthree", "UID:a"]


@pytest.mark.parametrize("name", ["SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "X-ANY-1", "summary"])
def test_properties_that_hold_text_take_stray_lines(name: str) -> None:
    assert lines(f"{name};LANGUAGE=en:one\ntwo\n".encode()) == [rf"{name};LANGUAGE=en:one\ntwo"]


@pytest.mark.parametrize(("length", "joined"), [(59, None), (60, "")])
def test_a_line_of_sixty_octets_was_folded_by_its_writer(length: int, joined: str | None) -> None:
    line = "ATTACH:" + "ü" * 26 + "x" * (length - 59)
    assert len(line.encode()) == length
    assert lines(f"A:1\n{line}\nstray\n".encode()) == ["A:1", line if joined is None else line + "stray"]


def test_the_line_before_decides_whether_a_stray_one_was_folded() -> None:
    assert lines(b"COMMENT:one\n" + b"x" * 60 + b"\nfolded\nended\n") == [
        "COMMENT:one\\n" + "x" * 60 + "folded\\nended"
    ]


@pytest.mark.parametrize("size", [1, 2, 3, 5, 100])
@pytest.mark.parametrize(
    ("encoding", "counter"),
    [
        ("utf-8", {}),
        ("utf-8-sig", {"byte_order_mark": 1}),
        ("utf-16", {"utf16": 1}),
        ("utf-16-le", {"utf16": 1}),
        ("utf-16-be", {"utf16": 1}),
    ],
)
def test_pieces_of_any_size_become_utf8(encoding: str, counter: dict[str, int], size: int) -> None:
    text = "BEGIN:VCALENDAR\r\nNAME:Füße €"
    raw = text.encode(encoding)
    repairs: Counter[str] = Counter()
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    assert b"".join(utf8_pieces(pieces, repairs)).decode() == text
    assert repairs == counter


def test_utf16_of_the_other_byte_order_is_known_by_its_mark() -> None:
    repairs: Counter[str] = Counter()
    assert b"".join(utf8_pieces([b"\xfe\xff\0B\0E"], repairs)) == b"BE"
    assert repairs == {"utf16": 1}


@pytest.mark.parametrize(
    ("raw", "plain", "bare"),
    [
        (b"A:1\r\nB:2\r\n", b"A:1\r\nB:2\r\n", 0),
        (b"A:1\nB:2\n", b"A:1\nB:2\n", 1),
        (b"A:1\rB:2\r", b"A:1\nB:2\n", 1),
        (b"A:1\r\nB:2\r", b"A:1\r\nB:2\n", 1),
        (b"A:1\r\nB:2\rC:3\r\n", b"A:1\nB:2\nC:3\n", 1),
        (b"", b"", 0),
    ],
)
@pytest.mark.parametrize("size", [1, 4, 100])
def test_bare_carriage_returns_end_lines(raw: bytes, plain: bytes, bare: int, size: int) -> None:
    repairs: Counter[str] = Counter()
    pieces = [raw[at : at + size] for at in range(0, len(raw), size)]
    found = b"".join(plain_newlines(pieces, repairs))
    assert found.replace(b"\r\n", b"\n") == plain.replace(b"\r\n", b"\n")
    assert not found.replace(b"\r\n", b"").count(b"\r")
    if size == 100:
        assert (found, repairs["bare_newlines"]) == (plain, bare)
