"""A machine that does to a feed all that can happen to one, in any order, and holds what is published to its laws."""

from __future__ import annotations

import gzip
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from calsieve import refresh as shell
from calsieve.errors import Outdated
from calsieve.models import Fetched, NotModified, Outcome, Snap, Source, Status, Validators
from calsieve.paths import ATOM, CALENDAR, PAGE, PathKey, name_of
from calsieve.state import decode
from tests.published import assert_published
from tests.refresh.machine_laws import Answer, Broken, Ledger, Offer, difference, old_times, worse
from tests.refresh.machine_settings import BUSY, OWN, SOON, TOKEN, Settings
from tests.refresh.machine_stores import Stores
from tests.refresh.machine_upstream import BASE, DAY, SOURCES, TITLED, Upstream

STATE = f"feeds/{OWN}"
_AFRESH = "what was remembered of this feed can't be read: starting afresh"

settings_drawn = st.builds(
    Settings,
    number=st.just(0),
    sources=st.sets(st.sampled_from(SOURCES), min_size=1).map(lambda found: tuple(sorted(found))),
    back=st.sampled_from([28, 7]),
    ahead=st.sampled_from([28, 84]),
    snap=st.sampled_from([Snap.WEEK, Snap.DAY]),
    sieved=st.booleans(),
    views=st.sets(st.sampled_from([BUSY, SOON])).map(lambda found: tuple(sorted(found))),
    page=st.booleans(),
    atom=st.booleans(),
    stale=st.sampled_from([None, None, timedelta(hours=2)]),
    guard=st.sampled_from([True, True, True, False]),
)
sources = st.sampled_from(SOURCES)
small = st.integers(0, 60)
minutes = st.sampled_from([0, 1, 15, -10, -60])


class Killed(BaseException):
    """The process dies here."""


@dataclass
class Fate:
    """What happens in the course of a run: at steps of these numbers, or as soon after as it can."""

    plan: list[tuple[int, Callable[[], None], bool]]
    at: int = 0
    met: bool = False

    def __call__(self, waits: bool) -> None:
        self.at += 1
        if self.plan and self.at >= self.plan[0][0] and not (waits and self.plan[0][2]):
            _, act, _ = self.plan.pop(0)
            self.met = True
            act()


class FeedMachine(RuleBasedStateMachine):
    """One feed of up to three sources with up to two views. ``stores`` are made by who tests with it."""

    stores: Stores

    @initialize(settings=settings_drawn, etags=st.booleans(), dated=st.booleans())
    def begin(self, settings: Settings, etags: bool, dated: bool) -> None:
        self.upstreams = {name: Upstream(name, etags) for name in SOURCES}
        self.all_settings, self.keys = [settings], [PathKey(bytes(range(32)))]
        self.dated, self.now = dated, BASE
        self.ledger, self.fate = Ledger(), Fate([])
        self.stores.step = lambda waits: self.fate(waits)
        self.runs_since = 0
        self.snapshots: list[bytes] = []  # of what was remembered
        self.left: set[str] = set()  # of which nobody may know any more

    # ── upstreams ──

    @rule(name=sources, how=st.sampled_from(["add", "move", "remove", "take", "shift", "hide"]), one=small, other=small)
    def upstream_changes(self, name: str, how: str, one: int, other: int) -> None:
        self.upstreams[name].change(how, one, other)

    @rule(name=sources, share=st.integers(0, 35))
    def upstream_loses_suddenly(self, name: str, share: int) -> None:
        self.upstreams[name].lose(share)

    @rule(name=sources)
    def upstream_comes_back(self, name: str) -> None:
        self.upstreams[name].come_back()

    @rule(name=sources, how=st.sampled_from(["down", "html", "empty", "cut"]), keeps=small)
    def upstream_falls_ill(self, name: str, how: str, keeps: int) -> None:
        is_known = any(self.ledger.version(path, name) for path in self.ledger.standings)
        how = how if is_known or how == "down" else "html"  # a first answer is believed whatever it is
        self.upstreams[name].fall_ill(how, keeps)

    @rule(name=sources)
    def upstream_recovers(self, name: str) -> None:
        self.upstreams[name].recover()

    # ── the clock and the settings ──

    @rule(by=st.sampled_from([15, 15, 61, 61, 6 * 60, 25 * 60, 5 * 24 * 60, -30, -25 * 60]))
    def clock_moves(self, by: int) -> None:
        self.now = min(max(self.now + timedelta(minutes=by), BASE - 10 * DAY), BASE + 60 * DAY)

    @rule(new=settings_drawn)
    def settings_change(self, new: Settings) -> None:
        self.all_settings.append(replace(new, number=len(self.all_settings)))

    @rule(name=st.sampled_from([OWN, BUSY, SOON]), days=st.sampled_from([0, 1, 3]))
    def address_is_rotated(self, name: str, days: int) -> None:
        self.keys.append(self.keys[-1].rotated(name, self.now + days * DAY))

    # ── runs ──

    @rule(name=st.sampled_from([*SOURCES, ""]), one=small)
    def runs(self, name: str, one: int) -> None:
        if name:
            self.upstreams[name].change("add", one, one)
        self._undisturbed()

    @rule()
    def runs_again(self) -> None:
        self._undisturbed()

    @rule(step=st.integers(1, 70))
    def is_killed(self, step: int) -> None:
        self._refresh(Fate([(step, _die, False)]))

    @rule(step=st.integers(1, 50), skew=minutes, name=sources, changes=st.booleans(), dies=st.integers(0, 90))
    def is_overtaken(self, step: int, skew: int, name: str, changes: bool, dies: int) -> None:
        def overtake() -> None:
            if changes:
                self.upstreams[name].change("add", 5, 0)
            inner = Fate([(dies, _die, False)] if dies % 3 == 0 and dies else [])
            self._refresh(inner, self.now + timedelta(minutes=skew))

        self._refresh(Fate([(step, overtake, True)]))

    @precondition(lambda self: self.dated)
    @rule(back=st.integers(1, 3))
    def message_comes_late(self, back: int) -> None:
        """With settings that are no longer the newest. Later ones that were published by are never gone back behind."""
        self._refresh(Fate([]), settings=self.all_settings[max(0, len(self.all_settings) - 1 - back)])

    @rule()
    def run_is_dry(self) -> None:
        before = self.stores.writes
        self._refresh(Fate([]), dry_run=True)
        if self.stores.writes != before:
            raise Broken("a dry run wrote something")

    # ── the outside ──

    @rule(which=small, how=st.sampled_from(["gone", "garbage"]))
    def twin_is_damaged(self, which: int, how: str) -> None:
        twins = sorted(path for path in self.stores.published() if path.endswith(".gz"))
        if twins:
            self.stores.put(twins[which % len(twins)], None if how == "gone" else b"\x1f\x8b garbage")

    @rule(which=small)
    def file_is_deleted(self, which: int) -> None:
        """A calendar. What lies beside it is not looked at, and is made again with the next news."""
        paths = sorted(path for path in self.stores.published() if path.endswith(CALENDAR))
        if paths:
            path = paths[which % len(paths)]
            self.stores.put(path, None)
            self.ledger.troubled = True
            self.ledger.standings.pop(path, None)

    @rule(how=st.sampled_from(["gone", "garbage", "cut", "old"]), which=small)
    def memory_is_lost(self, how: str, which: int) -> None:
        there = self.stores.remembered().get(STATE)
        if there is None:
            return
        old = self.snapshots[which % len(self.snapshots)] if self.snapshots else None
        left = {"gone": None, "garbage": b"?", "cut": there[: len(there) // 2], "old": old or there}[how]
        self.stores.put(STATE, left, state=True)
        self.ledger.forget()
        self.ledger.blind |= how == "old"
        self._left_behind()

    # ── laws ──

    @precondition(lambda self: self.runs_since >= 5)
    @rule()
    def all_is_mended(self) -> None:
        """Once the upstream is well and the time is over for which a loss is held back, one run mends all."""
        self.runs_since = 0
        for upstream in self.upstreams.values():
            upstream.recover()
        self._refresh(Fate([]))
        self.now += timedelta(hours=25)
        outcome = self._refresh(Fate([]))
        if outcome is None or outcome.status is Status.FAILED or outcome.problems:
            raise Broken(f"it does not mend: {outcome and outcome.problems}")
        self._shows_what_sources_do()
        self._has_nothing_else()
        writes = self.stores.writes
        outcome = self._refresh(Fate([]))
        if outcome is None or (outcome.status, outcome.problems) != (Status.UNCHANGED, ()):
            raise Broken(f"it is not done: {outcome}")
        if self.stores.writes != writes:
            raise Broken("it writes for nothing")

    def teardown(self) -> None:
        if hasattr(self, "upstreams"):
            self.all_is_mended()

    # ── what these have in common ──

    def _undisturbed(self) -> None:
        was = {name: self.ledger.version(self._path(OWN), name) for name in SOURCES}
        troubled = self.ledger.troubled
        outcome = self._refresh(Fate([]))
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
            self._shows_what_sources_do()

    def _refresh(
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
                self._left_behind()
                self.ledger.forget()
            self.fate = outer
        self._tells_no_secret(outcome, places.values())
        if not fate.met and not dry_run:
            self._noted(outcome, settings)
        return outcome

    def _left_behind(self) -> None:
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
        self.fate(False)
        upstream = self.upstreams[source]
        if upstream.ill in {"down", "html"}:
            self.ledger.failures[source].append(now)
        answer = upstream.answer(validators)
        if upstream.ill != "html":
            self.ledger.answers[source].append(Answer(upstream.seems, now))
        self.fate(False)
        return answer

    def _path(self, name: str) -> str:
        return self.keys[-1].place(name, self.now).path

    def _shows_what_sources_do(self) -> None:
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

    def _has_nothing_else(self) -> None:
        settings, files = self.all_settings[-1], self.stores.published()
        self._twins_agree()
        suffixes = [CALENDAR, f"{CALENDAR}.gz", *([PAGE] if settings.page else []), *([ATOM] if settings.atom else [])]
        stems = {stem for name in settings.names for stem in self.keys[-1].place(name, self.now).stems}
        wanted = {stem + suffix for stem in stems for suffix in suffixes}
        there = {path for path in files if not path.endswith(".css")}
        if wanted - there or there - wanted - self.left:
            raise Broken(f"lacking {wanted - there}, left over {there - wanted}")
        assert_published(files[self._path(OWN)])

    def _tells_no_secret(self, outcome: Outcome, places: Any) -> None:
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
    def __init__(self, machine: FeedMachine, now: datetime) -> None:
        self._machine, self._now = machine, now

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        return self._machine.answered(source.name, validators, self._now)


def _die() -> None:
    raise Killed
