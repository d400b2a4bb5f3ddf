"""One bad input: by which door it comes in, how it is made, what is said of it, and what it may cost."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from calsieve.errors import CalsieveError

# What most of them may cost: little, but a slow machine's second, and the pages that any work touches.
SECONDS, MEGABYTES = 2.0, 64


@dataclass(frozen=True, slots=True, kw_only=True)
class Refused:
    """The error that an input has to end in: its class, not one below it, and words of its message."""

    error: type[CalsieveError]
    words: str

    def __str__(self) -> str:
        return f"`{self.error.__name__}`: {self.words}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Counted:
    """What an input is put up with as: a figure of what came of it, which has to be at least ``least``."""

    figure: str
    least: int = 1

    def __str__(self) -> str:
        kind, _, name = self.figure.partition(": ")
        return f"{kind}: {name}" if name else kind


@dataclass(frozen=True, slots=True)
class BadInput:
    """A bad input. ``made`` makes what the door called ``door`` takes, in the process that is measured.

    ``seconds`` bounds the processor's time and ``megabytes`` the memory, for making it, serving it and reading it.
    """

    door: str
    name: str
    made: Callable[[], Any]
    ends: Refused | Counted
    seconds: float = SECONDS
    megabytes: int = MEGABYTES

    def __str__(self) -> str:
        return f"{self.door}: {self.name}"


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What became of an input: the error's class and message, or figures; its cost, and the signal that ended it."""

    error: str = ""
    message: str = ""
    figures: dict[str, int] | None = None
    seconds: float = 0
    megabytes: float = 0
    signal: int = 0
