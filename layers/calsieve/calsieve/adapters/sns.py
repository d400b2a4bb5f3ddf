"""A Notifier that publishes to an SNS topic, which sends a mail to each subscriber."""

from __future__ import annotations

from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from calsieve.errors import NoticeError

if TYPE_CHECKING:
    from mypy_boto3_sns import SNSClient

_LONGEST_SUBJECT = 99  # characters; SNS wants less than 100
_LONGEST_MESSAGE = 250_000  # bytes; SNS takes 256 KiB, attributes included


class SnsNotifier:
    """Publishes to ``topic``, an ARN. Each message has the attribute ``feed``, by which subscribers can filter."""

    def __init__(self, client: SNSClient, topic: str) -> None:
        self._client = client
        self._topic = topic

    def tell(self, feed: str, subject: str, text: str) -> None:
        """Publish one message; SNS tries for itself to deliver it."""
        try:
            self._client.publish(
                TopicArn=self._topic,
                Subject=_plain(subject),
                Message=_bounded(text),
                MessageAttributes={"feed": {"DataType": "String", "StringValue": feed}},
            )
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise NoticeError(
                f"can't send notices (SNS says {code}): check that the topic exists and that sns:Publish is allowed"
            ) from error
        except BotoCoreError as error:
            raise NoticeError(
                f"can't send notices ({type(error).__name__}): check the network, the region and the credentials"
            ) from error


def _plain(subject: str) -> str:
    """Return one line without control characters, which SNS refuses, and short enough for it."""
    line = " ".join("".join(c if c.isprintable() else " " for c in subject).split())
    return line[:_LONGEST_SUBJECT].rstrip()


def _bounded(text: str) -> str:
    return text.encode()[:_LONGEST_MESSAGE].decode(errors="ignore")
