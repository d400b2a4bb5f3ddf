"""What must hold of published files, whatever happened: told from what sources answered, and when.

A file is explained by settings and a moment of a run, and for each source by an answer: none of these may be older than
what explained the file that lay there before.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import lru_cache, partial
from typing import NamedTuple

from calsieve.paths import CALENDAR, name_of
from tests.refresh.machine import reader
from tests.refresh.machine.settings import Settings
from tests.refresh.machine.upstream import DAY, Shown, Version, Window, number_of

_STALE = "calsieve-stale"
_AGAIN, _HOLD = timedelta(hours=1), timedelta(hours=24)


class Broken(AssertionError):
    """Something that must never happen did."""


class Answer(NamedTuple):
    """A version that a source gave, and when."""

    version: Version
    at: datetime


class Offer(NamedTuple):
    """The settings and the moment of a run."""

    settings: Settings
    at: datetime


@dataclass
class Standing:
    """What explains the file at one path: the number of its settings, and per source which answer of it, the first
    that could be."""

    body: bytes = b""
    settings: int = 0
    answers: dict[str, int] = field(default_factory=dict)


@dataclass
class Ledger:
    """All answers and runs, and what is known of each file. ``good_since`` is for each source the number of the answer
    since which nothing of it can be held back."""

    answers: dict[str, list[Answer]] = field(default_factory=lambda: defaultdict(list))
    offers: list[Offer] = field(default_factory=list)
    standings: dict[str, Standing] = field(default_factory=dict)
    good_since: dict[str, int] = field(default_factory=lambda: defaultdict(int))
    failures: dict[str, list[datetime]] = field(default_factory=lambda: defaultdict(list))
    blind: bool = False  # what is remembered is of another day
    troubled: bool = False  # what is published may not be what is remembered: then a loss is one of the whole file

    def look(self, files: dict[str, bytes], now: datetime) -> None:
        """Explain each calendar that is published. Raises Broken, or Half."""
        for path, body in files.items():
            if path.endswith(CALENDAR) and (path not in self.standings or self.standings[path].body != body):
                self.standings[path] = self._explained(path, body, now)
        for path in self.standings.keys() - files.keys():
            del self.standings[path]

    def version(self, path: str, source: str) -> Version | None:
        """Return which version of a source a file shows, or the others of its name if it is at a new address."""
        standing = self._standing(path)
        if source not in standing.answers:
            return None
        return self.answers[source][standing.answers[source]].version

    def forget(self) -> None:
        """The memory went, or was not made: of the newest settings too, by which older ones are refused."""
        self.troubled = True
        for standing in self.standings.values():
            standing.settings = 0

    def looks_at(self, paths: set[str]) -> None:
        """At what lies elsewhere nobody looks: if it may not be remembered either, it tells nothing of sources."""
        for path, standing in self.standings.items():
            if path in paths and not standing.answers:
                standing.body = b""  # its address ended by a wrong clock: it is explained anew
            elif path not in paths and self.troubled:
                standing.answers = {}

    def _standing(self, path: str) -> Standing:
        """Return what is known of a file; a new address is known as well as the oldest of the others."""
        if path in self.standings:
            return self.standings[path]
        others = [one for other, one in self.standings.items() if name_of(other) == name_of(path)]
        return min(others, key=lambda one: sorted(one.answers.values()), default=Standing())

    def _explained(self, path: str, body: bytes, now: datetime) -> Standing:
        name, before = name_of(path), self._standing(path)
        versions = self._versions(_events(body), now)
        fitting = [
            offer
            for offer in self._offers(name, before.settings)
            if versions.keys() <= {*offer.settings.sources} and not difference(body, offer, name, versions)
        ]
        if not fitting:
            differences = [difference(body, offer, name, versions) for offer in self._offers(name, before.settings)]
            smallest = min(differences, key=len, default=set())
            raise Broken(f"{name} shows what its sources never did, by no settings at no moment: {smallest}")
        return self._first([partial(self._made, body, offer, versions, before, now, name) for offer in fitting])

    @staticmethod
    def _first(explanations: list[Callable[[], Standing]]) -> Standing:
        """Return the first explanation that holds. Raises Broken as the last one does."""
        for explain in explanations[:-1]:
            with suppress(Broken):
                return explain()
        return explanations[-1]()

    def _made(
        self, body: bytes, offer: Offer, versions: dict[str, Version], before: Standing, now: datetime, name: str
    ) -> Standing:
        after = Standing(body, offer.settings.number)
        believes = (
            self.blind
            or not offer.settings.guard
            or (self.troubled and not self._lost(offer, versions, before, now, name))
        )
        for source in offer.settings.sources:
            floor = before.answers.get(source)
            if floor is not None and self.troubled and not offer.settings.guard:
                floor = 0  # what stands in may be older
            at = self._answer(source, versions.get(source), floor, now, name)
            if at is not None:
                if not believes and source in before.answers:
                    self._believable(source, before.answers[source], at, offer.settings, now, name)
                after.answers[source] = at
        return after

    def _lost(self, offer: Offer, versions: dict[str, Version], before: Standing, now: datetime, name: str) -> bool:
        """Tell whether a file as a whole lost much of what was to come."""
        settings, window = offer.settings, Window(now, offer.settings.window(name, now).end)
        olds = [self.answers[source][at].version for source, at in before.answers.items()]
        old, new = (sum(len(one.coming(window)) for one in each) for each in (olds, versions.values()))
        if len(versions) < len(settings.sources) or not all(one.whole for one in versions.values()):
            return old - new > 3
        return old - new > 12 and (old - new) * 100 > 60 * old

    def _offers(self, name: str, since: int) -> list[Offer]:
        """Return one offer of each kind that a file could be made by."""
        offers = (one for one in self.offers if one.settings.number >= since and name in one.settings.names)
        return [*{(one.settings, one.settings.window(name, one.at)): one for one in offers}.values()]

    def _versions(self, events: list[reader.Event], now: datetime) -> dict[str, Version]:
        markers = filter(None, map(number_of, reader.shown(events, Window(now - DAY, now + 3 * DAY))))
        found: dict[str, Version] = {}
        for source, number in markers:
            version = next((one.version for one in self.answers[source] if one.version.number == number), None)
            if version is None or found.setdefault(source, version) != version:
                raise Broken(f"{source} is shown at version {number}, which it never answered or not alone")
        return found

    def _answer(self, source: str, version: Version | None, floor: int | None, now: datetime, name: str) -> int | None:
        """Return which answer a version was; None if there is none of it, and never was.

        What a run published that died before it remembered gives way to what is older if the source fails for so long.
        """
        if version is None and floor is None:
            return None
        waited = any(failure <= now - _HOLD for failure in self.failures[source])
        for at in range(0 if waited else floor or 0, len(self.answers[source])):
            answered = self.answers[source][at].version
            if answered == version or (version is None and not answered.marked):
                return at
        raise Broken(f"{name} shows {source} older than it was, or not at all: {version and version.number}")

    def _believable(self, source: str, before: int, at: int, settings: Settings, now: datetime, name: str) -> None:
        """Raise Broken if a loss was taken over at once."""
        answers = self.answers[source]
        old, new = answers[before].version, answers[at].version
        if at == before or not worse(old, new, settings, now, by=60):
            return
        since = max(before, self.good_since[source])
        seen = [one for one in answers[since:] if worse(old, one.version, settings, one.at, by=40)]
        wait = _HOLD if old.whole and not new.whole else _AGAIN
        if not any(one.at <= now - wait for one in seen):
            raise Broken(
                f"{name}: {source} lost much from version {old.number} to {new.number}, and is believed at once"
            )


@lru_cache(maxsize=16)
def _events(body: bytes) -> list[reader.Event]:
    return reader.events(body)


def worse(old: Version, new: Version, settings: Settings, now: datetime, *, by: int) -> bool:
    """Tell whether ``new`` lost more than ``by`` percent of what ``old`` had to come, all of it, or its end."""
    if old.whole and not new.whole:
        return True
    if not new.marked:
        return old.marked
    before, after = (len(settings.coming(one, now)) for one in (old, new))
    return before - after >= (10 if by > 50 else 8) and (before - after) * 100 > by * before


def difference(body: bytes, offer: Offer, name: str, versions: dict[str, Version]) -> set[Shown]:
    """Return what a file shows and should not, or should and does not, if it is made as offered."""
    window = offer.settings.window(name, offer.at)
    events = [event for event in _events(body) if event.uid != _STALE]
    found = {one for one in reader.shown(events, window) if number_of(one) is None}
    return found ^ offer.settings.shown(name, versions.values(), offer.at)


def old_times(body: bytes, window: Window) -> Iterator[Shown]:
    """Yield what a file shows that is over before its window begins."""
    before = Window(window.start - 400 * DAY, window.start)
    for one in reader.shown(reader.events(body), before):
        if one.end <= window.start:
            yield one
