"""What of a series is visible, and what is not certain about it."""

from __future__ import annotations

import pytest

from tests.core.kit import cleaned, events, policy, vcalendar, vevent

BERLIN = ";TZID=Europe/Berlin:"
DOUBTFUL = "RRULE:FREQ=YEARLY;BYWEEKNO=20;BYDAY=MO"


def starts(*lines: str, mode: str = "expand", back: str | None = "4w", others: tuple[str, ...] = ()) -> list[str]:
    body = cleaned(vcalendar(vevent(*lines), *others), policy=policy(mode, back=back, ahead="4w")).body
    return [event.value("DTSTART") for event in events(body)]


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        (("DTSTART:20200511T100000Z", DOUBTFUL + ";UNTIL=20250101T000000Z"), False),
        (("DTSTART:20200511T100000Z", DOUBTFUL + ";UNTIL=20280101T000000Z"), True),
        (("DTSTART:20200511T100000Z", DOUBTFUL), True),
        (("DTSTART:20300513T100000Z", DOUBTFUL), False),
        (("DTSTART:20300513T100000Z", DOUBTFUL, "RDATE:20260520T100000Z"), True),
    ],
)
def test_a_doubtful_series_goes_only_if_it_is_certainly_over_or_to_come(
    lines: tuple[str, ...], published: bool
) -> None:
    assert bool(starts(*lines, mode="keep")) is published


def test_a_time_that_comes_twice_is_shown_once() -> None:
    assert starts(
        "DTSTART:20260520T100000Z", "RRULE:FREQ=DAILY;COUNT=2", "RDATE:20260520T100000Z,20260521T100000Z"
    ) == [
        "20260520T100000Z",
        "20260521T100000Z",
    ]


@pytest.mark.parametrize(
    ("start", "period", "ends"),
    [
        ("DTSTART:20260520T100000Z", "RDATE;VALUE=PERIOD:20260522T100000Z/PT2H", "20260522T120000Z"),
        (
            f"DTSTART{BERLIN}20260520T100000",
            "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20260522T100000/20260522T113000",
            "20260522T093000Z",
        ),
        (f"DTSTART{BERLIN}20260520T100000", "RDATE;VALUE=PERIOD:20260522T080000Z/P1D", "20260523T080000Z"),
        ("DTSTART:20260520T100000", "RDATE;VALUE=PERIOD:20260522T100000/PT2H", "20260522T120000"),
    ],
)
def test_a_period_keeps_its_own_length(start: str, period: str, ends: str) -> None:
    body = cleaned(
        vcalendar(vevent(start, "DURATION:PT1H", period)), policy=policy("expand", timezone="America/New_York")
    ).body
    first, second = events(body)
    assert (first.has("DTEND"), first.value("DURATION")) == (False, "PT1H")
    assert (second.value("DTEND"), second.has("DURATION")) == (ends, False)


@pytest.mark.parametrize(
    "lines",
    [
        ("DTSTART;VALUE=DATE:20260520", "RDATE;VALUE=PERIOD:20260522T100000Z/PT2H"),
        (f"DTSTART{BERLIN}20260520T100000", "RDATE;VALUE=PERIOD;TZID=Asia/Tokyo:20260522T100000/PT2H"),
        (f"DTSTART{BERLIN}20260520T100000", "DTEND;TZID=Asia/Tokyo:20260520T190000", "RRULE:FREQ=DAILY"),
        ("DTSTART:20260520T100000Z", "RRULE:FREQ=WEEKLY;BYDAY=MO"),
        ("DTSTART:20260520T100000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    ],
)
def test_what_is_not_certain_is_not_expanded(lines: tuple[str, ...]) -> None:
    report = cleaned(vcalendar(vevent(*lines)), policy=policy("expand")).report
    assert (report.events_out, report.series_kept_whole) == (1, 1)


def test_a_bad_period_costs_only_itself() -> None:
    assert starts("DTSTART:20260520T100000Z", "RDATE;VALUE=PERIOD:20260522/PT2H,never/PT1H,20260521T100000Z/soon") == [
        "20260520T100000Z"
    ]


def test_until_in_utc_bounds_a_floating_series_by_the_feeds_zone() -> None:
    body = vcalendar(vevent("DTSTART:20260520T100000", "RRULE:FREQ=DAILY;UNTIL=20260522T140000Z"))
    (event,) = events(cleaned(body, policy=policy(timezone="America/New_York")).body)
    assert event.value("RRULE") == "FREQ=DAILY;UNTIL=20260522T100000"


def test_the_first_and_the_last_hour_of_the_window_are_looked_at() -> None:
    assert starts("DTSTART:20260101T000000Z", "RRULE:FREQ=DAILY")[0] == "20260420T000000Z"
    assert starts("DTSTART:20260101T233000Z", "RRULE:FREQ=DAILY")[-1] == "20260621T233000Z"


def test_what_is_longer_than_the_time_before_it_is_visible_in_an_endless_window() -> None:
    body = vcalendar(vevent("DTSTART:00020101T000000Z", "DURATION:P400000D", "RRULE:FREQ=YEARLY;COUNT=2"))
    assert cleaned(body, policy=policy("trim", back=None)).report.events_out == 1


def test_a_period_may_last_longer_than_all_time() -> None:
    lines = "DTSTART:20260520T100000Z", "RDATE;VALUE=PERIOD:99980101T000000Z/P400000D,00020101T000000Z/P400000D"
    assert starts(*lines) == ["20260520T100000Z"]


def test_a_period_at_the_time_of_the_rule_is_shown_once() -> None:
    again = "RDATE;VALUE=PERIOD:20260521T100000Z/PT30M"
    lines = "DTSTART:20260520T100000Z", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=2", again
    body = cleaned(vcalendar(vevent(*lines)), policy=policy("expand")).body
    assert [(event.value("DTSTART"), event.value("DURATION")) for event in events(body)] == [
        ("20260520T100000Z", "PT1H"),
        ("20260521T100000Z", "PT1H"),
    ]


def test_two_rules_are_expanded_as_one_list() -> None:
    rules = "RRULE:FREQ=DAILY;COUNT=3", "RRULE:FREQ=DAILY;INTERVAL=2;COUNT=3"
    assert starts("DTSTART:20260520T100000Z", *rules) == [f"202605{day}T100000Z" for day in (20, 21, 22, 24)]
    late_and_early = "RRULE:FREQ=MONTHLY", "RRULE:FREQ=WEEKLY;COUNT=1"
    assert starts("DTSTART:20260419T100000Z", *late_and_early) == ["20260519T100000Z", "20260619T100000Z"]


@pytest.mark.parametrize(
    ("lines", "published"),
    [
        (("RDATE;VALUE=PERIOD:20200601T100000Z/PT1H",), False),
        (("RDATE;VALUE=PERIOD:20260520T100000Z/PT1H",), True),
        (("RDATE;VALUE=PERIOD:20260520T100000Z/PT1H", "EXDATE:20260520T100000Z"), False),
        (("RDATE;VALUE=PERIOD:20200601T100000Z/PT1H", "EXDATE:20200601T100000Z"), False),
    ],
)
def test_a_series_that_is_over_is_shown_for_a_visible_period(lines: tuple[str, ...], published: bool) -> None:
    rule = "RRULE:FREQ=DAILY;COUNT=3"
    assert bool(starts("DTSTART:20200511T100000Z", rule, *lines, mode="keep")) is published


def test_a_period_in_another_form_may_be_visible() -> None:
    lines = "DTSTART;VALUE=DATE:20200511", "RDATE;VALUE=PERIOD:20200601T100000Z/PT1H"
    assert starts(*lines, mode="keep") == ["20200511"]


def test_a_length_is_days_by_the_clock_and_then_hours() -> None:
    lines = "DTSTART:20100409T020000Z", "DURATION:P10DT23H", "RRULE:FREQ=YEARLY"
    assert starts(*lines)[0] == "20260409T020000Z"
