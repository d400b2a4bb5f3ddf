"""Where inputs begin: those committed beside this file, and for calendars the golden cases too."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

SEEDS = Path(__file__).parent / "seeds"
FINDINGS = Path(__file__).parent / "findings"
_GOLDEN = Path(__file__).parent.parent / "golden" / "cases"
_OF_CALENDARS = ("repair", "screen")


def inputs(target: str) -> Iterator[bytes]:
    """Yield the seeds of a target, and what was once found by it, in a fixed order."""
    for directory in (SEEDS / target, FINDINGS / target):
        yield from (file.read_bytes() for file in sorted(directory.glob("*")))
    if target in _OF_CALENDARS:
        for at, file in enumerate(sorted(_GOLDEN.glob("*.in*.ics"))):
            yield bytes([at]) + file.read_bytes()
