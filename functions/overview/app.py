"""Writes the operator's page, and measures for how long the feed has failed that has failed longest.

Reads what refresh remembers of the feeds' days; neither calendars nor secrets.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from aws_lambda_powertools import Logger, Metrics
from aws_lambda_powertools.metrics import MetricUnit
from aws_lambda_powertools.utilities.typing import LambdaContext

from calsieve import cloud
from calsieve.errors import ConfigError
from calsieve.overview import oldest_failure

logger = Logger()
metrics = Metrics()


@logger.inject_lambda_context
@metrics.log_metrics
def handler(event: dict[str, Any], context: LambdaContext) -> None:
    """Take an hour's tick, or S3's word of a new feeds.yaml; what is in the event does not matter."""
    now = datetime.now(UTC)
    configs = cloud.all_configs()
    usable = [one for one in configs if not isinstance(one, ConfigError)]
    if unusable := len(configs) - len(usable):
        logger.warning("a configuration file can't be used: the dispatch log says why")
        metrics.add_metric("ConfigurationInvalid", MetricUnit.Count, unusable)
        if not usable:  # yesterday's page says more than an empty one
            return
    left = [] if unusable else cloud.unconfigured(usable)  # what a file that can't be read has is not gone
    standings = cloud.overview(usable, now, left)
    troubled = sum(standing.troubled_since is not None for standing in standings)
    waiting = sum(standing.last is None for standing in standings)
    metrics.add_metric("OldestFailure", MetricUnit.Seconds, oldest_failure(standings, now).total_seconds())
    metrics.add_metric("FeedInTrouble", MetricUnit.Count, troubled)
    metrics.add_metric("FeedWaiting", MetricUnit.Count, waiting)
    counts = {"feeds": len(standings), "in_trouble": troubled, "waiting": waiting, "unconfigured": len(left)}
    logger.info("looked", extra=counts)
