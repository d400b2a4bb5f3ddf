"""UNTIL in another form than DTSTART's."""

from __future__ import annotations

import pytest

from calsieve.models import Policy
from tests.core.kit import cleaned, unfolded, vcalendar, vevent


@pytest.mark.parametrize(
    ("until", "day"),
    [
        ("20260601T220000Z", "20260602"),  # midnight in Berlin: Outlook's way
        ("20260601T235959Z", "20260601"),  # the end of a day, as others write it
        ("20260601T000000Z", "20260601"),
        ("20260601T220000", "20260601"),
        ("20260601", "20260601"),
    ],
)
def test_until_of_dates_is_the_day_that_is_meant(until: str, day: str) -> None:
    source = vcalendar(vevent("DTSTART;VALUE=DATE:20260504", f"RRULE:FREQ=DAILY;UNTIL={until}"))
    assert f"RRULE:FREQ=DAILY;UNTIL={day}" in unfolded(cleaned(source, policy=Policy(timezone="Europe/Berlin")).body)


@pytest.mark.parametrize(
    ("start", "until"),
    [
        ("DTSTART;TZID=Europe/Berlin:20260501T100000", "20260503T220000Z"),
        ("DTSTART;TZID=America/New_York:20260501T100000", "20260504T040000Z"),
        ("DTSTART:20260501T100000Z", "20260504T000000Z"),
        ("DTSTART:20260501T100000", "20260504T000000"),
    ],
)
def test_until_of_times_that_is_a_date_ends_where_that_day_begins(start: str, until: str) -> None:
    source = vcalendar(vevent(start, "RRULE:FREQ=DAILY;UNTIL=20260504"))
    assert f"RRULE:FREQ=DAILY;UNTIL={until}" in unfolded(cleaned(source).body)


def test_a_zone_whose_name_is_escaped_where_it_is_defined_is_found() -> None:
    zone = (
        "BEGIN:VTIMEZONE\r\nTZID:Aa\\, bb\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\nTZOFFSETFROM:+0515\r\n"
        "TZOFFSETTO:+0515\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    )
    published = unfolded(cleaned(vcalendar(zone, vevent('DTSTART;TZID="Aa, bb":20260521T090000'))).body)
    assert "TZOFFSETTO:+0515" in published
