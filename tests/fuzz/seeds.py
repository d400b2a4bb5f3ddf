"""Where inputs begin: those committed beside this file, and for calendars the golden cases too."""

from __future__ import annotations

from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

from tests.fuzz.drawing import BETWEEN

SEEDS = Path(__file__).parent / "seeds"
FINDINGS = Path(__file__).parent / "findings"
_GOLDEN = Path(__file__).parent.parent / "golden" / "cases"
# What takes calendars as they are, behind one byte, or two by two behind a line.
_OF_CALENDARS = ("lint", "lines")
_OF_ONE_BYTE = ("repair", "screen")
_OF_FEEDS = (
    "rules",
    "parted",
    "agreement",
    "exactness",
    "merge",
    "agendas",
    "explanations",
    "losses",
    "items",
    "streams",
)


def inputs(target: str) -> Iterator[bytes]:
    """Yield the seeds of a target, and what was once found by it, in a fixed order."""
    for directory in (SEEDS / target, FINDINGS / target):
        yield from (file.read_bytes() for file in sorted(directory.glob("*")))
    if target in _OF_CALENDARS:
        yield from _golden()
    if target in _OF_ONE_BYTE:
        yield from (bytes([at]) + body for at, body in enumerate(_golden()))
    if target in _OF_FEEDS:
        yield from _feeds()


def _golden() -> Iterator[bytes]:
    return (file.read_bytes() for file in sorted(_GOLDEN.glob("*.in*.ics")))


def _feeds() -> Iterator[bytes]:
    """Yield the golden calendars, two by two, behind lines that choose differently."""
    for at, pair in enumerate(pairwise(_golden())):
        chosen = sha256(bytes([at])).digest() * 2
        yield chosen.replace(b"\n", b"") + b"\n" + BETWEEN.join(pair)
