"""Targets that take what servers answer: XML, items, JSON, headers, compressed bodies; and what a store gives back."""

from __future__ import annotations

import hashlib
import json
import re
from datetime import timedelta

from calsieve import history, state
from calsieve.adapters.caldav import mirror, multistatus
from calsieve.adapters.caldav.joining import joined
from calsieve.adapters.caldav.mirror import Item, Mirror, changed_pages
from calsieve.adapters.graph.events import calendar_text
from calsieve.adapters.http.answers import refusal, retry_after
from calsieve.adapters.unpacking import gunzipped
from calsieve.core.agenda import agenda
from calsieve.core.rests import rest, rest_key, rests_of
from calsieve.errors import InvalidCalendar, UpstreamTooLarge, UpstreamUnavailable
from tests.core.kit import NOW, cleaned
from tests.fuzz.drawing import pieces, sources
from tests.published import assert_published

_OFFICE = b"""BEGIN:VCALENDAR
BEGIN:VTIMEZONE
TZID:Office
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0%(hours)d00
TZOFFSETTO:+0%(hours)d00
END:STANDARD
END:VTIMEZONE
BEGIN:VEVENT
UID:7d1c9f-%(hours)d
DTSTART;TZID=Office:20260521T120000
DTEND;TZID=Office:20260521T130000
SUMMARY:7d1c9f
END:VEVENT
END:VCALENDAR
"""
_ROW = {
    "id": "7d1c9f",
    "start": {"dateTime": "2026-05-21T12:00:00", "timeZone": "UTC"},
    "end": {"dateTime": "2026-05-21T13:00:00", "timeZone": "UTC"},
    "subject": "7d1c9f",
}
_LINE = re.compile(
    r"(?:BEGIN|END|VERSION|PRODID|X-CALSIEVE-ROUND|UID|DTSTAMP|DTSTART|DTEND|SUMMARY|LOCATION|DESCRIPTION|STATUS|TRANSP|X-MICROSOFT-CDO-BUSYSTATUS|CLASS|PRIORITY|CATEGORIES|URL|CREATED|LAST-MODIFIED|ORGANIZER|ATTENDEE|ACTION|TRIGGER)[;:]"
)


def xml(data: bytes) -> None:
    """A CalDAV answer is read, or refused in words, whatever its pieces are."""
    found: list[list[multistatus.Response]] = []
    for cut in ([data], [*pieces(data, 7)]):
        responses: list[multistatus.Response] = []
        try:
            multistatus.read("source", cut, responses.append)
        except (InvalidCalendar, UpstreamUnavailable):
            continue
        found.append(responses)
    assert len(found) != 1, "it depends on where the stream is cut"
    assert not found or found[0] == found[1]


def items(data: bytes) -> None:
    """No item of an account, whatever it is, does anything to those before and behind it, nor to their zones."""
    around = [_OFFICE % {b"hours": hours} for hours in (3, 5)]
    strangers = [item for item in sources(data) if b"7d1c9f" not in item]
    body = joined([], [*strangers[1:], around[0], *strangers, around[1]])
    shown = agenda(cleaned(body).body, NOW, NOW + timedelta(days=3), "UTC")
    ours = sorted((one.start.hour, one.end.hour) for one in shown if "7d1c9f" in one.uid)
    assert ours == [(7, 8), (9, 10)], ours


def mirrored(data: bytes) -> None:
    """A mirror holds what was put into it and not taken out, in order, and survives being kept."""
    known: dict[str, Item] = {}
    held = Mirror()
    for kind, first, count in zip(data[0:150:3], data[1:150:3], data[2:150:3], strict=False):
        paths = [f"/{number:04d}" for number in range(first * 8, first * 8 + (count if kind % 4 > 1 else 1))]
        changed = [] if kind % 2 else [Item(path, f"{kind}", bytes([count]) * (count % 7)) for path in paths]
        gone = paths if kind % 2 else []
        known.update((item.path, item) for item in changed)
        for path in gone:
            known.pop(path, None)
        held = Mirror(complete=True, ctag=str(kind), pages=changed_pages(held.pages, changed, gone))
    assert [*held.items()] == [known[path] for path in sorted(known)]
    assert held.count == len(known)
    assert held.missing == sum(not item.body for item in known.values())
    assert held.size == sum(len(item.body) for item in known.values())
    assert mirror.decode(mirror.encode(held)) == held
    assert all(mirror.body_at(held.pages, path) == item.body for path, item in [*known.items()][:20])


def graph(data: bytes) -> None:
    """Whatever rows Exchange answers with, what else it answered is read, and no text makes a line."""
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return
    rows = [row for row in content if isinstance(row, dict)] if isinstance(content, list) else []
    text = calendar_text([*rows, _ROW], "link")
    lines = text.decode().split("\r\n")[:-1]
    assert all(map(_LINE.match, lines)), [line for line in lines if not _LINE.match(line)]
    body = cleaned(text).body
    assert_published(body)
    shown = agenda(body, NOW, NOW + timedelta(days=3), "UTC")
    assert [one for one in shown if one.summary == "7d1c9f"]


def headers(data: bytes) -> None:
    """What a busy upstream says about when to come again is a time within bounds, or nothing."""
    value, _, date = data.decode("latin-1").partition("\n")
    said = {"Retry-After": value, "Date": date}
    seconds = retry_after(said)
    assert str(refusal("source", 429, said)).isprintable()
    if seconds is not None:
        one = rest("0" * 32, NOW, seconds)
        assert NOW <= one.until <= NOW + timedelta(hours=6)
        assert rests_of([rest_key(one)]).keys() == {one.group}


def remembered(data: bytes) -> None:
    """What a state store gives back is understood, or it is nothing; also what a newer version left there."""
    for magic, understand in (
        (state._FORM + b"\n", state.decode),
        (state._OLD_FORM + b"\n", state.decode),
        (history._FORM + b"\n", history.decode_history),
        (mirror._MAGIC, mirror.decode),
    ):
        understand(data)
        understand(magic + hashlib.sha256(data).digest() + data)


def packed(data: bytes) -> None:
    """What comes compressed is unpacked within the bound, or refused in words."""
    try:
        sum(map(len, gunzipped("source", iter([data]))))
    except (InvalidCalendar, UpstreamTooLarge, UpstreamUnavailable):
        return
