"""What refresh does with a message, and what it says of it."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from tests.adapters.upstream_server import UpstreamServer, answer
from tests.functions.conftest import EVENTS, Deployed

FUNCTION = "refresh"

CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    b"DTSTART:20260515T100000Z\r\nRRULE:FREQ=DAILY\r\nSUMMARY:Confidential\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)
GOOD = answer(body=CALENDAR, Content_Type="text/calendar")
GONE = answer(404)


def configure(deployed: Deployed, **servers: UpstreamServer) -> None:
    """Give each server a feed of its name."""
    lines = (f"- {{name: {name}, sources: ['{server.url('/s3cret.ics')}']}}" for name, server in servers.items())
    deployed.configure("\n".join(["feeds:", *lines]))


def batch(*feeds: str) -> dict[str, Any]:
    """Return the event of events/ with a message for each feed, whose message id is its name."""
    event: dict[str, Any] = json.loads((EVENTS / "sqs-refresh.json").read_text())
    (record,) = event["Records"]
    event["Records"] = []
    for feed in feeds:
        event["Records"].append(copy.deepcopy(record) | {"messageId": feed, "body": json.dumps({"feed": feed})})
    return event


def published(deployed: Deployed) -> list[str]:
    """What lies behind secret paths, without those."""
    listed = deployed.s3.list_objects_v2(Bucket="published").get("Contents", [])
    return sorted(item["Key"].split("/")[1] for item in listed if "/" in item["Key"])


def test_a_message_publishes_its_feed(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        deployed.configure(f"feeds: [{{name: team-a, sources: ['{server.url()}']}}]")
        assert deployed.invoke("sqs-refresh") == {"batchItemFailures": []}
    assert published(deployed) == ["team-a.html", "team-a.ics", "team-a.ics.gz"]
    counted = deployed.metrics()
    assert counted["FeedPublished"] == 1
    assert counted["SourceFailed"] == 0
    assert counted["BytesIn"] == len(CALENDAR)
    assert counted["BytesOut"] > 0
    (line,) = deployed.log()
    assert (line["message"], line["feed"], line["events_in"]) == ("published", "team-a", 1)


def test_a_feed_without_news_is_counted_as_unchanged(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        deployed.invoke(batch("team"))
        deployed.metrics()
        deployed.invoke(batch("team"))
    assert deployed.metrics() == {"FeedUnchanged": 1, "SourceFailed": 0}


def test_only_the_feed_that_failed_is_tried_again(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as good, UpstreamServer(GONE) as gone:
        configure(deployed, good=good, gone=gone)
        answered = deployed.invoke(batch("gone", "good"))
    assert answered == {"batchItemFailures": [{"itemIdentifier": "gone"}]}
    assert published(deployed) == ["good.html", "good.ics", "good.ics.gz"]
    counted = deployed.metrics()
    assert (counted["FeedFailed"], counted["FeedPublished"], counted["SourceFailed"]) == (1, 1, 1)


def test_a_batch_of_nothing_but_failures_is_no_error_of_the_function(deployed: Deployed) -> None:
    with UpstreamServer(GONE) as gone:
        configure(deployed, gone=gone)
        assert deployed.invoke(batch("gone")) == {"batchItemFailures": [{"itemIdentifier": "gone"}]}


def test_a_message_for_a_feed_that_went_is_dropped(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        assert deployed.invoke(batch("went")) == {"batchItemFailures": []}
    (line,) = deployed.log()
    assert (line["message"], line["feed"]) == ("message dropped", "went")
    assert deployed.metrics() == {"MessageDropped": 1}


def test_a_defect_is_tried_again_and_told_without_what_it_was_about(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    address = "https://user:s3cret@example.org/"

    def defect(*_: object) -> None:
        raise KeyError(address)

    monkeypatch.setattr(deployed.app.wiring, "refresh_feed", defect)
    deployed.configure("feeds: [{name: team, sources: ['env:U']}]")
    assert deployed.invoke(batch("team")) == {"batchItemFailures": [{"itemIdentifier": "team"}]}
    (line,) = deployed.log()
    assert (line["message"], line["error"]) == ("broke off", "KeyError")
    assert "s3cret" not in deployed.logged.getvalue()
    assert deployed.metrics() == {"FeedFailed": 1}


def test_logs_hold_neither_addresses_nor_calendars(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as good, UpstreamServer(GONE) as gone:
        configure(deployed, good=good, gone=gone)
        deployed.invoke(batch("gone", "good"))
    keys = [item["Key"] for item in deployed.s3.list_objects_v2(Bucket="published")["Contents"]]
    (path,) = {key.split("/")[0] for key in keys if "/" in key}
    for secret in ("s3cret", "127.0.0.1", "Confidential", path):
        assert secret not in deployed.logged.getvalue()


def started(expression: str) -> str:
    """Return what an expression gives in a new process that has imported the handler."""
    buckets = {"PUBLISHED_BUCKET": "published", "STATE_BUCKET": "state", "AWS_DEFAULT_REGION": "eu-central-1"}
    done = subprocess.run(
        [sys.executable, "-c", f"import app, gc, sys; print({expression})"],
        cwd=Path(__file__).parents[2] / "functions/refresh",
        env=os.environ | buckets | {"POWERTOOLS_METRICS_NAMESPACE": "Calsieve"},
        stdout=subprocess.PIPE,
        check=True,
    )
    return done.stdout.decode().strip()


def test_the_handler_imports_nothing_that_is_rarely_needed() -> None:
    rare = {"click", "difflib", "icalendar", "rich", "webcolors", "calsieve.cli", "calsieve.pages"}
    rare |= {"calsieve.adapters.directory", "calsieve.core.zones.windows", "aws_lambda_powertools.utilities.batch"}
    imported = {*started("*sys.modules").split()}
    assert {"requests", "yaml", "calsieve.core.clean"} <= imported
    assert imported & rare == set()


def test_what_is_there_from_the_start_is_no_work_for_the_collector() -> None:
    assert started("gc.isenabled(), gc.get_freeze_count() > 100 * len(gc.get_objects())") == "True True"
