"""What `sam build` makes, as Lambda would take it: for Lambda's processor, and run by Lambda's own runtime."""

from __future__ import annotations

import json
import os
import platform
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest
import requests

from tests.cloud import stack as stacks
from tests.cloud.processes import ROOT, TOOLS, free_port, running, wait_for
from tests.cloud.upstream import Upstream, calendar

_LAYERS = ("CalsieveLayer", "DependenciesLayer")
_AARCH64 = 183  # e_machine in an ELF header


@pytest.fixture(scope="module")
def for_lambda(home: Path) -> Path:
    """The build that `make deploy` deploys."""
    return stacks.build(home / "arm64", "arm64", "aarch64-manylinux_2_28")


@pytest.fixture(scope="module")
def again(home: Path) -> Path:
    return stacks.build(home / "again", "arm64", "aarch64-manylinux_2_28")


def test_every_library_is_for_the_processor_in_lambda(for_lambda: Path) -> None:
    libraries = list(for_lambda.rglob("*.so"))
    assert libraries
    assert {int.from_bytes(library.read_bytes()[18:20], "little") for library in libraries} == {_AARCH64}


def test_the_layers_hold_nothing_of_this_machine(for_lambda: Path) -> None:
    unwanted = ("bin", "RECORD", "boto3", ".lock")
    assert [path for path in for_lambda.rglob("*") if path.name in unwanted] == []
    assert [path for path in for_lambda.rglob("*") if not path.stat().st_mode & 0o004] == []


@pytest.mark.parametrize("layer", _LAYERS)
def test_a_layer_holds_bytecode_that_lambda_need_not_look_into_twice(for_lambda: Path, layer: str) -> None:
    """Lambda can't keep what it compiles. Flags 1: bytecode has a hash of its source, and is not held against it."""
    compiled = {path: path.read_bytes() for path in (for_lambda / layer).rglob("*.pyc")}
    sources = {path.stem for path in (for_lambda / layer).rglob("*.py")}
    assert {path.name.removesuffix(".cpython-313.pyc") for path in compiled} == sources
    assert {int.from_bytes(code[4:8], "little") for code in compiled.values()} == {1}
    here = str(for_lambda.parent).encode()
    assert [path for path, code in compiled.items() if here in code or b"/opt/python/" not in code] == []


@pytest.mark.parametrize("layer", _LAYERS)
def test_the_same_sources_and_lock_build_the_same_layer(for_lambda: Path, again: Path, layer: str) -> None:
    compared = subprocess.run(["diff", "-r", for_lambda / layer, again / layer], capture_output=True, check=False)
    assert compared.stdout == b""


@dataclass(frozen=True)
class Runtime:
    """A function in Lambda's Runtime Interface Emulator."""

    address: str
    log: Path

    def invoke(self, event: object) -> object:
        return requests.post(f"{self.address}/2015-03-31/functions/function/invocations", json=event, timeout=30).json()


@contextmanager
def runtime(stack: stacks.Stack, function: str) -> Iterator[Runtime]:
    """Run a built function with its layers; of everything else there is only what Lambda has installed."""
    if platform.system() != "Linux":
        pytest.skip("Lambda's Runtime Interface Emulator runs on Linux only")
    address, api = f"127.0.0.1:{free_port()}", f"127.0.0.1:{free_port()}"
    (rapid,) = TOOLS.glob("sam/lib/python3*/site-packages/samcli/local/rapid")
    emulator = rapid / f"aws-lambda-rie-{stacks.this_machine()[0]}"
    listen = ["--runtime-interface-emulator-address", address, "--runtime-api-address", api]
    command = [emulator, *listen, TOOLS / "runtime/bin/python", "-m", "awslambdaric", "app.handler"]
    layers = [stack.build / name / "python" for name in ("DependenciesLayer", "CalsieveLayer")]
    task = stack.build / function
    given = stack.aws.client("lambda").get_function_configuration(FunctionName=stack.outputs[function])
    env = {
        **stack.aws.environment,
        **given["Environment"]["Variables"],
        "LAMBDA_TASK_ROOT": str(task),
        "PYTHONPATH": os.pathsep.join(map(str, layers)),
        "AWS_LAMBDA_FUNCTION_NAME": function,
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": str(given["MemorySize"]),
        "AWS_LAMBDA_FUNCTION_TIMEOUT": "30",
    }
    there = Runtime(f"http://{address}", stack.aws.home / f"{function}.log")
    with running(command, env, task, there.log):
        wait_for("it listens", lambda: _listens(there.address), 20)
        yield there


def _listens(address: str) -> bool:
    try:
        requests.get(address, timeout=2)
    except requests.ConnectionError:
        return False
    return True


def test_the_built_refresh_runs_in_lambdas_runtime(stack: stacks.Stack, sources: Upstream) -> None:
    sources.calendars["/in-lambda.ics"] = calendar("match", history=10)
    event = read_event("sqs-refresh")
    name = json.loads(event["Records"][0]["body"])["feed"]
    paths = stack.push(f"feeds: [{{name: {name}, sources: ['{sources.base}/in-lambda.ics']}}]")
    with runtime(stack, "RefreshFunction") as lambdas:
        assert lambdas.invoke(event) == {"batchItemFailures": []}
        assert stack.shows(paths[name], "SUMMARY:match")
        started_well(lambdas)


def test_the_built_dispatch_runs_in_lambdas_runtime(stack: stacks.Stack, sources: Upstream) -> None:
    stack.push(f"feeds: [{{name: team-a, sources: ['{sources.base}/in-lambda.ics']}}]")
    with runtime(stack, "DispatchFunction") as lambdas:
        assert lambdas.invoke(read_event("s3-object-created")) is None
        assert '"message":"dispatched"' in lambdas.log.read_text()
        started_well(lambdas)


def test_the_built_overview_runs_in_lambdas_runtime(stack: stacks.Stack, sources: Upstream) -> None:
    paths = stack.push(f"feeds: [{{name: team-a, sources: ['{sources.base}/in-lambda.ics']}}]")
    with runtime(stack, "OverviewFunction") as lambdas:
        assert lambdas.invoke(read_event("scheduler-tick")) is None
        assert stack.shows(paths["_operator"], "team-a")
        started_well(lambdas)


def read_event(name: str) -> Any:
    return json.loads((ROOT / f"events/{name}.json").read_text())


def started_well(lambdas: Runtime) -> None:
    """Look at INIT REPORT: the emulator's REPORT knows nothing of it."""
    log = lambdas.log.read_text()
    assert "INIT RTDONE(status: success)" in log
    (took,) = re.findall(r"INIT REPORT\(durationMs: ([0-9.]+)\)", log)
    assert float(took) < 5000  # about 1000 ms; at 10,000 Lambda gives up and starts anew
