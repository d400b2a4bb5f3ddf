"""Each permission of each role is needed, and no other: one at a time is taken from the deployed role, the function
does all it is there for, and something of that is seen to fail.

Two kinds the emulator does not ask for: docs/permissions.md says which, and how else they are shown to be needed.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from itertools import count
from typing import Any

import pytest

from calsieve.adapters.s3 import S3StateStore
from calsieve.paths import OPERATOR, Place, path_key, rotate
from calsieve.wiring import STATE_PREFIX
from tests.cloud.permissions import Permission, document, permissions, without
from tests.cloud.processes import wait_for
from tests.cloud.stack import NAME, Stack
from tests.cloud.upstream import Upstream, calendar
from tests.template.test_permissions_page import listed
from tests.template.test_template import ROLES

_SHOWN_BY = listed()
ASKED_FOR = [one for role in ROLES for one in permissions(role) if _SHOWN_BY[one[:3]] == "removed"]
OTHERS = {role: [one for one in permissions(role) if one not in ASKED_FOR] for role in ROLES}

_numbers = count(1)


@pytest.fixture(scope="module", autouse=True)
def quiet(stack: Stack) -> Iterator[None]:
    """No refresh by the queue meanwhile. What is put there is gone at the end."""
    functions = stack.aws.client("lambda")
    (mapping,) = functions.list_event_source_mappings(FunctionName=stack.outputs["RefreshFunction"])[
        "EventSourceMappings"
    ]
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=False)
    yield
    stack.aws.client("sqs").purge_queue(QueueUrl=stack.outputs["RefreshQueueUrl"])
    functions.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)


# ── what each function is there for; each returns what of it failed ──


class Refreshing:
    """A feed of a public and two secret addresses: published, changed, told of, and rotated."""

    def __init__(self, stack: Stack, sources: Upstream) -> None:
        self._stack, self._sources = stack, sources
        self._name = f"probe-{next(_numbers)}"
        self._store = S3StateStore(stack.aws.client("s3"), stack.outputs["StateBucket"], STATE_PREFIX)

    def __call__(self) -> list[str]:
        self._configure()
        self._serve("first")
        failed = self._refresh()
        old = path_key(self._store, os.urandom).place(self._name, datetime.now(UTC)).stem
        self._serve("first", "second")
        failed += self._refresh()
        new = self._rotated().stem
        failed += self._refresh()
        there = {stem: self._stack.read(f"{stem}.ics").ok for stem in (old, new)}
        if there != {old: False, new: True}:
            failed.append("the calendar is not where it should be")
        return failed

    def _configure(self) -> None:
        address, name = f"{self._sources.base}/{self._name}", self._name
        self._stack.aws.client("ssm").put_parameter(Name=f"/{NAME}/{name}", Value=f"{address}/a", Type="SecureString")
        self._stack.aws.client("secretsmanager").create_secret(Name=f"{NAME}/{name}", SecretString=f"{address}/b")
        urls = [f"ssm:/{NAME}/{name}", f"secretsmanager:{NAME}/{name}", f"{address}/c"]
        feed = {"name": name, "page": True, "notices": {"ahead": "14d", "mail": True}, "sources": urls}
        configure(self._stack, feed)

    def _serve(self, *events: str) -> None:
        for letter in "abc":
            names = [f"{event}-{letter}" for event in events]
            self._sources.calendars[f"/{self._name}/{letter}"] = calendar(*names)

    def _rotated(self) -> Place:
        now = datetime.now(UTC)
        return rotate(self._store, self._name, now, now, os.urandom)

    def _refresh(self) -> list[str]:
        """Hand the function a message that says nothing of a configuration, so that it knows none by heart."""
        before = len(self._lines())
        record = {
            "messageId": "1",
            "body": json.dumps({"feed": self._name}),
            "attributes": {"ApproximateReceiveCount": "1"},
        }
        answer = invoke(self._stack, "RefreshFunction", {"Records": [record]})
        line = wait_for("the line of the log", lambda: self._lines()[before:], 20)[0]
        failed = [*line.get("why", [line["message"]])]
        return failed or ["failed"] if answer != {"batchItemFailures": []} else failed

    def _lines(self) -> list[dict[str, Any]]:
        return [line for line in self._stack.log("refresh") if line.get("feed") == self._name]


def dispatching(stack: Stack) -> list[str]:
    """Before there is a feeds.yaml, and with one."""
    place = {"Bucket": stack.outputs["StateBucket"], "Key": "config/feeds.yaml"}
    stack.aws.client("s3").delete_object(**place)
    failed = _failures(stack, "DispatchFunction")
    configure(stack, {"name": f"probe-{next(_numbers)}", "sources": ["https://calendar.example.org/"]})
    return failed + _failures(stack, "DispatchFunction")


def overseeing(stack: Stack) -> list[str]:
    """The page of a feed that was not refreshed yet, at a new address, with its stylesheet; nothing at the old one."""
    objects, published = stack.aws.client("s3"), stack.outputs["PublishedBucket"]
    store = S3StateStore(objects, stack.outputs["StateBucket"], STATE_PREFIX)
    configure(stack, {"name": f"probe-{next(_numbers)}", "sources": ["https://calendar.example.org/"]})
    now = datetime.now(UTC)
    old = path_key(store, os.urandom).place(OPERATOR, now).stem
    objects.put_object(Bucket=published, Key=f"{old}.html", Body=b"old")
    for key in _listed(stack, "style-"):
        objects.delete_object(Bucket=published, Key=key)
    new = rotate(store, OPERATOR, now, now, os.urandom).stem
    failed = _failures(stack, "OverviewFunction")
    there = [stack.read(f"{old}.html").ok, stack.read(f"{new}.html").ok, bool(_listed(stack, "style-"))]
    return failed if there == [False, True, True] else [*failed, "the page is not where it should be"]


def _listed(stack: Stack, prefix: str) -> list[str]:
    found = stack.aws.client("s3").list_objects_v2(Bucket=stack.outputs["PublishedBucket"], Prefix=prefix)
    return [one["Key"] for one in found.get("Contents", [])]


def configure(stack: Stack, *feeds: dict[str, Any]) -> None:
    body = json.dumps({"feeds": feeds}).encode()
    stack.aws.client("s3").put_object(Bucket=stack.outputs["StateBucket"], Key="config/feeds.yaml", Body=body)


def invoke(stack: Stack, function: str, event: dict[str, Any]) -> Any:
    answer = stack.aws.client("lambda").invoke(FunctionName=stack.outputs[function], Payload=json.dumps(event))
    payload = json.loads(answer["Payload"].read())
    return answer.get("FunctionError", payload)


def _failures(stack: Stack, function: str) -> list[str]:
    answer = invoke(stack, function, {})
    return [str(answer)] if answer else []


DOING: dict[str, Callable[[Stack, Upstream], list[str]]] = {
    "DispatchRole": lambda stack, _: dispatching(stack),
    "RefreshRole": lambda stack, sources: Refreshing(stack, sources)(),
    "OverviewRole": lambda stack, _: overseeing(stack),
}


@pytest.mark.parametrize("role", ROLES)
def test_with_all_of_them_everything_works(stack: Stack, sources: Upstream, role: str) -> None:
    assert DOING[role](stack, sources) == []


@pytest.mark.parametrize("permission", ASKED_FOR, ids=str)
def test_without_one_of_them_something_fails(stack: Stack, sources: Upstream, permission: Permission) -> None:
    with without(stack, [permission]):
        assert DOING[permission.role](stack, sources) != []


@pytest.mark.parametrize("role", ROLES)
def test_the_others_the_emulator_does_not_ask_for(stack: Stack, sources: Upstream, role: str) -> None:
    """If this fails, it has learned to: say so in docs/permissions.md, and it is asked for above."""
    with without(stack, OTHERS[role]):
        assert DOING[role](stack, sources) == []


def test_the_schedules_may_start_their_function_and_say_what_failed(stack: Stack) -> None:
    """SAM makes their roles."""
    iam, outputs = stack.aws.client("iam"), stack.outputs
    ours = {stack.role_name(role) for role in ROLES}
    made = [role for role in iam.list_roles()["Roles"] if NAME in role["RoleName"] and role["RoleName"] not in ours]
    granted = {
        (one["Action"], one["Resource"].rsplit(":", 1)[1])
        for role in made
        for policy in iam.list_role_policies(RoleName=role["RoleName"])["PolicyNames"]
        for one in document(stack, role["RoleName"], policy)["Statement"]
    }
    assert granted == {
        ("lambda:InvokeFunction", outputs["DispatchFunction"]),
        ("lambda:InvokeFunction", outputs["OverviewFunction"]),
        ("sqs:SendMessage", outputs["DispatchDeadLetterQueueUrl"].rsplit("/", 1)[1]),
    }
    assert [iam.list_attached_role_policies(RoleName=role["RoleName"])["AttachedPolicies"] for role in made] == [[], []]
