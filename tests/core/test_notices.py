"""Which changes are told, and in which words."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calsieve.core.agenda import agenda
from calsieve.core.changes import changes
from calsieve.core.notices import compared, letter, noticed
from calsieve.models import Change, ChangeKind, Notice, Shown, Snap, Span, WindowPolicy

APPEARED, MOVED, CANCELLED, CHANGED = ChangeKind
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
TWO_WEEKS = Span(days=14)
TOMORROW = NOW + DAY + 4 * HOUR  # 14:00 in Berlin


def one(start: datetime = TOMORROW, **more: Any) -> Shown:
    return Shown(
        **{"uid": "a", "slot": "", "start": start, "end": start + HOUR, "all_day": False, "summary": "Dentist"} | more
    )


def told(*found: Change, ahead: Span = TWO_WEEKS, now: datetime = NOW) -> tuple[Notice, ...]:
    return noticed(found, ahead=ahead, timezone="Europe/Berlin", now=now, since="v1")


def words(change: Change) -> list[str]:
    (notice,) = told(change)
    return [notice.title, *notice.lines]


# ── which ──


@pytest.mark.parametrize(
    ("start", "near"),
    [
        (NOW - 2 * HOUR, False),
        (NOW - HOUR, False),  # ends now
        (NOW - HOUR / 2, True),  # goes on
        (NOW, True),
        (NOW + 14 * DAY - HOUR, True),
        (NOW + 14 * DAY, False),
    ],
)
@pytest.mark.parametrize("kind", [APPEARED, CANCELLED])
def test_only_what_is_near_is_told(kind: ChangeKind, start: datetime, near: bool) -> None:
    shown = one(start)
    change = Change(kind, None, shown) if kind is APPEARED else Change(kind, shown, None)
    assert bool(told(change)) is near


def test_what_has_no_length_is_told_until_it_begins() -> None:
    assert told(Change(APPEARED, None, one(NOW, end=NOW)))
    assert not told(Change(APPEARED, None, one(NOW - HOUR / 60, end=NOW - HOUR / 60)))


def test_a_move_is_told_if_either_of_its_times_is_near() -> None:
    far = one(NOW + 100 * DAY)
    assert told(Change(MOVED, one(), far))
    assert told(Change(MOVED, far, one()))
    assert not told(Change(MOVED, far, one(NOW + 101 * DAY)))


def test_days_ahead_are_those_of_the_zone() -> None:
    """The clocks go back in between, so the same time of day is an hour later."""
    now = datetime(2026, 10, 24, 9, tzinfo=UTC)
    at = now + 7 * DAY + HOUR / 2
    assert told(Change(APPEARED, None, one(at)), ahead=Span(days=7), now=now)
    assert not told(Change(APPEARED, None, one(at + HOUR)), ahead=Span(days=7), now=now)


def test_months_ahead_are_those_of_the_calendar() -> None:
    assert told(Change(APPEARED, None, one(datetime(2027, 2, 24, tzinfo=UTC))), ahead=Span(months=3))
    assert not told(Change(APPEARED, None, one(datetime(2027, 2, 26, tzinfo=UTC))), ahead=Span(months=3))


# ── which stretch is compared ──


def test_what_both_files_show_is_compared() -> None:
    """The first was published on a Sunday; on Monday the window moved by a week."""
    window = WindowPolicy(Span(days=14), Span(days=21), Snap.WEEK)
    sunday, monday = datetime(2026, 11, 22, 12, tzinfo=UTC), datetime(2026, 11, 23, 12, tzinfo=UTC)
    assert compared(window, "UTC", sunday, monday) == (
        datetime(2026, 11, 9, tzinfo=UTC),
        datetime(2026, 12, 14, tzinfo=UTC),
    )


def test_what_is_far_away_is_not_compared() -> None:
    assert compared(WindowPolicy(None, None), "UTC", NOW, NOW) == (NOW - 28 * DAY, NOW + 366 * DAY)


def test_what_comes_into_the_window_with_time_is_no_news() -> None:
    """The window reaches less far than the days that are told of."""
    window = WindowPolicy(Span(days=7), Span(days=7), Snap.DAY)
    start, end = compared(window, "UTC", NOW, NOW + 3 * DAY)
    before, after = calendar(NOW + 2 * DAY), calendar(NOW + 2 * DAY, NOW + 9 * DAY)
    assert changes(agenda(before, start, end, "UTC"), agenda(after, start, end, "UTC")) == ()
    assert changes(agenda(before, start, end + 3 * DAY, "UTC"), agenda(after, start, end + 3 * DAY, "UTC"))


def calendar(*starts: datetime) -> bytes:
    events = [
        f"BEGIN:VEVENT\r\nUID:{n}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{start:%Y%m%dT%H%M%SZ}\r\n"
        f"DURATION:PT1H\r\nSUMMARY:event {n}\r\nEND:VEVENT\r\n"
        for n, start in enumerate(starts)
    ]
    return f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(events)}END:VCALENDAR\r\n".encode()


# ── in words ──


def test_what_is_new_says_when_and_where() -> None:
    assert words(Change(APPEARED, None, one(location="Main\nStreet 5"))) == [
        "New: Dentist",
        "Thu 26 Nov, 14:00–15:00",
        "place: Main Street 5",
    ]


def test_what_is_cancelled_says_when_it_would_have_been() -> None:
    assert words(Change(CANCELLED, one(), None)) == ["Cancelled: Dentist", "Thu 26 Nov, 14:00–15:00"]
    cancelled = one(status="CANCELLED")
    assert words(Change(CANCELLED, one(), cancelled)) == ["Cancelled: Dentist", "Thu 26 Nov, 14:00–15:00"]


def test_what_moved_says_both_times() -> None:
    assert words(Change(MOVED, one(), one(TOMORROW + DAY))) == [
        "Moved: Dentist",
        "Fri 27 Nov, 14:00–15:00",
        "before: Thu 26 Nov, 14:00–15:00",
    ]


def test_what_changed_says_what_was() -> None:
    before = one(location="here", status="TENTATIVE")
    assert words(Change(CHANGED, before, one(summary="Dr. Smith"))) == [
        "Changed: Dr. Smith",
        "Thu 26 Nov, 14:00–15:00",
        "before: Dentist",
        "place: none, before: here",
        "now confirmed",
    ]
    assert words(Change(CHANGED, one(summary=""), one(location="here"))) == [
        "Changed: Dentist",
        "Thu 26 Nov, 14:00–15:00",
        "before: (no title)",
        "place: here, before: none",
    ]


def test_what_takes_place_again_is_not_called_new() -> None:
    assert words(Change(APPEARED, one(status="CANCELLED"), one())) == [
        "Takes place after all: Dentist",
        "Thu 26 Nov, 14:00–15:00",
    ]


def test_what_apps_show_differently_is_said_to_be_so() -> None:
    assert words(Change(APPEARED, None, one(summary="", sure=False))) == [
        "New: (no title)",
        "Thu 26 Nov, 14:00–15:00 (not all apps agree)",
    ]


def test_an_unknown_zone_counts_as_utc() -> None:
    (notice,) = noticed(
        [Change(APPEARED, None, one())], ahead=Span(days=14), timezone="Mars/Olympus", now=NOW, since=""
    )
    assert notice.lines == ("Thu 26 Nov, 13:00–14:00",)


def test_a_key_tells_one_change_from_another() -> None:
    found = [
        Change(APPEARED, None, one()),
        Change(CANCELLED, one(), None),
        Change(APPEARED, None, one(uid="b")),
        Change(APPEARED, None, one(slot="20261126T130000Z")),
        Change(APPEARED, None, one(TOMORROW + HOUR)),
    ]
    assert len({notice.key for notice in told(*found)}) == len(found)
    (again,) = told(found[0], now=NOW + HOUR)
    assert again.key == told(found[0])[0].key
    (later,) = noticed(found[:1], ahead=Span(days=14), timezone="UTC", now=NOW, since="v2")
    assert later.key != again.key


# ── by mail ──


def test_one_change_is_the_subject() -> None:
    mail = letter("Family", told(Change(MOVED, one(), one(TOMORROW + DAY))), "Europe/Berlin")
    assert mail.subject == "Family: Moved: Dentist"
    assert mail.text == (
        "Moved: Dentist\n  Fri 27 Nov, 14:00–15:00\n  before: Thu 26 Nov, 14:00–15:00\n"
        "\nTimes are those of Europe/Berlin.\n"
    )


def test_many_changes_are_counted_and_not_all_spelled_out() -> None:
    notices = told(*(Change(APPEARED, None, one(uid=str(n), summary=f"event {n}")) for n in range(42)))
    mail = letter("Family\nfeed", notices, "UTC")
    assert mail.subject == "Family feed: 42 changes"
    assert "event 39" in mail.text
    assert "event 40" not in mail.text
    assert "\n\nAnd 2 more.\n\nTimes are those of UTC.\n" in mail.text
    assert "more" not in letter("Family", notices[:40], "UTC").text
    assert letter("Family", notices[:2], "UTC").subject == "Family: 2 changes"
