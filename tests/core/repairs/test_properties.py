"""Which properties a strict reader accepts, and what becomes of the others."""

from __future__ import annotations

from collections import Counter

import pytest

from calsieve.core.component import Component, Line, parsed_line
from calsieve.core.repairs.properties import needs_no_mending, once_each, sound, sound_alarm
from tests.core.kit import cleaned, lines, vcalendar, vevent

DAY = "DTSTART:20260521T090000Z"


NAMES = """BEGIN END VERSION PRODID METHOD CALSCALE DUE FREEBUSY TZID TZNAME TZOFFSETFROM TZOFFSETTO TZURL X-LIC-ERROR
REFRESH-INTERVAL GAP RSVP ADR N"""
MISPLACED = NAMES.split()
NAMES = """UID DTSTAMP DTSTART DTEND DURATION CLASS CREATED DESCRIPTION GEO LAST-MODIFIED LOCATION ORGANIZER PRIORITY
SEQUENCE STATUS SUMMARY TRANSP URL RECURRENCE-ID COLOR ACTION TRIGGER REPEAT"""
ONCE = NAMES.split()


def mended(text: str) -> tuple[str | None, dict[str, int]]:
    """Return a line as it is published, None if it is not, and what was counted."""
    line = parsed_line(text)
    assert line
    repairs: Counter[str] = Counter()
    kept = sound(line, repairs)
    return f"{kept.name}{kept.params}:{kept.value}" if kept else None, dict(+repairs)


@pytest.mark.parametrize(
    "text",
    [
        "GEO:52.5;13.4",
        "GEO:-52;+13.4",
        "PRIORITY:0",
        "SEQUENCE:123456789",
        "REQUEST-STATUS:2.0;Success",
        "REQUEST-STATUS:3.1.1;Bad;DTSTART:x",
        "REPEAT:4",
        "COLOR:navy",
        "X-APPLE-CALENDAR-COLOR:#FF00aa",
        "X-APPLE-CALENDAR-COLOR:#FF00AA80",
        "PERCENT-COMPLETE:0",
        "PERCENT-COMPLETE:100",
        "STATUS:TENTATIVE",
        "STATUS:CONFIRMED",
        "STATUS:CANCELLED",
        "TRANSP:OPAQUE",
        "TRANSP:TRANSPARENT",
        "CLASS:PUBLIC",
        "CLASS:PRIVATE",
        "CLASS:CONFIDENTIAL",
        "CREATED:20260101T000000Z",
        "COMPLETED:20260101T000000Z",
        "ACKNOWLEDGED:20260101T000000Z",
        r"SUMMARY:a\, b\; c\nd",
        r"NAME:a\, b",
        "DESCRIPTION;ENCODING=QUOTED-PRINTABLE:a, b=0D=0A",
        "SUMMARY;LANGUAGE=de:x",
        "X-A;VALUE=DATE:20260101",
        'X-A;P="a,b":x',
        "ATTACH;FMTTYPE=text/plain:https://example.org/a,b;c",
    ],
)
def test_what_is_sound_stays_as_it_is(text: str) -> None:
    assert mended(text) == (text, {})


@pytest.mark.parametrize(
    ("text", "counter"),
    [
        ("GEO:52.5", "property_value"),
        ("GEO:52.5;13.4;1", "property_value"),
        ("PRIORITY:10", "property_value"),
        ("SEQUENCE:-1", "property_value"),
        ("SEQUENCE:1234567890", "property_value"),
        ("REQUEST-STATUS:2;Success", "property_value"),
        ("REPEAT:12345", "property_value"),
        ("COLOR:#ff0000", "property_value"),
        ("X-APPLE-CALENDAR-COLOR:navy", "property_value"),
        ("PERCENT-COMPLETE:101", "property_value"),
        ("STATUS:COMPLETED", "property_value"),
        ("TRANSP:FREE", "property_value"),
        ("LAST-MODIFIED:never", "property_value"),
        ("MY_NAME:x", "property_name"),
        ("SUMMARY:", "property_empty"),
        ("SUMMARY: \t", "property_empty"),
        *((f"{name}:x", "property_name") for name in MISPLACED),
    ],
)
def test_what_no_reader_could_use_is_left_out(text: str, counter: str) -> None:
    assert mended(text) == (None, {counter: 1})


@pytest.mark.parametrize(
    ("text", "expected", "counters"),
    [
        ("PRIORITY: 5 ", "PRIORITY:5", {}),
        ("status: confirmed ", "STATUS:CONFIRMED", {}),
        ("CLASS:SECRET", "CLASS:PRIVATE", {"property_value": 1}),
        *(
            (f"{name}:20260101", f"{name}:20260101T000000Z", {"stamp_not_utc": 1})
            for name in ("DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED", "ACKNOWLEDGED")
        ),
        ("CREATED;VALUE=DATE-TIME:20260101T000000Z", "CREATED:20260101T000000Z", {}),
        ("SUMMARY:a, b", r"SUMMARY:a\, b", {"text_unescaped": 1}),
        *(
            (f"{name}:a; b", rf"{name}:a\; b", {"text_unescaped": 1})
            for name in ("DESCRIPTION", "LOCATION", "COMMENT", "CONTACT", "NAME", "X-WR-CALNAME")
        ),
        ("X-WR-CALDESC:a; b", r"X-WR-CALDESC:a\; b", {"text_unescaped": 1}),
        ("SUMMARY:a\\", "SUMMARY:a\\", {}),
        ('X-A;P="c":d', "X-A;P=c:d", {}),
        ("X-A;p=c:d", "X-A;P=c:d", {"parameters": 1}),
        ("X-A;P=1;Q=2;P=3:d", "X-A;P=1;Q=2:d", {"parameters": 1}),
        ("X-A;P_Q=1:d", "X-A:d", {"parameters": 1}),
        ("X-A;VALUE=DATE:soon", "X-A:soon", {"parameters": 1}),
        ("SUMMARY;VALUE=TEXT;TZID=Europe/Berlin:x", "SUMMARY:x", {"parameters": 1}),
        ("PRIORITY;VALUE=INTEGER:5", "PRIORITY:5", {"parameters": 1}),
        ("STATUS;VALUE=TEXT:CONFIRMED", "STATUS:CONFIRMED", {"parameters": 1}),
        ("NAME;VALUE=TEXT:x", "NAME:x", {"parameters": 1}),
        ("DTSTART;VALUE=DATE:20260521T090000", "DTSTART;VALUE=DATE:20260521T090000", {}),
        (
            "DTSTART;TZID=tzone://Microsoft/Utc:20260521T090000",
            'DTSTART;TZID="tzone://Microsoft/Utc":20260521T090000',
            {"zone_unquoted": 1},
        ),
        ("X-A;TZID=(GMT+01:00) Berlin:no date", "X-A;TZID=(GMT+01:00) Berlin:no date", {}),
        ('X-A;TZID="a":20260521:20260522', "X-A;TZID=a:20260521:20260522", {}),
        ("X-A;B=c:20260521:20260522", "X-A;B=c:20260521:20260522", {}),
    ],
)
def test_what_can_be_mended_is(text: str, expected: str, counters: dict[str, int]) -> None:
    assert mended(text) == (expected, counters)


@pytest.mark.parametrize(
    ("name", "value", "sound"),
    [
        ("SUMMARY", r"a\, b", True),
        ("SUMMARY", "a, b", False),
        ("SUMMARY", "", False),
        ("SUMMARY", "  ", False),
        ("DTSTAMP", "20260101T000000Z", True),
        ("DTSTAMP", "20260101T000000", False),
        ("DTSTAMP", "2026-01-01T00:00:00Z", False),
        ("UID", "a", True),
        ("URL", "https://example.org", True),
        ("UID", " a", False),
        ("UID", "", False),
        ("X-A", "a", False),
    ],
)
def test_what_is_sound_for_certain_is_known_at_once(name: str, value: str, sound: bool) -> None:
    assert needs_no_mending(name, value) is sound


@pytest.mark.parametrize("name", ONCE)
def test_a_property_that_may_occur_once_does(name: str) -> None:
    repairs: Counter[str] = Counter()
    kept = once_each([Line(name, "", "1"), Line(name, "", "2"), Line("X-A", "", "3"), Line(name, "", "4")], repairs)
    assert kept == (Line(name, "", "1"), Line("X-A", "", "3"))
    assert repairs == {"property_repeated": 2}


@pytest.mark.parametrize("name", ["ATTACH", "ATTENDEE", "CATEGORIES", "COMMENT", "CONTACT", "RDATE", "EXDATE", "X-A"])
def test_other_properties_may_occur_often(name: str) -> None:
    twice = (Line(name, "", "1"), Line(name, "", "1"))
    assert once_each(twice, Counter()) == twice


OF_EVENTS = ("DTSTART", "DTEND", "RECURRENCE-ID", "RRULE", "EXRULE", "RDATE", "EXDATE")
ALARM = (Line("ACTION", "", "DISPLAY"), Line("TRIGGER", "", "-PT15M"))


def test_an_alarm_has_nothing_of_an_event() -> None:
    others = tuple(Line(name, "", "20260521T090000Z") for name in OF_EVENTS)
    nested = Component("VALARM", (*others, *ALARM), (Component("X", ()),))
    repairs: Counter[str] = Counter()
    assert sound_alarm(nested, repairs) == Component("VALARM", ALARM)
    assert +repairs == {}


@pytest.mark.parametrize(
    "alarm",
    [
        Component("VALARM", ALARM[:1]),
        Component("VALARM", ALARM[1:]),
        Component("X-ALARM", ALARM),
        Component("VALARM", (*ALARM, Line("DURATION", "", "soon"))),
        Component("VALARM", (ALARM[0], Line("TRIGGER", "", "now"))),
        Component("VALARM", (ALARM[0], Line("TRIGGER", ";VALUE=date-time", "20260521T090000"))),
        Component("VALARM", (ALARM[0], Line("TRIGGER", "", "20260521T090000Z"))),
    ],
)
def test_an_alarm_that_could_not_ring_is_none(alarm: Component) -> None:
    repairs: Counter[str] = Counter()
    assert sound_alarm(alarm, repairs) is None
    assert +repairs == {"alarm_unusable": 1}


def test_an_alarm_may_last_and_be_repeated() -> None:
    alarm = Component("VALARM", (*ALARM, Line("DURATION", "", "PT5M"), Line("REPEAT", "", "2")))
    assert sound_alarm(alarm, Counter()) == alarm


def test_a_zone_on_a_property_that_nobody_knows_is_one_that_is_published() -> None:
    found = lines(
        vevent(
            "DTSTART;TZID=Europe/Berlin:20260521T090000",
            "X-A;TZID=W. Europe Standard Time;B=c:20260521T090000",
            "X-C;TZID=Etc/UTC:20260521T090000",
            "X-D;TZID=:20260521T090000",
            "X-E;B=c:x",
        )
    )
    assert [line for line in found if line.startswith("X-")] == [
        "X-A;B=c;TZID=Europe/Berlin:20260521T090000",
        "X-C:20260521T090000",
        "X-D:20260521T090000",
        "X-E;B=c:x",
    ]


def test_an_exclusion_is_written_as_a_rule_is() -> None:
    assert "EXRULE:FREQ=DAILY" in lines(vevent(DAY, "RRULE:FREQ=WEEKLY", "EXRULE;X=1:freq=daily"))
    assert "EXRULE:FREQ=DAILY" in lines(vevent(DAY, "EXRULE;X=1:freq=daily"))


def test_an_override_has_no_exclusion() -> None:
    override = vevent("RECURRENCE-ID:20260528T090000Z", "DTSTART:20260528T100000Z", "EXRULE:FREQ=DAILY")
    result = cleaned(vcalendar(vevent(DAY, "RRULE:FREQ=WEEKLY"), override))
    assert result.report.repairs == {"rule_in_override": 1}
    assert b"EXRULE" not in result.body


@pytest.mark.parametrize("zone", ["", ";TZID=Europe/Berlin"])
@pytest.mark.parametrize("line", ["ACTION:DISPLAY", "TRIGGER:-PT15M", "REPEAT:2"])
def test_what_only_alarms_have_is_not_an_events(line: str, zone: str) -> None:
    found = lines(vevent(f"DTSTART{zone}:20260521T090000", line, "SUMMARY:x"))
    assert line not in found
    assert "SUMMARY:x" in found
