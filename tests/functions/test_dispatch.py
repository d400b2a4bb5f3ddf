"""Which messages dispatch puts into the queue, and what it says of it."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest

from calsieve import cloud, wiring
from calsieve.config import load
from calsieve.core.fairness import fair_group
from calsieve.core.rests import rest, rest_key
from calsieve.core.schedule import due, enrolled
from tests.functions.conftest import Deployed

FUNCTION = "dispatch"

FEEDS = """
feeds:
- {name: often, schedule: 5m, sources: ['https://one.example.org/secret-a']}
- {name: weekly, schedule: 7d, sources: ['https://one.example.org/secret-b']}
- {name: elsewhere, schedule: 5m, sources: ['ssm:/calsieve/elsewhere']}
"""


@pytest.fixture
def sent(deployed: Deployed) -> list[dict[str, Any]]:
    """The entries that are sent, delayed ones too."""
    found: list[dict[str, Any]] = []

    def note(params: Any, **_: object) -> None:
        found.extend(params["Entries"])

    deployed.app.sqs.meta.events.register("provide-client-params.sqs.SendMessageBatch", note)
    return found


def names(messages: list[dict[str, Any]]) -> list[str]:
    return sorted(json.loads(message.get("Body") or message["MessageBody"])["feed"] for message in messages)


def test_a_tick_queues_the_feeds_that_are_due(deployed: Deployed, sent: list[dict[str, Any]]) -> None:
    deployed.configure(FEEDS)
    deployed.invoke("scheduler-tick")
    at = datetime(2026, 3, 3, 8, tzinfo=UTC)
    expected = sorted(feed.name for feed in due(map(enrolled, load(FEEDS).feeds), at, timedelta(minutes=5)))
    assert expected == ["elsewhere", "often"]
    assert names(sent) == expected
    assert deployed.metrics() == {"FeedDispatched": 2}


@pytest.mark.parametrize(("tick", "most"), [(5, 300), (30, 900)])
def test_the_feeds_of_a_tick_are_spread_over_it_as_far_as_sqs_lets_messages_wait(
    deployed: Deployed, sent: list[dict[str, Any]], monkeypatch: pytest.MonkeyPatch, tick: int, most: int
) -> None:
    monkeypatch.setenv("TICK_MINUTES", str(tick))
    deployed.configure(
        "feeds:\n" + "".join(f"- {{name: f-{n}, schedule: 5m, sources: ['env:U']}}\n" for n in range(99))
    )
    deployed.invoke("scheduler-tick")
    delays = [entry.get("DelaySeconds", 0) for entry in sent]
    assert len(delays) == 99
    assert most * 0.9 < max(delays) <= most
    if tick == 5:
        assert min(delays) < 30


def test_a_tick_without_a_time_counts_as_now(deployed: Deployed, sent: list[dict[str, Any]]) -> None:
    deployed.configure(FEEDS)
    deployed.invoke({"at": "<aws.scheduler.scheduled-time>"})
    assert "often" in names(sent)


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
@pytest.mark.parametrize("times", [1, 3], ids=["then gets in", "never gets in"])
def test_a_message_that_does_not_get_in_is_tried_again_and_fails_the_run_after_all_others_got_in(
    deployed: Deployed, monkeypatch: pytest.MonkeyPatch, times: int
) -> None:
    send, refused = deployed.app.sqs.send_message_batch, []

    def refuses(**request: Any) -> Any:
        taken = [entry for entry in request["Entries"] if '"f-3"' not in entry["MessageBody"] or len(refused) == times]
        left = [{"Id": entry["Id"]} for entry in request["Entries"] if entry not in taken]
        refused.extend(left)
        return (send(**request | {"Entries": taken}) if taken else {}) | {"Failed": left}

    monkeypatch.setattr(deployed.app.sqs, "send_message_batch", refuses)
    deployed.configure("feeds:\n" + "".join(f"- {{name: f-{n}, sources: ['env:U']}}\n" for n in range(12)))
    if times == 1:
        deployed.invoke("s3-object-created")
    else:
        with pytest.raises(RuntimeError, match="1 of 12 messages"):
            deployed.invoke("s3-object-created")
    assert len(set(names(deployed.queued()))) == 11 + (times == 1)


# ── several files ──

OTHERS = "feeds: [{name: club, sources: ['env:U']}, {name: choir, sources: ['env:U']}]"


def test_a_message_names_the_file_and_its_configuration(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.configure(OTHERS, "clubs.yaml")
    deployed.configure("feeds: nonsense", "Not A Name.yaml")
    deployed.invoke({})
    messages = [json.loads(message["Body"]) for message in deployed.queued()]
    assert {(one["file"], one["feed"]) for one in messages} == {
        *(("feeds.yaml", name) for name in ("often", "weekly", "elsewhere")),
        *(("clubs.yaml", name) for name in ("club", "choir")),
    }
    for one in messages:
        assert one["config"] == cloud.load_config(one["file"]).stamp != ""


def test_a_change_of_one_file_queues_only_its_feeds(deployed: Deployed) -> None:
    deployed.configure(OTHERS, "clubs.yaml")
    deployed.configure(FEEDS)
    deployed.invoke("s3-object-created")
    assert names(deployed.queued()) == ["elsewhere", "often", "weekly"]


def test_a_file_that_cant_be_used_stops_no_other(deployed: Deployed) -> None:
    deployed.configure("feeds: [{nome: a}]")
    deployed.configure(OTHERS, "clubs.yaml")
    deployed.invoke({})
    assert names(deployed.queued()) == ["choir", "club"]
    assert deployed.metrics() == {"ConfigurationInvalid": 1, "FeedDispatched": 2}
    assert deployed.log()[0]["file"] == "feeds.yaml"


def test_a_name_that_stands_in_two_files_belongs_to_the_first(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.configure("feeds: [{name: club, sources: ['env:U'], views: [{name: often}]}]", "later.yaml")
    deployed.invoke({})
    assert names(deployed.queued()) == ["elsewhere", "often", "weekly"]
    assert deployed.metrics() == {"NameCollision": 1, "FeedDispatched": 3}
    (line,) = [line for line in deployed.log() if line["level"] == "ERROR"]
    assert (line["feed"], line["file"], line["first"]) == ("club", "later.yaml", "feeds.yaml")


def test_a_warm_function_reads_only_what_changed(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.configure(OTHERS, "clubs.yaml")
    asked: list[str] = []
    wiring.s3().meta.events.register("before-call.s3", lambda model, **_: asked.append(model.name))
    deployed.invoke("scheduler-tick")
    assert asked == ["ListObjectsV2", "GetObject", "GetObject", "ListObjectsV2"]
    deployed.invoke("scheduler-tick")
    assert asked[4:] == ["ListObjectsV2"] * 2
    deployed.configure(OTHERS.replace("club", "clue"), "clubs.yaml")
    deployed.s3.delete_object(Bucket="state", Key="config/feeds.yaml")
    asked.clear()
    deployed.queued()
    deployed.invoke({})
    assert asked == ["ListObjectsV2", "GetObject"]
    assert names(deployed.queued()) == ["choir", "clue"]


def test_a_configuration_that_cant_be_used_is_explained_and_counted(deployed: Deployed) -> None:
    deployed.configure("feeds: [{nome: a}]")
    deployed.invoke("scheduler-tick")
    line = deployed.log()[0]
    assert line["level"] == "ERROR"
    assert "line 1" in line["problems"][0]
    assert deployed.metrics() == {"ConfigurationInvalid": 1, "FeedDispatched": 0}
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


# ── upstreams that ask to be left alone ──


def test_feeds_of_a_host_that_asks_to_be_left_alone_wait_until_that_is_over(
    deployed: Deployed, sent: list[dict[str, Any]]
) -> None:
    deployed.configure(FEEDS)
    at = datetime(2026, 3, 3, 8, tzinfo=UTC)
    group = fair_group(load(FEEDS).feeds[0])
    one = rest(group, at - timedelta(minutes=1), 600)
    deployed.s3.put_object(Bucket="state", Key=f"state/{rest_key(one)}", Body=b"")
    deployed.invoke({"at": at.isoformat()})
    assert names(sent) == ["elsewhere"]
    assert deployed.metrics() == {"FeedPutOff": 1, "FeedDispatched": 1}
    sent.clear()
    deployed.invoke({"at": (at + timedelta(minutes=10)).isoformat()})
    assert names(sent) == ["elsewhere", "often"]
    assert all(json.loads(entry["MessageBody"])["can_wait"] for entry in sent)
    deployed.invoke({})
    assert not json.loads(sent[-1]["MessageBody"])["can_wait"]
