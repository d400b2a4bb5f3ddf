"""S3 in memory, for S3's own adapters: the calls that they make, one atomic step each, and what may happen at them.

Holds to what tests/adapters demands of a bucket (test_bucket.py). Much faster than moto: every step can be tried.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any, NamedTuple

from botocore.exceptions import ClientError, ReadTimeoutError, ResponseStreamingError

WRITES = ("PutObject", "DeleteObject")


class Object(NamedTuple):
    """What lies under a key."""

    body: bytes
    metadata: Mapping[str, str]

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body, usedforsecurity=False).hexdigest()}"'


class NoSuchKey(ClientError):
    """What boto3 raises by this name."""


class _Exceptions:
    NoSuchKey = NoSuchKey


class _Body(NamedTuple):
    body: bytes
    breaks_off: bool

    def read(self) -> bytes:
        if self.breaks_off:
            raise ResponseStreamingError(error="connection broken")
        return self.body


@dataclass
class Bucket:
    """``before`` and ``after`` are called around each call, with its name; what they raise is its answer."""

    objects: dict[str, Object] = field(default_factory=dict)
    before: Callable[[str], None] = lambda call: None
    after: Callable[[str], None] = lambda call: None
    breaks_off: bool = False  # in the body of the next answer
    writes: int = 0
    written: list[tuple[str, bytes]] = field(default_factory=list)
    exceptions = _Exceptions

    def get_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803 - boto3's names
        self.before("GetObject")
        found = self.objects.get(Key)
        self.after("GetObject")
        if found is None:
            raise refusal("NoSuchKey", 404)
        body, self.breaks_off = _Body(found.body, self.breaks_off), False
        return {"Body": body, "ETag": found.etag, "LastModified": datetime(2026, 1, 1, tzinfo=UTC)}

    def head_object(self, *, Bucket: str, Key: str) -> dict[str, Any]:  # noqa: N803
        self.before("HeadObject")
        found = self.objects.get(Key)
        self.after("HeadObject")
        if found is None:
            raise refusal("404", 404)
        return {"ETag": found.etag, "Metadata": found.metadata}

    def put_object(self, *, Bucket: str, Key: str, Body: bytes, **more: Any) -> dict[str, Any]:  # noqa: N803
        self.before("PutObject")
        there = self.objects.get(Key)
        if "IfMatch" in more and there is None:
            raise refusal("NoSuchKey", 404)
        if (there and "IfNoneMatch" in more) or (there and more.get("IfMatch", there.etag) != there.etag):
            raise refusal("PreconditionFailed", 412)
        self.objects[Key] = Object(Body, more.get("Metadata", {}))
        self.writes += 1
        self.written.append((Key, Body))
        self.after("PutObject")
        return {"ETag": Object(Body, {}).etag}

    def delete_object(self, *, Bucket: str, Key: str) -> None:  # noqa: N803
        self.before("DeleteObject")
        self.writes += Key in self.objects
        self.objects.pop(Key, None)
        self.after("DeleteObject")

    def get_paginator(self, _: str) -> Bucket:
        return self

    def paginate(self, *, Bucket: str, Prefix: str) -> Iterator[dict[str, Any]]:  # noqa: N803
        self.before("ListObjectsV2")
        found = {key: one for key, one in sorted(self.objects.items()) if key.startswith(Prefix)}
        self.after("ListObjectsV2")
        at = datetime(2026, 1, 1, tzinfo=UTC)
        yield {"Contents": [{"Key": key, "ETag": one.etag, "LastModified": at} for key, one in found.items()]}


def refusal(code: str, status: int) -> ClientError:
    """Return what boto3 raises when S3 says no."""
    kind = NoSuchKey if code == "NoSuchKey" else ClientError
    return kind({"Error": {"Code": code}, "ResponseMetadata": {"HTTPStatusCode": status}}, "Call")  # type: ignore[typeddict-item]


def timeout() -> ReadTimeoutError:
    """Return what boto3 raises when no answer comes."""
    return ReadTimeoutError(endpoint_url="https://s3.example/secret")
