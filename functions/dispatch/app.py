"""Puts a message into the queue for each feed that is due at a tick, and for all when feeds.yaml changed.

It may run twice for one tick: a feed that is asked for twice finds nothing new the second time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from calsieve import cloud
from calsieve.core.fairness import fair_group
from calsieve.core.schedule import due
from calsieve.errors import ConfigError
from calsieve.models import Feed

_MOST_PER_CALL = 10  # SendMessageBatch

logger = Logger()
metrics = Metrics()
sqs = boto3.client("sqs")


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Take ``{"at": …}`` from the schedule; anything else, such as S3's word of a new feeds.yaml, means all."""
    try:
        config = cloud.load_config()
    except ConfigError as error:
        logger.error("feeds.yaml can't be used", extra={"problems": [str(problem) for problem in error.problems]})
        metrics.add_metric("ConfigurationInvalid", MetricUnit.Count, 1)
        return
    feeds: Sequence[Feed] = config.feeds
    if not feeds:  # a new stack: no reason for an alarm
        logger.info("no feeds yet: run `calsieve push`")
    if "at" in event:
        feeds = due(feeds, _instant(event["at"]), timedelta(minutes=int(os.environ["TICK_MINUTES"])))
    _send(feeds, config.stamp)
    logger.info("dispatched", extra={"feeds": len(feeds), "because": "tick" if "at" in event else "change"})
    metrics.add_metric("FeedDispatched", MetricUnit.Count, len(feeds))


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # whoever calls is not EventBridge Scheduler, which fills in the time
        return datetime.now(UTC)


def _send(feeds: Sequence[Feed], stamp: str) -> None:
    """Queue the feeds. If some did not get in, raise when all were tried; the retry sends all again."""
    failed = 0
    for start in range(0, len(feeds), _MOST_PER_CALL):
        some = feeds[start : start + _MOST_PER_CALL]
        entries: Any = [_entry(number, feed, stamp) for number, feed in enumerate(some)]
        answer = sqs.send_message_batch(QueueUrl=os.environ["REFRESH_QUEUE_URL"], Entries=entries)
        failed += len(answer.get("Failed", ()))
    if failed:
        raise RuntimeError(f"{failed} of {len(feeds)} messages did not get into the queue")


def _entry(number: int, feed: Feed, stamp: str) -> dict[str, str]:
    """Return a message that says by which configuration, so that a warm function need not ask for a newer one."""
    body = json.dumps({"feed": feed.name, "config": stamp})
    return {"Id": str(number), "MessageBody": body, "MessageGroupId": fair_group(feed)}
