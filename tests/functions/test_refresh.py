"""What refresh does with a message, and what it says of it."""

from __future__ import annotations

import copy
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from calsieve import cloud, wiring
from calsieve.adapters.s3 import S3StateStore
from calsieve.paths import rotate
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


@pytest.mark.filterwarnings("ignore:No application metrics")
@pytest.mark.parametrize("body", ["", "[]", "{}", '{"feed"'])
def test_a_message_that_can_t_be_read_is_told_and_left_to_the_dead_letters(deployed: Deployed, body: str) -> None:
    event = batch("odd")
    event["Records"][0]["body"] = body
    assert deployed.invoke(event) == {"batchItemFailures": [{"itemIdentifier": "odd"}]}
    (line,) = deployed.log()
    assert (line["level"], line["message"].partition(":")[0]) == ("ERROR", "a message that can't be read")


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

    def defect(*_: object, **__: object) -> None:
        raise KeyError(address)

    monkeypatch.setattr(deployed.app.cloud, "refresh_feed", defect)
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


# ── what it costs ──


def requests_of(deployed: Deployed, feed: str, stamp: str) -> list[str]:
    """Refresh, and return the operations that were asked of S3."""
    asked: list[str] = []

    def note(model: Any, **_: object) -> None:
        asked.append(model.name)

    events = wiring.s3().meta.events
    events.register("before-call.s3", note)
    event = batch(feed)
    event["Records"][0]["body"] = json.dumps({"feed": feed, "config": stamp})
    assert deployed.invoke(event) == {"batchItemFailures": []}
    events.unregister("before-call.s3", note)
    return asked


EVERYTHING = "page: yes, notices: {ahead: 14d}, views: [{name: busy, show: busy}]"


@pytest.mark.parametrize(("more", "files"), [("page: yes", 1), (EVERYTHING, 2)], ids=["one file", "a view too"])
def test_an_unchanged_refresh_asks_for_the_state_and_each_pair_of_files(
    deployed: Deployed, more: str, files: int
) -> None:
    with UpstreamServer(GOOD) as server:
        deployed.configure(f"feeds: [{{name: team, sources: ['{server.url()}'], {more}}}]")
        stamp = cloud.load_config().stamp
        first = requests_of(deployed, "team", stamp)
        assert first[:2] == ["GetObject", "GetObject"]  # the configuration and the key
        fetched = len(server.asked)
        assert requests_of(deployed, "team", stamp) == [*["HeadObject"] * 2 * files, "GetObject"]
        assert len(server.asked) == fetched + 1
    assert deployed.metrics()["FeedUnchanged"] == 1


def test_without_word_of_the_configuration_that_and_the_key_are_asked_for(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        requests_of(deployed, "team", "")
        assert requests_of(deployed, "team", "") == ["GetObject", "GetObject", "HeadObject", "HeadObject", "GetObject"]


# ── settings that are known by heart ──


def test_a_new_configuration_is_noticed_by_the_message_that_it_sends(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        requests_of(deployed, "team", cloud.load_config().stamp)
        deployed.configure(f"feeds: [{{name: team, title: Renamed, sources: ['{server.url()}']}}]")
        requests_of(deployed, "team", cloud.load_config().stamp)
    assert deployed.metrics()["FeedPublished"] == 2


def test_a_late_message_of_an_older_configuration_brings_nothing_back(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Another instance, which has the newer one, published meanwhile."""
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        stamp = cloud.load_config().stamp
        requests_of(deployed, "team", stamp)
        known = cloud._known_settings().at("feeds.yaml", datetime.now(UTC), stamp)
        newer = f"feeds: [{{name: team, title: Newer, sources: ['{server.url()}']}}]"
        deployed.s3.put_object(Bucket="state", Key="config/feeds.yaml", Body=newer.encode())
        second = timedelta(seconds=1)
        written = cloud.load_config().written
        assert written is not None
        monkeypatch.setattr(
            cloud._known_settings(),
            "_held",
            {"feeds.yaml": known._replace(config=known.config._replace(written=written - second))},
        )
        cloud._refreshed(
            cloud._known_settings()._load("feeds.yaml", datetime.now(UTC)), "feeds.yaml", "team", datetime.now(UTC)
        )
        asked = requests_of(deployed, "team", stamp)
    # The files, and the state, which tells of the newer configuration; that, and the key.
    assert asked[:5] == ["HeadObject", "HeadObject", *["GetObject"] * 3]
    assert deployed.metrics()["FeedUnchanged"] == 1


def test_an_older_key_than_was_published_by_fails_and_is_tried_again(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        deployed.invoke(batch("team"))
        store = S3StateStore(deployed.s3, "state", "state")
        backup = store.load("path-key")
        rotate(store, "team", datetime.now(UTC), datetime.now(UTC), os.urandom)
        deployed.invoke(batch("team"))
        assert backup is not None
        store.save("path-key", backup.body, replaces=store.load("path-key"))
        before = published(deployed)
        assert deployed.invoke(batch("team")) == {"batchItemFailures": [{"itemIdentifier": "team"}]}
        assert published(deployed) == before
    assert "the path-key at hand is older" in deployed.log()[-1]["why"][0]


def test_a_configuration_that_was_taken_back_is_gone_by(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> None:
    """What is there now counts, although it was written before the one that was published by."""
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        deployed.invoke(batch("team"))
        earlier = cloud.load_config()
        assert earlier.written is not None
        taken_back = earlier._replace(written=earlier.written - timedelta(hours=1), stamp="earlier")
        monkeypatch.setattr(cloud, "load_config", lambda _: taken_back)
        for _ in range(2):
            assert deployed.invoke(batch("team")) == {"batchItemFailures": []}
    counted = deployed.metrics()
    assert (counted["FeedPublished"], counted["FeedUnchanged"]) == (1, 2)


# ── several files ──


def of_file(feed: str, file: str) -> dict[str, Any]:
    event = batch(feed)
    event["Records"][0]["body"] = json.dumps({"feed": feed, "file": file, "config": cloud.load_config(file).stamp})
    return event


def test_a_feed_is_refreshed_by_the_file_that_its_message_names(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        for file in ("feeds", "clubs"):
            deployed.configure(f"feeds: [{{name: {file}, sources: ['{server.url()}']}}]", f"{file}.yaml")
        deployed.invoke(of_file("clubs", "clubs.yaml"))
        deployed.invoke(of_file("feeds", "clubs.yaml"))
    assert published(deployed) == ["clubs.html", "clubs.ics", "clubs.ics.gz"]
    assert deployed.metrics()["MessageDropped"] == 1


def test_a_view_that_went_to_another_file_is_not_taken_down(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        source = f"sources: ['{server.url()}'], page: no"
        deployed.configure(f"feeds: [{{name: a, {source}, views: [{{name: moved}}, {{name: gone}}]}}]")
        deployed.invoke(of_file("a", "feeds.yaml"))
        assert {"moved.ics", "gone.ics"} <= {*published(deployed)}
        deployed.configure(f"feeds: [{{name: moved, {source}}}]", "clubs.yaml")
        deployed.configure(f"feeds: [{{name: a, {source}}}]")
        deployed.invoke(of_file("a", "feeds.yaml"))
    assert published(deployed) == ["a.ics", "a.ics.gz", "moved.ics", "moved.ics.gz"]


# ── upstreams that ask to be left alone ──

WAIT = answer(429, Retry_After="1800")


def test_feeds_of_a_host_that_asks_to_be_left_alone_are_put_off(deployed: Deployed) -> None:
    with UpstreamServer(WAIT) as server:
        feeds = (f"{{name: f-{n}, sources: ['{server.url(f'/{n}.ics')}']}}" for n in range(3))
        deployed.configure(f"feeds: [{', '.join(feeds)}]")
        event = batch("f-0", "f-1", "f-2")
        for record in event["Records"]:
            stamp = cloud.load_config().stamp
            record["body"] = json.dumps({"feed": record["messageId"], "config": stamp, "can_wait": True})
        assert deployed.invoke(event) == {"batchItemFailures": [{"itemIdentifier": "f-0"}]}
        assert len(server.asked) == 1
        counted = deployed.metrics()
        assert (counted["FeedFailed"], counted["FeedPutOff"]) == (1, 2)
        (key,) = [
            item["Key"] for item in deployed.s3.list_objects_v2(Bucket="state", Prefix="state/backoff/")["Contents"]
        ]
        assert "127.0.0.1" not in key
        deployed.invoke(batch("f-1"))  # one of a change, which somebody waits for
        assert len(server.asked) == 2


def test_a_feed_that_was_put_off_asks_s3_for_nothing(deployed: Deployed) -> None:
    with UpstreamServer(WAIT) as server:
        configure(deployed, team=server)
        stamp = cloud.load_config().stamp
        event = batch("team")
        event["Records"][0]["body"] = json.dumps({"feed": "team", "config": stamp, "can_wait": True})
        deployed.invoke(event)
        asked: list[str] = []
        wiring.s3().meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name))
        assert deployed.invoke(event) == {"batchItemFailures": []}
    assert asked == []
