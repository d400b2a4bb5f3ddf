from __future__ import annotations

import pytest

from calsieve.cli import show
from calsieve.models import File, Outcome, Report, Status


def test_problems_and_notes_are_told_beside_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    file = File("team", Status.PUBLISHED, "0a/team.ics")
    show.outcomes([Outcome("team", Status.PUBLISHED, (file,), ("home: it is down",), ("work: it is empty: believed",))])
    printed = capsys.readouterr()
    assert "published" in printed.out
    assert printed.err.splitlines() == ["team: home: it is down", "team: work: it is empty: believed"]


def test_what_a_budget_cost_is_told_with_the_table(capsys: pytest.CaptureFixture[str]) -> None:
    report = Report(cuts=("shortened the future to 9 weeks: 3 events fewer", "still 15 events, and the budget is 5"))
    file = File("team", Status.PUBLISHED, "0a/team.ics", report)
    show.outcomes([Outcome("team", Status.PUBLISHED, (file,))])
    printed = capsys.readouterr()
    assert [line for line in printed.out.splitlines() if "budget" in line] == [
        "team: budget: shortened the future to 9 weeks: 3 events fewer",
        "team: budget: still 15 events, and the budget is 5",
    ]
    assert printed.err == ""
