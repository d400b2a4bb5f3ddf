"""``calsieve retire``, on this machine and in a stack."""

from __future__ import annotations

import os
from collections.abc import Mapping
from datetime import datetime
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calsieve.adapters.s3 import S3Publisher, S3StateStore
from calsieve.cli.main import main
from calsieve.config import load
from calsieve.wiring import target_of
from tests.cli.calendars import calendar, event
from tests.cli.stacks import REGION, client

NOW = "2026-05-13T12:00Z"
HERE = ("--config", "feeds.yaml", "--to", "public")
FEEDS = """\
feeds:
  - {{name: team, sources: ['{url}']}}
  - {{name: old, sources: ['{url}'], views: [{{name: old-busy, show: busy}}]}}
"""
WITHOUT = "feeds: [{{name: team, sources: ['{url}']}}]"
MOVED = "feeds: [{{name: team, sources: ['{url}'], views: [{{name: old, show: busy}}]}}]"


def run(*arguments: str, answer: str | None = None) -> Result:
    return CliRunner().invoke(main, [*arguments, "--now", NOW], input=answer, catch_exceptions=False)


class Desk:
    """A directory with a configuration, and what was published by it."""

    def __init__(self, root: Path) -> None:
        self.root = root
        (root / "team.ics").write_bytes(calendar(event("1", "20260520")))
        self.configure(FEEDS)
        self.refresh()

    def configure(self, text: str) -> None:
        (self.root / "feeds.yaml").write_text(text.format(url=(self.root / "team.ics").as_uri()))

    def refresh(self) -> str:
        result = run("refresh", *HERE)
        assert result.exit_code == 0
        return result.stdout

    def files(self, *names: str) -> dict[str, bytes]:
        files = {
            path.relative_to(self.root).as_posix(): path.read_bytes() for path in self.root.rglob("*") if path.is_file()
        }
        return {path: body for path, body in files.items() if not names or Path(path).name.partition(".")[0] in names}


@pytest.fixture
def desk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Desk:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    return Desk(tmp_path)


def test_a_refresh_leaves_a_feed_that_is_gone_as_it_is_and_says_so(desk: Desk) -> None:
    before = desk.files("old", "old-busy")
    assert "retire" not in desk.refresh()
    desk.configure(WITHOUT)
    told = "in no configuration file given here: old; to take down: calsieve retire old --config … --to public\n"
    assert told in desk.refresh()
    assert desk.files("old", "old-busy") == before
    (page,) = desk.files("_operator").values()
    assert b"<bdi>old</bdi>" in page
    assert b"<bdi>team</bdi>" not in page.split(b"Not configured any more")[1]


def test_it_is_taken_down_with_its_views_when_one_says_yes(desk: Desk) -> None:
    desk.configure(WITHOUT)
    result = run("retire", "old", *HERE, answer="y\n")
    assert result.stdout.startswith("old: 4 files, with its views old-busy\nTake that down for good?")
    assert result.stdout.endswith("took down old\n")
    assert result.exit_code == 0
    assert desk.files("old", "old-busy") == {}
    assert len(desk.files("team")) == 6  # the calendar with its twin, its page, its source, state and history


def test_nothing_is_done_when_one_does_not(desk: Desk) -> None:
    desk.configure(WITHOUT)
    before = desk.files()
    assert run("retire", "old", *HERE, answer="\n").exit_code == 1
    assert run("retire", "old", *HERE).exit_code == 1  # nobody is there to answer
    assert desk.files() == before


def test_it_refuses_while_the_feed_is_configured(desk: Desk) -> None:
    before = desk.files()
    for name, words in (("old", "old is configured"), ("old-busy", "old-busy is a view that is configured")):
        result = run("retire", name, *HERE, "--yes")
        assert result.exit_code == 2
        assert words in result.stderr
    (desk.root / "more.yaml").write_text((desk.root / "feeds.yaml").read_text())
    desk.configure("feeds: [{{name: other, sources: ['{url}']}}]")
    assert run("retire", "old", *HERE, "--config", "more.yaml", "--yes").exit_code == 2
    assert {path: body for path, body in desk.files().items() if not path.endswith(".yaml")} == {
        path: body for path, body in before.items() if not path.endswith(".yaml")
    }


def test_of_several_that_are_named_none_goes_if_one_cant(desk: Desk) -> None:
    desk.configure(WITHOUT)
    before = desk.files()
    result = run("retire", "old", "odl", *HERE, "--yes")
    assert result.exit_code == 2
    assert "nothing called odl is published or remembered: not configured are old" in result.stderr
    assert desk.files() == before


def test_a_name_that_became_a_view_of_another_feed_is_spared(desk: Desk) -> None:
    desk.configure(MOVED)
    desk.refresh()
    before = desk.files("old")
    assert run("retire", "old", *HERE, "--yes").exit_code == 0
    published = {path: body for path, body in before.items() if path.startswith("public/")}
    assert {**desk.files("old"), **published} == desk.files("old") == published
    assert desk.files("old-busy") == {}


def test_the_operators_page_is_no_feed(desk: Desk) -> None:
    assert run("retire", "_operator", *HERE, "--yes").exit_code == 2
    assert len(desk.files("_operator")) == 1


def test_if_all_is_configured_that_is_said(desk: Desk) -> None:
    assert "everything that is published is configured" in run("retire", "odl", *HERE, "--yes").stderr


@pytest.mark.parametrize("options", [[], ["--to", "public"], ["--config", "feeds.yaml"], [*HERE, "--stack", "home"]])
def test_one_has_to_say_where(desk: Desk, options: list[str]) -> None:
    result = run("retire", "old", *options)
    assert result.exit_code == 2
    assert "--stack NAME, or --config FEEDS.YAML --to PLACE" in result.stderr


# ── in a stack ──


def objects() -> Mapping[str, bytes]:
    s3 = client("s3")
    found = {}
    for bucket in ("published-bucket", "state-bucket"):
        for one in s3.list_objects_v2(Bucket=bucket).get("Contents", []):
            found[one["Key"]] = s3.get_object(Bucket=bucket, Key=one["Key"])["Body"].read()
    return found


@pytest.fixture
def deployed(stack: str, tmp_path: Path) -> str:
    """A stack whose feeds were published, and whose only file has lost one of them since."""
    (tmp_path / "team.ics").write_bytes(calendar(event("1", "20260520")))
    url = (tmp_path / "team.ics").as_uri()
    publisher = S3Publisher(client("s3"), "published-bucket")
    there = target_of(os.environ, publisher, S3StateStore(client("s3"), "state-bucket", "state"), own=True)
    for feed in load(FEEDS.format(url=url)).feeds:
        assert there.refresh(feed, datetime.fromisoformat(NOW)).problems == ()
    text = "feeds: [{name: team, sources: ['https://calendar.example.org/x.ics']}]"
    client("s3").put_object(Bucket="state-bucket", Key="config/feeds.yaml", Body=text.encode())
    return stack


def test_a_stack_loses_what_it_does_not_configure(deployed: str) -> None:
    before = objects()
    result = run("retire", "old", "--stack", deployed, "--region", REGION, "--yes")
    assert (result.exit_code, result.stdout) == (0, "old: 4 files, with its views old-busy\ntook down old\n")
    gone = set(before) - set(objects())
    assert {key.rpartition("/")[2] for key in gone} == {
        *("old", "old.ics", "old.ics.gz", "old.html"),
        *("old-busy.ics", "old-busy.ics.gz", "old-busy.html"),
    }
    assert {"state/feeds/old", "state/history/old"} <= gone


def test_what_a_stack_configures_stays(deployed: str) -> None:
    before = objects()
    assert run("retire", "team", "--stack", deployed, "--region", REGION, "--yes").exit_code == 2
    assert objects() == before


def test_push_says_what_is_not_configured_any_more_and_takes_nothing_down(deployed: str, tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("feeds: [{name: team, sources: ['https://calendar.example.org/x.ics']}]")
    before = set(objects())
    result = CliRunner().invoke(main, ["push", str(file), "--stack", deployed, "--region", REGION])
    assert "in no configuration file of the stack: old; to take down: calsieve retire old --stack home" in result.stderr
    assert set(objects()) == before
