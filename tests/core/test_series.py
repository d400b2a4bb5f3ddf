"""Masters and the overrides that belong to them."""

from __future__ import annotations

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
