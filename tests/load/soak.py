"""Many feeds, many refreshes, a bad upstream and runs that are killed; what is published is looked at after each.

    python -m tests.load.soak --feeds 2000 --rounds 200

Stops by itself; at the first thing that is not as it should be, with what that is.
"""

from __future__ import annotations

import argparse
import gzip
import os
import random
import re
import tempfile
import time
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from calsieve.adapters.directory import DirectoryPublisher, DirectoryStateStore
from calsieve.adapters.http import HttpFetcher, Limits
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.models import Feed, Outcome, Policy, Secret, Source, Status
from calsieve.paths import PathKey
from calsieve.refresh import Outside, refresh
from tests.load.moody_upstream import TOKEN, Calendar, Events, MoodyUpstream

BASE = datetime(2026, 5, 13, 12, tzinfo=UTC)
STEP = timedelta(minutes=15)
KEY = PathKey(bytes(range(32)))
_LIMITS = Limits(tries=1, read_seconds=5, total_seconds=10)


class Killed(BaseException):
    """The function was ended from outside."""


class Broken(AssertionError):
    """Something that must never happen did."""


@dataclass
class Mortal:
    """A port of which the call number ``steps`` kills, before it does anything or after it did."""

    port: Any
    life: Life

    def __getattr__(self, name: str) -> Callable[..., Any]:
        return partial(self._call, getattr(self.port, name))

    def _call(self, method: Callable[..., Any], *args: Any, **named: Any) -> Any:
        self.life.steps -= 1
        if self.life.steps == 0 and not self.life.after:
            raise Killed
        result = method(*args, **named)
        if self.life.steps == 0:
            raise Killed
        return result


@dataclass
class Life:
    """How many calls a run has left."""

    steps: int
    after: bool


@dataclass
class Soak:
    """All feeds, and what became of their refreshes."""

    root: Path
    feeds: int
    changes: float = 0.1
    kills: float = 0.05
    faults: float = 0.3
    outcomes: Counter[str] = field(default_factory=Counter)
    seen: set[str] = field(default_factory=set)

    def run(self, rounds: int, tell: Callable[[str], None] = lambda _: None) -> None:
        """Refresh every feed in each round, 15 minutes apart. Raises Broken."""
        calendars = {name: Calendar(name, "soak", BASE) for name in (f"feed-{n}" for n in range(self.feeds))}
        self._publisher = DirectoryPublisher(self.root / "public")
        self._state = DirectoryStateStore(self.root / "state")
        self._fetcher = HttpFetcher(EnvironmentSecrets({}), _LIMITS, allow_private=True)
        first = 0
        with MoodyUpstream(calendars, self.faults) as upstream, ThreadPoolExecutor(4) as pool:
            for number in range(rounds):
                now = BASE + number * STEP
                tasks = [pool.submit(self._turn, upstream, calendar, now) for calendar in calendars.values()]
                self.outcomes.update(task.result() for task in tasks)
                held = _megabytes()
                first = held if number == min(rounds // 4, 20) else first
                tell(f"round {number + 1} of {rounds}: {dict(self.outcomes)}, {held} MB")
            upstream.faults = 0
            for calendar in calendars.values():
                self._settled(upstream, calendar, BASE + rounds * STEP)
            self.outcomes |= Counter({f"answered {kind}": count for kind, count in upstream.answered.items()})
        if held > first * 1.2 + 20:
            raise Broken(f"memory grew from {first} to {held} MB")

    def _turn(self, upstream: MoodyUpstream, calendar: Calendar, now: datetime) -> str:
        chance = random.Random(f"{calendar.name} {now}")
        if chance.random() < self.changes:
            calendar.change()
        killed = chance.random() < self.kills
        life = Life(chance.randint(1, 10) if killed else 0, after=chance.random() < 0.5)
        try:
            outcome = self._refreshed(upstream, calendar, now, life)
        except Killed:
            self._looked_at(calendar)
            return "killed"
        self._looked_at(calendar)
        self._told(calendar, outcome)
        calendar.settled |= outcome.status is not Status.FAILED
        return outcome.status.value

    def _refreshed(self, upstream: MoodyUpstream, calendar: Calendar, now: datetime, life: Life) -> Outcome:
        source = Source(name="work", url=Secret("literal", upstream.url(calendar.name)))
        feed = Feed(name=calendar.name, sources=(source,), policy=Policy(timezone="Europe/Berlin"))
        outside = Outside(self._fetcher, Mortal(self._publisher, life), Mortal(self._state, life))
        return refresh(feed, {feed.name: KEY.place(feed.name, now)}, outside, now)

    def _looked_at(self, calendar: Calendar) -> None:
        """What is published is whole, is something that the source was, and never older than what was seen before."""
        path = self._path(calendar)
        if not path.exists():
            if calendar.name in self.seen:
                raise Broken(f"{calendar.name} was published, and is gone")
            return
        self.seen.add(calendar.name)
        there = events_of(path.read_bytes())
        at = [n for n, version in enumerate(calendar.versions) if version == there]
        if not at:
            raise Broken(f"{calendar.name} shows what its source never did, or not since a newer version was published")
        if len(calendar.versions) > at[-1] + 50:
            raise Broken(f"{calendar.name} is 50 changes behind")
        del calendar.versions[: at[0]]

    def _told(self, calendar: Calendar, outcome: Outcome) -> None:
        if any(secret in problem for problem in outcome.problems for secret in (TOKEN, "127.0.0.1")):
            raise Broken(f"{calendar.name} tells its address: {outcome.problems}")
        if outcome.status is Status.FAILED:
            return
        plain = self._path(calendar)
        if gzip.decompress(plain.with_name(f"{plain.name}.gz").read_bytes()) != plain.read_bytes():
            raise Broken(f"{calendar.name} has a twin that is another file")
        if not outcome.problems and events_of(plain.read_bytes()) != calendar.versions[-1]:
            raise Broken(f"{calendar.name} is not what its source shows, and nothing is said of that")

    def _settled(self, upstream: MoodyUpstream, calendar: Calendar, now: datetime) -> None:
        """Once the upstream is well again, one refresh mends everything."""
        outcome = self._refreshed(upstream, calendar, now, Life(0, after=False))
        self._looked_at(calendar)
        self._told(calendar, outcome)
        if outcome.status is Status.FAILED or outcome.problems:
            raise Broken(f"{calendar.name} does not mend: {outcome.problems}")

    def _path(self, calendar: Calendar) -> Path:
        return self.root / "public" / KEY.place(calendar.name, BASE).path


def events_of(body: bytes) -> Events:
    """Read a published file in the plainest way there is. Raises Broken if it is not whole."""
    if not (body.startswith(b"BEGIN:VCALENDAR\r\n") and body.endswith(b"\r\nEND:VCALENDAR\r\n")):
        raise Broken("half a file is published")
    text = body.replace(b"\r\n ", b"").decode()
    found = {}
    for event in re.findall("BEGIN:VEVENT\r\n(.*?)END:VEVENT\r\n", text, re.DOTALL):
        lines = dict(line.split(":", 1) for line in event.splitlines())
        found[lines["UID"]] = (lines["DTSTART"], lines["SUMMARY"])
    return found


def _megabytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=200)
    given = parser.parse_args()
    start = time.time()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), given.feeds)
        soak.run(given.rounds, partial(print, flush=True))
    print(f"nothing was lost or invented in {time.time() - start:,.0f} seconds: {dict(soak.outcomes)}")
