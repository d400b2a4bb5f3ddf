"""Rules on a series: asked of its master and of each override by itself, and of occurrences where these differ.

An override that is dropped leaves an EXDATE; one that is kept while its master is dropped stands for itself. If the
verdicts on the master's visible occurrences differ, each of those that are kept stands for itself; overrides do too
where of those occurrences none is visible, since nobody can say what the rules would make of them.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from contextlib import suppress
from datetime import datetime
from typing import NamedTuple

from calsieve.core.component import Line
from calsieve.core.event import Event, Occurrence
from calsieve.core.expand import overrides_alone, standing_alone, told
from calsieve.core.recurrence.doubts import NotUnderstood
from calsieve.core.recurrence.expand import TooMuchWork
from calsieve.core.recurrence.occurrences import InWindow
from calsieve.core.rules.judge import Judge, Verdict
from calsieve.core.serialise import canonical
from calsieve.core.series import Series
from calsieve.core.trim import with_exceptions


class Ruled(NamedTuple):
    """What rules leave of a series: less of it, or None, and events that stand for themselves.

    ``counts`` is how many events each rule acted on, occurrences where these stand for themselves. ``why_whole`` says
    why rules could not be asked of its occurrences, or drops not be carried out.
    """

    left: InWindow | None
    alone: list[Event]
    counts: Counter[str]
    why_whole: str = ""


_Judged = tuple[Event, Verdict]
# An occurrence by its local start, a PERIOD as it is.
_JudgedStart = tuple[datetime | Occurrence, Verdict]


def ruled_single(event: Event, judge: Judge, counts: Counter[str]) -> list[Event]:
    """Return a single event as the rules leave it, none if they drop it, and count them."""
    verdict = _own_verdict(event, judge)
    _count(counts, verdict)
    return _kept([(event, verdict)])


def ruled(seen: InWindow, judge: Judge) -> Ruled:
    """Return what the rules leave of a series that is visible."""
    overrides = [(one, _own_verdict(one, judge)) for one in seen.series.overrides]
    try:
        return _ruled(seen, judge, overrides)
    except NotUnderstood as why:
        reason = str(why)
    except TooMuchWork:
        reason = "more steps than the bound"
    except OverflowError:
        reason = "times beyond the year 9999"
    return _ruled_in_doubt(seen, judge, overrides, reason)


def _ruled(seen: InWindow, judge: Judge, overrides: list[_Judged]) -> Ruled:
    """Return what the rules leave of a series. Raises NotUnderstood, TooMuchWork and OverflowError."""
    master, fixed = seen.master, judge.fixed(seen.master)
    verdict = judge.verdict_but_for(master.component, fixed | judge.of_time(master), _unknown(seen, judge))
    if verdict is not None:
        return _left(seen, verdict, overrides, _count(Counter(), verdict))
    found = _verdicts(seen, judge, fixed)
    different = {id(verdict): verdict for _, verdict in found}.values()
    if len({id(verdict.component) for verdict in different}) == 1 or len(set(map(_lines, different))) == 1:
        return _left(seen, found[0][1], overrides, Counter({rule.name for one in different for rule in one.rules}))
    return _apart(seen, found, overrides)


def _ruled_in_doubt(seen: InWindow, judge: Judge, overrides: list[_Judged], reason: str) -> Ruled:
    """Return a series by those rules that don't ask for its occurrences, if they keep it; else whole but for edits.

    A rule that could not be asked may be the one that keeps what another drops.
    """
    master = seen.master
    fixed = judge.fixed(master) | judge.of_time(master)
    verdict = judge.verdict_without(master.component, fixed, _unknown(seen, judge))
    if verdict.component is not None:
        with suppress(NotUnderstood):
            return _left(seen, verdict, overrides, _count(Counter(), verdict))._replace(why_whole=reason)
    judged = [(seen.master, verdict), *overrides]
    master, *others = [event if one.component is None else _kept([(event, one)])[0] for event, one in judged]
    counts = _count(Counter(), *(one for _, one in judged if one.component is not None))
    return Ruled(seen._replace(series=Series(master, tuple(others))), [], counts, reason)


def _own_verdict(event: Event, judge: Judge) -> Verdict:
    return judge.verdict(event.component, judge.fixed(event) | judge.of_time(event))


def _unknown(seen: InWindow, judge: Judge) -> int:
    """Return what of the master's answers depends on which of its occurrences is meant."""
    return judge.varying(seen.master, in_length=bool(seen.recurrence.periods or seen.recurrence.foreign))


def _verdicts(seen: InWindow, judge: Judge, fixed: int) -> list[_JudgedStart]:
    """Return the verdict on each visible occurrence of the master. Raises NotUnderstood and TooMuchWork."""
    master, known = seen.master, dict[int, Verdict]()
    starts, periods = told(seen)
    answers: list[tuple[datetime | Occurrence, int]] = [*zip(starts, judge.of_times(master, starts), strict=True)]
    for period in periods:
        answers.append((period, judge.of_moment(period.start, period.end - period.start, False)))
    for _, of_time in answers:
        if of_time not in known:
            known[of_time] = judge.verdict(master.component, fixed | of_time)
    return [(start, known[of_time]) for start, of_time in answers]


def _left(seen: InWindow, verdict: Verdict, overrides: list[_Judged], counts: Counter[str]) -> Ruled:
    """Return a series of which the master, or some overrides, are dropped or edited. Raises NotUnderstood."""
    _count(counts, *(verdict for _, verdict in overrides))
    if all(one.component is event.component for event, one in [(seen.master, verdict), *overrides]):
        return Ruled(seen, [], counts)  # as most are
    kept = _kept(overrides)
    gone = {one.slot.local for one, verdict in overrides if verdict.component is None}
    dropped = verdict.component is None or (not seen.master.recurs and seen.master.start.local in gone)
    if dropped and not kept:
        return Ruled(None, [], counts)
    if (dropped or gone) and any(one.ranged for one, _ in overrides):
        raise NotUnderstood("RANGE=THISANDFUTURE")
    if dropped:
        return Ruled(None, overrides_alone(seen, kept), counts)
    (master,) = _kept([(seen.master, verdict)])
    if not gone:
        return Ruled(seen._replace(series=Series(master, tuple(kept))), [], counts)
    exceptions = gone - seen.recurrence.exceptions if master.recurs else set()
    series = Series(with_exceptions(master, exceptions), tuple(kept))
    recurrence = seen.recurrence._replace(exceptions=seen.recurrence.exceptions | exceptions)
    return Ruled(seen._replace(series=series, recurrence=recurrence, hidden=series.overridden), [], counts)


def _apart(seen: InWindow, found: list[_JudgedStart], overrides: list[_Judged]) -> Ruled:
    """Return each occurrence that is kept as an event of its own. Raises NotUnderstood."""
    alone = [
        standing_alone(
            seen.master._replace(component=verdict.component),
            start if isinstance(start, Occurrence) else seen.master.occurrence(start),
        )
        for start, verdict in found
        if verdict.component is not None
    ]
    alone += overrides_alone(seen, _kept(overrides))
    return Ruled(None, alone, _count(Counter(), *(verdict for _, verdict in (*found, *overrides))))


def _lines(verdict: Verdict) -> tuple[Line, ...] | None:
    """Return what a verdict leaves of an event, whatever the order in which it came about."""
    return tuple(canonical(verdict.component.lines)) if verdict.component else None


def _kept(judged: Iterable[_Judged]) -> list[Event]:
    return [event._replace(component=verdict.component) for event, verdict in judged if verdict.component is not None]


def _count(counts: Counter[str], *verdicts: Verdict) -> Counter[str]:
    """Count the rules that matched."""
    for verdict in verdicts:
        for rule in verdict.rules:
            counts[rule.name] += 1
    return counts
