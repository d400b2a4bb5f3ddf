"""A server of calendars on loopback, for the deployed functions to fetch from."""

from __future__ import annotations

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

_SHAPE = "%Y%m%dT%H%M%SZ"


class Upstream:
    """What is at each path: a calendar, or nothing but errors."""

    def __init__(self, port: int) -> None:
        self.base = f"http://127.0.0.1:{port}"
        self.calendars: dict[str, bytes] = {}


@contextmanager
def upstream() -> Iterator[Upstream]:
    """Serve until the end of the block. A path without a calendar answers 500."""

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            body = there.calendars.get(self.path)
            self.send_response(200 if body else 500)
            self.send_header("Content-Type", "text/calendar; charset=utf-8")
            self.send_header("Content-Length", str(len(body or b"")))
            self.end_headers()
            self.wfile.write(body or b"")

        def log_message(self, *_: object) -> None:
            pass

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    there = Upstream(server.server_port)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield there
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def calendar(*upcoming: str, history: int = 0) -> bytes:
    """Return a calendar with events of these names tomorrow, and ``history`` that ended over a year ago."""
    tomorrow = datetime.now(UTC).replace(minute=0, second=0) + timedelta(days=1)
    events = [_event(f"{name}@example.org", name, tomorrow) for name in upcoming]
    events += [_event(f"past-{n}@example.org", f"past {n}", tomorrow - timedelta(days=400 + n)) for n in range(history)]
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//Upstream//EN", *events, "END:VCALENDAR", ""]
    return "\r\n".join(lines).encode()


def _event(uid: str, name: str, start: datetime) -> str:
    lines = [
        "BEGIN:VEVENT",
        f"UID:{uid}",
        "DTSTAMP:20250101T000000Z",
        f"DTSTART:{start.strftime(_SHAPE)}",
        f"DTEND:{(start + timedelta(hours=1)).strftime(_SHAPE)}",
        f"SUMMARY:{name}",
        "END:VEVENT",
    ]
    return "\r\n".join(lines)
