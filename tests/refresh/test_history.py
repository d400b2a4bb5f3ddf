"""What is noted of a feed's days."""

from __future__ import annotations

from datetime import timedelta

import pytest

from calsieve.errors import Conflict, PublishError
from calsieve.history import MOST
from calsieve.models import Failing, HistoryEntry, Noteworthy, Status, Stored
from calsieve.refresh.memory import Memory
from tests.refresh.kit import HOME, NOW, WORK, World, down, fetched, team

HOUR = timedelta(hours=1)


@pytest.fixture
def world() -> World:
    world = World(team(WORK, HOME), work=fetched("Standup"), home=fetched("Dinner"))
    world.run()
    return world


def kinds(world: World) -> list[Noteworthy]:
    return [entry.kind for entry in world.history]


def test_a_publication_is_noted_with_its_figures(world: World) -> None:
    (entry,) = world.history
    assert (entry.at, entry.kind, entry.failing, entry.problems) == (NOW, Noteworthy.PUBLISHED, (), ())
    assert (entry.events_in, entry.events_out) == (2, 2)
    assert entry.bytes_in > 0
    assert entry.bytes_out == len(world.file())


def test_what_changes_nothing_is_not_noted(world: World) -> None:
    world.run(now=NOW + HOUR)
    world.run(work=fetched("Standup", stamp="20260513T115959Z"), now=NOW + HOUR)
    assert kinds(world) == [Noteworthy.PUBLISHED]


def test_a_failure_is_noted_once_with_its_reason_and_its_end(world: World) -> None:
    for hour in range(1, 4):
        world.run(work=down(WORK), now=NOW + hour * HOUR)
    world.run(work=fetched("Standup"), now=NOW + 4 * HOUR)
    assert kinds(world) == [Noteworthy.PUBLISHED, Noteworthy.FAILED, Noteworthy.RECOVERED]
    failed, recovered = world.history[1:]
    assert failed.failing == (Failing(WORK, "work: it does not answer", NOW + HOUR),)
    assert failed.problems == ()
    assert (recovered.at, recovered.failing) == (NOW + 4 * HOUR, ())


def test_a_source_that_answers_again_and_is_held_back_is_noted_as_that_and_no_more_than_once(world: World) -> None:
    world.run(work=down(WORK), now=NOW + HOUR)
    for hour in (2, 2.5):
        world.run(work=fetched(), now=NOW + hour * HOUR)
    assert kinds(world) == [Noteworthy.PUBLISHED, Noteworthy.FAILED, Noteworthy.FAILED]
    (held_back,) = world.history[-1].failing
    assert "it came back empty: held back" in held_back.why
    assert held_back.since == NOW + HOUR
    world.run(work=down(WORK), now=NOW + 3 * HOUR)
    assert [one.why for one in world.history[-1].failing] == ["work: it does not answer"]


def test_a_second_source_that_fails_is_noted_and_so_is_one_that_recovers(world: World) -> None:
    world.run(work=down(WORK), now=NOW + HOUR)
    world.run(home=down(HOME), now=NOW + 2 * HOUR)
    assert [one.since for one in world.history[-1].failing] == [NOW + HOUR, NOW + 2 * HOUR]
    world.run(home=fetched("Dinner"), now=NOW + 3 * HOUR)
    assert kinds(world)[1:] == [Noteworthy.FAILED, Noteworthy.FAILED, Noteworthy.RECOVERED]
    assert [one.source for one in world.history[-1].failing] == [WORK]


def test_what_is_published_while_a_source_fails_says_so(world: World) -> None:
    world.run(work=down(WORK), home=fetched("Cinema"), now=NOW + HOUR)
    entry = world.history[-1]
    assert (entry.kind, [one.source for one in entry.failing]) == (Noteworthy.PUBLISHED, [WORK])


def test_a_feed_that_was_never_published_is_noted_as_failed_once() -> None:
    world = World(team(WORK), work=down(WORK))
    for hour in range(3):
        world.run(now=NOW + hour * HOUR)
    (entry,) = world.history
    assert (entry.at, entry.kind, entry.bytes_out) == (NOW, Noteworthy.FAILED, 0)
    world.run(work=fetched("Standup"), now=NOW + 3 * HOUR)
    assert kinds(world) == [Noteworthy.FAILED, Noteworthy.PUBLISHED]


def test_the_last_sixty_are_kept(world: World) -> None:
    for hour in range(1, MOST + 3):
        world.run(work=fetched(f"Standup {hour}"), now=NOW + hour * HOUR)
    assert len(world.history) == MOST
    assert world.history[-1].at == NOW + (MOST + 2) * HOUR


def test_a_damaged_history_is_begun_anew(world: World) -> None:
    world.state.files["history/team"] = b"damaged"
    world.run(work=fetched("Review"), now=NOW + HOUR)
    assert kinds(world) == [Noteworthy.PUBLISHED]


@pytest.mark.parametrize("error", [Conflict("somebody else wrote first"), PublishError("disk full")])
def test_what_cant_be_noted_does_not_hold_up_the_feed_and_is_noted_later(
    world: World, error: PublishError, monkeypatch: pytest.MonkeyPatch
) -> None:
    real = world.state.save

    def save(key: str, *more: object, **most: object) -> None:
        if key.startswith("history/"):
            raise error
        real(key, *more, **most)  # type: ignore[arg-type]

    monkeypatch.setattr(world.state, "save", save)
    outcome = world.run(work=fetched("Review"), now=NOW + HOUR)
    assert outcome.status is Status.PUBLISHED
    assert outcome.problems == (str(error),)
    assert world.titles == {"Review", "Dinner"}
    monkeypatch.undo()
    world.run(now=NOW + HOUR)
    assert len(world.history) == 2


def test_of_two_that_note_at_the_same_time_both_do(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    real, failing = world.state.save, world.run(work=down(WORK), dry_run=True).failing

    def save(key: str, body: bytes, *, replaces: Stored | None) -> None:
        if key.startswith("history/"):
            monkeypatch.undo()
            Memory("team", world.state).note(HistoryEntry(at=NOW, kind=Noteworthy.FAILED, failing=failing))
        real(key, body, replaces=replaces)

    monkeypatch.setattr(world.state, "save", save)
    world.run(work=fetched("Review"), now=NOW + HOUR)
    assert kinds(world) == [Noteworthy.PUBLISHED, Noteworthy.FAILED, Noteworthy.PUBLISHED]
