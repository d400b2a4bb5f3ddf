"""Upstreams are left alone for as long as they ask for, and no turn is lost by it."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.core.rests import LONGEST, Rest, due_but_resting, rest, rest_key, rests_of
from calsieve.core.schedule import Enrolled, due, enrolled, within_tick
from calsieve.models import Feed, Policy, Secret, Source

NOON = datetime(2026, 5, 15, 12, tzinfo=UTC)
TICK = timedelta(minutes=5)
MINUTE = timedelta(minutes=1)


def feed(n: int, host: str = "one", every: timedelta = timedelta(hours=1)) -> Enrolled:
    source = Source(name="a", url=Secret("literal", f"https://{host}.example.org/"))
    return enrolled(Feed(name=f"feed-{n}", sources=(source,), policy=Policy(refresh_every=every)))


FEEDS = [feed(n) for n in range(120)]
OTHERS = [feed(n, "two") for n in range(120, 240)]
GROUP = FEEDS[0].group


def test_a_rest_survives_being_written_down() -> None:
    one = rest(GROUP, NOON, 600)
    assert one.until == NOON + 10 * MINUTE
    assert rests_of([rest_key(one)]) == {GROUP: one}


def test_nobody_is_left_alone_for_days() -> None:
    assert rest(GROUP, NOON, 1e12).until == NOON + LONGEST


@pytest.mark.parametrize("key", ["backoff/x/1-2", f"backoff/{'a' * 32}/1", f"other/{'a' * 32}/1-2", "backoff/"])
def test_other_keys_mean_nothing(key: str) -> None:
    assert rests_of([key]) == {}


def test_while_a_rest_lasts_its_feeds_wait_and_others_do_not() -> None:
    rests = rests_of([rest_key(rest(GROUP, NOON, 3600))])
    at = NOON + 2 * TICK
    going, waiting = due_but_resting(FEEDS + OTHERS, at, TICK, rests)
    assert going == list(due(OTHERS, at, TICK))
    assert waiting == len(due(FEEDS, at, TICK)) > 0


@given(st.integers(60, 5 * 3600), st.sampled_from([15, 60, 7 * 24 * 60]))
def test_when_it_has_ended_each_feed_that_missed_its_turn_comes_once(seconds: int, minutes: int) -> None:
    feeds = [feed(n, every=minutes * MINUTE) for n in range(60)]
    rests = rests_of([rest_key(rest(GROUP, NOON, seconds))])
    ticks = [NOON + n * TICK for n in range(1, -(-seconds // 300) + 1)]
    sent = [due_but_resting(feeds, at, TICK, rests)[0] for at in ticks]
    assert not any(sent[:-1])
    missed = {one for at in ticks for one in due(feeds, at, TICK)}
    assert missed <= {*sent[-1]}
    assert len(sent[-1]) == len({*sent[-1]})
    again, waiting = due_but_resting(feeds, ticks[-1] + TICK, TICK, rests)
    assert (again, waiting) == (list(due(feeds, ticks[-1] + TICK, TICK)), 0)


def test_feeds_that_make_up_for_their_turn_do_not_come_all_at_once() -> None:
    rests = rests_of([rest_key(rest(GROUP, NOON, 3600))])
    at = NOON + timedelta(hours=1)
    going, _ = due_but_resting(FEEDS, at, TICK, rests)
    assert len(going) == len(FEEDS)
    assert len({within_tick(one, at, TICK) // MINUTE for one in going}) == 5


def test_who_is_told_to_wait_again_has_missed_the_turns_since_the_first_time() -> None:
    first, second = rest(GROUP, NOON, 1800), rest(GROUP, NOON + 32 * MINUTE, 1800)
    later = rest(GROUP, NOON + timedelta(hours=4), 600)
    keys = [rest_key(one) for one in (second, first)]
    assert rests_of(keys) == {GROUP: Rest(GROUP, first.since, second.until)}
    assert rests_of([*keys, rest_key(later)]) == {GROUP: later}


def test_a_shorter_rest_does_not_end_a_longer_one() -> None:
    long, short = rest(GROUP, NOON, 3600), rest(GROUP, NOON + MINUTE, 120)
    assert rests_of(map(rest_key, (long, short)))[GROUP].until == long.until
