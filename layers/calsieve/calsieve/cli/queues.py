"""The queues of a deployed stack, as ``calsieve redrive`` and ``calsieve status`` see them."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from calsieve.cli.aws import Aws

_AT_ONCE = 10  # as many as SQS gives, takes and forgets in one request
_HIDDEN_FOR = 600  # seconds for which nobody else sees a letter that was taken


class Letter(NamedTuple):
    """A message that was given up. ``feed`` is None if it names none."""

    id: str
    handle: str
    body: str
    group: str | None
    feed: str | None


class Queue:
    """One queue. All methods raise AwsError in plain words."""

    def __init__(self, aws: Aws, url: str) -> None:
        self._aws = aws
        self._sqs = aws.client("sqs")
        self._url = url

    def length(self) -> int:
        """Return about how many messages wait in it; not those that somebody is at work on."""
        name = "ApproximateNumberOfMessages"
        with self._aws.plainly("look into the queues (it needs sqs:GetQueueAttributes)"):
            answer = self._sqs.get_queue_attributes(QueueUrl=self._url, AttributeNames=[name])
        return int(answer["Attributes"][name])

    def take(self) -> Iterator[Sequence[Letter]]:
        """Yield all its letters, some at a time, each once. They come back by themselves, unless deleted."""
        seen: set[str] = set()
        while new := [letter for letter in self._received() if letter.id not in seen]:
            seen.update(letter.id for letter in new)
            yield new

    def send(self, letters: Sequence[Letter]) -> set[str]:
        """Put letters of another queue into this one, in their group; return the ids of those that did not get in."""
        groups = [{"MessageGroupId": letter.group} if letter.group else {} for letter in letters]
        entries = [
            {"Id": str(number), "MessageBody": letter.body, **group}
            for number, (letter, group) in enumerate(zip(letters, groups, strict=True))
        ]
        with self._aws.plainly("put messages into the queue (it needs sqs:SendMessage)"):
            failed = self._sqs.send_message_batch(QueueUrl=self._url, Entries=entries).get("Failed", ())
        return {letters[int(entry["Id"])].id for entry in failed}

    def delete(self, letters: Sequence[Letter]) -> None:
        """Delete what was taken. What can't be deleted comes back, and is then there twice, which harms nobody."""
        entries = [{"Id": str(number), "ReceiptHandle": letter.handle} for number, letter in enumerate(letters)]
        with self._aws.plainly("delete dead letters (it needs sqs:DeleteMessage)"):
            self._sqs.delete_message_batch(QueueUrl=self._url, Entries=entries)

    def give_back(self, letters: Sequence[Letter]) -> None:
        """Let others see at once what was taken and not deleted."""
        for start in range(0, len(letters), _AT_ONCE):
            entries = [
                {"Id": str(number), "ReceiptHandle": letter.handle, "VisibilityTimeout": 0}
                for number, letter in enumerate(letters[start : start + _AT_ONCE])
            ]
            with self._aws.plainly("leave dead letters (it needs sqs:ChangeMessageVisibility)"):
                self._sqs.change_message_visibility_batch(QueueUrl=self._url, Entries=entries)

    def _received(self) -> list[Letter]:
        with self._aws.plainly("read dead letters (it needs sqs:ReceiveMessage)"):
            answer = self._sqs.receive_message(
                QueueUrl=self._url,
                MaxNumberOfMessages=_AT_ONCE,
                VisibilityTimeout=_HIDDEN_FOR,
                WaitTimeSeconds=1,  # or it asks only some of the servers that the queue is spread over
                MessageSystemAttributeNames=["MessageGroupId"],
            )
        return [_letter(message) for message in answer.get("Messages", ())]


def _letter(message: dict[str, Any]) -> Letter:
    group = message.get("Attributes", {}).get("MessageGroupId")
    return Letter(message["MessageId"], message["ReceiptHandle"], message["Body"], group, _feed(message["Body"]))


def _feed(body: str) -> str | None:
    try:
        feed = json.loads(body)["feed"]
    except (ValueError, TypeError, KeyError):
        return None
    return feed if isinstance(feed, str) else None
