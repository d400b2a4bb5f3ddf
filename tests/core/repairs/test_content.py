"""`uid: content`: the same content has the same UIDs, whatever the upstream calls it."""

from __future__ import annotations

import uuid

import pytest

from calsieve.models import UidMode
from tests.core.kit import STAMP, cleaned, events, policy, vcalendar, vevent
from tests.published import assert_published

DAY = "DTSTART;TZID=Europe/Berlin:20260521T090000"
WEEKLY = (DAY, "DURATION:PT1H", "RRULE:FREQ=WEEKLY", "SUMMARY:weekly")
SLOT = "RECURRENCE-ID;TZID=Europe/Berlin:20260528T090000"
MOVED = (SLOT, "DTSTART;TZID=Europe/Berlin:20260528T110000", "SUMMARY:moved")
CONTENT = policy(uid=UidMode.CONTENT)


def fetch(number: int, *, backwards: bool = False) -> bytes:
    """Return a calendar whose UIDs, stamps and order are others at each fetch."""

    def uid(name: str) -> str:
        return f"UID:{uuid.uuid5(uuid.NAMESPACE_URL, f'{name} {number}')}"

    stamp = f"DTSTAMP:202605{number + 10}T000000Z"
    parts = [
        vevent(uid("series"), stamp, *WEEKLY),
        vevent(uid("series"), stamp, *MOVED),
        vevent(uid("one"), stamp, DAY, "SUMMARY:alike"),
        vevent(uid("two"), stamp, DAY, "SUMMARY:alike"),
        vevent(uid("three"), stamp, DAY, "SUMMARY:alike", "DESCRIPTION:but for this"),
        vevent(uid("orphan"), stamp, SLOT, "DTSTART:20260522T090000Z", "SUMMARY:orphan"),
    ]
    return vcalendar(*(reversed(parts) if backwards else parts))


def uids(body: bytes) -> list[str]:
    return [event.value("UID") for event in events(body)]


@pytest.mark.parametrize("mode", ["keep", "trim", "expand"])
def test_a_source_whose_uids_all_change_gives_the_same_bytes(mode: str) -> None:
    asked = policy(mode, uid=UidMode.CONTENT)
    first = cleaned(fetch(1), policy=asked).body
    assert_published(first)
    assert cleaned(fetch(2, backwards=True), policy=asked, previous=first).body == first
    assert cleaned(first, policy=asked).body == first


def test_with_keep_they_are_other_events() -> None:
    assert set(uids(cleaned(fetch(1)).body)).isdisjoint(uids(cleaned(fetch(2)).body))


def test_events_that_are_alike_stay_as_many_as_they_are() -> None:
    alike = [e.value("UID") for e in events(cleaned(fetch(1), policy=CONTENT).body) if e.value("SUMMARY") == "alike"]
    assert len(set(alike)) == 3


def test_overrides_follow_their_master() -> None:
    body = cleaned(fetch(1), policy=CONTENT).body
    (override,) = (event for event in events(body) if event.has("RECURRENCE-ID"))
    (master,) = (event for event in events(body) if event.has("RRULE"))
    assert override.value("UID") == master.value("UID")


@pytest.mark.parametrize(
    "line", ["DESCRIPTION:new", "URL:https://example.org", "DTEND;TZID=Europe/Berlin:20260521T120000"]
)
def test_what_is_corrected_changes_an_event_in_place(line: str) -> None:
    before, after = (cleaned(vcalendar(vevent(DAY, *more)), policy=CONTENT).body for more in ((), (line,)))
    assert uids(before) == uids(after)


@pytest.mark.parametrize("line", ["SUMMARY:new", "LOCATION:new", "RRULE:FREQ=DAILY"])
def test_another_title_place_or_rule_is_another_event(line: str) -> None:
    before, after = (cleaned(vcalendar(vevent(DAY, *more)), policy=CONTENT).body for more in ((), (line,)))
    assert uids(before) != uids(after)


def test_a_trimmed_series_keeps_its_uid_as_the_window_moves() -> None:
    source = vcalendar(vevent("DTSTART:20240101T090000Z", "RRULE:FREQ=WEEKLY", "SUMMARY:x"))
    bodies = [cleaned(source, policy=policy("trim", back=back, uid=UidMode.CONTENT)).body for back in ("4w", "2w")]
    assert bodies[0] != bodies[1]
    assert uids(bodies[0]) == uids(bodies[1])


def test_an_event_of_a_custom_zone_keeps_its_uid_when_the_zone_is_defined_anew() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:C\r\nBEGIN:STANDARD\r\nDTSTART:{}\r\nTZOFFSETFROM:+0700\r\nTZOFFSETTO:+0700\r\n"
    zone += "END:STANDARD\r\nEND:VTIMEZONE"
    event = vevent("DTSTART;TZID=C:20260521T090000", "UID: ")
    first, second = (
        cleaned(vcalendar(zone.format(start), event)).body for start in ("19700101T000000", "19800101T000000")
    )
    assert uids(first) == uids(second)


def test_the_same_event_in_two_sources_is_published_once() -> None:
    first, second = vcalendar(vevent("UID:x", DAY)), vcalendar(vevent("UID:y", DAY))
    assert len(uids(cleaned(first, second, policy=CONTENT).body)) == 1
    assert len(uids(cleaned(first, second).body)) == 2


@pytest.mark.parametrize(
    "line", ["CREATED:20260102T000000Z", "LAST-MODIFIED:20260102T000000Z", "SEQUENCE:7", "DTSTAMP:20260102T000000Z"]
)
def test_a_made_uid_does_not_depend_on_what_changes_at_each_fetch(line: str) -> None:
    before, after = (cleaned(vcalendar(vevent("UID: ", DAY, *more))).body for more in ((), (line,)))
    assert uids(before) == uids(after)


def test_a_made_uid_is_the_same_whether_a_zone_is_ianas_or_its_own() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:Europe/Berlin\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\n"
    zone += "TZOFFSETFROM:+0700\r\nTZOFFSETTO:+0700\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    event = vevent("UID: ", DAY)
    assert uids(cleaned(vcalendar(zone, event)).body) == uids(cleaned(vcalendar(event)).body)


def test_additions_tell_series_apart() -> None:
    found = [
        uids(cleaned(vcalendar(vevent(DAY, f"RDATE;TZID=Europe/Berlin:2026052{day}T090000")), policy=CONTENT).body)
        for day in (2, 3)
    ]
    assert found[0] != found[1]


def test_a_uid_that_is_published_already_is_not_given_again() -> None:
    first = cleaned(vcalendar(vevent(DAY, "SUMMARY:alike")), policy=CONTENT).body
    (uid,) = uids(first)
    corrected = vevent(f"UID:{uid}", DAY, "SUMMARY:corrected")
    both = cleaned(vcalendar(corrected, vevent("UID:b", DAY, "SUMMARY:alike")), policy=CONTENT).body
    assert len({*uids(both)}) == 2
    assert uid in uids(both)


def test_a_stamp_is_made_from_the_last_change_else_from_the_creation() -> None:
    created, modified = "CREATED:20260102T000000Z", "LAST-MODIFIED:20260103T000000Z"
    for more, stamp in (((created,), "20260102"), ((created, modified), "20260103"), ((), "19700101")):
        source = vcalendar(vevent(DAY, *more).replace(f"{STAMP}\r\n", ""))
        assert events(cleaned(source).body)[0].value("DTSTAMP") == f"{stamp}T000000Z"


def test_which_of_alike_events_gets_which_uid_does_not_depend_on_the_uids_they_had() -> None:
    first, second = (
        vcalendar(*(vevent(f"UID:{uid}", DAY, f"URL:https://example.org/{page}") for page, uid in enumerate(order)))
        for order in ("ab", "ba")
    )
    assert cleaned(first, policy=CONTENT).body == cleaned(second, policy=CONTENT).body
