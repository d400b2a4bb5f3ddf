"""A VTIMEZONE holds as much history as is used, says each change once, and begins with standard time."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calsieve.core.component import Component
from calsieve.core.zones.publish import vtimezone
from tests.core.kit import cleaned, policy, unfolded, vcalendar, vevent
from tests.core.test_zone_offsets import TELLING


def since(*date: int) -> datetime:
    return datetime(*date, tzinfo=UTC)  # type: ignore[arg-type,misc]


def kinds(zone: Component) -> list[tuple[str, str, str]]:
    """Return kind, DTSTART and RRULE of each observance."""
    return [(child.name, child.value("DTSTART"), child.value("RRULE")) for child in zone.children]


def onsets(observance: Component) -> list[str]:
    return [line.value for line in observance.all("RDATE")] or [observance.value("DTSTART")]


SUMMER, WINTER = "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"


@pytest.mark.parametrize(
    ("date", "expected"),
    [
        ((2026, 6, 1), [("DAYLIGHT", "20260329T020000", SUMMER), ("STANDARD", "20251026T030000", WINTER)]),
        ((2026, 12, 1), [("DAYLIGHT", "20270328T020000", SUMMER), ("STANDARD", "20261025T030000", WINTER)]),
        ((2026, 10, 25, 1), [("DAYLIGHT", "20270328T020000", SUMMER), ("STANDARD", "20261025T030000", WINTER)]),
        ((2026, 10, 25, 0, 59), [("DAYLIGHT", "20260329T020000", SUMMER), ("STANDARD", "20251026T030000", WINTER)]),
    ],
)
def test_where_only_rules_hold_there_are_only_rules(
    date: tuple[int, ...], expected: list[tuple[str, str, str]]
) -> None:
    assert kinds(vtimezone("Europe/Berlin", since(*date))) == expected


@pytest.mark.parametrize("date", [(1996, 6, 1), (1996, 3, 31, 1), (1995, 9, 24, 1)])
def test_what_was_otherwise_is_listed_from_the_last_standard_time_on(date: tuple[int, ...]) -> None:
    """Until 1995 summer ended in September; the rule that holds since must not reach back."""
    assert kinds(vtimezone("Europe/Berlin", since(*date))) == [
        ("STANDARD", "19950924T030000", ""),
        ("DAYLIGHT", "19960331T020000", ""),
        ("DAYLIGHT", "19970330T020000", SUMMER),
        ("STANDARD", "19961027T030000", WINTER),
    ]


def test_the_last_change_that_is_listed_may_be_the_standard_time_that_holds() -> None:
    assert kinds(vtimezone("Australia/Sydney", since(2008, 8, 1))) == [
        ("STANDARD", "20080406T030000", ""),
        ("DAYLIGHT", "20081005T020000", "FREQ=YEARLY;BYMONTH=10;BYDAY=1SU"),
        ("STANDARD", "20090405T030000", "FREQ=YEARLY;BYMONTH=4;BYDAY=1SU"),
    ]


def test_before_all_changes_the_first_offset_holds() -> None:
    zone = vtimezone("Europe/Berlin", since(1849, 1, 1))
    assert kinds(zone)[0] == ("STANDARD", "18490101T005328", "")
    assert [zone.children[0].value(name) for name in ("TZOFFSETFROM", "TZOFFSETTO")] == ["+005328", "+005328"]


def test_a_zone_without_changes_begins_in_1970_or_where_it_is_used() -> None:
    assert kinds(vtimezone("Etc/GMT+5", since(2026, 1, 1))) == [("STANDARD", "19691231T190000", "")]
    assert kinds(vtimezone("Etc/GMT+5", since(1960, 1, 1))) == [("STANDARD", "19591231T190000", "")]


def test_a_zone_that_changes_no_more_has_its_last_change() -> None:
    assert kinds(vtimezone("Asia/Tokyo", since(2026, 1, 1))) == [("STANDARD", "19510909T010000", "")]


@pytest.mark.parametrize("year", [1950, 1995, 2007, 2023, 2038])
@pytest.mark.parametrize("name", TELLING)
def test_each_observance_begins_with_the_first_of_its_onsets_and_none_comes_twice(name: str, year: int) -> None:
    zone = vtimezone(name, since(year, 7, 1))
    every = [(child.value("TZOFFSETFROM"), onset) for child in zone.children for onset in onsets(child)]
    assert len(every) == len(set(every))
    for child in zone.children:
        assert child.value("DTSTART") == min(onsets(child))
        assert len([*child.all("RDATE")]) != 1


def test_a_month_that_an_onset_never_falls_into_again_is_left_out() -> None:
    """Egypt's clocks go back at the end of the last Thursday in October, so some years in November."""
    event = vevent("DTSTART;TZID=Africa/Cairo:99991120T100000")
    body = cleaned(vcalendar(event), policy=policy(back=None, ahead=None)).body
    rules = [line for line in unfolded(body) if line.startswith("RRULE")]
    assert [rule.partition(";BYMONTH=")[2].partition(";")[0] for rule in rules] == ["4", "10"]
    assert "BYMONTH=11;BYMONTHDAY=1;BYDAY=FR" in str(kinds(vtimezone("Africa/Cairo", since(2026, 1, 1))))
