"""What refresh sends to the topic of notices."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
import pytest

from tests.adapters.upstream_server import UpstreamServer, answer
from tests.functions.conftest import Deployed
from tests.functions.test_refresh import batch

FUNCTION = "refresh"


def calendar(*names: str) -> bytes:
    """Return the answer of an upstream that has events of these names tomorrow."""
    tomorrow = datetime.now(UTC) + timedelta(days=1)
    events = (
        f"BEGIN:VEVENT\r\nUID:{name}\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:{tomorrow:%Y%m%dT%H0000Z}\r\n"
        f"DURATION:PT1H\r\nSUMMARY:{name}\r\nEND:VEVENT\r\n"
        for name in names
    )
    return answer(body=f"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n{''.join(events)}END:VCALENDAR\r\n".encode())


class Topic:
    """A topic and a queue that is subscribed to it."""

    def __init__(self, deployed: Deployed) -> None:
        self._sqs = deployed.sqs
        self._queue = deployed.sqs.create_queue(QueueName="reader")["QueueUrl"]
        self.sns = boto3.client("sns")
        self.arn: str = self.sns.create_topic(Name="notices")["TopicArn"]
        self.subscribe()

    def subscribe(self) -> None:
        about = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])
        self.sns.subscribe(TopicArn=self.arn, Protocol="sqs", Endpoint=about["Attributes"]["QueueArn"])

    def received(self) -> list[dict[str, Any]]:
        messages = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture
def topic(deployed: Deployed, monkeypatch: pytest.MonkeyPatch) -> Topic:
    found = Topic(deployed)
    monkeypatch.setenv("NOTICE_TOPIC", found.arn)
    return found


def configure(deployed: Deployed, server: UpstreamServer) -> None:
    deployed.configure(f"feeds: [{{name: club, notices: {{mail: yes}}, sources: ['{server.url('/s3cret.ics')}']}}]")


def test_a_change_is_told_once(deployed: Deployed, topic: Topic) -> None:
    with UpstreamServer(calendar("training"), calendar("training", "party")) as server:
        configure(deployed, server)
        deployed.invoke(batch("club"))
        assert topic.received() == []
        deployed.invoke(batch("club"))
        deployed.invoke(batch("club"))
    (message,) = topic.received()
    assert message["Subject"] == "club: New: party"
    assert "s3cret" not in repr(message)


def test_what_could_not_be_told_is_told_by_the_next_refresh(deployed: Deployed, topic: Topic) -> None:
    with UpstreamServer(calendar("training"), calendar("training", "party")) as server:
        configure(deployed, server)
        deployed.invoke(batch("club"))
        topic.sns.delete_topic(TopicArn=topic.arn)
        assert deployed.invoke(batch("club")) == {"batchItemFailures": []}
        line = deployed.log()[-1]
        assert line["message"] == "published"
        assert line["why"] == [
            "can't send notices (SNS says NotFound): check that the topic exists and that sns:Publish is allowed"
        ]
        topic.sns.create_topic(Name="notices")
        topic.subscribe()
        deployed.invoke(batch("club"))
    assert [message["Subject"] for message in topic.received()] == ["club: New: party"]
