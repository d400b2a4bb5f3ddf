"""Upstreams that asked to be left alone for a while, and what that means for the turns of their feeds. Pure.

Who is told so writes it down under a key that says all; who gives turns lists the keys. Nobody reads or deletes any.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime, timedelta
from itertools import groupby
from typing import TYPE_CHECKING, NamedTuple

from calsieve.core.schedule import due

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from calsieve.core.schedule import Enrolled

PREFIX = "backoff/"
LONGEST = timedelta(hours=6)
_KEY = re.compile(PREFIX + r"([0-9a-f]{32})/(\d{1,11})-(\d{1,11})")
# Messages that were on their way when it began: the tick and what follows it in the queue.
_BEFORE = timedelta(minutes=15)
# Feeds that come when one has ended, and are told to wait again, have missed their turns since the one before.
_GAP = timedelta(minutes=30)


class Rest(NamedTuple):
    """How long the upstream of a fair group is to be left alone, to the second."""

    group: str
    since: datetime
    until: datetime


def rest(group: str, now: datetime, seconds: float) -> Rest:
    """Return the rest that an upstream asked for at ``now``; it counts from a little before, and not for days."""
    return Rest(group, now - _BEFORE, now + timedelta(seconds=min(seconds, LONGEST.total_seconds())))


def rest_key(one: Rest) -> str:
    """Return the key under which a rest is written down."""
    return f"{PREFIX}{one.group}/{int(one.since.timestamp())}-{int(one.until.timestamp())}"


def rests_of(keys: Iterable[str]) -> dict[str, Rest]:
    """Return the last rest of each group; those that follow each other closely are one."""
    found = sorted(filter(None, map(_rest, keys)))
    return {group: _joined(rests) for group, rests in groupby(found, key=lambda one: one.group)}


def due_but_resting(
    feeds: Sequence[Enrolled], at: datetime, tick: timedelta, rests: Mapping[str, Rest]
) -> tuple[list[Enrolled], int]:
    """Return the feeds that are due at a tick and may be asked for, and how many wait.

    When a rest has ended in ``(at - tick, at]``, those are due that had their turn since it began.
    """
    free = [feed for feed in feeds if feed.group not in rests]
    going, waiting = [*due(free, at, tick)], 0
    for feed in feeds:
        one = rests.get(feed.group)
        if one and one.until > at:
            waiting += len(due([feed], at, tick))
        elif one:
            ended = one.until > at - tick
            going += due([feed], at, max(tick, at - one.since) if ended else tick)
    return going, waiting


def _rest(key: str) -> Rest | None:
    match = _KEY.fullmatch(key)
    if match is None:
        return None
    group, *moments = match.groups()
    since, until = (datetime.fromtimestamp(int(one), UTC) for one in moments)
    return Rest(group, since, until)


def _joined(rests: Iterable[Rest]) -> Rest:
    """Return the last of rests that are in order, joined with those that it follows closely."""
    first, *more = rests
    for one in more:
        close = one.since <= first.until + _GAP
        first = one._replace(since=first.since, until=max(first.until, one.until)) if close else one
    return first
