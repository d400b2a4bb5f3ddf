"""``calsieve status``, of a stack and of a directory."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner, Result

from calsieve.cli.main import main
from calsieve.history import encode_history, history_key
from calsieve.models import Failing, HistoryEntry, Noteworthy
from tests.cli.stacks import REGION, client

FEEDS = """\
feeds:
  - {name: family, sources: [https://calendar.example.org/private-abc.ics]}
  - {name: work, sources: [https://calendar.example.org/private-def.ics]}
  - {name: late, sources: [https://calendar.example.org/private-ghi.ics]}
"""
NOW = datetime(2026, 11, 25, 9, tzinfo=UTC)
COUNTS: dict[str, Any] = {"bytes_in": 14_800_000, "bytes_out": 61_000, "events_in": 20_480, "events_out": 97}


def days(ago: float) -> datetime:
    return NOW - timedelta(days=ago)


PUBLISHED = HistoryEntry(at=days(ago=0.25), kind=Noteworthy.PUBLISHED, **COUNTS)
FAILED = HistoryEntry(
    at=days(ago=3),
    kind=Noteworthy.FAILED,
    failing=(Failing("google", "google: it answered 503", days(ago=3)),),
    problems=("the mail did not go out",),
)


class Desk:
    """A directory with feeds.yaml and what is remembered of its feeds."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "feeds.yaml").write_text(FEEDS)

    def remember(self, name: str, *history: HistoryEntry) -> None:
        file = self.root / "state" / history_key(name)
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(encode_history(history))

    def status(self, *arguments: str) -> Result:
        places = ["--to", str(self.root / "public"), "--state", str(self.root / "state")]
        return run("--config", str(self.root / "feeds.yaml"), *places, *arguments)


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, ["status", "--now", NOW.isoformat(), *arguments], catch_exceptions=False)


@pytest.fixture
def desk(tmp_path: Path) -> Desk:
    return Desk(tmp_path)


def test_each_feed_has_a_line(desk: Desk) -> None:
    desk.remember("family", PUBLISHED)
    desk.remember("work", HistoryEntry(at=days(ago=9), kind=Noteworthy.PUBLISHED, **COUNTS), FAILED)
    result = desk.status()
    assert [line.split("  ") for line in [" ".join(line.split()) for line in result.stdout.splitlines()]] == [
        ["feed state changed size events"],
        ["family in order 6 hours ago 14.8 MB → 61 kB 20,480 → 97"],
        ["work failing for 3 days 9 days ago 14.8 MB → 61 kB 20,480 → 97"],
        ["late waiting"],
    ]
    assert result.stderr.splitlines() == ["work: google: it answered 503", "work: the mail did not go out"]


def test_the_exit_code_tells_whether_something_fails(desk: Desk) -> None:
    desk.remember("family", PUBLISHED)
    assert desk.status().exit_code == 0
    desk.remember("family", PUBLISHED, FAILED)
    assert desk.status().exit_code == 1
    recovered = HistoryEntry(at=NOW, kind=Noteworthy.RECOVERED)
    desk.remember("family", PUBLISHED, FAILED, recovered)
    assert (desk.status().exit_code, desk.status().stderr) == (0, "")


def test_it_is_there_as_json(desk: Desk) -> None:
    desk.remember("family", PUBLISHED)
    desk.remember("work", FAILED)
    result = desk.status("--json")
    family, work, late = json.loads(result.stdout)
    nothing = {"since": None, "failing": [], "problems": []}
    assert family == {
        "feed": "family",
        "state": "in order",
        "changed": "2026-11-25T03:00:00+00:00",
        **nothing,
        **COUNTS,
    }
    assert work == {
        "feed": "work",
        "state": "failing",
        "since": "2026-11-22T09:00:00+00:00",
        "failing": [
            {
                "source": "google",
                "why": "google: it answered 503",
                "since": "2026-11-22T09:00:00+00:00",
                "until": None,
            }
        ],
        "problems": ["the mail did not go out"],
        "changed": None,
    }
    assert late == {"feed": "late", "state": "waiting", "changed": None, **nothing}
    assert (result.exit_code, result.stderr) == (1, "")


def test_what_is_published_and_not_configured_any_more_is_told(desk: Desk) -> None:
    for name in ("family", "old-club"):
        file = desk.root / "state" / "feeds" / name
        file.parent.mkdir(parents=True, exist_ok=True)
        file.write_bytes(b"")
    result = desk.status()
    assert result.stdout.splitlines()[4].split() == ["old-club", "not", "configured"]
    assert f"old-club; to take down: calsieve retire old-club --config … --to {desk.root / 'public'}" in result.stdout
    assert result.exit_code == 0
    assert json.loads(desk.status("--json").stdout)[3:] == [{"feed": "old-club", "state": "not configured"}]


def test_what_is_published_and_remembered_elsewhere_is_not_called_waiting(desk: Desk) -> None:
    file = desk.root / "public" / ("0" * 32) / "family.ics"
    file.parent.mkdir(parents=True)
    file.write_bytes(b"")
    result = desk.status()
    assert (result.exit_code, result.stdout) == (1, "")
    assert "the path-key that their addresses come from is not where things are remembered" in result.stderr
    assert not (desk.root / "state").exists()


def test_feeds_of_several_files_are_told(desk: Desk) -> None:
    clubs = desk.root / "clubs.yaml"
    clubs.write_text("feeds: [{name: chess, sources: [env:CHESS]}]")
    assert desk.status("--config", str(clubs)).stdout.splitlines()[-1].split() == ["chess", "waiting"]


@pytest.mark.parametrize(
    ("ago", "words"),
    [(-1, "0 min"), (0.5, "0 min"), (119, "119 min"), (120, "2 hours"), (2879, "47 hours"), (2880, "2 days")],
)
def test_how_long_is_told_in_what_there_are_at_least_two_of(desk: Desk, ago: float, words: str) -> None:
    desk.remember("family", HistoryEntry(at=NOW - timedelta(minutes=ago), kind=Noteworthy.PUBLISHED))
    assert f" {words} ago" in desk.status().stdout


@pytest.mark.parametrize(
    "arguments",
    [
        [],
        ["--to", "public"],
        ["--state", "state"],
        ["--stack", "home", "--to", "public"],
        ["--stack", "home", "--state", "state"],
    ],
)
def test_one_has_to_say_which_feeds(arguments: list[str]) -> None:
    result = run(*arguments)
    assert result.exit_code == 2
    assert "--stack NAME, or --config FEEDS.YAML --to PLACE" in result.stderr


def test_a_stack_is_asked_by_its_name(stack: str) -> None:
    objects = client("s3")
    objects.put_object(Bucket="state-bucket", Key="config/feeds.yaml", Body=FEEDS.encode())
    objects.put_object(Bucket="state-bucket", Key="state/history/work", Body=encode_history((FAILED,)))
    result = run("--stack", stack, "--region", REGION)
    assert [line.split()[:2] for line in result.stdout.splitlines()[1:]] == [
        ["family", "waiting"],
        ["work", "failing"],
        ["late", "waiting"],
    ]
    assert "private-" not in result.output


def test_of_a_stack_too_it_is_told_what_is_not_configured(stack: str) -> None:
    client("s3").put_object(Bucket="state-bucket", Key="state/feeds/old-club", Body=b"")
    told = run("--stack", stack, "--region", REGION).stdout
    assert (
        "in no configuration file of the stack: old-club; to take down: calsieve retire old-club --stack home\n" in told
    )


def test_a_stack_without_a_configuration_has_no_feeds(stack: str) -> None:
    assert run("--stack", stack, "--region", REGION, "--json").stdout == "[]\n"


def test_of_a_stack_it_is_told_what_waits_and_what_was_given_up(stack: str) -> None:
    sqs = client("sqs")

    def put(queue: str) -> None:
        sqs.send_message(QueueUrl=sqs.get_queue_url(QueueName=queue)["QueueUrl"], MessageBody="{}")

    quiet = run("--stack", stack, "--region", REGION)
    assert (quiet.stdout.splitlines()[1:], quiet.stderr) == ([], "")
    put("refresh")
    put("dead-letters")
    put("dead-letters")
    told = run("--stack", stack, "--region", REGION)
    assert told.stdout.splitlines()[1:] == ["", "waiting for their turn: 1"]
    assert told.stderr == (
        "given up for now after three failures: 2; when it is mended: calsieve redrive --stack home\n"
    )
    assert run("--stack", stack, "--region", REGION, "--json").stdout == "[]\n"
