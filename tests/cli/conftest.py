"""An account with a deployed stack, for who asks for it."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from http.server import ThreadingHTTPServer
from pathlib import Path

import pytest
from moto import mock_aws

from tests.cli.stacks import REGION, CloudFormation, client


@pytest.fixture(scope="module")
def cloudformation() -> Iterator[str]:
    with ThreadingHTTPServer(("127.0.0.1", 0), CloudFormation) as server:
        threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()


@pytest.fixture
def aws(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, cloudformation: str) -> Iterator[None]:
    for name in ("AWS_PROFILE", "AWS_DEFAULT_REGION", "AWS_REGION", "AWS_ENDPOINT_URL"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "no-config"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "no-credentials"))
    monkeypatch.setenv("AWS_EC2_METADATA_DISABLED", "true")
    monkeypatch.setenv("AWS_ENDPOINT_URL_CLOUDFORMATION", cloudformation)
    with mock_aws():
        yield


@pytest.fixture
def stack(aws: None, monkeypatch: pytest.MonkeyPatch) -> str:
    """Have a stack with the outputs that matter, its buckets and its queues."""
    for bucket in ("state-bucket", "published-bucket"):
        client("s3").create_bucket(Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": REGION})
    queues = {name: client("sqs").create_queue(QueueName=name)["QueueUrl"] for name in ("refresh", "dead-letters")}
    outputs = {
        "RefreshQueueUrl": queues["refresh"],
        "DeadLetterQueueUrl": queues["dead-letters"],
        "StateBucket": "state-bucket",
        "PublishedBucket": "published-bucket",
        "WebcalBase": "webcal://cdn.example.org",
        "HttpsBase": "https://cdn.example.org",
    }
    monkeypatch.setitem(CloudFormation.stacks, "home", outputs)
    return "home"
