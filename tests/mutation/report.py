"""How many mutants of a module were noticed, and which were not."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from tests.mutation.paths import EQUIVALENT, short
from tests.mutation.trials import Trial, Verdict


@dataclass
class Score:
    """The count of a module. It changes."""

    module: str
    all: int
    tried: int = 0
    killed: int = 0
    equivalent: int = 0

    def add(self, verdict: Verdict, equivalents: dict[str, str]) -> None:
        """Count one mutant."""
        self.tried += 1
        self.killed += verdict.killed
        self.equivalent += not verdict.killed and key_of(verdict.trial) in equivalents

    @property
    def cells(self) -> tuple[object, ...]:
        """A row of the table; equivalent mutants can't be noticed, so that the last share is of the others."""
        others = self.tried - self.equivalent
        shares = (f"{100 * self.killed / max(number, 1):.1f}" for number in (self.tried, others))
        return self.module, self.all, self.tried, self.killed, others - self.killed, self.equivalent, *shares


_HEAD = "module", "mutants", "tried", "killed", "survived", "equivalent", "killed, %", "of others, %"


def table(scores: Sequence[Score]) -> str:
    """Return the counts of all modules, and their sum."""
    total = Score("all", 0)
    for score in scores:
        for name in ("all", "tried", "killed", "equivalent"):
            setattr(total, name, getattr(total, name) + getattr(score, name))
    rows = [_HEAD, *(score.cells for score in [*scores, total])]
    return "\n".join(f"{name:<32}" + "".join(f"{cell:>13}" for cell in cells) for name, *cells in rows)


def key_of(trial: Trial) -> str:
    """Return what tells a mutant from others for as long as its line stands as it is."""
    return " | ".join((short(trial.module), trial.mutant.text, trial.mutant.what))


def survivor(verdict: Verdict, equivalents: dict[str, str]) -> str:
    """Say of which line a mutant that was not noticed is, and what it changes."""
    key = key_of(verdict.trial)
    why = equivalents.get(key) or verdict.by
    return f"{verdict.trial.mutant.line}: {key}" + (f" | {why}" if why else "")


def known_equivalents() -> dict[str, str]:
    """Read the mutants that show nothing different, each with its reason."""
    lines = [line for line in EQUIVALENT.read_text().splitlines() if line and not line.startswith("#")]
    return {key: why for key, _, why in (line.rpartition(" | ") for line in lines)}
