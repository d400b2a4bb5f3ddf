"""Which messages dispatch puts into the queue, and what it says of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calsieve.config import load
from calsieve.core.schedule import due
from tests.functions.conftest import Deployed

FUNCTION = "dispatch"

FEEDS = """
feeds:
- {name: often, schedule: 5m, sources: ['https://one.example.org/secret-a']}
- {name: weekly, schedule: 7d, sources: ['https://one.example.org/secret-b']}
- {name: elsewhere, schedule: 5m, sources: ['ssm:/calsieve/elsewhere']}
"""


def names(messages: list[dict[str, Any]]) -> list[str]:
    return sorted(json.loads(message["Body"])["feed"] for message in messages)


def test_a_tick_queues_the_feeds_that_are_due(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.invoke("scheduler-tick")
    at = datetime(2026, 3, 3, 8, tzinfo=UTC)
    expected = sorted(feed.name for feed in due(load(FEEDS).feeds, at, timedelta(minutes=5)))
    assert expected == ["elsewhere", "often"]
    assert names(deployed.queued()) == expected
    assert deployed.metrics() == {"FeedDispatched": 2}


def test_a_tick_without_a_time_counts_as_now(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.invoke({"at": "<aws.scheduler.scheduled-time>"})
    assert "often" in names(deployed.queued())


def test_an_uploaded_configuration_queues_all_feeds(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.invoke("s3-object-created")
    assert names(deployed.queued()) == ["elsewhere", "often", "weekly"]


def test_feeds_of_one_host_share_a_group_and_others_do_not(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.invoke("s3-object-created")
    groups = {
        json.loads(message["Body"])["feed"]: message["Attributes"]["MessageGroupId"] for message in deployed.queued()
    }
    assert groups["often"] == groups["weekly"] != groups["elsewhere"]


def test_more_feeds_than_a_call_takes_all_go_out(deployed: Deployed) -> None:
    feeds = "".join(f"- {{name: f-{n}, sources: ['env:U']}}\n" for n in range(31))
    deployed.configure("feeds:\n" + feeds)
    deployed.invoke("s3-object-created")
    assert len(set(names(deployed.queued()))) == 31


@pytest.mark.filterwarnings("ignore:No application metrics")
def test_a_message_that_does_not_get_in_fails_the_run_after_all_others_got_in(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch
) -> None:
    send, calls = deployed.app.sqs.send_message_batch, []

    def first_fails(**request: Any) -> Any:
        calls.append(request)
        return {"Failed": [{"Id": "0"}]} if len(calls) == 1 else send(**request)

    monkeypatch.setattr(deployed.app.sqs, "send_message_batch", first_fails)
    deployed.configure("feeds:\n" + "".join(f"- {{name: f-{n}, sources: ['env:U']}}\n" for n in range(12)))
    with pytest.raises(RuntimeError, match="1 of 12 messages"):
        deployed.invoke("s3-object-created")
    assert names(deployed.queued()) == ["f-10", "f-11"]


def test_a_configuration_that_cant_be_used_is_explained_and_counted(deployed: Deployed) -> None:
    deployed.configure("feeds: [{nome: a}]")
    deployed.invoke("scheduler-tick")
    (line,) = deployed.log()
    assert line["level"] == "ERROR"
    assert "line 1" in line["problems"][0]
    assert deployed.metrics() == {"ConfigurationInvalid": 1}
    assert deployed.queued() == []


def test_a_stack_without_feeds_yet_says_what_to_do_and_alarms_nobody(deployed: Deployed) -> None:
    deployed.invoke("scheduler-tick")
    first = deployed.log()[0]
    assert (first["level"], first["message"]) == ("INFO", "no feeds yet: run `calsieve push`")
    assert deployed.metrics() == {"FeedDispatched": 0}
    assert deployed.queued() == []


def test_nothing_that_is_logged_or_queued_shows_an_address(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.invoke("s3-object-created")
    for text in (deployed.logged.getvalue(), repr(deployed.queued())):
        assert "example.org" not in text
        assert "secret" not in text
