"""A publisher and a state store in S3, with conditional writes.

Uses get_object, head_object, put_object, delete_object and list_objects_v2 only. Without s3:ListBucket S3 answers 403
instead of 404 for what is missing, so the role needs it on both buckets.
"""

from __future__ import annotations

from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from calsieve.adapters.twin import compressed, twin_path
from calsieve.errors import Conflict, PublishError
from calsieve.models import Document, Listed, Stored
from calsieve.paths import checked

if TYPE_CHECKING:
    from collections.abc import Iterator

    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import HeadObjectOutputTypeDef

_WEEK = 7 * 24 * 3600
_TWIN_OF = "twin-of"
_MOST_CONTENDING = 3


class S3Publisher:
    """Publishes below ``prefix`` (empty, or ``a/b``) in ``bucket``. The version is the plain object's ETag.

    The plain object is written first, because its conditional write decides who wins a race. The twin is
    replaced only if it still is what it was before that: a writer who was overtaken between the two puts no
    older twin beside a newer file. If it is another by then, that may be of a slower writer whose file was
    replaced, so the twin is written again as long as the plain object is this writer's own. After a crash
    between the two, the twin is yesterday's file: old, but never something that was not published. The twin
    names the ETag it belongs to, so the next run sees that the pair is torn (``version`` is None) and writes both.
    """

    def __init__(self, client: S3Client, bucket: str, prefix: str = "") -> None:
        self._bucket = _Bucket(client, bucket, prefix)

    def read(self, path: str) -> Stored | None:
        return self._bucket.get(path)

    def version(self, path: str) -> str | None:
        plain, beside = self._bucket.head(path), twin_path(path)
        if plain is None or beside is None:
            return plain and plain["ETag"]
        twin = self._bucket.head(beside)
        return plain["ETag"] if _is_twin_of(twin, plain["ETag"]) else None

    def write(self, path: str, document: Document, *, replaces: Stored | None) -> str:
        beside = twin_path(path)
        before = self._bucket.head(beside) if beside else None
        condition = _condition(replaces.version if replaces else None)
        version = self._bucket.put(path, document.body, **_headers(document), **condition)
        if beside:
            try:
                self._write_twin(beside, document, version, before)
            except Conflict:
                self._contend(path, beside, document, version)
        return version

    def _write_twin(
        self, beside: str, document: Document, version: str, before: HeadObjectOutputTypeDef | None
    ) -> None:
        headers = _headers(document) | {"ContentEncoding": "gzip", **_condition(before["ETag"] if before else None)}
        belongs = {_TWIN_OF: version.strip('"')}
        self._bucket.put(beside, compressed(document.body), **headers, Metadata=belongs)

    def _contend(self, path: str, beside: str, document: Document, version: str) -> None:
        """Write a twin that somebody else wrote meanwhile, if the file is still ours. Raises Conflict if it is not."""
        for _ in range(_MOST_CONTENDING):
            twin = self._bucket.head(beside)  # before the file: who replaces that writes the twin after it
            if _is_twin_of(twin, version):
                return
            plain = self._bucket.head(path)
            if plain is None or plain["ETag"] != version:
                break
            with suppress(Conflict):
                self._write_twin(beside, document, version, twin)
                return
        raise Conflict("somebody else wrote first: try again")

    def delete(self, path: str) -> None:
        self._bucket.delete(path)
        if beside := twin_path(path):
            self._bucket.delete(beside)


class S3StateStore:
    """Remembers below ``prefix`` in ``bucket``, which clients must not be able to read."""

    def __init__(self, client: S3Client, bucket: str, prefix: str = "") -> None:
        self._bucket = _Bucket(client, bucket, prefix)

    def load(self, key: str) -> Stored | None:
        return self._bucket.get(key)

    def save(self, key: str, body: bytes, *, replaces: Stored | None) -> None:
        self._bucket.put(key, body, **_condition(replaces.version if replaces else None))

    def listed(self, below: str = "") -> list[Listed]:
        """Return what is remembered under keys that begin with ``below``, in their order; a request for each 1,000."""
        return self._bucket.listed(below)


class _Bucket:
    """The five calls, with missing objects as None and S3's errors as ours."""

    def __init__(self, client: S3Client, bucket: str, prefix: str) -> None:
        self._client = client
        self._name = bucket
        self._prefix = f"{prefix.strip('/')}/" if prefix.strip("/") else ""

    def get(self, path: str) -> Stored | None:
        key = self._key(path)
        with self._translated("read from", "s3:GetObject and s3:ListBucket"):
            try:
                answer = self._client.get_object(Bucket=self._name, Key=key)
                return Stored(answer["Body"].read(), answer["ETag"], answer["LastModified"])
            except self._client.exceptions.NoSuchKey:
                return None

    def head(self, path: str) -> HeadObjectOutputTypeDef | None:
        key = self._key(path)
        with self._translated("read from", "s3:GetObject and s3:ListBucket"):
            try:
                return self._client.head_object(Bucket=self._name, Key=key)
            except ClientError as error:
                if _status(error) == 404:  # an answer to HEAD has no body to name its error
                    return None
                raise

    def put(self, path: str, body: bytes, **request: Any) -> str:
        """Write and return the ETag. Raises Conflict if the condition in ``request`` does not hold."""
        key = self._key(path)
        with self._translated("write to", "s3:PutObject and s3:GetObject"):
            try:
                answer = self._client.put_object(Bucket=self._name, Key=key, Body=body, **request)
            except ClientError as error:
                if _is_conflict(error):
                    raise Conflict("somebody else wrote first: try again") from error
                raise
        return answer["ETag"]

    def delete(self, path: str) -> None:
        key = self._key(path)
        with self._translated("delete from", "s3:DeleteObject"):
            self._client.delete_object(Bucket=self._name, Key=key)

    def listed(self, below: str) -> list[Listed]:
        found: list[Listed] = []
        with self._translated("list", "s3:ListBucket"):
            for page in self._client.get_paginator("list_objects_v2").paginate(
                Bucket=self._name, Prefix=self._prefix + below
            ):
                found += [
                    Listed(one["Key"].removeprefix(self._prefix), one["ETag"], one["LastModified"])
                    for one in page.get("Contents", ())
                ]
        return found

    def _key(self, path: str) -> str:
        return self._prefix + checked(path)

    @contextmanager
    def _translated(self, doing: str, permissions: str) -> Iterator[None]:
        """Turn S3's errors into PublishError, without their text: it repeats the object's secret key."""
        try:
            yield
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "unknown")
            raise PublishError(
                f"can't {doing} the bucket {self._name} (S3 says {code}): "
                f"check that it exists and that {permissions} are allowed"
            ) from error
        except BotoCoreError as error:
            raise PublishError(
                f"can't {doing} the bucket {self._name} ({type(error).__name__}): "
                "check the network, the region and the credentials"
            ) from error


def _is_twin_of(twin: HeadObjectOutputTypeDef | None, version: str) -> bool:
    return twin is not None and twin["Metadata"].get(_TWIN_OF) == version.strip('"')


def _headers(document: Document) -> dict[str, str]:
    age = document.max_age
    return {
        "ContentType": document.content_type,
        # An address is its own protection, so shared caches may keep it. A cache may answer with what
        # it has while it asks again, and for a week if we are down.
        "CacheControl": f"public, max-age={age}, stale-while-revalidate={age}, stale-if-error={_WEEK}",
    }


def _condition(replaces: str | None) -> dict[str, str]:
    """Return what makes a write depend on the version that it replaces; None: on that there is nothing."""
    return {"IfMatch": replaces} if replaces else {"IfNoneMatch": "*"}


def _is_conflict(error: ClientError) -> bool:
    """412: the condition is false; 409: another write is under way; 404 NoSuchKey: it was deleted."""
    code = error.response.get("Error", {}).get("Code")
    return _status(error) in (409, 412) or code == "NoSuchKey"


def _status(error: ClientError) -> int:
    return error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
