"""When something is, in words."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from calsieve.core.occasions import one_line, when
from calsieve.core.zones.iana import iana_zone
from calsieve.models import Shown

TODAY = date(2026, 11, 25)


def of(start: str, end: str, *, all_day: bool = False) -> str:
    moments = (datetime.fromisoformat(text).replace(tzinfo=iana_zone("Europe/Berlin")) for text in (start, end))
    start_at, end_at = (moment.astimezone(UTC) for moment in moments)
    zone = iana_zone("Europe/Berlin")
    assert zone
    return when(Shown("u", "", start_at, end_at, all_day, "s"), zone, TODAY)


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-11-26T14:00", "2026-11-26T15:00", "Thu 26 Nov, 14:00–15:00"),
        ("2026-11-26T14:00", "2026-11-26T14:00", "Thu 26 Nov, 14:00"),
        ("2026-11-26T22:00", "2026-11-27T00:00", "Thu 26 Nov, 22:00–24:00"),
        ("2026-11-26T00:00", "2026-11-26T00:00", "Thu 26 Nov, 00:00"),
        ("2026-11-26T22:00", "2026-11-27T02:00", "Thu 26 Nov, 22:00 – Fri 27 Nov, 02:00"),
        ("2026-12-31T22:00", "2027-01-01T02:00", "Thu 31 Dec, 22:00 – Fri 1 Jan 2027, 02:00"),
        ("2026-11-26T15:00", "2026-11-26T14:00", "Thu 26 Nov, 15:00"),  # of a calendar that is wrong
    ],
)
def test_times_are_those_of_the_zone(start: str, end: str, words: str) -> None:
    assert of(start, end) == words


@pytest.mark.parametrize(
    ("start", "end", "words"),
    [
        ("2026-11-26", "2026-11-27", "Thu 26 Nov, all day"),
        ("2026-11-26", "2026-11-29", "Thu 26 Nov – Sat 28 Nov, all day"),
        ("2026-12-31", "2027-01-02", "Thu 31 Dec – Fri 1 Jan 2027, all day"),
        ("2027-03-28", "2027-03-29", "Sun 28 Mar 2027, all day"),  # of 23 hours
    ],
)
def test_whole_days_have_no_hours_and_end_with_the_last_one(start: str, end: str, words: str) -> None:
    assert of(start, end, all_day=True) == words


def test_every_day_and_month_has_a_name() -> None:
    zone = iana_zone("UTC")
    assert zone
    for day in range(366):
        at = datetime(2027, 1, 1, 9, tzinfo=UTC) + timedelta(days=day)
        assert when(Shown("u", "", at, at, False, ""), zone, at.date()) == f"{at:%a} {at.day} {at:%b}, 09:00"


@pytest.mark.parametrize(
    ("text", "line"),
    [
        ("  two\r\n lines\t", "two lines"),
        ("bell\x07 \x1b[31mred\u202e", "bell [31mred"),
        ("x" * 120, "x" * 120),
        ("x" * 121, "x" * 119 + "…"),
        ("word " * 40, ("word " * 24)[:119].rstrip() + "…"),
        ("Frühstück 🥐", "Frühstück 🥐"),
    ],
)
def test_a_line_is_one_line_and_not_too_long(text: str, line: str) -> None:
    assert one_line(text) == line
