"""What clients would take badly."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class Client(StrEnum):
    """Who reads what is published."""

    APPLE = "apple"
    GOOGLE = "google"
    OUTLOOK = "outlook"
    ICSX5 = "icsx5"
    THUNDERBIRD = "thunderbird"


class Level(StrEnum):
    """What a client makes of it."""

    ERROR = "error"  # it drops or refuses the whole feed
    WARNING = "warning"  # it loses an event, or shows it wrong, late or twice
    HINT = "hint"  # it copes, but could do better


class Finding(NamedTuple):
    """Something in a file that a client takes badly: which rule says so, and what to do, in plain words.

    ``clients`` are those that take it as badly as ``level`` says. ``line`` counts from 1; 0 is no line in
    particular. ``more`` are further places of the same rule that are not listed.
    """

    rule: str
    level: Level
    clients: tuple[Client, ...]
    line: int
    message: str
    more: int = 0
