"""A feed that is not configured any more is taken down as a whole, and nothing of others."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.errors import PublishError
from calsieve.paths import PathKey
from calsieve.refresh.retirement import Remains, remains, take_down
from tests.refresh.kit import NOW, STATE, WORK, World, complete, down, team

DAY = timedelta(days=1)


@pytest.fixture
def world() -> World:
    """A feed and a view with all that can lie beside them, each at two addresses."""
    world = complete()
    world.key = world.key.rotated("team", NOW + 30 * DAY).rotated("other", NOW + 30 * DAY)
    world.run()
    return world


def left(world: World, name: str = "team", *elsewhere: str) -> Remains:
    return remains(name, world.key, world.publisher, world.state, NOW, elsewhere)


def own_files(world: World) -> set[str]:
    return {path for path in world.publisher.files if not path.startswith("style-")}


def test_everything_that_is_published_of_it_goes_and_what_is_remembered(world: World) -> None:
    found = left(world)
    assert (found.name, found.views, found.files) == ("team", ("other",), 12)  # two names, two addresses, three files
    take_down(found, world.publisher, world.state)
    assert own_files(world) == set()
    assert world.state.files == {}
    assert left(world) == replace(found, views=(), files=0, paths=left(world).paths, remembered=())


def test_it_can_be_published_again_and_at_the_same_address(world: World) -> None:
    before = own_files(world)
    take_down(left(world), world.publisher, world.state)
    world.run()
    assert own_files(world) == before


def test_what_another_feed_publishes_stays(world: World) -> None:
    before = {path for path in own_files(world) if "/other." in path}
    found = left(world, "team", "other", "third")
    assert (found.views, found.files) == ((), 6)
    take_down(found, world.publisher, world.state)
    assert own_files(world) == before != set()


def test_what_lies_at_addresses_of_an_older_key_goes_too(world: World) -> None:
    world.key = PathKey(bytes(32))
    found = left(world)
    assert found.files == 12
    take_down(found, world.publisher, world.state)
    assert own_files(world) == set()


def test_without_its_state_each_name_can_be_taken_down(world: World) -> None:
    world.state.forget(STATE)
    take_down(left(world), world.publisher, world.state)
    assert {path.split("/")[1].partition(".")[0] for path in own_files(world)} == {"other"}
    take_down(left(world, "other"), world.publisher, world.state)
    assert own_files(world) == set()


def test_a_state_that_is_another_feeds_takes_nothing_of_that_one_down(world: World) -> None:
    before = own_files(world)
    world.state.files["feeds/third"] = world.state.files[STATE]  # somebody put a backup back in the wrong place
    found = left(world, "third")
    assert (found.views, found.files, found.remembered) == ((), 0, ("feeds/third",))
    take_down(found, world.publisher, world.state)
    assert own_files(world) == before


def test_half_of_a_pair_goes_too(world: World) -> None:
    world.lose(*(path for path in own_files(world) if path.endswith(".ics")))
    take_down(left(world), world.publisher, world.state)
    assert own_files(world) == set()


def test_what_could_not_be_deleted_before_goes_too(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    def refused(_: str) -> None:
        raise PublishError("no")

    world.feed = replace(world.feed, views=())
    with monkeypatch.context() as patch:
        patch.setattr(world.publisher, "delete", refused)
        assert "no" in world.run().problems
    take_down(left(world), world.publisher, world.state)
    assert own_files(world) == set()


@pytest.mark.parametrize("step", range(40))
def test_cut_off_anywhere_it_can_be_asked_for_again(world: World, step: int) -> None:
    found, left_steps = left(world), iter(range(step))

    def tick() -> None:
        if next(left_steps, None) is None:
            raise PublishError("cut off")

    world.publisher.files.tick = world.state.files.tick = tick  # type: ignore[attr-defined]
    try:
        take_down(found, world.publisher, world.state)
    except PublishError:
        assert STATE in world.state.files or (own_files(world), world.state.files) == (set(), {})
    del world.publisher.files.tick, world.state.files.tick  # type: ignore[attr-defined]
    take_down(left(world), world.publisher, world.state)
    assert (own_files(world), world.state.files) == (set(), {})


def test_a_feed_of_which_nothing_was_published_leaves_its_history(world: World) -> None:
    world = World(team(WORK), work=down(WORK))
    world.run()
    assert left(world).files == 0
    assert left(world).remembered == ("history/team",)


def test_what_was_kept_aside_of_a_newer_version_goes_too(world: World) -> None:
    aside = {f"newer/{key}": body for key, body in world.state.files.items()}
    world.state.files.update(aside)
    take_down(left(world), world.publisher, world.state)
    assert world.state.files == {}
