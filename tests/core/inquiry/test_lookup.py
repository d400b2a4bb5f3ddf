"""Which events somebody means."""

from __future__ import annotations

from datetime import date

import pytest

from calsieve.core.inquiry.lookup import Match, happening, lookup
from calsieve.models import Policy, Show, UidMode
from tests.core.inquiry.kit import read
from tests.core.kit import NOW, cleaned, events, vcalendar, vevent

DAY = "DTSTART:20260521T100000Z"
ONE = vcalendar(
    vevent("UID:a", DAY, "SUMMARY:Lunch\\, long"),
    vevent("UID:a-b", "DTSTART:20260522T100000Z", "RRULE:FREQ=WEEKLY", "SUMMARY:Weekly"),
    vevent("UID:a-b", "RECURRENCE-ID:20260529T100000Z", "DTSTART:20260530T100000Z", "SUMMARY:Moved"),
    vevent("UID:", DAY, "SUMMARY:Without"),
    vevent("UID:", DAY, "SUMMARY:Without either"),
)
TWO = vcalendar(vevent("UID:a", DAY, "SUMMARY:Late lunch"))
PLAIN = Policy(timezone="Europe/Berlin")
CONTENT = PLAIN._replace(uid=UidMode.CONTENT)


def found(wanted: str, policy: Policy = PLAIN) -> list[Match]:
    return lookup([read("one", ONE), read("two", TWO)], policy, NOW, wanted)


def named(wanted: str, policy: Policy = PLAIN) -> list[tuple[str, str]]:
    return [(match.calendar.name, match.title) for match in found(wanted, policy)]


def test_a_uid_means_all_that_sources_have_under_it() -> None:
    assert named("a") == [("one", "Lunch, long"), ("two", "Late lunch")]
    (series,) = found("a-b")
    assert (series.title, len(series.group), series.begins) == ("Weekly", 2, "20260522T100000Z")


@pytest.mark.parametrize("made", ["a-two", "a-20260521T100000Z"])
def test_a_uid_that_is_made_from_another_means_that_one(made: str) -> None:
    assert named(made) == [("one", "Lunch, long"), ("two", "Late lunch")]


def test_of_several_that_it_may_be_made_from_the_longest_is_meant() -> None:
    assert named("a-b-20260522T100000Z") == [("one", "Weekly")]


@pytest.mark.parametrize("policy", [PLAIN, CONTENT])
def test_a_uid_that_is_made_from_content_is_found_by_it(policy: Policy) -> None:
    published = {event.value("SUMMARY"): event.value("UID") for event in events(cleaned(ONE, policy=policy).body)}
    uid = published["Without"]
    assert uid.endswith("@calsieve")
    assert named(uid, policy) == named(f"{uid}-20260521T100000Z", policy) == [("one", "Without")]


def test_a_uid_of_a_view_that_tells_nothing_else_is_found() -> None:
    busy = PLAIN._replace(show=Show.BUSY)
    uid = next(each.value("UID") for each in events(cleaned(TWO, policy=busy).body))
    assert uid.startswith("busy-")
    assert ("two", "Late lunch") in named(uid, busy)
    assert named(uid) == []


def test_a_uid_of_ours_that_nothing_has_means_nothing() -> None:
    assert found("0" * 32 + "@calsieve") == []


def test_a_uid_that_is_folded_is_found() -> None:
    policy, long = Policy(timezone="UTC"), "0" * 32 + "@calsieve-" + "x" * 80
    body = vcalendar(vevent(f"UID:{long}", DAY, "SUMMARY:Long"))
    assert [match.title for match in lookup([read("one", body)], policy, NOW, f"{long}")] == ["Long"]


def test_words_mean_all_that_have_them_in_their_title_whatever_the_case() -> None:
    assert named("LUNCH") == [("one", "Lunch, long"), ("two", "Late lunch")]
    assert named("moved") == []
    assert named("nothing") == []


def test_of_many_those_of_a_day_can_be_chosen() -> None:
    matches = [*found("weekly"), *found("lunch")]
    chosen = {
        day: [match.title for match in happening(matches, PLAIN, NOW, date(2026, 5, day))] for day in (21, 22, 30)
    }
    assert chosen == {21: ["Lunch, long", "Late lunch"], 22: ["Weekly"], 30: ["Weekly"]}


def test_a_day_is_that_of_the_feeds_zone_and_may_lie_outside_of_the_window() -> None:
    body = vcalendar(vevent("DTSTART:20190521T223000Z", "SUMMARY:Long ago"))
    matches = lookup([read("one", body)], PLAIN, NOW, "ago")
    assert happening(matches, PLAIN, NOW, date(2019, 5, 22)) == matches
    assert happening(matches, PLAIN, NOW, date(2019, 5, 21)) == []
