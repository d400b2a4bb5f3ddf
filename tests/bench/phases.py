"""Where the time of `calsieve trim` goes: python -m tests.bench.phases prints a table for docs/benchmarks.md.

Each row is the least of five measurements in one process, in seconds of the processor.
"""

from __future__ import annotations

import dataclasses
import gc
import os
from collections import Counter
from collections.abc import Callable, Iterator
from pathlib import Path

from calsieve.core.blocks import blocks
from calsieve.core.clean import composed
from calsieve.core.event_lines import left_out
from calsieve.core.read import Calendar, read
from calsieve.core.screen import reach_of
from calsieve.core.text import plain_newlines, utf8_pieces
from calsieve.models import Policy
from tests.bench.calendars import Measured
from tests.bench.measure import run
from tests.bench.paths import OUR_PYTHON
from tests.bench.programs import ENVIRONMENT
from tests.bench.shapes import NOW

_EVENTS = 100_000
_ROUNDS = 5
_PIECE = 64 * 1024
_EMPTY = Measured("mixed", 0)


class _Pieces:
    def __init__(self, path: Path) -> None:
        self._path = path

    def __iter__(self) -> Iterator[bytes]:
        with self._path.open("rb") as file:
            yield from iter(lambda: file.read(_PIECE), b"")


def main() -> None:
    gc.disable()
    for words, took in _rows():
        print(f"| {words} | {took:.2f} s |", flush=True)


def _rows() -> Iterator[tuple[str, float]]:
    calendar, policy = Measured("mixed", _EVENTS), Policy()
    pieces, reach = _Pieces(calendar.path), reach_of(policy.window, NOW)
    yield "starting and ending, with nothing to trim", _least(_start)
    yield "reading the file", _least(lambda: sum(map(len, pieces)))
    whole = _least(lambda: sum(map(len, _blocks(pieces))))
    yield "the same, with its newlines looked at, in blocks of whole lines", whole
    yield (
        "the same, with the outline of each event judged",
        _least(lambda: read("it", pieces, None, reach, left_out(policy))),
    )
    found = read("it", pieces, None, reach, left_out(policy))
    yield "trimming and writing what was kept", _least(lambda: composed([found], policy, NOW))
    for words, single in (("single events", True), ("events of series", False)):
        part = _part(found, single=single)
        yield (
            f"only the {len(part.events):,} {words} among them",
            _least(lambda part=part: composed([part], policy, NOW)),
        )


def _blocks(pieces: _Pieces) -> Iterator[bytes]:
    repairs = Counter[str]()
    return blocks(plain_newlines(utf8_pieces(pieces, repairs), repairs))


def _part(found: Calendar, *, single: bool) -> Calendar:
    return dataclasses.replace(found, events=tuple(event for event in found.events if event.single is single))


def _start() -> None:
    command = [OUR_PYTHON, "-m", "calsieve.cli", "trim", _EMPTY.path, "-o", "/dev/null", "--now", NOW.isoformat()]
    run(command, ENVIRONMENT)


def _least(work: Callable[[], object]) -> float:
    costs = []
    for _ in range(_ROUNDS):
        before = _cpu()
        work()
        costs.append(_cpu() - before)
    return min(costs)


def _cpu() -> float:
    times = os.times()
    return times.user + times.system + times.children_user + times.children_system


if __name__ == "__main__":
    main()
