"""The corpus, harvested once, and the table of outcomes at the end."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.corpus.harvest import RUNS, Result, harvest

_RESULTS = pytest.StashKey[list[Result]]()


@pytest.fixture(scope="session")
def sources() -> list[Path]:
    """Every calendar below the directory that CALSIEVE_CORPUS names."""
    root = Path(os.environ["CALSIEVE_CORPUS"])
    return sorted(path.absolute() for path in root.rglob("*.ics") if path.is_file())


@pytest.fixture(scope="session")
def results(
    sources: list[Path], tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest
) -> list[Result]:
    found = harvest(sources, tmp_path_factory.mktemp("corpus"))
    request.config.stash[_RESULTS] = found
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of outcomes: how many calendars of each run ended how, and how many were repaired in what."""
    results = config.stash.get(_RESULTS, [])
    if results:
        terminalreporter.section("table of outcomes")
        for line in _table(results):
            terminalreporter.line(line)


def _table(results: list[Result]) -> list[str]:
    rows: dict[str, Counter[str]] = {}
    for result in results:
        for row in _rows(result):
            rows.setdefault(row, Counter())[result.run] += 1
    width = max(map(len, rows))
    lines = [f"{row:{width}}" + "".join(f"{counts[run]:>9}" for run in RUNS) for row, counts in sorted(rows.items())]
    return [f"{'calendars':{width}}" + "".join(f"{run:>9}" for run in RUNS), *lines]


def _rows(result: Result) -> list[str]:
    if result.outcome != "trimmed":
        return [f"{result.outcome}: {result.said}"]
    report = result.report
    rows = ["trimmed", f"occurrences: {result.occurrences}", *(f"repair: {name}" for name in report["repairs"])]
    rows += ["components lost"] if report["lost"] else []
    rows += ["series kept whole"] if report["series_kept_whole"] else []
    return rows + ([] if report["events_out"] else ["nothing visible"])
