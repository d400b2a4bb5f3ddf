"""What the dashboard and the alarms show is measured by somebody."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from typing import Any, NamedTuple

import pytest

from tests.measured import NAMESPACE, RUNBOOK, documented
from tests.template.test_template import RESOURCES, of, properties

# What AWS measures by itself, and by which dimensions. Sources: "Available CloudWatch metrics for Amazon SQS",
# "Types of metrics for Lambda functions", "Types of CloudFront metrics" in the developer guides.
OF_AWS = {
    "AWS/SQS": ({"ApproximateNumberOfMessagesVisible", "ApproximateAgeOfOldestMessage"}, {"QueueName"}),
    "AWS/Lambda": ({"Invocations", "Errors", "Throttles", "Duration", "ConcurrentExecutions"}, {"FunctionName"}),
    "AWS/CloudFront": ({"Requests", "4xxErrorRate", "5xxErrorRate"}, {"DistributionId", "Region"}),
}
MEASURED = {metric.name: metric.unit for by in ("dispatch", "refresh", "overview") for metric in documented(by)}
SOURCE = properties("Dashboard")["DashboardBody"]["Fn::Sub"]
WIDGETS: list[dict[str, Any]] = json.loads(SOURCE)["widgets"]


class Shown(NamedTuple):
    """A metric as it is asked for."""

    namespace: str
    name: str
    dimensions: dict[str, str]
    statistic: str


def in_widgets(kind: str) -> list[dict[str, Any]]:
    return [widget["properties"] for widget in WIDGETS if widget["type"] == kind]


def of_widget(widget: dict[str, Any]) -> Iterator[Shown]:
    """Spell out "." and "...", which repeat what is in the line above."""
    above: list[str] = []
    for row in widget["metrics"]:
        options = row[-1] if isinstance(row[-1], dict) else {}
        words = [word for word in row if isinstance(word, str)]
        if words[0] == "...":
            words = above[: len(above) - len(words) + 1] + words[1:]
        above = [above[at] if word == "." else word for at, word in enumerate(words)]
        namespace, name, *dimensions = above
        pairs = dict(zip(dimensions[::2], dimensions[1::2], strict=True))
        yield Shown(namespace, name, pairs, options.get("stat") or widget["stat"])


def of_alarm(name: str) -> Shown:
    alarm = properties(name)
    pairs = {one["Name"]: str(one["Value"]) for one in alarm["Dimensions"]}
    return Shown(alarm["Namespace"], alarm["MetricName"], pairs, alarm["Statistic"])


SHOWN = [shown for widget in in_widgets("metric") for shown in of_widget(widget)]
SHOWN += [of_alarm(name) for name in of("AWS::CloudWatch::Alarm")]


@pytest.mark.parametrize("shown", SHOWN, ids=lambda shown: f"{shown.namespace} {shown.name}")
def test_what_is_shown_is_measured(shown: Shown) -> None:
    if shown.namespace == NAMESPACE:
        assert set(shown.dimensions) == {"service"}
        unit = MEASURED[shown.name]
        # the overview counts what is, every hour; the others count what happens
        standing = unit == "Seconds" or shown.name in {"FeedInTrouble", "FeedWaiting"}
        assert shown.statistic == ("Maximum" if standing else "Sum")
    else:
        names, dimensions = OF_AWS[shown.namespace]
        assert shown.name in names
        assert set(shown.dimensions) == dimensions


def test_what_is_measured_is_shown() -> None:
    assert set(MEASURED) - {shown.name for shown in SHOWN} == {"FeedDispatched"}  # of which refreshes are made


def test_the_dashboard_names_only_what_is_there() -> None:
    named = set(re.findall(r"\$\{(?!AWS::)(\w+)", SOURCE))
    assert named <= set(RESOURCES)
    pseudo = set(re.findall(r"\$\{(AWS::\w+)\}", SOURCE))
    assert pseudo == {"AWS::Region", "AWS::StackName"}


def test_it_shows_every_alarm() -> None:
    (widget,) = in_widgets("alarm")
    assert {alarm[2:-5] for alarm in widget["alarms"]} == set(of("AWS::CloudWatch::Alarm"))


def test_every_queue_and_function_is_watched() -> None:
    watched = " ".join(value for shown in SHOWN for value in shown.dimensions.values())
    for name in (*of("AWS::SQS::Queue"), *of("AWS::Serverless::Function")):
        assert name in watched


def test_what_is_asked_of_the_log_is_in_its_lines() -> None:
    (widget,) = in_widgets("log")
    source, *steps = widget["query"].split(" | ")
    assert source == "SOURCE '${RefreshLogs}'"
    asked = set(re.findall(r"[a-z]\w*", re.sub(r"'[^']*'", "", " ".join(steps))))
    language = {"filter", "or", "stats", "count", "as", "latest", "by", "sort", "desc", "limit"}
    assert asked - language - {"failures", "reason"} == {"problems", "message", "why", "feed"}


def test_each_widget_has_its_place() -> None:
    """Twenty-four columns; each row is filled."""
    widths, row = [widget["width"] for widget in WIDGETS], 0
    for width in widths:
        row = (row + width - 1) % 24 + 1
    assert row == 24
    assert all(widget["properties"]["title"] for widget in WIDGETS)


@pytest.mark.parametrize("alarm", of("AWS::CloudWatch::Alarm"))
def test_the_runbook_says_what_to_do_about_each_alarm(alarm: str) -> None:
    assert f"\n### `{alarm.removesuffix('Alarm')}`" in RUNBOOK.read_text(encoding="utf-8")
