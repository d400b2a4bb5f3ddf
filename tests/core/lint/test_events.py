"""Rules of single events, each by a file in which only that is wrong."""

from __future__ import annotations

import pytest

from calsieve.models import Client, Level
from tests.core.lint.kit import BEGIN, HEAD, STAMP, START, TIMED, UID, calendar, event, found, level

DAY = (UID, STAMP, "DTSTART;VALUE=DATE:20260520")


def test_sound_events_are_found_so() -> None:
    assert found(calendar(event(*TIMED, "DTEND:20260520T100000Z"), event("UID:b", *DAY[1:], "DURATION:P1D"))) == []


@pytest.mark.parametrize("lines", [(STAMP, START), (STAMP, START, "UID:")])
def test_no_uid(lines: tuple[str, ...]) -> None:
    place = BEGIN + (3 if len(lines) == 3 else 0)
    assert found(calendar(event(*lines))) == [("no-uid", place)]
    assert level("no-uid", Client.ICSX5) is Level.WARNING
    assert level("no-uid", Client.GOOGLE) is Level.HINT


def test_no_dtstamp() -> None:
    assert found(calendar(event(UID, START))) == [("no-dtstamp", BEGIN)]
    assert level("no-dtstamp", Client.GOOGLE) is level("no-dtstamp", Client.OUTLOOK) is Level.WARNING


def test_no_start() -> None:
    assert found(calendar(event(UID, STAMP))) == [("no-start", BEGIN)]
    assert found(calendar(event(UID, STAMP, "DTSTART:soon"))) == [("no-start", BEGIN + 3)]


@pytest.mark.parametrize("name", ["DTSTART", "DTEND"])
def test_date_without_value(name: str) -> None:
    lines = [line for line in (UID, STAMP, "DTSTART;VALUE=DATE:20260520") if not line.startswith(name)]
    assert found(calendar(event(*lines, f"{name}:20260520"))) == [("date-without-value", BEGIN + len(lines) + 1)]
    assert found(calendar(event(*lines, f"{name};value=date:20260520"))) == []
    assert level("date-without-value", Client.ICSX5) is Level.WARNING


def test_end_before_start() -> None:
    assert found(calendar(event(*TIMED, "DTEND:20260520T095959Z"))) == [("end-before-start", BEGIN + 4)]


def test_ends_in_other_zones_are_not_judged() -> None:
    body = calendar(event(*TIMED, "DTEND:20260520T090000"), head=(*HEAD, "X-WR-TIMEZONE:Europe/Berlin"))
    assert found(body) == []


@pytest.mark.parametrize("end", ["DTEND;VALUE=DATE:20260521", "DTEND:later", "DTEND:"])
def test_end_in_other_form(end: str) -> None:
    assert found(calendar(event(*TIMED, end))) == [("end-in-other-form", BEGIN + 4)]


def test_end_and_duration() -> None:
    body = calendar(event(*TIMED, "DTEND:20260520T110000Z", "DURATION:PT1H"))
    assert found(body) == [("end-and-duration", BEGIN + 5)]


def test_repeated_property() -> None:
    assert found(calendar(event(*TIMED, "SUMMARY:a", "COMMENT:b", "COMMENT:c", "SUMMARY:a"))) == [
        ("repeated-property", BEGIN + 7)
    ]


def test_same_identity() -> None:
    assert found(calendar(event(*TIMED), event(*TIMED))) == [("same-identity", BEGIN + 6)]
    slot = "RECURRENCE-ID:20260520T100000Z"
    assert found(calendar(event(*TIMED), event(*TIMED, slot), event(*TIMED, slot.replace("20T", "21T")))) == []
    assert found(calendar(event(*TIMED), event(*TIMED, slot), event(*TIMED, slot))) == [("same-identity", BEGIN + 12)]


def test_floating_time() -> None:
    body = calendar(event(UID, STAMP, "DTSTART:20260520T100000"))
    assert found(body) == [("floating-time", BEGIN + 3)]
    assert found(body.replace(b"METHOD", b"X-WR-TIMEZONE:Europe/Berlin\r\nMETHOD")) == []
    assert {client for client in Client if level("floating-time", client)} == {Client.GOOGLE, Client.OUTLOOK}


@pytest.mark.parametrize(("year", "shown"), [("1600", False), ("1601", True), ("4500", True), ("4501", False)])
def test_year_out_of_range(year: str, shown: bool) -> None:
    body = calendar(event(UID, STAMP, f"DTSTART;VALUE=DATE:{year}0520"))
    assert found(body) == ([] if shown else [("year-out-of-range", BEGIN + 3)])
    assert {client for client in Client if level("year-out-of-range", client)} == {Client.OUTLOOK}


def test_alarm() -> None:
    alarm = ["BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:x", "TRIGGER:-PT15M", "END:VALARM"]
    assert found(calendar(event(*TIMED, *alarm), event("UID:b", STAMP, START, *alarm))) == [("alarm", BEGIN + 4)]
    assert {client for client in Client if level("alarm", client)} == {Client.APPLE}


def test_other_parts_of_an_event_are_no_alarms() -> None:
    assert found(calendar(event(*TIMED, "BEGIN:VLOCATION", "UID:b", "END:VLOCATION"))) == []
