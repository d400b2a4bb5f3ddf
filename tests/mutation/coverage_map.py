"""Which test runs which lines, and how long it takes: measured once, and again where tests or the core changed."""

from __future__ import annotations

import hashlib
import json
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from coverage import Coverage

from tests.mutation.forks import Send, forked
from tests.mutation.paths import CORE, MAP, ROOT, SUITES, short
from tests.mutation.suites import Suites, forget, with_suites


@dataclass(frozen=True)
class Test:
    """A test: its id, its processor time in seconds, and the lines it runs of each module."""

    id: str
    seconds: float
    lines: dict[str, frozenset[int]]

    @property
    def file(self) -> str:
        return self.id.partition("::")[0]


def tests_of_core() -> list[Test]:
    """Return all tests, the quick ones first and those with drawn examples last."""
    known = json.loads(MAP.read_text()) if MAP.exists() else {}
    digests = _digests()
    files = {file: known[file] for file, digest in digests.items() if known.get(file, {}).get("digest") == digest}
    new = [file for file in digests if file not in files]
    for id_, seconds, lines in forked(lambda send: _measure(new, send)) if new else ():
        file = id_.partition("::")[0]
        files.setdefault(file, {"digest": digests[file], "tests": []})["tests"].append([id_, seconds, lines])
    MAP.parent.mkdir(exist_ok=True)
    MAP.write_text(json.dumps(files))
    return sorted(map(_test, (test for file in files.values() for test in file["tests"])), key=_patience)


def _patience(test: Test) -> tuple[bool, float, str]:
    return test.id.startswith("tests/properties"), test.seconds, test.id


def _test(written: list[Any]) -> Test:
    id_, seconds, lines = written
    return Test(id_, seconds, {module: frozenset(numbers) for module, numbers in lines.items()})


def _digests() -> dict[str, str]:
    """Return a digest for each file of tests, over itself and all that it may use."""
    parts = sorted(path for suite in SUITES for path in (ROOT / suite).rglob("*") if path.is_file())
    parts = [path for path in parts if path.suffix != ".pyc"]
    files = [path for path in parts if path.name.startswith("test_")]
    common = hashlib.sha256()
    for path in [*sorted(CORE.rglob("*.py")), *(path for path in parts if path not in files)]:
        common.update(path.read_bytes())
    return {_relative(path): hashlib.sha256(common.digest() + path.read_bytes()).hexdigest() for path in files}


def _relative(path: Path) -> str:
    return path.relative_to(ROOT).as_posix()


def _measure(files: list[str], send: Send) -> None:
    cover = Coverage(data_file=None, config_file=False, include=[f"{CORE}/*"], messages=False)

    def measure(suites: Suites) -> None:
        seconds = {test: _timed(suites, cover, test) for test in suites.items}
        lines = _lines(cover)
        for test, taken in seconds.items():
            send([test, taken, lines.get(test, {})])

    with_suites(files, measure)


def _timed(suites: Suites, cover: Coverage, test: str) -> float:
    forget()
    begun = time.process_time()
    cover.start()
    cover.switch_context(test)
    passed = suites.passes(test)
    cover.stop()
    if not passed:
        raise AssertionError(f"{test} fails without any mutant")
    return time.process_time() - begun


def _lines(cover: Coverage) -> dict[str, dict[str, list[int]]]:
    found: dict[str, dict[str, list[int]]] = {}
    data = cover.get_data()
    for file in data.measured_files():
        for line, tests in data.contexts_by_lineno(file).items():
            for test in tests:
                found.setdefault(test, {}).setdefault(short(Path(file)), []).append(line)
    return found
