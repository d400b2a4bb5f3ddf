"""One Chromium and one site for all looks at pages. The site is served as `calsieve serve` does, policy and all."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from calsieve.cli.webserver import site_server
from tests.browser.chromium import Browser, Page, Screen, chromium
from tests.browser.site import SECRET, publish

Look = Callable[[str, Screen], AbstractContextManager[Page]]


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    with chromium() as running:
        yield running


@pytest.fixture(scope="session")
def base(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    root = tmp_path_factory.mktemp("site") / "public"
    publish(root)
    server = site_server(root, "127.0.0.1", 0, log=lambda _: None)
    with server.in_background():
        yield server.base


@pytest.fixture
def look(browser: Browser, base: str) -> Look:
    """Open a page of the site by its name."""
    return lambda name, screen: browser.page(address(base, name), screen)


def address(base: str, name: str) -> str:
    """Return the address of a page; the demonstration's is the only one that is no secret."""
    return f"{base}/" if name == "index" else f"{base}/{SECRET}/{name}.html"
