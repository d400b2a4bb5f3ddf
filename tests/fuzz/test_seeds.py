"""Each fuzz target holds on its seeds, and on all that fuzzing ever found; and its inputs do reach it."""

from __future__ import annotations

import random
import re
from collections.abc import Callable
from pathlib import Path

import pytest

from tests.fuzz.__main__ import NAMES
from tests.fuzz.mutation import Bytes, mutated, mutated_json
from tests.fuzz.seeds import inputs
from tests.fuzz.targets import TARGETS

Mutate = Callable[[bytes, int, int, Bytes], bytes]


def test_every_target_can_be_named() -> None:
    assert set(NAMES) == set(TARGETS)


def test_every_target_is_in_the_record() -> None:
    text = (Path(__file__).parents[2] / "docs/security.md").read_text().split("\n## ")
    (record,) = [section for section in text if section.startswith("Fuzzing")]
    assert {*re.findall(r"`(\w+)`(?=[^|]*\|[^|]*\| [\d,]+ \|)", record)} == set(NAMES)


@pytest.mark.parametrize("name", NAMES)
def test_target_holds_on_its_seeds(name: str) -> None:
    data = [*inputs(name)]
    assert len(data) > 2
    for one in data:
        TARGETS[name](one)


@pytest.mark.parametrize(
    ("mutate", "data"),
    [
        (mutated, b"\x00BEGIN:VEVENT\nDTSTART:20260520T100000Z\nSUMMARY:a\nEND:VEVENT"),
        (mutated, b"\x00\x01\nBEGIN:VEVENT\nSUMMARY:a\nEND:VEVENT"),
        (mutated_json, b'[{"id": "a", "start": {"timeZone": "UTC"}}, {"id": "b", "categories": ["x"]}]'),
    ],
)
def test_mutating_changes_parts_and_is_the_same_each_time(mutate: Mutate, data: bytes) -> None:
    def by_bytes(data: bytes, most: int) -> bytes:
        return data[:most] + b"!"

    seeds = random.Random(1).sample(range(1_000_000), 50)
    made = [mutate(data, 500, seed, by_bytes) for seed in seeds]
    assert made == [mutate(data, 500, seed, by_bytes) for seed in seeds]
    assert len({*made}) > 30
