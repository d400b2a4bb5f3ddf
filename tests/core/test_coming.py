from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calsieve.core import coming
from calsieve.core.coming import Lost, lost
from calsieve.core.read import Calendar, read
from calsieve.core.screen import reach_between
from calsieve.core.window import Window

START, END = datetime(2026, 5, 13, 12, tzinfo=UTC), datetime(2026, 8, 1, tzinfo=UTC)


def event(uid: str, day: str = "20260601", more: str = "") -> str:
    named = f"UID:{uid}\r\n" if uid else ""
    return (
        f"BEGIN:VEVENT\r\n{named}DTSTAMP:20260101T000000Z\r\nDTSTART:{day}T100000Z\r\nDTEND:{day}T110000Z\r\n"
        f"{more}SUMMARY:{uid or day}\r\nEND:VEVENT\r\n"
    )


def calendar(*events: str) -> Calendar:
    body = f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n{''.join(events)}END:VCALENDAR\r\n".encode()
    return read("work", body, None, reach_between(START, END))


def loss(old: Calendar, new: Calendar, least: int = 1) -> Lost | None:
    return lost(old, new, Window(START, END), "UTC", least=least)


def test_what_is_gone_of_all_that_is_to_come() -> None:
    old = calendar(event("a"), event("b"), event("c"))
    assert loss(old, calendar(event("b"))) == Lost(3, 1, frozenset({"a", "c"}))


@pytest.mark.parametrize(
    "gone",
    [
        event("a", day="20260401"),
        event("a", day="20270101"),
        event("a", day="20260401", more="RRULE:FREQ=DAILY;COUNT=30\r\n"),
    ],
    ids=["over", "beyond the window", "a series that is over"],
)
def test_what_the_window_does_not_show_is_not_lost(gone: str) -> None:
    assert loss(calendar(gone, event("b")), calendar(event("b"))) is None


def test_a_series_is_one_event_with_all_that_was_changed_in_it() -> None:
    series = event("a", more="RRULE:FREQ=DAILY\r\n") + event("a", more="RECURRENCE-ID:20260601T100000Z\r\n")
    assert loss(calendar(series, event("b")), calendar(event("b"))) == Lost(2, 1, frozenset({"a"}))


def test_other_uids_are_no_loss() -> None:
    assert loss(calendar(event("a"), event("b")), calendar(event("c"), event("d"))) is None


def test_events_without_a_uid_count_too() -> None:
    old = calendar(event("", "20260601"), event("", "20260602"))
    found = loss(old, calendar(event("", "20260602")))
    assert found is not None
    assert (found.before, found.after, len(found.gone)) == (2, 1, 1)


def test_where_readers_disagree_a_series_counts_as_shown() -> None:
    doubtful = event("a", day="20260407", more="RRULE:FREQ=WEEKLY;BYDAY=MO,TU;BYSETPOS=1\r\n")
    assert loss(calendar(doubtful), calendar()) == Lost(1, 0, frozenset({"a"}))


def test_less_than_the_least_is_told_without_understanding_anything(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(coming, "all_series", None)
    assert loss(calendar(event("a"), event("b")), calendar(event("b"), event("c")), least=2) is None


def test_fewer_events_than_the_least_are_no_loss() -> None:
    old = calendar(event("a"), event("b"), event("c"))
    assert loss(old, calendar(event("c"), event("d")), least=2) is None
