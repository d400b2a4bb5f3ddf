"""What an earlier source has too is published once, however the two call it."""

from __future__ import annotations

import pytest

from calsieve.models import Duplicates, Policy, SeriesMode, SourcePolicy
from calsieve.rules import Change, Edit
from tests.core.kit import cleaned, unfolded, vcalendar, vevent
from tests.published import assert_published

DROP = Policy(duplicates=Duplicates.DROP)
DAY, END = "DTSTART:20260521T090000Z", "DTEND:20260521T100000Z"
LUNCH = (DAY, END, "SUMMARY:Team lunch")
WEEKLY = ("DTSTART;TZID=Europe/Berlin:20260518T090000", "DURATION:PT1H", "SUMMARY:Standup")


def one(*lines: str) -> bytes:
    return vcalendar(vevent("UID:one", *lines))


def two(*lines: str) -> bytes:
    return vcalendar(vevent("UID:two", *lines))


def uids(*sources: bytes, policy: Policy = DROP) -> list[str]:
    """Return the UIDs that are published, and see that the rest is counted."""
    result = cleaned(*sources, policy=policy)
    assert_published(result.body)
    whole = cleaned(*sources, policy=policy._replace(duplicates=Duplicates.KEEP))
    assert whole.report.duplicates == 0
    found = [line[4:] for line in unfolded(result.body) if line.startswith("UID:")]
    assert result.report.duplicates == whole.report.series_out - len(set(found))
    return found


def test_the_source_that_is_listed_first_wins() -> None:
    assert uids(one(*LUNCH), two(*LUNCH)) == ["one"]
    assert uids(two(*LUNCH), one(*LUNCH)) == ["two"]


def test_they_are_kept_unless_they_are_to_be_dropped() -> None:
    assert uids(one(*LUNCH), two(*LUNCH), policy=Policy()) == ["one", "two"]


@pytest.mark.parametrize(
    "lines",
    [
        (DAY, END, "SUMMARY:  team\\n LUNCH "),
        (DAY, END, "SUMMARY:ＴＥＡＭ lunch"),
        (DAY, "DURATION:PT1H", "SUMMARY:Team lunch"),
        ("DTSTART;TZID=Europe/Berlin:20260521T110000", "DURATION:PT1H", "SUMMARY:Team lunch"),
        (*LUNCH, "LOCATION:elsewhere", "DESCRIPTION:x", "STATUS:TENTATIVE", "TRANSP:TRANSPARENT"),
    ],
)
def test_what_says_the_same_otherwise_is_the_same(lines: tuple[str, ...]) -> None:
    assert uids(one(*LUNCH), two(*lines)) == ["one"]


@pytest.mark.parametrize(
    "lines",
    [
        (DAY, END, "SUMMARY:Team lunch 2"),
        (DAY, "DTEND:20260521T103000Z", "SUMMARY:Team lunch"),
        ("DTSTART:20260521T093000Z", END, "SUMMARY:Team lunch"),
        (*LUNCH, "STATUS:CANCELLED"),
        (*LUNCH, "RRULE:FREQ=DAILY;COUNT=2"),
        ("DTSTART;VALUE=DATE:20260521", "SUMMARY:Team lunch"),
    ],
)
def test_what_is_at_another_time_or_called_otherwise_is_another(lines: tuple[str, ...]) -> None:
    assert uids(one(*LUNCH), two(*lines)) != ["one"]


def test_a_day_is_not_the_hours_of_it() -> None:
    hours = ("DTSTART:20260521T000000Z", "DTEND:20260522T000000Z", "SUMMARY:Fair")
    assert len(uids(one("DTSTART;VALUE=DATE:20260521", "SUMMARY:Fair"), two(*hours))) == 2


def test_a_title_that_says_nothing_is_like_no_other() -> None:
    assert uids(one(DAY, END), two(DAY, END)) == ["one", "two"]
    assert uids(one(DAY, END, "LOCATION:here"), one(DAY, END, "LOCATION:there")) == ["one"]


def test_one_source_may_say_the_same_twice() -> None:
    twice = vcalendar(vevent("UID:one", *LUNCH), vevent("UID:again", *LUNCH))
    assert uids(twice) == ["again", "one"]
    assert uids(twice, vcalendar(vevent("UID:two", *LUNCH), vevent("UID:three", *LUNCH))) == ["again", "one"]


def test_the_third_source_is_compared_with_both() -> None:
    other = (DAY, END, "SUMMARY:Dentist")
    third = vcalendar(vevent("UID:c", *LUNCH), vevent("UID:d", *other))
    assert uids(one(*LUNCH), two(*other), third) == ["one", "two"]


def test_a_prefix_for_each_source_hides_nothing() -> None:
    prefixed = SourcePolicy(edits=(Edit(Change.TEMPLATE, "SUMMARY", "{source}: {summary}"),))
    own = [(name, prefixed) for name in ("one", "two")]
    assert uids(one(*LUNCH), two(*LUNCH), policy=DROP._replace(sources=tuple(own))) == ["one"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("FREQ=WEEKLY", "FREQ=WEEKLY;BYDAY=MO;WKST=SU"),
        ("FREQ=WEEKLY;BYDAY=MO,WE", "BYDAY=WE,MO;INTERVAL=1;WKST=SU;FREQ=WEEKLY"),
        ("FREQ=WEEKLY;INTERVAL=2", "FREQ=WEEKLY;INTERVAL=2;BYDAY=MO;WKST=SU"),
        ("FREQ=WEEKLY;UNTIL=20260601", "FREQ=WEEKLY;UNTIL=20260531T220000Z"),
    ],
)
def test_rules_that_say_the_same_are_the_same(first: str, second: str) -> None:
    assert uids(one(*WEEKLY, f"RRULE:{first}"), two(*WEEKLY, f"RRULE:{second}")) == ["one"]


@pytest.mark.parametrize(
    ("first", "second"),
    [
        (("RRULE:FREQ=WEEKLY",), ("RRULE:FREQ=WEEKLY;COUNT=9",)),
        (("RRULE:FREQ=WEEKLY",), ("RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20260525T090000")),
        (("RRULE:FREQ=WEEKLY",), ("RRULE:FREQ=WEEKLY", "RDATE;TZID=Europe/Berlin:20260526T090000")),
        (("RRULE:FREQ=WEEKLY",), ("RRULE:FREQ=WEEKLY", "EXRULE:FREQ=MONTHLY")),
        (("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU",), ("RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU",)),
        (("RRULE:FREQ=MONTHLY;BYDAY=MO",), ("RRULE:FREQ=MONTHLY",)),
    ],
)
def test_rules_that_say_something_else_are_others(first: tuple[str, ...], second: tuple[str, ...]) -> None:
    assert uids(one(*WEEKLY, *first), two(*WEEKLY, *second)) == ["one", "two"]


def test_a_series_begun_in_another_year_is_the_same_in_the_window() -> None:
    earlier = ("DTSTART;TZID=Europe/Berlin:20240101T090000", *WEEKLY[1:])
    assert uids(one(*WEEKLY, "RRULE:FREQ=WEEKLY"), two(*WEEKLY, "RRULE:FREQ=WEEKLY")) == ["one"]
    third = ("DTSTART;TZID=Europe/Berlin:20230102T090000", *WEEKLY[1:], "RRULE:FREQ=WEEKLY")
    assert uids(one(*earlier, "RRULE:FREQ=WEEKLY"), two(*third)) == ["one"]


def override(uid: str, start: str, summary: str = "Standup") -> str:
    slot = "RECURRENCE-ID;TZID=Europe/Berlin:20260525T090000"
    return vevent(f"UID:{uid}", slot, f"DTSTART;TZID=Europe/Berlin:{start}", "DURATION:PT1H", f"SUMMARY:{summary}")


@pytest.mark.parametrize(
    ("start", "summary", "same"),
    [
        ("20260525T110000", "standup", True),
        ("20260525T113000", "Standup", False),
        ("20260525T110000", "Standup with cake", False),
    ],
)
def test_overrides_count(start: str, summary: str, same: bool) -> None:
    master = (*WEEKLY, "RRULE:FREQ=WEEKLY")
    first = vcalendar(vevent("UID:one", *master), override("one", "20260525T110000"))
    second = vcalendar(vevent("UID:two", *master), override("two", start, summary))
    assert set(uids(first, second)) == ({"one"} if same else {"one", "two"})
    assert set(uids(first, two(*master))) == {"one", "two"}


def test_expanded_series_are_compared_one_occurrence_at_a_time() -> None:
    daily = (*LUNCH, "RRULE:FREQ=DAILY;COUNT=3")
    expand = DROP._replace(series=SeriesMode.EXPAND)
    found = uids(one(*LUNCH), two(*daily), policy=expand)
    assert found == ["one", "two-20260522T090000Z", "two-20260523T090000Z"]


def test_what_the_window_does_not_show_is_not_counted() -> None:
    past = ("DTSTART:20200521T090000Z", "SUMMARY:long ago")
    for screened in (True, False):
        assert cleaned(one(*past), two(*past), policy=DROP, screened=screened).report.duplicates == 0
