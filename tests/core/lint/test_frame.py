"""Rules of the calendar as a whole, each by a file in which only that is wrong."""

from __future__ import annotations

import pytest

from calsieve.models import Client, Level
from tests.core.lint.kit import BEGIN, HEAD, TIMED, calendar, event, found, level, lines

SOUND = calendar(event(*TIMED))


def without(name: str) -> bytes:
    return calendar(event(*TIMED), head=tuple(line for line in HEAD if not line.startswith(name)))


@pytest.mark.parametrize("body", [b"", b"<!doctype html>\n<p>Gone", b"BEGIN:VEVENT\r\nEND:VEVENT\r\n"])
def test_no_calendar(body: bytes) -> None:
    assert found(body) == [("no-calendar", 0)]
    assert {level("no-calendar", client) for client in Client} == {Level.ERROR}


def test_outside() -> None:
    assert found(SOUND + b"junk:\r\n") == [("outside", BEGIN + 6)]
    assert found(b"X:y\r\n" + SOUND) == [("outside", 1)]
    assert found(SOUND + b"\r\n") == [("blank-line", BEGIN + 6)]
    assert level("outside", Client.ICSX5) is level("outside", Client.THUNDERBIRD) is Level.ERROR


def test_unclosed_and_cut_off() -> None:
    assert found(lines(*HEAD, *event(*TIMED))) == [("cut-off", 0), ("unclosed", 1)]
    assert found(calendar(["BEGIN:VEVENT", *TIMED])) == [("cut-off", 0), ("unclosed", BEGIN)]
    assert level("cut-off", Client.THUNDERBIRD) is Level.ERROR
    assert level("unclosed", Client.ICSX5) is Level.ERROR
    assert level("unclosed", Client.OUTLOOK) is level("unclosed", Client.THUNDERBIRD) is Level.WARNING


def test_an_end_of_another_name_cuts_nothing_off() -> None:
    assert found(calendar(["BEGIN:VEVENT", *TIMED, "END:VEVENTS"])) == [("unclosed", BEGIN), ("unopened", BEGIN + 4)]


def test_unopened() -> None:
    assert found(calendar(event(*TIMED, "END:VALARM"))) == [("unopened", BEGIN + 4)]
    assert found(SOUND + b"END:VCALENDAR\r\n") == [("unopened", BEGIN + 6)]
    assert level("unopened", Client.ICSX5) is Level.ERROR
    assert level("unopened", Client.THUNDERBIRD) is Level.WARNING


def test_several_calendars() -> None:
    assert found(SOUND + SOUND.replace(b"UID:a", b"UID:b")) == [("several-calendars", BEGIN + 6)]
    assert level("several-calendars", Client.ICSX5) is Level.WARNING


def test_no_version() -> None:
    assert found(without("VERSION")) == [("no-version", 1)]
    assert found(SOUND.replace(b"VERSION:2.0", b"VERSION:1.0")) == [("no-version", 2)]
    assert found(SOUND.replace(b"METHOD:PUBLISH", b"VERSION:2.0")) == [("no-version", 2)]


def test_no_prodid() -> None:
    assert found(without("PRODID")) == [("no-prodid", 1)]
    assert found(SOUND.replace(b"PRODID:-//test//EN", b"PRODID: ")) == [("no-prodid", 3)]


def test_not_published() -> None:
    assert found(without("METHOD")) == []
    assert found(SOUND.replace(b"METHOD:PUBLISH", b"METHOD:publish")) == []
    assert found(SOUND.replace(b"METHOD:PUBLISH", b"METHOD:REQUEST")) == [("not-published", 4)]
    assert found(SOUND.replace(b"METHOD:PUBLISH", b"METHOD:PUBLISH\r\nMETHOD:PUBLISH")) == [("not-published", 5)]
    assert level("not-published", Client.OUTLOOK) is Level.WARNING


def test_too_large() -> None:
    filled = SOUND.replace(b"END:VEVENT", b"X-FILLING:" + b"\r\n x" * 250_000 + b"\r\nEND:VEVENT")
    size = len(filled) - 1_000_000
    assert found(filled.replace(b"\r\n x" * (size // 4 + 1), b"", 1)) == []
    assert found(filled) == [("too-large", 0)]
    assert {client for client in Client if level("too-large", client)} == {Client.GOOGLE}


def test_no_name() -> None:
    assert found(without("X-WR-CALNAME")) == [("no-name", 1)]
    assert found(SOUND.replace(b"CALNAME:a", b"CALNAME:")) == [("no-name", 1)]
    assert level("no-name", Client.THUNDERBIRD) is None


def test_no_refresh() -> None:
    assert found(without("X-PUBLISHED-TTL")) == [("no-refresh", 1)]
    assert {client for client in Client if level("no-refresh", client)} == {Client.OUTLOOK}
