"""Results are kept, read, and shown as they were measured."""

from __future__ import annotations

from pathlib import Path
from xml.etree import ElementTree

import pytest

from tests.bench import rounds
from tests.bench.calendars import Measured
from tests.bench.chart import drawn
from tests.bench.programs import Program, all_programs
from tests.bench.results import Imports, Result, Results
from tests.bench.words import seconds, size, times

CALENDAR = Measured("mixed", 1_000)
PROGRAM = Program("echo", "echo", lambda calendar, target: ["echo"], ())


def result(key: str = "k", *, cpu: tuple[float, ...] = (2.0, 1.0, 9.0), failure: str = "") -> Result:
    return Result(key, "2026-05-15", 780_000, cpu=list(cpu), memory=[30_000_000] * len(cpu), failure=failure)


def test_results_are_the_same_after_they_were_written_and_read(tmp_path: Path) -> None:
    written = Results(tmp_path / "deep/results.json")
    written.set("mixed-1000", "echo", result())
    written.set("mixed-200", "echo", result())
    written.set("past-single-300", "echo", result())
    written.set_imports(Imports("k", 1, 2, 3, 4))
    again = Results(tmp_path / "deep/results.json")
    assert again.get("mixed-1000", "echo") == result()
    assert again.sizes("mixed") == [200, 1_000]
    assert again.sizes("past-single") == [300]
    assert again.imports == Imports("k", 1, 2, 3, 4)


@pytest.mark.parametrize(
    ("change", "enough"),
    [
        ({"cpu": (1.0,) * 5}, True),
        ({"cpu": (1.0,) * 4}, False),
        ({"cpu": (100.0,)}, True),
        ({"cpu": (1.0,), "failure": "it fell over"}, True),
        ({"cpu": (1.0,) * 5, "key": "of another program"}, False),
    ],
    ids=["five runs", "stopped after four", "one long run", "a failure", "a program that changed"],
)
def test_only_what_is_complete_and_has_not_changed_is_not_measured_again(
    tmp_path: Path, change: dict[str, object], enough: bool
) -> None:
    results = Results(tmp_path / "results.json")
    assert not rounds.is_measured(CALENDAR, PROGRAM, results)
    results.set(CALENDAR.name, PROGRAM.name, result(**{"key": f"{PROGRAM.key}-{CALENDAR.key}", **change}))  # type: ignore[arg-type]
    assert rounds.is_measured(CALENDAR, PROGRAM, results) is enough


def test_the_picture_is_xml_with_a_longer_bar_for_more() -> None:
    quick, slow = all_programs()[:2]
    picture = "\n".join(drawn([(quick, result(cpu=(0.2,))), (slow, result(cpu=(20.0,)))], 1_000))
    bars = [e for e in ElementTree.fromstring(picture).iter() if e.get("class") == "bar"]
    assert len(bars) == 4
    assert float(bars[0].get("width", 0)) < float(bars[2].get("width", 0))
    assert quick.label in picture


def test_figures_are_short() -> None:
    assert [seconds(value) for value in (0.0004, 0.0992, 0.3, 9.96, 99.6)] == [
        "0 ms",
        "99 ms",
        "0.30 s",
        "10.0 s",
        "100 s",
    ]
    assert [size(value) for value in (12, 2_340, 9_960_000, 1.04e9)] == ["12 B", "2.3 kB", "10 MB", "1.0 GB"]
    assert [times(value) for value in (0.04, 0.99, 3.14, 99.9)] == ["0.04", "1.0", "3.1", "100"]
