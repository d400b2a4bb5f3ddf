"""What a refresh would make of a feed, with the real core and a fetcher that answers from memory."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest

from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from calsieve.errors import SecretError, UpstreamUnavailable
from calsieve.models import (
    ChangeKind,
    Feed,
    Fetched,
    Guard,
    NotModified,
    Policy,
    Secret,
    Source,
    SourcePolicy,
    Validators,
    WindowPolicy,
)
from calsieve.rehearsal import Came, Rehearsal, differences, fetched, in_its_zone, rehearse, screened, unscreened
from calsieve.rules import Action, Field, Operator, Rule, Where
from calsieve.state import FeedState, SourceState, decode, source_state
from calsieve.wiring import Target
from tests.core.kit import NOW, vcalendar, vevent

GUARD = Guard()
PLAIN = Policy(timezone="Europe/Berlin")
HTML = Fetched(body=b"<html>")
Answer = Fetched | NotModified | Exception


class Fetcher:
    def __init__(self, **answers: Answer) -> None:
        self.answers = answers

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        assert not validators
        answer = self.answers[source.name]
        if isinstance(answer, Exception):
            raise answer
        return answer


def event(uid: str, day: str = "20260521", *more: str) -> str:
    return vevent(f"UID:{uid}", f"DTSTART:{day}T100000Z", f"SUMMARY:{uid}", *more)


def body(*events: str) -> Fetched:
    return Fetched(body=vcalendar(*events))


def source(name: str) -> Source:
    return Source(name=name, url=Secret("literal", f"https://{name}.example/secret.ics"))


def came(known: Mapping[str, SourceState] | None = None, policy: Policy = PLAIN, **answers: Answer) -> list[Came]:
    return expected(FeedState(sources=known) if known else None, policy=policy, **answers)


def expected(
    known: FeedState | None, now: datetime = NOW, guard: Guard | None = GUARD, policy: Policy = PLAIN, **answers: Answer
) -> list[Came]:
    feed = Feed(name="team", sources=tuple(map(source, answers)), policy=policy, guard=guard)
    return fetched(feed, Fetcher(**answers), known, screened(policy, now), now)


def rehearsed(policy: Policy = PLAIN, published: bytes | None = None, **answers: Answer) -> Rehearsal:
    return rehearse(came(None, policy, **answers), policy, NOW, published)


def last_good(*events: str) -> SourceState:
    return source_state(source("work"), body(*events), NOW - timedelta(days=1))


# ── what came ──


def test_what_comes_is_read_as_a_refresh_reads_it() -> None:
    (work,) = came(work=body(event("a"), event("old", "20200101")))
    assert (work.problem, work.since, len(work.body) > 100) == ("", "", True)
    assert work.calendar
    assert (work.calendar.events_in, len(work.calendar.events)) == (2, 1)


def test_unscreened_nothing_is_let_go() -> None:
    feed = Feed(name="team", sources=(source("work"),), policy=PLAIN)
    (work,) = fetched(
        feed, Fetcher(work=body(event("old", "18000101"), event("far", "99990101"))), None, unscreened(NOW), NOW
    )
    assert work.calendar
    assert len(work.calendar.events) == 2


@pytest.mark.parametrize(
    ("answer", "problem"),
    [
        (UpstreamUnavailable("work", "it does not answer"), "it does not answer"),
        (SecretError("env:X is not set"), "env:X is not set"),
        (HTML, "this is a web page, not a calendar; a login page is the usual cause"),
        (NotModified(), "it answered 'not modified' to an unconditional request"),
    ],
)
def test_what_fails_says_why_and_its_last_good_body_stands_in(answer: Answer, problem: str) -> None:
    assert came(work=answer) == [Came(name="work", problem=problem)]
    (work,) = came({"work": last_good(event("a"))}, work=answer)
    assert (work.problem, work.since, work.body) == (problem, "2026-05-19T12:00:00+00:00", vcalendar(event("a")))
    assert work.calendar


MANY = [event(f"e{n}") for n in range(20)]
HELD = ": held back, the last good state stays until it is seen again later, or until 21 May 2026 12:00 UTC"


@pytest.mark.parametrize(
    ("rest", "words"),
    [([], "it came back empty"), (MANY[:7], "13 of 20 coming events are gone at once")],
    ids=["empty", "a part"],
)
def test_that_the_guard_would_hold_back_is_foretold(rest: list[str], words: str) -> None:
    (work,) = came({"work": last_good(*MANY)}, work=body(*rest))
    assert (work.problem, work.note) == (words + HELD, "")
    assert (work.body, work.since) == (last_good(*MANY).body, "2026-05-19T12:00:00+00:00")


@pytest.mark.parametrize("rest", [[], MANY[:7]], ids=["empty", "a part"])
def test_it_is_what_a_refresh_says_of_it_now_and_later(rest: list[str]) -> None:
    answers = {"work": body(*MANY)}
    feed = Feed(name="team", sources=(source("work"),), policy=PLAIN)
    fetcher = _Conditional(**answers)
    target = Target(fetcher, fetcher, MemoryPublisher(), MemoryStateStore())
    target.refresh(feed, NOW)
    for later in (timedelta(minutes=5), timedelta(minutes=30), timedelta(hours=3)):
        stored = target.state.load("feeds/team")
        assert stored
        (work,) = expected(decode(stored.body), NOW + later, work=body(*rest))
        fetcher.answers["work"] = body(*rest)
        outcome = target.refresh(feed, NOW + later)
        said = [*outcome.problems, *outcome.notes]
        assert said == [f"work: {work.problem or work.note}"]
        assert bool(work.note) == (later == timedelta(hours=3))


def test_it_is_what_a_refresh_says_of_it_when_the_clock_went_back() -> None:
    coming = [event(f"e{n}", "20260525") for n in range(20)]
    answers = {"work": body(event("soon", "20260521"), *coming)}
    feed = Feed(name="team", sources=(source("work"),), policy=PLAIN)
    fetcher = _Conditional(**answers)
    target = Target(fetcher, fetcher, MemoryPublisher(), MemoryStateStore())
    target.refresh(feed, NOW)
    fetcher.answers["work"] = body(*coming[:7])
    target.refresh(feed, NOW + timedelta(hours=23))  # the first one is over by then
    stored = target.state.load("feeds/team")
    assert stored
    (work,) = expected(decode(stored.body), NOW, work=body(*coming[:7]))
    assert target.refresh(feed, NOW).problems == (f"work: {work.problem}",)


def test_without_a_guard_everything_is_believed() -> None:
    for rest in ([], MANY[:7]):
        (work,) = expected(FeedState(sources={"work": last_good(*MANY)}), guard=None, work=body(*rest))
        assert (work.problem, work.note, work.body) == ("", "", body(*rest).body)


def test_another_address_may_have_other_events() -> None:
    elsewhere = replace(last_good(*MANY), origin="another")
    (work,) = came({"work": elsewhere}, work=body(*MANY[:7]))
    assert work.problem == ""


def test_what_was_empty_may_be_so() -> None:
    (work,) = came({"work": last_good()}, work=body())
    assert (work.problem, work.since) == ("", "")


def test_a_last_good_body_that_can_not_be_read_does_not_stand_in() -> None:
    damaged = source_state(source("work"), HTML, NOW)
    assert came({"work": damaged}, work=NotModified())[0].calendar is None


# ── what would be published ──


def test_it_is_what_a_refresh_publishes() -> None:
    answers = {"work": body(event("a"), event("b", "20200101")), "home": body(event("c"))}
    feed = Feed(name="team", sources=tuple(map(source, answers)), policy=PLAIN)
    publisher, fetcher = MemoryPublisher(), _Conditional(**answers)
    target = Target(fetcher, fetcher, publisher, MemoryStateStore())
    target.refresh(feed, NOW)
    assert rehearsed(**answers).cleaned.body == publisher.files[target.path("team", NOW)]


class _Conditional(Fetcher):
    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        return super().fetch(source, Validators())


def test_each_source_has_a_report_of_its_own_in_the_feeds_zone() -> None:
    zoned = "X-WR-TIMEZONE:Asia/Tokyo"
    found = rehearsed(Policy(), work=Fetched(body=vcalendar(zoned, event("a"), event("b"))), home=body(event("c")))
    assert {name: report.events_out for name, report in found.reports.items()} == {"work": 2, "home": 1}
    assert {report.timezone for report in found.reports.values()} == {"Asia/Tokyo"}
    assert (found.policy.timezone, found.cleaned.report.timezone) == ("Asia/Tokyo", "Asia/Tokyo")


def test_a_zone_that_is_said_stays() -> None:
    assert in_its_zone(PLAIN, []).timezone == "Europe/Berlin"


def test_what_failed_has_no_report_and_does_not_stop_the_others() -> None:
    found = rehearsed(work=HTML, home=body(event("c")))
    assert [*found.reports] == ["home"]
    assert b"UID:c" in found.cleaned.body


def test_rules_are_counted_with_examples_and_those_that_do_nothing_too() -> None:
    def rule(name: str, action: Action, word: str, **more: bool) -> Rule:
        return Rule(name, action, Where(Field.SUMMARY, Operator.EQUALS, (word,)), **more)

    own = SourcePolicy(rules=(rule("own", Action.DROP, "b"),))
    both = (rule("twice", Action.EDIT, "a", goes_on=True), rule("twice", Action.KEEP, "a"))
    policy = PLAIN._replace(rules=(*both, rule("idle", Action.DROP, "z")), sources=(("work", own),))
    found = rehearsed(policy, work=body(event("a"), event("b")))
    assert [(r.name, r.source, r.actions, r.count, r.examples) for r in found.rules] == [
        ("own", "work", ("drop",), 1, ("b",)),
        ("twice", "", ("edit", "keep"), 2, ("a",)),
        ("idle", "", ("drop",), 0, ()),
    ]


def test_what_comes_next_begins_now_and_ends_with_the_window() -> None:
    found = rehearsed(
        work=body(
            event("past", "20260519"),
            event("next", "20260521"),
            vevent("UID:e", "DTSTART:20260522", "RRULE:FREQ=DAILY"),
        )
    )
    assert [one.uid for one in found.coming][:2] == ["next", "e"]
    assert max(one.start for one in found.coming) < datetime(2027, 5, 24, tzinfo=UTC)


def test_a_window_without_an_end_is_looked_at_for_five_years() -> None:
    policy = PLAIN._replace(window=WindowPolicy(None, None))
    yearly = rehearsed(policy, work=body(vevent("UID:e", "DTSTART:20200601T100000Z", "RRULE:FREQ=YEARLY")))
    assert len(yearly.coming) == 5
    assert differences(yearly.cleaned.body, yearly, NOW) == ()


def test_the_published_stamps_count() -> None:
    published = rehearsed(work=body(event("a"))).cleaned.body
    again = rehearsed(
        published=published, work=Fetched(body=vcalendar(event("a")).replace(b"DTSTAMP:2026", b"DTSTAMP:2025"))
    )
    assert again.cleaned.body == published


def test_findings_are_those_of_what_would_be_published() -> None:
    huge = event("a", "20260521", f"DESCRIPTION:{'x' * 1_500_000}")
    assert {finding.rule for finding in rehearsed(work=body(huge)).findings}
    assert rehearsed(work=body(event("a"))).findings == ()


def test_differences_are_told_over_the_whole_window_by_meaning() -> None:
    published = rehearsed(work=body(event("a"), event("b", "20270101"), event("c", "20260425"))).cleaned.body
    moved = vevent("UID:a", "DTSTART:20260521T110000Z", "SUMMARY:a")
    after = rehearsed(work=body(moved, event("d", "20270101")))
    found = [(change.kind, change.shown.uid) for change in differences(published, after, NOW)]
    assert found == [
        (ChangeKind.CANCELLED, "c"),
        (ChangeKind.MOVED, "a"),
        (ChangeKind.CANCELLED, "b"),
        (ChangeKind.APPEARED, "d"),
    ]
