"""Real calendars of many makers: each is trimmed or refused, and what comes out is sound."""

from __future__ import annotations

import re
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path

import pytest

from tests.corpus.harvest import RUNS, Result, words
from tests.corpus.known import COMPLAINTS, REVIEWED
from tests.interop.readers import Program, ical_js
from tests.oracle.judge import Outcome, Verdict, assert_agreed

every_run = pytest.mark.parametrize("run", RUNS)


@pytest.fixture(scope="session")
def outputs(results: list[Result]) -> dict[Path, Result]:
    return {result.output: result for result in results if result.output}


def those(results: Iterable[Result], run: str, bad: Callable[[Result], object]) -> list[tuple[str, object]]:
    """Return name and fault of the results of a run that have one."""
    return [(result.name, fault) for result in results if result.run == run and (fault := bad(result))]


def test_there_is_a_corpus(sources: list[Path]) -> None:
    assert len(sources) > 100


@every_run
def test_no_calendar_breaks_the_command(results: list[Result], run: str) -> None:
    assert those(results, run, lambda result: result.outcome == "crashed" and result.said) == []


@every_run
def test_most_calendars_are_trimmed(results: list[Result], run: str) -> None:
    outcomes = [result.outcome for result in results if result.run == run]
    assert outcomes.count("trimmed") > 0.9 * len(outcomes)


@every_run
def test_every_output_is_sound(results: list[Result], run: str) -> None:
    assert those(results, run, lambda result: result.problems) == []


@every_run
def test_trimming_again_changes_nothing(results: list[Result], run: str) -> None:
    assert those(results, run, lambda result: not result.same_again) == []


def test_libical_finds_no_error(outputs: dict[Path, Result], libical: Program) -> None:
    assert unexpected(outputs, libical.check([*outputs])) == []


def test_ical_js_finds_no_error(outputs: dict[Path, Result]) -> None:
    assert unexpected(outputs, ical_js.check([*outputs])) == []


def unexpected(outputs: dict[Path, Result], found: dict[Path, str]) -> list[tuple[str, str, str]]:
    """Return run, calendar and complaint of what readers complain of, but for what was looked at."""
    return [
        (outputs[path].run, outputs[path].name, complaint)
        for path, complaints in found.items()
        for complaint in complaints.strip("|").split("|")
        if not any(re.match(known, complaint) for known in COMPLAINTS)
    ]


def test_an_output_shows_what_its_source_shows_and_nothing_old(verdicts: list[Verdict]) -> None:
    assert_agreed(verdicts)


def test_the_known_differences_are_still_there(verdicts: list[Verdict]) -> None:
    used = {verdict.reviewed for verdict in verdicts if verdict.reviewed}
    assert {known.why for known in REVIEWED} - used == set()
    different = {verdict.pair.name for verdict in verdicts if verdict.outcome.bad}
    unsure = {verdict.pair.name for verdict in verdicts if verdict.outcome is Outcome.SOURCE}
    assert {name for known in REVIEWED for name in known.names} - different - unsure == set()


def test_a_process_of_its_own_writes_the_same(results: list[Result]) -> None:
    trimmed = [result for result in results if result.run == "default"]
    for result in trimmed[:: len(trimmed) // 40]:
        command = [sys.executable, "-m", "calsieve.cli", *words(result.run, result.source), str(result.source)]
        done = subprocess.run(command, capture_output=True)
        assert b"Traceback" not in done.stderr, result.name
        expected = (0, result.output.read_bytes()) if result.output else (3, b"")
        assert (done.returncode, done.stdout) == expected, result.name
