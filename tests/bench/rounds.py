"""Measures programs side by side: a round runs each of them once, so that a slow minute hits all alike."""

from __future__ import annotations

import tempfile
from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

from tests.bench.calendars import Measured, shown
from tests.bench.measure import Cost, run
from tests.bench.programs import ENVIRONMENT, Program
from tests.bench.results import Result, Results

ROUNDS = 5
ONCE_IS_ENOUGH = 20.0  # seconds of CPU
MOST_CPU = 600


def measure(calendar: Measured, programs: Sequence[Program], results: Results) -> None:
    """Measure ``programs`` on ``calendar`` into ``results``. What takes long runs once."""
    measured = {program.name: _new(program, calendar) for program in programs}
    with tempfile.TemporaryDirectory(prefix="calsieve-bench-") as directory:
        for program in (program for _ in range(ROUNDS) for program in programs):
            if not _enough(measured[program.name]):
                measured[program.name] = _measured(measured[program.name], program, calendar, Path(directory))
                results.set(calendar.name, program.name, measured[program.name])


def is_measured(calendar: Measured, program: Program, results: Results) -> bool:
    """Tell whether there is a complete result of this program, as it is now, on this calendar."""
    result = results.get(calendar.name, program.name)
    return result is not None and result.key == _key(program, calendar) and _enough(result)


def _enough(result: Result) -> bool:
    return bool(result.failure) or len(result.cpu) == ROUNDS or max(result.cpu, default=0) > ONCE_IS_ENOUGH


def _measured(before: Result, program: Program, calendar: Measured, directory: Path) -> Result:
    target = directory / f"{program.name}.ics"
    cost = run(program.command(calendar, target), ENVIRONMENT, MOST_CPU)
    result = _with(before, cost)
    told = f"{calendar.name:18} {program.name:10} {cost.cpu:9.2f} s {cost.memory / 1e6:8.1f} MB  {result.failure}"
    print(told.rstrip(), flush=True)
    first = len(result.cpu) == 1
    return _judged(result, calendar, target) if first and program.writes and not result.failure else result


def _key(program: Program, calendar: Measured) -> str:
    return f"{program.key}-{calendar.key}"


def _new(program: Program, calendar: Measured) -> Result:
    return Result(
        _key(program, calendar), f"{datetime.now(UTC):%Y-%m-%d}", calendar.path.stat().st_size, program.versions
    )


def _with(result: Result, cost: Cost) -> Result:
    failure = f"stopped after {MOST_CPU} s of CPU" if cost.cpu >= MOST_CPU - 1 else cost.complaint or str(cost.code)
    return replace(
        result,
        cpu=[*result.cpu, cost.cpu],
        memory=[*result.memory, cost.memory],
        failure=failure if cost.code else "",
    )


def _judged(result: Result, calendar: Measured, target: Path) -> Result:
    """Say what is in the file that was written."""
    body = target.read_bytes()
    result = replace(result, events=body.count(b"BEGIN:VEVENT"), size=len(body))
    try:
        found = shown(target)
    except ValueError as error:
        return replace(result, failure=str(error))
    lost, added = calendar.shown - found, found - calendar.shown
    return replace(result, shown=found.total(), lost=lost.total(), added=added.total())
