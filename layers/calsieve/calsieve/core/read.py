"""The first of the core's doors: a source is read as a stream, and what can't be visible is let go at once.

What is held is what may be visible, as the bytes that were read, and little else: a source may be much larger
than memory. Where one pass has let go what a second look needs, there is a second pass.
"""

from __future__ import annotations

import re
from array import array
from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from calsieve.core.allowance import Allowance
from calsieve.core.blocks import blocks
from calsieve.core.component import Component, Tree, unescaped
from calsieve.core.heading import HEADING
from calsieve.core.repairs.properties import sound_properties
from calsieve.core.screen import Kind, Outline, Reach, closer_verdict, component_verdict, outline
from calsieve.core.text import logical_lines, plain_newlines, utf8_pieces
from calsieve.errors import InvalidCalendar

_BEGIN = b"\nBEGIN:VEVENT"
_END = b"\nEND:VEVENT"
# What fits into a processor's second cache, and malloc need not ask the system for.
_PIECE = 64 * 1024
# UIDs of this many events that were let go are remembered, as eight bytes each.
_MOST_REMEMBERED = 250_000


class Found(NamedTuple):
    """An event that may be visible: its UID, empty if it has none, and its bytes from behind BEGIN:VEVENT on.

    ``single`` says that it certainly has no recurrences and is no override.
    """

    uid: str
    text: bytes | Component
    single: bool = False


@dataclass(frozen=True, slots=True)
class Calendar:
    """One source as it was read: what may be visible of it, zones not yet resolved.

    ``heading`` holds the sound ones of the lines about the calendar that a feed may take over. ``screened`` counts
    the series that were let go as ``past`` and ``future``, ``events_in`` all events, ``size`` all bytes.
    """

    name: str
    heading: Component
    events: tuple[Found, ...]
    zones: Mapping[str, Component]
    size: int
    events_in: int
    charset: str | None = None
    screened: Mapping[str, int] = field(default_factory=dict)
    repairs: Mapping[str, int] = field(default_factory=dict)


def read(
    name: str,
    body: bytes | Iterable[bytes],
    charset: str | None = None,
    reach: Reach | None = None,
    left_out: re.Pattern[bytes] | None = None,
    most: int | None = None,
) -> Calendar:
    """Read a source called ``name``, and let go what ``reach`` shows to be certainly not visible.

    ``body`` is its bytes, or an iterable of pieces of them that can be iterated twice; ``charset`` is what the
    transfer declared, if anything. Without ``reach`` all events are kept. ``left_out`` is what is not kept of an
    event that is, and ``most`` how many bytes are kept, None for as many as there are. Keeps events and zones only: a
    phone's calendar shows nothing of VTODO, VJOURNAL and VFREEBUSY, which are counted as a repair. Raises
    InvalidCalendar if there is no VCALENDAR in it at all, UpstreamTooLarge.
    """
    pieces = _Pieces(body) if isinstance(body, bytes) else body
    allowance = Allowance(name, most)
    reader = _Reader(charset, reach, left_out, allowance)
    reader.take(pieces)
    if wanted := reader.let_go_too_early():
        reader = _Reader(charset, reach, left_out, Allowance(name, most), wanted)
        reader.take(pieces)
    return reader.calendar(name)


@dataclass(frozen=True, slots=True)
class _Pieces:
    """A body cut into pieces, so that no copy of the whole is made on the way; can be iterated again."""

    body: bytes = field(repr=False)

    def __iter__(self) -> Iterator[bytes]:
        return (self.body[at : at + _PIECE] for at in range(0, len(self.body), _PIECE))


class _Reader:
    """One pass over a source. Nothing of the UIDs in ``wanted`` is let go."""

    def __init__(
        self,
        charset: str | None,
        reach: Reach | None,
        left_out: re.Pattern[bytes] | None,
        allowance: Allowance,
        wanted: frozenset[bytes] = frozenset(),
    ) -> None:
        self._charset = charset
        self._reach = reach
        self._left_out = left_out
        self._allowance = allowance
        self._wanted = wanted
        self._repairs: Counter[str] = Counter()
        self._screened: Counter[str] = Counter()
        self._events: list[Found] = []
        self._let_go = array("q")  # the hashes of UIDs: enough to suspect that one was let go
        self._forgot = False
        self._masters_let_go: set[int] = set()
        self._zones: dict[str, Component] = {}
        self._overrides_let_go = self._others = self._size = 0
        self._head = b""
        self._tree = Tree(self._repairs, self._take_component)
        self._outermost: list[Component] = []

    def take(self, pieces: Iterable[bytes]) -> None:
        """Read all pieces."""
        for block in blocks(plain_newlines(utf8_pieces(self._counted(pieces), self._repairs), self._repairs)):
            self._take_block(block)
            if len(self._let_go) > _MOST_REMEMBERED:
                self._let_go, self._forgot = array("q"), True
        self._outermost = self._tree.closed()  # an event without an END may be let go only now

    def let_go_too_early(self) -> frozenset[bytes]:
        """Return UIDs of events that were kept of which another event was, or may have been, let go.

        They can be versions of one event, of which the newest counts wherever it lies, or parts of one series.
        """
        kept = {found.uid.encode() for found in self._events if found.uid} - self._wanted
        if self._forgot:
            return frozenset(kept)
        by_hash = {hash(uid): uid for uid in kept}
        return frozenset(by_hash[known] for known in self._let_go if known in by_hash)

    def calendar(self, name: str) -> Calendar:
        """Return what was read. Raises InvalidCalendar."""
        calendars = [component for component in self._outermost if component.name == "VCALENDAR"]
        if not calendars:
            raise InvalidCalendar(name, _why_no_calendar(self._head))
        self._repairs["several_calendars"] += len(calendars) - 1
        self._repairs["not_an_event"] += self._others
        heading = Component("VCALENDAR", tuple(calendars[0].all(*HEADING)))
        return Calendar(
            name=name,
            heading=sound_properties(heading, self._repairs),
            events=tuple(self._events),
            zones=self._zones,
            size=self._size,
            events_in=len(self._events) + self._screened.total() + self._overrides_let_go,
            charset=self._charset,
            screened=dict(self._screened),
            repairs=dict(+self._repairs),
        )

    def _counted(self, pieces: Iterable[bytes]) -> Iterable[bytes]:
        for piece in pieces:
            self._size += len(piece)
            if len(self._head) < 512:
                self._head += piece[:512]
            yield piece

    def _take_block(self, block: bytes) -> None:
        """Take whole lines: events that are plainly written as bytes, everything else line by line."""
        reach = self._reach
        if reach is None:
            self._feed(block)
            return
        ending = b"\r" if b"\r" in block else b""
        begin, end = _BEGIN + ending, _END + ending
        first, *events = block.split(begin)
        self._feed(first)
        between = self._tree.between_components
        first_day, wanted, past = reach.first, self._wanted, []
        for event in events:
            known = outline(event) if between and event.endswith(end) else None
            # The verdict on nearly all events, without further calls.
            if (
                known
                and not known[3]
                and b"" < known[1] < first_day
                and known[2] < first_day
                and known[0] not in wanted
            ):
                past.append(known[0])
            elif not known or not self._taken(event, known, reach):
                self._feed(begin + event)
                between = self._tree.between_components
        self._screened["past"] += len(past)
        self._let_go.extend(map(hash, past))

    def _taken(self, event: bytes, known: Outline, reach: Reach) -> bool:
        """Take an event by what its bytes plainly say; return False if it has to be parsed."""
        kind, judged = closer_verdict(event, known, reach)
        if kind is None:
            return False
        uid = known[0]
        if kind is Kind.OVERRIDE and judged and hash(uid) in self._masters_let_go and uid not in self._wanted:
            self._overrides_let_go += 1
            return True
        self._take_plain(event, uid, "" if kind is Kind.OVERRIDE else judged, single=kind is Kind.SINGLE)
        if kind is Kind.MASTER and judged and len(self._masters_let_go) < _MOST_REMEMBERED:
            self._masters_let_go.add(hash(uid))
        return True

    def _take_plain(self, event: bytes, uid: bytes, judged: str, *, single: bool) -> None:
        if judged and uid not in self._wanted:
            self._let_go_of(uid, judged)
            return
        if self._left_out and uid:  # else a UID will be made from all of its lines
            event = self._left_out.sub(b"", event)
        self._allowance.keep(len(event), event.count(b"\n"))
        self._events.append(Found(uid.decode("ascii"), event, single))

    def _feed(self, text: bytes) -> None:
        if len(text) > 1:
            self._tree.feed(logical_lines(text, self._charset, self._repairs))
            self._allowance.refuse_long(self._tree.waiting)

    def _take_component(self, component: Component) -> None:
        """Take a component of the calendar that was parsed."""
        if component.name == "VTIMEZONE":
            tzid = unescaped(component.value("TZID"))
            if tzid not in self._zones:  # some write it again for each event
                self._allowance.keep_zone(component)
                self._zones[tzid] = component
        elif component.name != "VEVENT":
            self._others += 1
        else:
            uid = next((line.value.strip() for line in component.all("UID") if line.value.strip()), "")
            judged = component_verdict(component, self._reach) if self._reach else ""
            if judged and uid.encode() not in self._wanted:
                self._let_go_of(uid.encode(), judged)
            else:
                self._allowance.keep(component.size, component.length)
                self._events.append(Found(uid, component))

    def _let_go_of(self, uid: bytes, judged: str) -> None:
        self._screened[judged] += 1
        self._let_go.append(hash(uid))


def _why_no_calendar(head: bytes) -> str:
    """Say in plain words what the bytes look like instead."""
    start = head.lstrip(b"\xef\xbb\xbf \t\r\n").lower()
    if not start:
        return "the file is empty"
    if start.startswith((b"<!doctype html", b"<html")):
        return "this is a web page, not a calendar; a login page is the usual cause"
    if start.startswith(b"<?xml"):
        return "this is XML, not a calendar"
    return "no BEGIN:VCALENDAR in it, so it is not an iCalendar file"
