"""The short way for the many: events in which there is nothing to mend, published line by line.

It takes an event only if each line is as it would be written anyway, and leaves all others to the long way, on
which everything is understood. What is published is the same on both.
"""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from calsieve.core.component import Component, Line, parsed_line
from calsieve.core.event_lines import sound_line
from calsieve.core.repairs.properties import ONCE
from calsieve.core.rules.judge import Judge
from calsieve.core.scrub import dropped
from calsieve.core.serialise import folded, order
from calsieve.core.understand import Lines
from calsieve.core.values import Form, When, canonical_when
from calsieve.core.window import LATEST
from calsieve.core.written import END, Written
from calsieve.core.zones.resolve import Zones, to_utc
from calsieve.models import Policy

# Lines that mean more than themselves, or may weigh too much.
_FOR_THE_LONG_WAY = frozenset(["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DURATION", "ATTACH", "IMAGE"])
# A DURATION of hours and minutes, which all that is timed can have.
_DURATION = re.compile(rb"DURATION:PT(?:([0-9]{1,2})H)?+(?:([0-9]{1,2})M)?+(?<=[HM])")
_DAY, _NO_TIME = timedelta(days=1), timedelta()
_LATEST = LATEST.replace(tzinfo=None) - 5 * _DAY  # none that begins earlier ends beyond all time
# The last lines that were judged are remembered, because they repeat from event to event.
_MOST_REMEMBERED = 1024

# Lines that need no closer look, which are most: a moment in UTC on a day that each month has, a text in which
# everything is escaped that has to be, an address.
_STAMP = rb"(?!0000)\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ"
_TEXT = rb"(?=[!-~])(?:[^\x00-\x1f\x7f\\,;]++|\\[^\x00-\x1f\x7f])++"
_PLAIN = re.compile(
    rb"(?:(CREATED|LAST-MODIFIED|DTSTAMP):"
    + _STAMP
    + rb"|(SUMMARY|LOCATION|DESCRIPTION|COMMENT|CONTACT):"
    + _TEXT
    + rb""
    rb"|(URL):(?!.*\\[nN])[!-~](?:[ -~]*[!-~])?)"
)
# Lines by which a series is understood, in the one way in which most are written.
_PLAIN_TELLING = re.compile(
    rb"(?=(?:(?:DTSTART|DTEND|RECURRENCE-ID|EXDATE)(?:;TZID=[A-Za-z0-9/_+-]+|;VALUE=DATE)?:[0-9TZ,]+"
    rb"|RRULE:[A-Z0-9=;,+-]+|SEQUENCE:[0-9]{1,9}|UID:[!-~](?:[ -~]*[!-~])?|(?:DTSTAMP|LAST-MODIFIED):"
    + _STAMP
    + rb")\Z)"
    rb"([A-Z-]+)([^:]*):(.+)"
)
# A line as RFC 5545 begins one, without characters that none may hold.
_SOUND = re.compile(rb"[A-Z][^\x00-\x08\x0a-\x1f\x7f]+")
_TIMES = (b"DTSTART", b"DTEND")
# Lines by which a series is understood: when it is, and which version of what.
_TELLING = (
    *_TIMES,
    *(b"DURATION", b"RRULE", b"RDATE", b"EXDATE", b"EXRULE"),
    *(b"UID", b"RECURRENCE-ID", b"SEQUENCE", b"DTSTAMP", b"LAST-MODIFIED"),
)


# A newline, a line without anything, a fold.
_CRLF, _LF = (b"\r\n", b"\n\r\n", b"\r\n "), (b"\n", b"\n\n", b"\n ")


class Single(NamedTuple):
    """A single event that lasts from ``start`` to ``end`` (UTC), as it is published.

    ``end`` may be ``start`` where that lies in the window, and so tells all. ``answered`` is what it answers to the
    questions of rules.
    """

    start: datetime
    end: datetime
    written: Written
    answered: int = 0


# A sound line: where it stands among lines of other names, as it is read, as it is published, what it says of the
# time, if it is DTSTART, DTEND or DURATION, and what it answers to the questions of rules. A plain tuple: there are as
# many as there are lines.
_Item = tuple[bytes, bytes, bytes, When | timedelta | None, int]
# DTSTART, the local end, and how long the event then goes on by the stopwatch.
_Span = tuple[When, datetime, timedelta]


class ShortWay:
    """The short way for the events of one source, which ``judge`` judges, if anybody does.

    What a policy drops and nobody asks about was left out of them while reading.
    """

    def __init__(self, zones: Zones, policy: Policy, judge: Judge | None = None) -> None:
        self._zones = zones
        self._judge = judge
        self._known: dict[bytes, _Item] = {}
        self._answers: dict[bytes, int] = {}  # kept longer than other lines, which are more
        asked = sorted(judge.names) if judge else []
        self._asked = frozenset(map(order, asked))
        self._telling = (*_TELLING, *(name.encode() for name in asked))
        self._dropped = frozenset(dropped(policy))
        self._kinds = [judge.of_kind(is_date=is_date, recurs=False) if judge else 0 for is_date in (False, True)]

    def single(self, uid: str, text: bytes) -> Single | None:
        """Return the single event of that UID and of ``text`` behind BEGIN:VEVENT; None if it is not plain enough."""
        uid_line = b"UID:" + uid.encode()
        lines = self._lines(text)
        if lines.count(uid_line) != 1:
            return None
        lines.remove(uid_line)
        items = self._items(lines)
        answered = self._answered(uid, items) if self._judge else 0
        orders = [item[0] for item in items]
        span = self._span(items, orders)
        if span is None or _OF_STAMP not in orders or _OF_UID in orders:
            return None
        if len(set(orders)) == len(orders):
            items.sort()
        elif any(place in _ONCE and orders.count(place) > 1 for place in orders):
            return None
        else:
            items.sort(key=_full_order)
        return self._single(uid, folded(uid_line), items, answered, *span)

    def lines(self, text: bytes) -> Lines | None:
        """Return the event of ``text`` behind BEGIN:VEVENT, that may recur, in lines; None if not plain enough."""
        telling, others = list[bytes](), list[bytes]()
        for line in self._lines(text):
            (telling if line.startswith(self._telling) else others).append(line)
        understood = [_plain_telling(line) or _sound_line(line) for line in telling]
        items = self._items(others)
        sound = [line for line in understood if line]
        names = [line.name for line in sound if line.name in ONCE]
        orders = {item[0] for item in items}
        if len(sound) < len(telling) or len(set(names)) < len(names) or len(orders) < len(others):
            return None
        if "UID" not in names or "DTSTAMP" not in names:
            return None
        return Lines(Component("VEVENT", tuple(sound)), tuple([(item[0], item[2]) for item in items]))

    def _lines(self, text: bytes) -> list[bytes]:
        """Return the lines of an event but its last; none if they are not all plainly ended and in UTF-8."""
        newline, blank, fold = _CRLF if text.endswith(b"\r") else _LF
        if blank in text:
            return []
        text = text.replace(fold, b"")
        try:
            text.decode()
        except UnicodeDecodeError:
            return []
        *lines, last = text[1:].split(newline)
        return [] if b"\n" in last else lines  # it is the END, unless a newline of another kind hides in it

    def _items(self, lines: list[bytes]) -> list[_Item]:
        """Return what is published of the lines, in their order; nothing if one has to be looked at closer."""
        known, items = self._known, list[_Item]()
        for line in lines:
            item = known.get(line) or self._judged(line)
            if item is None:
                return []
            items.append(item)
        return items

    def _judged(self, line: bytes) -> _Item | None:
        if line.startswith(_TIMES):
            return self._with_answers(_time(line))  # not worth remembering: they differ
        item = self._with_answers(_plain(line) or _duration(line) or self._sound(line))
        if item and item[0] not in _OF_ONE_EVENT:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[line] = item
        return item

    def _sound(self, text: bytes) -> _Item | None:
        """Return a line if it is sound as it is, be its parameters written a little otherwise."""
        line = _sound_line(text)
        if line is None or line.name in _FOR_THE_LONG_WAY or line.parameter("TZID") is not None:
            return None
        text = f"{line.name}{line.params}:{line.value}".encode()
        return order(line.name), text, b"" if line.name in self._dropped else folded(text), None, 0

    def _with_answers(self, item: _Item | None) -> _Item | None:
        """Return a line with what it answers, if anybody asks."""
        if item is None or self._judge is None or item[0] not in self._asked:
            return item
        answered = self._answers.get(item[1])
        if answered is None:
            line = parsed_line(item[1].decode())
            answered = self._judge.of_line(line) if line else 0
            if len(self._answers) >= _MOST_REMEMBERED:
                self._answers.clear()
            self._answers[item[1]] = answered
        return (*item[:4], answered)

    def _answered(self, uid: str, items: list[_Item]) -> int:
        """Return what the lines of an event answer, and its UID; those that are not published go."""
        assert self._judge is not None  # noqa: S101 - nobody else asks
        answered = self._judge.of_line(Line("UID", "", uid)) if "UID" in self._judge.names else 0
        for item in items:
            answered |= item[4]
        if not self._dropped.isdisjoint(self._judge.names):
            items[:] = [item for item in items if item[2]]
        return answered

    def _span(self, items: list[_Item], orders: list[bytes]) -> _Span | None:
        """Return when an event is, if that is written as it would be published, and in order."""
        said = {item[0]: item[3] for item in items if item[3] is not None}
        start, end, duration = said.get(_OF_START), said.get(_OF_END), said.get(_OF_DURATION)
        if not isinstance(start, When) or self._zones.settled(start) != start or start.local > _LATEST:
            return None
        if isinstance(end, When):
            right = duration is None and end[1:] == start[1:] and end.local > start.local
            return (start, end.local, _NO_TIME) if right else None
        if isinstance(duration, timedelta):
            return None if start.form is Form.DATE else (start, start.local, duration)
        return start, start.local + _DAY * (start.form is Form.DATE), _NO_TIME

    def _single(
        self,
        uid: str,
        uid_line: bytes,
        items: list[_Item],
        answered: int,
        start: When,
        last: datetime,
        more: timedelta,
    ) -> Single:
        rules, window = self._zones.rules(start), self._zones.window
        begins = ends = to_utc(start.local, rules)
        if not window.start <= begins < window.end:
            ends = max(begins, to_utc(last, rules) + more)
        if self._judge:
            is_date = start.form is Form.DATE
            answered |= self._kinds[is_date]
            answered |= self._judge.of_moment(start.local if is_date else begins, last - start.local + more, is_date)
        zones = (start.tzid,) if start.tzid else ()
        rest = b"".join([*[item[2] for item in items], END])
        return Single(begins, ends, Written(uid, "", begins, start.local.year, zones, uid_line, rest), answered)


_PLACES = {name.encode(): order(name) for name in (*ONCE, "COMMENT", "CONTACT")}
_ONCE = frozenset(map(order, ONCE))
_OF_START, _OF_END, _OF_DURATION = map(order, ("DTSTART", "DTEND", "DURATION"))
_OF_STAMP, _OF_UID = map(order, ("DTSTAMP", "UID"))
# They differ from event to event, so remembering their lines would only push out others.
_OF_ONE_EVENT = frozenset(map(order, ("CREATED", "LAST-MODIFIED")))


def _full_order(item: _Item) -> tuple[bytes, Line | None]:
    return item[0], parsed_line(item[1].decode())


def _plain(line: bytes) -> _Item | None:
    match = _PLAIN.fullmatch(line)
    return (_PLACES[match[match.lastindex or 0]], line, folded(line), None, 0) if match else None


def _duration(line: bytes) -> _Item | None:
    match = _DURATION.fullmatch(line)
    if match is None:
        return None
    return _OF_DURATION, line, folded(line), timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0)), 0


def _plain_telling(text: bytes) -> Line | None:
    match = _PLAIN_TELLING.match(text)
    return Line(*[part.decode() for part in match.groups()]) if match else None


def _sound_line(text: bytes) -> Line | None:
    line, mended = sound_line(text.decode()) if _SOUND.fullmatch(text) else (None, ())
    return line if line and not mended and text.startswith(line.name.encode()) else None


def _time(line: bytes) -> _Item | None:
    """Read DTSTART or DTEND; None if it is not written in the one way in which it would be published."""
    head, _, value = line.partition(b":")
    place, forms, tzid = _head(head)
    when = canonical_when(value.decode(), tzid)
    if when is None or not place or when.form not in forms:
        return None
    return place, line, folded(line), when, 0


@lru_cache(maxsize=256)
def _head(head: bytes) -> tuple[bytes, tuple[Form, ...], str]:
    """Return what the head of a line with a moment says: its place, in what form its value may be, and its TZID."""
    name = head.partition(b";")[0]
    place, parameter = _PLACES[name] if name in _TIMES else b"", head.removeprefix(name).decode()
    if parameter.startswith(";TZID=") and parameter[6:]:
        return place, (Form.ZONED,), parameter[6:]
    forms = {"": (Form.FLOATING, Form.UTC), ";VALUE=DATE": (Form.DATE,)}
    return place, forms.get(parameter, ()), ""
