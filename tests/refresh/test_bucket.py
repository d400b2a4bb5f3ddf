"""The bucket of these tests is one as far as the adapters can tell."""

from __future__ import annotations

from collections.abc import Iterator, MutableMapping

import pytest

from calsieve.adapters.s3 import S3Publisher, S3StateStore
from tests.adapters.publisher_contract import PublisherContract, StateStoreContract
from tests.refresh.bucket import Bucket, Object


class Files(MutableMapping[str, bytes]):
    def __init__(self, bucket: Bucket) -> None:
        self.bucket = bucket

    def __getitem__(self, path: str) -> bytes:
        return self.bucket.objects[path].body

    def __setitem__(self, path: str, body: bytes) -> None:
        self.bucket.objects[path] = Object(body, {})

    def __delitem__(self, path: str) -> None:
        del self.bucket.objects[path]

    def __iter__(self) -> Iterator[str]:
        return iter([*self.bucket.objects])

    def __len__(self) -> int:
        return len(self.bucket.objects)


@pytest.fixture
def bucket() -> Bucket:
    return Bucket()


class TestPublisher(PublisherContract):
    @pytest.fixture
    def publisher(self, bucket: Bucket) -> S3Publisher:
        return S3Publisher(bucket, "b")  # type: ignore[arg-type]

    @pytest.fixture
    def files(self, bucket: Bucket) -> Files:  # type: ignore[override]
        return Files(bucket)


class TestStateStore(StateStoreContract):
    @pytest.fixture
    def store(self, bucket: Bucket) -> S3StateStore:
        return S3StateStore(bucket, "b")  # type: ignore[arg-type]
