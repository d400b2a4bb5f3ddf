"""What a window shows of a source and of what we publish of it is the same, judged by somebody else."""

from __future__ import annotations

import re
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.models import Cleaned, Policy, Report, SeriesMode, Span
from tests.core.kit import cleaned
from tests.interop.readers import Occurrence, View, recurring_one
from tests.properties.calendars import NOWS, policies, sources
from tests.published import assert_published

# The judge walks all occurrences: an endless window is looked at for as long as this.
FAR = timedelta(days=900)
LONG_AGO = datetime(2020, 1, 1, tzinfo=UTC)
MODES = list(SeriesMode)


def shown(body: bytes, report: Report, *, since: datetime | None = None) -> Counter[Occurrence]:
    """Ask the judge what a calendar shows in a report's window, or from ``since`` to its end."""
    assert report.window_start
    assert report.window_end
    start = max(report.window_start, LONG_AGO)
    view = View(
        since or start, min(report.window_end, max(start, datetime(2026, 1, 1, tzinfo=UTC)) + FAR), report.timezone
    )
    found = recurring_one(body, view)
    assert isinstance(found, Counter), found
    return found


@pytest.mark.parametrize("mode", MODES)
@given(data=st.data(), source=sources(), now=NOWS)
def test_the_window_shows_the_same_before_and_after(
    data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode
) -> None:
    result = cleaned(source, policy=data.draw(policies(mode)), now=now)
    assert result.report.lost == ()
    assert shown(result.body, result.report) == shown(source, result.report)
    assert_published(result.body)


@pytest.mark.parametrize("mode", [SeriesMode.TRIM, SeriesMode.CUT, SeriesMode.EXPAND])
@given(data=st.data(), source=sources(), now=NOWS)
def test_nothing_is_left_that_is_over(data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode) -> None:
    result = cleaned(source, policy=data.draw(policies(mode)), now=now)
    if not result.report.series_kept_whole:
        everything = shown(result.body, result.report, since=LONG_AGO)
        over = [
            one
            for one in everything - shown(source, result.report)
            if one.end <= result.report.window_start.timestamp()
        ]
        assert over == []


@given(data=st.data(), source=sources(), now=NOWS)
def test_nothing_that_is_cut_goes_past_the_window(data: st.DataObject, source: bytes, now: datetime) -> None:
    result = cleaned(source, policy=data.draw(policies(SeriesMode.CUT)), now=now)
    end = result.report.window_end
    assert end
    if not result.report.series_kept_whole and end.year < 9999:
        found = recurring_one(result.body, View(end, end + FAR, result.report.timezone))
        assert isinstance(found, Counter), found
        assert [one for one in found if one.start >= end.timestamp()] == []


@pytest.mark.parametrize("mode", MODES)
@given(data=st.data(), source=sources(), now=NOWS)
def test_cleaning_again_changes_nothing(data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode) -> None:
    policy = data.draw(policies(mode))
    first = cleaned(source, policy=policy, now=now)
    assert cleaned(first.body, policy=policy, now=now).body == first.body


@pytest.mark.parametrize("mode", MODES)
@given(data=st.data(), source=sources(), now=NOWS)
def test_a_longer_window_shows_no_less(data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode) -> None:
    policy = data.draw(policies(mode))
    short = cleaned(source, policy=policy, now=now)
    long = cleaned(source, policy=longer(policy), now=now)
    assert not shown(short.body, short.report) - shown(long.body, short.report)


@given(data=st.data(), source=sources(), now=NOWS, mode=st.sampled_from(MODES))
def test_the_screen_changes_nothing(data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode) -> None:
    policy = data.draw(policies(mode))
    screened = cleaned(source, policy=policy, now=now)
    unscreened = cleaned(source, policy=policy, now=now, screened=False)
    assert screened.body == unscreened.body
    assert totals(screened) == totals(unscreened)


@given(data=st.data(), source=sources(), now=NOWS)
def test_the_order_of_components_changes_nothing_but_for_repeated_ones(
    data: st.DataObject, source: bytes, now: datetime
) -> None:
    policy = data.draw(policies(SeriesMode.TRIM))
    head, *events = re.split(rb"(?=BEGIN:VEVENT)|(?=END:VCALENDAR)", source)
    turned = b"".join([head, *reversed(events[:-1]), events[-1]])
    assert cleaned(turned, policy=policy, now=now).body == cleaned(source, policy=policy, now=now).body


def longer(policy: Policy) -> Policy:
    """Return a policy whose window reaches further on both sides."""
    back, ahead = policy.window.back, policy.window.ahead
    window = policy.window._replace(
        back=back._replace(days=back.days + 35) if back else None,
        ahead=Span(days=ahead.days + 35) if ahead else None,
    )
    return policy._replace(window=window)


def totals(result: Cleaned) -> tuple[int, ...]:
    report = result.report
    return report.events_in, report.events_out, report.series_out, report.series_in, report.past + report.future
