"""An S3 on 127.0.0.1, over real HTTP: objects with ETags, conditional writes, listings by prefix. Counts what is asked.

It lives in threads of its own, so that the processor time of who asks is that of asking.
"""

from __future__ import annotations

import hashlib
import threading
from datetime import UTC, datetime
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler
from typing import NamedTuple
from urllib.parse import parse_qs, unquote, urlsplit
from xml.sax.saxutils import escape

from tests.load.loopback import LoopbackServer


class _Object(NamedTuple):
    body: bytes
    headers: dict[str, str]
    written: datetime

    @property
    def etag(self) -> str:
        return f'"{hashlib.md5(self.body).hexdigest()}"'


class S3Server(LoopbackServer):
    """Buckets are the first part of each path and need not be made. ``asked`` holds methods and paths in order.

    While it is ``busy`` it takes no writes: 503 SlowDown.
    """

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.objects: dict[str, _Object] = {}
        self.asked: list[tuple[str, str]] = []
        self.lock = threading.Lock()
        self.busy = False

    def put(self, path: str, body: bytes, written: datetime | None = None) -> None:
        """Have an object, without a request."""
        self.objects[path] = _Object(body, {}, written or datetime.now(UTC))


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: S3Server
    disable_nagle_algorithm = True

    def do_GET(self) -> None:
        where = urlsplit(self.path)
        asked = parse_qs(where.query)
        self._noted("LIST" if "list-type" in asked else self.command)
        if "list-type" in asked:
            self._list(unquote(where.path).strip("/"), asked.get("prefix", [""])[0])
        elif found := self.server.objects.get(unquote(where.path)):
            self._answer(200, found.body, found.headers | _stamps(found))
        else:
            self._refuse(404, "NoSuchKey")

    do_HEAD = do_GET  # noqa: N815

    def do_PUT(self) -> None:
        self._noted("PUT")
        body = self._body()
        if self.server.busy:
            self._refuse(503, "SlowDown")
            return
        kept = {name: value for name, value in self.headers.items() if name.lower().startswith(_KEPT)}
        with self.server.lock:
            there = self.server.objects.get(self._key)
            allowed = self._allows(there)
            if allowed:
                there = self.server.objects[self._key] = _Object(body, kept, datetime.now(UTC))
        if allowed and there:
            self._answer(200, b"", _stamps(there))
        else:
            self._refuse(*((412, "PreconditionFailed") if there else (404, "NoSuchKey")))

    def _allows(self, there: _Object | None) -> bool:
        match = self.headers.get("If-Match")
        return (
            not there if self.headers.get("If-None-Match") == "*" else not match or bool(there and there.etag == match)
        )

    def do_DELETE(self) -> None:
        self._noted("DELETE")
        self.server.objects.pop(self._key, None)
        self._answer(204, b"", {})

    @property
    def _key(self) -> str:
        return unquote(urlsplit(self.path).path)

    def _noted(self, method: str) -> None:
        self.server.asked.append((method, self._key))

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked" and "aws-chunked" not in self.headers.get(
            "Content-Encoding", ""
        ):
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        body = b""
        while size := int(self.rfile.readline().split(b";")[0], 16):
            body += self.rfile.read(size)
            self.rfile.readline()
        while self.rfile.readline().strip():  # the checksum after the last chunk
            pass
        return body

    def _list(self, bucket: str, prefix: str) -> None:
        start = f"/{bucket}/"
        found = sorted(key for key in self.server.objects if key.startswith(start + prefix))
        entries = "".join(
            f"<Contents><Key>{escape(key.removeprefix(start))}</Key><ETag>{escape(one.etag)}</ETag>"
            f"<LastModified>{one.written:%Y-%m-%dT%H:%M:%S}.000Z</LastModified></Contents>"
            for key in found
            for one in [self.server.objects[key]]
        )
        text = f"<ListBucketResult><Name>{bucket}</Name><IsTruncated>false</IsTruncated>{entries}</ListBucketResult>"
        self._answer(200, text.encode(), {"Content-Type": "application/xml"})

    def _refuse(self, status: int, code: str) -> None:
        self._answer(status, f"<Error><Code>{code}</Code></Error>".encode(), {"Content-Type": "application/xml"})

    def _answer(self, status: int, body: bytes, headers: dict[str, str]) -> None:
        lines = [f"HTTP/1.1 {status} -", *(f"{name}: {value}" for name, value in headers.items())]
        lines += [] if status == 204 else [f"Content-Length: {len(body)}"]
        head = "\r\n".join([*lines, "", ""]).encode()
        self.wfile.write(head if self.command == "HEAD" else head + body)

    def log_message(self, *_: object) -> None:
        pass


_KEPT = ("content-type", "content-encoding", "cache-control", "x-amz-meta-")


def _stamps(found: _Object) -> dict[str, str]:
    return {"ETag": found.etag, "Last-Modified": format_datetime(found.written, usegmt=True)}
