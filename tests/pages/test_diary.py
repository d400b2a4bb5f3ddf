from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.models import Shown
from calsieve.pages import diary
from tests.pages.kit import BERLIN, NOW, shown

ZONE = ZoneInfo(BERLIN)
TODAY = date(2026, 11, 25)
END = TODAY + timedelta(weeks=8)


def listed(*agenda: Shown) -> list[tuple[str, str, str]]:
    """Return day, time and title of what is listed."""
    return [
        (f"{day.date:%-d %b}", entry.when, entry.title)
        for day in diary.days(agenda, TODAY, END, ZONE)
        for entry in day.entries
    ]


def test_the_agenda_reaches_eight_weeks_from_monday_midnight_there() -> None:
    start, end = diary.agenda_reach(NOW, BERLIN)
    assert start.isoformat() == "2026-11-23T00:00:00+01:00"
    assert end.isoformat() == "2027-01-18T00:00:00+01:00"


def test_the_week_is_that_of_the_zone() -> None:
    sunday_night = datetime(2026, 11, 29, 23, 30, tzinfo=UTC)
    assert diary.agenda_reach(sunday_night, BERLIN)[0].date() == date(2026, 11, 30)


@pytest.mark.parametrize(
    ("start", "end", "day", "when"),
    [
        ("2026-11-26T09:00", "2026-11-26T10:30", "26 Nov", "10:00–11:30"),
        ("2026-11-26T09:00", "2026-11-26T09:00", "26 Nov", "10:00"),
        ("2026-11-26T21:00", "2026-11-26T23:00", "26 Nov", "22:00–24:00"),
        ("2026-11-26T21:00", "2026-11-27T01:00", "26 Nov", "22:00–02:00 Fri 27 Nov"),
        ("2026-11-26T21:00", "2026-11-27T23:00", "26 Nov", "22:00–24:00 Fri 27 Nov"),
        ("2026-11-24T21:00", "2026-11-25T08:00", "25 Nov", "until 09:00"),
        ("2026-11-24T21:00", "2026-11-25T23:00", "25 Nov", "until 24:00"),
        ("2026-11-24T21:00", "2026-11-28T08:00", "25 Nov", "until 09:00 Sat 28 Nov"),
    ],
)
def test_times_of_a_day(start: str, end: str, day: str, when: str) -> None:
    assert listed(shown(start, end)) == [(day, when, "Choir")]


@pytest.mark.parametrize(
    ("start", "end", "day", "when"),
    [
        ("2026-11-25T23:00", "2026-11-26T23:00", "26 Nov", "all day"),
        ("2026-11-25T23:00", "2026-11-28T23:00", "26 Nov", "until 28 Nov"),
        ("2026-11-20T23:00", "2026-11-25T23:00", "25 Nov", "all day"),
        ("2026-11-20T23:00", "2026-11-26T23:00", "25 Nov", "until 26 Nov"),
    ],
)
def test_whole_days(start: str, end: str, day: str, when: str) -> None:
    assert listed(shown(start, end, all_day=True)) == [(day, when, "Choir")]


@pytest.mark.parametrize(
    ("start", "end"),
    [
        ("2026-11-24T08:00", "2026-11-24T09:00"),
        ("2026-11-24T08:00", "2026-11-24T23:00"),  # until midnight
        ("2027-01-20T08:00", "2027-01-20T09:00"),
    ],
)
def test_what_is_over_or_too_far_ahead_is_not_listed(start: str, end: str) -> None:
    assert listed(shown(start, end)) == []


def test_days_are_in_order_and_whole_days_come_first() -> None:
    agenda = [
        shown("2026-11-27T08:00", "2026-11-27T09:00", "c"),
        shown("2026-11-26T09:00", "2026-11-26T10:00", "b"),
        shown("2026-11-26T08:00", "2026-11-26T10:00", "a"),
        shown("2026-11-25T23:00", "2026-11-26T23:00", "Advent", all_day=True),
    ]
    assert [(day, title) for day, _, title in listed(*agenda)] == [
        ("26 Nov", "Advent"),
        ("26 Nov", "a"),
        ("26 Nov", "b"),
        ("27 Nov", "c"),
    ]


def test_marks() -> None:
    times = ("2026-11-26T08:00", "2026-11-26T09:00")
    agenda = [
        shown(*times, "a", status="TENTATIVE", sure=False),
        shown(*times, "Tentative", status="TENTATIVE"),
        shown(*times, "b", status="CANCELLED"),
        shown(*times, "c"),
        shown(*times, ""),
    ]
    entries = {entry.title: entry for day in diary.days(agenda, TODAY, END, ZONE) for entry in day.entries}
    assert entries["a"].marks == ("tentative", "may be shown at another time")
    assert entries["Tentative"].marks == ()  # as in busy views: said once
    assert (entries["b"].marks, entries["b"].cancelled) == (("cancelled",), True)
    assert (entries["c"].marks, entries["c"].cancelled) == ((), False)
    assert "Untitled" in entries


def test_a_page_has_a_bound_and_says_how_many_it_left_out() -> None:
    agenda = [shown("2026-11-26T08:00", "2026-11-26T09:00")] * (diary.MOST + 7)
    days = diary.days(agenda, TODAY, END, ZONE)
    assert sum(len(day.entries) for day in days) == diary.MOST
    assert diary.left_over(agenda, TODAY, END, ZONE) == 7
    assert diary.left_over(agenda[:3], TODAY, END, ZONE) == 0


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(-72, 72), st.integers(0, 96), st.booleans())))
def test_each_event_that_is_not_over_is_listed_once(drawn: list[tuple[int, int, bool]]) -> None:
    noon = datetime(2026, 11, 25, 11, tzinfo=UTC)
    agenda = [
        Shown("u", "", noon + timedelta(hours=at), noon + timedelta(hours=at + length), whole, "x")
        for at, length, whole in drawn
    ]
    midnight = datetime(2026, 11, 24, 23, tzinfo=UTC)
    going = [one for one in agenda if one.end > midnight or one.start >= midnight]
    days = diary.days(agenda, TODAY, END, ZONE)
    assert sum(len(day.entries) for day in days) == len(going)
    assert [day.date for day in days] == sorted({day.date for day in days})
