"""A refresh that is cut off at any step, in turn: each is put right by the next run."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from calsieve.errors import PublishError
from calsieve.models import Noteworthy, Notices, Policy, Show, Status, View
from calsieve.paths import ATOM, CALENDAR, PAGE
from tests.refresh.kit import HOME, NOW, PATH, STEM, WORK, World, fetched, team, unchanged

LATER = NOW + timedelta(days=2)
BUSY = View("team-busy", Policy(title="Team, busy", show=Show.BUSY))


class Crash(BaseException):
    """The process dies here."""


def begun(*, published: bool) -> World:
    """A feed with all that can lie beside it; published before, its address is rotated and ends on the next day."""
    feed = team(WORK, HOME, views=(BUSY,), page=True)
    object.__setattr__(feed, "notices", Notices(mail=True))
    world = World(feed, work=fetched("Standup", day="20260520"), home=fetched("Dinner", day="20260520"))
    if published:
        world.run()
        world.key = world.key.rotated("team", NOW + timedelta(days=1))
        world.run(now=NOW + timedelta(hours=1))
    return world


def with_news(world: World, now: datetime = LATER) -> None:
    world.run(work=fetched("Review", day="20260520"), now=now)


def failing_at(step: int, error: BaseException) -> Callable[[], None]:
    steps: Iterator[int] = iter(range(1, step + 1))

    def tick() -> None:
        if next(steps, None) == step:
            raise error

    return tick


def cut_off(world: World, tick: Callable[[], None]) -> bool:
    """Refresh with news, failing as ``tick`` says; tell whether that was reached."""
    holders: tuple[object, ...] = (world.publisher.files, world.state.files, world.fetcher, world.notifier)
    for holder in holders:
        holder.tick = tick  # type: ignore[attr-defined]
    try:
        return world.run(work=fetched("Review", day="20260520"), now=LATER).problems != ()
    except Crash:
        return True
    finally:
        for holder in holders:
            holder.tick = lambda: None  # type: ignore[attr-defined]


@pytest.mark.parametrize("error", [PublishError("disk full"), Crash()], ids=["error", "crash"])
@pytest.mark.parametrize("published", [False, True], ids=["first", "later"])
def test_a_run_cut_off_at_any_step_is_put_right_by_the_next(published: bool, error: BaseException) -> None:
    wanted = begun(published=published)
    before = dict(wanted.publisher.files)
    with_news(wanted)
    after = dict(wanted.publisher.files)
    step, reached = 0, True
    while reached:
        step += 1
        world = begun(published=published)
        reached = cut_off(world, failing_at(step, error))
        nothing_is_half(world, before, after)
        with_news(world)
        assert world.publisher.files == after, step
        assert world.history[-1].kind is not Noteworthy.FAILED, step
        assert [entry.at for entry in world.history if entry.kind is Noteworthy.PUBLISHED][-1] == LATER, step
        assert [text for _, _, text in world.notifier.letters if "Review" in text] != [] or not published, step
        writes = world.writes
        assert world.run(now=LATER) == unchanged(world), step
        assert world.writes == writes, step
    assert step > 40


def nothing_is_half(world: World, before: dict[str, bytes], after: dict[str, bytes]) -> None:
    """Each file is as it was or as it will be, and none is gone that should be there."""
    for path, body in world.publisher.files.items():
        assert body in (before.get(path), after.get(path)), path
        if path.endswith(".gz"):
            assert gzip.decompress(body)
    assert before.keys() & after.keys() <= world.publisher.files.keys()


def test_what_is_cut_off_in_this_test_is_all_there_is_to_write() -> None:
    world = begun(published=True)
    assert world.titles == {"Standup", "Dinner"}
    stems = {stem for name in world.feed.names for stem in world.key.place(name, NOW).stems}
    assert len(stems) == 3
    suffixes = (CALENDAR, f"{CALENDAR}.gz", PAGE, ATOM)
    files = {stem + suffix for stem in stems for suffix in suffixes}
    (style,) = world.publisher.files.keys() - files
    assert style.endswith(".css")
    assert files <= world.publisher.files.keys()
    with_news(world)
    (ended,) = stems - {stem for name in world.feed.names for stem in world.key.place(name, LATER).stems}
    assert not [path for path in world.publisher.files if path.startswith(ended)]
    assert world.state.files.keys() == {"feeds/team", "history/team"}
    assert len(world.notifier.letters) == 1
    assert world.run(now=LATER).status is Status.UNCHANGED


@pytest.mark.parametrize("had", [{"page": True}, {"notices": Notices()}], ids=["page", "atom"])
def test_what_a_run_left_beside_a_file_that_died_before_it_remembered_is_taken_down(had: dict[str, object]) -> None:
    """Nothing is known of the file then; what was beside it is no longer wanted by the next run."""
    world = World(replace(team(WORK), **{"page": False, **had}), work=fetched("Standup"))  # type: ignore[arg-type]
    world.state.save = _dies  # type: ignore[method-assign]
    with pytest.raises(Crash):
        world.run()
    assert len([path for path in world.publisher.files if path.startswith(STEM)]) == 3
    del world.state.save
    world.feed = team(WORK)
    world.run()
    assert {path for path in world.publisher.files if path.startswith(STEM)} == {PATH, f"{PATH}.gz"}


def _dies(*_: object, **__: object) -> None:
    raise Crash
