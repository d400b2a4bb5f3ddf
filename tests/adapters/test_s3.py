"""S3 by moto, and by a real server if CALSIEVE_TEST_S3 is its URL (any credentials from the environment)."""

from __future__ import annotations

import os
import uuid
from collections.abc import Callable, Iterator, MutableMapping

import boto3
import pytest
from botocore.stub import Stubber
from moto import mock_aws
from mypy_boto3_s3 import S3Client

from calsieve.adapters.s3 import S3Publisher, S3StateStore
from calsieve.errors import Conflict, PublishError
from tests.adapters.publisher_contract import PATH, TWIN, PublisherContract, StateArchiveContract, document

ENDPOINT = os.environ.get("CALSIEVE_TEST_S3")


class Bucket(MutableMapping[str, bytes]):
    """A bucket as a mapping, by ways that the adapter does not use."""

    def __init__(self, client: S3Client, name: str, prefix: str) -> None:
        self.client, self.name, self.prefix = client, name, prefix

    def __getitem__(self, path: str) -> bytes:
        return self.client.get_object(Bucket=self.name, Key=f"{self.prefix}/{path}")["Body"].read()

    def __setitem__(self, path: str, body: bytes) -> None:
        self.client.put_object(Bucket=self.name, Key=f"{self.prefix}/{path}", Body=body)

    def __delitem__(self, path: str) -> None:
        self.client.delete_object(Bucket=self.name, Key=f"{self.prefix}/{path}")

    def __iter__(self) -> Iterator[str]:
        listed = self.client.list_objects_v2(Bucket=self.name, Prefix=self.prefix).get("Contents", [])
        return (item["Key"].removeprefix(f"{self.prefix}/") for item in listed)

    def __len__(self) -> int:
        return sum(1 for _ in self)


@pytest.fixture(scope="module", params=["moto", *(["real"] if ENDPOINT else [])])
def client(request: pytest.FixtureRequest) -> Iterator[S3Client]:
    if request.param == "real":
        yield boto3.client("s3", endpoint_url=ENDPOINT, region_name="us-east-1")
        return
    with mock_aws():
        yield boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")


@pytest.fixture(scope="module")
def bucket(client: S3Client) -> str:
    name = f"test-{uuid.uuid4()}"
    client.create_bucket(Bucket=name)
    return name


@pytest.fixture
def prefix() -> str:
    return f"feeds/{uuid.uuid4()}"


class TestS3Publisher(PublisherContract):
    @pytest.fixture
    def publisher(self, client: S3Client, bucket: str, prefix: str) -> S3Publisher:
        return S3Publisher(client, bucket, prefix)

    @pytest.fixture
    def files(self, client: S3Client, bucket: str, prefix: str) -> Bucket:
        return Bucket(client, bucket, prefix)

    def test_both_are_served_as_a_calendar_that_caches_may_keep(
        self, publisher: S3Publisher, client: S3Client, bucket: str, prefix: str
    ) -> None:
        publisher.write(PATH, document(), replaces=None)
        plain = client.head_object(Bucket=bucket, Key=f"{prefix}/{PATH}")
        twin = client.head_object(Bucket=bucket, Key=f"{prefix}/{TWIN}")
        assert plain["ContentType"] == twin["ContentType"] == "text/calendar; charset=utf-8"
        assert "ContentEncoding" not in plain
        assert twin["ContentEncoding"] == "gzip"
        age = "public, max-age=900, stale-while-revalidate=900, stale-if-error=604800"
        assert plain["CacheControl"] == twin["CacheControl"] == age

    def test_a_first_write_that_was_cut_off_before_the_twin_is_mended_by_the_next(
        self, publisher: S3Publisher, files: Bucket
    ) -> None:
        files[PATH] = document().body
        assert publisher.version(PATH) is None
        publisher.write(PATH, document(), replaces=publisher.read(PATH))
        assert publisher.version(PATH)


def test_a_writer_who_was_overtaken_puts_no_older_twin_beside_a_newer_file(
    client: S3Client, bucket: str, prefix: str
) -> None:
    publisher = S3Publisher(client, bucket, prefix)
    publisher.write(PATH, document("one"), replaces=None)

    def overtake(**_: object) -> None:
        client.meta.events.unregister("after-call.s3.PutObject", overtake)
        publisher.write(PATH, document("three"), replaces=publisher.read(PATH))

    client.meta.events.register("after-call.s3.PutObject", overtake)  # the plain file is written, its twin is not
    with pytest.raises(Conflict):
        publisher.write(PATH, document("two"), replaces=publisher.read(PATH))
    assert publisher.version(PATH)
    stored = publisher.read(PATH)
    assert stored is not None
    assert stored.body == document("three").body


def _fails_with(act: Callable[[], object], *words: str) -> None:
    with pytest.raises(PublishError) as caught:
        act()
    assert not isinstance(caught.value, Conflict)
    assert all(word in str(caught.value) for word in words)
    assert PATH.split("/")[0] not in str(caught.value)


class TestS3StateStore(StateArchiveContract):
    @pytest.fixture
    def store(self, client: S3Client, bucket: str, prefix: str) -> S3StateStore:
        return S3StateStore(client, bucket, f"{prefix}/")


@pytest.fixture
def stubbed() -> Iterator[tuple[S3Publisher, Stubber]]:
    client = boto3.client("s3", region_name="us-east-1", aws_access_key_id="x", aws_secret_access_key="x")
    with Stubber(client) as stubber:
        yield S3Publisher(client, "bucket"), stubber


@pytest.mark.parametrize(
    ("code", "status"), [("PreconditionFailed", 412), ("ConditionalRequestConflict", 409), ("NoSuchKey", 404)]
)
def test_another_writer_is_a_conflict(stubbed: tuple[S3Publisher, Stubber], code: str, status: int) -> None:
    publisher, stubber = stubbed
    stubber.add_client_error("head_object", "404", "", 404)
    stubber.add_client_error("put_object", code, f"about {PATH}", status)
    with pytest.raises(Conflict):
        publisher.write(PATH, document(), replaces=None)


def test_a_refusal_says_which_permission_to_look_at_and_no_path(stubbed: tuple[S3Publisher, Stubber]) -> None:
    publisher, stubber = stubbed
    stubber.add_client_error("head_object", "404", "", 404)
    stubber.add_client_error("put_object", "AccessDenied", f"about {PATH}", 403)
    _fails_with(lambda: publisher.write(PATH, document(), replaces=None), "AccessDenied", "s3:PutObject")
    stubber.add_client_error("get_object", "AccessDenied", f"about {PATH}", 403)
    _fails_with(lambda: publisher.read(PATH), "AccessDenied", "s3:ListBucket")
    stubber.add_client_error("head_object", "404", "", 404)
    stubber.add_client_error("put_object", "NoSuchBucket", f"about {PATH}", 404)
    _fails_with(lambda: publisher.write(PATH, document(), replaces=None), "NoSuchBucket", "bucket")
    stubber.add_client_error("head_object", "403", f"about {PATH}", 403)
    _fails_with(lambda: publisher.version(PATH), "403", "s3:ListBucket")
    stubber.add_client_error("delete_object", "AccessDenied", f"about {PATH}", 403)
    _fails_with(lambda: publisher.delete(PATH), "AccessDenied", "s3:DeleteObject")


def test_a_bucket_out_of_reach_is_told_without_the_path() -> None:
    client = boto3.client(
        "s3",
        endpoint_url="http://127.0.0.1:1",
        region_name="us-east-1",
        aws_access_key_id="x",
        aws_secret_access_key="x",
        config=boto3.session.Config(retries={"max_attempts": 0}),
    )
    _fails_with(lambda: S3Publisher(client, "bucket").read(PATH), "bucket", "network")


def test_what_is_remembered_can_be_listed_below_the_stores_prefix(client: S3Client, bucket: str, prefix: str) -> None:
    store, other = S3StateStore(client, bucket, prefix), S3StateStore(client, bucket, f"{prefix}-2")
    for key in ("b/one", "b/two", "a", "bc"):
        store.save(key, key.encode(), replaces=None)
    other.save("b/three", b"", replaces=None)
    assert [one.key for one in store.listed()] == ["a", "b/one", "b/two", "bc"]
    (one, _) = store.listed("b/")
    there = store.load("b/one")
    assert there is not None
    assert (one.key, one.version) == ("b/one", there.version)
    assert store.listed("nothing") == []


def test_a_bucket_that_cant_be_listed_is_told(client: S3Client) -> None:
    with pytest.raises(PublishError, match=r"can't list the bucket nowhere.*s3:ListBucket"):
        S3StateStore(client, f"nowhere-{uuid.uuid4()}").listed()
