"""Addresses that are rotated and end, views that go, and settings that are older than what was published by them."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

import pytest

from calsieve import refresh as shell
from calsieve.adapters.memory import MemoryPublisher
from calsieve.errors import Outdated, PublishError
from calsieve.models import Client, Finding, Level, Status
from calsieve.paths import ATOM, CALENDAR, PAGE, PathKey
from calsieve.refresh import outgoing
from tests.refresh.kit import KEY, NOW, STATE, STEM, WORK, World, complete, down, fetched, unchanged

HOUR, DAY = timedelta(hours=1), timedelta(days=1)
END = NOW + 30 * DAY


@pytest.fixture
def world() -> World:
    return complete()


@pytest.fixture
def rotated(world: World) -> World:
    """The same, with a new address for the feed's own file from now on."""
    world.key = world.key.rotated("team", END)
    world.run(now=NOW + HOUR)
    return world


def at(world: World, stem: str) -> dict[str, bytes]:
    return {path.removeprefix(stem): body for path, body in world.publisher.files.items() if path.startswith(stem)}


# ── rotation ──


def test_the_new_address_has_what_the_old_one_has(rotated: World) -> None:
    new = rotated.key.place("team", NOW).stem
    assert new != STEM
    assert at(rotated, new).keys() == at(rotated, STEM).keys() == {CALENDAR, f"{CALENDAR}.gz", PAGE, ATOM}
    for suffix in (CALENDAR, f"{CALENDAR}.gz"):
        assert at(rotated, new)[suffix] == at(rotated, STEM)[suffix]
    assert rotated.run(now=NOW + HOUR) == unchanged(rotated)


def test_no_stamp_changes_by_a_rotation(world: World) -> None:
    world.run(work=fetched("Standup", stamp="20260513T115959Z"), now=NOW + HOUR)
    before = world.file()
    world.key = world.key.rotated("team", END)
    world.run(now=NOW + HOUR)
    assert world.file() == before


def test_both_addresses_are_kept_up_to_date_during_the_overlap(rotated: World) -> None:
    outcome = rotated.run(work=fetched("Review"), now=END - HOUR)
    new = rotated.key.place("team", NOW).stem
    assert outcome.path == new + CALENDAR
    assert b"Review" in at(rotated, new)[CALENDAR]
    assert at(rotated, new)[CALENDAR] == at(rotated, STEM)[CALENDAR]


def test_the_page_at_the_old_address_says_when_it_ends_and_not_where_the_new_one_is(rotated: World) -> None:
    new = rotated.key.place("team", NOW).stem
    assert "12 Jun 2026" in at(rotated, STEM)[PAGE].decode()
    for name, body in at(rotated, STEM).items():
        assert new.split("/")[0].encode() not in body, name
    assert new in at(rotated, new)[PAGE].decode()


def test_the_atom_file_goes_on_at_the_new_address(world: World) -> None:
    world.run(work=fetched("Standup", "Review"), now=NOW + HOUR)
    before = world.file(suffix=ATOM)
    assert "Review" in before
    world.key = world.key.rotated("team", END)
    world.run(now=NOW + HOUR)
    assert world.file(suffix=ATOM) == before


def test_after_its_end_nothing_is_left_at_the_old_address(rotated: World) -> None:
    assert rotated.run(now=END).status is Status.UNCHANGED
    assert at(rotated, STEM) == {}
    assert rotated.titles == {"Standup"}
    before = rotated.writes
    assert rotated.run(now=END) == unchanged(rotated)
    assert rotated.writes == before


def test_without_an_overlap_the_old_address_goes_as_the_new_one_comes(world: World) -> None:
    world.key = world.key.rotated("team", NOW)
    assert world.run().status is Status.PUBLISHED
    assert at(world, STEM) == {}
    assert world.titles == {"Standup"}


def test_an_address_ends_though_all_sources_fail(rotated: World) -> None:
    assert rotated.run(work=down(WORK), now=END).status is Status.FAILED
    assert at(rotated, STEM) == {}
    assert rotated.file() != ""


@pytest.mark.parametrize("until", [NOW, END], ids=["at once", "later"])
def test_a_new_address_comes_though_all_sources_fail(world: World, until: datetime) -> None:
    before = world.file()
    world.key = world.key.rotated("team", until)
    outcome = world.run(work=down(WORK), now=NOW + HOUR)
    assert outcome.status is Status.FAILED
    new = world.key.place("team", NOW + HOUR).stem
    assert at(world, new).keys() == {CALENDAR, f"{CALENDAR}.gz", PAGE, ATOM}
    assert at(world, new)[CALENDAR].decode() == before
    assert (at(world, STEM) == {}) == (until == NOW)
    writes = world.writes
    assert world.run(now=NOW + HOUR).problems == outcome.problems
    assert world.writes == writes


def test_what_is_nowhere_any_more_is_made_again_of_what_is_remembered(world: World) -> None:
    before = at(world, STEM)
    world.lose(*(path for path in [*world.publisher.files] if path.startswith(STEM)))
    assert world.run(work=down(WORK), now=NOW + HOUR).problems == ("work: it does not answer",)
    assert at(world, STEM).keys() == before.keys()
    assert at(world, STEM)[CALENDAR] == before[CALENDAR]


def test_what_somebody_else_changed_is_carried_nowhere(world: World) -> None:
    dict.__setitem__(world.publisher.files, STEM + CALENDAR, b"tampered with")
    world.key = world.key.rotated("team", END)
    assert world.run(work=down(WORK), now=NOW + HOUR).status is Status.FAILED
    assert at(world, world.key.place("team", NOW).stem) == {}


def test_where_somebody_else_put_something_it_stays_until_a_source_answers(rotated: World) -> None:
    new = rotated.key.place("team", NOW).stem
    dict.__setitem__(rotated.publisher.files, new + CALENDAR, b"tampered with")
    outcome = rotated.run(work=down(WORK), now=NOW + HOUR)
    assert outcome.problems == ("work: it does not answer",)
    assert at(rotated, new)[CALENDAR] == b"tampered with"
    assert rotated.run(work=fetched("Standup"), now=NOW + HOUR).status is Status.PUBLISHED
    assert rotated.titles == {"Standup"}


def test_an_address_ends_though_its_file_can_not_be_published(rotated: World, monkeypatch: pytest.MonkeyPatch) -> None:
    error = Finding("bad", Level.ERROR, (Client.GOOGLE,), 7, "a bad line: mend it")
    monkeypatch.setattr(outgoing, "findings", lambda _: [error])
    assert rotated.run(work=fetched("Review"), now=END).status is Status.FAILED
    assert at(rotated, STEM) == {}
    assert rotated.titles == {"Standup"}


def test_an_address_ends_though_the_state_is_lost(rotated: World) -> None:
    del rotated.state.files[STATE]
    rotated.run(now=END)
    assert at(rotated, STEM) == {}


def test_what_cant_be_deleted_is_told_and_deleted_by_a_later_run(
    rotated: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    def refuse(_: str) -> None:
        raise PublishError("can't delete from the bucket")

    monkeypatch.setattr(rotated.publisher, "delete", refuse)
    for _ in range(2):
        outcome = rotated.run(now=END)
        assert (outcome.status, outcome.problems) == (Status.UNCHANGED, ("can't delete from the bucket",))
    monkeypatch.undo()
    assert rotated.run(now=END) == unchanged(rotated)
    assert at(rotated, STEM) == {}
    assert rotated.titles == {"Standup"}


# ── settings that are outdated ──


@pytest.mark.parametrize("key", [KEY, KEY.rotated("team", END)], ids=["before", "in between"])
def test_an_older_key_is_refused_and_revives_nothing(rotated: World, key: PathKey) -> None:
    rotated.key = rotated.key.rotated("team", NOW)
    rotated.run(now=NOW + HOUR)
    before = rotated.stored
    rotated.key = key
    with pytest.raises(Outdated, match="path-key") as caught:
        rotated.run(work=fetched("Review"), now=NOW + HOUR)
    assert rotated.stored == before
    outcome = shell.refused(rotated.feed, rotated.places(), caught.value)
    assert (outcome.status, len(outcome.files)) == (Status.FAILED, 2)


def test_another_key_is_no_older_one_and_leaves_the_old_addresses_alone(rotated: World) -> None:
    old = dict(rotated.publisher.files)
    rotated.key = PathKey(bytes(32))
    assert rotated.run(now=NOW + HOUR).status is Status.PUBLISHED
    assert rotated.titles == {"Standup"}
    assert old.items() <= rotated.publisher.files.items()


def test_an_older_configuration_is_refused(world: World) -> None:
    newer = replace(world.feed, policy=world.feed.policy._replace(title="Squad"))
    older, world.feed = world.feed, newer
    world.run(configured=NOW)
    before = world.stored
    world.feed = older
    with pytest.raises(Outdated, match="configuration"):
        world.run(configured=NOW - timedelta(seconds=1), work=fetched("Review"))
    assert world.stored == before
    assert world.run(configured=NOW).status is Status.PUBLISHED


def test_a_newer_configuration_that_changes_nothing_costs_no_write(world: World) -> None:
    world.run(configured=NOW, work=fetched("Review"))
    before = world.writes
    assert world.run(configured=NOW + HOUR) == unchanged(world)
    assert world.writes == before


def test_who_does_not_know_when_it_was_configured_is_not_refused_and_does_not_forget(world: World) -> None:
    world.run(configured=NOW, work=fetched("Review"))
    assert world.run(work=fetched("Retro")).status is Status.PUBLISHED
    with pytest.raises(Outdated):
        world.run(configured=NOW - HOUR)


# ── views that go ──


def test_a_view_that_went_is_taken_down(world: World) -> None:
    other = KEY.place("other", NOW).stem
    assert at(world, other) != {}
    world.feed = replace(world.feed, views=())
    world.run()
    assert at(world, other) == {}
    assert world.titles == {"Standup"}
    before = world.writes
    assert world.run() == unchanged(world)
    assert world.writes == before


def test_a_name_that_another_feed_took_over_is_theirs(world: World) -> None:
    before = dict(world.publisher.files)
    world.feed = replace(world.feed, views=())
    world.elsewhere = frozenset({"other"})
    world.run()
    assert world.publisher.files == before


def test_what_could_not_be_deleted_and_is_wanted_again_stays(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    with_page = world.feed
    monkeypatch.setattr(MemoryPublisher, "delete", lambda *_: (_ for _ in ()).throw(PublishError("no")))
    world.feed = replace(with_page, page=False)
    world.run()
    monkeypatch.undo()
    world.feed = with_page
    world.run()
    assert world.file(suffix=PAGE) != ""
    assert world.run() == unchanged(world)
