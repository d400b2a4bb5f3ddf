"""An SQS on 127.0.0.1 that takes SendMessageBatch and counts; an answer takes it ten milliseconds, as the real one."""

from __future__ import annotations

import hashlib
import json
import time
from http.server import BaseHTTPRequestHandler

from tests.load.loopback import LoopbackServer


class SqsServer(LoopbackServer):
    """``bodies`` are those of all messages that came in."""

    def __init__(self) -> None:
        super().__init__(_Handler)
        self.bodies: list[str] = []
        self.calls = 0


class _Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    server: SqsServer
    disable_nagle_algorithm = True

    def do_POST(self) -> None:
        entries = json.loads(self.rfile.read(int(self.headers["Content-Length"])))["Entries"]
        time.sleep(0.01)
        self.server.calls += 1
        self.server.bodies += [entry["MessageBody"] for entry in entries]
        taken = [{"Id": entry["Id"], "MessageId": "m", "MD5OfMessageBody": _md5(entry)} for entry in entries]
        body = json.dumps({"Successful": taken, "Failed": []}).encode()
        head = f"HTTP/1.1 200 OK\r\nContent-Type: application/x-amz-json-1.0\r\nContent-Length: {len(body)}\r\n\r\n"
        self.wfile.write(head.encode() + body)

    def log_message(self, *_: object) -> None:
        pass


def _md5(entry: dict[str, str]) -> str:
    return hashlib.md5(entry["MessageBody"].encode()).hexdigest()
