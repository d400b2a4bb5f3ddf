"""What the tests of other people's readers share."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from tests.interop.demonstration import Demonstration, demonstration
from tests.interop.readers import Program
from tests.interop.readers import libical as compiled


@pytest.fixture(scope="session")
def libical(tmp_path_factory: pytest.TempPathFactory) -> Program:
    return compiled(tmp_path_factory.mktemp("libical"))


@pytest.fixture(scope="session")
def demo(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Demonstration]:
    with demonstration(tmp_path_factory.mktemp("demo")) as there:
        yield there
