"""Many feeds, many refreshes, a bad upstream and runs that are killed; what is published is looked at after each.

    python -m tests.load.soak --feeds 2000 --rounds 200

Stops by itself; at the first thing that is not as it should be, with what that is.
"""

from __future__ import annotations

import argparse
import os
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import partial
from pathlib import Path

from calsieve.models import Status
from calsieve.pages.style import stylesheet
from tests.load.laws import Secrecy
from tests.load.moody_upstream import FAULTS, MoodyUpstream
from tests.load.origins import BASE
from tests.load.reader import Broken
from tests.load.stacks import KEY, Cloud, Life, Machine
from tests.load.subjects import Subject, subject
from tests.load.turns import Around, Rates, Turn, aware

STEP = timedelta(minutes=15)
_THREADS = 3
_MEND = 8  # rounds: a loss that is not believed yet is after an hour


@dataclass
class Soak:
    """All feeds, and what became of their refreshes. ``faults`` is how often an upstream begins to answer badly."""

    root: Path
    feeds: int
    rates: Rates = field(default_factory=Rates)
    faults: float = 0.1
    seed: str = "soak"
    counts: Counter[str] = field(default_factory=Counter)
    megabytes: list[int] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.subjects = [subject(number, self.seed) for number in range(self.feeds)]
        names = [name for one in self.subjects for name in one.names]
        self.secrecy = Secrecy((KEY.place(name, aware(BASE)).stem for name in names), KEY.key)
        self._searched: dict[str, object] = {}
        self._expected = {path for one in self.subjects for path in _paths(one)}

    def run(self, rounds: int, tell: Callable[[str], None] = lambda _: None) -> None:
        """Refresh every feed in each round, 15 minutes apart. Raises Broken."""
        origins = {origin.name: origin for one in self.subjects for origin in one.origins}
        with ExitStack() as stack:
            self.upstream = stack.enter_context(MoodyUpstream(origins, self.faults))
            machine = Machine(self.root, self.upstream)
            cloud = stack.enter_context(Cloud(self.upstream, [one for one in self.subjects if one.cloud]))
            pool, second = (stack.enter_context(ThreadPoolExecutor(_THREADS)) for _ in range(2))
            self.around = Around(machine, cloud, self.secrecy, second)
            for number in range(rounds):
                self._round(pool, BASE + number * STEP)
                tell(f"round {number + 1} of {rounds}: {dict(self.counts)}, {self.megabytes[-1]} MB")
            self.upstream.faults = 0
            self._mended(rounds)
        self.counts |= Counter({f"answered {kind}": count for kind, count in self.upstream.answered.items()})
        self.refuse_growth()

    def _round(self, pool: ThreadPoolExecutor, now: datetime) -> None:
        self.upstream.now = now
        of_cloud, local = ([one for one in self.subjects if one.cloud is cloud] for cloud in (True, False))
        parts = [of_cloud, *(local[at : at + 20] for at in range(0, len(local), 20))]  # a function has one thread
        for task in [pool.submit(self._turns, part, now) for part in parts]:
            self.counts.update(task.result())
        self._search()
        self.megabytes.append(_megabytes())

    def _turns(self, subjects: Iterable[Subject], now: datetime) -> Counter[str]:
        counts: Counter[str] = Counter()
        for one in subjects:
            Turn(self.around, self.rates, one, now, counts).take()
        return counts

    def _mended(self, rounds: int) -> None:
        """Once the upstream is well again, one refresh mends everything, but for losses that are to be believed."""
        for one in self.subjects:
            for number in range(_MEND):
                turn = Turn(self.around, self.rates, one, BASE + (rounds + number) * STEP, Counter())
                outcome = turn.refreshed(Life())
                if not any("held back" in problem for problem in outcome.problems):
                    break
            if outcome.status is Status.FAILED or outcome.failing:
                raise Broken(f"{one.name} does not mend: {outcome.problems}")
            again = turn.refreshed(Life())
            if again.status is not Status.UNCHANGED or again.problems:
                raise Broken(f"{one.name} is not at rest: {again.status}, {again.problems}")
        self._search()

    def _search(self) -> None:
        """Search all that was written since the last time for secrets, and for what should not be there."""
        for where, stamp, read in (*self.around.machine.everything(), *self.around.cloud.everything()):
            if self._searched.get(where) == stamp:
                continue
            self._searched[where] = stamp
            kind, _, path = where.strip("/").partition("/")
            if kind in {"public", "published"} and path not in self._expected:
                raise Broken(f"{path} should not be there")
            self.secrecy.refuse(where, read())

    def refuse_growth(self) -> None:
        """Over the second half of the run memory has to stay as it is."""
        quarter = len(self.megabytes) // 4 or 1
        third, last = _mean(self.megabytes[-2 * quarter : -quarter]), _mean(self.megabytes[-quarter:])
        if last > third * 1.05 + 5:
            raise Broken(f"memory grew from {third:.0f} to {last:.0f} MB in the second half")

    def table(self, seconds: float) -> str:
        """Return what happened, in Markdown."""
        faults = [(f"answered {kind}", self.counts[f"answered {kind}"]) for kind in ("good", *FAULTS)]
        other = sorted((what, count) for what, count in self.counts.items() if not what.startswith("answered"))
        rows = [*faults, *other, ("searched for secrets", self.secrecy.searched), ("seconds", round(seconds))]
        half = self.megabytes[len(self.megabytes) // 2 :]
        held = f"| MB, second half | {min(half)}–{max(half)} |"
        nothing = [f"| {what} | 0 |" for what in ("secrets", "lost", "invented", "older")]
        return "\n".join(["| | |", "|---|--:|", *(f"| {what} | {count:,} |" for what, count in rows), held, *nothing])


def _paths(one: Subject) -> Iterable[str]:
    """Yield all paths at which there may be something of a feed."""
    yield from (".lock", stylesheet().path)
    for name in one.names:
        stem = KEY.place(name, aware(BASE)).stem
        yield from (f"{stem}.ics", f"{stem}.ics.gz")
        yield from [f"{stem}.html"] * one.page + [f"{stem}.atom"] * one.atom


def _mean(numbers: list[int]) -> float:
    return sum(numbers) / len(numbers) if numbers else 0


def _megabytes() -> int:
    return int(Path("/proc/self/statm").read_text().split()[1]) * os.sysconf("SC_PAGE_SIZE") // 1_000_000


if __name__ == "__main__":
    parser = argparse.ArgumentParser()
    parser.add_argument("--feeds", type=int, default=2000)
    parser.add_argument("--rounds", type=int, default=200)
    parser.add_argument("--seed", default="soak", help="what is drawn by it: two runs at once take two")
    given = parser.parse_args()
    start = time.time()
    with tempfile.TemporaryDirectory() as folder:
        soak = Soak(Path(folder), given.feeds, seed=given.seed)
        soak.run(given.rounds, partial(print, flush=True))
    print(soak.table(time.time() - start))
