"""The short way for the many: events in which there is nothing to mend, published line by line.

It takes an event only if each line is as it would be written anyway, and leaves all others to the long way, on
which everything is understood. What is published is the same on both.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from operator import itemgetter
from typing import TYPE_CHECKING, NamedTuple

from calsieve.core.component import Component, Line, parsed_line
from calsieve.core.plain_lines import (
    OF_DURATION,
    OF_END,
    OF_START,
    TIMES,
    Item,
    duration,
    plain,
    plain_telling,
    sound_as_it_is,
    time,
)
from calsieve.core.repairs.properties import ONCE
from calsieve.core.scrub import dropped
from calsieve.core.serialise import canonical, folded, order, written_line
from calsieve.core.understand import Lines
from calsieve.core.values import Form, When
from calsieve.core.window import LATEST
from calsieve.core.written import END, Written
from calsieve.core.zones.resolve import Zones, to_utc
from calsieve.models import Policy

if TYPE_CHECKING:
    from calsieve.core.rules.judge import Judge
    from calsieve.rules import Rule

# Lines that mean more than themselves, or may weigh too much.
_FOR_THE_LONG_WAY = frozenset(["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DURATION", "ATTACH", "IMAGE"])
_DAY, _NO_TIME = timedelta(days=1), timedelta()
_LATEST = LATEST.replace(tzinfo=None) - 5 * _DAY  # none that begins earlier ends beyond all time
# The last lines that were judged are remembered, because they repeat from event to event.
_MOST_REMEMBERED = 1024

# Lines by which a series is understood: when it is, and which version of what.
_TELLING = (
    *TIMES,
    *(b"DURATION", b"RRULE", b"RDATE", b"EXDATE", b"EXRULE"),
    *(b"UID", b"RECURRENCE-ID", b"SEQUENCE", b"DTSTAMP", b"LAST-MODIFIED"),
)


# A newline, a line without anything, a fold.
_CRLF, _LF = (b"\r\n", b"\n\r\n", b"\r\n "), (b"\n", b"\n\n", b"\n ")


class Single(NamedTuple):
    """A single event that lasts from ``start`` to ``end`` (UTC), as it is published.

    ``end`` may be ``start`` where that lies in the window, and so tells all. ``answered`` is what it answers to the
    questions of rules, ``of_itself`` what of this its lines don't say, and ``items`` are these if rules edit any.
    """

    start: datetime
    end: datetime
    written: Written
    answered: int = 0
    of_itself: int = 0
    items: tuple[Item, ...] = ()


# DTSTART, the local end, and how long the event then goes on by the stopwatch.
_Span = tuple[When, datetime, timedelta]


class ShortWay:
    """The short way for the events of one source, which ``judge`` judges, if anybody does.

    What a policy drops and nobody asks about was left out of them while reading.
    """

    def __init__(self, zones: Zones, policy: Policy, judge: Judge | None = None) -> None:
        self._zones = zones
        self._judge = judge
        self._known: dict[bytes, Item] = {}
        self._answers: dict[bytes, int] = {}  # kept longer than other lines, which are more
        self._asked = frozenset(map(order, judge.asked)) if judge else frozenset[bytes]()
        self._telling = (*_TELLING, *(name.encode() for name in sorted(judge.edited))) if judge else _TELLING
        self._dropped = frozenset(dropped(policy))
        self._edited = frozenset(map(order, judge.edited)) if judge else frozenset[bytes]()
        self._hides = judge is not None and not self._dropped.isdisjoint(judge.asked)
        self._asks_uid = judge is not None and "UID" in judge.asked
        self._kinds = [judge.of_kind(is_date=is_date, recurs=False) if judge else 0 for is_date in (False, True)]

    def single(self, uid: str, text: bytes) -> Single | None:
        """Return the single event of that UID and of ``text`` behind BEGIN:VEVENT; None if it is not plain enough."""
        uid_line = b"UID:" + uid.encode()
        lines = self._lines(text)
        if lines.count(uid_line) != 1:
            return None
        lines.remove(uid_line)
        items = self._items(lines)
        answered = self._answered(items) if self._judge else 0
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

    def edited(self, single: Single) -> tuple[Written | None, tuple[Rule, ...]]:
        """Return a single event as the rules leave it, None if they drop it, and which of them matched."""
        assert self._judge is not None  # noqa: S101 - nobody else edits
        fixed, lines, others = single.of_itself, list[Line](), list[Item]()
        for item in single.items:
            line = parsed_line(item[1].decode()) if item[0] in self._edited else None
            if line:
                lines.append(line)
            else:
                others.append(item)
                fixed |= item[4]
        component, matched = self._judge.verdict(Component("VEVENT", tuple(lines)), fixed)
        if component is None:
            return None, matched
        kept = [line for line in component.lines if line.name not in self._dropped]
        others += [(order(line.name), b"", written_line(line), None, 0) for line in canonical(kept)]
        others.sort(key=itemgetter(0))
        rest = b"".join([*[item[2] for item in others], END])
        return single.written._replace(rest=rest), matched

    def lines(self, text: bytes) -> Lines | None:
        """Return the event of ``text`` behind BEGIN:VEVENT, that may recur, in lines; None if not plain enough."""
        telling, others = list[bytes](), list[bytes]()
        for line in self._lines(text):
            (telling if line.startswith(self._telling) else others).append(line)
        understood = [plain_telling(line) or sound_as_it_is(line) for line in telling]
        items = self._items(others)
        complete = len(items) == len(others)
        answered = self._answered(items) if self._judge else 0
        sound = [line for line in understood if line]
        names = [line.name for line in sound if line.name in ONCE]
        orders = {item[0] for item in items}
        if len(sound) < len(telling) or len(set(names)) < len(names) or not complete or len(orders) < len(items):
            return None
        if "UID" not in names or "DTSTAMP" not in names:
            return None
        return Lines(Component("VEVENT", tuple(sound)), tuple([(item[0], item[2]) for item in items]), answered)

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

    def _items(self, lines: list[bytes]) -> list[Item]:
        """Return what is published of the lines, in their order; nothing if one has to be looked at closer."""
        known, items = self._known, list[Item]()
        for line in lines:
            item = known.get(line) or self._judged(line)
            if item is None:
                return []
            items.append(item)
        return items

    def _judged(self, line: bytes) -> Item | None:
        if line.startswith(TIMES):
            item = time(line)  # not worth remembering: they differ
            return self._with_answers(item) if item and item[0] in self._asked else item
        item = plain(line) or duration(line) or self._sound(line)
        if item and item[0] in self._asked:
            item = self._with_answers(item)
        if item and item[0] not in _OF_ONE_EVENT:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            self._known[line] = item
        return item

    def _sound(self, text: bytes) -> Item | None:
        """Return a line if it is sound as it is, be its parameters written a little otherwise."""
        line = sound_as_it_is(text)
        if line is None or line.name in _FOR_THE_LONG_WAY or line.parameter("TZID") is not None:
            return None
        text = f"{line.name}{line.params}:{line.value}".encode()
        return order(line.name), text, b"" if line.name in self._dropped else folded(text), None, 0

    def _with_answers(self, item: Item) -> Item:
        """Return a line with what it answers."""
        answered = self._answers.get(item[1])
        if answered is None:
            line = parsed_line(item[1].decode())
            answered = self._judge.of_line(line) if line and self._judge else 0
            if len(self._answers) >= _MOST_REMEMBERED:
                self._answers.clear()
            self._answers[item[1]] = answered
        return (*item[:4], answered)

    def _answered(self, items: list[Item]) -> int:
        """Return what lines answer; those that are not published go."""
        answered = 0
        for item in items:
            answered |= item[4]
        if self._hides:
            items[:] = [item for item in items if item[2] or item[0] in self._edited]
        return answered

    def _span(self, items: list[Item], orders: list[bytes]) -> _Span | None:
        """Return when an event is, if that is written as it would be published, and in order."""
        said = {item[0]: item[3] for item in items if item[3] is not None}
        start, end, duration = said.get(OF_START), said.get(OF_END), said.get(OF_DURATION)
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
        items: list[Item],
        answered: int,
        start: When,
        last: datetime,
        more: timedelta,
    ) -> Single:
        rules, window = self._zones.rules(start), self._zones.window
        begins = ends = to_utc(start.local, rules)
        if not window.start <= begins < window.end:
            ends = max(begins, to_utc(last, rules) + more)
        of_itself = self._of_itself(uid, start, begins, last - start.local + more) if self._judge else 0
        zones = (start.tzid,) if start.tzid else ()
        rest = b"".join([*[item[2] for item in items], END])
        written = Written(uid, "", begins, start.local.year, zones, uid_line, rest)
        return Single(begins, ends, written, answered | of_itself, of_itself, tuple(items) if self._edited else ())

    def _of_itself(self, uid: str, start: When, begins: datetime, length: timedelta) -> int:
        """Return what an event answers by its UID, its kind and its time."""
        assert self._judge is not None  # noqa: S101 - nobody else asks
        is_date = start.form is Form.DATE
        answered = self._kinds[is_date] | self._judge.of_moment(start.local if is_date else begins, length, is_date)
        return answered | self._judge.of_line(Line("UID", "", uid)) if self._asks_uid else answered


_ONCE = frozenset(map(order, ONCE))
_OF_STAMP, _OF_UID = map(order, ("DTSTAMP", "UID"))
# They differ from event to event, so remembering their lines would only push out others.
_OF_ONE_EVENT = frozenset(map(order, ("CREATED", "LAST-MODIFIED")))


def _full_order(item: Item) -> tuple[bytes, Line | None]:
    return item[0], parsed_line(item[1].decode())
