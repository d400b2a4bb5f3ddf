"""Which feeds are due. Pure: the instant is passed in, and nothing is remembered between ticks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from calsieve.core.fairness import fair_group
from calsieve.models import Feed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


class Enrolled(NamedTuple):
    """What has to be known of a feed to give it its turns; a hundredth of the feed.

    ``names`` are all under which it publishes, ``offset`` is its place in its interval.
    """

    name: str
    names: tuple[str, ...]
    every: timedelta
    offset: timedelta
    group: str


def enrolled(feed: Feed) -> Enrolled:
    """Return what has to be known of ``feed``."""
    every = feed.policy.refresh_every
    return Enrolled(feed.name, feed.names, every, _offset(feed.name, every), fair_group(feed))


def due(feeds: Iterable[Enrolled], at: datetime, tick: timedelta) -> tuple[Enrolled, ...]:
    """Return the feeds that have their turn in ``(at - tick, at]``, in the order given.

    Ticks that follow each other without a gap give each feed exactly one turn in each of its intervals;
    one that is no longer than the tick is always due. Asking again with the same ``at`` gives the same
    answer. ``at`` is aware. Does not know whether an earlier turn succeeded or was missed.
    """
    now = at - _EPOCH
    return tuple(feed for feed in feeds if _turns(feed, now) > _turns(feed, now - tick))


def within_tick(feed: Enrolled, at: datetime, tick: timedelta) -> timedelta:
    """Return how far into ``(at - tick, at]`` a due feed has its turn: what spreads a tick's feeds over its time.

    One whose turn was earlier, and is made up for, has a place of its own too.
    """
    since = (at - _EPOCH - feed.offset) % feed.every
    return tick - since if since <= tick else feed.offset % tick


def _turns(feed: Enrolled, elapsed: timedelta) -> int:
    """Count the turns that ``feed`` had since the epoch."""
    return (elapsed - feed.offset) // feed.every


def _offset(name: str, interval: timedelta) -> timedelta:
    """Return a feed's place in its interval: spread evenly, the same in every process."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") % (interval // _MICROSECOND) * _MICROSECOND
