"""Refreshes that overtake each other at any step, over S3: what is published never becomes older."""

from __future__ import annotations

import gzip
import uuid
from collections.abc import Callable, Iterator
from datetime import timedelta

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_s3 import S3Client

from calsieve.adapters.s3 import S3Publisher, S3StateStore
from calsieve.models import Notices
from calsieve.paths import CALENDAR, PAGE
from tests.refresh.kit import KEY, NOW, WORK, World, fetched, team, unchanged

STEM = KEY.place("team", NOW).stem
LATER = NOW + timedelta(hours=1)


@pytest.fixture(scope="module")
def client() -> Iterator[S3Client]:
    with mock_aws():
        yield boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


class Bucket:
    """A feed with a page and notices in a bucket of its own, published once."""

    def __init__(self, client: S3Client) -> None:
        self.client, self.name = client, f"feeds-{uuid.uuid4()}"
        client.create_bucket(Bucket=self.name)
        feed = team(WORK, page=True)
        object.__setattr__(feed, "notices", Notices())
        self.world = World(feed, work=fetched("Standup"))
        self.world.publisher = S3Publisher(client, self.name, "published")  # type: ignore[assignment]
        self.world.state = S3StateStore(client, self.name, "state")  # type: ignore[assignment]
        self.world.run()

    def file(self, suffix: str) -> str:
        body = self.client.get_object(Bucket=self.name, Key=f"published/{STEM}{suffix}")["Body"].read()
        return (gzip.decompress(body) if suffix.endswith(".gz") else body).decode()

    def shows_the_newer(self, step: int) -> None:
        for suffix in (CALENDAR, f"{CALENDAR}.gz", PAGE):
            assert "Newer" in self.file(suffix), (step, suffix)

    def versions(self) -> dict[str, str]:
        listed = self.client.list_objects_v2(Bucket=self.name)["Contents"]
        return {item["Key"]: item["ETag"] + str(item["LastModified"]) for item in listed}


def at_call(step: int, act: Callable[[], object]) -> Callable[..., None]:
    """Return a hook for boto3's events that acts once, at the call of that number, and not at its own."""
    seen = 0

    def hook(**_: object) -> None:
        nonlocal seen
        seen += 1
        if seen == step:
            act()

    return hook


@pytest.mark.parametrize("moment", ["before-call", "after-call"])
def test_an_older_run_never_replaces_what_a_newer_one_published(client: S3Client, moment: str) -> None:
    step = 1
    while overtaken(Bucket(client), step, moment):
        step += 1
    assert step > 12


def overtaken(bucket: Bucket, step: int, moment: str) -> bool:
    """Overtake a run at its call of that number, and look at what is left; tell whether there was such a call."""
    events, reached = bucket.client.meta.events, False

    def newer() -> None:
        nonlocal reached
        reached = True
        events.unregister(f"{moment}.s3", hook)
        bucket.world.run(work=fetched("Newer"), now=LATER)

    hook = at_call(step, newer)
    events.register(f"{moment}.s3", hook)
    bucket.world.run(work=fetched("Older"), now=LATER)
    events.unregister(f"{moment}.s3", hook)
    if reached:
        bucket.shows_the_newer(step)
        bucket.world.run(now=LATER)
        bucket.shows_the_newer(step)
        before = bucket.versions()
        assert bucket.world.run(now=LATER) == unchanged(bucket.world), step
        assert bucket.versions() == before, step
    return reached
