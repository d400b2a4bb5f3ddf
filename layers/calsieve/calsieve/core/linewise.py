"""The short way for the many: a single event in which there is nothing to mend, published line by line.

It takes an event only if each line is as it would be written anyway, and leaves all others to the long way, on
which everything is understood. What is published is the same on both.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from typing import NamedTuple

from calsieve.core.component import Line
from calsieve.core.event_lines import sound_line, without_alarms
from calsieve.core.repairs.properties import ONCE
from calsieve.core.serialise import folded, rank
from calsieve.core.values import Form, When, canonical_when
from calsieve.core.window import LATEST
from calsieve.core.written import END, Written
from calsieve.core.zones.resolve import Zones, to_utc
from calsieve.models import Policy

# Lines that mean more than themselves, or may weigh too much.
_FOR_THE_LONG_WAY = frozenset(["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DURATION", "ATTACH", "IMAGE"])
_DAY = timedelta(days=1)
_LATEST = LATEST.replace(tzinfo=None)
# The last lines that were judged are remembered, because they repeat from event to event.
_MOST_REMEMBERED = 2048

# Lines that need no closer look, which are most of those that differ from event to event: a text in which everything
# is escaped that has to be, a moment in UTC on a day that each month has, an address.
_TEXT = rb"(?=[!-~])(?:[^\x00-\x1f\x7f\\,;]++|\\[^\x00-\x1f\x7f])++"
_STAMP = rb"(?!0000)\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ"
_PLAIN = re.compile(
    rb"(?:(SUMMARY|LOCATION|DESCRIPTION|COMMENT|CONTACT):" + _TEXT + rb"|(CREATED|LAST-MODIFIED|DTSTAMP):" + _STAMP + rb""
    rb"|(UID|URL):[!-~](?:[ -~]*[!-~])?)"
)
# A line as RFC 5545 begins one, without characters that nothing may hold.
_SOUND = re.compile(rb"[A-Za-z][^\x00-\x08\x0a-\x1f\x7f]+")
_TIMES = (b"DTSTART", b"DTEND")


class Single(NamedTuple):
    """A single event that lasts from ``start`` to ``end`` (UTC), as it is published."""

    start: datetime
    end: datetime
    written: Written


# A sound line: what it is sorted by, its bytes, its name, and the moment that it tells if it is DTSTART or DTEND. A
# plain tuple: there are as many as there are lines.
_Item = tuple[bytes, bytes, bytes, When | None]
_DROPPED: _Item = (b"", b"", b"", None)


def droppable(policy: Policy) -> tuple[bytes, ...]:
    """Return how the lines begin that a policy leaves out."""
    names = [b"ATTENDEE"] * (not policy.keep_attendees) + [b"X-ALT-DESC"] * (not policy.keep_html)
    return tuple(name + mark for name in names for mark in (b":", b";"))


class ShortWay:
    """The short way for the events of one source. Lines that begin as one of ``dropped`` are left out, and alarms."""

    def __init__(self, zones: Zones, dropped: tuple[bytes, ...]) -> None:
        self._zones = zones
        self._dropped = dropped
        self._known: dict[bytes, _Item | None] = {}

    def single(self, uid: str, text: bytes) -> Single | None:
        """Return the event of that UID and of ``text`` behind BEGIN:VEVENT, or None if it has to go the long way."""
        lines = _unfolded(without_alarms(text)) if uid else []
        items = self._items(lines)
        names = [item[2] for item in items]
        if b"UID" not in names or b"DTSTAMP" not in names or not _each_once(names):
            return None
        moments = {item[2]: item[3] for item in items if item[3]}
        span = self._span(moments.get(b"DTSTART"), moments.get(b"DTEND"))
        uid_item = items.pop(names.index(b"UID"))
        if span is None or uid_item[0][6:] != uid.encode():
            return None
        return self._single(uid, uid_item[1], items, *span)

    def _items(self, lines: list[bytes]) -> list[_Item]:
        """Return what is published of the lines, in their order; nothing if one has to be looked at closer."""
        known, items = self._known, list[_Item]()
        for line in lines:
            item = known.get(line)
            if item is None:
                item = self._judged(line)
                if item is None:
                    return []
            if item is not _DROPPED:
                items.append(item)
        return items

    def _judged(self, line: bytes) -> _Item | None:
        if line.startswith(self._dropped):
            return _DROPPED  # not worth remembering: they differ
        item = _time(line) if line.startswith(_TIMES) else _plain(line) or _sound(line)
        if item:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[line] = item
        return item

    def _span(self, start: When | None, end: When | None) -> tuple[When, datetime] | None:
        """Return DTSTART and the local end, if they are written as they would be published, and in order."""
        if start is None or self._zones.settled(start) != start or start.local > _LATEST:
            return None
        if end is None:
            return start, start.local + _DAY * (start.form is Form.DATE)
        if (end.form, end.tzid) != (start.form, start.tzid) or end.local <= start.local:
            return None
        return start, end.local

    def _single(self, uid: str, uid_line: bytes, items: list[_Item], start: When, last: datetime) -> Single:
        rules = self._zones.rules(start)
        begins, ends = to_utc(start.local, rules), to_utc(last, rules)
        items.sort()
        event = Written(
            uid=uid,
            slot="",
            start=begins,
            year=start.local.year,
            zones=(start.tzid,) if start.tzid else (),
            uid_line=uid_line,
            rest=b"".join([*[item[1] for item in items], END]),
        )
        return Single(begins, max(begins, ends), event)


def _unfolded(text: bytes) -> list[bytes]:
    """Return the lines of an event but its last; none if they are not all plainly ended and in UTF-8."""
    newline = b"\r\n" if text.endswith(b"\r") else b"\n"
    try:
        text.decode()
    except UnicodeDecodeError:
        return []
    if newline * 2 in text:
        return []
    return text.removesuffix(newline + b"END:VEVENT" + newline[:-1])[1:].replace(newline + b" ", b"").split(newline)


def _each_once(names: list[bytes]) -> bool:
    """Tell whether no property is there twice that may occur once."""
    return len(set(names)) == len(names) or not any(
        name.decode() in ONCE and names.count(name) > 1 for name in set(names)
    )


def _plain(line: bytes) -> _Item | None:
    match = _PLAIN.fullmatch(line)
    if match is None:
        return None
    name = match[match.lastindex or 0]
    key = b"%c%b\0\0%b" % (rank(name.decode()), name, line[len(name) + 1 :])
    return key, folded(line), name, None


def _sound(text: bytes) -> _Item | None:
    """Return a line if it is sound as it is."""
    if not _SOUND.fullmatch(text):
        return None
    line, mended = sound_line(text.decode())
    if line is None or mended or line.name in _FOR_THE_LONG_WAY or line.parameter("TZID") is not None:
        return None
    if not text.startswith(line.name.encode()):
        return None
    return _item(line)


def _item(line: Line, moment: When | None = None) -> _Item:
    name, params, value = (part.encode() for part in line)
    key = b"%c%b\0%b\0%b" % (rank(line.name), name, params, value)
    return key, folded(b"%b%b:%b" % (name, params, value)), name, moment


def _time(text: bytes) -> _Item | None:
    """Read DTSTART or DTEND; None if it is not written in the one way in which it would be published."""
    head, _, value = text.decode().partition(":")
    name, _, parameter = head.partition(";")
    if parameter.startswith("TZID="):
        when = canonical_when(value, parameter[5:])
        right = when is not None and when.form is Form.ZONED
    else:
        when = canonical_when(value)
        right = when is not None and parameter == ("VALUE=DATE" if when.form is Form.DATE else "")
    return _item(Line(name, parameter and f";{parameter}", value), when) if right and name.encode() in _TIMES else None
