"""What becomes of each real calendar: trimmed by the command, in this process, and judged by others."""

from __future__ import annotations

import json
import re
import warnings
from collections.abc import Mapping, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from calsieve.cli.main import main
from tests.interop.readers import View
from tests.oracle.judge import Pair
from tests.published import problems

NOW = datetime(2026, 5, 15, 12, tzinfo=UTC)
# Most calendars here are old: a moment soon after their beginning makes more of their series be cut.
MIDWAY = timedelta(days=25)
RUNS: Mapping[str, tuple[str, ...]] = {
    "default": ("--series", "keep"),
    "all": ("--series", "trim", "--back", "all", "--ahead", "all"),
    "trim": ("--series", "trim", "--back", "2w"),
    "expand": ("--series", "expand", "--back", "2w"),
}
_IN_THE_MIDDLE = ("trim", "expand")  # of calendars that have series
_RECURS = re.compile(rb"^(RRULE|RDATE|RECURRENCE-ID)", re.MULTILINE | re.IGNORECASE)
_START = re.compile(rb"^DTSTART[^:\r\n]*:(\d{8})", re.MULTILINE | re.IGNORECASE)


@dataclass(frozen=True, slots=True, kw_only=True)
class Result:
    """How one calendar went through one run; ``pair`` is what expanders are asked about."""

    run: str
    source: Path
    outcome: str
    said: str = ""
    output: Path | None = None
    report: Mapping[str, Any] = field(default_factory=dict)
    problems: tuple[str, ...] = ()
    same_again: bool = True
    pair: Pair | None = None
    kept_whole: Mapping[str, int] = field(default_factory=dict)

    @property
    def name(self) -> str:
        """The calendar's name in the corpus: project and file."""
        return f"{self.source.parent.name}/{self.source.name}"


def words(run: str, source: Path) -> list[str]:
    """Return the command's options for a run over a calendar."""
    now = NOW
    if run in _IN_THE_MIDDLE:
        now = min(_days(source.read_bytes()), default=NOW) + MIDWAY
    return ["trim", "--now", now.isoformat(), *RUNS[run]]


def harvest(sources: Sequence[Path], directory: Path) -> list[Result]:
    """Return the result of every run over every calendar; outputs are left in ``directory``."""
    jobs = [
        (run, source, directory / f"{run}-{number}.ics")
        for number, source in enumerate(sources)
        for run in RUNS
        if run not in _IN_THE_MIDDLE or _RECURS.search(source.read_bytes())
    ]
    # What icalendar warns of is said of the sources.
    with ProcessPoolExecutor(2, initializer=warnings.simplefilter, initargs=("ignore",)) as pool:
        return list(pool.map(_one, *zip(*jobs, strict=True), chunksize=16))


def _one(run: str, source: Path, output: Path) -> Result:
    result = partial(Result, run=run, source=source)
    options = words(run, source)
    counts = output.with_suffix(".json")
    done = CliRunner().invoke(main, [*options, str(source), "-o", str(output), "--report", str(counts)])
    written = output.exists() or bool(done.stdout_bytes)
    if done.exit_code == 3 and not written and done.stderr.strip():
        return result(outcome="refused", said=done.stderr.partition(": ")[2].partition(": ")[2].strip())
    if done.exit_code or not output.exists():
        return result(outcome="crashed", said=f"exit code {done.exit_code}: {done.exception!r}")
    body, report = output.read_bytes(), json.loads(counts.read_bytes())
    again = CliRunner().invoke(main, [*options, str(output)])
    pair = Pair(
        name=f"{source.parent.name}/{source.name}",
        mode=run,
        source=source,
        output=output,
        view=_view(run, source, report),
        nothing_old=run in _IN_THE_MIDDLE and not report["kept_whole"],
        texts=False,  # may have been repaired
    )
    return result(
        outcome="trimmed",
        output=output,
        report=report,
        problems=_problems(body),
        same_again=again.stdout_bytes == body,
        pair=pair,
        kept_whole=report["kept_whole"],
    )


def _problems(body: bytes) -> tuple[str, ...]:
    try:
        return tuple(problems(body))
    except Exception as error:  # icalendar refuses the file as a whole
        return (f"icalendar: {type(error).__name__}: {error}"[:200],)


def _view(run: str, source: Path, report: Mapping[str, Any]) -> View:
    """Return the run's window, or where that has no end as much of it as the calendar is about."""
    start, end = (datetime.fromisoformat(report[key]) for key in ("window_start", "window_end"))
    if run == "all":
        days = _days(source.read_bytes()) or [NOW]
        start = min(days) - timedelta(days=7)
        end = min(max(days) + timedelta(days=366), start + timedelta(days=2 * 366))
    return View(start, end, report["timezone"])


def _days(body: bytes) -> list[datetime]:
    """Return the days of the DTSTARTs of events, as far as they are of our time."""
    events = body[body.find(b"BEGIN:VEVENT") :]
    found = []
    for text in _START.findall(events):
        try:
            day = datetime.strptime(text.decode(), "%Y%m%d").replace(tzinfo=UTC)
        except ValueError:
            continue
        found += [day] if 1971 <= day.year <= 2060 else []
    return found
