"""The expanders, and the figures at the end."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from tests.interop.readers import Expander, ical_js, libical, recurring
from tests.oracle.figures import Account
from tests.oracle.known import ICAL_JS, LIBICAL, RECURRING

ACCOUNTS = pytest.StashKey[list[Account]]()


@pytest.fixture(scope="session")
def expanders(tmp_path_factory: pytest.TempPathFactory) -> Mapping[str, Expander]:
    compiled = libical(tmp_path_factory.mktemp("libical"))
    return {LIBICAL: compiled.expand, ICAL_JS: ical_js.expand, RECURRING: recurring.expand}


@pytest.fixture(scope="session")
def accounts(request: pytest.FixtureRequest) -> list[Account]:
    """Where each suite leaves its figures."""
    return request.config.stash.setdefault(ACCOUNTS, [])


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter, config: pytest.Config) -> None:
    """Print the figures of each suite."""
    for account in config.stash.get(ACCOUNTS, []):
        terminalreporter.section("held against each other")
        for line in account.lines():
            terminalreporter.line(line)
