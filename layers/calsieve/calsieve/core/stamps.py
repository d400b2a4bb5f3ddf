"""DTSTAMP and LAST-MODIFIED: they move when what we publish changes, and only then.

ICSx5 and Google ignore an update whose stamps are not newer, and upstreams that stamp each fetch anew would make
every refresh a change. So what is published now decides.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta

from calsieve.core.values import Form, parsed_when, written
from calsieve.core.written import Written

# As we write them, at the beginning of a line and never folded; text is folded behind a space.
_STAMP = re.compile(rb"^(DTSTAMP|LAST-MODIFIED):([^\r\n]*)\r\n", re.MULTILINE)
_UID_LINE = re.compile(rb"UID[:;].*\r\n(?: .*\r\n)*")


def restamped(events: Iterable[Written], previous: bytes | None, now: datetime) -> Iterator[Written]:
    """Yield the events with the stamps of their published version if they are otherwise equal to it.

    Those that changed get stamps newer than the published ones. Without a published version stamps stay.
    ``previous`` is a file that we published.
    """
    published = _published(previous) if previous else {}
    for event in events:
        before = published.get(_key(event.uid_line, event.rest))
        yield _restamped(event, before, now) if before else event


def _published(previous: bytes) -> dict[bytes, bytes]:
    """Return what is behind the UID of each published event."""
    found = {}
    for text in previous.split(b"\r\nBEGIN:VEVENT\r\n"):
        uid_line = _UID_LINE.match(text)
        rest, end, _ = text.partition(b"\r\nEND:VEVENT")
        if uid_line and end:
            rest = rest[uid_line.end() :] + b"\r\nEND:VEVENT\r\n"
            found[_key(uid_line.group(), rest)] = rest
    return found


def _key(uid_line: bytes, rest: bytes) -> bytes:
    """Return the lines by which an event is known: its UID, and the RECURRENCE-ID that stands behind it."""
    return uid_line + (rest.partition(b"\r\n")[0] if rest.startswith(b"RECURRENCE-ID") else b"")


def _restamped(event: Written, before: bytes, now: datetime) -> Written:
    if event.rest == before:
        return event
    if _STAMP.sub(b"", event.rest) == _STAMP.sub(b"", before):
        return event._replace(rest=before)
    stamps = dict(_STAMP.findall(before))
    return event._replace(rest=_STAMP.sub(lambda own: _newer(own, stamps.get(own[1], b""), now), event.rest))


def _newer(own: re.Match[bytes], before: bytes, now: datetime) -> bytes:
    """Return a stamp line as it is if it is newer than the one before, else as now, or a second after that one."""
    if own[2] > before:
        return own[0]
    published = parsed_when(before.decode())
    moment = now.astimezone(UTC).replace(tzinfo=None)
    if published and published.local >= moment:
        moment = published.local + timedelta(seconds=1)
    return b"%s:%s\r\n" % (own[1], written(moment, Form.UTC).encode())
