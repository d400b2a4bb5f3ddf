"""Sources trimmed in this process, so that they can be judged."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis import strategies as st

from calsieve.models import Cleaned, Policy, SeriesMode, Span
from tests.core.kit import cleaned
from tests.interop.readers import View
from tests.oracle.calendars import Drawn
from tests.oracle.judge import Pair

# A window without an end is looked at for as long as this.
FAR = timedelta(days=900)
LONG_AGO = datetime(1995, 1, 1, tzinfo=UTC)
_FEW = settings(
    max_examples=9, database=None, deadline=None, phases=[Phase.generate], suppress_health_check=list(HealthCheck)
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Made:
    """What was published of a source, and how; ``kept_whole`` counts the reasons why series were not reduced."""

    pair: Pair
    result: Cleaned
    kept_whole: Counter[str]
    same_again: bool


def make(
    name: str, sources: Sequence[Path], output: Path, policy: Policy, now: datetime, previous: bytes | None = None
) -> Made:
    """Clean the sources into ``output`` and once more from there."""
    result = cleaned(*(source.read_bytes() for source in sources), policy=policy, now=now, previous=previous)
    kept_whole = Counter(result.report.kept_whole)
    again = cleaned(result.body, policy=policy, now=now)
    output.write_bytes(result.body)
    pair = Pair(
        name=name,
        mode=policy.series.value,
        source=sources[0],
        output=output,
        view=view_of(result),
        nothing_old=policy.series is not SeriesMode.KEEP and not kept_whole,
    )
    return Made(pair=pair, result=result, kept_whole=kept_whole, same_again=again.body == result.body)


def view_of(result: Cleaned) -> View:
    """Return the window of a result, or as much of it as can be looked at."""
    report = result.report
    assert report.window_start
    assert report.window_end
    start = max(report.window_start, LONG_AGO)
    return View(start, min(report.window_end, max(start, datetime(2026, 1, 1, tzinfo=UTC)) + FAR), report.timezone)


def drawn(strategy: st.SearchStrategy[Drawn], count: int, number: int) -> list[Drawn]:
    """Draw so many different calendars; ``number`` is the seed, and the same one gives the same calendars."""
    found: dict[Drawn, None] = {}
    for batch in range(count):
        # After the first few Hypothesis mostly varies in little what it has drawn: so it draws few, and often.
        seed(number * 100_000 + batch)(_FEW(given(strategy)(lambda one: found.setdefault(one))))()
        if len(found) >= count:
            break
    return list(found)[:count]


def longer(policy: Policy) -> Policy:
    """Return a policy whose window reaches further on both sides."""
    back, ahead = policy.window.back, policy.window.ahead
    window = policy.window._replace(
        back=back._replace(days=back.days + 35) if back else None,
        ahead=ahead._replace(days=ahead.days + 35) if ahead else Span(days=364),
    )
    return policy._replace(window=window)
