"""A zone of a VTIMEZONE: its local times, and whether it is the same as another."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from calsieve.core.component import Component, parsed
from calsieve.core.serialise import serialised
from calsieve.core.zones.observance import Change
from calsieve.core.zones.observed import ObservedZone, agree, constant, observed_zone, trimmed
from calsieve.core.zones.resolve import to_utc
from tests.core.zones.test_resolve import zone

HOUR = 3600
JANUARY = datetime(2026, 1, 1, tzinfo=UTC)
DAY = timedelta(days=1)


def definition(*parts: str) -> Component:
    """Return one VTIMEZONE of the observances of all these."""
    found = [parsed(part.split("\r\n"), Counter())[0] for part in parts]
    return Component("VTIMEZONE", found[0].lines, tuple(child for one in found for child in one.children))


def summer_time() -> ObservedZone:
    """Return a zone an hour ahead in its summer of 2026, from 29 March, 2:00, to 25 October, 3:00."""
    found = observed_zone(
        definition(
            zone("C", "+0200", "+0100", "20260329T020000", kind="DAYLIGHT"),
            zone("C", "+0100", "+0200", "20261025T030000"),
        )
    )
    assert found
    return found


@pytest.mark.parametrize(
    ("local", "utc"),
    [
        ("20260101T120000", "20260101T110000"),
        ("20260329T015959", "20260329T005959"),
        ("20260329T020000", "20260329T010000"),  # does not exist: read with the offset before
        ("20260329T025959", "20260329T015959"),
        ("20260329T030000", "20260329T010000"),
        ("20260701T120000", "20260701T100000"),
        ("20261025T015959", "20261024T235959"),
        ("20261025T020000", "20261025T000000"),  # comes twice: the first
        ("20261025T025959", "20261025T005959"),
        ("20261025T030000", "20261025T020000"),
    ],
)
def test_a_local_time_is_the_instant_that_the_observances_say(local: str, utc: str) -> None:
    rules = summer_time()
    instant = to_utc(datetime.fromisoformat(local), rules)
    assert f"{instant:%Y%m%dT%H%M%S}" == utc


@pytest.mark.parametrize(
    ("utc", "local"),
    [
        ("20260329T005959", "20260329T015959"),
        ("20260329T010000", "20260329T030000"),
        ("20261025T005959", "20261025T025959"),
        ("20261025T010000", "20261025T020000"),
    ],
)
def test_an_instant_is_the_local_time_that_the_observances_say(utc: str, local: str) -> None:
    instant = datetime.fromisoformat(utc).replace(tzinfo=UTC)
    assert f"{instant.astimezone(summer_time()):%Y%m%dT%H%M%S}" == local


def zone_with(*changes: tuple[datetime, int]) -> ObservedZone:
    """Return a zone at UTC until the first change, then at each offset in hours."""
    found, before = [], 0
    for moment, hours in changes:
        found.append(Change(moment.replace(tzinfo=None), before, hours * HOUR))
        before = hours * HOUR
    return ObservedZone(tuple(found))


ALWAYS = zone_with((JANUARY - 9999 * DAY, 0))


@pytest.mark.parametrize("shift", range(11))
def test_ten_days_of_another_offset_are_noticed_wherever_they_lie(shift: int) -> None:
    begin = JANUARY + timedelta(days=40 + shift)
    other = zone_with((begin, 1), (begin + 10 * DAY, 0))
    assert not agree(ALWAYS, other, (), JANUARY, JANUARY + 100 * DAY)


def test_the_year_1900_is_looked_at_and_what_was_before_is_not() -> None:
    year = datetime(1900, 1, 1, tzinfo=UTC)
    first = zone_with((datetime(1800, 1, 1, tzinfo=UTC), 0))
    start = datetime(1850, 1, 1, tzinfo=UTC)
    assert not agree(first, zone_with((year, 1), (year + 10 * DAY, 0)), (), start, JANUARY)
    assert agree(first, zone_with((year - 100 * DAY, 1), (year - DAY, 0)), (), start, JANUARY)


def test_zones_agree_only_if_they_change_in_the_same_second() -> None:
    moment = JANUARY + 55 * DAY
    first = zone_with((moment, 1))
    for seconds, same in ((-1, False), (0, True), (1, False)):
        other = zone_with((moment + timedelta(seconds=seconds), 1))
        assert agree(first, other, first.changes, JANUARY, JANUARY + 100 * DAY) is same


def test_what_differs_outside_of_the_time_asked_for_does_not_matter() -> None:
    end = JANUARY + 95 * DAY
    first = zone_with((JANUARY - 5 * DAY, 1), (end, 0))
    assert not agree(first, zone_with((JANUARY - 5 * DAY, 1), (end - 2 * DAY, 0)), first.changes, JANUARY, end)
    assert not agree(first, zone_with((JANUARY - 5 * DAY, 1)), first.changes, JANUARY, end)
    assert agree(first, zone_with((JANUARY - 2 * DAY, 1), (end, 0), (end + DAY, 5)), first.changes, JANUARY, end)
    late = zone_with((JANUARY, 1), (end, 0))
    assert agree(late, first, late.changes, JANUARY, end)


def test_an_offset_for_ever_is_one_standard_observance() -> None:
    assert serialised(constant(-12600)).decode().split() == [
        "BEGIN:VTIMEZONE",
        "TZID:UTC-0330",
        "BEGIN:STANDARD",
        "DTSTART:19700101T000000",
        "TZOFFSETFROM:-0330",
        "TZOFFSETTO:-0330",
        "END:STANDARD",
        "END:VTIMEZONE",
    ]


OLD = zone("C", "+0300", "+0200", "19700101T000000")
SUMMER = zone("C", "+0500", "+0300", "20250601T000000", kind="DAYLIGHT")
NEW = zone("C", "+0400", "+0500", "20260101T040000")


def trimmed_starts(since: datetime, *parts: str) -> list[tuple[str, str, str]]:
    """Return kind, DTSTART and new offset of what is left."""
    short = trimmed(definition(*parts), "D", since)
    assert (short.name, [line.value for line in short.lines]) == ("VTIMEZONE", ["D"])
    return [(child.name, child.value("DTSTART"), child.value("TZOFFSETTO")) for child in short.children]


def test_observances_that_are_over_go() -> None:
    assert trimmed_starts(JANUARY, OLD, NEW) == [("STANDARD", "20260101T040000", "+0400")]


def test_the_observance_that_begins_in_that_moment_rules() -> None:
    """NEW begins at 4:00 by a clock five hours ahead of UTC: at 23:00 of the day before."""
    moment = JANUARY - timedelta(hours=1)
    assert trimmed_starts(moment, OLD, SUMMER, NEW) == [("STANDARD", "20260101T040000", "+0400")]
    assert trimmed_starts(moment - timedelta(seconds=1), OLD, SUMMER, NEW) == [
        ("DAYLIGHT", "20250601T000000", "+0500"),
        ("STANDARD", "20260101T040000", "+0400"),
        ("STANDARD", "20250531T000000", "+0300"),
    ]


def test_standard_time_is_put_a_day_before_the_daylight_time_that_rules() -> None:
    assert trimmed_starts(JANUARY, OLD, SUMMER) == [
        ("DAYLIGHT", "20250601T000000", "+0500"),
        ("STANDARD", "20250531T000000", "+0300"),
    ]


def test_before_all_changes_what_the_first_changes_from_holds() -> None:
    assert trimmed_starts(datetime(1960, 1, 1, tzinfo=UTC), OLD, NEW) == [
        ("STANDARD", "19700101T000000", "+0300"),
        ("STANDARD", "20260101T040000", "+0400"),
        ("STANDARD", "19591231T020000", "+0200"),
    ]


def test_an_onset_in_the_moment_from_which_on_a_zone_is_published_is_the_first_listed() -> None:
    dates = "RDATE:20240101T000000,20250101T000000,20260101T000000,20270101T000000"
    short = trimmed(definition(zone("C", "+0000", "+0000", "20230101T000000", dates)), "C", JANUARY)
    (child,) = short.children
    assert [line.value for line in child.all("RDATE")] == ["20260101T000000", "20270101T000000"]
