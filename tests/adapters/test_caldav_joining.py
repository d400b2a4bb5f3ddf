"""Items put together: nothing is lost, and no event is read by a zone that it did not come with."""

from __future__ import annotations

import re
import time
from datetime import UTC, datetime

import pytest

from calsieve.adapters.caldav.joining import joined
from calsieve.core.clean import compose
from calsieve.core.read import read
from calsieve.models import Policy
from tests.adapters.caldav_server import event

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)


def zone(tzid: str, offset: str = "+0100", *lines: str) -> str:
    return "\n".join(
        [
            *("BEGIN:VTIMEZONE", f"TZID:{tzid}", *lines, "BEGIN:STANDARD", "DTSTART:19700101T000000"),
            *(f"TZOFFSETFROM:{offset}", f"TZOFFSETTO:{offset}", "END:STANDARD", "END:VTIMEZONE"),
        ]
    )


def in_zone(uid: str, tzid: str, zones: str = "", quote: str = "") -> bytes:
    """Return an event at 10:00 in ``tzid``."""
    line = f"DTSTART;TZID={quote}{tzid}{quote}:20260515T100000"
    return event(uid, zones=zones).replace(b"DTSTART:20260515T100000Z", line.encode())


def published(*items: bytes, heading: tuple[str, ...] = ()) -> str:
    """Return what becomes of the items in a feed whose phones are in UTC, unfolded."""
    calendar = read("work", joined(heading, items), "utf-8")
    return compose([calendar], Policy(timezone="UTC"), NOW).body.decode().replace("\r\n ", "")


def starts(*items: bytes) -> dict[str, str]:
    """Return the offset of the zone in which each event of the feed begins; zones here have one each."""
    text = published(*items)
    offsets = dict(re.findall(r"TZID:(.*)\r\n(?:.*\r\n){3}TZOFFSETTO:(.*)\r", text))
    named = re.findall(r"UID:(.*)\r\n.*\r\nDTSTART;TZID=\"?(.*?)\"?:20260515T100000\r", text)
    return {uid: offsets[tzid] for uid, tzid in named}


def test_the_components_of_all_items_stand_in_one_calendar() -> None:
    body = joined(["X-WR-CALNAME:Home"], [event("a"), event("b")])
    assert body.count(b"BEGIN:VCALENDAR\r\n") == body.count(b"END:VCALENDAR\r\n") == 1
    assert body.startswith(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:")
    assert b"\r\nX-WR-CALNAME:Home\r\nBEGIN:VEVENT\r\nUID:a\r\n" in body
    assert body.endswith(b"END:VEVENT\r\nEND:VCALENDAR\r\n")
    assert b"-//Test//Test//EN" not in body
    assert body.replace(b"\r\n", b"").count(b"\n") == 0


def test_no_items_make_an_empty_calendar() -> None:
    assert read("work", joined([], [])).events_in == 0


@pytest.mark.parametrize(
    "item",
    [
        b"",
        b"<html>",
        b"BEGIN:VCALENDAR",
        b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",
        b"BEGIN:VCARD\r\nFN:Jane\r\nEND:VCARD\r\n",
        b"BEGIN:VEVENT\r\nUID:outside\r\nEND:VEVENT\r\n",
        b"END:VCALENDAR\r\nEND:VEVENT\r\n",
        b"BEGIN:VCALENDAR\r\nX-WR-CALNAME:another\r\nMETHOD:CANCEL\r\nEND:VCALENDAR\r\n",
        b"\0\xff\xfe",
    ],
)
def test_an_item_that_is_no_calendar_costs_only_itself(item: bytes) -> None:
    body = joined([], [event("a"), item, event("b")])
    assert body == joined([], [event("a"), event("b")])


def test_an_item_that_ends_anywhere_costs_only_itself() -> None:
    whole = event("cut", "BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "END:VALARM", zones=zone("Custom"))
    for size in range(len(whole)):
        text = published(event("a"), whole[:size], event("b"))
        assert [f"UID:{uid}\r\n" in text for uid in "ab"] == [True, True], size


@pytest.mark.parametrize(
    "end", ["END;X=1:VCALENDAR", "END:VCAL\n ENDAR", "E\n\n\tND:VCALENDAR", "END:VCA\x00LENDAR", "end : vcalendar\x7f"]
)
def test_no_item_ends_the_calendar_of_the_others(end: str) -> None:
    odd = f"BEGIN:VCALENDAR\nBEGIN:VEVENT\nEND:VEVENT\n{end}\nBEGIN:VEVENT\nEND:VEVENT\n".encode()
    text = published(event("a"), odd, event("b"))
    assert "UID:a\r" in text
    assert "UID:b\r" in text


@pytest.mark.parametrize("begin", ["BEGIN;X=1:VTIMEZONE", "BEGIN:VTIME\n ZONE", "BEG\x00IN:VTIMEZONE"])
def test_no_item_says_what_the_zones_of_others_are(begin: str) -> None:
    odd = in_zone("a", "Office", zone("Office", "+0900").replace("BEGIN:VTIMEZONE", begin))
    assert starts(odd, in_zone("b", "Office", zone("Office", "+0200"))) == {"a": "+0900", "b": "+0200"}


@pytest.mark.parametrize("newline", [b"\n", b"\r"])
def test_lines_may_end_as_they_like_and_a_byte_order_mark_does_no_harm(newline: bytes) -> None:
    item = b"\xef\xbb\xbf" + event("a").replace(b"\r\n", newline)
    assert joined([], [item]) == joined([], [event("a")])


def test_components_may_be_written_in_small_letters_and_come_in_several_calendars() -> None:
    small = event("a").replace(b"BEGIN:VCALENDAR", b"begin:vcalendar").replace(b"END:VCALENDAR", b"end : vcalendar")
    body = joined([], [small + event("b")])
    assert body == joined([], [event("a"), event("b")])


def test_properties_behind_the_components_stay_behind() -> None:
    item = event("a").replace(b"END:VCALENDAR", b"X-WR-TIMEZONE:Asia/Tokyo\r\nEND:VCALENDAR")
    assert joined([], [item]) == joined([], [event("a")])


def test_the_words_begin_and_end_within_a_text_are_left_alone() -> None:
    item = event("a", "DESCRIPTION:BEGIN:VCALENDAR\\nEND:VCALENDAR", " END:VCALENDAR")
    said = item.split(b"EN\r\n")[1].removesuffix(b"END:VCALENDAR\r\n")
    assert said.replace(b"\r\n ", b"") in joined([], [item])


# ── zones ──


def test_a_zone_that_all_items_bring_is_written_once() -> None:
    berlin = zone("Europe/Berlin")
    other = zone("Europe/Berlin", "+0100", "X-LIC-LOCATION:Europe/Berlin", "LAST-MODIFIED:20260101T000000Z")
    folded = berlin.replace("TZOFFSETFROM", "TZOFF\n SETFROM")
    items = [in_zone(uid, "Europe/Berlin", zones) for uid, zones in zip("abc", (berlin, other, folded), strict=True)]
    body = joined([], items)
    assert body.count(b"BEGIN:VTIMEZONE") == 1
    assert body.count(b";TZID=Europe/Berlin:") == 3


def test_two_zones_of_one_name_stay_two() -> None:
    items = [in_zone("a", "Custom", zone("Custom", "+0300")), in_zone("b", "Custom", zone("Custom", "-0500"))]
    assert starts(*items) == {"a": "+0300", "b": "-0500"}
    assert starts(*reversed(items)) == {"a": "+0300", "b": "-0500"}
    again = in_zone("c", "Custom", zone("Custom", "-0500"))
    assert joined([], [*items, again]).count(b"BEGIN:VTIMEZONE") == 2


def test_a_second_definition_of_a_zone_by_an_iana_name_still_means_it() -> None:
    """Programs describe the same zone differently; the feed has it once, under its own name."""
    summer = "BYMONTH=3;BYDAY=-1SU\nTZOFFSETFROM:+0100\nTZOFFSETTO:+0200\nEND:DAYLIGHT"
    winter = "BYMONTH=10;BYDAY=-1SU\nTZOFFSETFROM:+0200\nTZOFFSETTO:+0100\nEND:STANDARD"
    one, two = (
        f"BEGIN:VTIMEZONE\nTZID:Europe/Berlin\nBEGIN:DAYLIGHT\nDTSTART:{first}\nRRULE:FREQ=YEARLY;{summer}\n"
        f"BEGIN:STANDARD\nDTSTART:{second}\nRRULE:FREQ=YEARLY;{winter}\nEND:VTIMEZONE"
        for first, second in (("19810329T020000", "19961027T030000"), ("20200329T020000", "20201025T030000"))
    )
    text = published(in_zone("a", "Europe/Berlin", one), in_zone("b", "Europe/Berlin", two))
    assert text.count("BEGIN:VTIMEZONE") == 1
    assert text.count("DTSTART;TZID=Europe/Berlin:20260515T100000") == 2


@pytest.mark.parametrize("quote", ["", '"'])
def test_only_parameters_of_that_name_are_renamed(quote: str) -> None:
    first = in_zone("a", "My Zone", zone("My Zone", "+0300"))
    second = in_zone("b", "My Zone", zone("My Zone", "-0500"), quote)
    second = second.replace(
        b"END:VEVENT",
        b"EXDATE;VALUE=DATE-TIME;TZID=My Zo\r\n ne:20260516T100000\r\nDTEND;TZID=My Zone 2:20260515T110000\r\n"
        b"DESCRIPTION:see ;TZID=My Zone: there\r\nEND:VEVENT",
    )
    body = joined([], [first, second]).replace(b"\r\n ", b"")
    assert b"TZID:/calsieve/2/My Zone\r\n" in body
    assert b"DTSTART;TZID=/calsieve/2/My Zone:2026" in body
    assert b"EXDATE;VALUE=DATE-TIME;TZID=/calsieve/2/My Zone:2026" in body
    assert b"DTEND;TZID=My Zone 2:" in body
    assert b"DESCRIPTION:see ;TZID=My Zone: there" in body


def test_a_name_that_needs_quotes_keeps_them() -> None:
    first, second = (in_zone(uid, "A:B,C", zone("A:B,C", way), '"') for uid, way in (("a", "+0300"), ("b", "-0500")))
    assert b'DTSTART;TZID="/calsieve/2/A:B,C":20260515T100000\r\n' in joined([], [first, second])
    assert starts(first, second) == {"a": "+0300", "b": "-0500"}


def test_an_item_may_bring_two_zones_and_use_another_ones() -> None:
    both = in_zone("a", "One", zone("One", "+0300") + "\n" + zone("Two", "-0500"))
    other = in_zone("b", "Two")
    assert starts(both, other) == {"a": "+0300", "b": "-0500"}


def test_a_zone_without_a_name_or_an_end_does_no_harm() -> None:
    nameless = zone("X").replace("TZID:X\n", "")
    endless = zone("Endless").replace("END:VTIMEZONE", "X-A:b")
    text = published(event("a", zones=nameless), event("b", zones=endless), event("c"))
    assert [f"UID:{uid}\r\n" in text for uid in "abc"] == [True, True, True]


HOSTILE = {
    "ends of others": b"BEGIN:A\n" * 60_000 + b"END:B\n" * 60_000,
    "blanks in a name": b"BEGIN:A" + b" " * 200_000 + b"A",
    "zones that are never closed": b"BEGIN:A\nBEGIN:VTIMEZONE\nEND:A\n" * 60_000,
    "blanks in a TZID": b"BEGIN:VTIMEZONE\nTZID:A" + b" " * 200_000 + b"A\nEND:VTIMEZONE",
}


@pytest.mark.parametrize("inner", HOSTILE.values(), ids=HOSTILE)
def test_no_item_takes_long_to_join(inner: bytes) -> None:
    """Some seconds at most on any machine; where time grows with the square of it, each takes minutes."""
    begun = time.process_time()
    joined([], [b"BEGIN:VCALENDAR\n" + inner + b"\nEND:VCALENDAR\n"])
    assert time.process_time() - begun < 5
