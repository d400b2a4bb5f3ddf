"""An account with the stack's buckets and queue, by moto, and the functions in their environment."""

from __future__ import annotations

import importlib
import io
import json
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import boto3
import pytest
from moto import mock_aws

from tests.functions.lambdas import ENVIRONMENT, context, forget

EVENTS = Path(__file__).parents[2] / "events"


@dataclass
class Deployed:
    """One function in Lambda, as far as it can tell."""

    app: ModuleType
    s3: Any
    sqs: Any
    queue: str
    capture: pytest.CaptureFixture[str]
    logged: io.StringIO
    left: Callable[[], int] = lambda: 300_000  # milliseconds

    def configure(self, feeds: str, file: str = "feeds.yaml") -> None:
        self.s3.put_object(Bucket="state", Key=f"config/{file}", Body=feeds.encode())

    def invoke(self, event: Any) -> Any:
        """Call the handler with an event, or with the one of that name in events/."""
        if isinstance(event, str):
            event = json.loads((EVENTS / f"{event}.json").read_text())
        return self.app.handler(event, context(self.left))

    def log(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.logged.getvalue().splitlines()]

    def metrics(self) -> dict[str, float]:
        """Return the sums of what was counted since the last look."""
        printed = [json.loads(line) for line in self.capture.readouterr().out.splitlines() if '"_aws"' in line]
        names = (metric["Name"] for line in printed for metric in line["_aws"]["CloudWatchMetrics"][0]["Metrics"])
        return {name: sum(sum(line.get(name, [])) for line in printed) for name in names}

    def queued(self) -> list[dict[str, Any]]:
        """Take all messages out of the queue."""
        taken: list[dict[str, Any]] = []
        while some := self.sqs.receive_message(QueueUrl=self.queue, MaxNumberOfMessages=10, AttributeNames=["All"]).get(
            "Messages"
        ):
            taken += some
        return taken


@pytest.fixture
def deployed(
    request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> Iterator[Deployed]:
    """The function that the test asks for by its name, or else its module by FUNCTION."""
    function = getattr(request, "param", None) or request.module.FUNCTION
    own = {"TICK_MINUTES": "5", "ALLOW_PRIVATE_UPSTREAMS": "true"}
    for name, value in (ENVIRONMENT | own).items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    with mock_aws():
        s3, sqs = boto3.client("s3"), boto3.client("sqs")
        s3.create_bucket(Bucket="state")
        s3.create_bucket(Bucket="published")
        queue = sqs.create_queue(QueueName="refresh")["QueueUrl"]
        monkeypatch.setenv("REFRESH_QUEUE_URL", queue)
        forget()
        app = importlib.reload(importlib.import_module(f"functions.{function}.app"))
        logged = io.StringIO()
        app.logger.registered_handler.setStream(logged)
        yield Deployed(app, s3, sqs, queue, capsys, logged)
    forget()
