"""The rules at the end of tzdata's files (RFC 8536 §3.3), as yearly recurrences that say the same."""

from __future__ import annotations

from datetime import datetime
from itertools import chain

import pytest

from calsieve.core.recurrence.expand import Work, recurrences
from calsieve.core.recurrence.rule import parsed_rule
from calsieve.core.zones.iana import Offset
from calsieve.core.zones.posix import YearlyOnset, yearly_onsets

HOUR = 3600


@pytest.mark.parametrize(
    ("rule", "expected"),
    [
        ("CET-1CEST,M3.5.0,M10.5.0/3", [("20260329T020000", 3600, 7200), ("20261025T030000", 7200, 3600)]),
        ("EST5EDT,M3.2.0,M11.1.0", [("20260308T020000", -18000, -14400), ("20261101T020000", -14400, -18000)]),
        ("IST-1GMT0,M10.5.0,M3.5.0/1", [("20261025T020000", 3600, 0), ("20260329T010000", 0, 3600)]),
        (
            "<+1030>-10:30<+11>-11,M10.1.0,M4.1.0",
            [("20261004T020000", 37800, 39600), ("20260405T020000", 39600, 37800)],
        ),
        ("<-02>2<-01>,M3.5.0/-1,M10.5.0/0", [("20260328T230000", -7200, -3600), ("20261025T000000", -3600, -7200)]),
        (
            "LMT-0:53:28ABC-1:00:07,M3.2.4/1:02:03,M10.5.4/24",
            [
                ("20260312T010203", 3208, 3607),
                ("20261030T000000", 3607, 3208),
            ],
        ),
    ],
)
def test_a_rule_says_when_which_offset_begins(rule: str, expected: list[tuple[str, int, int]]) -> None:
    found = yearly_onsets(rule)
    assert [(f"{o.local(2026):%Y%m%dT%H%M%S}", o.before.seconds, o.after.seconds) for o in found] == expected
    assert [onset.after.daylight for onset in found] == [True, False]


def test_names_are_read_with_and_without_brackets() -> None:
    summer, winter = yearly_onsets("<+1030>-10:30LHDT-11,M10.1.0,M4.1.0")
    assert (summer.before.name, summer.after.name, winter.after.name) == ("+1030", "LHDT", "+1030")


@pytest.mark.parametrize("rule", ["JST-9", "<-05>5", "UTC0", ""])
def test_one_offset_for_ever_has_no_onsets(rule: str) -> None:
    assert yearly_onsets(rule) == ()


@pytest.mark.parametrize("rule", ["CET-1CEST,J60,J300", "CET-1CEST,59,299", "CET-1CEST,M3.5.0/2x,M10.5.0"])
def test_a_rule_of_another_form_is_no_guess(rule: str) -> None:
    with pytest.raises(ValueError, match="unknown form of TZ rule"):
        yearly_onsets(rule)


@pytest.mark.parametrize("seconds", [-25 * HOUR, -HOUR, 24 * HOUR - 1, 24 * HOUR, 50 * HOUR])
@pytest.mark.parametrize("week", [1, 4, 5])
@pytest.mark.parametrize("weekday", range(7))
@pytest.mark.parametrize("month", [1, 4, 12])
def test_its_recurrences_are_its_onsets(month: int, weekday: int, week: int, seconds: int) -> None:
    assert_recurrences(month, weekday, week, seconds)


@pytest.mark.parametrize("month", [1, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12])
def test_a_day_behind_the_last_of_a_month_is_in_the_next(month: int) -> None:
    assert_recurrences(month, 0, 5, 24 * HOUR)


def assert_recurrences(month: int, weekday: int, week: int, seconds: int) -> None:
    onset = YearlyOnset(Offset(0, False, ""), Offset(HOUR, True, ""), month, week, weekday, seconds)
    expected = sorted(onset.local(year) for year in range(2001, 2040))
    begin = datetime(2000, 2, 1) if month == 1 else datetime(2001, 1, 1)
    start = begin.replace(hour=expected[0].hour, minute=expected[0].minute, second=expected[0].second)
    rules = [parsed_rule(text) for text in onset.rules().values()]
    found = chain.from_iterable(
        recurrences(rule, start, start, datetime(2040, 1, 15), Work(10**6)) for rule in rules if rule
    )
    assert [moment for moment in sorted(found) if expected[0] <= moment <= expected[-1]] == expected


def test_it_has_one_recurrence_where_its_days_are_in_one_month() -> None:
    onset = YearlyOnset(Offset(0, False, ""), Offset(HOUR, True, ""), 10, 5, 0, 3 * HOUR)
    assert onset.rules() == {10: "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"}
    onset = YearlyOnset(Offset(0, False, ""), Offset(HOUR, True, ""), 3, 4, 0, 26 * HOUR)
    assert onset.rules() == {3: "FREQ=YEARLY;BYMONTH=3;BYMONTHDAY=23,24,25,26,27,28,29;BYDAY=MO"}
