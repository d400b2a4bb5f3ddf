"""One permission of a deployed role taken away, and given back."""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any, NamedTuple

from tests.cloud.stack import Stack
from tests.template.test_template import as_list, grants

# The emulator calls sending ten messages an action of its own, which `Stack.deploy` allows by a policy of its own.
_OF_THE_EMULATOR = {("sqs:SendMessage", "${RefreshQueue.Arn}"): "emulator"}


class Permission(NamedTuple):
    """One action on one resource, as the template writes it; ``place`` is its place among those of the role."""

    role: str
    action: str
    resource: str
    place: int

    def __str__(self) -> str:
        return f"{self.role} {self.action} {self.resource}"


def permissions(role: str) -> list[Permission]:
    """Return what the template gives a role, one by one."""
    return [Permission(role, action, resource, place) for place, (action, resource) in enumerate(grants(role))]


def document(stack: Stack, role: str, policy: str) -> dict[str, Any]:
    """Return an inline policy of a role, by their names as deployed."""
    answer = stack.aws.client("iam").get_role_policy(RoleName=role, PolicyName=policy)["PolicyDocument"]
    return json.loads(answer) if isinstance(answer, str) else answer


@contextmanager
def without(stack: Stack, taken: Sequence[Permission]) -> Iterator[None]:
    """Take permissions of one role away, until the end of the block. It takes effect at once."""
    role, (policy,) = stack.role_name(taken[0].role), _policies(stack, taken[0].role)
    iam = stack.aws.client("iam")
    before = {name: document(stack, role, name) for name in (policy, *_extra(taken))}
    places = {permission.place for permission in taken}
    left = [one for place, one in enumerate(_one_by_one(before[policy])) if place not in places]
    assert len(left) == len(permissions(taken[0].role)) - len(taken)
    _put(iam, role, policy, left)
    for name in _extra(taken):
        iam.delete_role_policy(RoleName=role, PolicyName=name)
    try:
        yield
    finally:
        for name, statements in before.items():
            _put(iam, role, name, statements["Statement"])


def _extra(taken: Sequence[Permission]) -> set[str]:
    return {_OF_THE_EMULATOR[one[1:3]] for one in taken if one[1:3] in _OF_THE_EMULATOR}


def _policies(stack: Stack, role: str) -> list[str]:
    names = stack.aws.client("iam").list_role_policies(RoleName=stack.role_name(role))["PolicyNames"]
    return [name for name in names if name not in _OF_THE_EMULATOR.values()]


def _one_by_one(document: dict[str, Any]) -> Iterator[dict[str, Any]]:
    """Yield a statement for each action on each resource, in the order of ``grants``."""
    for statement in document["Statement"]:
        for resource in as_list(statement["Resource"]):
            for action in as_list(statement["Action"]):
                yield {"Effect": statement["Effect"], "Action": action, "Resource": resource}


def _put(iam: Any, role: str, policy: str, statements: list[dict[str, Any]]) -> None:
    whole = {"Version": "2012-10-17", "Statement": statements}
    iam.put_role_policy(RoleName=role, PolicyName=policy, PolicyDocument=json.dumps(whole))
