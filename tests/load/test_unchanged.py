"""What a refresh costs in a warm function: requests by real HTTP, and processor time."""

from __future__ import annotations

import gc
import importlib
import json
import time
from collections import Counter
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from types import ModuleType, SimpleNamespace

import pytest

from calsieve import cloud, wiring
from tests.adapters.upstream_server import UpstreamServer, answer
from tests.functions.lambdas import ENVIRONMENT, context, forget
from tests.load.model import CHANGED, DAILY, UNCHANGED, VIEW_READS, Requests
from tests.load.s3_server import S3Server

CALENDAR = b"".join(
    [
        b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\n",
        *(
            b"BEGIN:VEVENT\r\nUID:%d\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20%02d%02d15T100000Z\r\n"
            b"SUMMARY:Meeting %d\r\nDESCRIPTION:%s\r\nEND:VEVENT\r\n" % (n, 10 + n % 20, n % 12 + 1, n, b"x" * 60)
            for n in range(2000)
        ),
        b"END:VCALENDAR\r\n",
    ]
)
MOST_SECONDS = 0.05  # of a processor as fast as Lambda's at 1,769 MB


@pytest.fixture
def s3(monkeypatch: pytest.MonkeyPatch) -> Iterator[S3Server]:
    with S3Server() as server:
        own = {"AWS_ENDPOINT_URL_S3": server.base, "ALLOW_PRIVATE_UPSTREAMS": "true"}
        for name, value in (ENVIRONMENT | own).items():
            monkeypatch.setenv(name, value)
        monkeypatch.delenv("AWS_PROFILE", raising=False)
        forget()
        yield server
    forget()


@pytest.fixture
def app(s3: S3Server) -> Iterator[ModuleType]:
    """The refresh function; what it does to the collector is undone."""
    yield importlib.reload(importlib.import_module("functions.refresh.app"))
    gc.unfreeze()


def invoke(app: ModuleType, stamp: str) -> float:
    """Refresh the feed and return the processor seconds that it took in this thread."""
    record = {
        "messageId": "m",
        "attributes": {"ApproximateReceiveCount": "1"},
        "body": json.dumps({"feed": "team", "config": stamp}),
    }
    start = time.thread_time()
    assert app.handler({"Records": [record]}, context()) == {"batchItemFailures": []}
    return time.thread_time() - start


@pytest.mark.parametrize("views", [0, 2])
@pytest.mark.parametrize("answers", ["not modified", "the same body"])
def test_an_unchanged_refresh_stays_within_the_model(s3: S3Server, app: ModuleType, answers: str, views: int) -> None:
    whole = answer(body=CALENDAR, ETag='"one"')
    more = "".join(f"{{name: busy-{n}, show: busy}}, " for n in range(views))
    with UpstreamServer(whole, answer(304) if answers == "not modified" else whole) as upstream:
        feeds = f"feeds: [{{name: team, sources: ['{upstream.url()}'], {f'views: [{more}]' if more else ''}}}]"
        wiring.s3().put_object(Bucket="state", Key="config/feeds.yaml", Body=feeds.encode())
        stamp = cloud.load_config().stamp
        invoke(app, stamp)
        s3.asked.clear()
        fetched = len(upstream.asked)
        took = [invoke(app, stamp) for _ in range(5)]
    assert len(upstream.asked) - fetched == len(took) * UNCHANGED.upstream
    methods = [method for method, _ in s3.asked]
    assert methods == [*["HEAD"] * (2 + views * VIEW_READS), "GET"] * len(took)
    assert len(methods) == len(took) * (UNCHANGED.reads + views * VIEW_READS)
    assert UNCHANGED.reads <= 3
    assert min(took) <= MOST_SECONDS, f"{min(took) * 1000:.0f} ms"  # the least: this machine may be busy


NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
SINCE = (timedelta(minutes=15), timedelta(days=1))


@pytest.mark.parametrize(("since", "news", "model"), [(SINCE[0], True, CHANGED), (SINCE[1], False, DAILY)])
def test_other_refreshes_stay_within_the_model(
    s3: S3Server, app: ModuleType, monkeypatch: pytest.MonkeyPatch, since: timedelta, news: bool, model: Requests
) -> None:
    """With an event moved; and without news on the next day, when configuration and key are read too."""
    clock = SimpleNamespace(now=lambda _: NOW)
    monkeypatch.setattr(app, "datetime", clock)
    moved = CALENDAR.replace(b"T100000Z\r\nSUMMARY:Meeting 56\r", b"T113000Z\r\nSUMMARY:Meeting 56\r")
    assert moved != CALENDAR
    with UpstreamServer(answer(body=CALENDAR), answer(body=moved if news else CALENDAR)) as upstream:
        feeds = f"feeds: [{{name: team, sources: ['{upstream.url()}']}}]"
        wiring.s3().put_object(Bucket="state", Key="config/feeds.yaml", Body=feeds.encode())
        stamp = cloud.load_config().stamp
        invoke(app, stamp)
        s3.asked.clear()
        clock.now = lambda _: NOW + since
        invoke(app, stamp)
        asked = Counter(method for method, _ in s3.asked)
        assert Requests(len(upstream.asked) - 1, asked["GET"] + asked["HEAD"], asked["PUT"]) == model
