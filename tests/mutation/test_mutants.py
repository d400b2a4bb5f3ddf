"""The faults that `make mutation` puts into the core, on a module of a few lines."""

from __future__ import annotations

import ast

import pytest

from tests.mutation.mutants import mutants_of, mutated, sampled

MODULE = '''"""A module's docstring."""
LIMIT = 3
_MOST_STEPS = 1000


@decorated(maxsize=16)
def first(items: list[int], least: int = 0) -> int | None:
    """A docstring."""
    for item in items:
        if item < least:
            continue
        note("seen")
        return item
    raise LookupError("nothing")


class Box:
    def text(self) -> str:
        return f"{self.size + 1} in it"
'''


def faulty(what: str) -> str:
    (mutant,) = [mutant for mutant in mutants_of(MODULE) if mutant.what == what]
    return ast.unparse(mutated(MODULE, mutant.number))


def test_all_small_faults_are_made_in_the_order_of_the_text() -> None:
    assert [(mutant.line, mutant.what) for mutant in mutants_of(MODULE)] == [
        (2, "3 → 4"),
        (2, "3 → 2"),
        (7, "0 → 1"),
        (7, "0 → -1"),
        (10, "if item < least → if not"),
        (10, "item < least → item <= least"),
        (11, "continue → break"),
        (12, "note('seen') → pass"),
        (12, "'seen' → 'seenXX'"),
        (13, "return item → return None"),
        (19, "return f'{self.size + 1} in it' → return None"),
        (19, "self.size + 1 → self.size - 1"),
        (19, "1 → 2"),
        (19, "1 → 0"),
    ]


@pytest.mark.parametrize(
    ("what", "line"),
    [
        ("item < least → item <= least", "if item <= least:"),
        ("if item < least → if not", "if not item < least:"),
        ("continue → break", "break"),
        ("note('seen') → pass", "pass"),
        ("self.size + 1 → self.size - 1", "return f'{self.size - 1} in it'"),
    ],
)
def test_a_mutant_differs_in_one_place(what: str, line: str) -> None:
    before, after = ast.unparse(ast.parse(MODULE)).splitlines(), faulty(what).splitlines()
    assert [new.strip() for old, new in zip(before, after, strict=True) if old != new] == [line]


def test_a_mutant_knows_its_function_and_the_lines_of_its_statement() -> None:
    by_line = {mutant.line: (mutant.function, mutant.lines) for mutant in mutants_of(MODULE)}
    assert by_line[2] == ("", range(2, 3))
    assert by_line[7][0] == ""
    assert by_line[10] == ("first", range(10, 11))
    assert by_line[19] == ("Box.text", range(19, 20))


def test_a_sample_is_the_same_for_a_seed_and_in_order() -> None:
    mutants = mutants_of(MODULE)
    chosen = sampled(mutants, 5, "seed")
    assert chosen == sampled(mutants, 5, "seed")
    assert [mutant.number for mutant in chosen] == sorted({mutant.number for mutant in chosen})
    assert len(chosen) == 5
    assert chosen != sampled(mutants, 5, "another")
    assert sampled(mutants, None, "seed") == mutants
