"""Dispatch within the model: processor time and memory for each feed, and no feed left out."""

from __future__ import annotations

from tests.load import model
from tests.load.dispatch import measured

FEEDS = 4_000
BUSY = 4  # how much slower than in the model this machine may be


def test_dispatch_stays_within_the_model() -> None:
    found = measured(FEEDS, per_file=200)
    assert found.first_sent == FEEDS
    assert FEEDS / 12 * 0.8 < found.tick_sent < FEEDS / 12 * 1.2
    first = FEEDS * (model.PARSE_PER_FEED + model.DISPATCH_PER_FEED + model.DISPATCH_PER_MESSAGE)
    assert found.first < BUSY * (model.DISPATCH_SECONDS + first)
    tick = FEEDS * model.DISPATCH_PER_FEED + found.tick_sent * model.DISPATCH_PER_MESSAGE
    assert found.tick < BUSY * (model.DISPATCH_SECONDS + tick)
    assert found.megabytes < 200
