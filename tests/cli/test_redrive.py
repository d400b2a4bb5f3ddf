"""``calsieve redrive``: dead letters of a stack, back into its queue."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError
from click.testing import CliRunner, Result

from calsieve.cli.main import main
from tests.cli.stacks import REGION, client


def redrive(*arguments: str) -> Result:
    command = ["redrive", "--stack", "home", "--region", REGION, *arguments]
    return CliRunner().invoke(main, command, catch_exceptions=False)


def give_up(*feeds: str, config: str = "old") -> None:
    for feed in feeds:
        put(json.dumps({"feed": feed, "config": config}), group=f"host of {feed}")


def put(body: str, **more: str) -> None:
    group = {"MessageGroupId": more["group"]} if more else {}
    client("sqs").send_message(QueueUrl=url("dead-letters"), MessageBody=body, **group)


def url(queue: str) -> str:
    found: str = client("sqs").get_queue_url(QueueName=queue)["QueueUrl"]
    return found


def messages(queue: str) -> list[dict[str, Any]]:
    """Return all that can be seen in a queue, hidden from then on."""
    sqs, found = client("sqs"), []
    while some := sqs.receive_message(QueueUrl=url(queue), MaxNumberOfMessages=10, AttributeNames=["All"]).get(
        "Messages"
    ):
        found += some
    return found


def feeds(queue: str) -> list[str]:
    return sorted(json.loads(message["Body"])["feed"] for message in messages(queue))


def between(monkeypatch: pytest.MonkeyPatch, answering: Callable[[str, Any, Any], Any]) -> None:
    """Put ``answering`` between the command and AWS."""
    call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

    def make(self: Any, operation: str, request: Any) -> Any:
        return answering(operation, request, lambda: call(self, operation, request))

    monkeypatch.setattr(BaseClient, "_make_api_call", make)


@pytest.fixture(autouse=True)
def _deployed(stack: str) -> None:
    pass


def test_what_was_given_up_waits_in_the_queue_again_as_it_was() -> None:
    give_up("work", "family")
    result = redrive()
    assert (result.exit_code, sorted(result.stdout.split()), result.stderr) == (0, ["family", "work"], "")
    found = {json.loads(message["Body"])["feed"]: message for message in messages("refresh")}
    assert json.loads(found["work"]["Body"]) == {"feed": "work", "config": "old"}
    assert found["work"]["Attributes"]["MessageGroupId"] == "host of work"  # its turn is fair to others as before
    assert messages("dead-letters") == []


def test_a_feed_that_was_given_up_often_is_tried_once() -> None:
    give_up(*["family"] * 23, "work")
    assert sorted(redrive().stdout.split()) == ["family", "work"]
    assert feeds("refresh") == ["family", "work"]
    assert messages("dead-letters") == []


def test_only_the_feed_that_is_asked_for_and_the_others_can_be_seen_at_once() -> None:
    give_up(*[f"f-{n}" for n in range(25)], "family")
    result = redrive("--only", "family")
    assert (result.exit_code, result.stdout) == (0, "family\n")
    assert result.stderr == "25 messages of other feeds left as they are\n"
    assert feeds("refresh") == ["family"]
    assert feeds("dead-letters") == sorted(f"f-{n}" for n in range(25))


def test_several_can_be_asked_for_and_those_not_given_up_are_told() -> None:
    give_up("a", "b", "c")
    result = redrive("--only", "a", "--only", "b", "--only", "z")
    assert sorted(result.stdout.split()) == ["a", "b"]
    assert result.stderr == "nothing was given up of z\n1 message of other feeds left as they are\n"


def test_if_nothing_was_given_up_it_says_so() -> None:
    result = redrive()
    assert (result.exit_code, result.stdout, result.stderr) == (0, "", "no feed was given up\n")


@pytest.mark.parametrize("body", ["x", "[]", "{}", '{"feed": 1}', '"feed"'])
def test_a_message_that_names_no_feed_stays_and_is_told(body: str) -> None:
    put(body)
    give_up("family")
    result = redrive()
    assert (result.exit_code, result.stdout) == (1, "family\n")
    assert result.stderr.startswith("1 message without the name of a feed left")
    assert [message["Body"] for message in messages("dead-letters")] == [body]


def test_a_message_that_does_not_get_in_is_not_deleted(monkeypatch: pytest.MonkeyPatch) -> None:
    def full(operation: str, request: Any, answer: Any) -> Any:
        if operation != "SendMessageBatch":
            return answer()
        refused = [entry for entry in request["Entries"] if '"b"' in entry["MessageBody"]]
        request["Entries"] = [entry for entry in request["Entries"] if entry not in refused]
        return answer() | {"Failed": [{"Id": entry["Id"]} for entry in refused]}

    between(monkeypatch, full)
    give_up("a", "b", "b")
    result = redrive()
    assert (result.exit_code, result.stdout) == (1, "a\n")
    assert result.stderr == "2 messages did not get into the queue: try again\n"
    assert feeds("dead-letters") == ["b", "b"]


def test_a_right_that_is_missing_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    def denied(operation: str, request: Any, answer: Any) -> Any:
        if operation == "SendMessageBatch":
            raise ClientError({"Error": {"Code": "AccessDenied", "Message": "s3cret"}}, operation)
        return answer()

    between(monkeypatch, denied)
    give_up("a")
    result = redrive()
    assert result.exit_code == 1
    assert (
        result.stderr == "Error: can't put messages into the queue (it needs sqs:SendMessage): AWS says AccessDenied\n"
    )
