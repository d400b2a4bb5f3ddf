"""What a TZID means, and under which name it is published."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime

import pytest
from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

from calsieve.core.component import Component, parsed
from calsieve.core.window import EARLIEST, LATEST, window_for
from calsieve.core.zones.iana import iana_zone
from calsieve.core.zones.names import iana_name, named_offset
from calsieve.core.zones.resolve import ZoneBook, Zones, first_years, to_utc
from calsieve.core.zones.windows import IDENTIFIERS, SHOWN
from calsieve.models import WindowPolicy
from tests.core.kit import NOW, cleaned, events, policy, unfolded, vcalendar, vevent
from tests.published import assert_published

ZONE = """BEGIN:VTIMEZONE
TZID:{}
BEGIN:{}
DTSTART:{}
TZOFFSETFROM:{}
TZOFFSETTO:{}
{}
END:{}
END:VTIMEZONE""".replace("\n", "\r\n")


def zone(
    tzid: str,
    offset: str = "+0700",
    before: str = "+0700",
    start: str = "19700101T000000",
    rule: str = "TZNAME:X",
    kind: str = "STANDARD",
) -> str:
    return ZONE.format(tzid, kind, start, before, offset, rule, kind)


def at(tzid: str, time: str = "20260520T100000") -> str:
    return vevent(f"DTSTART;TZID={tzid}:{time}", "DURATION:PT1H")


def zones_of(source: bytes) -> tuple[Zones, tuple[Component, ...]]:
    """Return the zones of a source without VTIMEZONEs in a feed in UTC, and its components."""
    (calendar,) = parsed(source.decode().split("\r\n")[:-1], Counter())
    window = window_for(WindowPolicy(), "UTC", NOW)
    return Zones({}, {}, "UTC", window, ZoneBook(), Counter()), calendar.children


@pytest.mark.parametrize(
    ("tzid", "name"),
    [
        ("Europe/Berlin", "Europe/Berlin"),
        ("europe/berlin", "Europe/Berlin"),
        ("America/New York", "America/New_York"),
        ("W. Europe Standard Time", "Europe/Berlin"),
        ("/freeassociation.sourceforge.net/Tzfile/Europe/Berlin", "Europe/Berlin"),
        ("/mozilla.org/20050126_1/America/Argentina/Buenos_Aires", "America/Argentina/Buenos_Aires"),
        ("http://tzurl.org/zoneinfo/Europe/Berlin", "Europe/Berlin"),
        ("http://tzurl.org/zoneinfo-outlook/America/Indiana/Knox", "America/Indiana/Knox"),
        (r"\\tzfile\Europe\Berlin", "Europe/Berlin"),
        (r"Europe\Berlin", "Europe/Berlin"),
        ('"America/New_York"', "America/New_York"),
        ("W. Europe Daylight Time", "Europe/Berlin"),
        ("US Mountain", "America/Phoenix"),
        ("FLE", "Europe/Kiev"),
        ("(UTC+01:00) Brussels, Copenhagen, Madrid, Paris", "Europe/Paris"),
        (r"(GMT+10:00) Canberra\, Melbourne\, Sydney", "Australia/Sydney"),
        ("Eastern Time (US & Canada)", "America/New_York"),
        ("US-Eastern", "US/Eastern"),
        ("US/Eastern ", "US/Eastern"),
        ("america-port-au-prince", "America/Port-au-Prince"),
        ("Western/Central Europe", "Europe/Berlin"),
        ("America-SanJose", None),
        ("Berlin", None),
        ("(GMT-03:00)", None),
        ("tzone://Microsoft/Utc", "UTC"),
        ("tzone://Microsoft/Custom", None),
        ("Customized Time Zone", None),
        ("", None),
        ("/", None),
    ],
)
def test_a_vendors_name_is_ianas_where_the_name_tells(tzid: str, name: str | None) -> None:
    assert iana_name(tzid) == name


@pytest.mark.parametrize(
    ("tzid", "seconds"),
    [
        ("GMT+05:30", 19800),
        ("utc-0330", -12600),
        (" GMT+01:00 ", 3600),
        ("GMT+5", None),
        ("GMT+05:30x", None),
        ("GMT+٠٥:٣٠", None),
        ("+05:30", None),
    ],
)
def test_a_name_may_say_its_offset(tzid: str, seconds: int | None) -> None:
    assert named_offset(tzid) == seconds


def test_a_name_that_says_its_offset_is_a_zone_of_that_offset() -> None:
    result = cleaned(vcalendar(at('"GMT+05:30"')))
    assert result.report.repairs == {"zone_undefined": 1}
    (event,) = events(result.body)
    assert event.first("DTSTART") == ("DTSTART", ";TZID=UTC+0530", "20260520T100000")
    assert "TZOFFSETTO:+0530" in unfolded(result.body)


@pytest.mark.parametrize(
    "tzid", ["UTC", "Etc/UTC", "Etc/UCT", "Etc/Universal", "Etc/Zulu", "UCT", "Universal", "Zulu", "etc/utc"]
)
def test_every_name_of_utc_is_utc(tzid: str) -> None:
    (event,) = events(cleaned(vcalendar(at(tzid))).body)
    assert event.first("DTSTART") == ("DTSTART", "", "20260520T100000Z")


def test_the_first_use_of_a_zone_is_the_earliest_year_in_which_a_component_that_names_it_begins() -> None:
    source = vcalendar(
        vevent("DTSTART;TZID=A:20260520T100000", "DTEND;TZID=B:20260520T110000"),
        vevent("DTSTART;TZID=A: 20240520T100000"),
        vevent("DTSTART;TZID=A:20250520T100000", "EXDATE;X-A=1:20250520T100000"),
        vevent("DTSTART:00010520T100000", "RDATE;TZID=C:20260520T110000"),
        vevent("DTSTART;TZID=D:whenever"),
    )
    _, components = zones_of(source)
    assert first_years(components) == {"A": 2024, "B": 2026, "C": 2, "D": 2}


def test_windows_names_are_those_of_cldr() -> None:
    assert IDENTIFIERS == WINDOWS_TO_OLSON


def test_what_windows_shows_stands_for_one_of_its_names() -> None:
    assert set(SHOWN.values()) <= set(IDENTIFIERS)


def test_a_name_of_utc_is_utc() -> None:
    (event,) = events(cleaned(vcalendar(at('"tzone://Microsoft/Utc"'))).body)
    assert event.first("DTSTART") == ("DTSTART", "", "20260520T100000Z")


def test_a_name_that_would_need_quotes_gets_another() -> None:
    body = cleaned(vcalendar(zone("My; zone: X"), vevent('DTSTART;TZID="My; zone: X":20260520T100000'))).body
    assert "TZID:My  zone  X" in unfolded(body)
    assert_published(body)


def test_a_name_of_nothing_but_what_needs_quotes_is_custom() -> None:
    body = cleaned(vcalendar(zone(";,"), vevent('DTSTART;TZID=";,":20260520T100000'))).body
    assert "TZID:Custom" in unfolded(body)
    assert_published(body)


def test_time_ends_for_all_zones_at_once() -> None:
    for name in ("Pacific/Kiritimati", "Pacific/Pago_Pago"):
        rules = iana_zone(name)
        assert rules
        for edge in (EARLIEST, LATEST):
            assert to_utc(edge.replace(tzinfo=None), rules) == edge
        assert to_utc(datetime.min, rules) == EARLIEST
        assert to_utc(datetime.max, rules) == LATEST


@pytest.mark.parametrize("mode", ["trim", "expand"])
@pytest.mark.parametrize("year", ["0003", "2026", "9999"])
@pytest.mark.parametrize(
    "definition",
    [
        zone("C", rule="RRULE:FREQ=SECONDLY"),
        zone("C", rule="RRULE:FREQ=YEARLY;BYDAY=XX"),
        zone("C", rule="RRULE:FREQ=YEARLY;UNTIL=99991231T235959Z", before="-2359"),
        zone("C", start="99991231T235959", before="-2359", offset="+2359"),
        zone("C", start="00010101T000000", before="+2359", offset="-2359", rule="RRULE:FREQ=YEARLY"),
        zone("C", offset="+9999"),
        zone("C", start="never"),
        zone("C", rule="RDATE:20260101T000000,never,20270101T000000/PT1H"),
        zone("C", kind="DAYLIGHT"),
        "BEGIN:VTIMEZONE\r\nTZID:C\r\nEND:VTIMEZONE",
    ],
)
def test_no_definition_of_a_zone_does_harm(definition: str, year: str, mode: str) -> None:
    source = vcalendar(
        definition,
        vevent(f"DTSTART;TZID=C:{year}0520T100000", "RRULE:FREQ=YEARLY"),
        vevent("UID:b", f"DTSTART;TZID=C:{year}0520T100000"),
    )
    body = cleaned(source, policy=policy(mode, back=None, ahead=None)).body
    assert_published(body)
    assert cleaned(body, policy=policy(mode, back=None, ahead=None)).body == body


def test_a_custom_zone_means_what_its_observances_say() -> None:
    rules = zone("C", "+0700", "+0800", "20251025T030000", "RRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU").replace(
        "END:VTIMEZONE",
        "BEGIN:DAYLIGHT\r\nDTSTART:16010325T020000\r\nTZOFFSETFROM:+0700\r\nTZOFFSETTO:+0800\r\nRRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nEND:VTIMEZONE",
    )
    # Summer ends at 2026-04-20T00:00Z in nobody's zone but by these rules 8:00 there is midnight in UTC.
    edge = (
        vevent("UID:1", "DTSTART;TZID=C:20260420T070000", "DTEND;TZID=C:20260420T080000"),
        vevent("UID:2", "DTSTART;TZID=C:20260420T070000", "DTEND;TZID=C:20260420T080001"),
    )
    report = cleaned(vcalendar(rules, *edge)).report
    assert report.window_start == datetime(2026, 4, 20, tzinfo=UTC)
    assert (report.past, report.events_out) == (1, 1)
