"""The model of docs/scale.md: the page shows what it says, it knows the template, and it stays within its promise."""

from __future__ import annotations

from pathlib import Path

from tests.load import model
from tests.template.test_template import TEMPLATE

PAGE = Path(__file__).parents[2] / "docs/scale.md"


def test_the_page_shows_what_the_model_says() -> None:
    """If not: paste what `python -m tests.load.model` prints."""
    text = PAGE.read_text()
    for table in model.tables().split("\n\n"):
        assert table.strip() in text


def test_a_hundred_feeds_every_quarter_of_an_hour_cost_less_than_a_dollar() -> None:
    assert model.dollars(model.Load(100, 15)) < 1


def test_the_model_knows_the_template() -> None:
    resources, parameters = TEMPLATE["Resources"].values(), TEMPLATE["Parameters"]
    assert sum(one["Type"] == "AWS::CloudWatch::Alarm" for one in resources) == model.ALARMS
    assert parameters["TickMinutes"]["Default"] == model.TICK_MINUTES
    assert parameters["RefreshMemory"]["Default"] == model.REFRESH_MB
    assert parameters["DispatchMemory"]["Default"] == model.DISPATCH_MB
    assert TEMPLATE["Resources"]["OverviewFunction"]["Properties"]["MemorySize"] == model.OVERVIEW_MB
