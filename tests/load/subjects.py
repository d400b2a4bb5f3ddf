"""The feeds of the soak: what each is made of, by which configuration, and what was seen of it so far."""

from __future__ import annotations

import json
import random
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from calsieve.config import load
from calsieve.models import Feed
from tests.load.moody_upstream import PASSWORD, USER, MoodyUpstream
from tests.load.origins import BASE, Origin

ZONE = ZoneInfo("Europe/Berlin")
_SOURCES = ("work", "home", "club")


@dataclass(slots=True)
class Subject:
    """One feed, with the sources, files and configurations that it has.

    ``editions`` are when each of its configurations was written. ``sure`` is set while the newest is certainly
    remembered, so that an older one has to be refused. ``floors``, by file and origin, are the oldest versions that may
    still be published, None if none was; ``shows`` those that are, and ``hashed`` the bytes that were looked at.
    """

    name: str
    chance: random.Random
    origins: tuple[Origin, ...]
    cloud: bool
    page: bool
    atom: bool
    busy: bool
    editions: list[datetime] = field(default_factory=lambda: [BASE - timedelta(days=1)])
    sure: bool = False
    floors: dict[str, dict[str, int | None]] = field(default_factory=dict)
    shows: dict[str, dict[str, set[int]]] = field(default_factory=dict)
    hashed: dict[str, int] = field(default_factory=dict)
    edition: dict[str, int] = field(default_factory=dict)
    _feeds: dict[int, Feed] = field(default_factory=dict)

    @property
    def names(self) -> tuple[str, ...]:
        return (self.name, f"{self.name}-busy") if self.busy else (self.name,)

    def keys(self, upstream: MoodyUpstream, edition: int = -1) -> dict[str, Any]:
        """Return its entry in feeds.yaml."""
        number = range(len(self.editions))[edition]
        basic = {"user": USER, "password": PASSWORD}
        sources = zip(_SOURCES, self.origins, strict=False)
        return {
            "name": self.name,
            "title": f"{self.name}, edition {number}",
            "timezone": ZONE.key,
            "schedule": "15m",
            "page": self.page,
            "notices": {"ahead": "30d"} if self.atom else False,
            "sources": [{"name": name, "url": upstream.url(one.name), "basic": basic} for name, one in sources],
            **({"views": [{"name": name, "show": "busy"} for name in self.names[1:]]} if self.busy else {}),
        }

    def feed(self, upstream: MoodyUpstream, edition: int = -1) -> Feed:
        number = range(len(self.editions))[edition]
        if number not in self._feeds:
            self._feeds = {key: self._feeds[key] for key in self._feeds if key >= number - 1}
            self._feeds[number] = load(json.dumps({"feeds": [self.keys(upstream, number)]})).feeds[0]
        return self._feeds[number]

    def origin(self, source: str) -> Origin:
        return self.origins[_SOURCES.index(source)]

    def doubted(self, *, lost: bool = False) -> None:
        """Nobody can be sure what is remembered; if it is ``lost``, not by what a loss of one source could be seen.

        Of a feed with a single source, what is published is memory enough (decision 26).
        """
        self.sure = False
        if len(self.origins) == 1 and all(name in self.hashed for name in self.names):
            return
        for origin in self.origins:
            origin.good = False
            if lost:
                origin.forgive()


def subject(number: int, seed: str) -> Subject:
    """Return a feed, the same for the same number and seed. Every tenth is refreshed by the function."""
    name = f"feed-{number}"
    chance = random.Random(f"{seed} {name}")
    sources = chance.choice((1, 1, 1, 1, 2, 3))
    origins = tuple(Origin(f"{name}-{n}", n, random.Random(f"{seed} {name} {n}")) for n in range(sources))
    page, atom, busy = (chance.random() < share for share in (0.2, 0.15, 0.25))
    return Subject(name, chance, origins, number % 10 == 0, page, atom, busy)
