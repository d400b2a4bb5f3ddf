"""What people are told by a deployed stack: notices of changes, and the operator's page of all feeds."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree as ET

import pytest

from tests.cloud.processes import wait_for
from tests.cloud.stack import NAME, Stack, is_denied
from tests.cloud.upstream import Upstream, calendar

ATOM = "{http://www.w3.org/2005/Atom}"
FEEDS = """\
feeds:
- name: club
  title: The club
  notices: {{ahead: 14d, mail: yes}}
  sources: ['{base}/club.ics?key=s3cret']
- {{name: quiet, sources: [{{name: one, url: '{base}/quiet.ics'}}, {{name: gone, url: '{base}/gone.ics'}}]}}
"""


@dataclass
class Reader:
    """A queue that is subscribed to the notices."""

    sqs: Any
    url: str

    def notices(self) -> list[dict[str, Any]]:
        answer = self.sqs.receive_message(QueueUrl=self.url, MaxNumberOfMessages=10, VisibilityTimeout=0)
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]


@pytest.fixture(scope="module")
def reader(stack: Stack) -> Iterator[Reader]:
    sns, sqs = stack.aws.client("sns"), stack.aws.client("sqs")
    url = sqs.create_queue(QueueName="reader")["QueueUrl"]
    arn = sqs.get_queue_attributes(QueueUrl=url, AttributeNames=["QueueArn"])["Attributes"]["QueueArn"]
    topic = stack.outputs["NoticeTopic"]
    sqs.set_queue_attributes(QueueUrl=url, Attributes={"Policy": json.dumps(_from(topic, arn))})
    subscription = sns.subscribe(
        TopicArn=topic,
        Protocol="sqs",
        Endpoint=arn,
        Attributes={"FilterPolicy": json.dumps({"feed": ["club"]})},
        ReturnSubscriptionArn=True,
    )["SubscriptionArn"]
    yield Reader(sqs, url)
    sns.unsubscribe(SubscriptionArn=subscription)
    sqs.delete_queue(QueueUrl=url)


@pytest.fixture(scope="module")
def paths(stack: Stack, sources: Upstream, reader: Reader) -> dict[str, str]:
    """Push feeds.yaml, wait until all is there, change a calendar, and push again: the paths without their ends."""
    sources.calendars["/club.ics?key=s3cret"] = calendar("training")
    sources.calendars["/quiet.ics"] = calendar("silence")
    found = stack.push(FEEDS.format(base=sources.base))
    wait_for("both are there", lambda: stack.shows(found["club"], "training") and stack.shows(found["quiet"], "s"), 30)
    sources.calendars["/club.ics?key=s3cret"] = calendar("training", "summer party")
    stack.push(FEEDS.format(base=sources.base))
    wait_for("the change is there", lambda: stack.shows(found["club"], "summer party"), 30)
    return {name: path.rsplit(".", 1)[0] for name, path in found.items()}


def test_a_change_arrives_as_one_message(stack: Stack, reader: Reader, paths: dict[str, str]) -> None:
    (notice,) = wait_for("the notice", reader.notices, 20)
    assert notice["Subject"] == "The club: New: summer party"
    assert notice["Message"].startswith("New: summer party\n  ")
    assert notice["MessageAttributes"]["feed"]["Value"] == "club"
    assert "s3cret" not in repr(notice)


def test_the_atom_feed_lies_beside_the_calendar(stack: Stack, paths: dict[str, str]) -> None:
    answer = wait_for("the Atom feed", lambda: _good(stack.read(f"{paths['club']}.atom")), 10)
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    (entry,) = ET.fromstring(answer.content).findall(f"{ATOM}entry")
    assert (entry.findtext(f"{ATOM}title") or "").startswith("New: summer party (")
    assert "s3cret" not in answer.text
    assert not stack.read(f"{paths['quiet']}.atom").ok


def test_the_page_lies_beside_the_calendar(stack: Stack, paths: dict[str, str]) -> None:
    answer = stack.read(f"{paths['club']}.html")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert "summer party" in answer.text
    assert f"webcal://{stack.outputs['HttpsBase'].removeprefix('https://')}/{paths['club']}.ics" in answer.text
    assert "s3cret" not in answer.text


def test_the_operators_page_shows_all_feeds_and_leads_to_them(stack: Stack, paths: dict[str, str]) -> None:
    stack.invoke("OverviewFunction")
    answer = stack.read(paths["_operator"] + ".html")
    assert answer.headers["Content-Type"] == "text/html; charset=utf-8"
    assert f'href="../{paths["club"]}.html"' in answer.text
    assert "gone" in answer.text
    assert "s3cret" not in answer.text


def test_the_stylesheet_of_the_pages_is_there(stack: Stack, paths: dict[str, str]) -> None:
    page = stack.read(paths["_operator"] + ".html").text
    (style,) = [part.split('"')[0] for part in page.split('href="../')[1:] if part.startswith("style-")]
    assert stack.read(style).headers["Content-Type"] == "text/css; charset=utf-8"


def test_the_oldest_failure_is_measured(stack: Stack, paths: dict[str, str]) -> None:
    stack.invoke("OverviewFunction")
    measured = [line for line in stack.log("overview") if "OldestFailure" in line]
    assert measured[-1]["FeedInTrouble"] == [1.0]
    assert 0 < measured[-1]["OldestFailure"][0] < 600


def test_the_status_is_told_on_the_command_line(stack: Stack, paths: dict[str, str]) -> None:
    club, quiet = (one for one in stack.status() if one["state"] != "not configured")  # those of other tests
    assert (club["feed"], club["state"], club["events_out"]) == ("club", "in order", 2)
    assert (quiet["feed"], quiet["state"], [one["source"] for one in quiet["failing"]]) == (
        "quiet",
        "failing",
        ["gone"],
    )


def test_a_rotated_calendar_goes_with_all_that_is_beside_it(stack: Stack, paths: dict[str, str]) -> None:
    new = stack.rotate("quiet").removesuffix(".ics")
    assert new != paths["quiet"]
    wait_for("it is there", lambda: stack.shows(f"{new}.ics", "silence") and stack.read(f"{new}.html").ok, 30)
    wait_for("the old is gone", lambda: not any(stack.read(paths["quiet"] + end).ok for end in (".ics", ".html")), 30)
    stack.invoke("OverviewFunction")
    page = stack.read(paths["_operator"] + ".html").text
    assert f"../{new}.html" in page
    assert paths["quiet"] not in page


def test_overview_can_read_neither_calendars_nor_secrets(stack: Stack, paths: dict[str, str]) -> None:
    credentials = stack.role("OverviewRole")
    objects, state = stack.aws.client("s3", credentials), stack.outputs["StateBucket"]
    published = stack.outputs["PublishedBucket"]
    assert objects.get_object(Bucket=state, Key="state/history/club")["Body"].read()
    is_denied(objects.get_object, Bucket=state, Key="state/feeds/club")
    is_denied(objects.put_object, Bucket=state, Key="state/history/club", Body=b"")
    is_denied(objects.put_object, Bucket=state, Key="state/path-key", Body=b"")
    is_denied(objects.get_object, Bucket=published, Key=f"{paths['club']}.ics")
    is_denied(objects.put_object, Bucket=published, Key=f"{paths['club']}.html", Body=b"")
    is_denied(objects.delete_object, Bucket=published, Key=f"{paths['club']}.ics")
    is_denied(stack.aws.client("ssm", credentials).get_parameter, Name=f"/{NAME}/TEAM_URL")
    is_denied(stack.aws.client("sns", credentials).publish, TopicArn=stack.outputs["NoticeTopic"], Message="x")


def test_only_refresh_sends_notices_and_it_raises_no_alarms(stack: Stack, paths: dict[str, str]) -> None:
    alarms = stack.outputs["AlarmTopic"]
    is_denied(stack.aws.client("sns", stack.role("RefreshRole")).publish, TopicArn=alarms, Message="x")
    notices = stack.outputs["NoticeTopic"]
    is_denied(stack.aws.client("sns", stack.role("DispatchRole")).publish, TopicArn=notices, Message="x")


def test_its_log_holds_no_address(stack: Stack, sources: Upstream, paths: dict[str, str]) -> None:
    log = repr(stack.log("overview"))
    assert sources.base not in log
    assert all(path.split("/")[0] not in log for path in paths.values())


def _from(topic: str, queue: str) -> dict[str, Any]:
    """Return the policy of a queue that lets a topic send to it."""
    allowed = {"Effect": "Allow", "Principal": {"Service": "sns.amazonaws.com"}, "Action": "sqs:SendMessage"}
    source = {"Condition": {"ArnEquals": {"aws:SourceArn": topic}}}
    return {"Version": "2012-10-17", "Statement": [{**allowed, "Resource": queue, **source}]}


def _good(answer: Any) -> Any:
    return answer if answer.ok else None
