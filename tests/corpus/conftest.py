"""The corpus, harvested once, and the table of outcomes at the end."""

from __future__ import annotations

import os
from collections import Counter
from pathlib import Path

import pytest

from tests.corpus.harvest import RUNS, Result, harvest
from tests.corpus.known import why_different
from tests.interop.readers import Program, ical_js, ical_js_within, recurring_within
from tests.interop.readers import libical as compiled
from tests.oracle.figures import Account
from tests.oracle.judge import Verdict, judged
from tests.oracle.known import ICAL_JS, LIBICAL, RECURRING

_RESULTS = pytest.StashKey[list[Result]]()
_ACCOUNT = pytest.StashKey[Account]()


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


@pytest.fixture(scope="session")
def libical(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return compiled(tmp_path_factory.mktemp("libical"))


@pytest.fixture(scope="session")
def verdicts(results: list[Result], libical: Program, request: pytest.FixtureRequest) -> list[Verdict]:
    """What each expander says of each output."""
    expanders = {LIBICAL: libical.expand, ICAL_JS: ical_js.expand, RECURRING: recurring_within(2).expand}
    patient = {ICAL_JS: ical_js_within(60).expand, RECURRING: recurring_within(60).expand}
    found = judged([result.pair for result in results if result.pair], expanders, why_different, patient)
    request.config.stash[_ACCOUNT] = Account(
        title="corpus",
        sources=len({result.source for result in results}),
        series=sum(result.report.get("series_in", 0) for result in results),
        verdicts=found,
        kept_whole=sum((Counter(result.kept_whole) for result in results), Counter[str]()),
    )
    return found


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the table of outcomes: how many calendars of each run ended how, and how many were repaired in what."""
    results = config.stash.get(_RESULTS, [])
    if results:
        terminalreporter.section("table of outcomes")
        for line in _table(results):
            terminalreporter.line(line)
    if account := config.stash.get(_ACCOUNT, None):
        terminalreporter.section("held against each other")
        for line in account.lines():
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
    rows = ["trimmed", *(f"repair: {name}" for name in report["repairs"])]
    rows += ["components lost"] if report["lost"] else []
    rows += ["series kept whole"] if report["kept_whole"] else []
    return rows + ([] if report["events_out"] else ["nothing visible"])
