"""One feed's turn in a round: what happens to it and its sources, a refresh or two, and a look at what they did."""

from __future__ import annotations

import gzip
from collections import Counter
from collections.abc import Callable
from concurrent.futures import Executor
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from calsieve.errors import Outdated
from calsieve.models import Outcome, Status
from tests.load.laws import SKEW, Secrecy, seen, told
from tests.load.reader import Broken
from tests.load.stacks import KEY, WORKERS, Cloud, Killed, Life, Machine
from tests.load.subjects import ZONE, Subject

_CLOCKS = (timedelta(0), SKEW, -SKEW)  # those of the workers


class Rates(NamedTuple):
    """The chances that something happens in a turn."""

    changes: float = 0.01  # of each source
    kills: float = 0.03
    together: float = 0.03  # two runs at once, or one message twice
    oddities: float = 0.02  # of the others, each some more or less


class Around(NamedTuple):
    """What refreshes and what searches, for all turns; a second run at the same time is started by ``second``."""

    machine: Machine
    cloud: Cloud
    secrecy: Secrecy
    second: Executor


@dataclass
class Turn:
    """``counts`` is what happened."""

    around: Around
    rates: Rates
    subject: Subject
    now: datetime
    counts: Counter[str]

    @property
    def stack(self) -> Machine | Cloud:
        return self.around.cloud if self.subject.cloud else self.around.machine

    def take(self) -> None:
        self._upstream_changes()
        self._damage_is_done()
        oddities = self.rates.oddities
        ways = (self._killed, self.rates.kills), (self._again, self.rates.together), (self._late, oddities)
        ways += ((self._refused_by_s3, oddities / 10),)
        drawn = self.subject.chance.random()
        for way, share in ways:
            if drawn < share:
                way()
                return
            drawn -= share
        self.refreshed(Life())

    def refreshed(self, life: Life, *, late: bool = False) -> Outcome:
        """Refresh, and look. Raises Killed, Outdated, Broken."""
        outcome = self._run(life, late=late)
        self._looked_at([outcome])
        self._learned(outcome)
        return outcome

    def _run(self, life: Life, *, late: bool = False) -> Outcome:
        worker = self.subject.chance.randrange(WORKERS)
        return self.stack.run(self.subject, aware(self.now + _CLOCKS[worker]), life, late=late, worker=worker)

    # ── what happens ──

    def _upstream_changes(self) -> None:
        rates, one = self.rates, self.subject
        for origin in one.origins:
            if origin.chance.random() < rates.changes:
                origin.change()
            elif origin.chance.random() < rates.oddities / 4:
                self.counts["events lost for good"] += origin.lose(self.now)
        if one.chance.random() < rates.oddities / 2:
            self.counts["configured anew"] += 1
            one.editions.append(self.now)
            one.sure = False
            if one.cloud:
                self.around.cloud.push(one.name, aware(self.now))

    def _damage_is_done(self) -> None:
        if self.subject.chance.random() > self.rates.oddities / 2 or self.subject.name not in self.subject.hashed:
            return
        what, how = self.subject.chance.choice(DAMAGE)
        path = KEY.place(self.subject.name, aware(self.now)).path
        key = {"state": f"state/feeds/{self.subject.name}", "history": f"state/history/{self.subject.name}"}
        self.stack.damage(key.get(what.split()[0], f"public/{path}.gz"), how)
        self.counts[what] += 1
        if what.startswith("state"):
            self.subject.doubted(lost=True)

    # ── how it is refreshed ──

    def _killed(self) -> None:
        """At some step: of runs that have something to publish, as these take more, as well as of others."""
        if self.subject.chance.random() < 0.5:
            self.subject.origins[0].change()
        life = Life(self.subject.chance.randint(1, 14), after=self.subject.chance.random() < 0.5)
        try:
            self.refreshed(life)
        except Killed:
            self.counts["killed"] += 1
            self.subject.doubted()
            self._looked_at([])

    def _again(self) -> None:
        """Twice, one after the other; or on one machine, where that can be, both at once."""
        if not self.subject.cloud and self.subject.chance.random() < 0.6:
            self.counts["two runs at once"] += 1
            other = self.around.second.submit(self._run, Life())
            both = [self._run(Life()), other.result()]
            self.subject.doubted()
            self._looked_at(both)
            return
        self.counts["messages twice"] += 1
        first, second = self.refreshed(Life()), self.refreshed(Life())
        if self._is_one_day() and not (first.problems or second.problems) and second.status is not Status.UNCHANGED:
            raise Broken(f"{self.subject.name} is written again for nothing")

    def _is_one_day(self) -> bool:
        """Tell whether it is the same day by the clocks of all workers: at midnight windows and pages move on."""
        return len({aware(self.now + wrong).astimezone(ZONE).date() for wrong in _CLOCKS}) == 1

    def _refused_by_s3(self) -> None:
        """While S3 takes no writes, and there is something to write."""
        if not self.subject.cloud:
            self.refreshed(Life())
            return
        self.counts["S3 takes no writes"] += 1
        self.subject.origins[0].change()
        self.around.cloud.s3.busy = True
        self.refreshed(Life())
        self.around.cloud.s3.busy = False
        self.subject.doubted()

    def _late(self) -> None:
        """By an older configuration, after it was surely published by the newest."""
        if len(self.subject.editions) < 2 or not self.subject.sure:
            self.refreshed(Life())
            return
        self.counts["late messages"] += 1
        try:
            self.refreshed(Life(), late=True)
        except Outdated:
            return
        if not self.subject.cloud:
            raise Broken(f"{self.subject.name} is refreshed by an older configuration than it was")

    # ── what came of it ──

    def _looked_at(self, outcomes: list[Outcome]) -> None:
        one, stack = self.subject, self.stack
        twins = {}
        for name in one.names:
            path = KEY.place(name, aware(self.now)).path
            plain = stack.published(path)
            seen(one, name, plain, self.now)
            twins[name] = (plain or b"", stack.published(f"{path}.gz"))
        for outcome in outcomes:
            self._counted(outcome)
            said = (*outcome.problems, *outcome.notes, *(failing.why for failing in outcome.failing))
            self.around.secrecy.refuse("outcome", "\n".join(said).encode())
            told(one, outcome, twins)
        if one.cloud:
            self.around.secrecy.refuse("log", self.around.cloud.said().encode())

    def _counted(self, outcome: Outcome) -> None:
        self.counts[outcome.status.value] += 1
        self.counts["by the function"] += self.subject.cloud
        self.counts["held back"] += any("held back" in problem for problem in outcome.problems)
        self.counts["believed"] += any("believed" in note for note in outcome.notes)
        self.counts["state unreadable, told"] += any("starting afresh" in problem for problem in outcome.problems)
        self.counts["overtaken, noted"] += any("another refresh" in note for note in outcome.notes)

    def _learned(self, outcome: Outcome) -> None:
        """What nothing is wrong with is remembered."""
        if len(outcome.problems) > len(outcome.failing) or outcome.status is Status.FAILED:
            return
        self.subject.sure = not outcome.problems or self.subject.sure
        failing = {self.subject.origin(one.source).name for one in outcome.failing}
        for origin in self.subject.origins:
            if origin.name not in failing:
                origin.good, origin.suspected = True, None


def _halved(body: bytes) -> bytes:
    return body[: len(body) // 2]


def _flipped(body: bytes) -> bytes:
    middle = len(body) // 2
    return body[:middle] + bytes([body[middle] ^ 0xFF]) + body[middle + 1 :]


def _another(_: bytes) -> bytes:
    return gzip.compress(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")


DAMAGE: tuple[tuple[str, Callable[[bytes], bytes | None]], ...] = (
    ("state lost", lambda _: None),
    ("state cut off", _halved),
    ("state damaged", _flipped),
    ("history damaged", _flipped),
    ("twin deleted", lambda _: None),
    ("twin replaced", _another),
)


def aware(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
