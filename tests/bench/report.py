"""Writes the measured part of docs/benchmarks.md; what people wrote around it stays."""

from __future__ import annotations

import platform
import re
import subprocess
from collections.abc import Iterator
from pathlib import Path

from tests.bench.paths import REPORT
from tests.bench.programs import OURS, Program, all_programs
from tests.bench.results import Imports, Result, Results
from tests.bench.words import seconds, size, times

BEGIN, END = "<!-- begin: written by make bench -->", "<!-- end -->"


def write_report(results: Results) -> None:
    before, rest = REPORT.read_text("utf-8").split(BEGIN)
    after = rest.split(END)[1]
    measured = "\n".join(_lines(results))
    REPORT.write_text(f"{before}{BEGIN}\n\n{measured}\n\n{END}{after}", "utf-8")


def _lines(results: Results) -> Iterator[str]:
    yield _circumstances(results)
    for events in reversed(results.sizes("mixed")):
        yield from _compared(f"{events:,} events", f"mixed-{events}", results)
    for events in results.sizes("visible"):
        yield from _compared(f"{events:,} events, all in the window", f"visible-{events}", results)
    yield from _growth(results)
    if results.imports:
        yield from _cold_start(results.imports)


def _circumstances(results: Results) -> str:
    first, last = results.days()
    node = subprocess.run(["node", "--version"], check=True, stdout=subprocess.PIPE, text=True).stdout.strip(" v\n")
    days = first if first == last else f"{first} to {last}"
    return f"Measured {days}: {_processor()}, {platform.system()}, Python {platform.python_version()}, Node {node}."


def _processor() -> str:
    listed = Path("/proc/cpuinfo")
    named = re.search(r"^model name\s*: (.+)$", listed.read_text() if listed.exists() else "", re.M)
    return named[1] if named else platform.machine()


def _compared(title: str, calendar: str, results: Results) -> Iterator[str]:
    """Yield a table of all programs on one calendar, the quickest first."""
    rows = [(one, result) for one in all_programs() if (result := results.get(calendar, one.name))]
    rows.sort(key=lambda row: row[1].median_cpu)
    ours = results.get(calendar, "calsieve")
    judged = next(result for program, result in rows if program.writes and not result.failure)
    yield from ("", f"### {title}", "")
    yield f"{size(judged.read)}, which show {judged.expected:,} occurrences in the window."
    yield from ("", "| | CPU | × Calsieve | peak memory | events | written | lost | added |")
    yield "|---|--:|--:|--:|--:|--:|--:|--:|"
    for program, result in rows:
        ratio = times(result.median_cpu / ours.median_cpu) if ours else ""
        cost = f"{seconds(result.median_cpu)} | {ratio} | {size(result.median_memory)}"
        yield f"| {_label(program, result)} | {cost} | {_written(program, result)} |"
    for program, result in rows:
        if result.failure:
            yield from ("", f"{program.label} failed: {result.failure}.")


def _label(program: Program, result: Result) -> str:
    if program.name in OURS:
        return f"**{program.label}**"
    if not program.writes:
        return f"`{program.label}`"
    return result.version


def _written(program: Program, result: Result) -> str:
    if result.failure:
        return "failed | | |"
    if not program.writes:
        return "| | |"
    return f"{result.events:,} | {size(result.size)} | {result.lost:,} | {result.added:,}"


def _growth(results: Results) -> Iterator[str]:
    """Yield a table of the memory that history takes."""
    yield from ("", "### Nothing but history", "")
    yield "Calsieve on calendars of which everything is over before the window, so that nothing is kept."
    yield from ("", "| | events | read | CPU | peak memory |", "|---|--:|--:|--:|--:|")
    for shape, what in (("past-single", "single events"), ("past", "8 % of series")):
        for events in results.sizes(shape):
            if result := results.get(f"{shape}-{events}", "calsieve"):
                cost = f"{seconds(result.median_cpu)} | {size(result.median_memory)}"
                yield f"| {what} | {events:,} | {size(result.read)} | {result.failure or cost} |"


def _cold_start(imports: Imports) -> Iterator[str]:
    ratios = imports.handler_cpu / imports.client_cpu, imports.handler_imports / imports.client_imports
    yield from ("", "### A cold start", "")
    yield from ("| | CPU of the process, median | `-X importtime`, best of nine |", "|---|--:|--:|")
    yield _row('`boto3.client("s3")` alone', imports.client_cpu, imports.client_imports)
    yield _row("importing the refresh handler, its clients made", imports.handler_cpu, imports.handler_imports)
    yield f"| ratio | {ratios[0]:.2f} | {ratios[1]:.2f} |"


def _row(label: str, *times_taken: float) -> str:
    return f"| {label} | {' | '.join(f'{1_000 * value:.0f} ms' for value in times_taken)} |"
