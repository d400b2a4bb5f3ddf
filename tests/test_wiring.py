from __future__ import annotations

import secrets
import stat
import subprocess
import sys
from collections.abc import Iterator
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread

import boto3
import pytest
from moto import mock_aws
from mypy_boto3_s3 import S3Client

from calsieve import cloud, wiring
from calsieve.errors import ConfigError, PublishError
from calsieve.models import Feed, Outcome, Policy, Secret, Source, Status
from calsieve.pages.style import stylesheet
from calsieve.paths import KEY_NAME, rotate

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
CALENDAR = (
    b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//test//EN\r\nBEGIN:VEVENT\r\nUID:1\r\nDTSTAMP:20260101T000000Z\r\n"
    b"DTSTART:20260515T100000Z\r\nDTEND:20260515T110000Z\r\nSUMMARY:Standup\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"
)


def feed(url: str) -> Feed:
    return Feed(name="team", sources=(Source(name="work", url=Secret("literal", url)),), policy=Policy())


@pytest.fixture
def upstream(tmp_path: Path) -> str:
    file = tmp_path / "upstream.ics"
    file.write_bytes(CALENDAR)
    return file.as_uri()


@pytest.fixture
def home(tmp_path: Path) -> dict[str, str]:
    return {"HOME": str(tmp_path / "home")}


@pytest.fixture(scope="module")
def aws() -> Iterator[S3Client]:
    with mock_aws():
        client = boto3.client("s3", region_name="us-east-1")
        client.create_bucket(Bucket="published")
        client.create_bucket(Bucket="state")
        yield client
        wiring.s3.cache_clear()


@pytest.fixture
def s3(aws: S3Client, monkeypatch: pytest.MonkeyPatch) -> S3Client:
    """Empty buckets published and state, and the environment of the functions."""
    environ = {"PUBLISHED_BUCKET": "published", "STATE_BUCKET": "state", "AWS_DEFAULT_REGION": "us-east-1"}
    for name, value in environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("ALLOW_PRIVATE_UPSTREAMS", raising=False)
    cloud._cloud_target.cache_clear()
    cloud._known_settings.cache_clear()
    for bucket in ("published", "state"):
        for key in keys(aws, bucket):
            aws.delete_object(Bucket=bucket, Key=key)
    return aws


def keys(client: S3Client, bucket: str) -> list[str]:
    return [item["Key"] for item in client.list_objects_v2(Bucket=bucket).get("Contents", [])]


def published(outcome: Outcome, prefix: str = "") -> list[str]:
    """What there is of a feed when it is published: the file, its twin, the page and the stylesheet of that."""
    page = outcome.path.replace(".ics", ".html")
    return sorted(prefix + path for path in (outcome.path, f"{outcome.path}.gz", page, stylesheet().path))


# ── on one's own machine ──


def test_a_file_is_published_to_a_directory_and_remembered_at_home(
    tmp_path: Path, upstream: str, home: dict[str, str]
) -> None:
    target = wiring.target(str(tmp_path / "public"), environ=home)
    outcome = target.refresh(feed(upstream), NOW)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert b"Standup" in (tmp_path / "public" / outcome.path).read_bytes()
    remembered = list((tmp_path / "home/.local/state/calsieve").glob("*/feeds/team"))
    assert len(remembered) == 1
    assert stat.S_IMODE(remembered[0].stat().st_mode) == 0o600


def test_a_second_refresh_is_at_the_same_path_and_unchanged(
    tmp_path: Path, upstream: str, home: dict[str, str]
) -> None:
    first = wiring.target(str(tmp_path / "public"), environ=home).refresh(feed(upstream), NOW)
    second = wiring.target(str(tmp_path / "public"), environ=home).refresh(feed(upstream), NOW)
    assert (second.status, second.path) == (Status.UNCHANGED, first.path)


def test_a_dry_run_makes_nothing(tmp_path: Path, upstream: str, home: dict[str, str]) -> None:
    before = sorted(tmp_path.rglob("*"))
    target = wiring.target(str(tmp_path / "public"), environ=home)
    assert target.refresh(feed(upstream), NOW, dry_run=True).status is Status.PUBLISHED
    assert sorted(tmp_path.rglob("*")) == before


def test_a_dry_run_tells_the_path_that_is_published(tmp_path: Path, upstream: str, home: dict[str, str]) -> None:
    target = wiring.target(str(tmp_path / "public"), environ=home)
    path = target.refresh(feed(upstream), NOW).path
    assert target.refresh(feed(upstream), NOW, dry_run=True).path == path


def test_a_key_that_is_older_than_what_was_published_by_fails_in_plain_words(
    tmp_path: Path, upstream: str, home: dict[str, str]
) -> None:
    target = wiring.target(str(tmp_path / "public"), environ=home)
    target.refresh(feed(upstream), NOW)
    backup = target.state.load(KEY_NAME)
    assert backup is not None
    rotate(target.state, "team", NOW, NOW, secrets.token_bytes)
    assert target.refresh(feed(upstream), NOW).status is Status.PUBLISHED
    target.state.save(KEY_NAME, backup.body, replaces=target.state.load(KEY_NAME))
    outcome = target.refresh(feed(upstream), NOW)
    assert outcome.status is Status.FAILED
    assert "the path-key at hand is older" in outcome.problems[0]
    assert not (tmp_path / "public" / outcome.path).exists()


def test_each_target_has_a_memory_of_its_own(tmp_path: Path, upstream: str, home: dict[str, str]) -> None:
    for name in ("a", "b"):
        wiring.target(str(tmp_path / name), environ=home).refresh(feed(upstream), NOW)
    assert len(list((tmp_path / "home/.local/state/calsieve").iterdir())) == 2


def test_a_relative_target_is_the_same_as_its_absolute_form(
    tmp_path: Path, home: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    assert wiring.target("public", environ=home).path("team", NOW) == wiring.target(
        str(tmp_path / "x/../public"), environ=home
    ).path("team", NOW)


def test_the_memory_follows_xdg_state_home(tmp_path: Path, home: dict[str, str]) -> None:
    wiring.target(str(tmp_path / "public"), environ={**home, "XDG_STATE_HOME": str(tmp_path / "xdg")}).path("team", NOW)
    assert list((tmp_path / "xdg/calsieve").glob("*/path-key"))
    wiring.target(str(tmp_path / "public"), environ={**home, "XDG_STATE_HOME": "relative"}).path("team", NOW)
    assert list((tmp_path / "home/.local/state/calsieve").glob("*/path-key"))


def test_without_a_home_the_state_has_to_be_named(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="--state"):
        wiring.target(str(tmp_path / "public"), environ={})
    wiring.target(str(tmp_path / "public"), str(tmp_path / "state"), environ={}).path("team", NOW)
    assert (tmp_path / "state/path-key").exists()


@pytest.mark.parametrize(
    ("to", "state"),
    [
        ("public", "public"),
        ("public", "public/state"),
        ("public", "public/../public/.state"),
        ("s3://bucket", "s3://bucket/state"),
        ("s3://bucket/feeds", "s3://bucket/feeds/state/"),
    ],
)
def test_a_state_that_clients_could_read_is_refused(
    to: str, state: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, s3: S3Client
) -> None:
    monkeypatch.chdir(tmp_path)
    with pytest.raises(PublishError, match="clients"):
        wiring.target(to, state, environ={})


def test_a_default_state_in_a_published_home_is_refused(tmp_path: Path) -> None:
    with pytest.raises(PublishError, match="clients"):
        wiring.target(str(tmp_path), environ={"HOME": str(tmp_path)})


@pytest.mark.parametrize("to", ["ftp://host/x", "s3://", "s3:///x", "s3://B/x", "https://example.org"])
def test_other_places_are_refused(to: str, home: dict[str, str]) -> None:
    with pytest.raises(PublishError, match="s3://bucket/prefix"):
        wiring.target(to, environ=home)


@pytest.mark.parametrize(("to", "prefix"), [("s3://published", ""), ("s3://published/a/b/", "a/b/")])
def test_buckets_take_the_place_of_directories(s3: S3Client, upstream: str, to: str, prefix: str) -> None:
    target = wiring.target(to, "s3://state/of/mine", environ={})
    outcome = target.refresh(feed(upstream), NOW)
    assert outcome.status is Status.PUBLISHED
    assert keys(s3, "published") == published(outcome, prefix)
    assert keys(s3, "state") == ["of/mine/feeds/team", "of/mine/history/team", "of/mine/path-key"]


# ── in Lambda ──


CONFIGURED = "config/feeds.yaml"
CONFIG = """\
feeds:
  - name: team
    sources:
      - name: work
        url: URL
"""


def configure(client: S3Client, url: str) -> None:
    client.put_object(Bucket="state", Key=CONFIGURED, Body=CONFIG.replace("URL", url).encode())


def test_the_configuration_comes_from_the_state_bucket(s3: S3Client) -> None:
    configure(s3, "https://work.example/x.ics")
    assert [feed.name for feed in cloud.load_config().feeds] == ["team"]


def test_before_the_first_push_there_are_no_feeds(s3: S3Client) -> None:
    assert cloud.load_config().feeds == ()


def test_a_feed_that_is_gone_is_told(s3: S3Client) -> None:
    configure(s3, "https://work.example/x.ics")
    with pytest.raises(ConfigError, match="no feed other"):
        cloud.refresh_feed("other", NOW)


@pytest.fixture
def neighbour() -> Iterator[str]:
    """A calendar on a private network: this machine's own."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            self.send_response(200)
            self.send_header("Content-Type", "text/calendar")
            self.send_header("Content-Length", str(len(CALENDAR)))
            self.end_headers()
            self.wfile.write(CALENDAR)

        def log_message(self, *_: object) -> None:
            pass

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as server:
        Thread(target=server.serve_forever, args=(0.01,), daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}/x.ics"
        server.shutdown()


def test_the_cloud_does_not_read_its_own_files(s3: S3Client, upstream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("ALLOW_PRIVATE_UPSTREAMS", "true")
    configure(s3, upstream)
    outcome = cloud.refresh_feed("team", NOW)
    assert outcome.status is Status.FAILED
    assert keys(s3, "published") == []


def test_the_cloud_does_not_read_its_own_network(s3: S3Client, neighbour: str) -> None:
    configure(s3, neighbour)
    outcome = cloud.refresh_feed("team", NOW)
    assert outcome.status is Status.FAILED
    assert keys(s3, "published") == []


def test_the_cloud_reads_private_networks_if_told_to(
    s3: S3Client, neighbour: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ALLOW_PRIVATE_UPSTREAMS", "true")
    configure(s3, neighbour)
    outcome = cloud.refresh_feed("team", NOW)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert keys(s3, "published") == published(outcome)
    assert set(keys(s3, "state")) == {f"state/{key}" for key in ("feeds/team", "history/team", "path-key")} | {
        CONFIGURED
    }


def test_a_warm_instance_makes_one_s3_client(s3: S3Client, upstream: str, monkeypatch: pytest.MonkeyPatch) -> None:
    wiring.s3.cache_clear()
    made: list[str] = []
    client = boto3.client
    monkeypatch.setattr(boto3, "client", lambda service, **more: made.append(service) or client(service, **more))
    configure(s3, upstream)
    for _ in range(2):
        cloud.refresh_feed("team", NOW)
    assert made == ["s3"]


# ── cost ──


@pytest.mark.parametrize(
    ("code", "absent"),
    [
        ("import calsieve.wiring", "boto3 botocore icalendar requests msgspec yaml"),
        ("from calsieve.wiring import target; target('/tmp/x', environ={'HOME': '/tmp'})", "boto3 botocore icalendar"),
        (
            "from calsieve.wiring import target; target('/tmp/x', environ={'HOME': '/tmp'})",
            "calsieve.adapters.caldav calsieve.adapters.graph calsieve.adapters.oauth",
        ),
        ("import calsieve.wiring, calsieve.config, calsieve.adapters.s3", "icalendar requests boto3"),
    ],
)
def test_only_what_is_needed_is_imported(code: str, absent: str) -> None:
    check = f"{code}; import sys; print(*(name for name in {absent.split()!r} if name in sys.modules))"
    done = subprocess.run([sys.executable, "-c", check], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == ""
