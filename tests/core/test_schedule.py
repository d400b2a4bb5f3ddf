"""Each feed has exactly one turn in each of its intervals, whatever the tick."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta, timezone
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from calsieve.core.schedule import Enrolled, due, enrolled, within_tick
from calsieve.models import Feed, Policy, Secret, Source

TICK = timedelta(minutes=5)
NOON = datetime(2026, 5, 15, 12, tzinfo=UTC)

names = st.from_regex(r"[a-z0-9][a-z0-9-]{0,20}", fullmatch=True)
intervals = st.integers(5, 7 * 24 * 60).map(lambda minutes: timedelta(minutes=minutes))
ticks = st.integers(1, 3600).map(lambda seconds: timedelta(seconds=seconds))
instants = st.datetimes(datetime(2000, 1, 1), datetime(2090, 1, 1), timezones=st.just(UTC))


def feed(name: str, every: timedelta) -> Enrolled:
    source = Source(name="source-1", url=Secret("env", "URL"))
    return enrolled(Feed(name=name, sources=(source,), policy=Policy(refresh_every=every)))


def turns(one: Enrolled, start: datetime, length: timedelta, tick: timedelta) -> list[datetime]:
    """Return the ticks in (start, start + length] at which ``one`` is due."""
    ats = [start + n * tick for n in range(1, length // tick + 1)]
    return [at for at in ats if due([one], at, tick)]


@given(names, intervals, st.integers(1, 6), instants)
def test_a_feed_is_due_once_in_each_interval_of_whole_ticks(
    name: str, every: timedelta, ticks_each: int, start: datetime
) -> None:
    tick = every / ticks_each
    assert len(turns(feed(name, every), start, every, tick)) == 1
    assert len(turns(feed(name, every), start, 3 * every, tick)) == 3


@given(names, intervals, ticks, instants)
def test_turns_of_ticks_that_do_not_divide_the_interval_are_an_interval_apart_up_to_one_tick(
    name: str, every: timedelta, tick: timedelta, start: datetime
) -> None:
    every = min(every, 20 * tick)
    found = turns(feed(name, every), start, 6 * every + tick, tick)
    gaps = [b - a for a, b in pairwise(found)]
    assert all(every - tick < gap < every + tick or gap == tick for gap in gaps)
    if tick < every:
        assert 6 <= len(found) <= 7


@given(names, intervals, instants, st.integers(1, 400))
def test_an_interval_cut_anywhere_in_two_ticks_has_its_turn_in_one_of_them(
    name: str, every: timedelta, start: datetime, minutes: int
) -> None:
    one, cut = feed(name, every), min(timedelta(minutes=minutes), every / 2)
    pieces = [due([one], start + cut, cut), due([one], start + every, every - cut)]
    assert sorted(pieces, key=len) == [(), (one,)]


@given(names, intervals, instants, ticks)
def test_an_interval_no_longer_than_the_tick_is_always_due(
    name: str, every: timedelta, at: datetime, longer: timedelta
) -> None:
    one = feed(name, every)
    assert due([one], at, every) == (one,)
    assert due([one], at, every + longer) == (one,)


def test_asking_again_gives_the_same_feeds_in_the_order_given() -> None:
    feeds = [feed(f"feed-{n}", timedelta(minutes=15)) for n in range(30)]
    first = due(feeds, NOON, TICK)
    assert due(iter(feeds), NOON, TICK) == first
    assert 0 < len(first) < 30
    assert list(first) == [one for one in feeds if one in first]


def test_turns_are_spread_over_the_interval() -> None:
    feeds = [feed(f"feed-{n}", timedelta(hours=1)) for n in range(1200)]
    load = Counter(len(due(feeds, NOON + n * TICK, TICK)) for n in range(12))
    assert sum(size * count for size, count in load.items()) == 1200
    assert min(load) > 60
    assert max(load) < 140


def test_a_turn_depends_on_nothing_but_the_name_and_the_interval() -> None:
    # Fixed values: a change of the hash would make every feed miss or repeat a turn on deployment.
    found = {name: turns(feed(name, timedelta(hours=1)), NOON, timedelta(hours=1), TICK) for name in "abc"}
    assert {name: [at.minute for at in ats] for name, ats in found.items()} == {"a": [35], "b": [20], "c": [25]}


@pytest.mark.parametrize("zone", [timezone(timedelta(hours=-7)), ZoneInfo("Europe/Berlin")])
def test_the_zone_of_the_instant_does_not_matter_not_even_when_clocks_change(
    zone: timezone | ZoneInfo,
) -> None:
    feeds = [feed(f"feed-{n}", timedelta(hours=3)) for n in range(40)]
    night = datetime(2026, 10, 25, 0, tzinfo=UTC)
    for n in range(6):
        at = night + n * timedelta(minutes=30)
        assert due(feeds, at.astimezone(zone), timedelta(hours=2)) == due(feeds, at, timedelta(hours=2))


def test_an_instant_without_a_zone_is_refused() -> None:
    with pytest.raises(TypeError):
        due([feed("a", TICK)], datetime(2026, 5, 15), TICK)


@given(names, intervals, ticks, instants)
def test_within_its_tick_a_feed_waits_for_its_turn(name: str, every: timedelta, tick: timedelta, at: datetime) -> None:
    one = feed(name, min(every, 2 * tick))
    assume(due([one], at, tick))
    wait = within_tick(one, at, tick)
    assert timedelta() <= wait <= tick
    turn = at - tick + wait
    assert due([one], turn, timedelta(microseconds=1))
    if turn < at:
        assert not due([one], at, at - turn)  # it is the last one


def test_feeds_of_a_tick_are_spread_over_it() -> None:
    feeds = due([feed(f"feed-{n}", timedelta(hours=1)) for n in range(6000)], NOON, TICK)
    minutes = Counter(within_tick(one, NOON, TICK) // timedelta(minutes=1) for one in feeds)
    assert len(minutes) == 5
    assert min(minutes.values()) > 60
