"""What a feed gives up to stay within its budget: in order, no more than it must, and not without saying so."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from calsieve.core.budget import fitted, narrower
from calsieve.core.savings import SAVINGS
from calsieve.models import Alarms, Budget, Cleaned, Policy, Report, SeriesMode, Snap, Span, WindowPolicy
from tests.core.kit import NOW, cleaned, events, unfolded, vcalendar, vevent
from tests.published import assert_published

PHRASE = "word " * 200
WEEKS = [NOW + timedelta(weeks=n) for n in range(-4, 52)]


def weekly(*lines: str) -> bytes:
    """Return a calendar of one event a week, the default window through."""
    parts = [vevent(f"UID:{n}", f"DTSTART:{day:%Y%m%dT%H%M%SZ}", *lines) for n, day in enumerate(WEEKS)]
    return vcalendar(*parts)


def within(source: bytes, size: int | None = None, count: int | None = None, **more: object) -> Cleaned:
    """Clean a calendar within a budget, and see that it is met and the result stays as it is."""
    policy = Policy(budget=Budget(size, count), **more)  # type: ignore[arg-type]
    result = cleaned(source, policy=policy)
    assert_published(result.body, alarms=True)
    assert result.report.bytes_out == len(result.body)
    assert result.report.events_out == len(events(result.body))
    over = any(one.startswith("still ") for one in result.report.cuts)
    assert over or (len(result.body) <= (size or 10**9) and result.report.events_out <= (count or 10**9))
    assert cleaned(result.body, policy=policy).body == result.body
    return result


def names(result: Cleaned) -> set[str]:
    return {line.name for event in events(result.body) for line in event.lines}


def size_of(source: bytes, **more: object) -> int:
    return len(cleaned(source, policy=Policy(**more)).body)  # type: ignore[arg-type]


def test_what_fits_is_left_alone() -> None:
    source = weekly("DESCRIPTION:" + PHRASE, "X-ANY:x")
    result = within(source, size_of(source), len(WEEKS))
    assert result.body == cleaned(source).body
    assert result.report.cuts == ()


def test_without_a_budget_nothing_is_given_up() -> None:
    assert within(weekly()).report.cuts == ()


# ── too many events ───────────────────────────────────────────────────────────────────────────────


@pytest.mark.parametrize(
    ("count", "left", "cut"),
    [
        (55, 55, "shortened the past to 3 weeks: 1 event fewer"),
        (54, 54, "shortened the past to 2 weeks: 2 events fewer"),
        (53, 53, "shortened the past to 1 week: 3 events fewer"),
        (52, 52, "left out the past: 4 events fewer"),
        (51, 51, "left out the past and shortened the future to 50 weeks: 5 events fewer"),
        (9, 9, "left out the past and shortened the future to 8 weeks: 47 events fewer"),
        (2, 2, "left out the past and shortened the future to 1 week: 54 events fewer"),
    ],
)
def test_of_too_many_events_the_past_goes_first_and_then_the_future(count: int, left: int, cut: str) -> None:
    result = within(weekly("DESCRIPTION:x", "X-ANY:x"), count=count)
    assert result.report.cuts == (cut,)
    assert result.report.events_out == left
    assert {"DESCRIPTION", "X-ANY"} <= names(result)


def test_the_report_says_which_window_is_left() -> None:
    report = within(weekly(), count=9).report
    assert f"{report.window_start:%Y%m%d}" == "20260518"
    assert f"{report.window_end:%Y%m%d}" == "20260720"


def test_too_many_events_now_are_published_and_said_so() -> None:
    many = vcalendar(*[vevent(f"UID:{n}", "DTSTART:20260520T100000Z") for n in range(9)])
    result = within(many, count=5)
    assert result.report.events_out == 9
    assert result.report.cuts == (
        "left out the past and shortened the future to 1 week: 0 events fewer",
        "still 9 events, and the budget is 5: raise it, or drop more by rules",
    )


def test_an_open_series_is_no_event_fewer_but_its_overrides_are() -> None:
    slots = [f"202607{day:02}T090000Z" for day in (6, 13, 20, 27)]
    moved = [vevent(f"RECURRENCE-ID:{slot}", f"DTSTART:{slot}") for slot in slots]
    source = vcalendar(vevent("DTSTART:20260518T090000Z", "RRULE:FREQ=WEEKLY"), *moved)
    assert within(source, count=5).report.cuts == ()
    assert within(source, count=4).report.cuts[-1].startswith("still 5 events")


# ── too many bytes ────────────────────────────────────────────────────────────────────────────────

ALL = ("X-ANY:" + PHRASE, "ATTENDEE:mailto:jane@example.org", "X-ALT-DESC:<b>" + PHRASE, "DESCRIPTION:" + PHRASE)
KEEP = {"keep_attendees": True, "keep_html": True}


@pytest.mark.parametrize(
    ("part", "gone", "cuts"),
    [
        (0.99, {"X-ANY"}, ["left out what phones do not show"]),
        (0.5, {"X-ANY", "ATTENDEE", "X-ALT-DESC"}, ["left out attendees, attachments and descriptions in HTML"]),
        (0.3, {"X-ANY", "ATTENDEE", "X-ALT-DESC"}, ["shortened descriptions to 500 characters"]),
        (0.15, {"X-ANY", "ATTENDEE", "X-ALT-DESC"}, ["shortened descriptions to 100 characters"]),
        (0.06, {"X-ANY", "ATTENDEE", "X-ALT-DESC", "DESCRIPTION"}, ["left out descriptions"]),
    ],
)
def test_of_too_many_bytes_what_is_seen_least_goes_first(part: float, gone: set[str], cuts: list[str]) -> None:
    source = weekly(*ALL, "SUMMARY:x", "URL:https://example.org")
    result = within(source, int(size_of(source, **KEEP) * part), **KEEP)
    assert {"X-ANY", "ATTENDEE", "X-ALT-DESC", "DESCRIPTION"} - names(result) == gone
    assert {"SUMMARY", "URL", "DTSTAMP"} <= names(result)
    assert result.report.events_out == len(WEEKS)
    words = [saving.words for saving in SAVINGS]
    assert [one.removesuffix(": 56 events") for one in result.report.cuts] == words[: words.index(cuts[-1]) + 1]


TIMES = [
    "DTSTART:20260518T090000Z",
    "DTEND:20260518T100000Z",
    "RRULE:FREQ=WEEKLY;UNTIL=20260715T090000Z",
    "EXDATE:20260525T090000Z",
    "RDATE:20260527T090000Z",
    "EXRULE:FREQ=MONTHLY",
]
SEEN = [
    "SUMMARY:a",
    "LOCATION:a",
    "DESCRIPTION:a",
    "URL:https://a.example",
    "CONFERENCE;VALUE=URI:https://a.example",
    "CATEGORIES:a",
    "COLOR:red",
    "GEO:1;2",
    "ORGANIZER:mailto:a@b.example",
    "STATUS:CONFIRMED",
    "TRANSP:OPAQUE",
    "CLASS:PUBLIC",
    "SEQUENCE:1",
    "LAST-MODIFIED:20260101T000000Z",
    "X-MICROSOFT-CDO-BUSYSTATUS:BUSY",
]
HEAVY = [
    "ATTENDEE:mailto:a@b.example",
    "ATTACH:https://a.example",
    "IMAGE;VALUE=URI:https://a.example/b.png",
    "X-ALT-DESC;FMTTYPE=text/html:a",
    "STYLED-DESCRIPTION:a",
]
UNSEEN = [
    "COMMENT:a",
    "CONTACT:a",
    "RESOURCES:a",
    "RELATED-TO:a",
    "PRIORITY:1",
    "CREATED:20260101T000000Z",
    "X-ANY:a",
    "X-APPLE-STRUCTURED-LOCATION:a",
    "REQUEST-STATUS:2.0;a",
]


@pytest.mark.parametrize("count", [0, 1, 2])
def test_of_what_phones_show_and_of_times_nothing_goes_before_descriptions(count: int) -> None:
    slot = "RECURRENCE-ID:20260601T090000Z"
    moved = vevent(slot, "DTSTART:20260601T110000Z", "DURATION:PT1H", *SEEN, *HEAVY, *UNSEEN)
    source = vcalendar(vevent(*TIMES, *SEEN, *HEAVY, *UNSEEN), moved)
    kept = Policy(keep_attendees=True, keep_html=True, series=SeriesMode.KEEP)
    whole = unfolded(cleaned(source, policy=kept).body)
    smaller = [*UNSEEN, *HEAVY][: (0, len(UNSEEN), len(UNSEEN) + len(HEAVY))[count]]
    left = sorted(line for line in whole if line not in smaller)
    size = sum(len(line.encode()) + 2 + 3 * (len(line) > 75) for line in left)
    assert {*SEEN, *TIMES, slot, "DURATION:PT1H"} <= {*left}
    body = cleaned(source, policy=kept._replace(budget=Budget(size=size))).body
    assert sorted(unfolded(body)) == left


def test_what_is_not_there_is_no_cut() -> None:
    source = weekly("DESCRIPTION:" + PHRASE)
    assert within(source, size_of(source) // 2).report.cuts == (
        "shortened descriptions to 500 characters: 56 events",
        "shortened descriptions to 100 characters: 56 events",
    )


def test_what_is_shortened_ends_at_a_word_and_says_so() -> None:
    source = weekly("DESCRIPTION:one\\, two\\n" + PHRASE)
    result = within(source, size_of(source) * 2 // 3)
    text = events(result.body)[0].value("DESCRIPTION")
    assert text.startswith("one\\, two\\nword")
    assert text.endswith("word…")
    assert 490 < len(text) < 510


def test_at_last_events_go_too() -> None:
    source = weekly("DESCRIPTION:" + PHRASE)
    result = within(source, 3_000)
    assert result.report.cuts == (
        "shortened descriptions to 500 characters: 32 events",
        "shortened descriptions to 100 characters: 32 events",
        "left out descriptions: 32 events",
        "left out the past and shortened the future to 31 weeks: 24 events fewer",
    )


def test_both_bounds_are_kept() -> None:
    source = weekly("DESCRIPTION:" + PHRASE)
    result = within(source, 15_000, 30)
    assert result.report.events_out <= 30
    assert len(result.body) <= 15_000
    assert "DESCRIPTION" in names(result)


def test_what_can_not_be_smaller_is_published_and_said_so() -> None:
    result = within(weekly("SUMMARY:x"), 100)
    *_, last = result.report.cuts
    assert last == f"still {len(result.body):,} bytes, and the budget is 100: raise it, or drop more by rules"


def test_alarms_stay_as_they_are() -> None:
    source = weekly("DESCRIPTION:" + PHRASE, "X-ANY:x")
    alarms = Alarms(timed=(timedelta(minutes=15),))
    body = within(source, 15_000, add_alarms=alarms).body
    lines = unfolded(body)
    assert "DESCRIPTION:Reminder" in lines
    assert lines.count("BEGIN:VALARM") == 52  # not the past


def test_a_zone_that_only_what_went_named_goes_too() -> None:
    source = weekly("X-WHEN;TZID=Asia/Tokyo:20260101T000000")
    assert b"Asia/Tokyo" in cleaned(source).body
    assert b"Asia/Tokyo" not in within(source, size_of(source) - 1).body


def test_stamps_follow_what_is_left() -> None:
    policy = Policy(budget=Budget(size=15_000))
    first = cleaned(weekly("DESCRIPTION:" + PHRASE), policy=policy)
    later = weekly("DESCRIPTION:" + PHRASE + "more").replace(b"DTSTAMP:20260101", b"DTSTAMP:20260301")
    again = cleaned(later, policy=policy, previous=first.body)
    assert again.body == first.body


# ── the ladder by itself ──────────────────────────────────────────────────────────────────────────


YEARS = (1040, 520, 260, 156, 104, 78)


class Weight:
    """A file of so many events and bytes."""

    def __init__(self, count: int, size: int) -> None:
        self.size, self.events = size, [None] * count


@pytest.mark.parametrize(
    ("back", "ahead", "backs", "aheads"),
    [
        (Span(days=28), Span(days=28), [3, 2, 1, 0], [3, 2, 1]),
        (Span(months=1), Span(months=2), [3, 2, 1, 0], [7, 6, 5, 4, 3, 2, 1]),
        (Span(days=8), Span(days=7), [1, 0], []),
        (Span(), Span(months=1), [], [3, 2, 1]),
        (Span(), Span(days=3), [], []),
        (None, Span(days=400), [*YEARS, *range(52, -1, -1)], [*range(52, 0, -1)]),
        (Span(), None, [], [*YEARS, *range(52, 0, -1)]),
    ],
)
def test_windows_grow_narrower_on_one_side_and_then_on_the_other(
    back: Span | None, ahead: Span | None, backs: list[int], aheads: list[int]
) -> None:
    window = WindowPolicy(back, ahead, Snap.DAY)
    found = [*narrower(window)]
    assert all(one.snap is Snap.DAY for one in found)
    assert [one.back.days // 7 for one in found if one.ahead == ahead and one.back] == backs
    last = Span(days=7 * backs[-1]) if backs else back
    assert [one.ahead.days // 7 for one in found if one.ahead != ahead and one.ahead and one.back == last] == aheads
    assert len(found) == len(backs) + len(aheads)


def test_the_first_rung_that_fits_is_found_whichever_it_is() -> None:
    window = WindowPolicy()
    rungs = [window, *narrower(window)]
    for fitting in range(len(rungs)):
        asked = list[WindowPolicy]()

        def make(one: WindowPolicy, _: object, fitting: int = fitting, asked: list[WindowPolicy] = asked) -> Any:
            asked.append(one)
            at = rungs.index(one)
            return Weight(100 - at, 1000 - at) if at < fitting else Weight(5, 10)

        file, _ = fitted(Budget(size=10, events=5), window, make)
        assert file.size == 10
        assert rungs[fitting] in asked
        assert len(asked) < 40


def test_a_report_without_a_budget_has_no_cuts() -> None:
    assert Report().cuts == ()
