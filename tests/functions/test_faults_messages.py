"""Messages that come twice, late, in another order or at the same time, and S3 that fails under the function."""

from __future__ import annotations

import json
from typing import Any

import pytest

from calsieve import cloud, wiring
from tests.adapters.upstream_server import UpstreamServer
from tests.functions.conftest import Deployed
from tests.functions.test_refresh import GOOD, batch, configure, published
from tests.refresh.bucket import refusal

FUNCTION = "refresh"
FILES = ["team.html", "team.ics", "team.ics.gz"]


def versions(deployed: Deployed) -> dict[str, str]:
    listed = deployed.s3.list_objects_v2(Bucket="published").get("Contents", [])
    return {item["Key"]: item["ETag"] + str(item["LastModified"]) for item in listed}


def messages(*stamps: str) -> dict[str, Any]:
    """An event with a message for each stamp of a configuration."""
    event = batch(*["team"] * len(stamps))
    for record, stamp in zip(event["Records"], stamps, strict=True):
        record["body"] = json.dumps({"feed": "team", "config": stamp})
    return event


def test_a_message_that_comes_twice_changes_nothing_the_second_time(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        assert deployed.invoke(batch("team", "team")) == {"batchItemFailures": []}
        before = versions(deployed)
        assert deployed.invoke(batch("team")) == {"batchItemFailures": []}
    assert versions(deployed) == before
    assert published(deployed) == FILES


def test_messages_of_an_older_and_a_newer_configuration_in_either_order(deployed: Deployed) -> None:
    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        older = cloud.load_config().stamp
        deployed.configure(f"feeds: [{{name: team, title: Newer, sources: ['{server.url('/s3cret.ics')}']}}]")
        newer = cloud.load_config().stamp
        for order in ((older, newer), (newer, older), (older, older, newer), (newer, older, older)):
            assert deployed.invoke(messages(*order)) == {"batchItemFailures": []}
            (key,) = [key for key in versions(deployed) if key.endswith(".ics")]
            body = deployed.s3.get_object(Bucket="published", Key=key)["Body"].read()
            assert b"NAME:Newer" in body, order


@pytest.mark.parametrize("call", ["GetObject", "HeadObject", "PutObject"])
def test_a_message_whose_refresh_s3_fails_is_tried_again_and_then_all_is_well(deployed: Deployed, call: str) -> None:
    def fail(**_: object) -> None:
        raise refusal("SlowDown", 503)

    with UpstreamServer(GOOD) as server:
        configure(deployed, team=server)
        deployed.invoke(batch("other"))  # reads the configuration and makes the key
        events = wiring.s3().meta.events
        events.register(f"before-call.s3.{call}", fail)
        assert deployed.invoke(batch("team")) == {"batchItemFailures": [{"itemIdentifier": "team"}]}
        events.unregister(f"before-call.s3.{call}", fail)
        assert deployed.invoke(batch("team")) == {"batchItemFailures": []}
    assert published(deployed) == FILES
    assert not [line for line in deployed.log() if "s3cret" in json.dumps(line)]
