"""Rules of bytes, each by a file in which only that is wrong."""

from __future__ import annotations

import pytest

from calsieve.models import Client, Level
from tests.core.lint.kit import BEGIN, HEAD, TIMED, calendar, event, found, level, lines

SOUND = calendar(event(*TIMED, "SUMMARY:ä", 'ATTENDEE;CN="b: c";X-A=1,"2":mailto:b@example.org', "X-LONG:" + "x" * 68))


def test_a_sound_file_is_found_so() -> None:
    assert found(SOUND) == []


def test_byte_order_mark() -> None:
    assert found(b"\xef\xbb\xbf" + SOUND) == [("byte-order-mark", 1)]
    assert level("byte-order-mark", Client.ICSX5) is level("byte-order-mark", Client.THUNDERBIRD) is Level.HINT


@pytest.mark.parametrize("bytes_", [b"\xe4", b"\xff\xfe", b"\xc3"])
def test_not_utf8(bytes_: bytes) -> None:
    assert found(calendar(event(*TIMED, "SUMMARY:x")).replace(b"SUMMARY:x", b"SUMMARY:" + bytes_)) == [
        ("not-utf8", BEGIN + 4)
    ]


def test_a_replacement_character_is_utf8() -> None:
    assert found(calendar(event(*TIMED, "SUMMARY:\ufffd"))) == []


def test_split_character() -> None:
    split = SOUND.replace("SUMMARY:ä".encode(), b"SUMMARY:\xc3\r\n \xa4")
    assert found(split) == [("split-character", BEGIN + 4)]
    assert level("split-character", Client.THUNDERBIRD) is Level.WARNING


def test_return_in_text() -> None:
    assert found(calendar(event(*TIMED, "SUMMARY:a\rb"))) == [("return-in-text", BEGIN + 4)]
    assert level("return-in-text", Client.ICSX5) is Level.ERROR
    assert level("return-in-text", Client.THUNDERBIRD) is Level.HINT
    assert found(calendar(event(*TIMED, "SUMMARY:a\r"))) == []


def test_return_as_newline() -> None:
    assert found(calendar(event(*TIMED, "SUMMARY:a\rX-B:b"))) == [("return-as-newline", BEGIN + 4)]
    assert level("return-as-newline", Client.THUNDERBIRD) is Level.WARNING


def test_no_newlines() -> None:
    assert found(SOUND.replace(b"\r\n", b"\r")) == [("no-newlines", 1)]
    assert found(SOUND.replace(b"\r\n", b"\r").replace(b"SUMMARY:", b"SUMMARY:\xff")) == [
        ("no-newlines", 1),
        ("not-utf8", BEGIN + 4),
    ]
    assert level("no-newlines", Client.THUNDERBIRD) is Level.ERROR


def test_bare_newline() -> None:
    assert found(SOUND.replace(b"\r\n", b"\n")) == [("bare-newline", 1)]
    assert found(SOUND.replace(b"PUBLISH\r\n", b"PUBLISH\n")) == [("bare-newline", 4)]


def test_long_line() -> None:
    assert found(SOUND.replace(b"X-LONG:", b"X-LONG:x")) == [("long-line", BEGIN + 6)]
    assert found(calendar(event(*TIMED, "X-LONG:" + "x" * 60, " " + "y" * 75))) == [("long-line", BEGIN + 4)]


@pytest.mark.parametrize("control", ["\0", "\x07", "\x1f", "\x7f"])
def test_control_character(control: str) -> None:
    assert found(calendar(event(*TIMED, f"SUMMARY:a{control}"))) == [("control-character", BEGIN + 4)]


def test_lines_are_counted_as_they_stand() -> None:
    body = lines(*HEAD[:4], "X-WR-CALNAME:a", " b", "\tc", *HEAD[5:], *event(*TIMED, "oops"), "END:VCALENDAR")
    assert found(body) == [("no-property", BEGIN + 6)]
    assert found(body.replace(b"oops", b"SUMMARY:a\r\n b\xff")) == [("not-utf8", BEGIN + 6)]
