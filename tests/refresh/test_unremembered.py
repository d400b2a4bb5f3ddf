"""What is published though it is not what is remembered: then it is the memory itself."""

from __future__ import annotations

import re
from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.models import Document, Fetched, Outcome, Policy, Show, Snap, Span, Status, View, WindowPolicy
from calsieve.state import FeedState, decode, encode
from tests.refresh.kit import HOME, NOW, PATH, STATE, WORK, World, calendar, down, fetched, team, unchanged

HOUR = timedelta(hours=1)
DAY = timedelta(days=1)
SOON = timedelta(minutes=15)
MANY = [f"Event {number}" for number in range(30)]
FEW = MANY[:10]
EMPTY = fetched()
CUT_OFF = Fetched(body=calendar(*MANY)[:-300])
BUSY = View("team-busy", Policy(title="Busy", show=Show.BUSY))
PLAIN = View("team-plain", Policy(title="Plain"))


@pytest.fixture
def one() -> World:
    """A feed of one source with thirty events, published once; its state is lost."""
    world = World(team(WORK), work=fetched(*MANY))
    world.run()
    forget(world)
    return world


@pytest.fixture
def two() -> World:
    world = World(team(WORK, HOME), work=fetched(*MANY), home=fetched("Dinner"))
    world.run()
    forget(world)
    return world


def forget(world: World) -> None:
    dict.pop(world.state.files, STATE)


def remembered(world: World) -> FeedState:
    state = decode(world.state.files[STATE])
    assert state is not None
    return state


def assert_held_back(world: World, outcome: Outcome, words: str, before: dict[str, bytes]) -> None:
    assert outcome.status is Status.FAILED
    (problem,) = outcome.problems
    assert problem.startswith(f"team: {words}")
    assert re.search("held back, the last good state stays until (it is seen again later, or until )?14 May", problem)
    assert world.publisher.files == before


LOSSES = [
    pytest.param(fetched(*FEW), "20 of 30 coming events are gone at once", id="sudden loss"),
    pytest.param(EMPTY, "it came back empty", id="empty shell"),
    pytest.param(CUT_OFF, "it breaks off before END:VCALENDAR", id="truncated"),
]


@pytest.mark.parametrize(("answer", "words"), LOSSES)
def test_a_loss_against_what_is_published_is_held_back_until_the_time_limit(
    one: World, answer: Fetched, words: str
) -> None:
    before = dict(one.publisher.files)
    assert_held_back(one, one.run(work=answer), words, before)
    outcome = one.run(now=NOW + DAY)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    so = "nothing better has come" if answer is CUT_OFF else "that has been so"
    assert outcome.notes == (f"team: {words}: believed, as {so} since 13 May 2026 12:00 UTC",)
    assert one.history[-1].notes == outcome.notes
    assert remembered(one).doubted == {}
    assert one.run(now=NOW + DAY) == unchanged(one)


@pytest.mark.parametrize(("answer", "words"), LOSSES[:2])
def test_it_is_believed_when_it_is_seen_again_after_more_than_an_hour(one: World, answer: Fetched, words: str) -> None:
    before = dict(one.publisher.files)
    for minutes in (0, 30, 60):
        assert_held_back(one, one.run(work=answer, now=NOW + timedelta(minutes=minutes)), words, before)
    assert one.run(now=NOW + HOUR + SOON).status is Status.PUBLISHED


@pytest.mark.parametrize("answer", [fetched(*MANY), fetched(*MANY, "New"), fetched(*MANY[:16])])
def test_what_is_no_loss_is_published_at_once_and_remembered(one: World, answer: Fetched) -> None:
    outcome = one.run(work=answer)
    assert (outcome.problems, outcome.notes) == ((), ())
    assert one.run() == unchanged(one)


def test_holding_back_costs_no_writes(one: World) -> None:
    one.run(work=fetched(*FEW))
    writes = one.writes
    one.run(now=NOW + SOON)
    assert one.writes == writes


def test_a_good_answer_ends_it(one: World) -> None:
    one.run(work=fetched(*FEW))
    assert one.run(work=fetched(*MANY), now=NOW + SOON).problems == ()
    assert remembered(one).doubted == {}
    assert one.run(now=NOW + SOON) == unchanged(one)


def test_what_is_held_back_never_stands_in(two: World) -> None:
    before = dict(two.publisher.files)
    two.run(work=fetched(*FEW))
    for later in (2 * HOUR, 2 * DAY):
        outcome = two.run(work=down(WORK), home=fetched("Dinner", "Cinema"), now=NOW + later)
        assert outcome.status is Status.FAILED
        assert two.publisher.files == before
    assert remembered(two).doubted.keys() == {"team"}


def test_a_first_run_that_died_before_it_remembered_leaves_a_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    world = World(team(WORK), work=fetched(*MANY))

    def dies(*_: object, **__: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(world.state, "save", dies)
        with pytest.raises(KeyboardInterrupt):
            world.run()
    before = dict(world.publisher.files)
    assert_held_back(world, world.run(work=EMPTY), "it came back empty", before)


def test_a_state_older_than_what_is_published_does_not_hide_a_loss() -> None:
    world = World(team(WORK), work=fetched(*MANY[:2]))
    world.run()
    old = world.state.files[STATE]
    world.run(work=fetched(*MANY))
    dict.__setitem__(world.state.files, STATE, old)
    before = dict(world.publisher.files)
    assert_held_back(world, world.run(work=fetched(*FEW)), "20 of 30 coming events", before)
    assert set(remembered(world).sources) == {WORK}
    assert world.run(work=fetched(*MANY)).problems == ()


def test_what_stands_in_never_replaces_what_may_be_newer_before_the_time_limit() -> None:
    world = World(team(WORK, HOME), work=fetched("Standup"), home=fetched("Dinner"))
    world.run()
    old = world.state.files[STATE]
    world.run(home=fetched("Late dinner"))
    dict.__setitem__(world.state.files, STATE, old)
    before = dict(world.publisher.files)
    outcome = world.run(work=fetched("Review"), home=down(HOME))
    assert outcome.status is Status.FAILED
    assert outcome.problems[1].startswith(
        "team: what is published is not what is remembered, and home can't tell: held"
    )
    assert world.publisher.files == before
    assert world.run(home=fetched("Late dinner")).status is Status.PUBLISHED
    assert world.titles == {"Review", "Late dinner"}


def test_what_stands_in_replaces_it_at_the_time_limit() -> None:
    world = World(team(WORK, HOME), work=fetched("Standup"), home=fetched("Dinner"))
    world.run()
    dict.__setitem__(world.publisher.files, PATH, calendar("Somebody else's"))
    assert world.run(home=down(HOME)).status is Status.FAILED
    assert world.run(now=NOW + DAY).status is Status.PUBLISHED
    assert world.titles == {"Standup", "Dinner"}


def test_one_source_that_is_empty_is_held_back_if_that_takes_anything(two: World) -> None:
    before = dict(two.publisher.files)
    assert_held_back(two, two.run(home=EMPTY), "it came back empty", before)
    assert two.run(now=NOW + 2 * HOUR).status is Status.PUBLISHED
    assert two.titles == {*MANY}


def test_a_source_that_always_was_empty_holds_nothing_up() -> None:
    world = World(team(WORK, HOME), work=fetched("Standup"), home=EMPTY)
    world.run()
    forget(world)
    assert world.run(work=fetched("Standup", "Review")).status is Status.PUBLISHED


def test_each_file_is_judged_by_itself() -> None:
    world = World(team(WORK, views=(BUSY,)), work=fetched(*MANY))
    world.run()
    forget(world)
    world.lose(world.places()["team-busy"].path)
    outcome = world.run(work=fetched(*FEW))
    assert [file.status for file in outcome.files] == [Status.FAILED, Status.PUBLISHED]
    assert remembered(world).doubted.keys() == {"team"}


def one_of_two_files_is_in_doubt(world: World) -> None:
    """Put another large calendar in the place of a view."""
    other = World(team(WORK), work=fetched(*(f"Other {number}" for number in range(100))))
    other.run()
    path = world.places()["team-plain"].path
    document = Document(other.publisher.files[PATH], "text/calendar", 60)
    world.publisher.write(path, document, replaces=world.publisher.read(path))


def assert_only_the_view_is_held_back(outcome: Outcome, own: Status) -> None:
    assert [file.status for file in outcome.files] == [own, Status.FAILED]
    assert any(problem.startswith("team-plain: ") and "held back" in problem for problem in outcome.problems)


def test_what_one_file_was_made_of_stands_in_for_it_though_another_is_held_back(two: World) -> None:
    two.feed = replace(two.feed, views=(PLAIN,))
    two.run()
    one_of_two_files_is_in_doubt(two)
    assert_only_the_view_is_held_back(two.run(work=fetched(*MANY, "News")), Status.PUBLISHED)
    assert_only_the_view_is_held_back(two.run(work=down(WORK), now=NOW + SOON), Status.UNCHANGED)
    assert two.titles == {*MANY, "News", "Dinner"}


def test_no_source_of_a_file_is_lost_because_another_file_is_held_back(two: World) -> None:
    two.feed = replace(two.feed, views=(PLAIN,))
    two.run()
    one_of_two_files_is_in_doubt(two)
    forget(two)
    assert_only_the_view_is_held_back(two.run(), Status.UNCHANGED)
    assert_only_the_view_is_held_back(two.run(home=down(HOME), now=NOW + SOON), Status.UNCHANGED)
    assert two.titles == {*MANY, "Dinner"}


@pytest.mark.parametrize("body", [b"", b"tampered with", b"BEGIN:VCALENDAR\r\n"])
def test_what_nobody_could_be_shown_is_no_memory(one: World, body: bytes) -> None:
    dict.__setitem__(one.publisher.files, PATH, body)
    assert one.run(work=fetched(*FEW)).problems == ()
    assert one.titles == {*FEW}


def test_without_a_guard_everything_is_believed(one: World) -> None:
    one.feed = replace(one.feed, guard=None)
    assert one.run(work=EMPTY).problems == ()
    assert one.titles == set()


def test_a_feed_that_shows_nothing_to_come_loses_nothing() -> None:
    past = WindowPolicy(ahead=Span(), snap=Snap.NONE)
    world = World(team(WORK, window=past), work=fetched(*MANY, day="20260512"))
    world.run()
    forget(world)
    assert world.run(work=fetched(*FEW, day="20260512")).problems == ()


def test_a_missing_twin_does_not_make_a_file_unknown() -> None:
    world = World(team(WORK, HOME), work=fetched(*MANY), home=fetched("Dinner"))
    world.run()
    world.lose(f"{PATH}.gz")
    assert world.run(work=fetched(*MANY, "New"), home=down(HOME)).status is Status.PUBLISHED
    assert world.titles == {*MANY, "New", "Dinner"}


# ── what is not there any more ──


def test_a_twin_is_written_again_while_no_source_answers() -> None:
    world = World(team(WORK), work=fetched("Standup"))
    world.run()
    before = dict(world.publisher.files)
    world.lose(f"{PATH}.gz")
    assert world.run(work=down(WORK)).status is Status.FAILED
    assert world.publisher.files == before


def test_a_file_is_made_again_of_what_is_remembered_while_no_source_answers() -> None:
    world = World(team(WORK, HOME), work=fetched("Standup"), home=fetched("Dinner"))
    world.run()
    before = dict(world.publisher.files)
    world.lose(PATH, f"{PATH}.gz")
    outcome = world.run(work=down(WORK), home=down(HOME))
    assert (outcome.status, outcome.files[0].status) == (Status.FAILED, Status.FAILED)
    assert world.publisher.files == before


# ── whose it is, and who wrote it ──


def test_the_state_of_another_feed_is_not_believed() -> None:
    world = World(team(WORK), work=fetched("Standup"))
    world.run()
    other = replace(remembered(world), feed="board")
    dict.__setitem__(world.state.files, STATE, encode(other))
    outcome = world.run(work=down(WORK))
    assert outcome.status is Status.FAILED
    assert outcome.problems == (
        "work: it does not answer",
        "what was remembered is that of another feed: starting afresh",
    )
    assert world.titles == {"Standup"}
    world.run(work=fetched("Standup"))
    assert remembered(world).feed == "team"


def test_a_state_that_does_not_say_whose_it_is_is_the_feeds() -> None:
    world = World(team(WORK), work=fetched("Standup"))
    world.run()
    dict.__setitem__(world.state.files, STATE, encode(replace(remembered(world), feed="")))
    assert world.run(work=down(WORK)).problems == ("work: it does not answer",)


@pytest.mark.parametrize("key", [STATE, "history/team"])
def test_what_a_newer_version_remembered_is_kept_aside(key: str) -> None:
    world = World(team(WORK), work=fetched("Standup"))
    world.run()
    form = dict.get(world.state.files, key, b"").partition(b"\n")[0]
    newer = form[:-1] + b"17\n" + b"what only the newer version can read"
    dict.__setitem__(world.state.files, key, newer)
    outcome = world.run(work=fetched("Standup", "Review"))
    assert outcome.status is Status.PUBLISHED
    assert world.state.files[f"newer/{key}"] == newer
    assert world.run() == unchanged(world)
    assert ("newer version" in "".join(outcome.problems)) is (key == STATE)


def test_a_dry_run_puts_nothing_aside() -> None:
    world = World(team(WORK), work=fetched("Standup"))
    world.run()
    dict.__setitem__(world.state.files, STATE, b"calsieve-state 17\nnews")
    before = world.stored
    world.run(dry_run=True)
    assert world.stored == before


def test_what_was_put_aside_gives_way_to_what_is_put_aside_later() -> None:
    world = World(team(WORK), work=fetched("Standup"))
    for body in (b"calsieve-state 17\nfirst", b"calsieve-state 17\nsecond"):
        dict.__setitem__(world.state.files, STATE, body)
        world.run()
    assert world.state.files[f"newer/{STATE}"].endswith(b"second")


def test_a_file_waits_no_second_time_for_what_was_held_back_at_its_source() -> None:
    world = World(team(WORK), work=fetched(*MANY))
    world.run()
    old = world.state.files[STATE]
    world.run(work=fetched(*MANY, "Another"))
    world.state.files[STATE] = old
    (problem,) = world.run(work=fetched(*FEW)).problems
    assert problem.startswith("work: 20 of 30 coming events are gone at once: held back")
    outcome = world.run(now=NOW + DAY)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert world.titles == {*FEW}


def test_what_settings_left_out_for_a_while_is_remembered_as_long_as_the_file_shows_it() -> None:
    world = World(team(WORK, HOME), work=fetched(*MANY), home=fetched("Dinner"))
    world.run()
    world.feed = team(HOME)
    assert world.run(home=down("home")).status is Status.FAILED
    world.feed = team(WORK, HOME)
    world.run(work=down("work"), home=fetched("Dinner", "Lunch"))
    assert world.titles == {*MANY, "Dinner", "Lunch"}


def test_what_settings_leave_out_is_forgotten_when_no_file_shows_it() -> None:
    world = World(team(WORK, HOME), work=fetched(*MANY), home=fetched("Dinner"))
    world.run()
    world.feed = team(HOME)
    world.run()
    assert world.titles == {"Dinner"}
    assert [*remembered(world).sources] == ["home"]


def test_a_series_that_lacks_a_moved_occurrence_as_the_file_breaks_off_is_held_back() -> None:
    moved = b"RECURRENCE-ID:20260521T100000Z\r\nDTSTART:20260522T100000Z\r\nSUMMARY:Moved\r\nEND:VEVENT\r\n"
    event = b"BEGIN:VEVENT\r\nUID:s\r\nDTSTAMP:20260101T000000Z\r\n"
    master = b"DTSTART:20260520T100000Z\r\nRRULE:FREQ=DAILY;COUNT=5\r\nSUMMARY:Series\r\nEND:VEVENT\r\n"
    head = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n" + event + master
    world = World(team(WORK), work=Fetched(body=head + event + moved + b"END:VCALENDAR\r\n"))
    world.run()
    forget(world)
    before = dict(world.publisher.files)
    assert_held_back(world, world.run(work=Fetched(body=head)), "it breaks off", before)
