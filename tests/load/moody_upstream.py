"""An upstream over real HTTP with many calendars, which answers as upstreams do on bad days."""

from __future__ import annotations

import base64
import gzip
import time
from collections import Counter
from collections.abc import Mapping
from datetime import timedelta
from http.server import BaseHTTPRequestHandler

from tests.load.loopback import LoopbackServer
from tests.load.origins import BASE, Origin

TOKEN, USER, PASSWORD = "s3cret-token", "s3cret-user", "s3cret-word"
BASIC = base64.b64encode(f"{USER}:{PASSWORD}".encode()).decode()
# What is as good as a good answer; what fails; and what looks well, and lost most of what there was.
HARMLESS = ("slow", "redirect")
FAILING = ("500", "429", "html", "cut", "short", "gzip", "reset")
LOSING = ("empty", "fitting", "loss")
FAULTS = (*HARMLESS, *FAILING, *LOSING)
# For so long a fault that loses much may come again without being believed, which it is after an hour.
_TWICE = timedelta(minutes=30)
_LASTS = 0.5  # the chance that the next answer is a bad one too


class MoodyUpstream(LoopbackServer):
    """Has bad spells, that begin at one answer in ``1 / faults``. ``answered`` counts answers by kind.

    ``now`` is the time, for those who look after it.
    """

    request_queue_size = 128

    def __init__(self, origins: Mapping[str, Origin], faults: float) -> None:
        super().__init__(_Handler)
        self.origins = origins
        self.faults = faults
        self.now = BASE
        self.answered: Counter[str] = Counter()

    def url(self, name: str) -> str:
        return f"{self.base}/{TOKEN}/{name}"

    def drawn(self, origin: Origin) -> str:
        """Return of which kind the next answer is to be."""
        origin.spell = bool(self.faults) and origin.chance.random() < (_LASTS if origin.spell else self.faults)
        if not origin.spell:
            return "good"
        kind = origin.chance.choice(FAULTS)
        return kind if kind not in LOSING or self._may_lose(origin) else origin.chance.choice(FAILING)

    def _may_lose(self, origin: Origin) -> bool:
        if origin.suspected is None and origin.good:
            origin.suspected = self.now
        return origin.suspected is not None and self.now - origin.suspected <= _TWICE and not origin.now.lost


class _Handler(BaseHTTPRequestHandler):
    server: MoodyUpstream

    def do_GET(self) -> None:
        origin = self.server.origins[self.path.split("/")[2]]
        kind = "good" if "again" in self.path else self.server.drawn(origin)
        if self.headers.get("Authorization") != f"Basic {BASIC}":
            kind = "401"
        self.server.answered[kind] += 1
        getattr(self, f"_{'status' if kind.isdigit() else kind}")(*([int(kind)] if kind.isdigit() else []), origin)

    def _good(self, origin: Origin) -> None:
        etag = f'"{origin.newest}-{origin.now.full}"'
        if self.headers.get("If-None-Match") == etag:
            self._answer(304, b"")
        elif origin.chance.random() < 0.5:
            self._answer(200, gzip.compress(origin.body(), 1), Content_Encoding="gzip", ETag=etag)
        else:
            self._answer(200, origin.body(), ETag=etag if origin.place else "")

    def _status(self, status: int, _: Origin) -> None:
        self._answer(status, b"busy", Retry_After="3600" if status == 429 else "")

    def _html(self, _: Origin) -> None:
        self._answer(200, b"<!doctype html><title>Sign in</title><p>Please sign in", Content_Type="text/html")

    def _empty(self, _: Origin) -> None:
        self._answer(200, b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")

    def _loss(self, origin: Origin) -> None:
        """Send what few are left of many events, or of few all that there are in one whose END is missing."""
        many = len(origin.items) >= 24
        self._answer(200, origin.body(share=0.25)) if many else self._fitting(origin)

    def _fitting(self, origin: Origin) -> None:
        """Send the beginning of a calendar, with the length that it has."""
        body = origin.body()
        self._answer(200, body[: origin.chance.randrange(20, len(body) - 20)])

    def _cut(self, origin: Origin) -> None:
        """Promise the whole, and hang up in the middle."""
        body = origin.body()
        self._answer(200, body[: len(body) // 2], Content_Length=str(len(body)))

    def _short(self, origin: Origin) -> None:
        """Send the beginning of a calendar without its length, and hang up as if that were all."""
        body = origin.body()
        self._answer(200, body[: origin.chance.randrange(20, len(body) - 20)], Content_Length="")

    def _gzip(self, origin: Origin) -> None:
        packed = bytearray(gzip.compress(origin.body()))
        packed[len(packed) // 2] ^= 0xFF
        self._answer(200, bytes(packed), Content_Encoding="gzip")

    def _reset(self, _: Origin) -> None:
        self.close_connection = True

    def _slow(self, origin: Origin) -> None:
        time.sleep(0.03)
        self._good(origin)

    def _redirect(self, origin: Origin) -> None:
        self._answer(302, b"", Location=f"/{TOKEN}/{origin.name}/again")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        fields = {"Content-Length": str(len(body)), "Content-Type": "text/calendar"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        lines = [f"HTTP/1.0 {status} -", *(f"{name}: {value}" for name, value in fields.items() if value)]
        self.wfile.write("\r\n".join([*lines, "", ""]).encode() + body)

    def log_message(self, *_: object) -> None:
        pass
