"""The suites that have to notice a fault, run by a pytest whose loop is ours."""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterable

import pytest
from hypothesis import HealthCheck, Phase, settings

from tests.mutation.paths import ROOT

Work = Callable[["Suites"], None]


class Suites:
    """The collected tests by their ids, one at a time to be run. A plugin of pytest."""

    def __init__(self, work: Work) -> None:
        self.items: dict[str, pytest.Item] = {}
        self.complete = False
        self._work = work
        self._failed = False

    @pytest.hookimpl(tryfirst=True)
    def pytest_runtestloop(self, session: pytest.Session) -> bool:
        self.items = {item.nodeid: item for item in session.items}
        self.complete = not session.testsfailed
        self._work(self)
        return True

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self._failed = self._failed or report.failed

    def passes(self, test: str, following: str | None = None) -> bool:
        """Run a test, and what has to be made ready or ended before the one that is ``following``."""
        item = self.items[test]
        item.config.hook.pytest_runtest_protocol(item=item, nextitem=self.items.get(following or ""))
        return not self._failed


def with_suites(paths: Iterable[str], work: Work) -> None:
    """Let pytest collect these paths, then do the work. Once a process."""
    # As `make test` draws examples; but a failing one need not be made small.
    checks = [HealthCheck.too_slow, HealthCheck.data_too_large, HealthCheck.differing_executors]
    phases = (Phase.explicit, Phase.generate)
    settings.register_profile(
        "mutation",
        max_examples=15,
        deadline=None,
        derandomize=True,
        database=None,
        phases=phases,
        suppress_health_check=checks,
    )
    os.environ["HYPOTHESIS_PROFILE"] = "mutation"
    os.chdir(ROOT)
    pytest.main([*paths, "-p", "no:cacheprovider", "-p", "no:xdist"], plugins=[Suites(work)])


def forget() -> None:
    """Empty the memories of the core, so that what is remembered is worked out once more."""
    for name, module in [*sys.modules.items()]:
        if name.startswith("calsieve.core"):
            for value in vars(module).values():
                if hasattr(value, "cache_clear"):
                    value.cache_clear()
