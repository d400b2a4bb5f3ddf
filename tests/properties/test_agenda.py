"""The agenda of what is published, against another expander and against itself."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calsieve.core.agenda import agenda
from calsieve.core.changes import changes
from calsieve.models import Cleaned, SeriesMode, Shown
from tests.core.kit import cleaned
from tests.interop.readers import Occurrence, View, recurring_one
from tests.properties.calendars import NOWS, policies, sources

MODE = st.sampled_from([*SeriesMode])


def published(data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode) -> Cleaned:
    return cleaned(source, policy=data.draw(policies(mode), label="policy"), now=now)


@given(data=st.data(), source=sources(), now=NOWS, mode=MODE)
def test_what_is_sure_is_what_another_expander_shows(
    data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode
) -> None:
    file = published(data, source, now, mode)
    start, end = now - timedelta(days=60), now + timedelta(days=400)
    own = agenda(file.body, start, end, file.report.timezone)
    unsure = {one.summary for one in own if not one.sure}
    theirs = recurring_one(file.body, View(start, end, file.report.timezone))
    assert isinstance(theirs, Counter)
    said = Counter(map(_as_they_say, own))
    assert _but_for(said, unsure) == _but_for(theirs, unsure)


@given(data=st.data(), source=sources(), now=NOWS, mode=MODE, days=st.integers(0, 400))
def test_two_halves_show_what_the_whole_shows(
    data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode, days: int
) -> None:
    file = published(data, source, now, mode)
    zone, start, end = file.report.timezone, now - timedelta(days=60), now + timedelta(days=400)
    middle = min(start + timedelta(days=days), end)
    halves = {*agenda(file.body, start, middle, zone), *agenda(file.body, middle, end, zone)}
    assert halves == {*agenda(file.body, start, end, zone)}


@given(data=st.data(), source=sources(), now=NOWS)
def test_the_way_a_series_is_published_is_no_change(data: st.DataObject, source: bytes, now: datetime) -> None:
    trim = data.draw(policies(SeriesMode.TRIM), label="policy")
    kept, trimmed = (cleaned(source, policy=each, now=now) for each in (trim._replace(series=SeriesMode.KEEP), trim))
    start, end, zone = kept.report.window_start, kept.report.window_end, kept.report.timezone
    assert start
    assert end
    end = min(end, start + timedelta(days=400))
    assert changes(*(agenda(file.body, start, end, zone) for file in (kept, trimmed))) == ()


def _as_they_say(one: Shown) -> Occurrence:
    plain = "".join(" " if char < " " else char for char in one.summary)
    return Occurrence(int(one.start.timestamp()), int(one.end.timestamp()), one.all_day, plain)


def _but_for(occurrences: Counter[Occurrence], summaries: set[str]) -> Counter[Occurrence]:
    return Counter({one: count for one, count in occurrences.items() if one.summary not in summaries})
