"""A feed to which anything may happen at any time: in memory, in a directory, in a bucket.

HYPOTHESIS_PROFILE=deep tries at random, EXAMPLES of each; without it a few are tried, always the same.
"""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import boto3
from hypothesis import HealthCheck, Phase, settings
from moto import mock_aws

from tests.refresh.machine import FeedMachine
from tests.refresh.machine_stores import InBucket, InDirectory, InMemory

_DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
_EXAMPLES = int(os.environ.get("EXAMPLES", "500"))


def _bounds(examples: int) -> settings:
    return settings(
        max_examples=_EXAMPLES if _DEEP else examples,
        stateful_step_count=40 if _DEEP else 25,
        derandomize=not _DEEP,
        phases=tuple(Phase) if _DEEP else (Phase.generate,),
        deadline=None,
        suppress_health_check=list(HealthCheck),
        print_blob=True,
    )


class FeedInMemory(FeedMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stores = InMemory()


class FeedInDirectory(FeedMachine):
    def __init__(self) -> None:
        super().__init__()
        self._folder = tempfile.TemporaryDirectory()
        self.stores = InDirectory(Path(self._folder.name))

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self._folder.cleanup()


class FeedInBucket(FeedMachine):
    def __init__(self) -> None:
        super().__init__()
        self._aws = mock_aws()
        self._aws.start()
        client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
        self.stores = InBucket(client)

    def teardown(self) -> None:
        try:
            super().teardown()
        finally:
            self._aws.stop()


TestInMemory = FeedInMemory.TestCase
TestInMemory.settings = _bounds(15)
TestInDirectory = FeedInDirectory.TestCase
TestInDirectory.settings = _bounds(5)
TestInBucket = FeedInBucket.TestCase
TestInBucket.settings = _bounds(2)
