"""Puts a message into the queue for each feed that is due at a tick, and for all of a configuration file that changed.

It may run twice for one tick: a feed that is asked for twice finds nothing new the second time.
"""

from __future__ import annotations

import json
import os
from collections.abc import Iterator, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

import boto3
from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext
from botocore.config import Config

from calsieve import cloud
from calsieve.adapters.sqs import AT_A_TIME, MOST_DELAY, Message, send
from calsieve.core.rests import due_but_resting
from calsieve.core.roster import Roll, without_collisions
from calsieve.core.schedule import Enrolled, within_tick

logger = Logger()
metrics = Metrics()
sqs = boto3.client("sqs", config=Config(max_pool_connections=AT_A_TIME, retries={"mode": "standard"}))


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Take ``{"at": …}`` from the schedule, or S3's word of a configuration file; anything else means all feeds."""
    found, collisions = without_collisions(cloud.rolls())
    for roll in found:
        if roll.problems:
            problems = [str(problem) for problem in roll.problems]
            logger.error("a configuration file can't be used", extra={"file": roll.file, "problems": problems})
            metrics.add_metric("ConfigurationInvalid", MetricUnit.Count, 1)
    for collision in collisions:
        logger.error("a name stands in two configuration files", extra=collision._asdict())
        metrics.add_metric("NameCollision", MetricUnit.Count, 1)
    if not found:  # a new stack: no reason for an alarm
        logger.info("no feeds yet: run `calsieve push`")
    because = "tick" if "at" in event else "change"
    messages = [*(_of_tick(found, _instant(event["at"])) if because == "tick" else _of_change(found, event))]
    if failed := send(sqs, os.environ["REFRESH_QUEUE_URL"], messages):  # the retry sends all again
        raise RuntimeError(f"{failed} of {len(messages)} messages did not get into the queue")
    logger.info("dispatched", extra={"feeds": len(messages), "because": because})
    metrics.add_metric("FeedDispatched", MetricUnit.Count, len(messages))


def _instant(text: str) -> datetime:
    try:
        return datetime.fromisoformat(text)
    except ValueError:  # whoever calls is not EventBridge Scheduler, which fills in the time
        return datetime.now(UTC)


def _of_tick(rolls: Sequence[Roll], at: datetime) -> Iterator[Message]:
    """Yield a message for each feed that is due, spread over the time until the next tick."""
    tick = timedelta(minutes=int(os.environ["TICK_MINUTES"]))
    shrunk = min(1, timedelta(seconds=MOST_DELAY) / tick)
    rests, waiting = cloud.rests(), 0
    for roll in rolls:
        going, some = due_but_resting(roll.feeds, at, tick, rests)
        waiting += some
        for feed in going:
            yield _message(roll, feed, int(within_tick(feed, at, tick).total_seconds() * shrunk), can_wait=True)
    if waiting:
        logger.info("feeds wait, because their upstreams asked to be left alone", extra={"feeds": waiting})
        metrics.add_metric("FeedPutOff", MetricUnit.Count, waiting)


def _of_change(rolls: Sequence[Roll], event: dict[str, Any]) -> Iterator[Message]:
    """Yield a message for each feed of the file that changed, or of all."""
    changed = event.get("detail", {}).get("object", {}).get("key", "").rpartition("/")[2]
    for roll in rolls:
        if changed in ("", roll.file):
            yield from (_message(roll, feed) for feed in roll.feeds)


def _message(roll: Roll, feed: Enrolled, delay: int = 0, *, can_wait: bool = False) -> Message:
    """Return a message that says by which configuration, so that a warm function need not ask for a newer one."""
    body = {"feed": feed.name, "file": roll.file, "config": roll.stamp, "can_wait": can_wait}
    return Message(json.dumps(body), feed.group, delay)
