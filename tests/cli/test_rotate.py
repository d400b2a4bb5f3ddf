"""``calsieve rotate``, on this machine and in a stack."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calsieve.cli.main import main
from calsieve.paths import OPERATOR
from tests.cli.calendars import calendar, event
from tests.cli.stacks import REGION, client

NOW = "2026-05-13T12:00Z"
FEEDS = """\
feeds:
  - name: team
    page: yes
    sources: ["https://calendar.example.org/team.ics"]
"""


def run(*arguments: str) -> Result:
    return CliRunner().invoke(main, [*arguments, "--now", NOW], catch_exceptions=False)


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory to which the feed ``team`` was published."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path / "state"))
    (tmp_path / "team.ics").write_bytes(calendar(event("1", "20260520")))
    (tmp_path / "feeds.yaml").write_text(f"feeds: [{{name: team, sources: ['{(tmp_path / 'team.ics').as_uri()}']}}]")
    refreshed()
    return tmp_path


def refreshed(now: str = NOW) -> str:
    """Refresh, and return the path that is told."""
    arguments = ["refresh", "--config", "feeds.yaml", "--to", "public", "--now", now]
    result = CliRunner().invoke(main, arguments, catch_exceptions=False)
    assert result.exit_code == 0, result.stderr
    return address(result)


def address(result: Result) -> str:
    """Return the first address or path that is told: the feed's, if there are others."""
    return re.findall(r"\S*[0-9a-f]{32}/\S+", result.stdout)[0]


def test_the_new_address_is_told_and_comes_with_the_next_refresh(here: Path) -> None:
    old = refreshed()
    result = run("rotate", "team", "--to", "public")
    assert result.exit_code == 0
    new = address(result)
    assert new != old
    assert "works until 12 June 2026, 12:00 UTC" in result.stdout
    assert not (here / "public" / new).exists()
    assert refreshed() == new
    assert (here / "public" / new).read_bytes() == (here / "public" / old).read_bytes()
    assert refreshed("2026-06-12T12:00Z") == new
    assert not (here / "public" / old).parent.exists()


def test_without_an_overlap_the_old_address_goes_with_the_next_refresh(here: Path) -> None:
    old = refreshed()
    result = run("rotate", "team", "--to", "public", "--overlap", "0d")
    assert "nothing is at the old address" in result.stdout
    assert refreshed() == address(result)
    assert not (here / "public" / old).parent.exists()


def test_of_the_operators_page_the_page_is_told(here: Path) -> None:
    page = address(run("rotate", OPERATOR, "--to", "public"))
    refreshed()
    assert page.endswith(f"/{OPERATOR}.html")
    assert (here / "public" / page).exists()


def test_a_name_that_is_not_published_is_told_and_changes_nothing(here: Path) -> None:
    before = {path: path.read_bytes() for path in here.rglob("*") if path.is_file()}
    result = run("rotate", "taem", "--to", "public")
    assert result.exit_code == 2
    assert "'taem'" in result.stderr
    assert {path: path.read_bytes() for path in here.rglob("*") if path.is_file()} == before


@pytest.mark.parametrize(
    ("options", "words"),
    [
        ([], "--stack NAME, or --to PLACE"),
        (["--to", "public", "--stack", "home"], "--stack NAME, or --to PLACE"),
        (["--to", "public", "--overlap", "all"], "for ever"),
        (["--to", "public", "--overlap", "soon"], "30d"),
    ],
)
def test_what_cant_be_meant_is_told(options: list[str], words: str) -> None:
    result = run("rotate", "team", *options)
    assert result.exit_code == 2
    assert words in result.stderr


# ── in a stack ──


@pytest.fixture
def pushed(stack: str) -> str:
    client("s3").put_object(Bucket="state-bucket", Key="config/feeds.yaml", Body=FEEDS.encode())
    return stack


def in_stack(name: str, stack: str, *more: str) -> Result:
    return run("rotate", name, "--stack", stack, "--region", REGION, *more)


def links(tmp_path: Path, stack: str) -> str:
    file = tmp_path / "feeds.yaml"
    file.write_text(FEEDS)
    arguments = ["links", str(file), "--stack", stack, "--region", REGION]
    return CliRunner().invoke(main, arguments, catch_exceptions=False).stdout


def test_links_tells_the_new_address(pushed: str, tmp_path: Path) -> None:
    before = links(tmp_path, pushed)
    result = in_stack("team", pushed)
    assert result.exit_code == 0
    assert address(result).startswith("webcal://cdn.example.org/")
    assert address(result) not in before
    assert address(result) in links(tmp_path, pushed)


def test_the_stack_is_given_its_configuration_again(pushed: str) -> None:
    place = {"Bucket": "state-bucket", "Key": "config/feeds.yaml"}
    client("s3").put_bucket_versioning(Bucket="state-bucket", VersioningConfiguration={"Status": "Enabled"})
    in_stack("team", pushed)
    versions = client("s3").list_object_versions(Bucket="state-bucket", Prefix=place["Key"])["Versions"]
    assert len(versions) == 2
    assert client("s3").get_object(**place)["Body"].read() == FEEDS.encode()


def test_the_operators_page_can_be_rotated_too(pushed: str, tmp_path: Path) -> None:
    result = in_stack(OPERATOR, pushed)
    assert address(result).startswith("https://cdn.example.org/")
    assert address(result).endswith(f"/{OPERATOR}.html")
    assert address(result) in links(tmp_path, pushed)


def test_a_name_that_the_stack_does_not_have_is_told(pushed: str) -> None:
    result = in_stack("taem", pushed)
    assert result.exit_code == 2
    assert "only _operator, team" in result.stderr
