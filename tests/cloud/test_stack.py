"""The deployed stack, from feeds.yaml to the phone. One story: the tests run in this order."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from itertools import count

import icalendar
import pytest

from calsieve.core.schedule import Enrolled, due, enrolled
from calsieve.models import Feed, Policy, Secret, Source
from tests.cloud.processes import wait_for
from tests.cloud.stack import NAME, Stack, is_denied
from tests.cloud.upstream import Upstream, calendar

_TICK = timedelta(minutes=1)


@pytest.fixture(scope="module")
def clocks() -> list[str]:
    """Names of five feeds with `schedule: 5m`, of which one has its turn in the middle of each minute."""
    minute = datetime(2026, 1, 1, tzinfo=UTC)
    return [
        next(name for n in count() if due([_every_5_minutes(name := f"clock-{n}")], minute + k * _TICK, _TICK / 2))
        for k in (0.75, 1.75, 2.75, 3.75, 4.75)
    ]


def _every_5_minutes(name: str) -> Enrolled:
    source = Source(name="a", url=Secret("literal", "https://example.org"))
    return enrolled(Feed(name=name, sources=(source,), policy=Policy(refresh_every=timedelta(minutes=5))))


@pytest.fixture(scope="module")
def feeds(sources: Upstream, clocks: list[str]) -> str:
    lines = [
        "defaults: {schedule: 5m}",
        "feeds:",
        "- {name: team, sources: ['env:TEAM_URL']}",
        f"- {{name: broken, sources: ['{sources.base}/broken.ics']}}",
        *(f"- {{name: {name}, sources: ['{sources.base}/clock.ics']}}" for name in clocks),
    ]
    return "\n".join(lines) + "\n"


@pytest.fixture(scope="module")
def paths(stack: Stack, sources: Upstream, feeds: str) -> dict[str, str]:
    """Push feeds.yaml: the paths of the feeds."""
    sources.calendars["/team.ics?key=s3cret"] = calendar("match", history=500)
    sources.calendars["/clock.ics"] = calendar("first")
    return stack.push(feeds, TEAM_URL=f"{sources.base}/team.ics?key=s3cret")


def test_a_pushed_configuration_takes_effect_at_once(stack: Stack, paths: dict[str, str]) -> None:
    wait_for("the feed appears", lambda: stack.shows(paths["team"], "SUMMARY:match"), 20)
    assert "change" in [line.get("because") for line in stack.log("dispatch")]


def test_another_parser_reads_the_feed_and_finds_it_trimmed(stack: Stack, paths: dict[str, str]) -> None:
    read = icalendar.Calendar.from_ical(stack.read(paths["team"]).content)
    assert [str(event["SUMMARY"]) for event in read.walk("VEVENT")] == ["match"]
    assert not read.errors


def test_the_cdn_says_what_the_feed_is_and_how_long_it_is_good(stack: Stack, paths: dict[str, str]) -> None:
    headers = stack.read(paths["team"]).headers
    assert headers["Content-Type"] == "text/calendar; charset=utf-8"
    assert "max-age=75," in headers["Cache-Control"]  # a quarter of 5 minutes
    assert headers["Vary"] == "Accept-Encoding"
    assert headers["X-Robots-Tag"] == "noindex"
    assert headers["Strict-Transport-Security"]


def test_the_cdn_gives_gzip_to_who_takes_it(stack: Stack, paths: dict[str, str]) -> None:
    plain, packed = stack.read(paths["team"]), stack.read(paths["team"], Accept_Encoding="gzip, br")
    assert "Content-Encoding" not in plain.headers
    assert packed.headers["Content-Encoding"] == "gzip"
    assert packed.content == plain.content  # requests has unpacked it
    raw = stack.read(paths["team"] + ".gz")
    assert raw.headers["ETag"] == packed.headers["ETag"] != plain.headers["ETag"]


@pytest.mark.parametrize("encoding", ["identity", "gzip"])
def test_the_cdn_sends_an_unchanged_feed_once(stack: Stack, paths: dict[str, str], encoding: str) -> None:
    first = stack.read(paths["team"], Accept_Encoding=encoding)
    again = stack.read(paths["team"], Accept_Encoding=encoding, If_None_Match=first.headers["ETag"])
    assert (again.status_code, again.content) == (304, b"")


@pytest.mark.parametrize("path", ["", "?list-type=2", "?prefix=", "/", "nowhere/", "nowhere.ics"])
def test_what_is_not_there_lists_nothing(stack: Stack, paths: dict[str, str], path: str) -> None:
    answer = stack.read(path)
    assert answer.status_code in (403, 404)  # the emulator says 403 where S3 says 404
    assert paths["team"].split("/")[0] not in answer.text
    assert "ListBucketResult" not in answer.text


def test_the_schedule_refreshes_feeds_by_itself(
    stack: Stack, sources: Upstream, clocks: list[str], paths: dict[str, str]
) -> None:
    wait_for("all are there", lambda: all(stack.shows(paths[name], "first") for name in clocks), 20)
    sources.calendars["/clock.ics"] = calendar("first", "second")
    wait_for("one shows the change", lambda: any(stack.shows(paths[name], "second") for name in clocks), 150)
    assert "tick" in [line.get("because") for line in stack.log("dispatch")]


def test_a_broken_upstream_ends_as_a_dead_letter_after_three_tries(stack: Stack, paths: dict[str, str]) -> None:
    wait_for("the dead letter", lambda: "broken" in [letter["feed"] for letter in stack.dead_letters()], 60)
    failed = [line for line in stack.log("refresh") if line.get("message") == "failed" and line["feed"] in paths]
    assert {line["feed"] for line in failed} == {"broken"}
    assert len(failed) >= 3


def test_what_was_given_up_is_tried_again_when_it_is_mended(
    stack: Stack, sources: Upstream, paths: dict[str, str]
) -> None:
    sources.calendars["/broken.ics"] = calendar("mended")
    assert stack.redrive("broken") == "broken\n"
    wait_for("it is there", lambda: stack.shows(paths["broken"], "SUMMARY:mended"), 20)
    assert "published" in [line["message"] for line in stack.log("refresh") if line.get("feed") == "broken"]
    assert "broken" not in [letter["feed"] for letter in stack.dead_letters()]


def test_the_dashboard_shows_this_stack(stack: Stack) -> None:
    name = stack.outputs["Dashboard"].rsplit("/", 1)[1]
    body = json.loads(stack.aws.client("cloudwatch").get_dashboard(DashboardName=name)["DashboardBody"])
    text = json.dumps(body)
    assert "${" not in text
    for shown in (NAME, stack.outputs["RefreshFunction"], stack.outputs["DeadLetterQueueUrl"].rsplit("/", 1)[1]):
        assert f'"{shown}"' in text
    stack.invoke("DispatchFunction")  # the emulator measures what is called like this
    measured = stack.aws.client("cloudwatch").list_metrics(Namespace="AWS/Lambda")["Metrics"]
    functions = {one["Value"] for metric in measured for one in metric["Dimensions"] if one["Name"] == "FunctionName"}
    assert stack.outputs["DispatchFunction"] in functions


def test_logs_hold_no_address(stack: Stack, sources: Upstream, paths: dict[str, str]) -> None:
    for function in ("dispatch", "refresh"):
        log = repr(stack.log(function))
        assert sources.base not in log
        assert "s3cret" not in log
        assert paths["team"].split("/")[0] not in log


def test_a_new_feed_appears_before_the_next_tick(
    stack: Stack, sources: Upstream, feeds: str, paths: dict[str, str]
) -> None:
    sources.calendars["/late.ics"] = calendar("newcomer")
    new = feeds + f"- {{name: late, schedule: 7d, sources: ['{sources.base}/late.ics']}}\n"
    late = stack.push(new, TEAM_URL=f"{sources.base}/team.ics?key=s3cret")["late"]
    wait_for("the feed appears", lambda: stack.shows(late, "SUMMARY:newcomer"), 20)


def test_a_configuration_that_cant_be_used_is_counted_and_changes_nothing(stack: Stack, paths: dict[str, str]) -> None:
    objects = stack.aws.client("s3")
    place = {"Bucket": stack.outputs["StateBucket"], "Key": "config/feeds.yaml"}
    good = objects.get_object(**place)["Body"].read()
    objects.put_object(**place, Body=b"feeds: [{nome: a}]")
    wait_for("it is counted", lambda: any("ConfigurationInvalid" in line for line in stack.log("dispatch")), 20)
    assert stack.shows(paths["team"], "SUMMARY:match")
    objects.put_object(**place, Body=good)


def test_dispatch_can_read_configurations_and_nothing_else(stack: Stack, paths: dict[str, str]) -> None:
    credentials = stack.role("DispatchRole")
    objects = stack.aws.client("s3", credentials)
    state = stack.outputs["StateBucket"]
    assert objects.get_object(Bucket=state, Key="config/feeds.yaml")["Body"].read()
    is_denied(objects.get_object, Bucket=state, Key="state/path-key")
    is_denied(objects.get_object, Bucket=stack.outputs["PublishedBucket"], Key=paths["team"])
    is_denied(objects.put_object, Bucket=state, Key="config/feeds.yaml", Body=b"")
    is_denied(stack.aws.client("ssm", credentials).get_parameter, Name=f"/{NAME}/TEAM_URL")
    is_denied(stack.aws.client("secretsmanager", credentials).get_secret_value, SecretId=f"{NAME}/any")


def test_refresh_can_read_its_secrets_and_not_the_history_of_feeds_yaml(stack: Stack, paths: dict[str, str]) -> None:
    credentials = stack.role("RefreshRole")
    objects = stack.aws.client("s3", credentials)
    state = stack.outputs["StateBucket"]
    versions = stack.aws.client("s3").list_object_versions(Bucket=state, Prefix="config/")["Versions"]
    assert len(versions) > 1
    assert stack.aws.client("ssm", credentials).get_parameter(Name=f"/{NAME}/TEAM_URL", WithDecryption=True)
    is_denied(stack.aws.client("ssm", credentials).get_parameter, Name="/elsewhere/URL")
    is_denied(objects.get_object, Bucket=state, Key="config/feeds.yaml", VersionId=versions[-1]["VersionId"])
    is_denied(objects.put_object, Bucket=state, Key="config/feeds.yaml", Body=b"")
    is_denied(objects.delete_object, Bucket=state, Key="state/feeds/team")
