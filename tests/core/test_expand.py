"""`series: expand` where it has to stop."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calsieve.core.clean import compose
from calsieve.core.read import read
from calsieve.models import Policy, SeriesMode, WindowPolicy
from tests.core.kit import cleaned, events, policy, vcalendar, vevent

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(("rule", "events", "whole"), [("FREQ=YEARLY", 1, 1), ("FREQ=YEARLY;COUNT=9", 9, 0)])
def test_a_series_with_endlessly_many_occurrences_stays_whole(rule: str, events: int, whole: int) -> None:
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", "DTSTART:20200101T100000Z", f"RRULE:{rule}", "END:VEVENT"]
    source = read("s", "\r\n".join([*lines, "END:VCALENDAR", ""]).encode())
    policy = Policy(series=SeriesMode.EXPAND, window=WindowPolicy(back=None, ahead=None))
    report = compose([source], policy, NOW).report
    assert (report.events_out, report.series_kept_whole) == (events, whole)


def test_each_event_ends_by_the_clock_on_the_wall() -> None:
    zone = ";TZID=Europe/Berlin:"
    lines = f"DTSTART{zone}20260523T220000", f"DTEND{zone}20260524T013000", "RRULE:FREQ=DAILY;COUNT=2"
    found = events(cleaned(vcalendar(vevent(*lines)), policy=policy("expand")).body)
    assert [(event.value("DTSTART"), event.value("DTEND")) for event in found] == [
        ("20260523T220000", "20260524T013000"),
        ("20260524T220000", "20260525T013000"),
    ]


def test_rules_of_hours_are_expanded_in_utc_only() -> None:
    for start, whole in ((":20260520T100000Z", 0), (";TZID=Europe/Berlin:20260520T100000", 1)):
        source = vcalendar(vevent(f"DTSTART{start}", "RRULE:FREQ=HOURLY;COUNT=5"))
        assert cleaned(source, policy=policy("expand")).report.series_kept_whole == whole
