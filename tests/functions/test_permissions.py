"""What s3:ListBucket is for: without it S3 says 403 instead of 404 of an object that is missing.

So says the reference of GetObject and HeadObject. The emulator of tests/cloud, which holds all other permissions to be
needed, says 404 in any case.
"""

from __future__ import annotations

from typing import Any

import pytest
from botocore.client import BaseClient
from botocore.exceptions import ClientError

from tests.adapters.upstream_server import UpstreamServer
from tests.functions.conftest import Deployed
from tests.functions.test_refresh import GOOD, batch

pytestmark = pytest.mark.filterwarnings("ignore:No application metrics")


@pytest.fixture
def unlisted(monkeypatch: pytest.MonkeyPatch) -> set[str]:
    """Return a set of buckets of which S3 does not say any more that something is missing."""
    buckets: set[str] = set()
    call: Any = BaseClient._make_api_call  # type: ignore[attr-defined]

    def make(self: Any, operation: str, request: Any) -> Any:
        denied = {"Error": {"Code": "AccessDenied"}, "ResponseMetadata": {"HTTPStatusCode": 403}}
        if operation == "ListObjectsV2" and request["Bucket"] in buckets:
            raise ClientError(denied, operation)  # type: ignore[arg-type]
        try:
            return call(self, operation, request)
        except ClientError as error:
            if error.response["ResponseMetadata"]["HTTPStatusCode"] != 404 or request["Bucket"] not in buckets:
                raise
            raise ClientError(denied, operation) from error  # type: ignore[arg-type]

    monkeypatch.setattr(BaseClient, "_make_api_call", make)
    return buckets


def works(deployed: Deployed, event: Any) -> bool:
    try:
        answer = deployed.invoke(event)
    except Exception:
        return False
    return not (answer or {}).get("batchItemFailures")


@pytest.mark.parametrize("deployed", ["dispatch"], indirect=True)
def test_dispatch_looks_which_files_there_are(deployed: Deployed, unlisted: set[str]) -> None:
    assert works(deployed, "scheduler-tick")
    unlisted.add("state")
    assert not works(deployed, "scheduler-tick")


@pytest.mark.parametrize("bucket", ["state", "published"])
@pytest.mark.parametrize("deployed", ["refresh"], indirect=True)
def test_refresh_looks_for_state_and_file_of_a_new_feed(deployed: Deployed, unlisted: set[str], bucket: str) -> None:
    with UpstreamServer(GOOD) as server:
        feeds = ", ".join(f"{{name: {name}, sources: ['{server.url()}']}}" for name in ("a", "b"))
        deployed.configure(f"feeds: [{feeds}]")
        assert works(deployed, batch("a"))
        unlisted.add(bucket)
        assert works(deployed, batch("a"))  # what is there can be told without it
        assert not works(deployed, batch("b"))


@pytest.mark.parametrize("bucket", ["state", "published"])
@pytest.mark.parametrize("deployed", ["overview"], indirect=True)
def test_overview_looks_for_the_history_of_a_new_feed_and_for_its_page(
    deployed: Deployed, unlisted: set[str], bucket: str
) -> None:
    deployed.configure("feeds: [{name: team, sources: ['env:U']}]")
    deployed.s3.put_object(Bucket="state", Key="state/path-key", Body=bytes(32))
    unlisted.add(bucket)
    assert not works(deployed, "scheduler-tick")
    unlisted.clear()
    assert works(deployed, "scheduler-tick")
