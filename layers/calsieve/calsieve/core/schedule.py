"""Which feeds are due. Pure: the instant is passed in, and nothing is remembered between ticks."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from datetime import UTC, datetime, timedelta

from calsieve.models import Feed

_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND = timedelta(microseconds=1)


def due(feeds: Iterable[Feed], at: datetime, tick: timedelta) -> tuple[Feed, ...]:
    """Return the feeds that have their turn in ``(at - tick, at]``, in the order given.

    Ticks that follow each other without a gap give each feed exactly one turn in each of its intervals;
    one that is no longer than the tick is always due. Asking again with the same ``at`` gives the same
    answer. ``at`` is aware. Does not know whether an earlier turn succeeded or was missed.
    """
    now = at - _EPOCH
    return tuple(feed for feed in feeds if _turns(feed, now) > _turns(feed, now - tick))


def _turns(feed: Feed, elapsed: timedelta) -> int:
    """Count the turns that ``feed`` had since the epoch."""
    interval = feed.policy.refresh_every
    return (elapsed - _offset(feed.name, interval)) // interval


def _offset(name: str, interval: timedelta) -> timedelta:
    """Return a feed's place in its interval: spread evenly, the same in every process."""
    digest = hashlib.sha256(name.encode()).digest()
    return int.from_bytes(digest[:8], "big") % (interval // _MICROSECOND) * _MICROSECOND
