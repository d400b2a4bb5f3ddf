"""The window lies around now, in the feed's zone, and rests on midnights."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calsieve.core.window import EARLIEST, LATEST, Window, edges_for, window_for
from calsieve.models import Alarms, Budget, Policy, Snap, Span, WindowPolicy
from tests.core.kit import NOW, span

BERLIN = "Europe/Berlin"


def edges(
    back: str | None, ahead: str | None, snap: str = "week", timezone: str = "UTC", now: datetime = NOW
) -> tuple[str, str]:
    window = window_for(WindowPolicy(span(back), span(ahead), Snap(snap)), timezone, now)
    return f"{window.start:%Y%m%dT%H%M}", f"{window.end:%Y%m%dT%H%M}"


@pytest.mark.parametrize(
    ("back", "ahead", "snap", "timezone", "expected"),
    [
        ("4w", "52w", "week", "UTC", ("20260420T0000", "20270524T0000")),
        ("4w", "52w", "week", BERLIN, ("20260419T2200", "20270523T2200")),
        ("12mo", "6mo", "day", "UTC", ("20250520T0000", "20261121T0000")),
        ("30d", "30d", "none", "UTC", ("20260420T1200", "20260619T1200")),
        ("0d", "0d", "day", "Asia/Tokyo", ("20260519T1500", "20260520T1500")),
    ],
)
def test_the_edges_rest_where_the_policy_says(
    back: str, ahead: str, snap: str, timezone: str, expected: tuple[str, str]
) -> None:
    assert edges(back, ahead, snap, timezone) == expected


def test_an_edge_that_rests_already_stays() -> None:
    monday = datetime(2026, 5, 18, tzinfo=UTC)
    assert edges("1w", "1w", now=monday) == ("20260511T0000", "20260525T0000")
    assert edges("1d", "1d", "day", now=monday) == ("20260517T0000", "20260519T0000")


def test_months_end_where_a_month_is_shorter() -> None:
    assert edges("3mo", "1mo", "day", now=datetime(2026, 5, 31, tzinfo=UTC)) == ("20260228T0000", "20260630T0000")


@pytest.mark.parametrize("timezone", ["UTC", "Pacific/Kiritimati", "Pacific/Pago_Pago"])
@pytest.mark.parametrize("snap", list(Snap))
@pytest.mark.parametrize("now", [datetime(1, 1, 4, tzinfo=UTC), datetime(9999, 12, 27, 12, tzinfo=UTC), NOW])
def test_an_edge_beyond_all_dates_is_at_the_end_of_time(timezone: str, snap: Snap, now: datetime) -> None:
    for far in (None, Span(days=10**12), Span(months=10**9), Span(days=3)):
        window = window_for(WindowPolicy(far, far, snap), timezone, now)
        assert EARLIEST <= window.start <= window.end <= LATEST


@pytest.mark.parametrize(
    ("months", "back", "ahead"),
    [
        (2025 * 12, "00010520T0000", "40510521T0000"),
        (2025 * 12 + 4, "00010120T0000", "40510921T0000"),
        (2025 * 12 + 5, "00010103T0000", "40511021T0000"),
        (7973 * 12 + 7, "00010103T0000", "99991221T0000"),
        (7973 * 12 + 8, "00010103T0000", "99991229T0000"),
    ],
)
def test_months_are_moved_by_up_to_the_first_and_the_last_year(months: int, back: str, ahead: str) -> None:
    window = window_for(WindowPolicy(Span(months=months), Span(months=months), Snap.DAY), "UTC", NOW)
    edges = [f"{edge.year:04d}{edge:%m%dT%H%M}" for edge in (window.start, window.end)]
    assert edges == [back, ahead]


def test_the_window_moves_once_a_week() -> None:
    policy = WindowPolicy()
    windows = {window_for(policy, BERLIN, NOW + timedelta(hours=hours, minutes=30)) for hours in range(24 * 14)}
    assert len(windows) == 3


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("start", "end", "visible"),
    [
        (-1, 0, False),
        (-1, 1, True),
        (0, 0, True),
        (-1, -1, False),
        (9, 11, True),
        (10, 11, False),
        (10, 10, False),
        (-1, 11, True),
        (3, 2, True),
    ],
)
def test_what_overlaps_is_visible(start: int, end: int, visible: bool) -> None:
    window = Window(NOW, NOW + 10 * HOUR)
    assert window.shows(NOW + start * HOUR, NOW + end * HOUR) is visible


@pytest.mark.parametrize(
    ("snap", "timezone", "present"),
    [
        ("week", "UTC", "20260518T0000"),
        ("week", BERLIN, "20260517T2200"),
        ("day", BERLIN, "20260519T2200"),
        ("none", BERLIN, "20260520T1200"),
    ],
)
def test_the_present_begins_where_the_edges_would_rest(snap: str, timezone: str, present: str) -> None:
    for back in (span("4w"), None):
        window = window_for(WindowPolicy(back, None, Snap(snap)), timezone, NOW)
        assert f"{window.present:%Y%m%dT%H%M}" == present


def test_what_is_published_follows_the_present_only_where_it_counts() -> None:
    months = Policy(window=WindowPolicy(Span(months=1), Span(months=1)))
    monday, tuesday = (edges_for(months, "UTC", NOW + n * timedelta(days=1)) for n in (5, 6))
    assert monday == edges_for(months, "UTC", NOW + timedelta(days=4)) == tuesday
    for more in (months._replace(budget=Budget(events=9)), months._replace(add_alarms=Alarms(timed=(HOUR,)))):
        assert edges_for(more, "UTC", NOW + timedelta(days=4)) != edges_for(more, "UTC", NOW + timedelta(days=5))
        assert edges_for(more, "UTC", NOW + timedelta(days=5)) == edges_for(more, "UTC", NOW + timedelta(days=6))
