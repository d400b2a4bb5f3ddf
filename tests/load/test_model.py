"""The model of docs/scale.md: the page shows what it says, it knows the template, and it stays within its promise."""

from __future__ import annotations

import re
from pathlib import Path

from calsieve.models import Status
from tests.load import model
from tests.template.test_template import TEMPLATE

ROOT = Path(__file__).parents[2]
PAGE = ROOT / "docs/scale.md"
# Metrics that get a value only when something is wrong, or an upstream asked to be left alone.
RARE = {"FeedPutOff", "MessageDropped", "ConfigurationInvalid", "NameCollision"}


def test_the_page_shows_what_the_model_says() -> None:
    """If not: paste what `python -m tests.load.model` prints."""
    text = PAGE.read_text()
    for table in model.tables().split("\n\n"):
        assert table.strip() in text


def test_the_page_says_what_views_add() -> None:
    dollars = model.Load(100, 15).refreshes * model.VIEW_READS * model.PRICES["S3 reads"].each
    assert f"${dollars:.2f} a month for 100 feeds with\na view each" in PAGE.read_text()


def test_a_hundred_feeds_every_quarter_of_an_hour_cost_less_than_a_dollar() -> None:
    assert model.dollars(model.Load(100, 15)) < 1


def test_the_model_knows_the_template() -> None:
    resources, parameters = TEMPLATE["Resources"].values(), TEMPLATE["Parameters"]
    types = [one["Type"] for one in resources]
    assert types.count("AWS::CloudWatch::Alarm") == model.ALARMS
    assert types.count("AWS::CloudWatch::Dashboard") == model.DASHBOARDS
    assert parameters["TickMinutes"]["Default"] == model.TICK_MINUTES
    assert parameters["RefreshMemory"]["Default"] == model.REFRESH_MB
    assert parameters["DispatchMemory"]["Default"] == model.DISPATCH_MB
    assert TEMPLATE["Resources"]["OverviewFunction"]["Properties"]["MemorySize"] == model.OVERVIEW_MB


def test_the_model_knows_what_the_schedules_start() -> None:
    """A tick for dispatch, and each hour overview."""
    functions = [one["Properties"] for one in TEMPLATE["Resources"].values() if one["Type"].endswith("Function")]
    events = [event for one in functions for event in one.get("Events", {}).values()]
    assert sum(event["Type"] == "ScheduleV2" for event in events) == 2


def test_the_model_knows_the_metrics() -> None:
    code = "".join(path.read_text() for path in (ROOT / "functions").glob("*/app.py"))
    names = {*re.findall(r'add_metric\("(\w+)"', code), *(f"Feed{status.value.capitalize()}" for status in Status)}
    assert names > RARE
    assert len(names - RARE) == model.METRICS
