"""What the cloud tests share: one emulator, one stack, one upstream, for the whole run."""

from __future__ import annotations

import shutil
import signal
from collections.abc import Iterator
from pathlib import Path
from types import FrameType

import pytest

from tests.cloud import stack as stacks
from tests.cloud.emulator import Emulator, emulator
from tests.cloud.processes import TOOLS
from tests.cloud.upstream import Upstream, upstream


def pytest_configure() -> None:
    """Make being ended like being interrupted: what was started is ended too."""
    for sign in (signal.SIGTERM, signal.SIGHUP):
        signal.signal(sign, _interrupt)


def _interrupt(number: int, frame: FrameType | None) -> None:
    raise KeyboardInterrupt


@pytest.fixture(scope="session")
def home() -> Path:
    """Where everything is written; left behind for whoever wants to know why a test failed."""
    shutil.rmtree(TOOLS / "cloud", ignore_errors=True)
    (TOOLS / "cloud").mkdir()
    return TOOLS / "cloud"


@pytest.fixture(scope="session")
def aws(home: Path) -> Iterator[Emulator]:
    with emulator(home) as there:
        yield there


@pytest.fixture(scope="session")
def sources() -> Iterator[Upstream]:
    with upstream() as there:
        yield there


@pytest.fixture(scope="session")
def build(home: Path) -> Path:
    return stacks.build(home, *stacks.this_machine())


@pytest.fixture(scope="session")
def stack(aws: Emulator, build: Path) -> stacks.Stack:
    deployed = stacks.Stack(aws, build)
    deployed.deploy()
    return deployed
