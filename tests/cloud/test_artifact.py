"""What `sam build` makes, as Lambda would take it: for Lambda's processor, and run by Lambda's own runtime."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest
import requests

from tests.cloud import stack as stacks
from tests.cloud.processes import ROOT, TOOLS, free_port, running, wait_for
from tests.cloud.upstream import Upstream, calendar

_AARCH64 = 183  # e_machine in an ELF header


@pytest.fixture(scope="module")
def for_lambda(home: Path) -> Path:
    """The build that `make deploy` deploys."""
    return stacks.build(home / "arm64", "arm64", "aarch64-manylinux2014")


def test_every_library_is_for_the_processor_in_lambda(for_lambda: Path) -> None:
    libraries = list(for_lambda.rglob("*.so"))
    assert libraries
    assert {int.from_bytes(library.read_bytes()[18:20], "little") for library in libraries} == {_AARCH64}


def test_the_layers_hold_nothing_of_this_machine(for_lambda: Path) -> None:
    unwanted = ("__pycache__", "bin", "RECORD", "boto3", ".lock")
    assert [path for path in for_lambda.rglob("*") if path.name in unwanted] == []
    assert [path for path in for_lambda.rglob("*") if not path.stat().st_mode & 0o004] == []


def test_the_same_lock_builds_the_same_layer(for_lambda: Path, home: Path) -> None:
    again = stacks.build(home / "again", "arm64", "aarch64-manylinux2014")
    layers = [build / "DependenciesLayer" for build in (for_lambda, again)]
    compared = subprocess.run(["diff", "-r", *layers], capture_output=True, text=True, check=False)
    assert compared.stdout == ""


@dataclass(frozen=True)
class Runtime:
    """A function in Lambda's Runtime Interface Emulator."""

    address: str
    log: Path

    def invoke(self, event: object) -> object:
        return requests.post(f"{self.address}/2015-03-31/functions/function/invocations", json=event, timeout=30).json()


@pytest.fixture
def runtime(stack: stacks.Stack, home: Path) -> Iterator[Runtime]:
    """The built refresh function with its layers, and of everything else only what Lambda has installed."""
    if platform.system() != "Linux":
        pytest.skip("Lambda's Runtime Interface Emulator runs on Linux only")
    address, api = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    (rapid,) = TOOLS.glob("sam/lib/python3*/site-packages/samcli/local/rapid")
    processor = "arm64" if stacks.this_machine()[0] == "arm64" else "x86_64"
    listen = ["--runtime-interface-emulator-address", address, "--runtime-api-address", api]
    command = [TOOLS / "runtime/bin/python", "-m", "awslambdaric", "app.handler"]
    layers = [stack.build / name / "python" for name in ("DependenciesLayer", "CalsieveLayer")]
    env = {
        **stack.aws.environment,
        "LAMBDA_TASK_ROOT": str(stack.build / "RefreshFunction"),
        "PYTHONPATH": os.pathsep.join(map(str, layers)),
        "AWS_LAMBDA_FUNCTION_NAME": "refresh",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "1024",
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "30",
        "STATE_BUCKET": stack.outputs["StateBucket"],
        "PUBLISHED_BUCKET": stack.outputs["PublishedBucket"],
        "ALLOW_PRIVATE_UPSTREAMS": "true",
        "POWERTOOLS_SERVICE_NAME": "calsieve",
        "POWERTOOLS_METRICS_NAMESPACE": "Calsieve",
    }
    there = Runtime(f"http://{address}", home / "runtime.log")
    task = stack.build / "RefreshFunction"
    with running([rapid / f"aws-lambda-rie-{processor}", *listen, *command], env, task, there.log):
        wait_for("it listens", lambda: _listens(there.address), 20)
        yield there


def _listens(address: str) -> bool:
    try:
        requests.get(address, timeout=2)
    except requests.ConnectionError:
        return False
    return True


def test_the_built_function_refreshes_in_lambdas_runtime(
    runtime: Runtime, stack: stacks.Stack, sources: Upstream
) -> None:
    sources.calendars["/in-lambda.ics"] = calendar("match", history=10)
    event = json.loads((ROOT / "events/sqs-refresh.json").read_text())
    name = json.loads(event["Records"][0]["body"])["feed"]
    paths = stack.push(f"feeds: [{{name: {name}, sources: ['{sources.base}/in-lambda.ics']}}]")
    assert runtime.invoke(event) == {"batchItemFailures": []}
    assert stack.shows(paths[name], "SUMMARY:match")
    log = runtime.log.read_text()
    assert "INIT RTDONE(status: success)" in log
    assert float(re.search(r"INIT REPORT\(durationMs: ([0-9.]+)\)", log)[1]) < 5000  # about 400 ms
