"""A small soak, and that it would notice."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest

from tests.load.moody_upstream import FAULTS
from tests.load.soak import Broken, Soak, events_of

FEEDS, ROUNDS = 20, 12


def test_nothing_is_lost_or_invented(tmp_path: Path) -> None:
    soak = Soak(tmp_path, FEEDS, kills=0.15)
    soak.run(ROUNDS)
    assert soak.outcomes.total() > 2 * FEEDS * ROUNDS * 0.9
    assert min(soak.outcomes[status] for status in ("published", "unchanged", "failed", "killed")) > 5
    assert all(soak.outcomes[f"answered {kind}"] for kind in ("good", *FAULTS))


def older(soak: Soak, path: Path) -> None:
    path.write_bytes((soak.root / "kept").read_bytes())


def invented(_: Soak, path: Path) -> None:
    path.write_bytes(path.read_bytes().replace(b"SUMMARY:Event 1 ", b"SUMMARY:Event 0 "))


def halved(_: Soak, path: Path) -> None:
    path.write_bytes(path.read_bytes()[:-20])


def gone(_: Soak, path: Path) -> None:
    path.unlink()


@pytest.mark.parametrize("damage", [older, invented, halved, gone])
def test_the_soak_notices(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, damage: Callable[[Soak, Path], None]
) -> None:
    soak, looks = Soak(tmp_path, 1, changes=1, kills=0, faults=0), []
    look = Soak._looked_at

    def damaged(self: Soak, calendar: object) -> None:
        path = self._path(calendar)  # type: ignore[arg-type]
        looks.append(path)
        if len(looks) == 1:
            (tmp_path / "kept").write_bytes(path.read_bytes())
        if len(looks) == 4:
            damage(self, path)
        look(self, calendar)  # type: ignore[arg-type]

    monkeypatch.setattr(Soak, "_looked_at", damaged)
    with pytest.raises(Broken):
        soak.run(5)
    assert len(looks) == 4


def test_half_a_file_is_no_calendar() -> None:
    with pytest.raises(Broken, match="half"):
        events_of(b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\n")
