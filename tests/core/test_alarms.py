"""Alarms that a feed adds: before what is still to come, once each, and the same each time."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calsieve.models import Alarms, Policy, SeriesMode, Show
from tests.core.kit import NOW, cleaned, events, unfolded, vcalendar, vevent
from tests.published import assert_published

MINUTE, HOUR, DAY = timedelta(minutes=1), timedelta(hours=1), timedelta(days=1)
QUARTER = Alarms(timed=(15 * MINUTE,), all_day=(15 * HOUR,))
OWN = ("BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:{}", "END:VALARM")
TIMED = "DTSTART:20260521T090000Z"


def triggers(*lines: str, alarms: Alarms = QUARTER, **more: object) -> list[str]:
    """Return the triggers of the one event, in the order in which they are published."""
    policy = Policy(add_alarms=alarms, **more)  # type: ignore[arg-type]
    body = cleaned(vcalendar(vevent(*lines)), policy=policy).body
    assert_published(body, alarms=True)
    assert cleaned(body, policy=policy).body == body
    return [line for line in unfolded(body) if line.startswith("TRIGGER")]


def own(trigger: str) -> list[str]:
    return [line.format(trigger) for line in OWN]


def test_an_added_alarm_shows_something() -> None:
    (event,) = events(cleaned(vcalendar(vevent(TIMED)), policy=Policy(add_alarms=QUARTER)).body)
    (alarm,) = event.children
    assert [f"{line.name}{line.params}:{line.value}" for line in alarm.lines] == [
        "DESCRIPTION:Reminder",
        "ACTION:DISPLAY",
        "TRIGGER:-PT15M",
    ]


@pytest.mark.parametrize(
    ("before", "trigger"),
    [
        (15 * MINUTE, "-PT15M"),
        (HOUR, "-PT1H"),
        (15 * HOUR, "-PT15H"),
        (90 * MINUTE, "-PT1H30M"),
        (HOUR + timedelta(seconds=5), "-PT1H0M5S"),
        (timedelta(seconds=30), "-PT30S"),
        (DAY, "-P1D"),
        (14 * DAY, "-P14D"),
        (DAY + HOUR, "-PT25H"),
        (timedelta(), "PT0S"),
        (-9 * HOUR, "PT9H"),
        (-DAY, "P1D"),
    ],
)
def test_how_long_before_is_written_as_rfc_5545_has_it(before: timedelta, trigger: str) -> None:
    assert triggers(TIMED, alarms=Alarms(timed=(before,))) == [f"TRIGGER:{trigger}"]


def test_days_have_alarms_of_their_own() -> None:
    assert triggers("DTSTART;VALUE=DATE:20260521") == ["TRIGGER:-PT15H"]
    assert triggers("DTSTART;VALUE=DATE:20260521", alarms=Alarms(timed=(HOUR,))) == []
    assert triggers(TIMED, alarms=Alarms(all_day=(HOUR,))) == []


def test_the_earliest_comes_first_and_none_twice() -> None:
    many = Alarms(timed=(15 * MINUTE, DAY, HOUR, 60 * MINUTE))
    assert triggers(TIMED, alarms=many) == ["TRIGGER:-P1D", "TRIGGER:-PT1H", "TRIGGER:-PT15M"]


@pytest.mark.parametrize(
    ("trigger", "doubled"),
    [
        ("-PT15M", False),
        ("-PT900S", False),
        ("-PT16M", True),
        ("PT15M", True),
        ("junk", True),
    ],
)
def test_a_kept_alarm_is_not_doubled(trigger: str, doubled: bool) -> None:
    found = triggers(TIMED, *own(trigger), keep_alarms=True)
    assert found.count("TRIGGER:-PT15M") + found.count("TRIGGER:-PT900S") == 1
    assert len(found) == 1 + (doubled and trigger != "junk")


@pytest.mark.parametrize("name", ["TRIGGER;RELATED=END:-PT15M", "TRIGGER;VALUE=DATE-TIME:20260521T084500Z"])
def test_an_alarm_that_is_told_otherwise_is_another(name: str) -> None:
    kept = ("BEGIN:VALARM", "ACTION:AUDIO", name, "END:VALARM")
    assert triggers(TIMED, *kept, keep_alarms=True) == [name, "TRIGGER:-PT15M"]


def test_alarms_of_the_upstream_go_unless_they_are_kept() -> None:
    assert triggers(TIMED, *own("-PT1H")) == ["TRIGGER:-PT15M"]


@pytest.mark.parametrize(
    ("lines", "wanted"),
    [
        (("DTSTART:20260517T090000Z", "DTEND:20260517T235900Z"), False),  # the week of NOW begins on the 18th
        (("DTSTART:20260517T230000Z", "DTEND:20260518T010000Z"), True),
        (("DTSTART:20260518T000000Z",), True),
        (("DTSTART:20250101T090000Z", "RRULE:FREQ=WEEKLY;UNTIL=20260513T090000Z"), False),
        (("DTSTART:20250101T090000Z", "RRULE:FREQ=WEEKLY;UNTIL=20260520T090000Z"), True),
        (("DTSTART:20250101T090000Z", "RRULE:FREQ=WEEKLY"), True),
        (("DTSTART:20250101T090000Z", "RRULE:FREQ=WEEKLY;X-NOBODY=KNOWS"), True),
    ],
)
def test_what_is_past_needs_no_alarm(lines: tuple[str, ...], wanted: bool) -> None:
    assert bool(triggers(*lines)) is wanted


def test_what_is_past_stays_so_until_the_window_moves() -> None:
    source = vcalendar(vevent("DTSTART:20260520T090000Z", "DTEND:20260520T100000Z"))
    policy = Policy(add_alarms=QUARTER)
    saturday, monday = (cleaned(source, policy=policy, now=NOW + n * DAY).body for n in (3, 5))
    assert b"VALARM" in saturday
    assert b"VALARM" not in monday


def test_overrides_and_occurrences_alone_have_them_too() -> None:
    master = vevent("DTSTART:20260518T090000Z", "RRULE:FREQ=DAILY;COUNT=3")
    moved = vevent("RECURRENCE-ID:20260519T090000Z", "DTSTART:20260519T110000Z")
    for mode, count in ((SeriesMode.TRIM, 2), (SeriesMode.EXPAND, 3)):
        body = cleaned(vcalendar(master, moved), policy=Policy(add_alarms=QUARTER, series=mode)).body
        assert [len(event.children) for event in events(body)] == [1] * count


@pytest.mark.parametrize(("show", "count"), [(Show.FULL, 1), (Show.KID_SAFE, 1), (Show.BUSY, 0)])
def test_who_only_knows_that_one_is_busy_is_not_reminded(show: Show, count: int) -> None:
    assert len(triggers(TIMED, show=show)) == count
