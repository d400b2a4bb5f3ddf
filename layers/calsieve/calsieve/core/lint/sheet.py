"""A calendar file as lint reads it: its content lines with their numbers, and the components that they make.

Repairs nothing: what is wrong is to be seen. Takes any bytes.
"""

from __future__ import annotations

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from functools import cached_property

from calsieve.core.component import Line
from calsieve.core.values import When, parsed_when

# A line that is no property has an empty name, and is all value.
_LINE = re.compile(r'^(?:([A-Za-z0-9-]++)((?:;[^:"\n]*+(?:"[^"\n]*+"[^:"\n]*+)*+)?):)?(.*)$', re.MULTILINE)
_LOWER = re.compile(r"^[A-Z0-9-]*[a-z]", re.MULTILINE)


class Part:
    """One component: its own lines, where each stands among all lines, and the components inside it."""

    __slots__ = ("at", "begin", "first", "lines", "name", "parts")

    def __init__(self, name: str, begin: int) -> None:
        self.name = name
        self.begin = begin
        self.lines: list[Line] = []
        self.at: list[int] = []
        self.parts: list[Part] = []
        self.first: dict[str, int] = {}

    def take(self, lines: Sequence[Line], begin: int) -> None:
        """Add own lines, the first of which stands at ``begin``."""
        self.lines += lines
        self.at += range(begin, begin + len(lines))

    def closed(self) -> None:
        """Index the lines, which are complete now."""
        names = [line[0] for line in self.lines]
        self.first = dict(zip(reversed(names), range(len(names) - 1, -1, -1), strict=True))

    def line(self, name: str) -> Line | None:
        """Return the first line of that name, or None."""
        at = self.first.get(name)
        return None if at is None else self.lines[at]

    def value(self, name: str) -> str:
        """Return the value of the first line of that name, or an empty string."""
        at = self.first.get(name)
        return "" if at is None else self.lines[at].value

    def place(self, name: str) -> int:
        """Return where the first line of that name stands, or where the component begins."""
        at = self.first.get(name)
        return self.begin if at is None else self.at[at]

    def all(self, name: str) -> Iterator[tuple[int, Line]]:
        """Yield each line of that name, and where it stands."""
        if name in self.first:
            yield from ((at, line) for at, line in zip(self.at, self.lines, strict=True) if line[0] == name)


class Event:
    """One VEVENT and what many rules ask of it; what can't be read is None."""

    def __init__(self, part: Part) -> None:
        self.part = part
        self.uid = part.value("UID")

    @cached_property
    def start(self) -> When | None:
        """Its DTSTART."""
        return moment(self.part.line("DTSTART"))

    @cached_property
    def slot(self) -> When | None:
        """Its RECURRENCE-ID."""
        return moment(self.part.line("RECURRENCE-ID"))

    @cached_property
    def is_override(self) -> bool:
        """Whether it stands for one occurrence of a series."""
        return "RECURRENCE-ID" in self.part.first


class Sheet:
    """A whole file: ``lines`` are logical lines, ``outer`` what is not inside of anything.

    ``unclosed`` are the places of BEGIN lines whose END is missing, ``unopened`` of END lines that close nothing,
    ``outside`` of lines that are in no component.
    """

    def __init__(self, body: bytes) -> None:
        self.body = body
        text = body.decode("utf-8", "replace").removeprefix("\ufeff")
        self.text = text.replace("\r\n", "\n").replace("\r", "\n").removesuffix("\n")
        self.lines = _lines(self.text)
        self.outer: list[Part] = []
        self.unclosed: list[int] = []
        self.unopened: list[int] = []
        self.outside: list[int] = []
        self._grow()

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

    def at_physical(self, number: int) -> int:
        """Return the place of the logical line that the physical line of that number is a part of."""
        return bisect_right(self._numbers, number) - 1

    @cached_property
    def _numbers(self) -> list[int]:
        physical = enumerate(self.text.split("\n"), 1)
        return [number for number, line in physical if number == 1 or line[:1] not in {" ", "\t"}]

    def _grow(self) -> None:
        """Build the components; an END closes what is still open inside of what it names."""
        lines, stack, behind = self.lines, list[Part](), 0
        for at in [at for at, line in enumerate(lines) if line[0] in {"BEGIN", "END"}]:
            self._own(stack, behind, at)
            behind = at + 1
            name = lines[at].value.strip().upper()
            if lines[at].name == "BEGIN":
                stack.append(Part(name, at))
            elif any(part.name == name for part in stack):
                self._close(stack, name)
            else:
                self.unopened.append(at)
        self._own(stack, behind, len(lines))
        while stack:
            self.unclosed.append(stack[-1].begin)
            self._pop(stack)

    def _own(self, stack: list[Part], begin: int, end: int) -> None:
        if stack and begin < end:
            stack[-1].take(self.lines[begin:end], begin)
        else:
            self.outside += range(begin, end)

    def _close(self, stack: list[Part], name: str) -> None:
        while stack[-1].name != name:
            self.unclosed.append(stack[-1].begin)
            self._pop(stack)
        self._pop(stack)

    def _pop(self, stack: list[Part]) -> None:
        part = stack.pop()
        part.closed()
        (stack[-1].parts if stack else self.outer).append(part)


def _lines(text: str) -> list[Line]:
    unfolded = text.replace("\n ", "").replace("\n\t", "")
    rows: Iterable[tuple[str, str, str]] = _LINE.findall(unfolded)
    if _LOWER.search(unfolded):
        rows = [(name.upper(), params, value) for name, params, value in rows]
    return [*map(Line._make, rows)]


def moment(line: Line | None) -> When | None:
    """Return the date or date-time that a line says, or None."""
    return None if line is None else parsed_when(line.value, line.parameter("TZID"))
