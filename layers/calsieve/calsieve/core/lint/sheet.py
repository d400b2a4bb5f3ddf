"""A calendar file as lint reads it: its content lines with their numbers, and the components that they make.

Repairs nothing: what is wrong is to be seen. Takes any bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections import Counter
from collections.abc import Iterator, Sequence
from functools import cached_property, lru_cache
from operator import itemgetter

from calsieve.core.component import Line
from calsieve.core.values import When, parsed_when

# A line that is no property has an empty name, and is all value.
_LINE = re.compile(r'^(?:([^;:"\n]++)((?:;[^:"\n]*+(?:"[^"\n]*+"[^:"\n]*+)*+)?):)?(.*)$', re.MULTILINE)
# Name, parameters and value of a line. To make a Line of each would take as long as all rules together.
Row = tuple[str, str, str]


class Part:
    """One component: its own lines, where each stands among all lines, and the components inside it."""

    __slots__ = ("at", "begin", "first", "name", "parts", "rows")

    def __init__(self, name: str, begin: int) -> None:
        self.name = name
        self.begin = begin
        self.rows: list[Row] = []
        self.at: list[int] = []
        self.parts: list[Part] = []
        self.first: dict[str, int] = {}

    def take(self, rows: Sequence[Row], begin: int) -> None:
        """Add own lines, the first of which stands at ``begin``."""
        self.rows += rows
        self.at += range(begin, begin + len(rows))

    def closed(self) -> None:
        """Index the lines, which are complete now."""
        self.first = _first([row[0] for row in self.rows])

    def line(self, name: str) -> Line | None:
        """Return the first line of that name, or None."""
        at = self.first.get(name)
        return None if at is None else Line(*self.rows[at])

    def value(self, name: str) -> str:
        """Return the value of the first line of that name, or an empty string."""
        at = self.first.get(name)
        return "" if at is None else self.rows[at][2]

    def when(self, name: str) -> When | None:
        """Return the date or date-time that the first line of that name says, or None."""
        at = self.first.get(name)
        return None if at is None else parsed_when(self.rows[at][2], _zone(self.rows[at][1]))

    def place(self, name: str) -> int:
        """Return where the first line of that name stands, or where the component begins."""
        at = self.first.get(name)
        return self.begin if at is None else self.at[at]

    def all(self, name: str) -> Iterator[tuple[int, Line]]:
        """Yield each line of that name, and where it stands."""
        if name in self.first:
            yield from ((at, Line(*row)) for at, row in zip(self.at, self.rows, strict=True) if row[0] == name)


class Event:
    """One VEVENT and what many rules ask of it; what can't be read is None."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.uid = part.value("UID").strip()

    @cached_property
    def start(self) -> When | None:
        """Its DTSTART."""
        return self.part.when("DTSTART")

    @cached_property
    def end(self) -> When | None:
        """Its DTEND."""
        return self.part.when("DTEND")

    @cached_property
    def slot(self) -> When | None:
        """Its RECURRENCE-ID."""
        return self.part.when("RECURRENCE-ID")

    @cached_property
    def is_override(self) -> bool:
        """Whether it stands for one occurrence of a series."""
        return "RECURRENCE-ID" in self.part.first


class Sheet:
    """A whole file: ``rows`` are its logical lines, ``outer`` what is not inside of anything.

    Lines end with CR LF or LF, and with CR only if there is no LF. ``unclosed`` are the places of BEGIN lines whose END
    is missing, ``unopened`` of END lines that close nothing, ``outside`` of lines that are in no component.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        text = body.decode("utf-8", "replace").removeprefix("\ufeff")
        self.text = (text.replace("\r\n", "\n") if b"\n" in body else text.replace("\r", "\n")).removesuffix("\n")
        self.rows = _rows(self.text)
        self.outer: list[Part] = []
        self.unclosed: list[int] = []
        self.unopened: list[int] = []
        self.outside: list[int] = []
        self._grow()

    def line(self, place: int) -> Line:
        """Return a logical line."""
        return Line(*self.rows[place])

    @property
    def has_bare_returns(self) -> bool:
        """Whether there are carriage returns without a line feed, in a file that has line feeds."""
        return b"\n" in self.body and self.body.count(b"\r") > self.body.count(b"\r\n")

    @cached_property
    def nameless(self) -> list[int]:
        """Where lines stand that are no properties, empty ones included."""
        return [at for at, row in enumerate(self.rows) if not row[0]]

    @cached_property
    def zones_used(self) -> dict[str, int]:
        """The TZIDs that lines name, and where first."""
        used: dict[str, int] = {}
        for params, at in sorted(_first([row[1] for row in self.rows]).items(), key=itemgetter(1)):
            if "TZID" in params and (tzid := _zone(params)):
                used.setdefault(tzid, at)
        return used

    @cached_property
    def calendars(self) -> list[Part]:
        """The VCALENDARs."""
        return [part for part in self.outer if part.name == "VCALENDAR"]

    @cached_property
    def events(self) -> list[Event]:
        """All events, in their order."""
        return [Event(part) for part in self.parts("VEVENT")]

    @cached_property
    def zones(self) -> list[Part]:
        """All VTIMEZONEs."""
        return list(self.parts("VTIMEZONE"))

    @cached_property
    def masters(self) -> dict[str, Event]:
        """The first event of each UID that is no override."""
        return {event.uid: event for event in reversed(self.events) if event.uid and not event.is_override}

    def parts(self, name: str) -> Iterator[Part]:
        """Yield the components of that name that stand in a VCALENDAR."""
        return (part for calendar in self.calendars for part in calendar.parts if part.name == name)

    def number(self, place: int) -> int:
        """Return the number of the physical line at which a logical one begins, from 1."""
        return self._numbers[place]

    def place_of_byte(self, at: int) -> int:
        """Return the place of the logical line that a byte of the body is in."""
        newline = b"\n" if b"\n" in self.body else b"\r"
        return bisect_right(self._numbers, self.body.count(newline, 0, at) + 1) - 1

    @cached_property
    def _numbers(self) -> list[int]:
        physical = enumerate(self.text.split("\n"), 1)
        return [number for number, line in physical if number == 1 or line[:1] not in {" ", "\t"}]

    def _grow(self) -> None:
        """Build the components; an END closes what is still open inside of what it names."""
        rows, stack, behind = self.rows, list[Part](), 0
        opened: Counter[str] = Counter()
        for at in [at for at, row in enumerate(rows) if row[0] in {"BEGIN", "END"}]:
            self._own(stack, behind, at)
            behind = at + 1
            name = rows[at][2].strip().upper()
            if rows[at][0] == "BEGIN":
                stack.append(Part(name, at))
                opened[name] += 1
            elif opened[name]:
                self._close(stack, opened, name)
            else:
                self.unopened.append(at)
        self._own(stack, behind, len(rows))
        while stack:
            self.unclosed.append(stack[-1].begin)
            self._pop(stack)

    def _own(self, stack: list[Part], begin: int, end: int) -> None:
        if stack and begin < end:
            stack[-1].take(self.rows[begin:end], begin)
        else:
            self.outside += range(begin, end)

    def _close(self, stack: list[Part], opened: Counter[str], name: str) -> None:
        while stack[-1].name != name:
            self.unclosed.append(stack[-1].begin)
            opened[self._pop(stack)] -= 1
        opened[self._pop(stack)] -= 1

    def _pop(self, stack: list[Part]) -> str:
        part = stack.pop()
        part.closed()
        (stack[-1].parts if stack else self.outer).append(part)
        return part.name


def _rows(text: str) -> list[Row]:
    unfolded = text.replace("\n ", "").replace("\n\t", "")
    rows: list[Row] = _LINE.findall(unfolded)
    if any(name != name.upper() for name in {row[0] for row in rows}):
        rows = [(name.upper(), params, value) for name, params, value in rows]
    return rows


def _first(texts: list[str]) -> dict[str, int]:
    """Return where each text stands first."""
    return dict(zip(reversed(texts), range(len(texts) - 1, -1, -1), strict=True))


@lru_cache(maxsize=256)
def _zone(params: str) -> str | None:
    return Line("", params, "").parameter("TZID")
