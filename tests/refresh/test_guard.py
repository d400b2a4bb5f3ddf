"""What is held back of sources that lost much at once, and when it is believed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.models import (
    Budget,
    Cleaned,
    Fetched,
    Guard,
    NotModified,
    Outcome,
    Policy,
    Secret,
    Snap,
    Span,
    Status,
    View,
    WindowPolicy,
)
from calsieve.refresh import guard as guards
from calsieve.refresh import outgoing
from calsieve.refresh.guard import EMPTIED, Loss, judged
from calsieve.state import Held, decode
from tests.refresh.kit import HOME, HTML, NOW, STATE, WORK, World, calendar, down, fetched, team

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = timedelta(minutes=15)
MANY = [f"Event {number}" for number in range(30)]
FEW = MANY[:10]  # a third
EMPTY = fetched()
CUT_OFF = Fetched(body=calendar(*MANY)[:-300])


@pytest.fixture
def one() -> World:
    """A feed of one source with thirty events, published once."""
    world = World(team(WORK), work=fetched(*MANY))
    assert world.run().status is Status.PUBLISHED
    return world


def held(world: World) -> Held | None:
    state = decode(world.state.files[STATE])
    assert state is not None
    return state.held.get(WORK)


def assert_held_back(world: World, outcome: Outcome, words: str) -> None:
    assert outcome.status is Status.FAILED
    (problem,) = outcome.problems
    assert problem.startswith(f"work: {words}")
    assert "held back, the last good state stays until" in problem
    assert world.titles == {*MANY}
    assert outcome.notes == ()


LOSSES = [
    pytest.param(fetched(*FEW), "20 of 30 coming events are gone at once", id="sudden loss"),
    pytest.param(EMPTY, "it came back empty", id="empty shell"),
    pytest.param(CUT_OFF, "it breaks off before END:VCALENDAR", id="truncated"),
]


@pytest.mark.parametrize(("answer", "words"), LOSSES)
def test_a_loss_is_held_back_until_the_time_limit(one: World, answer: Fetched, words: str) -> None:
    outcome = one.run(work=answer, now=NOW + HOUR)
    assert_held_back(one, outcome, words)
    lasts = answer is not CUT_OFF
    again = "it is seen again later, or until " if lasts else ""
    assert outcome.problems[0].endswith(f" stays until {again}14 May 2026 13:00 UTC")
    outcome = one.run(now=NOW + HOUR + DAY)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    so = "that has been so" if lasts else "nothing better has come"
    assert outcome.notes == (f"work: {words}: believed, as {so} since 13 May 2026 13:00 UTC",)
    assert held(one) is None
    assert one.run(now=NOW + 2 * DAY).notes == ()


@pytest.mark.parametrize(("answer", "words"), LOSSES[:2])
def test_a_loss_is_believed_when_it_is_seen_again_after_more_than_an_hour(
    one: World, answer: Fetched, words: str
) -> None:
    for minutes in (0, 15, 30, 45, 60):
        assert_held_back(one, one.run(work=answer, now=NOW + timedelta(minutes=minutes)), words)
    outcome = one.run(now=NOW + timedelta(minutes=75))
    assert outcome.status is Status.PUBLISHED
    assert "believed, as that has been so since 13 May 2026 12:00 UTC" in outcome.notes[0]


def test_what_breaks_off_is_not_believed_for_breaking_off_again(one: World) -> None:
    one.run(work=CUT_OFF)
    assert_held_back(one, one.run(now=NOW + DAY - SOON), "it breaks off")
    assert one.run(now=NOW + DAY).status is Status.PUBLISHED


def test_a_source_that_never_ended_properly_may_go_on_so() -> None:
    world = World(team(WORK), work=CUT_OFF)
    assert world.run().status is Status.PUBLISHED
    assert world.run(work=Fetched(body=CUT_OFF.body[:-200])).problems == ()


def test_in_a_feed_that_is_refreshed_rarely_the_second_refresh_after_believes() -> None:
    every = timedelta(hours=6)
    world = World(team(WORK, refresh_every=every), work=fetched(*MANY))
    world.run(now=NOW - every)
    assert_held_back(world, world.run(work=fetched(*FEW)), "20 of 30")
    assert_held_back(world, world.run(now=NOW + every), "20 of 30")
    assert world.run(now=NOW + 2 * every).status is Status.PUBLISHED


def test_another_loss_has_to_be_seen_again_itself_but_not_for_longer_than_the_limit(one: World) -> None:
    one.run(work=fetched(*FEW))
    assert_held_back(one, one.run(work=fetched(*FEW[1:]), now=NOW + 2 * HOUR), "21 of 30")
    assert_held_back(one, one.run(work=fetched(*FEW[2:]), now=NOW + 23 * HOUR), "22 of 30")
    outcome = one.run(work=fetched(*FEW[3:]), now=NOW + 24 * HOUR)
    assert outcome.status is Status.PUBLISHED
    assert outcome.notes[0].endswith("believed, as nothing better has come since 13 May 2026 12:00 UTC")


def test_what_is_believed_says_since_when_just_that_was_seen(one: World) -> None:
    one.run(work=CUT_OFF)
    one.run(work=fetched(*FEW), now=NOW + HOUR)
    outcome = one.run(now=NOW + 3 * HOUR)
    assert outcome.notes[0].endswith("believed, as that has been so since 13 May 2026 13:00 UTC")


def test_the_same_loss_is_the_same_whatever_else_changes_and_passes(one: World) -> None:
    one.run(work=fetched(*MANY[:1], *[f"Old {number}" for number in range(9)], day="20260515"))
    body = Fetched(body=calendar(*FEW[:1], "New", day="20260516"))
    first = held(one)
    one.run(work=body, now=NOW + SOON)
    assert held(one) == first
    assert one.run(work=body, now=NOW + 2 * HOUR).status is Status.PUBLISHED


def test_events_that_pass_while_they_are_held_back_change_nothing() -> None:
    soon = calendar(*MANY, day="20260513").replace(b"T100000Z", b"T121000Z").replace(b"T110000Z", b"T122000Z")
    later = calendar(*[f"Later {number}" for number in range(30)])
    both = soon.replace(b"END:VCALENDAR\r\n", later[later.index(b"BEGIN:VEVENT") :])
    world = World(team(WORK), work=Fetched(body=both))
    world.run()
    assert world.run(work=fetched("Later 1")).problems[0].startswith("work: 59 of 60 coming events")
    assert world.run(now=NOW + 2 * HOUR).status is Status.PUBLISHED


@pytest.mark.parametrize("good", [fetched(*MANY), NotModified(), fetched(*MANY[:20])])
def test_a_source_that_recovers_is_as_before_and_the_next_loss_is_a_new_one(
    one: World, good: Fetched | NotModified
) -> None:
    one.run(work=fetched(*FEW))
    assert held(one) is not None
    assert one.run(work=good, now=NOW + SOON).problems == ()
    assert held(one) is None
    assert one.run(work=EMPTY, now=NOW + 2 * HOUR).problems


def test_a_source_that_is_down_meanwhile_gains_no_time(one: World) -> None:
    one.run(work=fetched(*FEW))
    outcome = one.run(work=down(WORK), now=NOW + HOUR)
    assert outcome.problems == ("work: it does not answer",)
    state = decode(one.state.files[STATE])
    assert state is not None
    assert [(failing.since, failing.until) for failing in state.failing] == [(NOW, None)]
    assert one.run(work=HTML, now=NOW + 2 * HOUR).status is Status.FAILED
    assert one.titles == {*MANY}
    assert one.run(work=fetched(*FEW), now=NOW + 3 * HOUR).status is Status.PUBLISHED


def test_a_loss_after_a_failure_is_told_as_what_it_is(one: World) -> None:
    one.run(work=down(WORK))
    one.run(work=EMPTY, now=NOW + HOUR)
    state = decode(one.state.files[STATE])
    assert state is not None
    (failing,) = state.failing
    assert (failing.since, failing.until) == (NOW, NOW + HOUR + DAY)
    assert "it came back empty" in failing.why


def test_holding_back_costs_no_writes(one: World) -> None:
    one.run(work=fetched(*FEW))
    writes = one.writes
    assert one.run(now=NOW + SOON).status is Status.FAILED
    assert one.writes == writes


def test_other_sources_go_on_while_one_is_held_back() -> None:
    world = World(team(WORK, HOME), work=fetched(*MANY), home=fetched("Dinner"))
    world.run()
    outcome = world.run(work=fetched(*FEW), home=fetched("Cinema"), now=NOW + SOON)
    assert outcome.status is Status.PUBLISHED
    assert world.titles == {*MANY, "Cinema"}


@pytest.mark.parametrize(
    "answer",
    [fetched(*MANY[:15]), fetched(*[f"New {number}" for number in range(16)])],
    ids=["just the share", "all other events, and nearly as many"],
)
def test_less_is_believed_at_once(one: World, answer: Fetched) -> None:
    outcome = one.run(work=answer)
    assert (outcome.status, outcome.problems, outcome.notes) == (Status.PUBLISHED, (), ())


def test_of_few_events_all_but_one_may_go() -> None:
    world = World(team(WORK), work=fetched(*FEW))
    world.run()
    assert world.run(work=fetched(FEW[0])).problems == ()


def test_what_is_over_may_go(one: World) -> None:
    assert one.run(work=fetched("Other"), now=NOW + timedelta(days=3)).problems == ()


def test_the_widest_window_counts() -> None:
    near = Policy(title="Near", window=WindowPolicy(ahead=None))
    world = World(team(WORK, views=(View("near", near),)), work=fetched(*MANY, day="20290515"))
    world.run()
    assert world.run(work=fetched("Event 1")).problems


def test_another_address_may_have_other_events_but_not_none(one: World) -> None:
    moved = replace(one.feed.sources[0], url=Secret("literal", "https://elsewhere.example/x.ics"))
    one.feed = replace(one.feed, sources=(moved,))
    assert one.run(work=EMPTY).problems
    assert one.run(work=fetched(*FEW)).problems == ()


@pytest.mark.parametrize("answer", [fetched(*FEW), EMPTY, CUT_OFF])
def test_without_a_guard_everything_is_believed(one: World, answer: Fetched) -> None:
    one.feed = replace(one.feed, guard=None)
    outcome = one.run(work=answer)
    assert (outcome.status, outcome.problems, outcome.notes) == (Status.PUBLISHED, (), ())


def test_the_guard_is_the_feeds_own(one: World) -> None:
    one.feed = replace(one.feed, guard=Guard(loss=80, hold=2 * HOUR))
    assert one.run(work=fetched(*FEW)).problems == ()
    assert one.run(work=EMPTY).problems
    assert one.run(work=fetched("Other"), now=NOW + HOUR).problems == ()


def test_what_is_believed_is_noted(one: World) -> None:
    one.run(work=EMPTY)
    outcome = one.run(now=NOW + DAY)
    assert one.history[-1].notes == outcome.notes != ()


def test_a_clock_that_goes_back_makes_nothing_believed(one: World) -> None:
    one.run(work=fetched(*FEW), now=NOW)
    for back in (HOUR, DAY, 365 * DAY):
        assert one.run(now=NOW - back).problems


def test_when_there_is_nothing_ahead_nothing_is_lost(one: World) -> None:
    past = WindowPolicy(ahead=Span(), snap=Snap.NONE)
    one.feed = team(WORK, window=past)
    assert one.run(work=fetched(*FEW)).problems == ()


# ── what is put together from several calendars ──


def joined(*parts: str, titles: tuple[str, ...] = ("Standup", "Dinner")) -> Fetched:
    return replace(fetched(*titles), parts=parts)


@pytest.fixture
def account() -> World:
    world = World(team(WORK), work=joined("a", "b", "c"))
    world.run()
    return world


def test_a_calendar_that_is_not_listed_any_more_keeps_its_part_for_a_while(account: World) -> None:
    outcome = account.run(work=joined("a", "c", titles=("Standup",)))
    assert outcome.status is Status.FAILED
    assert outcome.problems[0].startswith("work: 1 of its 3 calendars is not listed: held back")
    assert account.titles == {"Standup", "Dinner"}
    assert account.run(now=NOW + 2 * HOUR).status is Status.PUBLISHED
    assert account.titles == {"Standup"}


def test_several_that_are_not_listed_are_told_as_such_and_another_one_is_another_loss(account: World) -> None:
    account.run(work=joined("a", "c", titles=("Standup",)))
    outcome = account.run(work=joined("a", titles=("Standup", "Cinema")), now=NOW + 2 * HOUR)
    assert "2 of its 3 calendars are not listed" in outcome.problems[0]


@pytest.mark.parametrize("parts", [("a", "b", "c", "d"), ("a", "b", "d"), ("d", "e", "f")])
def test_calendars_that_came_or_moved_are_no_loss(account: World, parts: tuple[str, ...]) -> None:
    assert account.run(work=joined(*parts, titles=("Standup",))).problems == ()


def test_what_an_answer_lacks_is_told_and_the_rest_is_published(account: World) -> None:
    answer = replace(joined("a", "b", "c", titles=("Standup", "Cinema")), problems=("3 of 5 items are missing",))
    outcome = account.run(work=answer)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ("work: 3 of 5 items are missing",))
    assert account.titles == {"Standup", "Cinema"}
    outcome = account.run(work=NotModified(("3 of 5 items are missing",)))
    assert (outcome.status, outcome.problems) == (Status.UNCHANGED, ("work: 3 of 5 items are missing",))
    assert [entry.problems for entry in account.history[1:]] == [("work: 3 of 5 items are missing",)]
    assert account.run(work=NotModified()).problems == ()


# ── the decision ──

LOSS = Loss("mark", "much is gone")


@pytest.mark.parametrize(
    ("seen", "since", "every", "believed"),
    [
        (HOUR, HOUR, SOON, False),
        (HOUR + SOON, HOUR + SOON, SOON, True),
        (HOUR + SOON, HOUR + SOON, HOUR, True),
        (6 * HOUR, 6 * HOUR, 6 * HOUR, False),
        (12 * HOUR, 12 * HOUR, 6 * HOUR, True),
        (SOON, 24 * HOUR, SOON, True),
        (-HOUR, -HOUR, SOON, False),
    ],
)
def test_the_decision(seen: timedelta, since: timedelta, every: timedelta, believed: bool) -> None:
    earlier = Held("mark", NOW - seen, NOW - since)
    verdict = judged(LOSS, earlier, Guard(), every, NOW)
    assert (verdict.held is None) is believed


def test_what_is_held_back_first_is_remembered_with_its_time() -> None:
    verdict = judged(EMPTIED, None, Guard(hold=HOUR), HOUR, NOW)
    assert (verdict.held, verdict.until) == (Held("emptied", NOW, NOW), NOW + HOUR)


def test_the_end_may_be_followed_by_a_little() -> None:
    assert guards.is_whole(b"BEGIN:VCALENDAR\nend:vcalendar\n<!-- made in 3 ms -->\n")
    assert not guards.is_whole(b"BEGIN:VCALENDAR\n")


# ── what was made ──


@pytest.fixture
def mistaken(one: World, monkeypatch: pytest.MonkeyPatch) -> World:
    """A world in which composing loses an event and invents another one."""
    real = outgoing.compose

    def wrong(*given: object, **more: object) -> Cleaned:
        cleaned = real(*given, **more)  # type: ignore[arg-type]
        return replace(cleaned, body=cleaned.body.replace(b"DTSTART:20260515", b"DTSTART:20260514", 1))

    monkeypatch.setattr(outgoing, "compose", wrong)
    return one


def test_a_file_that_shows_something_else_than_its_sources_is_not_published(mistaken: World) -> None:
    before = mistaken.file()
    outcome = mistaken.run(work=fetched(*MANY, "New", day="20260515"))
    assert outcome.status is Status.FAILED
    (problem,) = outcome.problems
    assert problem.startswith("team: not published, as read in another way its sources show")
    assert mistaken.file() == before


def test_without_a_guard_files_are_not_compared(mistaken: World) -> None:
    mistaken.feed = replace(mistaken.feed, guard=None)
    assert mistaken.run(work=fetched(*MANY, "New")).status is Status.PUBLISHED


def test_what_is_large_is_not_compared(mistaken: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(guards, "_MOST_COMPARED", 100)
    assert mistaken.run(work=fetched(*MANY, "New")).status is Status.PUBLISHED


def test_what_has_rules_is_not_compared(mistaken: World) -> None:
    mistaken.feed = replace(mistaken.feed, policy=mistaken.feed.policy._replace(budget=Budget(events=1000)))
    assert mistaken.run(work=fetched(*MANY, "New")).status is Status.PUBLISHED
