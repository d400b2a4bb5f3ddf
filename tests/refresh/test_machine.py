"""A feed to which anything may happen at any time."""

from __future__ import annotations

from hypothesis import HealthCheck, settings

from tests.refresh.machine import FeedMachine
from tests.refresh.machine_stores import InMemory


class _InMemory(FeedMachine):
    def __init__(self) -> None:
        super().__init__()
        self.stores = InMemory()


TestInMemory = _InMemory.TestCase
TestInMemory.settings = settings(
    max_examples=50, stateful_step_count=30, deadline=None, suppress_health_check=list(HealthCheck)
)
