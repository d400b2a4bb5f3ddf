"""Which series are published, and how much work that may be."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime

import pytest

from calsieve.core import select
from calsieve.models import Report
from tests.core.kit import cleaned, events, policy, vcalendar, vevent

OVER = "DTSTART:20200511T100000Z"
RANGED = "RECURRENCE-ID;RANGE=THISANDFUTURE"


def report(*parts: str, mode: str = "trim", ahead: str | None = "52w") -> Report:
    return cleaned(vcalendar(*parts), policy=policy(mode, ahead=ahead)).report


@pytest.mark.parametrize(
    ("rule", "override", "published"),
    [
        ("FREQ=DAILY;COUNT=3", ("20200512T100000Z", "20200512T120000Z"), False),
        ("FREQ=DAILY;UNTIL=20200514T000000Z", ("20200512T100000Z", "20200512T120000Z"), False),
        ("FREQ=DAILY;UNTIL=20200514T000000Z", ("20200512T100000Z", "20220512T120000Z"), False),
        ("FREQ=DAILY;UNTIL=20240514T000000Z", ("20200512T100000Z", "20220512T120000Z"), True),
        ("FREQ=DAILY", ("20200512T100000Z", "20200512T120000Z"), True),
        ("FREQ=WEEKLY;BYDAY=MO;BYSETPOS=1;COUNT=3", ("20200518T100000Z", "20200518T120000Z"), True),
        ("FREQ=SECONDLY;COUNT=999999", ("20200511T100001Z", "20200511T100001Z"), True),
        ("FREQ=DAILY;UNTIL=99991231T000000Z", ("20200512T100000Z", "20200512T120000Z"), True),
    ],
)
def test_with_this_and_future_a_series_goes_only_if_all_that_follows_is_over(
    rule: str, override: tuple[str, str], published: bool
) -> None:
    slot, start = override
    found = report(vevent(OVER, f"RRULE:{rule}"), vevent(f"{RANGED}:{slot}", f"DTSTART:{start}"))
    assert (found.events_out > 0, found.past) == (published, int(not published))


def test_with_this_and_future_and_dates_of_its_own_a_series_stays() -> None:
    ranged = vevent(f"{RANGED}:20200512T100000Z", "DTSTART:20200512T120000Z")
    assert report(vevent(OVER, "RRULE:FREQ=DAILY;COUNT=3", "RDATE:20200601T100000Z"), ranged).series_kept_whole == 1


def test_with_this_and_future_what_goes_on_to_the_end_of_time_stays() -> None:
    master = vevent(OVER, "DURATION:P300D", "RRULE:FREQ=DAILY;UNTIL=99991228T000000Z")
    ranged = vevent(f"{RANGED}:20200512T100000Z", "DTSTART:20200512T120000Z")
    assert report(master, ranged).past == 0


def test_a_long_lasting_override_that_holds_for_all_that_follow_may_reach_the_window() -> None:
    lines = "DTSTART:20200512T100000Z", "DURATION:P2000D"
    assert report(vevent(OVER, "RRULE:FREQ=DAILY;COUNT=900"), vevent(f"{RANGED}:20200512T100000Z", *lines)).past == 0


@pytest.mark.parametrize(
    ("exclusion", "published"), [("EXRULE:FREQ=DAILY", True), ("EXRULE:FREQ=DAILY;UNTIL=20260501T000000Z", True)]
)
def test_what_exrule_excludes_is_kept_as_some_readers_show_it(exclusion: str, published: bool) -> None:
    found = report(vevent("DTSTART:20260401T100000Z", "RRULE:FREQ=DAILY;COUNT=60", exclusion), mode="expand")
    assert (found.series_kept_whole, found.events_out) == (1, 1)
    assert report(vevent(OVER, "RRULE:FREQ=DAILY;COUNT=60", exclusion)).past == 1


MONSTERS = [
    ("DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY"),
    ("DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY;COUNT=999999999"),
    ("DTSTART:20200101T000000Z", "RRULE:FREQ=MINUTELY;BYSECOND=1,2,3;INTERVAL=7;COUNT=999999999"),
    ("DTSTART:20200101T000000Z", "RRULE:FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"),
    ("DTSTART:20200101T000000Z", "RRULE:FREQ=YEARLY;INTERVAL=999999999"),
    ("DTSTART:20200101T000000Z", "RRULE:FREQ=WEEKLY;INTERVAL=999999999;COUNT=999999999"),
    ("DTSTART:00010101T000000Z", "RRULE:FREQ=DAILY"),
    ("DTSTART:00010101T000000Z", "RRULE:FREQ=WEEKLY;BYDAY=SU,MO;WKST=SU"),
    ("DTSTART;VALUE=DATE:00010101", "RRULE:FREQ=MONTHLY;COUNT=99999"),
    ("DTSTART;VALUE=DATE:99991231", "RRULE:FREQ=DAILY"),
    ("DTSTART:00010101T000000Z", "DURATION:P400000D", "RRULE:FREQ=YEARLY;UNTIL=99991231T000000Z"),
]


@pytest.mark.parametrize("mode", ["trim", "cut", "keep", "expand"])
@pytest.mark.parametrize("ahead", ["52w", None])
def test_the_work_for_one_series_is_bounded(mode: str, ahead: str | None) -> None:
    for lines in MONSTERS:
        before = time.process_time()
        report(vevent(*lines), mode=mode, ahead=ahead)
        assert time.process_time() - before < 3, lines


def test_the_work_for_a_feed_is_bounded_and_what_is_certainly_over_still_goes(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "MOST_FOR_A_FEED", 2_000)
    goes_on = [vevent(f"UID:{number}", "DTSTART:20240101T100000Z", "RRULE:FREQ=DAILY") for number in range(9)]
    over = vevent("UID:z", "DTSTART:20240101T100000Z", "RRULE:FREQ=DAILY;UNTIL=20250101T000000Z")
    body = cleaned(vcalendar(*goes_on, over), policy=policy("trim"))
    begun = Counter(event.value("DTSTART") for event in events(body.body))
    assert body.report.past == 1
    assert begun["20240101T100000Z"] == body.report.series_kept_whole > 0
    assert begun["20260420T100000Z"] > 0


def test_a_series_in_utc_begins_later_only_while_the_clocks_of_the_feed_are_the_same() -> None:
    for start, whole in (("20250106", 1), ("20250507", 0)):
        source = vcalendar("X-WR-TIMEZONE:Europe/Berlin", vevent(f"DTSTART:{start}T100000Z", "RRULE:FREQ=DAILY"))
        assert cleaned(source, policy=policy("trim")).report.series_kept_whole == whole


@pytest.mark.parametrize(
    ("lines", "past", "future"),
    [
        (("DTSTART:20260419T220000Z", "DTEND:20260420T000000Z"), 1, 0),
        (("DTSTART:20260419T220000Z", "DTEND:20260420T000001Z"), 0, 0),
        (("DTSTART:20260420T000000Z",), 0, 0),
        (("DTSTART:20260419T235959Z",), 1, 0),
        (("DTSTART:20270523T235959Z",), 0, 0),
        (("DTSTART:20270524T000000Z",), 0, 1),
        (("DTSTART:20260401T100000Z", "RRULE:FREQ=DAILY;COUNT=3"), 1, 0),
        (("DTSTART:20270524T000000Z", "RRULE:FREQ=DAILY;COUNT=3"), 0, 1),
        (("DTSTART:20250101T000000Z", "RRULE:FREQ=YEARLY;INTERVAL=5"), 1, 0),
    ],
)
def test_what_is_not_shown_is_over_or_to_come(lines: tuple[str, ...], past: int, future: int) -> None:
    found = cleaned(vcalendar(vevent(*lines)), policy=policy("trim"), screened=False).report
    assert (found.past, found.future, found.events_out) == (past, future, 1 - past - future)


def test_a_feed_has_work_left_for_as_many_series_as_are_no_trouble() -> None:
    many = [vevent(f"UID:{number}", "DTSTART:20260501T100000Z", "RRULE:FREQ=DAILY") for number in range(60)]
    found = cleaned(vcalendar(*many), policy=policy("trim", back="1w"))
    assert found.report.series_kept_whole == 0
    assert {event.value("DTSTART") for event in events(found.body)} == {"20260511T100000Z"}


def test_an_end_beyond_all_time_keeps_a_series_whole() -> None:
    lines = "DTSTART:99970101T000000Z", "DTEND:99980516T000000Z", "RRULE:FREQ=YEARLY"
    late = datetime(9999, 8, 1, tzinfo=UTC)
    found = cleaned(vcalendar(vevent(*lines)), policy=policy("trim"), now=late).report
    assert (found.series_kept_whole, found.events_out) == (1, 1)


def test_an_occurrence_that_ends_beyond_all_time_is_not_expanded() -> None:
    lines = "DTSTART:99970101T000000Z", "DTEND:99980516T000000Z", "RRULE:FREQ=YEARLY"
    late = datetime(9999, 8, 1, tzinfo=UTC)
    found = cleaned(vcalendar(vevent(*lines)), policy=policy("expand"), now=late).report
    assert (found.series_kept_whole, found.events_out) == (1, 1)


def test_events_of_their_own_are_more_work_than_the_times_they_begin(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(select, "MOST_FOR_A_SERIES", 2_000)
    daily = vevent("DTSTART:20260101T100000Z", "RRULE:FREQ=DAILY")
    assert report(daily, mode="expand").series_kept_whole == 1
    assert report(daily, mode="expand", ahead="4w").series_kept_whole == 0
    assert report(daily, mode="trim").series_kept_whole == 0


@pytest.mark.parametrize(
    ("last", "override", "published"),
    [
        # The window begins on 20 April 2026; whoever reads a zone otherwise is wrong by two days and four hours.
        ("20260417T195959Z", "20260301T100000Z", False),
        ("20260417T200000Z", "20260301T100000Z", True),
        ("20260401T100000Z", "20260317T100000Z", False),
        ("20260401T100000Z", "20260318T100000Z", True),
    ],
)
def test_what_holds_for_all_that_follow_moves_the_last_of_them_as_far(
    last: str, override: str, published: bool
) -> None:
    master = vevent("DTSTART:20260301T100000Z", f"RRULE:FREQ=DAILY;UNTIL={last}")
    ranged = vevent("RECURRENCE-ID;RANGE=THISANDFUTURE:20260301T100000Z", f"DTSTART:{override}")
    assert bool(report(master, ranged).events_out) is published


def test_only_what_holds_for_all_that_follow_moves_them() -> None:
    master = vevent("DTSTART:20260101T100000Z", "DURATION:P1DT2H", "RRULE:FREQ=DAILY;COUNT=30")
    ranged = vevent("RECURRENCE-ID;RANGE=THISANDFUTURE:20260105T100000Z", "DTSTART:20260105T120000Z")
    other = vevent("RECURRENCE-ID:20260106T100000Z", "DTSTART:20300101T100000Z")
    assert report(master, ranged, other).past == 1
    longer = ranged.replace("DTSTART", "DURATION:P76DT96H\r\nDTSTART")
    assert report(master, longer, other).past == 0
