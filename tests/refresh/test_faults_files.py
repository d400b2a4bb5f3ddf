"""What is published is deleted, damaged or replaced from outside: whatever upstreams say then, it comes right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from itertools import chain, combinations

import pytest

from calsieve.adapters.twin import compressed
from calsieve.models import Fetched, NotModified, Status
from calsieve.paths import ATOM, CALENDAR, PAGE
from tests.refresh.bucket import Object
from tests.refresh.cloud import SUFFIXES, Cloud, copied, with_all_beside
from tests.refresh.kit import NOW, WORK, calendar, down, fetched, team, unchanged

LATER = NOW + timedelta(days=1)
TWIN = f"{CALENDAR}.gz"
MANY = [f"Event {number}" for number in range(30)]
NEWS = fetched(*MANY, "News")
ANSWERS: dict[str, Fetched | NotModified] = {
    "nothing new": NotModified(),
    "the same again": fetched(*MANY),
    "news": NEWS,
}

# Who writes an object in S3 writes it whole, with its metadata.
Damage = Callable[[Object], Object | None]
DAMAGES: dict[str, Damage] = {
    "deleted": lambda found: None,
    "emptied": lambda found: Object(b"", {}),
    "cut off": lambda found: Object(found.body[: len(found.body) // 2], {}),
    "garbage": lambda found: Object(b"\x00\xff not what it was", {}),
    "somebody else's": lambda found: Object(calendar("Somebody else's"), {}),
    "somebody else's twin": lambda found: Object(compressed(calendar("Somebody else's")), {}),
}


@pytest.fixture(scope="module")
def begun() -> Cloud:
    world = Cloud(with_all_beside(team(WORK)), work=fetched(*MANY))
    world.run()
    return world


def damaged(begun: Cloud, suffixes: tuple[str, ...], damage: Damage) -> Cloud:
    world = Cloud(begun.feed, copied(begun.bucket))
    for suffix in suffixes:
        key = f"published/{world.places()['team'].stem}{suffix}"
        found = damage(world.bucket.objects.pop(key))
        world.bucket.objects |= {key: found} if found else {}
    return world


def wanted(begun: Cloud, answer: Fetched | NotModified) -> dict[str, Object]:
    world = Cloud(begun.feed, copied(begun.bucket))
    world.run(work=answer, now=LATER)
    return world.published


@pytest.mark.parametrize("answer", [pytest.param(answer, id=name) for name, answer in ANSWERS.items()])
@pytest.mark.parametrize("damage", [pytest.param(damage, id=name) for name, damage in DAMAGES.items()])
def test_files_that_are_damaged_are_put_right_by_the_next_good_run(
    begun: Cloud, damage: Damage, answer: Fetched | NotModified
) -> None:
    after = wanted(begun, answer)
    some = chain.from_iterable(combinations(SUFFIXES, size) for size in range(1, len(SUFFIXES) + 1))
    for suffixes in some:
        world = damaged(begun, suffixes, damage)
        outcome = world.run(work=answer, now=LATER)
        assert (outcome.status is Status.FAILED, outcome.problems) == (False, ()), suffixes
        right = {key: found for key, found in world.published.items() if not key.endswith(ATOM)}
        assert right == {key: found for key, found in after.items() if not key.endswith(ATOM)}, suffixes
        writes = world.bucket.writes
        assert world.run(work=NotModified(), now=LATER) == unchanged(world), suffixes
        assert world.bucket.writes == writes, suffixes


@pytest.mark.parametrize("damage", [pytest.param(damage, id=name) for name, damage in DAMAGES.items()])
@pytest.mark.parametrize("suffixes", [(CALENDAR,), (TWIN,), (CALENDAR, TWIN)], ids=["file", "twin", "both"])
def test_no_run_makes_it_worse_while_no_source_answers(begun: Cloud, suffixes: tuple[str, ...], damage: Damage) -> None:
    world = damaged(begun, suffixes, damage)
    before = world.published
    assert world.run(work=down(WORK)).status is Status.FAILED
    good = begun.published
    for key, found in world.published.items():
        if key.endswith((CALENDAR, TWIN)):
            assert found in (before.get(key), good[key])
    if damage is DAMAGES["deleted"] or suffixes == (TWIN,):  # nothing of somebody's is in the way
        assert {key: found for key, found in world.published.items() if not key.endswith(PAGE)} == {
            key: found for key, found in good.items() if not key.endswith(PAGE)
        }


@pytest.mark.parametrize("suffix", [PAGE, ATOM])
def test_a_page_or_atom_file_that_is_gone_comes_with_the_next_change(begun: Cloud, suffix: str) -> None:
    world = damaged(begun, (suffix,), DAMAGES["deleted"])
    assert world.run(work=NotModified()) == unchanged(world)
    assert world.at(suffix) is None
    world.run(work=NEWS)
    assert b"News" in (world.at(suffix) or b"")
