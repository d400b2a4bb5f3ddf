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
        (START, "RRULE:FREQ=MONTHLY;BYDAY=MO;BYSETPOS=1;BYHOUR=10"),
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


@pytest.mark.parametrize(
    "lines",
    [
        (START, "RRULE:FREQ=DAILY;UNTIL=20250105T000000Z", "RDATE:20260601T100000Z"),
        (START, "RRULE:FREQ=MONTHLY;BYMONTHDAY=6;BYHOUR=10,14;BYSETPOS=1"),
        (START, "RRULE:FREQ=YEARLY;BYDAY=1MO;BYSETPOS=1"),
        (START, "RRULE:FREQ=YEARLY;BYDAY=20MO"),
        (START, "RRULE:FREQ=DAILY;BYHOUR=9,10;BYSETPOS=2"),
        (START, "RRULE:FREQ=HOURLY;BYHOUR=10"),
        (START, "RRULE:FREQ=MONTHLY;BYMONTH=5,1;BYMONTHDAY=6"),
        (START, "RRULE:FREQ=DAILY;BYMONTHDAY=6,-1"),
        (START, "RRULE:FREQ=HOURLY;INTERVAL=40000"),
        (START, "RRULE:FREQ=WEEKLY;BYDAY=MO,MO;COUNT=2000"),
        (START, "RRULE:FREQ=YEARLY;BYMONTH=1,5;BYYEARDAY=1,140"),
        ("DTSTART;VALUE=DATE:20240229", "RRULE:FREQ=YEARLY"),
        ("DTSTART;VALUE=DATE:20240130", "RRULE:FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=30"),
        ("DTSTART;VALUE=DATE:20250106", "RRULE:FREQ=DAILY", "RDATE;VALUE=PERIOD:20260601T100000Z/PT1H"),
    ],
)
def test_a_series_that_the_oracles_took_differently_stays_whole(lines: tuple[str, ...]) -> None:
    result = trimmed(*lines)
    (event,) = events(result.body)
    assert result.report.series_kept_whole == 1
    assert event.value("DTSTART") == lines[0].rpartition(":")[2]


def test_what_holds_for_all_that_follow_stays_as_it_is_if_it_begins_later() -> None:
    ranged = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260501T100000Z", "DTSTART:20260501T120000Z"
    master, override = events(trimmed(START, "RRULE:FREQ=DAILY", others=(vevent(*ranged),)).body)
    assert master.value("DTSTART") == "20260420T100000Z"
    assert override.value("RECURRENCE-ID") == "20260501T100000Z"


@pytest.mark.parametrize("moved", ["20250107T120000Z", "20260501T120000Z"])
def test_what_holds_for_all_that_follow_from_before_the_window_keeps_the_series_whole(moved: str) -> None:
    ranged = "RECURRENCE-ID;RANGE=THISANDFUTURE:20250107T100000Z", f"DTSTART:{moved}"
    result = trimmed(START, "RRULE:FREQ=DAILY", others=(vevent(*ranged),))
    assert (result.report.series_kept_whole, result.report.events_out) == (1, 2)


def test_what_holds_for_all_that_follow_and_was_moved_to_the_past_keeps_the_series_whole() -> None:
    ranged = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260601T100000Z", "DTSTART:20250601T120000Z"
    result = trimmed(START, "RRULE:FREQ=DAILY", others=(vevent(*ranged),))
    assert (result.report.series_kept_whole, result.report.events_out) == (1, 2)


def test_an_early_override_that_was_moved_to_behind_the_window_goes() -> None:
    moved = vevent("RECURRENCE-ID:20250107T100000Z", "DTSTART:20300101T100000Z")
    (event,) = events(trimmed(START, "RRULE:FREQ=DAILY;COUNT=900", others=(moved,)).body)
    assert (event.value("DTSTART"), event.value("RRULE")) == ("20260420T100000Z", "FREQ=DAILY;COUNT=431")


def test_periods_before_the_new_beginning_go_or_stand_for_themselves() -> None:
    periods = "RDATE;VALUE=PERIOD:20250107T100000Z/PT1H,20260419T100000Z/P1D,20260510T100000Z/20260510T130000Z"
    first, second = events(trimmed(START, "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYMONTHDAY=6", periods).body)
    assert (first.value("DTSTART"), first.value("DTEND")) == ("20260419T100000Z", "20260420T100000Z")
    assert (second.value("DTSTART"), second.value("RDATE")) == ("20260506T100000Z", "20260510T100000Z/20260510T130000Z")


def test_a_period_that_is_over_goes_though_it_begins_after_the_new_beginning() -> None:
    lines = "DTSTART:20260419T100000Z", "DURATION:P1D", "RRULE:FREQ=WEEKLY"
    (event,) = events(trimmed(*lines, "RDATE;VALUE=PERIOD:20260419T110000Z/PT1H,20260421T110000Z/PT1H").body)
    assert event.value("RDATE") == "20260421T110000Z/PT1H"


def test_additions_before_the_window_go_though_the_rule_begins_in_it() -> None:
    (event,) = events(trimmed("DTSTART:20260501T100000Z", "RRULE:FREQ=DAILY", "RDATE:20260101T100000Z").body)
    assert (event.value("DTSTART"), event.has("RDATE")) == ("20260501T100000Z", False)


@pytest.mark.parametrize("end", ["", ";COUNT=30", ";UNTIL=20400101T000000Z"])
@pytest.mark.parametrize(
    ("addition", "others"),
    [
        (("RDATE:20260601T100000Z",), ()),
        ((), (vevent("RECURRENCE-ID:20230106T100000Z", "DTSTART:20260601T100000Z"),)),
    ],
)
def test_a_series_that_goes_on_is_not_reduced_to_what_its_rule_does_not_give(
    end: str, addition: tuple[str, ...], others: tuple[str, ...]
) -> None:
    result = trimmed("DTSTART:20180106T100000Z", f"RRULE:FREQ=YEARLY;INTERVAL=5{end}", *addition, others=others)
    assert result.report.series_kept_whole == 1
    assert events(result.body)[0].value("RRULE") == f"FREQ=YEARLY;INTERVAL=5{end}"


def test_a_series_that_goes_on_after_the_window_begins_there_if_an_override_is_visible() -> None:
    moved = vevent("RECURRENCE-ID:20280106T100000Z", "DTSTART:20260601T100000Z")
    master, _ = events(trimmed("DTSTART:20180106T100000Z", "RRULE:FREQ=YEARLY;INTERVAL=5", others=(moved,)).body)
    assert (master.value("DTSTART"), master.value("RRULE")) == ("20280106T100000Z", "FREQ=YEARLY;INTERVAL=5")


def test_an_override_of_an_excepted_slot_does_not_stand_for_itself() -> None:
    lines = "DTSTART:20260401T100000Z", "RRULE:FREQ=DAILY", "EXDATE:20260410T100000Z"
    moved = vevent("RECURRENCE-ID:20260410T100000Z", "DTSTART:20260501T150000Z")
    assert trimmed(*lines, others=(moved,)).report.series_kept_whole == 1


def test_an_event_without_length_at_the_windows_beginning_is_the_first() -> None:
    (event,) = events(trimmed("DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY").body)
    assert event.value("DTSTART") == "20260420T000000Z"


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("FREQ=MONTHLY;COUNT=40", "FREQ=MONTHLY;COUNT=24"),
        ("FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,-1;COUNT=40", "FREQ=MONTHLY;BYDAY=MO,TU;BYSETPOS=1,-1;COUNT=9"),
        ("FREQ=WEEKLY;BYDAY=MO,TH;COUNT=1200", "FREQ=WEEKLY;BYDAY=MO,TH;COUNT=1066"),
        ("FREQ=DAILY;COUNT=1000000", "FREQ=DAILY;COUNT=999531"),
    ],
)
def test_a_count_loses_what_went(rule: str, expected: str) -> None:
    (event,) = events(trimmed(START, f"RRULE:{rule}").body)
    assert event.value("RRULE") == expected


def test_what_ends_with_the_windows_beginning_is_over() -> None:
    (event,) = events(trimmed("DTSTART:20250106T230000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY").body)
    assert event.value("DTSTART") == "20260420T230000Z"


def test_a_slot_that_was_moved_to_the_past_is_no_beginning() -> None:
    moved = vevent("RECURRENCE-ID:20260420T100000Z", "DTSTART:20260401T100000Z")
    (event,) = events(trimmed(START, "RRULE:FREQ=DAILY", "EXDATE:20260421T100000Z", others=(moved,)).body)
    assert (event.value("DTSTART"), event.has("EXDATE")) == ("20260422T100000Z", False)


def test_an_addition_at_the_new_beginning_stays_in_the_series() -> None:
    (event,) = events(trimmed(START, "RRULE:FREQ=DAILY", "RDATE:20260420T100000Z").body)
    assert (event.value("DTSTART"), event.value("RDATE")) == ("20260420T100000Z", "20260420T100000Z")


def test_a_period_at_the_new_beginning_stays_in_the_series() -> None:
    (event,) = events(trimmed(START, "RRULE:FREQ=DAILY", "RDATE;VALUE=PERIOD:20260420T100000Z/PT3H").body)
    assert (event.value("DTSTART"), event.value("RDATE")) == ("20260420T100000Z", "20260420T100000Z/PT3H")


def test_what_holds_for_all_that_follow_may_begin_with_the_series() -> None:
    ranged = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260420T100000Z", "DTSTART:20260420T120000Z"
    result = trimmed(START, "RRULE:FREQ=DAILY", others=(vevent(*ranged),))
    assert result.report.series_kept_whole == 0
    assert [event.value("DTSTART") for event in events(result.body)] == ["20260420T100000Z", "20260420T120000Z"]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("20251026T023000", "20251026T023100"),
        ("20250330T023000", "20250330T023100"),
        ("20251025T230000", "20251026T050000"),
    ],
    ids=["comes twice", "does not exist", "ends after the change"],
)
def test_a_series_that_begins_while_the_clocks_change_stays_whole(start: str, end: str) -> None:
    result = trimmed(f"DTSTART{BERLIN}{start}", f"DTEND{BERLIN}{end}", "RRULE:FREQ=WEEKLY")
    assert result.report.series_kept_whole == 1
    assert events(result.body)[0].value("DTSTART") == start
