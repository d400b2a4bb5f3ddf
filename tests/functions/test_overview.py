"""What the overview function publishes, measures and says."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from calsieve.history import encode_history, history_key
from calsieve.models import Failing, HistoryEntry, Noteworthy
from calsieve.paths import KEY_NAME, OPERATOR
from tests.functions.conftest import Deployed

FUNCTION = "overview"
FEEDS = """
feeds:
- {name: family, sources: ['https://one.example.org/s3cret-a']}
- {name: work, sources: ['https://one.example.org/s3cret-b']}
- {name: late, sources: ['https://one.example.org/s3cret-c']}
"""


@pytest.fixture
def long_ago() -> datetime:
    return datetime.now(UTC) - timedelta(hours=30)


def remember(deployed: Deployed, name: str, *history: HistoryEntry) -> None:
    deployed.s3.put_object(Bucket="state", Key=f"state/{history_key(name)}", Body=encode_history(history))


def configure(deployed: Deployed, long_ago: datetime) -> None:
    deployed.configure(FEEDS)
    deployed.s3.put_object(Bucket="state", Key=f"state/{KEY_NAME}", Body=bytes(32))
    remember(deployed, "family", HistoryEntry(at=long_ago, kind=Noteworthy.PUBLISHED))
    failing = (Failing("google", "it answered 503", long_ago),)
    remember(deployed, "work", HistoryEntry(at=long_ago, kind=Noteworthy.FAILED, failing=failing))


def pages(deployed: Deployed) -> dict[str, str]:
    keys = [item["Key"] for item in deployed.s3.list_objects_v2(Bucket="published").get("Contents", [])]
    found = [key for key in keys if key.endswith(".html")]
    return {key: deployed.s3.get_object(Bucket="published", Key=key)["Body"].read().decode() for key in found}


@pytest.mark.parametrize("event", ["scheduler-tick", "s3-object-created"])
def test_it_publishes_the_operators_page(deployed: Deployed, long_ago: datetime, event: str) -> None:
    configure(deployed, long_ago)
    deployed.invoke(event)
    ((path, page),) = pages(deployed).items()
    assert path.endswith(f"/{OPERATOR}.html")
    assert "it answered 503" in page
    assert "s3cret" not in page


def test_it_measures_how_long_the_oldest_failure_lasts(deployed: Deployed, long_ago: datetime) -> None:
    configure(deployed, long_ago)
    deployed.invoke("scheduler-tick")
    counted = deployed.metrics()
    assert counted.pop("OldestFailure") == pytest.approx(30 * 3600, abs=60)
    assert counted == {"FeedInTrouble": 1, "FeedWaiting": 1}
    (line,) = deployed.log()
    assert (line["message"], line["feeds"], line["in_trouble"], line["waiting"]) == ("looked", 3, 1, 1)


def test_without_a_key_there_is_no_page_and_none_is_made(deployed: Deployed) -> None:
    deployed.configure(FEEDS)
    deployed.invoke("s3-object-created")
    assert pages(deployed) == {}
    assert "state/path-key" not in [
        item["Key"] for item in deployed.s3.list_objects_v2(Bucket="state").get("Contents", [])
    ]
    assert deployed.metrics() == {"OldestFailure": 0, "FeedInTrouble": 0, "FeedWaiting": 3}


def test_a_configuration_that_cant_be_used_is_counted(deployed: Deployed) -> None:
    deployed.configure("feeds: [{nome: a}]")
    deployed.invoke("scheduler-tick")
    assert deployed.metrics() == {"ConfigurationInvalid": 1}
    (line,) = deployed.log()
    assert line["level"] == "WARNING"


def test_its_log_holds_no_path(deployed: Deployed, long_ago: datetime) -> None:
    configure(deployed, long_ago)
    deployed.invoke("scheduler-tick")
    (path,) = pages(deployed)
    assert path.split("/")[0] not in repr(deployed.log())


def test_feeds_that_no_file_has_any_more_are_on_the_page_and_in_the_log(deployed: Deployed, long_ago: datetime) -> None:
    configure(deployed, long_ago)
    for name in ("family", "old-club"):
        deployed.s3.put_object(Bucket="state", Key=f"state/feeds/{name}", Body=b"")
    deployed.invoke("scheduler-tick")
    (page,) = pages(deployed).values()
    assert "Not configured any more" in page
    assert "<bdi>old-club</bdi>" in page
    assert [line["unconfigured"] for line in deployed.log()] == [1]


def test_what_is_in_a_file_that_cant_be_read_is_not_called_so(deployed: Deployed, long_ago: datetime) -> None:
    configure(deployed, long_ago)
    deployed.s3.put_object(Bucket="state", Key="config/clubs.yaml", Body=b"feeds: [{nome: old-club}]")
    deployed.s3.put_object(Bucket="state", Key="state/feeds/old-club", Body=b"")
    deployed.invoke("scheduler-tick")
    (page,) = pages(deployed).values()
    assert "old-club" not in page
