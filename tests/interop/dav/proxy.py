"""A proxy on loopback in front of a server, which counts what passes and does to it what a test wants done."""

from __future__ import annotations

import http.client
import socket
import struct
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_OF_THE_LINE = ("connection", "keep-alive", "transfer-encoding", "content-length")
_METHODS = ("GET", "PROPFIND", "REPORT", "OPTIONS")


@dataclass(frozen=True, slots=True)
class Request:
    method: str
    path: str
    headers: tuple[tuple[str, str], ...]
    body: bytes


@dataclass(frozen=True, slots=True)
class Answer:
    """``reset_after`` so many bytes of the body the connection is reset; after each KiB it waits ``seconds_a_kib``."""

    status: int
    headers: tuple[tuple[str, str], ...] = ()
    body: bytes = b""
    reset_after: int | None = None
    seconds_a_kib: float = 0


@dataclass(slots=True)
class Exchange:
    """One request and its answer; ``received`` counts the bytes of the answer, head and body, that have been sent."""

    method: str
    path: str
    status: int
    received: int = 0


Server = Callable[[Request], Answer]
Meddler = Callable[[Request, Server], Answer]


def hands_on(request: Request, server: Server) -> Answer:
    """Meddle not at all."""
    return server(request)


@dataclass(slots=True)
class Proxy:
    """Passes requests on to a port of 127.0.0.1, ``meddle`` permitting, and keeps a list of them."""

    behind: int
    port: int = 0
    meddle: Meddler = hands_on
    exchanges: list[Exchange] = field(default_factory=list)

    def forward(self, request: Request) -> Answer:
        """Ask the server. Its answer is taken whole, compressed or not."""
        connection = http.client.HTTPConnection("127.0.0.1", self.behind, timeout=60)
        try:
            connection.putrequest(request.method, request.path, skip_host=True, skip_accept_encoding=True)
            for name, value in request.headers:
                if name.lower() not in _OF_THE_LINE:
                    connection.putheader(name, value)
            connection.putheader("Content-Length", str(len(request.body)))
            connection.endheaders(request.body)
            answer = connection.getresponse()
            headers = tuple((name, value) for name, value in answer.getheaders() if name.lower() not in _OF_THE_LINE)
            return Answer(answer.status, headers, answer.read())
        finally:
            connection.close()


@contextmanager
def proxy(behind: int) -> Iterator[Proxy]:
    """Listen on a free port for as long as the block lasts."""
    found = Proxy(behind)
    handler = type("Handler", (_Handler,), {"proxy": found})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    found.port = server.server_port
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
    thread.start()
    try:
        yield found
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


class _Handler(BaseHTTPRequestHandler):
    proxy: Proxy
    _exchange: Exchange
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def _handle(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        request = Request(self.command, self.path, tuple(self.headers.items()), body)
        answer = self.proxy.meddle(request, self.proxy.forward)
        self._exchange = Exchange(self.command, self.path, answer.status)
        self.proxy.exchanges.append(self._exchange)
        try:
            self._send(answer)
        except OSError:  # the client had enough
            self.close_connection = True

    def _head(self, answer: Answer) -> bytes:
        lines = [f"HTTP/1.1 {answer.status} {http.client.responses.get(answer.status, 'Other')}"]
        lines += [f"{name}: {value}" for name, value in answer.headers]
        return "\r\n".join([*lines, f"Content-Length: {len(answer.body)}", "", ""]).encode("latin-1")

    def _send(self, answer: Answer) -> None:
        self._write(self._head(answer))
        body = answer.body[: answer.reset_after]
        for at in range(0, len(body), 1024):
            self._write(body[at : at + 1024])
            time.sleep(answer.seconds_a_kib)
        if answer.reset_after is not None:
            self._reset()

    def _write(self, piece: bytes) -> None:
        self._exchange.received += len(piece)  # before the client can have read it, and be through
        self.wfile.write(piece)

    def _reset(self) -> None:
        self.connection.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.close_connection = True
        self.connection.close()

    def log_message(self, format: str, *args: object) -> None:  # noqa: A002 - its name is given
        pass


for _method in _METHODS:
    setattr(_Handler, f"do_{_method}", _Handler._handle)
