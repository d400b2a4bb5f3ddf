"""Hosts of the internet on 127.0.0.1: what a provider looks like from outside, TLS and names included."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from calsieve.adapters.http import transport
from tests.adapters.caldav_server import Asked, DavServer, Reply
from tests.adapters.upstream_server import certificate

_PUBLIC = "17.253.144.10"


@contextmanager
def internet(
    monkeypatch: pytest.MonkeyPatch, folder: Path, answer: Callable[[Asked], Reply], *hosts: str
) -> Iterator[tuple[DavServer, dict[str, object]]]:
    """Let ``answer`` be what is behind ``hosts``, by https on the usual port; give the server and a reader's options.

    Nothing else of the way there is replaced but the names' addresses and the port.
    """
    tls, bundle = certificate(folder, *hosts)
    with DavServer(answer, tls) as server:
        real = transport.create_connection
        monkeypatch.setattr(transport, "_resolved", lambda host, port: [_PUBLIC] if host in hosts else [])
        monkeypatch.setattr(
            transport, "create_connection", lambda place, *rest, **more: real(("127.0.0.1", server.port), *rest, **more)
        )
        yield server, {"ca_bundle": bundle}
