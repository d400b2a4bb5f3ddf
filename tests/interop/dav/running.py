"""Start the servers, and fill them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from types import ModuleType

from tests.interop.dav.place import place
from tests.interop.dav.server import Server
from tests.interop.dav.servers import cyrus, davical, radicale, sabre, sogo, xandikos

SERVERS: dict[str, ModuleType] = {
    "Radicale": radicale,
    "Xandikos": xandikos,
    "DAViCal": davical,
    "SOGo": sogo,
    "Cyrus": cyrus,
    "sabre": sabre,
}


@contextmanager
def running(name: str) -> Iterator[Server]:
    """Start a server, which ends with the block."""
    module = SERVERS[name]
    with place(module.RUNS_AS) as where:
        yield module.start(where)
