from __future__ import annotations

import hashlib

import pytest

from calsieve.adapters.memory import ForgetfulStateStore, MemoryPublisher, MemoryStateStore
from calsieve.models import Stored
from tests.adapters.publisher_contract import PublisherContract, StateArchiveContract, StateStoreContract


class TestMemoryPublisher(PublisherContract):
    @pytest.fixture
    def publisher(self) -> MemoryPublisher:
        return MemoryPublisher()

    @pytest.fixture
    def files(self, publisher: MemoryPublisher) -> dict[str, bytes]:
        return publisher.files


class TestMemoryStateStore(StateArchiveContract):
    @pytest.fixture
    def store(self) -> MemoryStateStore:
        return MemoryStateStore()


class TestForgetfulStateStore(StateStoreContract):
    @pytest.fixture
    def store(self) -> ForgetfulStateStore:
        return ForgetfulStateStore(MemoryStateStore())


def test_a_dry_run_replaces_what_is_remembered_for_itself_only() -> None:
    store = MemoryStateStore()
    store.save("a", b"1", replaces=None)
    dry = ForgetfulStateStore(store)
    dry.save("a", b"2", replaces=dry.load("a"))
    assert (dry.load("a"), store.files) == (Stored(b"2", hashlib.sha256(b"2").hexdigest()), {"a": b"1"})
