"""The HTTP server under ``calsieve serve`` and ``calsieve demo``; what it answers is decided elsewhere.

For one's own machine and network: plain HTTP, a thread a connection. In the cloud a CDN does this.
"""

from __future__ import annotations

import errno
import signal
import socket
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from functools import partial
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from socketserver import TCPServer
from typing import Any

import click

from calsieve.cli.website import Answer, answer, masked

# (method, target, headers by their usual spelling) → answer
Respond = Callable[[str, str, Mapping[str, str]], Answer]
Log = Callable[[str], None]


class ListenError(click.ClickException):
    """The address can't be listened at; ``taken`` tells whether another program has it."""

    def __init__(self, host: str, port: int, cause: OSError) -> None:
        self.taken = cause.errno == errno.EADDRINUSE
        reason = "another program uses this port" if self.taken else str(cause.strerror or cause)
        # below 1024 a port may be the trouble; else it is an address that is not one of this machine's
        option = "--port" if self.taken or cause.errno == errno.EACCES else "--host"
        super().__init__(f"cannot listen at {host} port {port}: {reason}; choose another with {option}")


class Server(ThreadingHTTPServer):
    """Answers with ``respond`` and tells ``log`` a line a request, without secret path parts."""

    daemon_threads = True

    def __init__(self, host: str, port: int, respond: Respond, log: Log) -> None:
        self.respond = respond
        self.log = log
        self.address_family = socket.AF_INET6 if ":" in host else socket.AF_INET
        super().__init__((host, port), _Handler)

    @property
    def base(self) -> str:
        """The address that it listens at, like ``http://127.0.0.1:8787``."""
        host, port = self.server_address[:2]
        return f"http://[{host!s}]:{port}" if ":" in str(host) else f"http://{host!s}:{port}"

    def server_bind(self) -> None:
        """Bind without asking the DNS for the machine's own name, which can take long."""
        TCPServer.server_bind(self)

    def handle_error(self, request: object, client_address: object) -> None:
        """Say nothing of a client that goes away in the middle of an answer."""

    def until_interrupted(self) -> None:
        """Serve until Ctrl-C or SIGTERM, which end it quietly. For the main thread only."""
        signal.signal(signal.SIGTERM, signal.default_int_handler)
        with suppress(KeyboardInterrupt):
            self.serve_forever(poll_interval=0.1)
        self.server_close()

    @contextmanager
    def in_background(self) -> Iterator[None]:
        """Serve from a thread for the length of a ``with`` block."""
        thread = threading.Thread(target=self.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield
        finally:
            self.shutdown()
            self.server_close()
            thread.join()


def open_server(host: str, port: int, respond: Respond, log: Log) -> Server:
    """Return a server that listens already. Raises ListenError if the address is taken or not ours."""
    try:
        return Server(host, port, respond, log)
    except OSError as error:
        raise ListenError(host, port, error) from error


def site_server(directory: Path, host: str, port: int, log: Log) -> Server:
    """Return a server for a directory of published feeds, which reads it anew at each request."""
    return open_server(host, port, partial(answer, directory), log)


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server_version = "calsieve"
    sys_version = ""
    timeout = 30  # seconds that a connection may stay silent
    server: Server

    def reply(self) -> None:
        headers = {name.title(): value for name, value in self.headers.items()}
        answer = self.server.respond(self.command, self.path, headers)
        coding = answer.headers.get("Content-Encoding", "plain")
        self.server.log(f"{self.command} {masked(self.path)} {answer.status} {coding} {len(answer.body):,} B")
        # A refused request may have a body that nobody reads: the connection can't go on.
        self.close_connection = self.close_connection or answer.status == 405
        self.send_response_only(answer.status)
        self.send_header("Date", self.date_time_string())
        for name, value in answer.headers.items():
            self.send_header(name, value)
        if self.close_connection:
            self.send_header("Connection", "close")
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer.body)

    def __getattr__(self, name: str) -> Any:
        """Send every method to ``reply``: the base class looks for ``do_GET``, ``do_PROPFIND`` and so on."""
        if name.startswith("do_"):
            return self.reply
        raise AttributeError(name)

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002
        """Keep the base class from logging whole paths."""
