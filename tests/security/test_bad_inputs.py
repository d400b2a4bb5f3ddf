"""Every bad input ends as it is said to, within its bounds of time and memory."""

from __future__ import annotations

import signal
from collections import Counter
from collections.abc import Iterator

import pytest

from tests.security.bad_input import BadInput, Counted
from tests.security.cell import EXPLOSION, HANG, MISTAKE, Cell
from tests.security.doors import DOORS
from tests.security.inputs import INPUTS
from tests.security.table import BEGIN, PAGE, page

_LEAST = 150


@pytest.fixture(scope="session")
def cell() -> Iterator[Cell]:
    with Cell() as opened:
        yield opened


@pytest.mark.parametrize("bad", INPUTS, ids=str)
def test_bad_input(bad: BadInput, cell: Cell) -> None:
    answer = cell.ask(bad)
    assert answer.signal == 0, "it was stopped for taking too long"
    if isinstance(bad.ends, Counted):
        assert answer.figures is not None, f"{answer.error}: {answer.message}"
        assert answer.figures.get(bad.ends.figure, 0) >= bad.ends.least, answer.figures
    else:
        assert answer.error == bad.ends.error.__name__, answer
        assert bad.ends.words in answer.message
    assert answer.seconds <= bad.seconds
    assert answer.megabytes <= bad.megabytes


def test_there_are_enough_of_them_each_called_by_one_name_and_all_doors_are_tried() -> None:
    names = Counter(map(str, INPUTS))
    assert len(names) >= _LEAST
    assert [name for name, count in names.items() if count > 1] == []
    assert {bad.door for bad in INPUTS} == {*DOORS}


def test_the_table_in_the_documents_is_this_one() -> None:
    assert PAGE.read_text("utf-8") == page(PAGE.read_text("utf-8")), "run: python -m tests.security.table"
    assert BEGIN in PAGE.read_text("utf-8")


def test_a_cell_sees_a_hang_an_explosion_and_a_mistake(cell: Cell) -> None:
    assert cell.ask(HANG).signal == signal.SIGKILL
    assert cell.ask(EXPLOSION).megabytes > 250
    assert cell.ask(MISTAKE).error == "LookupError"
