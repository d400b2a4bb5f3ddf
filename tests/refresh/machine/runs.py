"""Runs of the machine's feed, and what must hold after each and once all is mended."""

from __future__ import annotations

import gzip
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime

from calsieve import refresh as shell
from calsieve.errors import Outdated
from calsieve.models import Fetched, NotModified, Outcome, Source, Status, Validators
from calsieve.paths import ATOM, CALENDAR, PAGE, PathKey, Place, name_of
from calsieve.state import decode
from tests.published import assert_published
from tests.refresh.machine.laws import Answer, Broken, Ledger, Offer, difference, old_times, worse
from tests.refresh.machine.settings import BUSY, OWN, TOKEN, Settings
from tests.refresh.machine.stores import Stores
from tests.refresh.machine.upstream import BASE, SOURCES, TITLED, Upstream

STATE = f"feeds/{OWN}"
_AFRESH = "what was remembered of this feed can't be read: starting afresh"


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Fate:
    """What happens in the course of a run: at steps of these numbers, or as soon after as it can.

    ``waits``: steps are counted from the first answer of a source on.
    """

    plan: list[tuple[int, Callable[[], None], bool]]
    waits: bool = False
    at: int = 0
    met: bool = False

    def __call__(self, waits: bool) -> None:
        self.at += not self.waits
        if self.plan and self.at >= self.plan[0][0] and not (waits and self.plan[0][2]):
            _, act, _ = self.plan.pop(0)
            self.met = True
            act()


class FeedRuns:
    """One feed, its sources, settings and addresses over time. ``stores`` are made by who tests with it."""

    stores: Stores

    def start(self, settings: Settings, *, etags: bool, dated: bool) -> None:
        """Begin with nothing published. ``dated``: it is known when the settings were written."""
        self.upstreams = {name: Upstream(name, etags) for name in SOURCES}
        self.all_settings, self.keys = [settings], [PathKey(bytes(range(32)))]
        self.dated, self.now = dated, BASE
        self.ledger, self.fate = Ledger(), Fate([])
        self.stores.step = lambda waits: self.fate(waits)
        self.runs_since = 0
        self.snapshots: list[bytes] = []  # of what was remembered
        self.left: set[str] = set()  # of which nobody may know any more

    def undisturbed(self) -> None:
        """Refresh once. If all sources are good and the memory is whole, that is published, and nothing is said."""
        was = {name: self.ledger.version(self._path(OWN), name) for name in SOURCES}
        troubled = self.ledger.troubled
        outcome = self.refreshed(Fate([]))
        if outcome is None:
            return
        settings = self.all_settings[-1]
        asked = {name: self.upstreams[name] for name in settings.sources}
        good = all(
            one.ill == "" and (not (old := was[name]) or not worse(old, one.now, settings, self.now, by=40))
            for name, one in asked.items()
        )
        if outcome.status is not Status.FAILED:
            self._twins_agree()
        if good and not troubled:
            if outcome.status is Status.FAILED or {*outcome.problems} - {_AFRESH}:
                raise Broken(f"all is good, and {outcome.problems}")
            self.shows_what_sources_do()

    def refreshed(
        self, fate: Fate, now: datetime | None = None, settings: Settings | None = None, *, dry_run: bool = False
    ) -> Outcome | None:
        """Refresh once, look at what there is then, and return the outcome; None if it was killed or refused."""
        now, settings, outer = now or self.now, settings or self.all_settings[-1], self.fate
        feed, key = settings.feed(), self.keys[-1]
        self.runs_since += 1
        self.ledger.offers.append(Offer(settings, now))
        outside = shell.Outside(
            _Fetcher(self, now), self.stores.publisher, self.stores.state, None, "https://cal.example"
        )
        places = {name: key.place(name, now) for name in feed.names}
        configured = settings.written if self.dated else None
        self.ledger.looks_at({stem + CALENDAR for place in places.values() for stem in place.stems})
        self.fate, killed = fate, False
        self.ledger.troubled |= bool(fate.plan)
        try:
            outcome = shell.refresh(feed, places, outside, now, configured=configured, dry_run=dry_run)
        except Killed:
            killed = True
            return None
        except Outdated:
            return None
        finally:
            self.fate = Fate([])
            self.ledger.look(self.stores.published(), max(now, self.now))
            if killed:
                self.left_behind()
                self.ledger.forget()
            self.fate = outer
        self._tells_no_secret(outcome, places.values())
        if not fate.met and not dry_run:
            self._noted(outcome, settings)
        return outcome

    def left_behind(self) -> None:
        """Note what a run that died left, that no later one can know of. Beside a file that is not known, it looks."""
        state = decode(self.stores.remembered().get(STATE, b""))
        known = state.files if state else {}
        for path in self.stores.published():
            name, beside = name_of(path), path.endswith((PAGE, ATOM))
            if name != OWN and name not in known:
                self.left.add(path)
            if beside and name in known and not (known[name].atom if path.endswith(ATOM) else known[name].page):
                self.left.add(path)

    def _noted(self, outcome: Outcome, settings: Settings) -> None:
        """A run that was not disturbed remembers what it saw."""
        if outcome.status is not Status.FAILED:
            self.ledger.troubled = self.ledger.blind = False
        if there := self.stores.remembered().get(STATE):
            self.snapshots.append(there)
        failing = {one.source for one in outcome.failing}
        for name in {*settings.sources} - failing:
            self.ledger.good_since[name] = len(self.ledger.answers[name]) - 1

    def answered(self, source: str, validators: Validators, now: datetime) -> Fetched | NotModified:
        """Answer for a source, and note what."""
        self.fate(False)
        upstream = self.upstreams[source]
        if upstream.ill in {"down", "html"}:
            self.ledger.failures[source].append(now)
        answer = upstream.answer(validators)
        if upstream.ill != "html":
            self.ledger.answers[source].append(Answer(upstream.seems, now))
        self.fate.waits = False
        self.fate(False)
        return answer

    def _path(self, name: str) -> str:
        return self.keys[-1].place(name, self.now).path

    def shows_what_sources_do(self) -> None:
        """Each file is there, and shows just what its sources are now."""
        settings = self.all_settings[-1]
        files = self.stores.published()
        for name in settings.names:
            for stem in self.keys[-1].place(name, self.now).stems:
                path = stem + CALENDAR
                if path not in files:
                    raise Broken(f"{name} is not published")
                for source in settings.sources:
                    if self.ledger.version(path, source) != self.upstreams[source].now:
                        raise Broken(f"{name} does not show {source} as it is")
                versions = {one.name: one.now for one in self.upstreams.values() if one.name in settings.sources}
                if wrong := difference(files[path], Offer(settings, self.now), name, versions):
                    raise Broken(f"{name} does not show what it should: {wrong}")
                window = settings.window(name, self.now)
                if old := [*old_times(files[path], window)]:
                    raise Broken(f"{name} shows what is over: {old[:2]}")

    def _twins_agree(self) -> None:
        files = self.stores.published()
        for name in self.all_settings[-1].names:
            for stem in self.keys[-1].place(name, self.now).stems:
                path = stem + CALENDAR
                if path in files and (f"{path}.gz" not in files or gzip.decompress(files[f"{path}.gz"]) != files[path]):
                    raise Broken(f"{name} has a twin that is another file")

    def has_nothing_else(self) -> None:
        """All is there that should be, whole, and nothing besides that anybody could know of."""
        settings, files = self.all_settings[-1], self.stores.published()
        self._twins_agree()
        suffixes = [CALENDAR, f"{CALENDAR}.gz", *([PAGE] if settings.page else []), *([ATOM] if settings.atom else [])]
        stems = {stem for name in settings.names for stem in self.keys[-1].place(name, self.now).stems}
        wanted = {stem + suffix for stem in stems for suffix in suffixes}
        there = {path for path in files if not path.endswith(".css")}
        if wanted - there or there - wanted - self.left:
            raise Broken(f"lacking {wanted - there}, left over {there - wanted}")
        assert_published(files[self._path(OWN)])

    def _tells_no_secret(self, outcome: Outcome, places: Iterable[Place]) -> None:
        told = repr((outcome.problems, outcome.notes, outcome.failing))
        history = self.stores.remembered().get(f"history/{OWN}", b"").decode(errors="replace")
        secrets = [TOKEN, TITLED, ".example/", *(stem.split("/")[0] for place in places for stem in place.stems)]
        for secret in secrets:
            if secret in told or secret in history:
                raise Broken(f"a secret is told: {secret} in {told}")
        for path, body in self.stores.published().items():
            if name_of(path) == BUSY and not path.endswith(".gz") and TITLED.encode() in body:
                raise Broken(f"a busy view tells a title in {path[-5:]}")


class _Fetcher:
    def __init__(self, machine: FeedRuns, now: datetime) -> None:
        self._machine, self._now = machine, now

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        return self._machine.answered(source.name, validators, self._now)


def die() -> None:
    raise Killed
