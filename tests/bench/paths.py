"""Where things lie: what is ours, what was installed, what is made."""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from pathlib import Path

ROOT = Path(__file__).parents[2]
HERE = Path(__file__).parent
PEERS = HERE / "peers"
PRODUCT = ROOT / "layers/calsieve/calsieve"
HANDLER = ROOT / "functions/refresh/app.py"
REPORT = ROOT / "docs/benchmarks.md"
CHART = ROOT / "docs/benchmarks.svg"

OUR_PYTHON = ROOT / ".venv/bin/python"
WORK = ROOT / ".work/bench"
PEER_PYTHON = WORK / "python/bin/python"
RESULTS = WORK / "results.json"


def digest(files: Iterable[Path]) -> str:
    """Return a short digest of the contents of files, in their order."""
    together = hashlib.sha256()
    for file in files:
        together.update(hashlib.sha256(file.read_bytes()).digest())
    return together.hexdigest()[:16]
