"""A series begins later only where that is certain to show the same."""

from __future__ import annotations

import pytest

from calsieve.models import Cleaned
from tests.core.kit import cleaned, events, policy, vcalendar, vevent

START = "DTSTART:20250106T100000Z"
BERLIN = ";TZID=Europe/Berlin:"


def trimmed(*lines: str, others: tuple[str, ...] = ()) -> Cleaned:
    return cleaned(vcalendar(vevent(*lines), *others), policy=policy("trim"))


@pytest.mark.parametrize(
    "lines",
    [
        (START, "RRULE:FREQ=DAILY", "RRULE:FREQ=WEEKLY;BYDAY=TU"),
        (START, "RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY"),
        (START, "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1"),
        (START, "RRULE:FREQ=YEARLY;BYWEEKNO=2;BYDAY=MO"),
        (START, "RRULE:FREQ=DAILY;RSCALE=CHINESE"),
        (START, "RRULE:FREQ=WEEKLY;BYDAY=TU"),
        (START, "RRULE:FREQ=SECONDLY;INTERVAL=59;COUNT=99999999"),
        (f"DTSTART{BERLIN}20250106T100000", "RRULE:FREQ=HOURLY"),
        (f"DTSTART{BERLIN}20250106T100000", "DTEND;TZID=Asia/Tokyo:20250106T190000", "RRULE:FREQ=DAILY"),
        ("DTSTART;VALUE=DATE:20250106", "RRULE:FREQ=DAILY;BYHOUR=0"),
        (START, "RRULE:FREQ=WEEKLY;BYMONTHDAY=6"),
        (START, "RRULE:FREQ=YEARLY;BYMONTHDAY=6"),
        (START, "RRULE:FREQ=MONTHLY;BYDAY=MO,1TU"),
        (START, "RRULE:FREQ=DAILY;BYDAY=1MO"),
        (START, "RRULE:FREQ=MONTHLY;BYYEARDAY=6"),
        (START, "RRULE:FREQ=HOURLY;BYDAY=MO"),
        (START, "RRULE:FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1"),
    ],
)
def test_a_series_that_readers_may_take_differently_stays_whole(lines: tuple[str, ...]) -> None:
    result = trimmed(*lines)
    (event,) = events(result.body)
    assert result.report.series_kept_whole == 1
    assert event.value("DTSTART") == lines[0].rpartition(":")[2]
    assert [line.value for line in event.all("RRULE")] == [
        line.partition(":")[2] for line in lines if line.startswith("RRULE")
    ]


def test_an_endless_series_of_any_age_begins_in_the_window() -> None:
    (event,) = events(trimmed("DTSTART:19000101T100000Z", "DTEND:19000101T110000Z", "RRULE:FREQ=DAILY;INTERVAL=7").body)
    assert (event.value("DTSTART"), event.value("DTEND")) == ("20260420T100000Z", "20260420T110000Z")


def test_hours_in_utc_can_begin_later() -> None:
    (event,) = events(trimmed(START, "DURATION:PT30M", "RRULE:FREQ=HOURLY;INTERVAL=5").body)
    assert event.value("DTSTART") == "20260420T040000Z"


def test_what_lasts_into_the_window_is_the_beginning() -> None:
    (event,) = events(trimmed("DTSTART:20250104T100000Z", "DURATION:P3D", "RRULE:FREQ=WEEKLY;COUNT=100").body)
    assert (event.value("DTSTART"), event.value("RRULE")) == ("20260418T100000Z", "FREQ=WEEKLY;COUNT=33")


def test_an_addition_before_the_new_beginning_stands_for_itself() -> None:
    found = events(
        trimmed(
            "DTSTART:20250106T100000Z", "RRULE:FREQ=MONTHLY;BYMONTHDAY=6", "RDATE:20260421T100000Z,20250107T100000Z"
        ).body
    )
    assert [(event.value("UID"), event.value("DTSTART")) for event in found] == [
        ("a-20260421T100000Z", "20260421T100000Z"),
        ("a", "20260506T100000Z"),
    ]
    assert not found[1].has("RDATE")


def test_an_exception_at_the_new_beginning_moves_it_on_and_counts() -> None:
    (event,) = events(trimmed("DTSTART:20260401T100000Z", "RRULE:FREQ=DAILY;COUNT=30", "EXDATE:20260420T100000Z").body)
    assert (event.value("DTSTART"), event.value("RRULE"), event.has("EXDATE")) == (
        "20260421T100000Z",
        "FREQ=DAILY;COUNT=10",
        False,
    )


def test_an_override_that_was_moved_to_the_past_leaves_an_exception() -> None:
    master = ("DTSTART:20260520T100000Z", "RRULE:FREQ=DAILY;COUNT=3")
    (event,) = events(
        trimmed(*master, others=(vevent("RECURRENCE-ID:20260521T100000Z", "DTSTART:20260101T100000Z"),)).body
    )
    assert [line.value for line in event.all("EXDATE")] == ["20260521T100000Z"]


def test_thousands_of_overrides_are_no_burden() -> None:
    days = [
        f"2026{month:02d}{day:02d}T{hour:02d}0000Z"
        for month in range(1, 13)
        for day in range(1, 29)
        for hour in range(6)
    ]
    others = tuple(vevent(f"RECURRENCE-ID:{day}", f"DTSTART:{day}", "DURATION:PT5M") for day in days)
    result = trimmed("DTSTART:20260101T000000Z", "RRULE:FREQ=HOURLY", others=others)
    assert result.report.series_kept_whole == 0
    assert result.report.events_out > 1000
