"""What Lambda gives a function, and what a new instance of one does not know yet."""

from __future__ import annotations

from collections.abc import Callable
from types import SimpleNamespace
from typing import Any

from calsieve import cloud, wiring

ENVIRONMENT = {
    "AWS_DEFAULT_REGION": "us-east-1",
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "STATE_BUCKET": "state",
    "PUBLISHED_BUCKET": "published",
    "POWERTOOLS_SERVICE_NAME": "calsieve",
    "POWERTOOLS_METRICS_NAMESPACE": "Calsieve",
}


def context(left: Callable[[], int] = lambda: 30_000) -> Any:
    """Return the context of an invocation that has ``left`` milliseconds."""
    return SimpleNamespace(
        function_name="f",
        memory_limit_in_mb=1024,
        invoked_function_arn="arn:aws:lambda:us-east-1:111122223333:function:f",
        aws_request_id="r",
        tenant_id=None,
        get_remaining_time_in_millis=left,
    )


def forget() -> None:
    """Let go what a warm instance keeps: clients, settings, which feeds there are."""
    for known in (wiring.s3, cloud._cloud_target, cloud._known_settings, cloud._rolls):
        known.cache_clear()
