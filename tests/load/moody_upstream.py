"""An upstream over real HTTP with a calendar for each feed, which changes, and answers as upstreams do on bad days."""

from __future__ import annotations

import gzip
import random
import time
from collections import Counter
from datetime import datetime, timedelta
from http.server import BaseHTTPRequestHandler

from tests.load.loopback import LoopbackServer

Events = dict[str, tuple[str, str]]  # UID → DTSTART and SUMMARY

TOKEN = "s3cret-token"
FAULTS = ("500", "429", "html", "empty", "cut", "short", "gzip", "reset", "slow", "redirect")
SPOILING = frozenset(FAULTS) - {"slow", "redirect"}


class Calendar:
    """What one feed's source shows: ``versions`` are all that may still be published, oldest first."""

    def __init__(self, name: str, seed: str, base: datetime) -> None:
        self.name = name
        self.chance = random.Random(f"{seed} {name}")
        self._base = base
        self._born = 0
        self.spoiled = False  # the last answer was
        self.settled = False  # something good of it is remembered: before that an empty one is believed
        events: Events = {}
        for _ in range(self.chance.randint(8, 30)):
            events |= self._event()
        self.versions: list[Events] = [events]

    def change(self) -> None:
        """Add, move or take away one event."""
        events = dict(self.versions[-1])
        one = self.chance.choice([*events])
        kind = self.chance.choice(("add", "move", "take"))
        if kind == "add" or len(events) < 5:
            events |= self._event()
        elif kind == "move":
            events[one] = (self._start(), events[one][1])
        else:
            del events[one]
        self.versions.append(events)

    def body(self) -> bytes:
        lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//soak//EN"]
        for uid, (start, summary) in self.versions[-1].items():
            lines += ["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", f"DTSTART:{start}"]
            lines += ["DURATION:PT1H", f"SUMMARY:{summary}", "END:VEVENT"]
        lines += ["BEGIN:VEVENT", "UID:old", "DTSTAMP:20200101T000000Z", "DTSTART:20200101T100000Z", "END:VEVENT"]
        return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode()

    def _event(self) -> Events:
        self._born += 1
        return {f"{self.name}-{self._born}": (self._start(), f"Event {self._born} of {self.name}")}

    def _start(self) -> str:
        start = self._base + timedelta(days=self.chance.randint(7, 200), minutes=self.chance.randint(0, 1439))
        return f"{start:%Y%m%dT%H%M}00Z"


class MoodyUpstream(LoopbackServer):
    """Spoils a share of its answers, never two in a row by being empty; ``answered`` counts them by kind."""

    request_queue_size = 128

    def __init__(self, calendars: dict[str, Calendar], faults: float) -> None:
        super().__init__(_Handler)
        self.calendars = calendars
        self.faults = faults
        self.answered: Counter[str] = Counter()

    def url(self, name: str) -> str:
        return f"{self.base}/{TOKEN}/{name}"

    def handle_error(self, *_: object) -> None:
        """Say nothing of clients that hang up."""


class _Handler(BaseHTTPRequestHandler):
    server: MoodyUpstream

    def do_GET(self) -> None:
        calendar = self.server.calendars[self.path.split("/")[2]]
        chance = calendar.chance
        kind = chance.choice(FAULTS) if chance.random() < self.server.faults and "again" not in self.path else "good"
        if kind == "empty" and (calendar.spoiled or not calendar.settled):
            kind = "500"
        calendar.spoiled = kind in SPOILING
        self.server.answered[kind] += 1
        getattr(self, f"_{'status' if kind.isdigit() else kind}")(*([int(kind)] if kind.isdigit() else []), calendar)

    def _good(self, calendar: Calendar) -> None:
        etag = f'"{len(calendar.versions[-1])}-{hash(frozenset(calendar.versions[-1].items()))}"'
        if self.headers.get("If-None-Match") == etag:
            self._answer(304, b"")
        elif "gzip" in self.headers.get("Accept-Encoding", "") and calendar.chance.random() < 0.5:
            self._answer(200, gzip.compress(calendar.body()), Content_Encoding="gzip", ETag=etag)
        else:
            self._answer(200, calendar.body(), ETag=etag)

    def _status(self, status: int, _: Calendar) -> None:
        self._answer(status, b"busy", Retry_After="3600" if status == 429 else "")

    def _html(self, _: Calendar) -> None:
        self._answer(200, b"<!doctype html><title>Sign in</title><p>Please sign in", Content_Type="text/html")

    def _empty(self, _: Calendar) -> None:
        self._answer(200, b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\nEND:VCALENDAR\r\n")

    def _cut(self, calendar: Calendar) -> None:
        """Promise the whole, and hang up in the middle."""
        body = calendar.body()
        self._answer(200, body[: len(body) // 2], Content_Length=str(len(body)))

    def _short(self, calendar: Calendar) -> None:
        """Send the beginning of a calendar without its length, and hang up as if that were all.

        With a length that is right for it, it would pass for one whose END lines are missing.
        """
        body = calendar.body()
        self._answer(200, body[: calendar.chance.randrange(20, len(body) - 20)], Content_Length="")

    def _gzip(self, calendar: Calendar) -> None:
        packed = bytearray(gzip.compress(calendar.body()))
        packed[len(packed) // 2] ^= 0xFF
        self._answer(200, bytes(packed), Content_Encoding="gzip")

    def _reset(self, _: Calendar) -> None:
        self.close_connection = True

    def _slow(self, calendar: Calendar) -> None:
        time.sleep(0.05)
        self._good(calendar)

    def _redirect(self, calendar: Calendar) -> None:
        self._answer(302, b"", Location=f"/{TOKEN}/{calendar.name}/again")

    def _answer(self, status: int, body: bytes, **headers: str) -> None:
        fields = {"Content-Length": str(len(body)), "Content-Type": "text/calendar"}
        fields |= {name.replace("_", "-"): value for name, value in headers.items()}
        self.send_response_only(status)
        for name, value in fields.items():
            if value:
                self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
