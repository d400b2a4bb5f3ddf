"""Write to a server, as the program of a calendar's owner does."""

from __future__ import annotations

import time
from collections.abc import Iterable
from urllib.parse import quote

import requests

from tests.interop.dav.items import Item
from tests.interop.dav.server import Server


class Editor:
    """Puts items into the calendar of a server, past any proxy.

    ``items`` are what is in there, by name; ``written`` is when something last changed, by ``time.monotonic``.
    """

    def __init__(self, server: Server) -> None:
        self.items: dict[str, Item] = {}
        self.written = time.monotonic()
        self._base = f"http://127.0.0.1:{server.port}"
        self._calendar = server.calendar
        self._stored = server.stored
        self._session = requests.Session()
        self._session.auth = server.auth
        self._session.trust_env = False
        if not server.is_made:
            made = self._session.request("MKCALENDAR", self._base + server.calendar)
            assert made.status_code == 201, f"no calendar made: {made.status_code} {made.text[:500]}"

    def put(self, item: Item) -> bool:
        """Store an item, new or changed, and return whether the server takes it."""
        answer = self._session.put(
            self._address(item), data=item.body, headers={"Content-Type": "text/calendar; charset=utf-8"}
        )
        self.written = time.monotonic()
        if answer.ok:
            self.items[item.name] = self._stored(item)
        return answer.ok

    def put_all(self, items: Iterable[Item]) -> None:
        """Store items, those that the server takes."""
        for item in items:
            self.put(item)

    def delete(self, name: str) -> None:
        """Delete an item that is there."""
        answer = self._session.delete(self._address(self.items.pop(name)))
        self.written = time.monotonic()
        assert answer.ok, f"{name} is not deleted: {answer.status_code}"

    def _address(self, item: Item) -> str:
        return self._base + self._calendar + quote(item.name)
