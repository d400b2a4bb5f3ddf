"""`series: cut` ends a series at its last visible occurrence too."""

from __future__ import annotations

import pytest

from calsieve.models import Cleaned
from tests.core.kit import cleaned, events, policy, vcalendar, vevent

START = "DTSTART:20250106T100000Z"


def cut(*lines: str, others: tuple[str, ...] = (), ahead: str | None = "4w") -> Cleaned:
    """Cut a series to the window from 20 April to 22 June 2026."""
    return cleaned(vcalendar(vevent(*lines), *others), policy=policy("cut", ahead=ahead))


@pytest.mark.parametrize(
    ("start", "rule", "expected"),
    [
        (START, "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260621T100000Z"),
        (START, "FREQ=WEEKLY;COUNT=500", "FREQ=WEEKLY;UNTIL=20260615T100000Z"),
        (START, "FREQ=DAILY;UNTIL=20270101T000000Z", "FREQ=DAILY;UNTIL=20260621T100000Z"),
        (START, "FREQ=DAILY;UNTIL=20260601T000000Z", "FREQ=DAILY;UNTIL=20260601T000000Z"),
        (START, "FREQ=DAILY;COUNT=500", "FREQ=DAILY;COUNT=31"),
        ("DTSTART;VALUE=DATE:20250106", "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260621"),
        ("DTSTART:20250106T100000", "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260621T100000"),
        ("DTSTART;TZID=Europe/Berlin:20250106T100000", "FREQ=DAILY", "FREQ=DAILY;UNTIL=20260621T080000Z"),
    ],
)
def test_a_series_that_goes_past_the_window_ends_at_its_last_visible_occurrence(
    start: str, rule: str, expected: str
) -> None:
    result = cut(start, f"RRULE:{rule}")
    (event,) = events(result.body)
    assert (event.value("RRULE"), result.report.series_kept_whole) == (expected, 0)


def test_an_endless_window_cuts_nothing() -> None:
    (event,) = events(cut(START, "RRULE:FREQ=DAILY", ahead=None).body)
    assert (event.value("DTSTART"), event.value("RRULE")) == ("20260420T100000Z", "FREQ=DAILY")


def test_dates_behind_the_end_go_and_those_that_are_visible_stay() -> None:
    additions = (
        "RDATE:20260621T150000Z,20260801T100000Z",
        "RDATE;VALUE=PERIOD:20260521T100000Z/PT3H,20260901T100000Z/PT3H",
    )
    (event,) = events(cut(START, "RRULE:FREQ=WEEKLY", *additions, "EXDATE:20260518T100000Z,20260713T100000Z").body)
    assert event.value("RRULE") == "FREQ=WEEKLY;UNTIL=20260615T100000Z"
    assert [line.value for line in event.all("RDATE")] == ["20260621T150000Z", "20260521T100000Z/PT3H"]
    assert [line.value for line in event.all("EXDATE")] == ["20260518T100000Z"]


def test_an_excepted_occurrence_is_not_the_last() -> None:
    (event,) = events(cut(START, "RRULE:FREQ=WEEKLY", "EXDATE:20260615T100000Z").body)
    assert (event.value("RRULE"), event.has("EXDATE")) == ("FREQ=WEEKLY;UNTIL=20260608T100000Z", False)


def test_an_override_moved_in_from_behind_the_end_stands_for_itself() -> None:
    moved = vevent("RECURRENCE-ID:20260629T100000Z", "DTSTART:20260611T100000Z")
    found = events(cut(START, "RRULE:FREQ=WEEKLY", others=(moved,)).body)
    assert [(event.value("UID"), event.value("RRULE")) for event in found] == [
        ("a", "FREQ=WEEKLY;UNTIL=20260615T100000Z"),
        ("a-20260629T100000Z", ""),
    ]


def test_an_override_moved_to_behind_the_end_leaves_an_exception() -> None:
    moved = vevent("RECURRENCE-ID:20260525T100000Z", "DTSTART:20260701T100000Z")
    (event,) = events(cut(START, "RRULE:FREQ=WEEKLY", others=(moved,)).body)
    assert [line.value for line in event.all("EXDATE")] == ["20260525T100000Z"]


def test_an_override_of_an_addition_behind_the_end_stands_for_itself() -> None:
    moved = vevent("RECURRENCE-ID:20260801T100000Z", "DTSTART:20260611T100000Z")
    master, other = events(cut(START, "RRULE:FREQ=WEEKLY", "RDATE:20260801T100000Z", others=(moved,)).body)
    assert (master.has("RDATE"), other.value("UID")) == (False, "a-20260801T100000Z")


def test_an_override_of_the_last_occurrence_stays() -> None:
    moved = vevent("RECURRENCE-ID:20260622T100000Z", "DTSTART:20260611T100000Z")
    master, other = events(cut(START, "RRULE:FREQ=WEEKLY", others=(moved,)).body)
    assert master.value("RRULE") == "FREQ=WEEKLY;UNTIL=20260622T100000Z"
    assert other.value("RECURRENCE-ID") == "20260622T100000Z"


def test_what_its_rule_does_not_give_is_all_that_is_left_of_a_series_without_an_occurrence() -> None:
    (event,) = events(cut("DTSTART:20180106T100000Z", "RRULE:FREQ=YEARLY;INTERVAL=5", "RDATE:20260601T100000Z").body)
    assert (event.value("DTSTART"), event.has("RRULE")) == ("20260601T100000Z", False)


def test_a_rule_that_is_over_leaves_what_is_visible() -> None:
    (event,) = events(cut(START, "RRULE:FREQ=DAILY;COUNT=3", "RDATE:20260601T100000Z").body)
    assert (event.value("DTSTART"), event.has("RRULE")) == ("20260601T100000Z", False)


def test_a_series_with_an_override_that_holds_for_all_that_follow_is_not_cut() -> None:
    ranged = vevent("RECURRENCE-ID;RANGE=THISANDFUTURE:20260501T100000Z", "DTSTART:20260501T120000Z")
    assert cut(START, "RRULE:FREQ=DAILY", others=(ranged,)).report.series_kept_whole == 1


def test_a_series_that_ends_by_itself_is_not_cut_whatever_holds_for_all_that_follow() -> None:
    ranged = vevent("RECURRENCE-ID;RANGE=THISANDFUTURE:20260501T100000Z", "DTSTART:20260501T120000Z")
    result = cut("DTSTART:20260420T100000Z", "RRULE:FREQ=DAILY;COUNT=20", others=(ranged,))
    assert [event.value("RRULE") for event in events(result.body)] == ["FREQ=DAILY;COUNT=20", ""]
    assert result.report.series_kept_whole == 0


def test_what_is_said_twice_of_the_last_occurrence_stays() -> None:
    again = "RDATE:20260615T100000Z", "EXDATE:20260615T100000Z"
    moved = vevent("RECURRENCE-ID:20260615T100000Z", "DTSTART:20260615T150000Z")
    for line in again:
        master, override = events(cut(START, "RRULE:FREQ=WEEKLY", line, others=(moved,)).body)
        assert master.value("RRULE") == "FREQ=WEEKLY;UNTIL=20260615T100000Z"
        assert master.value(line.partition(":")[0]) == "20260615T100000Z"
        assert override.value("DTSTART") == "20260615T150000Z"
