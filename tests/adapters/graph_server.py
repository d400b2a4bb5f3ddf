"""Microsoft Graph on 127.0.0.1, as far as its documents say: delta queries on calendar views, a page at a time.

Events are shaped as in the documents of ``event: delta`` and of the resource ``event``. A change to a series is
told as its master and all occurrences that are left; what lies outside of the view comes as removed.
"""

from __future__ import annotations

import json
import threading
from collections.abc import Mapping
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self
from urllib.parse import parse_qs, unquote, urlencode, urlsplit

from tests.adapters.oauth_server import AuthorizationServer

Event = dict[str, Any]
USER, TEAM = "jane@contoso.example", "AAMkAGTeam/=="


def event(key: str, start: str, end: str, subject: str | None = None, **more: Any) -> Event:
    """Return an event as the documents show it; ``start`` and ``end`` like 2016-12-09T20:30."""
    return {
        "@odata.type": "#microsoft.graph.event",
        "@odata.etag": 'W/"EZ9r3czxY0m2jz8c45czkwAAFXcvIQ=="',
        "id": f"AAMkADNVx{key}AAA=",
        "type": "singleInstance",
        "iCalUId": f"040000008200E00074C5B7101A82E008{key}",
        "createdDateTime": "2016-11-01T08:00:00.1234567Z",
        "lastModifiedDateTime": "2016-11-02T08:00:00Z",
        "subject": subject or key,
        "body": {"contentType": "text", "content": ""},
        "start": {"dateTime": f"{start}:00.0000000", "timeZone": "UTC"},
        "end": {"dateTime": f"{end}:00.0000000", "timeZone": "UTC"},
        "isAllDay": False,
        "isCancelled": False,
        "showAs": "busy",
        "sensitivity": "normal",
        "importance": "normal",
        "attendees": [],
        **more,
    }


def occurrence(master: Event, day: str, **more: Any) -> Event:
    """Return one occurrence of a series, with what the service gives for it and nothing of its master's."""
    start, end = (day + master[key]["dateTime"][10:] for key in ("start", "end"))
    return {
        "@odata.type": "#microsoft.graph.event",
        "id": f"{master['id']}.{day}",
        "type": "occurrence",
        "seriesMasterId": master["id"],
        "iCalUId": f"{master['iCalUId']}{day.replace('-', '')}",
        "start": {"dateTime": start, "timeZone": "UTC"},
        "end": {"dateTime": end, "timeZone": "UTC"},
        **more,
    }


@dataclass
class GraphServer:
    """One mailbox with its own calendar and another one.

    ``changes`` are the rows that its delta links tell; ``asked`` are targets and headers of what was asked.
    """

    sign_in: AuthorizationServer
    events: list[Event] = field(default_factory=list)
    team: list[Event] = field(default_factory=list)
    changes: list[Event] = field(default_factory=list)
    page: int = 2
    expired: bool = False
    answers: list[tuple[int, Any]] = field(default_factory=list)
    asked: list[tuple[str, Mapping[str, str]]] = field(default_factory=list)
    elsewhere: str | None = None

    def __post_init__(self) -> None:
        self._server = ThreadingHTTPServer(("127.0.0.1", 0), type("Handler", (_Handler,), {"outer": self}))
        self._round = 0

    def __enter__(self) -> Self:
        threading.Thread(target=self._server.serve_forever, args=(0.02,), daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._server.server_close()

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    @property
    def targets(self) -> list[str]:
        return [target for target, _ in self.asked]

    def answer(self, target: str, headers: Mapping[str, str]) -> tuple[int, Any]:
        self.asked.append((target, headers))
        if self.answers:
            return self.answers.pop(0)
        if headers.get("authorization", "").removeprefix("Bearer ") not in self.sign_in.access_tokens:
            return 401, {"error": {"code": "InvalidAuthenticationToken"}}
        parts = urlsplit(target)
        path, query = unquote(parts.path), {name: values[0] for name, values in parse_qs(parts.query).items()}
        if path == f"/v1.0/users/{USER}/calendars":
            return 200, {"value": [{"id": "AAMkAGOwn=", "name": "Calendar"}, {"id": TEAM, "name": "Team & Co"}]}
        for place, events in (("", self.events), (f"/calendars/{TEAM}", self.team)):
            if path == f"/v1.0/users/{USER}{place}/calendarView/delta":
                return self._delta(parts.path, query, events)
        return 404, {"error": {"code": "ErrorItemNotFound"}}

    def _delta(self, path: str, query: Mapping[str, str], events: list[Event]) -> tuple[int, Any]:
        if "$deltatoken" in query:
            if self.expired:
                return 410, {"error": {"code": "SyncStateNotFound"}}
            return 200, self._page(path, self.changes, 0)
        if "$skiptoken" in query:
            return 200, self._page(path, events, int(query["$skiptoken"]))
        assert query["startDateTime"] < query["endDateTime"]
        return 200, self._page(path, events, 0)

    def _page(self, path: str, rows: list[Event], at: int) -> dict[str, Any]:
        upto = at + self.page
        self._round += 1
        token = {"$skiptoken": upto} if upto < len(rows) else {"$deltatoken": f"R0usmcMDNGg0J1E{self._round}"}
        kind = "nextLink" if upto < len(rows) else "deltaLink"
        link = f"{self.elsewhere or self.base}{path}?{urlencode(token)}"
        return {"@odata.context": f"{self.base}/v1.0/$metadata", f"@odata.{kind}": link, "value": rows[at:upto]}


class _Handler(BaseHTTPRequestHandler):
    outer: GraphServer

    def do_GET(self) -> None:
        headers = {name.lower(): value for name, value in self.headers.items()}
        status, content = self.outer.answer(self.path, headers)
        body = json.dumps(content).encode()
        self.send_response(status)
        self.send_header("Content-Type", "application/json")
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def log_message(self, *_: object) -> None:
        pass
