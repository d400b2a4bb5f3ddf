"""`series: expand` where it has to stop."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calsieve.core.clean import compose
from calsieve.core.read import read
from calsieve.models import Policy, SeriesMode, WindowPolicy

NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


@pytest.mark.parametrize(("rule", "events", "whole"), [("FREQ=YEARLY", 1, 1), ("FREQ=YEARLY;COUNT=9", 9, 0)])
def test_a_series_with_endlessly_many_occurrences_stays_whole(rule: str, events: int, whole: int) -> None:
    lines = ["BEGIN:VCALENDAR", "BEGIN:VEVENT", "UID:a", "DTSTART:20200101T100000Z", f"RRULE:{rule}", "END:VEVENT"]
    source = read("s", "\r\n".join([*lines, "END:VCALENDAR", ""]).encode())
    policy = Policy(series=SeriesMode.EXPAND, window=WindowPolicy(back=None, ahead=None))
    report = compose([source], policy, NOW).report
    assert (report.events_out, report.series_kept_whole) == (events, whole)
