"""Rules of series, each by a file in which only that is wrong."""

from __future__ import annotations

import pytest

from calsieve.models import Client, Level
from tests.core.lint.kit import BEGIN, STAMP, TIMED, UID, calendar, event, found, level

DAILY = "RRULE:FREQ=DAILY;COUNT=9"
MASTER = event(*TIMED, DAILY)
SLOT = BEGIN + len(MASTER) + 3  # the line of an override's RECURRENCE-ID
DAYS = event(UID, STAMP, "DTSTART;VALUE=DATE:20260520", DAILY)


def override(slot: str, *lines: str, start: str = "DTSTART:20260522T100000Z") -> list[str]:
    return event(UID, STAMP, slot, start, *lines)


def ruled(value: str, start: str = TIMED[2]) -> list[tuple[str, int]]:
    return found(calendar(event(UID, STAMP, start, f"RRULE:{value}")))


@pytest.mark.parametrize(
    "value",
    [
        "FREQ=YEARLY;BYMONTH=1,12;BYMONTHDAY=-31,1,31;BYSETPOS=-1",
        "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,TU;WKST=SU",
        "FREQ=MONTHLY;BYDAY=+1MO,-53SU,2FR",
        "FREQ=HOURLY;BYHOUR=0,23;BYMINUTE=59;BYSECOND=60",
        "FREQ=YEARLY;BYYEARDAY=-366,+1;BYWEEKNO=53;X-NEW=?",
        "freq=DAILY;UNTIL=20260522T100000Z",
    ],
)
def test_sound_rules_are_found_so(value: str) -> None:
    assert ruled(value) == []


@pytest.mark.parametrize(
    "value",
    [
        "FREQ=FORTNIGHTLY",
        "FREQ=daily",
        "FREQ=",
        "FREQ=DAILY;COUNT=x",
        "FREQ=WEEKLY;INTERVAL=",
        "FREQ=WEEKLY;WKST=X",
        "FREQ=WEEKLY;BYDAY=XX",
        "FREQ=WEEKLY;BYDAY=MO, TU",
        "FREQ=YEARLY;BYDAY=60MO",
        "FREQ=YEARLY;BYDAY=0MO",
        "FREQ=MONTHLY;BYMONTHDAY=32",
        "FREQ=YEARLY;BYMONTH=13",
        "FREQ=YEARLY;BYMONTH=0",
        "FREQ=DAILY;BYHOUR=24",
        "FREQ=DAILY;BYMINUTE=60",
        "FREQ=DAILY;BYSECOND=61",
        "FREQ=YEARLY;BYWEEKNO=54",
    ],
)
def test_unreadable_rule(value: str) -> None:
    assert ruled(value) == [("unreadable-rule", BEGIN + 4)]
    assert level("unreadable-rule", Client.THUNDERBIRD) is Level.ERROR


@pytest.mark.parametrize("value", ["COUNT=3", ""])
def test_no_frequency(value: str) -> None:
    assert ruled(value) == [("no-frequency", BEGIN + 4)]


def test_frequency_not_first() -> None:
    assert ruled("BYDAY=WE;FREQ=WEEKLY") == [("frequency-not-first", BEGIN + 4)]
    assert {client for client in Client if level("frequency-not-first", client)} == {Client.APPLE}


@pytest.mark.parametrize(
    ("start", "until", "fits"),
    [
        ("DTSTART:20260520T100000Z", "20260522T100000Z", True),
        ("DTSTART:20260520T100000Z", "20260522", False),
        ("DTSTART:20260520T100000Z", "soon", False),
        ("DTSTART;VALUE=DATE:20260520", "20260522", True),
        ("DTSTART;VALUE=DATE:20260520", "20260522T000000Z", False),
        ("DTSTART:soon", "20260522", True),
    ],
)
def test_until_in_other_form(start: str, until: str, fits: bool) -> None:
    rules = [rule for rule, _ in ruled(f"FREQ=DAILY;UNTIL={until}", start) if rule != "no-start"]
    assert rules == ([] if fits else ["until-in-other-form"])
    assert level("until-in-other-form", Client.THUNDERBIRD) is Level.WARNING


def test_until_in_a_zone_is_in_utc() -> None:
    start = "DTSTART;TZID=Europe/Berlin:20260520T100000"
    assert ruled("FREQ=DAILY;UNTIL=20260522T080000Z", start) == [("zone-missing", BEGIN + 3)]
    assert ("until-in-other-form", BEGIN + 4) in ruled("FREQ=DAILY;UNTIL=20260522T100000", start)


@pytest.mark.parametrize("exdate", [";VALUE=DATE:20260521", ":20260521T100000Z,soon", ":20260521T100000"])
def test_exdate_in_other_form(exdate: str) -> None:
    good = "EXDATE:20260522T100000Z,20260523T100000Z"
    assert found(calendar(event(*TIMED, DAILY, good))) == []
    assert found(calendar(event(*TIMED, DAILY, good, f"EXDATE{exdate}"))) == [("exdate-in-other-form", BEGIN + 6)]
    assert level("exdate-in-other-form", Client.APPLE) is Level.WARNING


def test_orphan_override() -> None:
    assert found(calendar(override("RECURRENCE-ID:20260522T100000Z"))) == [("orphan-override", BEGIN + 3)]
    assert found(calendar(MASTER, override("RECURRENCE-ID:20260522T100000Z"))) == []
    assert level("orphan-override", Client.ICSX5) is Level.WARNING


def test_override_before_series() -> None:
    body = calendar(MASTER, override("RECURRENCE-ID:20260519T100000Z"))
    assert found(body) == [("override-before-series", SLOT)]
    assert level("override-before-series", Client.APPLE) is Level.WARNING


def test_override_in_other_form() -> None:
    timed = "RECURRENCE-ID:20260522T100000Z"
    assert found(calendar(MASTER, override("RECURRENCE-ID;VALUE=DATE:20260522"))) == [("override-in-other-form", SLOT)]
    assert found(calendar(DAYS, override(timed))) == [("override-in-other-form", SLOT)]
    assert found(calendar(DAYS, override("RECURRENCE-ID;VALUE=DATE:20260522"))) == []


def test_override_in_other_zone() -> None:
    assert found(calendar(MASTER, override("RECURRENCE-ID:20260522T100000"))) == [("override-in-other-zone", SLOT)]


def test_what_can_not_be_read_is_not_compared() -> None:
    assert found(calendar(MASTER, override("RECURRENCE-ID:soon"))) == []


def test_series_in_override() -> None:
    body = calendar(MASTER, override("RECURRENCE-ID:20260522T100000Z", DAILY))
    assert found(body) == [("series-in-override", SLOT + 2)]
