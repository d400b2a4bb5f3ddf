"""What the machine's feed is configured as, and what that shows of a version by plain arithmetic."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta
from functools import cache

from calsieve.models import Feed, Guard, Notices, Policy, Secret, Show, Snap, Source, Span, View, WindowPolicy
from calsieve.rules import Action, Field, Operator, Rule, Where
from tests.refresh.machine.upstream import BASE, DAY, ZONE, Shown, Version, Window

OWN, BUSY, SOON = "team", "team-busy", "team-soon"
TOKEN = "s3cret-t0ken"
_PRIVATE = Rule("private", Action.DROP, Where(Field.SUMMARY, Operator.CONTAINS, ("private",)))


@dataclass(frozen=True)
class Settings:
    """One configuration; later ones have higher numbers. ``back`` and ``ahead`` are days."""

    number: int
    sources: tuple[str, ...]
    back: int
    ahead: int
    snap: Snap
    sieved: bool  # what is called private is dropped
    views: tuple[str, ...]
    page: bool
    atom: bool
    stale: timedelta | None
    guard: bool

    @property
    def names(self) -> tuple[str, ...]:
        return (OWN, *self.views)

    @property
    def written(self) -> datetime:
        return BASE - 100 * DAY + self.number * timedelta(minutes=1)

    def feed(self) -> Feed:
        return Feed(
            name=OWN,
            sources=tuple(
                Source(name=name, url=Secret("literal", f"https://{name}.example/{TOKEN}.ics")) for name in self.sources
            ),
            policy=self._policy(OWN),
            views=tuple(View(name, self._policy(name)) for name in self.views),
            notices=Notices() if self.atom else None,
            page=self.page,
            guard=Guard() if self.guard else None,
            stale_notice=self.stale,
        )

    def window(self, name: str, now: datetime) -> Window:
        back, ahead = self._reach(name)
        return _window(back, ahead, 7 if self.snap is Snap.WEEK else 1, now)

    def coming(self, version: Version, now: datetime) -> frozenset[str]:
        """Return what of a version is to come, as far as the widest file shows it."""
        return version.coming(Window(now, max(self.window(name, now).end for name in self.names)))

    def shown(self, name: str, versions: Iterable[Version], now: datetime) -> set[Shown]:
        """Return what a file shows that is made from these versions, but for markers."""
        return self.seen(name, {one for version in versions for one in version.shown(self.window(name, now))})

    def seen(self, name: str, shown: Iterable[Shown]) -> set[Shown]:
        """Return how a file shows these."""
        left = (one for one in shown if not (self.sieved and "private" in one.title))
        return {one._replace(title="Busy") for one in left} if name == BUSY else {*left}

    def _reach(self, name: str) -> tuple[int, int]:
        return (7, 14) if name == SOON else (self.back, self.ahead)

    def _policy(self, name: str) -> Policy:
        back, ahead = self._reach(name)
        return Policy(
            title=name,
            timezone=ZONE.key,
            window=WindowPolicy(Span(days=back), Span(days=ahead), self.snap),
            rules=(_PRIVATE,) if self.sieved else (),
            show=Show.BUSY if name == BUSY else Show.FULL,
        )


@cache
def _window(back: int, ahead: int, rests: int, now: datetime) -> Window:
    local = now.astimezone(ZONE).replace(tzinfo=None)
    start, end = _rested(local - back * DAY, rests), _rested(local + ahead * DAY, rests)
    end = end if end == local + ahead * DAY else end + rests * DAY
    return Window(*(edge.replace(tzinfo=ZONE).astimezone(UTC) for edge in (start, end)))


def _rested(local: datetime, rests: int) -> datetime:
    midnight = datetime.combine(local.date(), time())
    return midnight - (midnight.weekday() if rests == 7 else 0) * DAY
