"""What the tests of other people's readers share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interop.dav.table import Cell, table
from tests.interop.demonstration import Demonstration, demonstration
from tests.interop.readers import Program
from tests.interop.readers import libical as compiled


@pytest.fixture(scope="session")
def libical(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return compiled(tmp_path_factory.mktemp("libical"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with demonstration(tmp_path_factory.mktemp("demo")) as there:
        yield there


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Print what tests put into tables: a property named after the table, of column, row and text."""
    cells: dict[str, list[Cell]] = {}
    for outcome in ("passed", "failed"):
        for report in terminalreporter.getreports(outcome):
            for name, (column, row, text) in report.user_properties:
                cells.setdefault(name, []).append((column, row, text if outcome == "passed" else "FAILED"))
    for name, told in cells.items():
        terminalreporter.section(name)
        terminalreporter.write_line("\n".join(table(told)))
