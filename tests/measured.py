"""The metrics that docs/common-issues.md lists: what functions have to emit, and alarms and widgets may show."""

from __future__ import annotations

import re
from pathlib import Path
from typing import NamedTuple

ROOT = Path(__file__).parents[1]
RUNBOOK = ROOT / "docs" / "common-issues.md"
NAMESPACE = "Calsieve"

_ROW = re.compile(r"^\| `(\w+)` \| (\w+) \| ([a-z, ]+) \| \S.* \|$", re.MULTILINE)


class Metric(NamedTuple):
    """One metric; its only dimension is ``service``, the stack."""

    name: str
    unit: str


def documented(function: str) -> set[Metric]:
    """Return what the page says that one of the functions emits."""
    _, _, section = RUNBOOK.read_text(encoding="utf-8").partition("\n## What is measured\n")
    return {Metric(name, unit) for name, unit, by in _ROW.findall(section) if function in by.split(", ")}
