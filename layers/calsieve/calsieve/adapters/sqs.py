"""Messages into a queue of SQS, many at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from mypy_boto3_sqs import SQSClient

AT_A_TIME = 16  # calls; the client needs as many connections
MOST_DELAY = 900  # seconds, SQS' own bound
_ROUNDS = 3
_A_CALL = 10


class Message(NamedTuple):
    """What to send, whom it has to share with, and how many seconds it stays hidden."""

    body: str
    group: str
    delay: int = 0


def send(client: SQSClient, queue: str, messages: Sequence[Message]) -> int:
    """Put messages into the queue of this URL, and return how many did not get in, although tried again.

    Raises what boto3 does if a call fails as a whole, when all others are done.
    """
    with ThreadPoolExecutor(AT_A_TIME) as pool:
        for _ in range(_ROUNDS):
            some = [messages[start : start + _A_CALL] for start in range(0, len(messages), _A_CALL)]
            messages = [one for left in pool.map(lambda few: _left(client, queue, few), some) for one in left]
            if not messages:
                break
    return len(messages)


def _left(client: SQSClient, queue: str, messages: Sequence[Message]) -> list[Message]:
    """Send what one call takes, and return what did not get in."""
    entries: Any = [_entry(number, message) for number, message in enumerate(messages)]
    answer = client.send_message_batch(QueueUrl=queue, Entries=entries)
    return [messages[int(failed["Id"])] for failed in answer.get("Failed", ())]


def _entry(number: int, message: Message) -> dict[str, Any]:
    delayed = {"DelaySeconds": message.delay} if message.delay else {}
    return {"Id": str(number), "MessageBody": message.body, "MessageGroupId": message.group, **delayed}
