"""A feed to which anything may happen at any time: in memory, in a directory, in a bucket.

HYPOTHESIS_PROFILE=deep tries at random, EXAMPLES of each; without it a few are tried, always the same.
"""

from __future__ import annotations

import os
import tempfile
from dataclasses import replace
from pathlib import Path

import boto3
import pytest
from hypothesis import HealthCheck, Phase, settings
from moto import mock_aws

from calsieve.models import Snap
from tests.refresh.machine.feed import FeedMachine
from tests.refresh.machine.settings import OWN, Settings
from tests.refresh.machine.stores import InBucket, InDirectory, InMemory

_DEEP = os.environ.get("HYPOTHESIS_PROFILE") == "deep"
_EXAMPLES = int(os.environ.get("EXAMPLES", "500"))


def _bounds(examples: int) -> settings:
    return settings(
        max_examples=_EXAMPLES if _DEEP else examples,
        stateful_step_count=40 if _DEEP else 15,
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
TestInMemory.settings = _bounds(6)
TestInDirectory = FeedInDirectory.TestCase
TestInDirectory.settings = _bounds(3)
TestInBucket = FeedInBucket.TestCase
TestInBucket.settings = _bounds(1)


# What chance comes by too rarely for a few examples.


@pytest.fixture
def feed() -> FeedInMemory:
    feed = FeedInMemory()
    own = Settings(0, ("home", "work"), 28, 28, Snap.WEEK, False, (), False, False, None, guard=True)
    feed.begin(own, etags=True, dated=True)
    feed.undisturbed()
    return feed


@pytest.mark.parametrize("step", range(1, 8))
def test_overtaken_while_it_publishes(feed: FeedInMemory, step: int) -> None:
    feed.is_overtaken_by_what_is_newer(step, 0)
    feed.teardown()


@pytest.mark.parametrize(
    ("ill", "guard"), [("down", False), ("down", True), ("html", True), ("empty", True), ("cut", True), ("", True)]
)
def test_memory_is_lost_and_an_answer_is_bad(feed: FeedInMemory, ill: str, guard: bool) -> None:
    feed.memory_is_lost_and_an_answer_is_bad("gone", which=0, share=10, ill=ill, keeps=2, guard=guard)
    feed.teardown()


@pytest.mark.parametrize("ill", ["empty", "cut"])
def test_an_illness_lasts(feed: FeedInMemory, ill: str) -> None:
    feed.illness_lasts(which=0, how=ill, keeps=2, by=61)
    feed.teardown()


def test_memory_is_lost_and_an_address_ends(feed: FeedInMemory) -> None:
    feed.memory_is_lost_and_address_ends("gone", which=0, name=OWN, days=1)
    feed.teardown()


def test_a_message_comes_late(feed: FeedInMemory) -> None:
    newer = replace(feed.all_settings[-1], sources=("home",))
    feed.message_comes_late(back=1, new=newer)
    feed.teardown()


@pytest.mark.parametrize("step", range(16, 30))
def test_an_atom_file_at_a_new_address_is_no_longer_wanted(feed: FeedInMemory, step: int) -> None:
    """It is taken down though the run died that put it there."""
    feed.settings_change(replace(feed.all_settings[-1], atom=True))
    feed.undisturbed()
    feed.address_is_rotated(OWN, days=3)
    feed.is_killed(step)
    feed.settings_change(replace(feed.all_settings[-1], atom=False))
    feed.undisturbed()
    feed.teardown()
