"""Several sources as one calendar: each series once, none lost."""

from __future__ import annotations

from tests.core.kit import cleaned, unfolded, vcalendar, vevent
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
