"""What was held against what, in figures, for whoever reads the log."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from tests.oracle.judge import Outcome, Verdict

_HEADS = ("same", "nothing", "reviewed", "not judged", "different", "occurrences")


@dataclass(frozen=True, slots=True, kw_only=True)
class Account:
    """What one suite did."""

    title: str
    sources: int
    series: int
    verdicts: Sequence[Verdict]
    kept_whole: Counter[str]

    def lines(self) -> Iterator[str]:
        """Yield the table, then the reasons."""
        outputs = len({verdict.pair.output for verdict in self.verdicts})
        yield f"{self.title}: {self.sources} sources, {outputs} outputs, {self.series} series"
        yield f"{'':24}" + "".join(f"{head:>12}" for head in _HEADS)
        for expander in dict.fromkeys(verdict.expander for verdict in self.verdicts):
            own = [verdict for verdict in self.verdicts if verdict.expander == expander]
            yield f"{expander:24}" + "".join(f"{number:>12}" for number in _row(own))
        unjudged = [verdict for verdict in self.verdicts if verdict.outcome is Outcome.SOURCE]
        reviewed = [verdict for verdict in self.verdicts if verdict.reviewed]
        yield from _reasons("series kept whole", self.kept_whole)
        # What a reader says may quote the calendar.
        yield from _reasons("not judged", Counter(f"{one.expander}: {_unquoted(one.said)}" for one in unjudged))
        yield from _reasons("reviewed", Counter(f"{one.expander}: {one.reviewed}" for one in reviewed))


def _row(verdicts: Sequence[Verdict]) -> tuple[int, ...]:
    outcomes = Counter(one.outcome for one in verdicts)
    return (
        outcomes[Outcome.SAME],
        outcomes[Outcome.NOTHING],
        sum(bool(one.reviewed) for one in verdicts),
        outcomes[Outcome.SOURCE],
        sum(one.wrong for one in verdicts),
        sum(one.occurrences for one in verdicts),
    )


def _unquoted(said: str) -> str:
    return re.sub(r"""["'].*["']""", "…", said)[:60]


def _reasons(title: str, counted: Counter[str]) -> Iterator[str]:
    if counted:
        yield f"  {title}: {counted.total()}"
    yield from (f"{count:>8}  {why}" for why, count in counted.most_common())
