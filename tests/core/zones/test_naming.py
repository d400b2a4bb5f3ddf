"""Zones as they are published: names, order and VTIMEZONEs depend on what is published alone."""

from __future__ import annotations

import pytest

from tests.core.kit import cleaned, policy, unfolded, vcalendar, vevent
from tests.core.zones.test_resolve import at, zone
from tests.published import assert_published

OTHER_RULES = zone("Europe/Berlin")


def tzids(body: bytes) -> list[str]:
    return [line.removeprefix("TZID:") for line in unfolded(body) if line.startswith("TZID:")]


def starts(body: bytes) -> list[str]:
    return [line for line in unfolded(body) if line.startswith("DTSTART;")]


def test_of_two_zones_of_one_name_the_first_published_keeps_it() -> None:
    sources = (
        vcalendar("X-WR-TIMEZONE:UTC", zone("C", "+0700"), vevent("UID:late", "DTSTART;TZID=C:20260528T100000")),
        vcalendar(zone("C", "+0300"), vevent("UID:soon", "DTSTART;TZID=C:20260521T100000")),
    )
    body = cleaned(*sources).body
    assert starts(body) == ["DTSTART;TZID=C:20260521T100000", "DTSTART;TZID=C 2:20260528T100000"]
    assert unfolded(body).index("TZOFFSETTO:+0300") < unfolded(body).index("TZOFFSETTO:+0700")
    assert_published(body)
    assert cleaned(body).body == body


def test_ianas_zone_keeps_its_name_wherever_it_is_published() -> None:
    sources = (
        vcalendar(OTHER_RULES, at("Europe/Berlin", "20260520T100000")),
        vcalendar(vevent("UID:b", "DTSTART;TZID=Europe/Berlin:20260528T100000")),
    )
    body = cleaned(*sources).body
    assert starts(body) == [
        "DTSTART;TZID=Europe/Berlin 2:20260520T100000",
        "DTSTART;TZID=Europe/Berlin:20260528T100000",
    ]
    assert_published(body)
    assert cleaned(body).body == body


def test_a_zone_of_dropped_events_takes_no_name() -> None:
    over = vcalendar(
        zone("C", "+0700"), vevent("UID:past", "DTSTART;TZID=C:20200101T100000", "RRULE:FREQ=DAILY;COUNT=2")
    )
    shown = vcalendar(zone("C", "+0300"), at("C"))
    assert tzids(cleaned(over, shown).body) == ["C"]


def test_a_number_that_is_taken_is_left_out() -> None:
    sources = (
        vcalendar(
            zone("C", "+0700"), zone("C 2", "+0500"), at("C"), vevent("UID:b", "DTSTART;TZID=C 2:20260521T100000")
        ),
        vcalendar(zone("C", "+0300"), vevent("UID:c", "DTSTART;TZID=C:20260522T100000")),
    )
    body = cleaned(*sources).body
    assert tzids(body) == ["C", "C 2", "C 3"]
    assert cleaned(body).body == body


def test_dropped_events_do_not_decide_what_a_name_means() -> None:
    """Before 2020 these are not Berlin's rules; a past event must not make that matter."""
    once = zone("Europe/Berlin", "+0100", "+0700", "20200101T000000").replace(
        "END:VTIMEZONE",
        "BEGIN:DAYLIGHT\r\nDTSTART:20200329T020000\r\nTZOFFSETFROM:+0100\r\nTZOFFSETTO:+0200\r\n"
        "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU\r\nEND:DAYLIGHT\r\nBEGIN:STANDARD\r\nDTSTART:20201025T030000\r\n"
        "TZOFFSETFROM:+0200\r\nTZOFFSETTO:+0100\r\nRRULE:FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU\r\nEND:STANDARD\r\nEND:VTIMEZONE",
    )
    shown = at("Europe/Berlin")
    alone = cleaned(vcalendar(once, shown)).body
    assert "TZNAME:CEST" in unfolded(alone)
    past = vevent("UID:past", "DTSTART;TZID=Europe/Berlin:20100101T100000")
    assert cleaned(vcalendar(once, past, shown)).body == alone


def test_a_zone_first_used_years_from_now_still_means_the_same_when_read_again() -> None:
    far = policy(ahead=None)
    body = cleaned(vcalendar(at("Europe/Berlin", "20400520T100000")), policy=far).body
    assert cleaned(body, policy=far).body == body
    assert cleaned(body, policy=far).report.repairs == {}
    assert tzids(
        cleaned(body, vcalendar(vevent("UID:b", "DTSTART;TZID=Europe/Berlin:20260520T100000")), policy=far).body
    ) == ["Europe/Berlin"]


def test_a_zone_is_published_from_before_an_rdate_that_lies_before_dtstart() -> None:
    late = vevent("DTSTART;TZID=Europe/Berlin:20270517T023000", "RDATE;TZID=Europe/Berlin:20200925T031500")
    keep = policy("keep", back=None, ahead=None)
    assert "DTSTART:20181028T030000" in unfolded(cleaned(vcalendar(late), policy=keep).body)


@pytest.mark.parametrize(
    ("year", "start"),
    [("1850", "18490101T005328"), ("0003", "00020101T005328"), ("0002", "00020101T005328")],
)
def test_a_zone_is_published_from_the_year_before_its_first_use(year: str, start: str) -> None:
    body = cleaned(vcalendar(at("Europe/Berlin", f"{year}0520T100000")), policy=policy(back=None)).body
    assert next(line for line in unfolded(body) if line.startswith("DTSTART:")) == f"DTSTART:{start}"


def test_the_feeds_own_zone_comes_first_among_those_published() -> None:
    tokyo = vevent("UID:b", "DTSTART;TZID=Asia/Tokyo:20260521T100000")
    source = vcalendar(at("America/New_York"), tokyo, vevent("UID:c", "DTSTART;TZID=Africa/Cairo:20260522T100000"))
    assert tzids(cleaned(source, policy=policy(timezone="Asia/Tokyo")).body) == [
        "Asia/Tokyo",
        "Africa/Cairo",
        "America/New_York",
    ]
    assert tzids(cleaned(source, policy=policy(timezone="Europe/Berlin")).body) == [
        "Africa/Cairo",
        "America/New_York",
        "Asia/Tokyo",
    ]


def test_a_definition_called_utc_with_other_rules_is_not_taken_for_utc() -> None:
    body = cleaned(vcalendar(zone("UTC", "+0700"), at("UTC"))).body
    assert starts(body) == ["DTSTART;TZID=UTC:20260520T100000"]
    assert "TZOFFSETTO:+0700" in unfolded(body)


def test_a_zone_is_ianas_only_if_it_agrees_for_as_long_as_a_window_without_end_shows_it() -> None:
    """America changed its rules in 2007: a definition that stops before still says something else today."""
    summer = zone(
        "US-Eastern", "-0400", "-0500", "19870405T020000", "RRULE:FREQ=YEARLY;BYDAY=1SU;BYMONTH=4", "DAYLIGHT"
    )
    winter = zone("US-Eastern", "-0500", "-0400", "19871025T020000", "RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10")
    definition = summer.replace("END:VTIMEZONE", winter.partition("TZID:US-Eastern\r\n")[2])
    source = vcalendar(definition, vevent("DTSTART;TZID=US-Eastern:19960101T100000", "RRULE:FREQ=YEARLY"))
    endless = policy(back=None, ahead=None)
    assert tzids(cleaned(source, policy=endless).body) == ["US-Eastern"]
    assert tzids(cleaned(source).body) == ["US-Eastern"]
