from __future__ import annotations

from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.models import Shown
from calsieve.pages.fullness import weeks
from tests.pages.kit import BERLIN, shown

ZONE = ZoneInfo(BERLIN)
MONDAY = date(2026, 11, 23)


def week(*agenda: Shown, monday: date = MONDAY) -> list[int]:
    return [day.level for day in weeks(agenda, monday, 1, ZONE)[0].days]


@pytest.mark.parametrize(
    ("end", "level"),
    [("08:00", 0), ("08:01", 1), ("10:00", 1), ("10:01", 2), ("12:00", 2), ("12:01", 3), ("14:00", 3), ("14:01", 4)],
)
def test_a_day_is_the_fuller_the_more_of_its_hours_have_events(end: str, level: int) -> None:
    assert week(shown("2026-11-25T08:00", f"2026-11-25T{end}")) == [0, 0, level, 0, 0, 0, 0]


def test_hours_with_several_events_count_once() -> None:
    several = [shown("2026-11-25T08:00", "2026-11-25T10:00"), shown("2026-11-25T09:00", "2026-11-25T09:30")] * 5
    assert weeks(several, MONDAY, 1, ZONE)[0].hours == "2 h"


def test_hours_belong_to_the_day_of_the_zone() -> None:
    found = weeks([shown("2026-11-25T22:00", "2026-11-26T00:00")], MONDAY, 1, ZONE)[0]
    assert [day.level for day in found.days] == [0, 0, 1, 1, 0, 0, 0]
    assert found.hours == "2 h"


@pytest.mark.parametrize(
    ("monday", "hours"), [("2026-10-19", "169 h"), ("2026-03-23", "167 h"), ("2026-11-23", "168 h")]
)
def test_a_week_in_which_the_clock_is_changed_has_its_own_length(monday: str, hours: str) -> None:
    all_year = shown("2026-01-01T00:00", "2026-12-31T00:00")
    assert weeks([all_year], date.fromisoformat(monday), 1, ZONE)[0].hours == hours


def test_cancelled_events_do_not_count_and_whole_days_are_marked() -> None:
    agenda = [
        shown("2026-11-25T08:00", "2026-11-25T18:00", status="CANCELLED"),
        shown("2026-11-25T23:00", "2026-11-27T23:00", all_day=True),
    ]
    found = weeks(agenda, MONDAY, 2, ZONE)
    assert week(*agenda) == [0] * 7
    assert [day.all_day for day in found[0].days] == [False, False, False, True, True, False, False]
    assert found[0].words == "Week of 23 November 2026: 0 h on no days; all-day events on 2 days"
    assert found[1].words == "Week of 30 November 2026: 0 h on no days"


def test_in_words() -> None:
    agenda = [shown("2026-11-25T08:00", "2026-11-25T09:30"), shown("2026-11-27T08:00", "2026-11-27T09:00")]
    assert weeks(agenda, MONDAY, 1, ZONE)[0].words == "Week of 23 November 2026: 2½ h on 2 days"
    assert weeks(agenda[1:], MONDAY, 1, ZONE)[0].words == "Week of 23 November 2026: 1 h on 1 day"


@settings(deadline=None)
@given(st.lists(st.tuples(st.integers(0, 7 * 24 - 1), st.integers(1, 30)), max_size=20))
def test_a_week_never_has_more_hours_than_there_are(drawn: list[tuple[int, int]]) -> None:
    minutes: set[int] = set()
    agenda = []
    for hour, length in drawn:
        begin, end = hour, min(hour + length, 7 * 24)
        minutes |= set(range(begin, end))
        agenda.append(shown(*(f"2026-11-{22 + (at + 23) // 24:02}T{(at + 23) % 24:02}:00" for at in (begin, end))))
    assert weeks(agenda, MONDAY, 1, ZONE)[0].hours == f"{len(minutes)} h"
