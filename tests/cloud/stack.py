"""The stack: built from the working tree, deployed by sam to the emulator, and what the tests ask of it."""

from __future__ import annotations

import json
import platform
import subprocess
from collections.abc import Callable
from functools import cached_property
from pathlib import Path
from typing import Any

import pytest
import requests
from botocore.exceptions import ClientError

from tests.cloud.emulator import ACCOUNT, REGION, Emulator
from tests.cloud.processes import ROOT, TOOLS, environment, run

NAME = "calsieve-test"
_SAM = TOOLS / "sam/bin/sam"
_CALSIEVE = ROOT / ".venv/bin/calsieve"
# Everything that takes long in earnest, in short.
_PARAMETERS = ["TickMinutes=1", "RefreshTimeout=15", "RetryAfter=15", "AllowPrivateUpstreams=true"]


def build(to: Path, architecture: str, layer_platform: str) -> Path:
    """Run `sam build` as `make build` does, but for ``architecture`` and into ``to``."""
    python = str(TOOLS / "runtime/bin/python")
    env = environment(LAYER_PLATFORM=layer_platform, PYTHON313=python, __SAM_CLI_APP_DIR=str(to / "sam"))
    env["PATH"] = f"{_SAM.parent}:{env['PATH']}"
    override = ["--parameter-overrides", f"Architecture={architecture}"]
    run([_SAM, "build", "--build-dir", to / "build", *override], env)
    return to / "build"


def this_machine() -> tuple[str, str]:
    """Return Lambda's name and uv's name of the platform that the tests run on."""
    is_arm = platform.machine() in ("arm64", "aarch64")
    system = "apple-darwin" if platform.system() == "Darwin" else "manylinux_2_28"
    return ("arm64", f"aarch64-{system}") if is_arm else ("x86_64", f"x86_64-{system}")


class Stack:
    """One deployed stack."""

    def __init__(self, aws: Emulator, build: Path) -> None:
        self.aws = aws
        self.build = build

    def deploy(self) -> None:
        parameters = [f"Architecture={this_machine()[0]}", *_PARAMETERS]
        options = ["--stack-name", NAME, "--resolve-s3", "--capabilities", "CAPABILITY_IAM", "--no-confirm-changeset"]
        template = ["--template-file", self.build / "template.yaml"]
        run([_SAM, "deploy", *template, *options, "--parameter-overrides", *parameters], self.aws.environment)
        self._mend_concurrency()
        self._mend_batches()

    def _mend_batches(self) -> None:
        """The emulator asks for an action sqs:SendMessageBatch; to AWS sending ten is sqs:SendMessage."""
        queue = self.outputs["RefreshQueueUrl"].rsplit("/", 1)[1]
        resource = f"arn:aws:sqs:{REGION}:{ACCOUNT}:{queue}"
        statement = {"Effect": "Allow", "Action": "sqs:SendMessageBatch", "Resource": resource}
        self.aws.client("iam").put_role_policy(
            RoleName=self._physical("DispatchRole"),
            PolicyName="emulator",
            PolicyDocument=json.dumps({"Version": "2012-10-17", "Statement": [statement]}),
        )

    def _mend_concurrency(self) -> None:
        """The emulator keeps a parameter of type Number as text, compares it with a number and gives up."""
        functions = self.aws.client("lambda")
        (mapping,) = functions.list_event_source_mappings(FunctionName=self.outputs["RefreshFunction"])[
            "EventSourceMappings"
        ]
        functions.update_event_source_mapping(UUID=mapping["UUID"], ScalingConfig={"MaximumConcurrency": 2})

    def delete(self) -> None:
        run([_SAM, "delete", "--stack-name", NAME, "--no-prompts", "--region", REGION], self.aws.environment)

    @cached_property
    def outputs(self) -> dict[str, str]:
        (stack,) = self.aws.client("cloudformation").describe_stacks(StackName=NAME)["Stacks"]
        return {output["OutputKey"]: output["OutputValue"] for output in stack["Outputs"]}

    def push(self, feeds: str, **secrets: str) -> dict[str, str]:
        """Run `calsieve push`; return the paths of feeds and of the operator's page, as it printed them."""
        file = self.aws.home / "feeds.yaml"
        file.write_text(feeds)
        printed = run([_CALSIEVE, "push", "--stack", NAME, file], {**self.aws.environment, **secrets})
        bases = ("  webcal://", "  https://")
        links = [line.split("/", 3)[3] for line in printed.splitlines() if line.startswith(bases)]
        return {Path(link).stem: link for link in links}

    def rotate(self, name: str) -> str:
        """Run `calsieve rotate` without an overlap; return the new path."""
        printed = run([_CALSIEVE, "rotate", name, "--stack", NAME, "--overlap", "0d"], self.aws.environment)
        (link,) = [line for line in printed.splitlines() if line.startswith("  webcal://")]
        return link.split("/", 3)[3]

    def redrive(self, *only: str) -> str:
        """Run `calsieve redrive`; return what it printed."""
        options = [word for name in only for word in ("--only", name)]
        return run([_CALSIEVE, "redrive", "--stack", NAME, *options], self.aws.environment)

    def status(self) -> list[dict[str, Any]]:
        """Run `calsieve status`, of feeds of which one fails."""
        command = [_CALSIEVE, "status", "--stack", NAME, "--json"]
        done = subprocess.run(
            command, env=self.aws.environment, capture_output=True, text=True, timeout=60, check=False
        )
        assert done.returncode == 1, done.stderr
        return json.loads(done.stdout)

    def invoke(self, function: str) -> None:
        """Run a function with an event that says nothing, to its end."""
        answer = self.aws.client("lambda").invoke(FunctionName=self.outputs[function], Payload=b"{}")
        assert "FunctionError" not in answer, answer["Payload"].read()

    def read(self, path: str, **headers: str) -> requests.Response:
        """Ask the CDN's host for ``path``, as it is."""
        return requests.get(
            f"https://127.0.0.1:{self.aws.port}/{path}",
            headers={
                "Host": self.outputs["HttpsBase"].removeprefix("https://"),
                "Accept-Encoding": "identity",
                **{name.replace("_", "-"): value for name, value in headers.items()},
            },
            verify=str(self.aws.certificate),
            timeout=10,
            allow_redirects=False,
        )

    def shows(self, path: str, text: str) -> bool:
        answer = self.read(path)
        return answer.ok and text in answer.text

    def log(self, function: str) -> list[dict[str, Any]]:
        """Return what a function logged: the lines that are JSON."""
        group = f"/aws/lambda/{NAME}-{function}"
        events = self.aws.client("logs").filter_log_events(logGroupName=group, limit=10000)["events"]
        return [json.loads(event["message"]) for event in events if event["message"].startswith("{")]

    def dead_letters(self) -> list[dict[str, Any]]:
        """Return the bodies of the messages that were given up, without taking them away."""
        answer = self.aws.client("sqs").receive_message(
            QueueUrl=self.outputs["DeadLetterQueueUrl"], MaxNumberOfMessages=10, VisibilityTimeout=0
        )
        return [json.loads(message["Body"]) for message in answer.get("Messages", [])]

    def role_name(self, logical_name: str) -> str:
        return self._physical(logical_name)

    def role(self, logical_name: str) -> dict[str, Any]:
        """Return credentials of one of the stack's roles."""
        arn = self.aws.client("iam").get_role(RoleName=self._physical(logical_name))["Role"]["Arn"]
        return self.aws.client("sts").assume_role(RoleArn=arn, RoleSessionName="test")["Credentials"]

    def _physical(self, logical_name: str) -> str:
        resource = self.aws.client("cloudformation").describe_stack_resource(
            StackName=NAME, LogicalResourceId=logical_name
        )
        return resource["StackResourceDetail"]["PhysicalResourceId"]


def is_denied(call: Callable[..., object], **request: object) -> None:
    """Fail unless a call of AWS is refused for want of a right."""
    with pytest.raises(ClientError) as denied:
        call(**request)
    assert denied.value.response["Error"]["Code"] in ("AccessDenied", "AccessDeniedException", "AuthorizationError")
