"""Masters and the overrides that belong to them."""

from __future__ import annotations

import re

import pytest

from tests.core.kit import cleaned, events, policy, vcalendar, vevent

DAY = "DTSTART:20260521T090000Z"
NEXT = "DTSTART:20260522T090000Z"
SLOT = "RECURRENCE-ID:20260528T090000Z"
MOVED = "DTSTART:20260528T100000Z"


def uids(*parts: str) -> list[str]:
    return [event.value("UID") for event in events(cleaned(vcalendar(*parts)).body)]


@pytest.mark.parametrize("turn", [1, -1])
def test_a_shared_uid_belongs_with_its_overrides_to_the_one_that_recurs(turn: int) -> None:
    masters = [vevent(DAY, "RRULE:FREQ=WEEKLY"), vevent(NEXT, "SUMMARY:stranger")]
    found = events(cleaned(vcalendar(*masters[::turn], vevent(SLOT, MOVED))).body)
    assert [(e.value("UID") == "a", e.has("RRULE"), e.has("RECURRENCE-ID")) for e in found] == [
        (True, True, False),
        (True, False, True),
        (False, False, False),
    ]


def test_of_versions_the_newest_stays_wherever_it_lies() -> None:
    old = vevent(DAY, "LAST-MODIFIED:20260101T000000Z")
    new = vevent("DTSTART:20200101T090000Z", "LAST-MODIFIED:20260201T000000Z")
    assert uids(old, new) == []
    assert uids(old, new.replace("20200101T", "20260523T")) == ["a"]


def test_versions_with_one_start_are_one_event() -> None:
    body = cleaned(
        vcalendar(vevent(DAY, "SUMMARY:one"), vevent(DAY, "SUMMARY:two"), vevent(NEXT), vevent(NEXT, "SUMMARY:x"))
    )
    assert [event.value("SUMMARY") for event in events(body.body)] == ["two", "x"]
    assert body.report.repairs == {"master_repeated": 2, "uid_shared": 1}


def test_spaces_around_a_uid_mean_nothing() -> None:
    assert uids(vevent("UID: a ", DAY, "RRULE:FREQ=WEEKLY"), vevent("UID:a", SLOT, MOVED)) == ["a", "a"]


def test_a_recurrence_id_in_another_zone_is_the_same_slot() -> None:
    found = events(
        cleaned(
            vcalendar(vevent("DTSTART;TZID=Europe/Berlin:20260521T110000", "RRULE:FREQ=WEEKLY"), vevent(SLOT, MOVED))
        ).body
    )
    assert found[1].first("RECURRENCE-ID") == (("RECURRENCE-ID", ";TZID=Europe/Berlin", "20260528T110000"))


def test_an_override_of_a_single_event_takes_its_place() -> None:
    body = cleaned(vcalendar(vevent(DAY), vevent("RECURRENCE-ID:20260521T090000Z", NEXT)), policy=policy("expand")).body
    assert [event.value("DTSTART") for event in events(body)] == ["20260522T090000Z"]


def test_an_override_of_the_first_occurrence_belongs_to_the_series_and_an_earlier_one_does_not() -> None:
    first = vevent("RECURRENCE-ID:20260521T090000Z", "DTSTART:20260521T150000Z")
    early = vevent("RECURRENCE-ID:20260514T090000Z", "DTSTART:20260514T150000Z")
    result = cleaned(vcalendar(vevent(DAY, "RRULE:FREQ=WEEKLY"), first, early), policy=policy("keep"))
    assert [(e.value("UID"), e.value("RECURRENCE-ID")) for e in events(result.body)] == [
        ("a-20260514T090000Z", ""),
        ("a", ""),
        ("a", "20260521T090000Z"),
    ]
    assert result.report.repairs == {"override_before_start": 1}


def test_a_stranger_that_shares_a_uid_gets_one_made_from_its_content() -> None:
    assert re.fullmatch("a-[0-9a-f]{8}", uids(vevent(DAY, "RRULE:FREQ=WEEKLY"), vevent(NEXT, "SUMMARY:x"))[1])


def test_no_sequence_is_the_first() -> None:
    result = cleaned(vcalendar(vevent(DAY, "SEQUENCE:0"), vevent(NEXT)))
    assert (result.report.events_out, result.report.repairs) == (2, {"uid_shared": 1})
    result = cleaned(vcalendar(vevent(DAY, "SEQUENCE:1"), vevent(NEXT)))
    assert (result.report.events_out, result.report.repairs) == (1, {"master_repeated": 1})


def test_of_overrides_of_one_slot_the_newest_stays_and_of_equals_the_last() -> None:
    master = vevent(DAY, "RRULE:FREQ=WEEKLY")
    one, two = vevent(SLOT, MOVED, "SUMMARY:one"), vevent(SLOT, MOVED, "SUMMARY:two")
    newer = vevent(SLOT, MOVED, "SUMMARY:newer", "SEQUENCE:10")
    for overrides, stays in (
        ((one, two), "two"),
        ((two, one), "one"),
        ((newer, one), "newer"),
        ((one, newer), "newer"),
    ):
        result = cleaned(vcalendar(master, *overrides))
        assert [event.value("SUMMARY") for event in events(result.body)] == ["", stays]
        assert result.report.repairs == {"override_repeated": 1}
