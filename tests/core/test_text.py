"""Bytes become logical lines, however they were written."""

from __future__ import annotations

from collections import Counter
from time import perf_counter

import pytest

from calsieve.core.text import logical_lines


def lines(body: bytes, charset: str | None = None) -> list[str]:
    return logical_lines(body, charset, Counter())


@pytest.mark.parametrize(
    ("body", "expected"),
    [
        (b"A:one\r\n two\r\n\tthree\r\nB:x\r\n", ["A:onetwothree", "B:x"]),
        (b"A:one\n  two\n", ["A:one two"]),
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
