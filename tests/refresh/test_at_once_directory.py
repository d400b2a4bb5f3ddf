"""Two refreshes of one feed at once on one machine, say by cron and by hand: at every pair of their steps.

A step is what is asked of the stores or the upstream; a directory's lock keeps what is inside one together.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from itertools import product, repeat
from pathlib import Path
from typing import Any

import pytest

from calsieve.adapters.directory import DirectoryPublisher, DirectoryStateStore
from calsieve.models import Outcome, Status
from calsieve.paths import path_key
from tests.refresh.kit import WORK, World, fetched, team, unchanged
from tests.refresh.test_at_once import Upstream, shown
from tests.refresh.turns import Turns


class Stepping:
    """A store of which each use is a step."""

    def __init__(self, store: object, step: Callable[[], None]) -> None:
        self.store, self.step = store, step

    def __getattr__(self, name: str) -> Callable[..., Any]:
        def use(*given: Any, **more: Any) -> Any:
            self.step()
            return getattr(self.store, name)(*given, **more)

        return use


def at(root: Path, step: Callable[[], None] = lambda: None) -> World:
    world = World(team(WORK))
    world.publisher = Stepping(DirectoryPublisher(root / "published"), step)  # type: ignore[assignment]
    world.state = Stepping(DirectoryStateStore(root / "state"), step)  # type: ignore[assignment]
    return world


def racing(root: Path, upstream: Upstream, first: int, second: int) -> tuple[list[Outcome], int]:
    """Run two at once; return what became of them, and how many steps the first one took."""
    outcomes: list[Outcome] = []

    def run(random: bytes) -> Callable[[], None]:
        def refresh() -> None:
            world = at(root, lambda: turns.step())
            world.key = path_key(world.state, lambda size: random * size)
            world.fetcher = upstream  # type: ignore[assignment]
            outcomes.append(world.run())

        return refresh

    turns = Turns([run(b"a"), run(b"b")])
    upstream.step = turns.step
    turns.take([*repeat(0, first), *repeat(1, second)])
    upstream.step = lambda: None
    return outcomes, turns.steps[0]


@pytest.mark.parametrize("published", [False, True], ids=["first", "later"])
def test_two_runs_at_every_pair_of_their_steps_in_a_directory(
    tmp_path: Path, published: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("os.fsync", lambda descriptor: None)  # there is no power cut to be had
    begun = tmp_path / "begun"
    begun.mkdir()
    if published:
        racing(begun, Upstream(rests=False), 10_000, 0)
    shutil.copytree(begun, tmp_path / "alone")
    _, steps = racing(tmp_path / "alone", Upstream(rests=False), 10_000, 0)
    for first, second in product(range(steps), range(steps)):
        root, upstream = tmp_path / f"{first}-{second}", Upstream(rests=False)
        shutil.copytree(begun, root)
        upstream.number = 10
        outcomes, _ = racing(root, upstream, first, second)
        assert [(one.status is Status.FAILED, one.problems) for one in outcomes] == [(False, ())] * 2
        is_put_right(root, upstream)
        shutil.rmtree(root)


def is_put_right(root: Path, upstream: Upstream) -> None:
    world = at(root)
    world.key = path_key(world.state, bytes)
    assert world.publisher.version(world.places()["team"].path), "the pair is torn"
    world.run(work=fetched(f"Answer {upstream.number}"))
    world.run()
    assert world.run() == unchanged(world)
    stored = world.publisher.read(world.places()["team"].path)
    assert stored is not None
    assert shown(stored.body) == [upstream.number]
