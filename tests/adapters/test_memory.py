from __future__ import annotations

import pytest

from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from tests.adapters.publisher_contract import PublisherContract, StateStoreContract


class TestMemoryPublisher(PublisherContract):
    @pytest.fixture
    def publisher(self) -> MemoryPublisher:
        return MemoryPublisher()

    @pytest.fixture
    def files(self, publisher: MemoryPublisher) -> dict[str, bytes]:
        return publisher.files


class TestMemoryStateStore(StateStoreContract):
    @pytest.fixture
    def store(self) -> MemoryStateStore:
        return MemoryStateStore()
