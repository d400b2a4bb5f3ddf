"""An upstream that asks to be left alone is, by this instance at once and by others through what is written down."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calsieve.adapters.considerate import Considerate
from calsieve.adapters.http.answers import AskedToWait
from calsieve.adapters.memory import MemoryStateStore
from calsieve.core.fairness import group_of
from calsieve.core.rests import rest, rest_key
from calsieve.errors import PublishError, UpstreamUnavailable
from calsieve.models import Fetched, Secret, Source, Stored, Validators

NOW = datetime(2026, 5, 15, 12, tzinfo=UTC)
SOURCE = Source(name="a", url=Secret("literal", "https://one.example.org/"))
GROUP = group_of(SOURCE)


class Upstream:
    """Fails as it is told to."""

    def __init__(self, error: Exception | None = None) -> None:
        self.error = error

    def fetch(self, source: Source, validators: Validators) -> Fetched:
        if self.error:
            raise self.error
        return Fetched(body=b"x")


class Clock:
    now = NOW

    def __call__(self) -> datetime:
        return self.now


def test_it_is_left_alone_until_the_time_is_over() -> None:
    state, clock = MemoryStateStore(), Clock()
    fetcher = Considerate(Upstream(AskedToWait("a", "answered with status 429", 600)), state, clock)
    assert not fetcher.is_resting(GROUP)
    with pytest.raises(AskedToWait):
        fetcher.fetch(SOURCE, Validators())
    assert state.load(rest_key(rest(GROUP, NOW, 600)))
    assert fetcher.is_resting(GROUP)
    assert not fetcher.is_resting("other")
    clock.now += timedelta(seconds=600)
    assert not fetcher.is_resting(GROUP)


@pytest.mark.parametrize("error", [UpstreamUnavailable("a", "status 500"), AskedToWait("a", "status 429", 59)])
def test_other_failures_are_nobody_elses_business(error: Exception) -> None:
    fetcher = Considerate(Upstream(error), MemoryStateStore(), Clock())
    with pytest.raises(type(error)):
        fetcher.fetch(SOURCE, Validators())
    assert not fetcher.is_resting(GROUP)


def test_what_comes_is_handed_on() -> None:
    assert Considerate(Upstream(), MemoryStateStore(), Clock()).fetch(SOURCE, Validators()) == Fetched(body=b"x")


def test_a_store_that_fails_hides_nothing() -> None:
    class Broken(MemoryStateStore):
        def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
            raise PublishError("no")

    fetcher = Considerate(Upstream(AskedToWait("a", "status 503", 600)), Broken(), Clock())
    with pytest.raises(AskedToWait):
        fetcher.fetch(SOURCE, Validators())
    assert fetcher.is_resting(GROUP)
