"""What is remembered is lost, damaged, old, of a newer version or another feed's: nothing that is published is lost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.models import Fetched, NotModified, Status
from calsieve.state import FeedState, decode, encode
from tests.refresh.bucket import Object
from tests.refresh.cloud import Cloud, copied, with_all_beside
from tests.refresh.kit import HOME, NOW, WORK, calendar, down, fetched, team, unchanged

KEY = "state/feeds/team"
DAY = timedelta(days=1)
MANY = [f"Event {number}" for number in range(30)]
GOOD = {WORK: fetched(*MANY), HOME: fetched("Dinner")}

Damage = Callable[[Cloud], bytes | None]


def remembered(world: Cloud) -> FeedState:
    state = decode(world.bucket.objects[KEY].body)
    assert state is not None
    return state


def body(world: Cloud) -> bytes:
    return world.bucket.objects[KEY].body


def flipped(world: Cloud) -> bytes:
    found = bytearray(body(world))
    found[len(found) // 2] ^= 1
    return bytes(found)


DAMAGES: dict[str, Damage] = {
    "lost": lambda world: None,
    "emptied": lambda world: b"",
    "cut off in its format": lambda world: body(world)[:10],
    "cut off in its checksum": lambda world: body(world)[:30],
    "cut off half way": lambda world: body(world)[: len(body(world)) // 2],
    "cut off at its end": lambda world: body(world)[:-1],
    "a bit is wrong": flipped,
    "something else": lambda world: b"<?xml version='1.0'?><Error/>",
    "of a newer version": lambda world: b"calsieve-state 3\n" + body(world),
    "of another feed": lambda world: encode(replace(remembered(world), feed="board", sources={})),
    "older than what is published": lambda world: world.older,  # type: ignore[attr-defined]
    "newer than what is published": lambda world: world.newer,  # type: ignore[attr-defined]
}
READABLE = {"older than what is published", "newer than what is published"}


@pytest.fixture(scope="module")
def begun() -> Cloud:
    """A feed that was published twice, and a third time in a copy of which only the state is known."""
    world = Cloud(with_all_beside(team(WORK, HOME)), work=fetched(*MANY[:20]), home=GOOD[HOME])
    world.run()
    world.older = body(world)  # type: ignore[attr-defined]
    world.run(work=GOOD[WORK])
    later = Cloud(world.feed, copied(world.bucket), work=fetched(*MANY, "Newest"), home=GOOD[HOME])
    later.run()
    world.newer = body(later)  # type: ignore[attr-defined]
    return world


def damaged(begun: Cloud, damage: Damage) -> Cloud:
    world = Cloud(begun.feed, copied(begun.bucket), **GOOD)
    found = damage(begun)
    if found is None:
        del world.bucket.objects[KEY]
    else:
        world.bucket.objects[KEY] = Object(found, {})
    return world


def titles(world: Cloud) -> set[str]:
    lines = (world.at(".ics") or b"").decode().splitlines()
    return {line.removeprefix("SUMMARY:") for line in lines if line.startswith("SUMMARY:")}


BY_NAME = [pytest.param(damage, id=name) for name, damage in DAMAGES.items()]


@pytest.mark.parametrize("damage", BY_NAME)
def test_a_good_run_puts_all_right(begun: Cloud, damage: Damage) -> None:
    world = damaged(begun, damage)
    before = world.published
    assert world.run().status is Status.UNCHANGED
    calendars = {key: found for key, found in before.items() if key.endswith((".ics", ".gz"))}
    assert calendars.items() <= world.published.items()
    writes = world.bucket.writes
    assert world.run() == unchanged(world)
    assert world.bucket.writes == writes


@pytest.mark.parametrize("damage", BY_NAME)
def test_news_are_published(begun: Cloud, damage: Damage) -> None:
    world = damaged(begun, damage)
    assert world.run(work=fetched(*MANY, "News")).status is Status.PUBLISHED
    assert titles(world) == {*MANY, "News", "Dinner"}
    assert world.run() == unchanged(world)


BAD: dict[str, Fetched | Exception] = {
    "nothing": fetched(),
    "a third": fetched(*MANY[:10]),
    "half, cut off": Fetched(body=calendar(*MANY)[:2500]),
    "HTML": Fetched(body=b"<!doctype html><title>Error</title>"),
    "no answer": down(WORK),
}


@pytest.mark.parametrize("bad", [pytest.param(bad, id=name) for name, bad in BAD.items()])
@pytest.mark.parametrize("damage", BY_NAME)
def test_nothing_is_lost_by_a_bad_answer_at_the_same_time(
    begun: Cloud, damage: Damage, bad: Fetched | Exception
) -> None:
    world = damaged(begun, damage)
    before = world.published
    for minutes in (0, 15, 30):
        world.run(work=bad, now=NOW + timedelta(minutes=minutes))
        assert titles(world) >= {*MANY, "Dinner"}, minutes
        assert before.keys() <= world.published.keys()
    assert world.run(**GOOD, now=NOW + timedelta(minutes=45)).status is not Status.FAILED
    assert titles(world) == {*MANY, "Dinner"}
    assert world.run(now=NOW + timedelta(minutes=45)) == unchanged(world)


@pytest.mark.parametrize("damage", BY_NAME)
def test_a_loss_that_lasts_is_believed_as_ever(begun: Cloud, damage: Damage) -> None:
    world = damaged(begun, damage)
    world.run(work=fetched(*MANY[:5]))
    world.run(now=NOW + timedelta(hours=2))
    world.run(now=NOW + timedelta(hours=4))
    assert titles(world) == {*MANY[:5], "Dinner"}


@pytest.mark.parametrize("damage", BY_NAME)
def test_while_no_source_answers_all_stays(begun: Cloud, damage: Damage) -> None:
    world = damaged(begun, damage)
    calendars = {key: found for key, found in world.published.items() if key.endswith((".ics", ".gz"))}
    for days in (0, 1, 9):
        assert world.run(work=down(WORK), home=down(HOME), now=NOW + days * DAY).status is Status.FAILED
        assert calendars.items() <= world.published.items()


@pytest.mark.parametrize("damage", [damage for name, damage in DAMAGES.items() if name not in READABLE])
def test_a_source_of_which_nothing_is_known_is_waited_for(begun: Cloud, damage: Damage) -> None:
    world = damaged(begun, damage)
    for days in (0, 1, 9):
        assert world.run(work=NotModified() if days else GOOD[WORK], home=down(HOME), now=NOW + days * DAY)
        assert "Dinner" in titles(world)


def test_a_state_cut_off_anywhere_is_none(begun: Cloud) -> None:
    whole = body(begun)
    assert not [size for size in range(len(whole)) if decode(whole[:size])]
