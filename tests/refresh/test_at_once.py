"""Two refreshes of one feed at once, over S3: at every pair of their steps one of them gives way to the other.

One runs up to some step, the other from its beginning up to some step, then the first to its end, then the other. That
is done for all such pairs. So whatever takes two changes of turns to go wrong is found.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import timedelta
from itertools import product, repeat
from typing import NamedTuple

import pytest

from calsieve.models import Fetched, NotModified, Outcome, Policy, Source, Status, Validators, View
from calsieve.paths import path_key
from tests.refresh.bucket import Bucket
from tests.refresh.cloud import Cloud, copied, with_all_beside
from tests.refresh.kit import NOW, WORK, fetched, team, unchanged
from tests.refresh.turns import Turns

LATER = NOW + timedelta(hours=1)
VIEW = View("team-view", Policy(title="View"))


class Upstream:
    """Gives each answer a number, higher than that of the one before; or always the same one if it ``rests``."""

    def __init__(self, *, rests: bool) -> None:
        self.number, self.rests = 0, rests
        self.step: Callable[[], None] = lambda: None
        self.answers: dict[str, Fetched] = {}

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        self.step()
        self.number += not self.rests
        return fetched(f"Answer {self.number}")


class Race(NamedTuple):
    """What became of two runs, and of the bucket."""

    world: Cloud
    outcomes: list[Outcome]
    steps: list[int]


def racing(begun: Bucket, feed: Cloud, upstream: Upstream, turns_taken: Iterable[int]) -> Race:
    """Run two at once on a copy of the bucket, taking turns so."""
    bucket, outcomes = copied(begun), []

    def run(random: bytes) -> Callable[[], None]:
        def refresh() -> None:
            world = Cloud(feed.feed, bucket)
            world.key = path_key(world.state, lambda size: random * size)
            world.fetcher = upstream  # type: ignore[assignment]
            outcomes.append(world.run(now=LATER))

        return refresh

    turns = Turns([run(b"a"), run(b"b")])
    bucket.before = upstream.step = turns.step
    turns.take(turns_taken)
    bucket.before = upstream.step = lambda call="": None
    after = Cloud(feed.feed, bucket)
    after.key = path_key(after.state, bytes)
    return Race(after, outcomes, turns.steps)


def shown(body: bytes | None) -> list[int]:
    return [int(number) for number in re.findall(rb"SUMMARY:Answer (\d+)", body or b"")]


def is_sound(race: Race, upstream: Upstream) -> None:
    """Neither failed, nothing is half, nothing was replaced by something older, the next run puts all right."""
    world = race.world
    for outcome in race.outcomes:
        assert outcome.status is not Status.FAILED, outcome.problems
        assert outcome.problems == ()
    for name in world.feed.names:
        stem = world.key.place(name, LATER).stem
        for suffix in (".ics", ".html"):
            written = [body for key, body in world.bucket.written if key == f"published/{stem}{suffix}"]
            numbers = [number for body in written for number in re.findall(rb"Answer (\d+)", body)[:1]]
            assert numbers == sorted(numbers), (name, suffix, numbers)
        assert world.publisher.version(f"{stem}.ics"), f"{name} is torn"
    world.fetcher.answers[WORK] = fetched(f"Answer {upstream.number}")
    world.run(now=LATER)
    world.run(now=LATER)  # remembers what was left to the other run
    writes = world.bucket.writes
    assert world.run(now=LATER) == unchanged(world, LATER)
    assert world.bucket.writes == writes
    for name in world.feed.names:
        assert shown(world.at(".ics", name)) == [upstream.number]
    assert not [key for key in world.published if "team" in key and key.partition(".")[0] not in stems(world)]


def stems(world: Cloud) -> set[str]:
    return {f"published/{place.stem}" for place in world.places(LATER).values()}


def begun(world: Cloud) -> Bucket:
    """A bucket in which the feed was published before."""
    earlier = Cloud(world.feed)
    earlier.key = path_key(earlier.state, bytes)
    earlier.fetcher.answers[WORK] = fetched("Answer 0")
    earlier.run()
    return earlier.bucket


def alone(bucket: Bucket, feed: Cloud) -> int:
    """How many steps a run has that nobody disturbs."""
    return racing(bucket, feed, Upstream(rests=False), repeat(0, 10_000)).steps[0]


def one_change_each(first: int, second: int) -> list[int]:
    """The turns of two of which one gives way after so many steps, and then the other."""
    return [0] * first + [1] * second


@pytest.mark.parametrize("rests", [False, True], ids=["two answers", "one answer"])
@pytest.mark.parametrize("published", [False, True], ids=["first", "later"])
def test_two_runs_at_every_pair_of_their_steps(published: bool, rests: bool) -> None:
    feed = Cloud(team(WORK))
    bucket = begun(feed) if published else Bucket()
    steps = range(alone(bucket, feed))
    for first, second in product(steps, steps):
        upstream = Upstream(rests=rests)
        is_sound(racing(bucket, feed, upstream, one_change_each(first, second)), upstream)


@pytest.mark.parametrize("published", [False, True], ids=["first", "later"])
def test_two_runs_that_take_turns_in_any_rhythm(published: bool) -> None:
    feed = Cloud(team(WORK, views=(VIEW,)))
    bucket = begun(feed) if published else Bucket()
    for first, one, other in product(range(alone(bucket, feed)), range(1, 5), range(1, 5)):
        upstream = Upstream(rests=False)
        turns = [0] * first + ([1] * one + [0] * other) * 50
        is_sound(racing(bucket, feed, upstream, turns), upstream)


@pytest.mark.parametrize("published", [False, True], ids=["first", "later"])
def test_two_runs_of_a_feed_with_all_beside_it_at_each_step(published: bool) -> None:
    feed = Cloud(with_all_beside(team(WORK)))
    bucket = begun(feed) if published else Bucket()
    steps = alone(bucket, feed)
    for first, second in product(range(steps), (steps, steps // 2)):
        upstream = Upstream(rests=False)
        is_sound(racing(bucket, feed, upstream, one_change_each(first, second)), upstream)
