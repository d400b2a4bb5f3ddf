"""A calendar of 20,000 items, put into sabre's database past sabre, which would take minutes over it."""

from __future__ import annotations

import hashlib
import sqlite3
from collections.abc import Iterator
from contextlib import closing

from tests.interop.dav.items import Item, single
from tests.interop.dav.server import Server

ITEMS = 20_000
# With these an item has the size that items have: 1.2 kB.
_USUAL = (
    "CREATED:20240103T101112Z",
    "LAST-MODIFIED:20240104T101112Z",
    "LOCATION:Room 4\\, Example Street 1\\, 10115 Berlin",
    "DESCRIPTION:" + "What there is to be said of it. " * 8,
    "ORGANIZER;CN=Jane Example:mailto:jane@example.org",
    "ATTENDEE;CN=John Example;PARTSTAT=ACCEPTED;ROLE=REQ-PARTICIPANT:mailto:john@example.org",
    "ATTENDEE;CN=Joan Example;PARTSTAT=NEEDS-ACTION:mailto:joan@example.org",
    "SEQUENCE:1",
    "STATUS:CONFIRMED",
)
_ROW = """INSERT INTO calendarobjects (calendardata, uri, calendarid, lastmodified, etag, size, componenttype)
  VALUES (?, ?, (SELECT id FROM calendars LIMIT 1), 1700000000, ?, ?, 'VEVENT')"""


def many() -> Iterator[Item]:
    """Yield single events from 2010 on, a few of them in the window."""
    for number in range(ITEMS):
        day = f"{2010 + number % 17}{number // 17 % 12 + 1:02}{number % 28 + 1:02}"
        yield single(f"item-{number:05}", f"{day}T{number % 24:02}0000", f"event {number}", *_USUAL)


def fill(server: Server) -> None:
    """Put them all into the only calendar of a sabre."""
    with closing(sqlite3.connect(server.directory / "data/db.sqlite")) as database:
        # As sabre's tables for MySQL have it; without it each item is looked for among all.
        database.execute("CREATE UNIQUE INDEX names ON calendarobjects (calendarid, uri)")
        database.executemany(_ROW, map(_row, many()))
        database.commit()


def _row(item: Item) -> tuple[bytes, str, str, int]:
    return item.body, item.name, hashlib.md5(item.body).hexdigest(), len(item.body)
