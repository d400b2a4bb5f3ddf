"""``calsieve push`` and ``links`` against moto's SSM and S3, and a CloudFormation that only describes stacks."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from calsieve.adapters.keyring import Keyring
from calsieve.cli.main import main
from calsieve.cli.stack import Stack
from tests.cli.stacks import REGION, CloudFormation, client

URL = "https://calendar.example.org/private-abc/basic.ics"
FEEDS = """\
feeds:
  - name: work
    title: Work
    sources: ["env:WORK_URL"]  # from the office
  - name: team
    sources:
      - url: https://calendar.example.org/team.ics
        basic: {user: jane, password: env:TEAM_PASSWORD}
"""


@pytest.fixture(autouse=True)
def secrets(aws: None, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("WORK_URL", URL)
    monkeypatch.setenv("TEAM_PASSWORD", "hunter2")


@pytest.fixture
def feeds(tmp_path: Path) -> Path:
    file = tmp_path / "feeds.yaml"
    file.write_text(FEEDS)
    return file


def run(command: str, feeds: Path, stack: str, *more: str) -> Result:
    arguments = [command, str(feeds), "--stack", stack, "--region", REGION, *more]
    return CliRunner().invoke(main, arguments, catch_exceptions=False)


def test_secrets_are_stored_encrypted_under_the_stacks_name(feeds: Path, stack: str) -> None:
    result = run("push", feeds, stack)
    assert result.exit_code == 0, result.stderr
    stored = client("ssm").get_parameter(Name="/home/WORK_URL", WithDecryption=True)["Parameter"]
    assert (stored["Type"], stored["Value"]) == ("SecureString", URL)
    assert client("ssm").get_parameter(Name="/home/TEAM_PASSWORD", WithDecryption=True)


def test_what_is_in_the_keyring_is_stored_apart(
    feeds: Path, stack: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("XDG_DATA_HOME", str(tmp_path))
    Keyring(tmp_path / "calsieve").put({"WORK_URL": "https://kept.example.org/"})
    feeds.write_text(FEEDS.replace("env:TEAM_PASSWORD", "keyring:WORK_URL"))
    result = run("push", feeds, stack)
    assert result.exit_code == 0, result.stderr
    values = [
        client("ssm").get_parameter(Name=name, WithDecryption=True)["Parameter"]["Value"]
        for name in ("/home/WORK_URL", "/home/keyring/WORK_URL")
    ]
    assert values == [URL, "https://kept.example.org/"]
    body = client("s3").get_object(Bucket="state-bucket", Key="config/feeds.yaml")["Body"].read().decode()
    assert "ssm:/home/keyring/WORK_URL" in body


def test_the_configuration_refers_to_the_stored_secrets(feeds: Path, stack: str) -> None:
    run("push", feeds, stack)
    body = client("s3").get_object(Bucket="state-bucket", Key="config/feeds.yaml")["Body"].read().decode()
    expected = FEEDS.replace("env:WORK_URL", "ssm:/home/WORK_URL")
    assert body == expected.replace("env:TEAM_PASSWORD", "ssm:/home/TEAM_PASSWORD")


def test_no_secret_is_printed(feeds: Path, stack: str) -> None:
    result = run("push", feeds, stack)
    assert "hunter2" not in result.output
    assert URL not in result.output
    assert "stored env:WORK_URL as ssm:/home/WORK_URL" in result.stderr


def test_each_feed_gets_its_link(feeds: Path, stack: str) -> None:
    lines = run("push", feeds, stack).stdout.split("\n")
    assert lines[0] == "work: Work"
    assert lines[1].startswith("  webcal://cdn.example.org/")
    assert lines[1].endswith("/work.ics")
    assert lines[3].endswith("/team.ics")


def test_links_stay_the_same(feeds: Path, stack: str) -> None:
    pushed, again = run("push", feeds, stack), run("links", feeds, stack)
    assert again.stdout == pushed.stdout
    assert client("s3").get_object(Bucket="state-bucket", Key="state/path-key")


@pytest.mark.parametrize("command", ["push", "links"])
def test_a_key_that_was_lost_is_not_replaced(feeds: Path, stack: str, command: str) -> None:
    client("s3").put_object(Bucket="published-bucket", Key=f"{'0' * 32}/team.ics", Body=b"")
    result = run(command, feeds, stack)
    assert result.exit_code == 1
    assert "calendars are published there, but the path-key" in result.stderr
    assert client("s3").list_objects_v2(Bucket="state-bucket").get("Contents", []) == []


def test_a_missing_variable_stores_nothing(feeds: Path, stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("TEAM_PASSWORD")
    result = run("push", feeds, stack)
    assert result.exit_code == 1
    assert "env:TEAM_PASSWORD" in result.stderr
    assert client("ssm").describe_parameters()["Parameters"] == []


def test_a_bad_configuration_is_told_before_anything_is_done(tmp_path: Path) -> None:
    file = tmp_path / "feeds.yaml"
    file.write_text("feeds:\n  - name: work\n")
    result = run("push", file, "home")
    assert result.exit_code == 2
    assert result.stderr.startswith(f"{file}:2: feeds[0]")


def test_a_missing_stack_is_said_plainly(feeds: Path) -> None:
    result = run("push", feeds, "nowhere")
    assert result.exit_code == 1
    assert "there is no stack nowhere in this region and account" in result.stderr


def test_another_stack_is_not_taken_for_ours(feeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(CloudFormation.stacks, "website", {"Bucket": "x"})
    assert "has no output StateBucket, PublishedBucket, WebcalBase, HttpsBase" in run("push", feeds, "website").stderr


def test_missing_credentials_are_said_plainly(feeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with monkeypatch.context() as patched:  # moto wants its own back in the end
        for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY", "AWS_SESSION_TOKEN"):
            patched.delenv(name, raising=False)
        result = run("push", feeds, "home")
    assert (result.exit_code, "no AWS credentials" in result.stderr) == (1, True)


def test_a_missing_region_is_said_plainly(feeds: Path) -> None:
    result = CliRunner().invoke(main, ["push", str(feeds), "--stack", "home"], catch_exceptions=False)
    assert (result.exit_code, "no AWS region is set" in result.stderr) == (1, True)


def test_a_missing_profile_is_said_plainly(feeds: Path) -> None:
    assert "there is no AWS profile nobody" in run("push", feeds, "home", "--profile", "nobody").stderr


def test_an_endpoint_that_does_not_answer_is_said_plainly(feeds: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AWS_MAX_ATTEMPTS", "1")
    result = run("push", feeds, "home", "--endpoint-url", "http://127.0.0.1:1")
    assert (result.exit_code, "check the network" in result.stderr) == (1, True)


# ── the operator's page, and who gets mails ──


def test_the_operators_page_has_an_address_of_its_own(feeds: Path, stack: str) -> None:
    lines = run("links", feeds, stack).stdout.splitlines()
    assert lines[-2] == "all feeds, for you alone"
    assert re.fullmatch(r"  https://cdn\.example\.org/[0-9a-f]{32}/_operator\.html", lines[-1])
    assert lines[-1].split("/")[3] not in {line.split("/")[3] for line in lines[1:-2:2]}


def test_the_key_is_there_before_the_configuration(feeds: Path, stack: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """Who is told of the new configuration may look for it at once."""
    there: list[str] = []

    def upload(self: Stack, file: str, text: str) -> None:
        there.extend(item["Key"] for item in client("s3").list_objects_v2(Bucket="state-bucket").get("Contents", []))

    monkeypatch.setattr(Stack, "upload_config", upload)
    run("push", feeds, stack)
    assert there == ["state/path-key"]


@pytest.fixture
def topic(monkeypatch: pytest.MonkeyPatch, stack: str) -> str:
    """Have a topic for notices in the stack."""
    arn = str(client("sns").create_topic(Name="notices")["TopicArn"])
    monkeypatch.setitem(CloudFormation.stacks, stack, CloudFormation.stacks[stack] | {"NoticeTopic": arn})
    return arn


MAIL = FEEDS.replace("    title: Work\n", "    title: Work\n    notices: {mail: yes}\n")


def test_mails_that_nobody_gets_are_told_of(feeds: Path, stack: str, topic: str) -> None:
    feeds.write_text(MAIL)
    result = run("push", feeds, stack)
    assert result.exit_code == 0
    assert (
        f"nobody gets the mails of work so far: deploy with NoticeEmail=you@example.org, or subscribe to {topic}"
        in (result.stderr)
    )


def test_nothing_is_told_if_somebody_gets_them(feeds: Path, stack: str, topic: str) -> None:
    feeds.write_text(MAIL)
    client("sns").subscribe(TopicArn=topic, Protocol="sqs", Endpoint="arn:aws:sqs:eu-central-1:1:q")
    assert "nobody" not in run("push", feeds, stack).stderr


def test_nothing_is_told_if_no_feed_has_mails(feeds: Path, stack: str, topic: str) -> None:
    assert "nobody" not in run("push", feeds, stack).stderr


def test_an_older_stack_has_no_topic(feeds: Path, stack: str) -> None:
    feeds.write_text(MAIL)
    assert "nobody" not in run("push", feeds, stack).stderr


# ── several files ──


def files_there() -> list[str]:
    listed = client("s3").list_objects_v2(Bucket="state-bucket", Prefix="config/").get("Contents", [])
    return [item["Key"].removeprefix("config/") for item in listed]


@pytest.fixture
def clubs(tmp_path: Path) -> Path:
    file = tmp_path / "clubs.yml"
    file.write_text("feeds: [{name: choir, sources: ['env:WORK_URL'], views: [{name: choir-busy, show: busy}]}]")
    return file


def test_each_file_is_known_by_its_name(feeds: Path, clubs: Path, stack: str) -> None:
    result = run("push", feeds, stack, str(clubs))
    assert result.exit_code == 0, result.stderr
    assert files_there() == ["clubs.yaml", "feeds.yaml"]
    for name in ("work", "team", "choir", "choir-busy"):
        assert f"/{name}.ics" in result.stdout
    assert run("links", feeds, stack, str(clubs)).stdout == result.stdout


def test_files_that_are_not_given_stay_and_one_can_be_taken_away(feeds: Path, clubs: Path, stack: str) -> None:
    run("push", feeds, stack)
    run("push", clubs, stack)
    assert files_there() == ["clubs.yaml", "feeds.yaml"]
    assert run("push", feeds, stack, "--remove", "clubs.yaml").exit_code == 0
    assert files_there() == ["feeds.yaml"]


@pytest.mark.parametrize("name", ["team", "choir-busy"])
def test_a_name_that_stands_in_two_files_is_refused_and_nothing_done(
    feeds: Path, clubs: Path, stack: str, name: str, tmp_path: Path
) -> None:
    run("push", feeds, stack, str(clubs))
    third = tmp_path / "third.yaml"
    third.write_text(f"feeds: [{{name: {name}, sources: ['env:NEW_URL']}}]")
    result = CliRunner(env={"NEW_URL": URL}).invoke(main, ["push", str(third), "--stack", stack, "--region", REGION])
    assert result.exit_code == 1
    assert f"{name} stands in " in result.stderr
    assert "and in third.yaml" in result.stderr
    assert files_there() == ["clubs.yaml", "feeds.yaml"]
    assert all("NEW_URL" not in one["Name"] for one in client("ssm").describe_parameters()["Parameters"])


def test_a_feed_can_move_into_another_file(feeds: Path, clubs: Path, stack: str) -> None:
    run("push", feeds, stack)
    clubs.write_text(FEEDS)
    assert run("push", clubs, stack, "--remove", "feeds.yaml").exit_code == 0
    assert files_there() == ["clubs.yaml"]


def test_a_file_that_the_stack_does_not_have_cant_be_taken_away(feeds: Path, stack: str) -> None:
    for file in ("nothing.yaml", "feeds.yaml"):
        assert f"can't lose {file}" in run("push", feeds, stack, "--remove", file).stderr


@pytest.mark.parametrize("name", ["My Feeds.yaml", "Ärzte.yaml", ".yaml"])
def test_a_file_has_to_have_a_name_that_the_stack_can_know_it_by(tmp_path: Path, stack: str, name: str) -> None:
    file = tmp_path / name
    file.write_text(FEEDS)
    result = run("push", file, stack)
    assert (result.exit_code, "call it something like teams.yaml" in result.stderr) == (1, True)


def test_two_files_of_one_name_are_refused(feeds: Path, tmp_path: Path, stack: str) -> None:
    (tmp_path / "other").mkdir()
    other = tmp_path / "other" / "feeds.yaml"
    other.write_text("feeds: [{name: choir, sources: ['env:WORK_URL']}]")
    assert "has the same name" in run("push", feeds, stack, str(other)).stderr
