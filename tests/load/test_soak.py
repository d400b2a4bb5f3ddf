"""A small soak, and that it would notice."""

from __future__ import annotations

from pathlib import Path

from tests.load import turns
from tests.load.moody_upstream import FAULTS
from tests.load.soak import Soak
from tests.load.turns import Rates

FEEDS, ROUNDS = 20, 12
OFTEN = Rates(changes=0.1, kills=0.1, together=0.1, oddities=0.15)
QUIET = Rates(changes=1, kills=0, together=0, oddities=0)


def test_nothing_is_lost_or_invented(tmp_path: Path) -> None:
    soak = Soak(tmp_path, FEEDS, OFTEN, faults=0.25)
    soak.run(ROUNDS)
    counts = soak.counts
    print(soak.table(0))
    assert min(counts[status] for status in ("published", "unchanged", "failed", "killed", "held back")) > 5
    assert all(counts[f"answered {kind}"] for kind in ("good", *FAULTS))
    assert all(counts[what] for what, _ in turns.DAMAGE)
    assert all(counts[what] for what in ("two runs at once", "messages twice", "late messages", "S3 takes no writes"))


def older(soak: Soak, path: Path) -> None:
    path.write_bytes((soak.root / "kept").read_bytes())
