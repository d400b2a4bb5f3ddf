"""Chance that is the same each time and in each version of Python."""

from __future__ import annotations

import random
from collections.abc import Sequence
from typing import TypeVar

T = TypeVar("T")


class Draw:
    """Draws from a seeded generator by ``random()`` and ``getrandbits()`` only; other methods changed over time."""

    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)

    def chance(self, probability: float) -> bool:
        return self._random.random() < probability

    def below(self, limit: int) -> int:
        return int(self._random.random() * limit)

    def between(self, least: int, most: int) -> int:
        return least + self.below(most - least + 1)

    def pick(self, things: Sequence[T]) -> T:
        return things[self.below(len(things))]

    def digits(self, count: int) -> str:
        """Return ``count`` hexadecimal digits."""
        return f"{self._random.getrandbits(4 * count):0{count}x}"
