"""The soak's reader reads what its calendars have in them as another program does."""

from __future__ import annotations

import random
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import icalendar
import pytest
import recurring_ical_events

from tests.load.origins import BEFORE, SINCE, Origin, hashes
from tests.load.reader import Broken, Occurrence, Rule, shown, title_of

_FIRST, _LAST = SINCE + timedelta(days=1), BEFORE - timedelta(days=1)  # of which zones make no doubt


@pytest.mark.parametrize("seed", range(12))
def test_it_shows_what_recurring_ical_events_shows(seed: int) -> None:
    origin = Origin("one", seed % 3, random.Random(seed))
    for _ in range(6):
        origin.change()
    body = origin.body()
    found = shown(body, SINCE, BEFORE)
    assert hashes(found) == origin.now
    assert {_plain(one) for one in found if _FIRST <= one.start < _LAST} == _known(body)


def _known(body: bytes) -> set[tuple[datetime, timedelta, str]]:
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(body)).between(SINCE, BEFORE)
    plain = ((_instant(one["DTSTART"].dt), one["DTEND"].dt - one["DTSTART"].dt, str(one["SUMMARY"])) for one in found)
    return {one for one in plain if _FIRST <= one[0] < _LAST}


def _instant(moment: date) -> datetime:
    if isinstance(moment, datetime):
        return moment.astimezone(UTC).replace(tzinfo=None)
    return datetime(moment.year, moment.month, moment.day)


def _plain(one: Occurrence) -> tuple[datetime, timedelta, str]:
    zone = ZoneInfo(one.zone) if len(one.zone) > 1 else UTC
    return _instant(one.start.replace(tzinfo=zone)) if one.zone else one.start, one.length, one.title


@pytest.mark.parametrize(
    "rule",
    [
        Rule(weekly=False, interval=3),
        Rule(weekly=True, interval=2, days=(0, 3), count=7),
        Rule(weekly=True, until=datetime(2026, 6, 1, 12)),
    ],
)
def test_a_rule_is_what_it_was_written_as(rule: Rule) -> None:
    assert Rule.of(rule.text) == rule


@pytest.mark.parametrize(
    "body", [b"", b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n", b"\r\nEND:VCALENDAR\r\n", b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"]
)
def test_half_a_file_is_no_calendar(body: bytes) -> None:
    with pytest.raises(Broken, match="half"):
        shown(body, SINCE, BEFORE)


def test_it_knows_what_a_calendar_is_called() -> None:
    assert title_of(b"BEGIN:VCALENDAR\r\nX-WR-CALNAME:one\\, two\r\n") == "one\\, two"
    assert title_of(b"BEGIN:VCALENDAR\r\n") == ""
