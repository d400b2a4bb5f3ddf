"""Refreshes the feed that a message names. Says what became of it in counts; never where calendars are."""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from calsieve import cloud
from calsieve.errors import ConfigError, PutOff, RefreshFailed
from calsieve.models import Outcome, Status

logger = Logger()
metrics = Metrics()
cloud.prepare()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> dict[str, Any]:
    """Take messages such as events/sqs-refresh.json from SQS; return which have to be tried again.

    That one has to is no error of the function, so that its alarm means a defect. Powertools' batch utility would do
    the same, and take a tenth of a cold start for its import.
    """
    failed = []
    for record in event["Records"]:
        try:
            logger.append_keys(attempt=int(record["attributes"]["ApproximateReceiveCount"]))
            refresh(*_asked(record["body"]), lambda: context.get_remaining_time_in_millis() / 1000)
        except Exception:  # it has been told of
            failed.append({"itemIdentifier": record["messageId"]})
    return {"batchItemFailures": failed}


def _asked(body: str) -> tuple[str, str, str, bool]:
    """Return what a message asks of ``refresh``. Raises after saying so if it can't be read."""
    try:
        message = json.loads(body)
        can_wait = message.get("can_wait", False)
        return message["feed"], message.get("file", "feeds.yaml"), message.get("config", ""), can_wait
    except (AttributeError, KeyError, ValueError):
        logger.error("a message that can't be read: it is no word of dispatch; it goes to the dead letters")
        raise


def refresh(name: str, file: str, stamp: str, can_wait: bool, left: Callable[[], float]) -> None:
    """Refresh a feed by its file, no older than that of ``stamp``. Raises if it has to be tried again."""
    try:
        outcome = cloud.refresh_feed(name, datetime.now(UTC), stamp, file, can_wait=can_wait, left=left)
    except PutOff:  # dispatch sends another message when that is over
        metrics.add_metric("FeedPutOff", MetricUnit.Count, 1)
        logger.info("put off", extra={"feed": name})
        return
    except ConfigError as error:  # the feed went since, or dispatch counts it; trying again mends neither
        metrics.add_metric("MessageDropped", MetricUnit.Count, 1)
        logger.warning("message dropped", extra={"feed": name, "why": [str(problem) for problem in error.problems]})
        return
    except Exception as error:
        # Not logger.exception: the errors underneath repeat addresses. Lines of code hold none.
        code = traceback.format_tb(error.__traceback__)
        logger.error("broke off", extra={"feed": name, "error": type(error).__name__, "code": code})
        metrics.add_metric("FeedFailed", MetricUnit.Count, 1)
        raise
    _tell(outcome)
    if outcome.status is Status.FAILED:
        raise RefreshFailed(outcome)


def _tell(outcome: Outcome) -> None:
    counts: dict[str, Any] = {"problems": len(outcome.problems)}
    if len(outcome.files) > 1:
        counts["files"] = {file.name: file.status.value for file in outcome.files}
    if outcome.notes:
        counts["notes"] = outcome.notes
    if report := outcome.report:
        counts |= {"events_in": report.events_in, "events_out": report.events_out}
        metrics.add_metric("BytesIn", MetricUnit.Bytes, report.bytes_in)
        metrics.add_metric("BytesOut", MetricUnit.Bytes, report.bytes_out)
    metrics.add_metric(f"Feed{outcome.status.value.capitalize()}", MetricUnit.Count, 1)
    metrics.add_metric("SourceFailed", MetricUnit.Count, len(outcome.problems))
    logger.info(outcome.status.value, extra={"feed": outcome.feed, **counts, "why": outcome.problems})
