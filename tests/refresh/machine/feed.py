"""A machine that does to a feed all that can happen to one, in any order, and holds what is published to its laws.

A law that is broken is raised as Broken, or Half, by the run that broke it.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, precondition, rule

from calsieve.models import Snap, Status
from calsieve.paths import CALENDAR
from tests.refresh.machine.laws import Broken
from tests.refresh.machine.runs import STATE, Fate, FeedRuns, die
from tests.refresh.machine.settings import BUSY, OWN, SOON, Settings
from tests.refresh.machine.upstream import BASE, DAY, SOURCES

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
    guard=st.sampled_from([True, True, False]),
)
sources = st.sampled_from(SOURCES)
small = st.integers(0, 60)
minutes = st.sampled_from([0, 1, 15, -10, -60])
illnesses = st.sampled_from(["down", "html", "empty", "cut"])
losses = st.sampled_from(["gone", "garbage", "cut", "old"])


class FeedMachine(FeedRuns, RuleBasedStateMachine):
    """One feed of up to three sources with up to two views."""

    @initialize(settings=settings_drawn, etags=st.booleans(), dated=st.sampled_from([True, True, False]))
    def begin(self, settings: Settings, etags: bool, dated: bool) -> None:
        self.start(settings, etags=etags, dated=dated)

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

    @rule(name=sources, how=illnesses, keeps=small)
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
        self.undisturbed()

    @rule()
    def runs_again(self) -> None:
        self.undisturbed()

    @rule(step=st.integers(1, 70))
    def is_killed(self, step: int) -> None:
        self.refreshed(Fate([(step, die, False)]))

    @rule(step=st.integers(1, 50), skew=minutes, name=sources, changes=st.booleans(), dies=st.integers(0, 90))
    def is_overtaken(self, step: int, skew: int, name: str, changes: bool, dies: int) -> None:
        def overtake() -> None:
            if changes:
                self.upstreams[name].change("add", 5, 0)
            inner = Fate([(dies, die, False)] if dies % 3 == 0 and dies else [])
            self.refreshed(inner, self.now + timedelta(minutes=skew))

        self.refreshed(Fate([(step, overtake, True)]))

    @rule(step=st.integers(1, 8), skew=minutes)
    def is_overtaken_by_what_is_newer(self, step: int, skew: int) -> None:
        """Once a source answered, and before much is written. Both have something to publish."""

        def overtake() -> None:
            self._has_news()
            self.refreshed(Fate([]), self.now + timedelta(minutes=skew))

        self._has_news()
        self.refreshed(Fate([(step, overtake, True)], waits=True))

    @precondition(lambda self: self.dated)
    @rule(back=st.integers(1, 3), new=st.none() | settings_drawn)
    def message_comes_late(self, back: int, new: Settings | None) -> None:
        """With settings that are no longer the newest. Later ones that were published by are never gone back behind."""
        if new:
            self.settings_change(new)
            self.undisturbed()
        self.refreshed(Fate([]), settings=self.all_settings[max(0, len(self.all_settings) - 1 - back)])

    @rule()
    def run_is_dry(self) -> None:
        before = self.stores.writes
        self.refreshed(Fate([]), dry_run=True)
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

    @rule(how=losses, which=small)
    def memory_is_lost(self, how: str, which: int) -> None:
        there = self.stores.remembered().get(STATE)
        if there is None:
            return
        old = self.snapshots[which % len(self.snapshots)] if self.snapshots else None
        left = {"gone": None, "garbage": b"?", "cut": there[: len(there) // 2], "old": old or there}[how]
        self.stores.put(STATE, left, state=True)
        self.ledger.forget()
        self.ledger.blind |= how == "old"
        self.left_behind()

    # ── what goes wrong together ──

    @rule(which=small, how=illnesses, keeps=small, by=st.sampled_from([61, 61, 6 * 60, 25 * 60]))
    def illness_lasts(self, which: int, how: str, keeps: int, by: int) -> None:
        """What is seen again is believed at some time, or never: not what breaks off."""
        self.upstream_falls_ill(self._asked(which), how, keeps)
        self.undisturbed()
        self.clock_moves(by)
        self.undisturbed()

    @rule(
        how=losses, which=small, share=st.integers(0, 35), ill=st.just("") | illnesses, keeps=small, guard=st.booleans()
    )
    def memory_is_lost_and_an_answer_is_bad(
        self, how: str, which: int, share: int, ill: str, keeps: int, guard: bool
    ) -> None:
        """What is published is then all that tells what the sources had; without a guard, of one that is down."""
        name = self._asked(which)
        self.settings_change(replace(self.all_settings[-1], guard=guard))
        self.memory_is_lost(how, which)
        if guard and not ill:
            self.upstream_loses_suddenly(name, share)
        else:
            self.upstream_falls_ill(name, ill if guard else "down", keeps)
        self.undisturbed()

    @rule(how=losses, which=small, name=st.sampled_from([OWN, OWN, BUSY, SOON]), days=st.sampled_from([0, 1]))
    def memory_is_lost_and_address_ends(self, how: str, which: int, name: str, days: int) -> None:
        self.address_is_rotated(name, days)
        self.memory_is_lost(how, which)
        self.clock_moves(25 * 60)
        self.undisturbed()

    def _asked(self, which: int) -> str:
        """Return one of the sources that there are by the newest settings."""
        names = self.all_settings[-1].sources
        return names[which % len(names)]

    def _has_news(self) -> None:
        for name in self.all_settings[-1].sources:
            self.upstreams[name].change("add", 5, 0)

    # ── laws ──

    @precondition(lambda self: self.runs_since >= 5)
    @rule()
    def all_is_mended(self) -> None:
        """Once the upstream is well and the time is over for which a loss is held back, one run mends all."""
        self.runs_since = 0
        for upstream in self.upstreams.values():
            upstream.recover()
        self.refreshed(Fate([]))
        self.now += timedelta(hours=25)
        outcome = self.refreshed(Fate([]))
        if outcome is None or outcome.status is Status.FAILED or outcome.problems:
            raise Broken(f"it does not mend: {outcome and outcome.problems}")
        self.shows_what_sources_do()
        self.has_nothing_else()
        writes = self.stores.writes
        outcome = self.refreshed(Fate([]))
        if outcome is None or (outcome.status, outcome.problems) != (Status.UNCHANGED, ()):
            raise Broken(f"it is not done: {outcome}")
        if self.stores.writes != writes:
            raise Broken("it writes for nothing")

    def teardown(self) -> None:
        if hasattr(self, "upstreams"):
            self.all_is_mended()
