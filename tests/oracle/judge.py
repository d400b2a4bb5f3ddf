"""Sources and what is published of them, held against each other by expanders that are not ours.

Each expander is compared with itself only: what it shows of the output must be what it shows of the source. So
that expanders disagree with each other, or with us, about what a rule means does no harm here.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from enum import Enum
from pathlib import Path

from tests.interop.readers import CannotExpand, Expander, Expansion, Occurrence, Question, View

LONG_AGO = datetime(1970, 1, 2, tzinfo=UTC)


class Outcome(Enum):
    """What an expander says of a pair."""

    SAME = "same"
    NOTHING = "same, nothing to show"
    DIFFERENT = "different"
    OLD = "something is left that was over"
    SOURCE = "source not expandable"
    OUTPUT = "output not expandable"

    @property
    def bad(self) -> bool:
        return self in {Outcome.DIFFERENT, Outcome.OLD, Outcome.OUTPUT}


def _all_of_it(shown: Counter[Occurrence]) -> Counter[Occurrence]:  # pairs travel between processes: no lambda
    return shown


@dataclass(frozen=True, slots=True, kw_only=True)
class Pair:
    """A source, what was published of it, and the window in which both show the same.

    ``nothing_old`` says that the output has nothing which ended before the window; ``texts`` that summaries are
    compared too, which a repair may have changed; ``left`` what rules leave of what the source shows.
    """

    name: str
    mode: str
    source: Path
    output: Path
    view: View
    nothing_old: bool = False
    texts: bool = True
    left: Callable[[Counter[Occurrence]], Counter[Occurrence]] = _all_of_it


@dataclass(frozen=True, slots=True, kw_only=True)
class Verdict:
    """What one expander says of one pair.

    ``occurrences`` is how many were compared, ``said`` why not or where the difference is, ``output`` what the output
    shows, and ``reviewed`` why a difference is known to be there.
    """

    pair: Pair
    expander: str
    outcome: Outcome
    occurrences: int = 0
    said: str = ""
    output: Counter[Occurrence] = field(default_factory=Counter)
    reviewed: str = ""

    @property
    def wrong(self) -> bool:
        return self.outcome.bad and not self.reviewed

    def __str__(self) -> str:
        return f"{self.pair.name} ({self.pair.mode}): {self.expander}: {self.outcome.value} {self.said}".rstrip()


def judged(
    pairs: Sequence[Pair],
    expanders: Mapping[str, Expander],
    known: Callable[[Verdict], str] = lambda verdict: "",
    patient: Mapping[str, Expander] | None = None,
) -> list[Verdict]:
    """Ask every expander about every pair, each expander once for all and all at the same time.

    ``known`` is asked about each difference, and returns why it is known to be there, or nothing. ``patient`` are the
    same expanders with more time, for outputs that they could not expand in theirs though they could the sources: those
    that need nearly all of it must not be found different by chance.
    """
    more = patient or {}
    with ThreadPoolExecutor(len(expanders)) as threads:
        verdicts = threads.map(lambda name: _by_one(pairs, name, expanders[name], more.get(name)), expanders)
        found = [verdict for some in verdicts for verdict in some]
    return [replace(one, reviewed=known(one)) if one.outcome.bad else one for one in found]


def assert_agreed(verdicts: Iterable[Verdict]) -> None:
    """Fail with every difference that nobody has looked at."""
    wrong = [str(verdict) for verdict in verdicts if verdict.wrong]
    assert not wrong, "\n".join([f"{len(wrong)} differences", *wrong])


def _by_one(pairs: Sequence[Pair], name: str, expand: Expander, patient: Expander | None) -> list[Verdict]:
    before = [Question(pair.source, pair.view) for pair in pairs]
    after = [Question(pair.output, _with_past(pair.view) if pair.nothing_old else pair.view) for pair in pairs]
    questions = list(dict.fromkeys([*before, *after]))
    answers = dict(zip(questions, expand(questions), strict=True))
    sides = zip(before, after, strict=True)
    again = [output for source, output in sides if _refused(answers[output]) and not _refused(answers[source])]
    if patient and again:
        answers.update(zip(again, patient(again), strict=True))
    return [_verdict(*three, name, answers) for three in zip(pairs, before, after, strict=True)]


def _refused(answer: Expansion) -> bool:
    return isinstance(answer, CannotExpand)


def _with_past(view: View) -> View:
    return replace(view, start=min(view.start, LONG_AGO))


def _verdict(
    pair: Pair, before: Question, after: Question, expander: str, answers: Mapping[Question, Expansion]
) -> Verdict:
    source, everything = answers[before], answers[after]
    if isinstance(source, CannotExpand):
        return Verdict(pair=pair, expander=expander, outcome=Outcome.SOURCE, said=str(source))
    if isinstance(everything, CannotExpand):
        return Verdict(pair=pair, expander=expander, outcome=Outcome.OUTPUT, said=str(everything))
    source, output = pair.left(source), pair.view.part_of(everything)
    old = everything - output if pair.nothing_old else Counter[Occurrence]()
    if not pair.texts:
        source, output, old = _times(source), _times(output), _times(old)
    outcome = Outcome.SAME if source else Outcome.NOTHING
    if old:
        outcome = Outcome.OLD
    if source != output:
        outcome = Outcome.DIFFERENT
    said = " ".join([*_shown("-", source - output), *_shown("+", output - source), *_shown("old ", old)])
    return Verdict(pair=pair, expander=expander, outcome=outcome, occurrences=source.total(), said=said, output=output)


def _times(occurrences: Counter[Occurrence]) -> Counter[Occurrence]:
    counted: Counter[Occurrence] = Counter()
    for one, count in occurrences.items():
        counted[one._replace(summary="")] += count
    return counted


def _shown(sign: str, occurrences: Counter[Occurrence]) -> Iterator[str]:
    """Yield the first two in short, and how many there are."""
    for one in sorted(occurrences)[:2]:
        hours = f"{(one.end - one.start) / 3600:g}h{'d' * one.all_day}"
        yield f"{sign}{datetime.fromtimestamp(one.start, UTC):%Y%m%dT%H%M%SZ}/{hours}"
    if occurrences.total() > 2:
        yield f"{sign}…{occurrences.total()}"
