"""Settings change while a run is under way: at each of its steps another one, by the newer settings, runs to its end.

What the newer settings took away does not come back: addresses, views, sources, words.
"""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import timedelta
from itertools import repeat

import pytest

from calsieve import refresh as shell
from calsieve.errors import Conflict, Outdated, PublishError
from calsieve.models import Feed, Policy, Secret, Status, View
from tests.refresh.bucket import Bucket
from tests.refresh.cloud import Cloud, copied, with_all_beside
from tests.refresh.kit import HOME, KEY, NOW, WORK, World, fetched, team, unchanged
from tests.refresh.turns import Turns

LATER = NOW + timedelta(hours=1)
BEFORE, AFTER = NOW - timedelta(days=2), NOW - timedelta(days=1)  # when the configurations were written
VIEW = View("team-view", Policy(title="View"))
OLD = with_all_beside(team(WORK, HOME, views=(VIEW,)))
ANSWERS = {WORK: fetched("Standup", "Review"), HOME: fetched("Dinner")}


class Change:
    """What is different in the newer settings, and what has to be so from then on."""

    def __init__(self, feed: Feed = OLD, key: object = KEY) -> None:
        self.feed, self.key = feed, key


CHANGES = {
    "rotated at once": Change(key=KEY.rotated("team", NOW)),
    "rotated with an overlap": Change(key=KEY.rotated("team", NOW + timedelta(days=1))),
    "a view rotated at once": Change(key=KEY.rotated("team-view", NOW)),
    "a view removed": Change(replace(OLD, views=())),
    "a source removed": Change(replace(OLD, sources=OLD.sources[:1])),
    "a source moved": Change(
        replace(OLD, sources=(replace(OLD.sources[0], url=Secret("literal", "https://x.example")),))
    ),
    "another title": Change(replace(OLD, policy=OLD.policy._replace(title="Squad"))),
    "no page": Change(replace(OLD, page=False)),
    "no notices": Change(replace(OLD, notices=None)),
}


def world(change: Change, bucket: Bucket) -> Cloud:
    found = Cloud(change.feed, bucket, **ANSWERS)
    found.key = change.key  # type: ignore[assignment]
    return found


def begun(*, published: bool) -> Bucket:
    bucket = Bucket()
    if published:
        world(Change(), bucket).run(configured=BEFORE, work=fetched("Standup"))
    return bucket


def overtaken(start: Bucket, change: Change, step: int) -> tuple[Bucket, bool]:
    """Let a run by the newer settings overtake one by the older ones at a step; return what is left, and if it did."""
    bucket = copied(start)
    older, newer, is_under_way = world(Change(), bucket), world(change, bucket), False

    def run_older() -> None:
        with suppress(Outdated):
            older.run(now=LATER, configured=BEFORE)

    def run_newer() -> None:
        nonlocal is_under_way
        is_under_way = turns.steps[0] == step and not turns.has_ended(0)
        newer.run(now=LATER, configured=AFTER)

    turns = Turns([run_older, run_newer])
    bucket.before = older.fetcher.tick = newer.fetcher.tick = turns.step  # type: ignore[assignment]
    turns.take([*repeat(0, step), *repeat(1, 10_000)])
    bucket.before = lambda call: None
    return bucket, is_under_way


def files(bucket: Bucket) -> dict[str, bytes]:
    """All that is published, but for the style, which all pages share."""
    return {key: found.body for key, found in bucket.objects.items() if "/team" in key and not key.startswith("state/")}


def calendars(bucket: Bucket) -> dict[str, bytes]:
    return {key: body for key, body in files(bucket).items() if key.endswith((".ics", ".gz"))}


@pytest.mark.parametrize("change", [pytest.param(change, id=name) for name, change in CHANGES.items()])
@pytest.mark.parametrize("published", [False, True], ids=["first", "later"])
def test_what_newer_settings_took_away_does_not_come_back(change: Change, published: bool) -> None:
    start = begun(published=published)
    alone = copied(start)
    world(change, alone).run(now=LATER, configured=AFTER)
    wanted, step, is_under_way = calendars(alone), 0, True
    while is_under_way:
        step += 1
        bucket, is_under_way = overtaken(start, change, step)
        if is_under_way:
            assert calendars(bucket) == wanted, step
        newer = world(change, bucket)
        newer.run(now=LATER, configured=AFTER)
        newer.run(now=LATER, configured=AFTER)
        assert calendars(bucket) == wanted, step
        assert files(bucket).keys() == files(alone).keys(), step
        writes = bucket.writes
        assert newer.run(now=LATER, configured=AFTER) == unchanged(newer, LATER), step
        assert bucket.writes == writes, step
    assert step > 25


def test_what_can_t_be_looked_at_again_is_told(monkeypatch: pytest.MonkeyPatch) -> None:
    older = World(OLD, **ANSWERS)

    def too_late(*_: object, **__: object) -> None:
        monkeypatch.setattr(older.state, "load", down)
        raise Conflict("somebody else wrote first")

    def down(_: str) -> None:
        raise PublishError("the store is down")

    monkeypatch.setattr(shell.Memory, "note", lambda self, entry: None)
    monkeypatch.setattr(older.state, "save", too_late)
    outcome = older.run(configured=BEFORE)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ("the store is down",))
