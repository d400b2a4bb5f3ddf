"""Notices through SNS, as a queue that is subscribed to the topic gets them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from botocore.exceptions import EndpointConnectionError
from moto import mock_aws

from calsieve.adapters.sns import SnsNotifier
from calsieve.errors import NoticeError


class Post:
    """A topic, and what its subscriber got."""

    def __init__(self) -> None:
        self.sns = boto3.client("sns", region_name="eu-central-1")
        self._sqs = boto3.client("sqs", region_name="eu-central-1")
        self.topic = self.sns.create_topic(Name="notices")["TopicArn"]
        self._queue = self._sqs.create_queue(QueueName="reader")["QueueUrl"]
        self.subscribe()

    def subscribe(self, **attributes: str) -> None:
        arn = self._sqs.get_queue_attributes(QueueUrl=self._queue, AttributeNames=["QueueArn"])["Attributes"][
            "QueueArn"
        ]
        self.subscription = self.sns.subscribe(
            TopicArn=self.topic,
            Protocol="sqs",
            Endpoint=arn,
            Attributes=attributes,
            ReturnSubscriptionArn=True,
        )["SubscriptionArn"]

    def received(self) -> list[dict[str, Any]]:
        messages = self._sqs.receive_message(QueueUrl=self._queue, MaxNumberOfMessages=10).get("Messages", [])
        return [json.loads(message["Body"]) for message in messages]


@pytest.fixture
def post(monkeypatch: pytest.MonkeyPatch) -> Iterator[Post]:
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        yield Post()


def test_what_is_told_arrives_with_the_name_of_its_feed(post: Post) -> None:
    SnsNotifier(post.sns, post.topic).tell("family", "Familie: Zahnärztin", "Verschoben\n")
    (message,) = post.received()
    assert (message["Subject"], message["Message"]) == ("Familie: Zahnärztin", "Verschoben\n")
    assert message["MessageAttributes"]["feed"]["Value"] == "family"


def test_a_subscriber_can_choose_feeds(post: Post) -> None:
    post.sns.unsubscribe(SubscriptionArn=post.subscription)
    post.subscribe(FilterPolicy=json.dumps({"feed": ["family"]}))
    for name in ("family", "work"):
        SnsNotifier(post.sns, post.topic).tell(name, name, "text")
    assert [message["Subject"] for message in post.received()] == ["family"]


@pytest.mark.parametrize(
    ("subject", "sent"),
    [
        ("a\r\nBcc: b@example.org\x07", "a Bcc: b@example.org"),
        ("x" * 200, "x" * 99),
        ("ü" * 98 + " zzz", "ü" * 98),
    ],
)
def test_a_subject_is_one_line_of_less_than_100_characters(post: Post, subject: str, sent: str) -> None:
    SnsNotifier(post.sns, post.topic).tell("family", subject, "text")
    (message,) = post.received()
    assert message["Subject"] == sent


def test_a_message_that_is_too_long_is_cut_between_characters(post: Post) -> None:
    SnsNotifier(post.sns, post.topic).tell("family", "s", "ü" * 200_000 + "€")
    (message,) = post.received()
    assert message["Message"] == "ü" * 125_000


def test_a_topic_that_is_not_there_is_told_without_what_was_sent(post: Post) -> None:
    with pytest.raises(NoticeError, match=r"SNS says NotFound.*sns:Publish") as raised:
        SnsNotifier(post.sns, post.topic + "x").tell("family", "s3cret", "s3cret")
    assert "s3cret" not in str(raised.value)


def test_a_network_that_fails_is_told(post: Post, monkeypatch: pytest.MonkeyPatch) -> None:
    def fails(**_: Any) -> None:
        raise EndpointConnectionError(endpoint_url="https://sns.example")

    monkeypatch.setattr(post.sns, "publish", fails)
    with pytest.raises(NoticeError, match=r"EndpointConnectionError.*check the network"):
        SnsNotifier(post.sns, post.topic).tell("family", "s", "t")
