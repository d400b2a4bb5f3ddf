"""What the functions measure is what docs/common-issues.md lists, with these units; and nothing else is.

tests/template holds alarms and dashboard to the same list, so none of them waits for what nobody measures.
"""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calsieve.core.fairness import group_of
from calsieve.core.rests import rest, rest_key
from calsieve.history import encode_history, history_key
from calsieve.models import Failing, HistoryEntry, Noteworthy, Secret, Source
from tests.adapters.upstream_server import UpstreamServer
from tests.functions.conftest import Deployed
from tests.functions.test_refresh import GONE, GOOD, WAIT, batch
from tests.measured import NAMESPACE, Metric, documented


def emitted(deployed: Deployed) -> Iterator[Metric]:
    """Yield each metric as CloudWatch takes it out of what was printed, with its value there."""
    printed = [json.loads(line) for line in deployed.capture.readouterr().out.splitlines() if '"_aws"' in line]
    for line in printed:
        (directive,) = line["_aws"]["CloudWatchMetrics"]
        assert directive["Namespace"] == NAMESPACE
        assert directive["Dimensions"] == [["service"]]
        assert line["service"] == "calsieve"
        for metric in directive["Metrics"]:
            assert line[metric["Name"]]
            yield Metric(metric["Name"], metric["Unit"])


@pytest.mark.parametrize("deployed", ["dispatch"], indirect=True)
def test_dispatch(deployed: Deployed) -> None:
    deployed.configure("feeds: [{name: team, sources: ['env:U']}]")
    deployed.invoke("scheduler-tick")
    deployed.configure("feeds: [{nome: team}]")
    for name in ("a", "b"):
        deployed.configure("feeds: [{name: team, schedule: 5m, sources: ['env:U']}]", f"{name}.yaml")
    now = datetime.now(UTC)
    waits = rest(group_of(Source(name="one", url=Secret("env", "U"))), now, 3600)
    deployed.s3.put_object(Bucket="state", Key=f"state/{rest_key(waits)}")
    deployed.invoke({"at": now.isoformat()})
    assert set(emitted(deployed)) == documented("dispatch")


@pytest.mark.parametrize("deployed", ["refresh"], indirect=True)
def test_refresh(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as good, UpstreamServer(GONE) as gone:
        deployed.configure(
            f"feeds: [{{name: good, sources: ['{good.url()}']}}, {{name: gone, sources: ['{gone.url()}']}}]"
        )
        deployed.invoke(batch("good"))
        deployed.invoke(batch("good", "gone", "went"))
    with UpstreamServer(WAIT) as server:
        deployed.configure(f"feeds: [{{name: team, sources: ['{server.url()}']}}]")
        event = batch("team", "team")
        for record in event["Records"]:
            record["body"] = json.dumps({"feed": "team", "can_wait": True})
        deployed.invoke(event)
    assert set(emitted(deployed)) == documented("refresh")


@pytest.mark.parametrize("deployed", ["overview"], indirect=True)
def test_overview(deployed: Deployed) -> None:
    deployed.configure("feeds: [{name: team, sources: ['env:U']}, {name: new, sources: ['env:U']}]")
    since = datetime.now(UTC) - timedelta(days=1)
    history = HistoryEntry(at=since, kind=Noteworthy.FAILED, failing=(Failing("one", "it answered 503", since),))
    deployed.s3.put_object(Bucket="state", Key=f"state/{history_key('team')}", Body=encode_history((history,)))
    deployed.invoke("scheduler-tick")
    deployed.configure("feeds: [{nome: team}]")
    deployed.invoke("scheduler-tick")
    assert set(emitted(deployed)) == documented("overview")


# ── the line that each refresh logs ──


@pytest.mark.parametrize("deployed", ["refresh"], indirect=True)
def test_a_refresh_logs_one_line_by_which_it_can_be_found(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as good, UpstreamServer(GONE) as gone:
        deployed.configure(
            f"feeds: [{{name: good, sources: ['{good.url()}']}}, {{name: gone, sources: ['{gone.url()}']}}]"
        )
        deployed.invoke(batch("good"))
        deployed.invoke(_third_try(batch("gone")))
    good_line, gone_line = deployed.log()
    assert (good_line["message"], good_line["feed"], good_line["attempt"]) == ("published", "good", 1)
    assert (good_line["problems"], good_line["why"]) == (0, [])
    assert (gone_line["message"], gone_line["feed"], gone_line["attempt"]) == ("failed", "gone", 3)
    assert gone_line["problems"] == len(gone_line["why"]) == 1
    for line in (good_line, gone_line):
        assert {"level", "timestamp", "service", "function_request_id", "cold_start"} <= set(line)


def _third_try(event: dict[str, Any]) -> dict[str, Any]:
    event["Records"][0]["attributes"]["ApproximateReceiveCount"] = "3"
    return event
