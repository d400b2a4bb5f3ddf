"""Durations, names and colours there and back."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

import pytest
from dateutil.relativedelta import relativedelta
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.config.readers import read_colour, read_slug, read_timezone
from calsieve.distances import INTERVAL, REACH, Unreadable, read_interval, read_reach, show_interval, show_reach
from calsieve.models import Span

CENTURY = {"d": 36525, "w": 5217, "mo": 1200, "y": 100}

units = st.sampled_from(sorted(CENTURY))
reaches = units.flatmap(lambda unit: st.integers(0, CENTURY[unit]).map(lambda number: f"{number}{unit}"))
spans = st.none() | st.integers(0, 36525).map(Span) | st.integers(1, 1200).map(lambda months: Span(months=months))


@given(spans)
def test_a_span_is_read_back_as_it_was(span: Span | None) -> None:
    assert read_reach(show_reach(span)) == span


@given(reaches)
def test_every_distance_within_a_century_is_read_and_stays_a_date(text: str) -> None:
    span = read_reach(text)
    assert span is not None
    assert read_reach(show_reach(span)) == span
    assert re.fullmatch(REACH, text)
    for sign in (1, -1):
        assert datetime(2026, 5, 15) + sign * relativedelta(months=span.months, days=span.days)


@pytest.mark.parametrize("text", ["5218w", "36526d", "1201mo", "101y", "99999y"])
def test_more_than_a_century_is_refused(text: str) -> None:
    with pytest.raises(Unreadable, match="write all"):
        read_reach(text)


@pytest.mark.parametrize(
    ("text", "span"),
    [("0d", Span()), ("4w", Span(days=28)), ("030d", Span(days=30)), ("1y", Span(months=12)), ("all", None)],
)
def test_weeks_are_days_and_years_are_months(text: str, span: Span | None) -> None:
    assert read_reach(text) == span


@pytest.mark.parametrize("text", ["", "w", "4", "-4w", "4 w", "4W", "4w\n", "٤w", "1.5w", "1y6mo", "ALL", "100000d"])
def test_what_is_no_distance_is_refused_by_reader_and_schema_alike(text: str) -> None:
    with pytest.raises(Unreadable):
        read_reach(text)
    assert not re.fullmatch(REACH, text)


@given(st.integers(5, 7 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes)))
def test_an_interval_is_read_back_as_it_was(interval: timedelta) -> None:
    assert read_interval(show_interval(interval)) == interval
    assert re.fullmatch(INTERVAL, show_interval(interval))


@pytest.mark.parametrize(
    ("text", "interval"),
    [("5m", timedelta(minutes=5)), ("90m", timedelta(hours=1.5)), ("6h", timedelta(hours=6)), ("7d", timedelta(7))],
)
def test_an_interval_is_minutes_hours_or_days(text: str, interval: timedelta) -> None:
    assert read_interval(text) == interval


@settings(max_examples=50)
@given(st.text())
def test_whatever_is_written_the_answer_is_a_value_or_unreadable(text: str) -> None:
    for read in (read_reach, read_interval, read_slug, read_colour, read_timezone):
        try:
            read(text)
        except Unreadable as error:
            assert str(error)  # noqa: PT017 - the point is that nothing else is raised


@given(st.integers(0, 0xFFFFFF).map(lambda value: f"#{value:06x}"))
def test_an_exact_colour_stays_and_no_css_colour_is_nearer_than_the_one_named(exact: str) -> None:
    def distance(other: str) -> int:
        return sum((int(exact[i : i + 2], 16) - int(other[i : i + 2], 16)) ** 2 for i in (1, 3, 5))

    colour = read_colour(exact)
    assert colour.hex == exact
    named = distance(read_colour(colour.name).hex)
    for other in ("black", "white", "red", "seagreen", "navy", "gray", "orange", "plum"):
        assert named <= distance(read_colour(other).hex)


@pytest.mark.parametrize("zone", ["Europe/Berlin", "America/Argentina/Buenos_Aires", "UTC", "CET", "Etc/GMT+12"])
def test_a_zone_of_the_tz_database_is_taken(zone: str) -> None:
    assert read_timezone(zone) == zone


@pytest.mark.parametrize(
    ("written", "meant"),
    [
        ("europe/berlin", "Europe/Berlin"),
        ("Berlin", "Europe/Berlin"),
        ("Los Angeles", "America/Los_Angeles"),
        ("America/NewYork", "America/New_York"),
        ("utc", "UTC"),
    ],
)
def test_a_zone_nearly_right_is_suggested(written: str, meant: str) -> None:
    with pytest.raises(Unreadable, match=re.escape(f"did you mean `{meant}`?")):
        read_timezone(written)
