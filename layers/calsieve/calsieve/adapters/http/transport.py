"""A requests adapter that minds where it connects and how long it may take.

It can be called directly or mounted on a Session. Used directly it knows no proxies, no .netrc and
no cookies, follows no redirects, and never reads a body that nobody asked for.
"""

from __future__ import annotations

import http.client
import io
import logging
import socket
from queue import Empty, SimpleQueue
from threading import Thread
from typing import TYPE_CHECKING, Any

from requests.adapters import HTTPAdapter
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.connectionpool import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.exceptions import NewConnectionError
from urllib3.util.connection import create_connection

from calsieve.adapters.http.addresses import is_public

if TYPE_CHECKING:
    from calsieve.adapters.http.limits import Deadline

# What these two write below ERROR holds the host and path of every request, and those are secret.
for _name in ("urllib3.connection", "urllib3.connectionpool"):
    logging.getLogger(_name).setLevel(logging.ERROR)


class PrivateAddress(Exception):
    """The host has addresses, but only such as are not public. Nothing was sent to them."""


class UnknownHost(Exception):
    """The host's name has no address just now."""


class GuardedAdapter(HTTPAdapter):
    """Connects to public addresses only, unless ``allow_private``, and obeys a deadline.

    The address that was checked is the one connected to, so a name that changes its address in between
    gains nothing. The deadline holds while a name is looked up, and while headers and bodies trickle in, byte by
    byte. Raises PrivateAddress and UnknownHost besides what requests raises; their messages and those of requests
    are not fit to be shown.
    """

    def __init__(self, deadline: Deadline, *, allow_private: bool) -> None:
        self._deadline = deadline
        self._allow_private = allow_private
        super().__init__()

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        """Let the pools make guarded connections."""
        super().init_poolmanager(*args, **kwargs)
        self.poolmanager.pool_classes_by_scheme = _pools(self._deadline, self._allow_private)


def _pools(deadline: Deadline, allow_private: bool) -> dict[str, type[HTTPConnectionPool]]:
    # urllib3 makes pools, connections and responses itself, from classes: these carry our two values
    class Response(http.client.HTTPResponse):
        def __init__(self, sock: socket.socket, *args: Any, **kwargs: Any) -> None:
            super().__init__(sock, *args, **kwargs)
            self.fp = io.BufferedReader(_TimedReader(sock, self.fp.detach(), deadline))

    class Connection(HTTPConnection):
        response_class = Response

        def _new_conn(self) -> socket.socket:
            found = _resolved_within(deadline.within(self.timeout), self.host, self.port)
            addresses = _permitted(found, allow_private)
            return _connected(self, addresses, deadline)

    class SecureConnection(Connection, HTTPSConnection):
        pass

    class Pool(HTTPConnectionPool):
        ConnectionCls = Connection

    class SecurePool(HTTPSConnectionPool):
        ConnectionCls = SecureConnection

    return {"http": Pool, "https": SecurePool}


def _resolved_within(seconds: float, host: str, port: int) -> list[str]:
    """Look a name up, and leave the resolver alone with it when that takes too long: it can't be told to hurry.

    It gives up by itself, so threads that wait for it are few.
    """
    answer: SimpleQueue[list[str] | Exception] = SimpleQueue()

    def ask() -> None:
        try:
            answer.put(_resolved(host, port))
        except Exception as error:  # it is raised where somebody sees it
            answer.put(error)

    Thread(target=ask, daemon=True).start()
    try:
        found = answer.get(timeout=seconds)
    except Empty:
        raise UnknownHost from None
    if isinstance(found, Exception):
        raise found
    return found


def _resolved(host: str, port: int) -> list[str]:
    try:
        found = socket.getaddrinfo(host.strip("[]"), port, type=socket.SOCK_STREAM)
    except (OSError, UnicodeError):
        found = []
    if not found:
        raise UnknownHost
    return list(dict.fromkeys(str(address[0]) for *_, address in found))


def _permitted(addresses: list[str], allow_private: bool) -> list[str]:
    permitted = [address for address in addresses if allow_private or is_public(address)]
    if not permitted:
        raise PrivateAddress
    return permitted


def _connected(connection: HTTPConnection, addresses: list[str], deadline: Deadline) -> socket.socket:
    for address in addresses:
        patience = deadline.within(connection.timeout)
        try:
            return create_connection((address, connection.port), patience, socket_options=connection.socket_options)
        except OSError:
            continue
    raise NewConnectionError(connection, "no address answered")


class _TimedReader(io.RawIOBase):
    """Reads from a socket, waiting each time no longer than the deadline leaves."""

    def __init__(self, sock: socket.socket, raw: io.RawIOBase, deadline: Deadline) -> None:
        self._sock = sock
        self._raw = raw
        self._patience = sock.gettimeout()
        self._deadline = deadline

    def readable(self) -> bool:
        return True

    def readinto(self, buffer: Any) -> int | None:
        self._sock.settimeout(self._deadline.within(self._patience))
        return self._raw.readinto(buffer)

    def close(self) -> None:
        self._raw.close()
        super().close()
