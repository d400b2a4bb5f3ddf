from __future__ import annotations

import pytest

from calsieve.cli import show
from calsieve.models import File, Outcome, Status


def test_problems_and_notes_are_told_beside_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    file = File("team", Status.PUBLISHED, "0a/team.ics")
    show.outcomes([Outcome("team", Status.PUBLISHED, (file,), ("home: it is down",), ("work: it is empty: believed",))])
    printed = capsys.readouterr()
    assert "published" in printed.out
    assert printed.err.splitlines() == ["team: home: it is down", "team: work: it is empty: believed"]
