"""Several sources as one calendar: each series once, none lost."""

from __future__ import annotations

from itertools import permutations

from tests.core.kit import cleaned, events, unfolded, vcalendar, vevent
from tests.published import assert_published

DAY = "DTSTART:20260521T090000Z"
HERE, THERE = vcalendar(vevent(DAY, "SUMMARY:here")), vcalendar(vevent(DAY, "SUMMARY:there"))


def published(*sources: bytes) -> list[str]:
    body = cleaned(*sources).body
    assert_published(body)
    return sorted(line for line in unfolded(body) if line.startswith(("UID:", "SUMMARY:")))


def test_a_third_source_that_equals_the_second_adds_nothing() -> None:
    assert published(HERE, THERE, THERE) == ["SUMMARY:here", "SUMMARY:there", "UID:a", "UID:a-two"]
    assert published(HERE, THERE, HERE) == ["SUMMARY:here", "SUMMARY:there", "UID:a", "UID:a-two"]


def test_three_different_events_of_one_uid_are_three() -> None:
    other = vcalendar(vevent(DAY, "SUMMARY:elsewhere"))
    assert published(HERE, THERE, other)[3:] == ["UID:a", "UID:a-three", "UID:a-two"]


def test_a_uid_that_looks_like_a_made_one_costs_no_event() -> None:
    second = vcalendar(vevent(DAY, "SUMMARY:there"), vevent("UID:a-two", DAY, "SUMMARY:native"))
    assert published(HERE, second) == [
        "SUMMARY:here",
        "SUMMARY:native",
        "SUMMARY:there",
        "UID:a",
        "UID:a-two",
        "UID:a-two-two",
    ]


def test_a_uid_is_lengthened_until_it_is_free() -> None:
    first = vcalendar(vevent(DAY, "SUMMARY:here"), vevent("UID:a-two", DAY, "SUMMARY:native"))
    assert published(first, THERE)[3:] == ["UID:a", "UID:a-two", "UID:a-two-two"]


def test_a_made_uid_is_known_as_if_its_source_had_said_it() -> None:
    third = vcalendar(vevent("UID:a-two", DAY, "SUMMARY:there"))
    assert published(HERE, THERE, third) == ["SUMMARY:here", "SUMMARY:there", "UID:a", "UID:a-two"]


def test_a_uid_that_looks_like_an_occurrences_costs_no_second_event() -> None:
    orphan = vevent("RECURRENCE-ID:20260521T090000Z", DAY, "SUMMARY:orphan")
    alike = vevent("UID:a-20260521T090000Z", DAY, "SUMMARY:alike")
    assert published(vcalendar(orphan, alike)) == ["SUMMARY:orphan", "UID:a-20260521T090000Z"]
    assert published(vcalendar(alike, orphan)) == ["SUMMARY:alike", "UID:a-20260521T090000Z"]


def test_series_come_by_their_first_event_and_then_by_uid() -> None:
    late = vevent("UID:a", "DTSTART:20260522T090000Z")
    body = cleaned(vcalendar(late, vevent("UID:c", DAY), vevent("UID:b", DAY))).body
    assert [line for line in unfolded(body) if line.startswith("UID:")] == ["UID:b", "UID:c", "UID:a"]


def test_what_comes_first_in_a_source_does_not_decide_about_uids() -> None:
    parts = [vevent(DAY, "SUMMARY:there"), vevent("UID:a-two", DAY, "SUMMARY:native"), vevent("UID:0", DAY)]
    bodies = {cleaned(HERE, vcalendar(*order)).body for order in permutations(parts)}
    assert len(bodies) == 1
    uids = {event.value("SUMMARY"): event.value("UID") for event in events(bodies.pop())}
    assert uids == {"": "0", "here": "a", "native": "a-two", "there": "a-two-two"}


def test_a_further_source_changes_no_uid_of_those_before() -> None:
    series = [vcalendar(vevent(DAY, f"SUMMARY:{name}"), vevent("UID:b", DAY)) for name in ("x", "y", "z")]
    files = [cleaned(*series[:count]).body for count in (1, 2, 3)]
    found = [{event.value("SUMMARY"): event.value("UID") for event in events(body)} for body in files]
    assert found[2] == {"": "b", "x": "a", "y": "a-two", "z": "a-three"}
    assert found[1].items() <= found[2].items()
    assert found[0].items() <= found[1].items()


def test_overrides_take_the_name_of_their_series() -> None:
    def source(summary: str) -> bytes:
        master = vevent("DTSTART:20260518T090000Z", "RRULE:FREQ=WEEKLY", f"SUMMARY:{summary}")
        return vcalendar(master, vevent("RECURRENCE-ID:20260525T090000Z", "DTSTART:20260525T110000Z"))

    body = cleaned(source("x"), source("y"), source("y")).body
    assert_published(body)
    assert [event.value("UID") for event in events(body)] == ["a", "a", "a-two", "a-two"]


def test_what_sources_share_is_counted() -> None:
    assert cleaned(
        HERE,
        THERE,
        THERE,
    ).report.repairs == {"series_in_two_sources": 1, "uid_in_two_sources": 1}
    assert cleaned(HERE, HERE, HERE).report.repairs == {"series_in_two_sources": 2}


def test_stamps_make_no_difference_between_sources() -> None:
    later = HERE.replace(b"DTSTAMP:20260101", b"DTSTAMP:20260301")
    assert published(HERE, later) == ["SUMMARY:here", "UID:a"]
    assert published(later, HERE) == ["SUMMARY:here", "UID:a"]
