"""Every call to S3 fails in every way, each in turn: nothing is half, nothing is lost, the next run puts all right."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import NamedTuple

import pytest

from calsieve.models import Noteworthy, Outcome, Status
from tests.refresh.bucket import WRITES, Bucket, Object, refusal, timeout
from tests.refresh.cloud import Cloud, copied, nothing_is_half, with_all_beside
from tests.refresh.kit import NOW, WORK, fetched, team, unchanged

LATER = NOW + timedelta(days=2)


class Fault(NamedTuple):
    """What a call answers: an error, instead of doing what it was asked for or after it."""

    make: Callable[[], Exception]
    is_done: bool = False
    only: tuple[str, ...] = ()  # these calls, all if empty

    def hits(self, call: str) -> bool:
        return not self.only or call in self.only


FAULTS = {
    "503 SlowDown": Fault(lambda: refusal("SlowDown", 503)),
    "500 InternalError": Fault(lambda: refusal("InternalError", 500)),
    "403 AccessDenied": Fault(lambda: refusal("AccessDenied", 403)),
    "404 NoSuchBucket": Fault(lambda: refusal("NoSuchBucket", 404)),
    "404 NoSuchKey": Fault(lambda: refusal("NoSuchKey", 404)),
    "409 ConditionalRequestConflict": Fault(lambda: refusal("ConditionalRequestConflict", 409), only=WRITES[:1]),
    "412 PreconditionFailed": Fault(lambda: refusal("PreconditionFailed", 412), only=WRITES[:1]),
    "no answer, not done": Fault(timeout),
    "no answer, but done": Fault(timeout, is_done=True, only=WRITES),
    "done, and 412 when tried again": Fault(lambda: refusal("PreconditionFailed", 412), is_done=True, only=WRITES[:1]),
}


class Story(NamedTuple):
    """A feed before a run with news, and what that run leaves if nothing goes wrong."""

    begun: Cloud
    before: dict[str, Object]
    after: dict[str, Object]


def begun(*, published: bool) -> Cloud:
    """A feed with all that can lie beside it; published before, its address was rotated and ends before LATER."""
    world = Cloud(with_all_beside(team(WORK)), work=fetched("Standup", day="20260520"))
    if published:
        world.run()
        world.key = world.key.rotated("team", NOW + timedelta(days=1))
        world.run(now=NOW + timedelta(hours=1))
    return world


def copy(world: Cloud) -> Cloud:
    other = Cloud(world.feed, copied(world.bucket))
    other.key = world.key
    return other


def with_news(world: Cloud) -> Outcome:
    return world.run(work=fetched("Review", day="20260520"), now=LATER)


@pytest.fixture(scope="module", params=[False, True], ids=["first", "later"])
def story(request: pytest.FixtureRequest) -> Story:
    world = begun(published=request.param)
    wanted = copy(world)
    with_news(wanted)
    return Story(world, world.published, wanted.published)


def at_call(number: int, fault: Fault, bucket: Bucket, *, for_ever: bool = False) -> Callable[[], bool]:
    """Let the call of that number fail; return what tells whether it came to that."""
    calls, hit = 0, False

    def before(call: str) -> None:
        nonlocal calls, hit
        calls += 1
        if (calls == number or (for_ever and calls > number)) and fault.hits(call):
            hit = True
            if not fault.is_done:
                raise fault.make()

    def after(call: str) -> None:
        if (calls == number or (for_ever and calls > number)) and fault.hits(call) and fault.is_done:
            raise fault.make()

    bucket.before, bucket.after = before, after
    return lambda: hit or calls >= number


def calls_of(world: Cloud) -> int:
    """How many calls a run with news makes."""
    calls = 0

    def count(_: str) -> None:
        nonlocal calls
        calls += 1

    world.bucket.before = count
    with_news(world)
    return calls


def is_honest(outcome: Outcome, world: Cloud, after: dict[str, Object]) -> None:
    """What is told is so, and without what is secret."""
    told = " ".join((*outcome.problems, *outcome.notes))
    assert world.key.place("team", LATER).stem.partition("/")[0] not in told
    assert "s3.example" not in told
    if outcome.status is not Status.FAILED and not outcome.problems:
        calendars = [key for key in after if key.endswith((".ics", ".ics.gz"))]
        assert [world.published[key].body for key in calendars] == [after[key].body for key in calendars]


def is_put_right(world: Cloud, after: dict[str, Object]) -> None:
    outcome = with_news(world)
    assert outcome.status is not Status.FAILED
    assert world.published == after
    assert world.history_kinds()[-1] is not Noteworthy.FAILED
    writes = world.bucket.writes
    assert world.run(now=LATER) == unchanged(world, LATER)
    assert world.bucket.writes == writes


@pytest.mark.parametrize("fault", [pytest.param(fault, id=name) for name, fault in FAULTS.items()])
def test_each_call_to_s3_fails_once(story: Story, fault: Fault) -> None:
    last = calls_of(copy(story.begun))
    assert last >= 15
    for number in range(1, last + 1):
        world = copy(story.begun)
        at_call(number, fault, world.bucket)
        outcome = with_news(world)
        world.bucket.before = world.bucket.after = lambda call: None
        nothing_is_half(world.published, story.before, story.after)
        is_honest(outcome, world, story.after)
        is_put_right(world, story.after)


@pytest.mark.parametrize("name", ["503 SlowDown", "403 AccessDenied", "no answer, not done", "412 PreconditionFailed"])
def test_s3_fails_from_each_call_on(story: Story, name: str) -> None:
    last = calls_of(copy(story.begun))
    for number in range(1, last + 1):
        world = copy(story.begun)
        at_call(number, FAULTS[name], world.bucket, for_ever=True)
        outcome = with_news(world)
        world.bucket.before = world.bucket.after = lambda call: None
        nothing_is_half(world.published, story.before, story.after)
        is_honest(outcome, world, story.after)
        is_put_right(world, story.after)


def test_an_answer_breaks_off_in_its_body_at_each_reading(story: Story) -> None:
    last = calls_of(copy(story.begun))
    for number in range(1, last + 1):
        world = copy(story.begun)
        breaking_off(number, world.bucket)
        outcome = with_news(world)
        world.bucket.before, world.bucket.breaks_off = (lambda call: None), False
        nothing_is_half(world.published, story.before, story.after)
        is_honest(outcome, world, story.after)
        is_put_right(world, story.after)


def breaking_off(number: int, bucket: Bucket) -> None:
    calls = 0

    def before(call: str) -> None:
        nonlocal calls
        calls += 1
        bucket.breaks_off = calls == number and call == "GetObject"

    bucket.before = before
