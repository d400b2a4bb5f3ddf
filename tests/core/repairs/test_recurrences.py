"""Recurrence properties in another form than DTSTART's."""

from __future__ import annotations

import pytest

from tests.core.kit import cleaned, events, policy, unfolded, vcalendar, vevent

UTC = "DTSTART:20260521T093015Z"
BERLIN = "DTSTART;TZID=Europe/Berlin:20260521T093015"
FLOATING = "DTSTART:20260521T093015"
DATE = "DTSTART;VALUE=DATE:20260521"
WEEKLY = "RRULE:FREQ=WEEKLY"


def published(name: str, *lines: str) -> list[str]:
    """Return the lines of that name that are published for an event in a feed of New York."""
    body = cleaned(vcalendar(vevent(*lines)), policy=policy("keep", timezone="America/New_York")).body
    return [line for line in unfolded(body) if line.startswith((f"{name};", f"{name}:"))]


@pytest.mark.parametrize(
    ("start", "written", "expected"),
    [
        (DATE, "RDATE:20260601T093015", "RDATE;VALUE=DATE:20260601"),
        (DATE, "RDATE:20260601T235959Z", "RDATE;VALUE=DATE:20260601"),
        (UTC, "RDATE;VALUE=DATE:20260601", "RDATE:20260601T093015Z"),
        (BERLIN, "RDATE;VALUE=DATE:20260601", "RDATE;TZID=Europe/Berlin:20260601T093015"),
        (BERLIN, "RDATE:20260601T080000Z", "RDATE;TZID=Europe/Berlin:20260601T100000"),
        (BERLIN, "RDATE;TZID=Asia/Tokyo:20260601T170000", "RDATE;TZID=Europe/Berlin:20260601T100000"),
        (BERLIN, "RDATE:20260601T100000", "RDATE;TZID=Europe/Berlin:20260601T100000"),
        (FLOATING, "RDATE:20260601T080000Z", "RDATE:20260601T080000"),
        (UTC, "RDATE;TZID=Europe/Berlin:20260601T100000,20260601T100000", "RDATE:20260601T080000Z"),
        (UTC, "RDATE:20260601T100000", "RDATE:20260601T100000Z"),
        (
            UTC,
            "RDATE;VALUE=PERIOD;TZID=Etc/UTC:20260601T100000/20260601T110000",
            "RDATE;VALUE=PERIOD:20260601T100000Z/20260601T110000Z",
        ),
        (
            BERLIN,
            "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20260601T100000/20260601T110000, 20260602T100000/pt1h",
            "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20260601T100000/20260601T110000,20260602T100000/PT1H",
        ),
    ],
)
def test_a_date_of_a_series_has_the_form_of_its_start(start: str, written: str, expected: str) -> None:
    assert published("RDATE", start, written) == [expected]


def test_exceptions_are_read_after_the_rules_that_they_are_about() -> None:
    lines = "EXDATE;VALUE=DATE:20260528", UTC, "RRULE:FREQ=DAILY;BYHOUR=9,15"
    assert published("EXDATE", *lines) == ["EXDATE:20260528T093015Z,20260528T153015Z"]


def test_an_exception_for_a_day_without_an_occurrence_has_the_time_of_the_start() -> None:
    assert published("EXDATE", UTC, WEEKLY, "EXDATE;VALUE=DATE:20260529") == ["EXDATE:20260529T093015Z"]


@pytest.mark.parametrize(
    ("slot", "expected"),
    [
        ("RECURRENCE-ID;VALUE=DATE:20260528", "20260528T093015Z"),
        ("RECURRENCE-ID;VALUE=DATE:20260529", "20260529T093015Z"),
    ],
)
def test_an_override_of_a_day_has_the_time_of_the_start(slot: str, expected: str) -> None:
    result = cleaned(vcalendar(vevent(UTC, WEEKLY), vevent(slot, "DTSTART:20260528T120000Z")))
    assert events(result.body)[1].value("RECURRENCE-ID") == expected
    assert result.report.repairs == {"moment_form": 1}


def test_periods_that_can_not_be_read_are_counted_one_by_one() -> None:
    periods = "RDATE;VALUE=PERIOD:20260601T100000Z/soon,never/PT1H,20260601/PT1H,20260602T100000Z/PT1H"
    result = cleaned(vcalendar(vevent(UTC, periods, "RDATE:never,20260603T100000Z,soon")))
    assert result.report.repairs == {"date_unreadable": 5}
    assert [line.value for line in events(result.body)[0].all("RDATE")] == ["20260603T100000Z", "20260602T100000Z/PT1H"]


def test_periods_of_several_zones_are_in_a_line_each() -> None:
    mixed = "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20260601T080000Z/PT1H,20260602T100000/PT1H,20260603T080000Z/PT1H"
    assert published("RDATE", BERLIN, mixed) == [
        "RDATE;VALUE=PERIOD:20260601T080000Z/PT1H,20260603T080000Z/PT1H",
        "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20260602T100000/PT1H",
    ]


def test_what_is_empty_in_a_list_is_nothing() -> None:
    result = cleaned(vcalendar(vevent(UTC, WEEKLY, "EXDATE:,20260528T093015Z, ,")))
    assert result.report.repairs == {}
    assert events(result.body)[0].value("EXDATE") == "20260528T093015Z"


def test_an_exception_of_an_event_without_a_rule_has_its_form_too() -> None:
    assert published("EXDATE", UTC, "EXDATE;TZID=Europe/Berlin:20260601T113015") == ["EXDATE:20260601T093015Z"]


def test_a_rule_that_is_there_twice_is_one() -> None:
    assert published("RRULE", UTC, WEEKLY, "RRULE;X=1:freq=weekly") == [WEEKLY]


def test_a_line_without_a_date_goes() -> None:
    assert published("EXDATE", UTC, WEEKLY, "EXDATE:,never") == []
    assert published("RDATE", UTC, "RDATE:never/PT1H") == []


def test_an_override_of_a_date_is_of_that_day_whatever_the_time_it_says() -> None:
    moved = vevent("RECURRENCE-ID:20260528T093015Z", "DTSTART;VALUE=DATE:20260530")
    source = vcalendar(vevent(DATE, "RRULE:FREQ=WEEKLY;COUNT=2"), moved)
    body = cleaned(source, policy=policy("expand")).body
    assert [event.value("DTSTART") for event in events(body)] == ["20260521", "20260530"]
