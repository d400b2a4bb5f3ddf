"""Content lines and the tree of components they make (RFC 5545 §3.1, §3.4–3.6).

This is the core's own representation; it never leaves the core. Values stay the text that was read,
so that what nobody understands survives unchanged.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from functools import lru_cache
from typing import NamedTuple

Parameters = tuple[tuple[str, tuple[str, ...]], ...]

_PARAMETER = re.compile(r';\s*([A-Za-z0-9_.-]+)\s*=\s*((?:"[^"]*"|[^";,])*(?:,(?:"[^"]*"|[^";,])*)*)')
_HEAD = re.compile(r'((?:[^":]|"[^"]*")*):')
_ESCAPE = re.compile(r"\\([\\;,nN])")
# Components that can't hold one another: a new one shows that the last one's END is missing.
_TOP_LEVEL = frozenset({"VEVENT", "VTODO", "VJOURNAL", "VFREEBUSY", "VTIMEZONE"})
# No component of any standard is this deep; what is deeper counts as lines of the one around it.
_DEEPEST = 8


class Line(NamedTuple):
    """One content line: upper-case name, raw parameters with their leading ``;``, raw value."""

    name: str
    params: str
    value: str

    @property
    def parameters(self) -> Parameters:
        """The parameters, as they are read."""
        return parameters(self.params)

    def parameter(self, name: str) -> str | None:
        """Return the first value of a parameter, or None."""
        if not self.params:
            return None
        return next((values[0] for key, values in parameters(self.params) if key == name), None)

    def with_parameter(self, name: str, value: str | None) -> Line:
        """Return the line with that parameter set, or removed for None."""
        kept = tuple(item for item in self.parameters if item[0] != name)
        added = () if value is None else ((name, (value,)),)
        return self._replace(params=written_parameters(kept + added))


class Component(NamedTuple):
    """One BEGIN:X … END:X: its name, its own lines in order, and the components inside it."""

    name: str
    lines: tuple[Line, ...]
    children: tuple[Component, ...] = ()

    @property
    def length(self) -> int:
        """The number of its lines, with those of the components inside it."""
        return len(self.lines) + sum(child.length + 1 for child in self.children)

    @property
    def size(self) -> int:
        """The characters of its parameters and values, with those of the components inside it."""
        own = sum(len(line.params) + len(line.value) for line in self.lines)
        return own + sum(child.size for child in self.children)

    def first(self, name: str) -> Line | None:
        """Return the first line of that name, or None."""
        for line in self.lines:
            if line.name == name:
                return line
        return None

    def value(self, name: str) -> str:
        """Return the value of the first line of that name, or an empty string."""
        line = self.first(name)
        return line.value if line else ""

    def all(self, *names: str) -> Iterator[Line]:
        """Yield every line of these names."""
        return (line for line in self.lines if line.name in names)

    def has(self, *names: str) -> bool:
        """Tell whether any line of these names is there."""
        return any(line.name in names for line in self.lines)

    def without(self, *names: str) -> Component:
        """Return the component without the lines of these names."""
        return Component(self.name, tuple([line for line in self.lines if line.name not in names]), self.children)

    def plus(self, *lines: Line) -> Component:
        """Return the component with these lines added at its end."""
        return Component(self.name, self.lines + lines, self.children)

    def with_line(self, line: Line) -> Component:
        """Return the component with ``line`` in place of all lines of its name."""
        return self.without(line.name).plus(line)

    def mapped(self, edit: Callable[[Line], Line | None]) -> Component:
        """Return the component with every own line edited; None removes the line."""
        lines = [kept for line in self.lines if (kept := edit(line)) is not None]
        return Component(self.name, tuple(lines), self.children)


@lru_cache(maxsize=1024)  # lines repeat, and their parameters even more
def parameters(params: str) -> Parameters:
    """Read the parameters of a line: names in upper case, values without quotes; what is malformed is left out."""
    return tuple(
        (name.upper(), tuple(value.replace('"', "").strip() for value in _split_values(values)))
        for name, values in _PARAMETER.findall(params)
    )


def parsed_line(text: str) -> Line | None:
    """Read one logical line; None if it has no value part at all."""
    head, colon, value = text.partition(":")
    if '"' in head and head.count('"') % 2:
        match = _HEAD.match(text)
        if match:
            head, value = match.group(1), text[match.end() :]
    if not colon:
        return None
    name, semicolon, params = head.partition(";")
    name = name.strip(" \t")
    return Line(name.upper() if name.isascii() else name, semicolon + params, value)


def unescaped(text: str) -> str:
    """Read a TEXT value (RFC 5545 §3.3.11)."""
    return _ESCAPE.sub(lambda found: "\n" if found.group(1) in "nN" else found.group(1), text)


def escaped(text: str) -> str:
    """Write a text as a TEXT value (RFC 5545 §3.3.11)."""
    plain = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return plain.replace("\r\n", "\n").replace("\n", "\\n")


def written_parameters(parameters: Parameters) -> str:
    """Write parameters as RFC 5545 §3.2 asks, quoted where they must be."""
    return "".join(f";{name}={','.join(map(_quoted, values))}" for name, values in parameters)


def _quoted(value: str) -> str:
    return f'"{value}"' if re.search(r"[;:,]", value) else value


def _split_values(values: str) -> list[str]:
    return re.findall(r'(?:^|,)((?:"[^"]*"|[^",])*)', values)


class _Open(NamedTuple):
    """A component whose END has not come yet."""

    name: str
    lines: list[Line]
    children: list[Component]

    def closed(self) -> Component:
        return Component(self.name, tuple(self.lines), tuple(self.children))


def parsed(texts: Iterable[str], repairs: Counter[str]) -> list[Component]:
    """Build the outermost components of logical lines; lines outside of any component are ignored.

    Missing END lines are supplied and END lines that close nothing are ignored, both counted.
    """
    tree = Tree(repairs)
    tree.feed(texts)
    return tree.closed()


class Tree:
    """The components of logical lines that come bit by bit.

    What is complete within a VCALENDAR is handed to ``taken``, if there is one, instead of being kept.
    """

    def __init__(self, repairs: Counter[str], taken: Callable[[Component], None] | None = None) -> None:
        self._stack = [_Open("", [], [])]
        self._repairs = repairs
        self._taken = taken

    @property
    def between_components(self) -> bool:
        """Whether a VCALENDAR is open and nothing in it."""
        return len(self._stack) == 2 and self._stack[1].name == "VCALENDAR"

    @property
    def waiting(self) -> int:
        """The number of lines of what is still open."""
        return sum(len(one.lines) + sum(child.length + 1 for child in one.children) for one in self._stack)

    def feed(self, texts: Iterable[str]) -> None:
        """Take further lines."""
        for text in texts:
            line = parsed_line(text)
            if line is None:
                self._repairs["not_a_property"] += 1
            elif line.name == "BEGIN":
                self._begin(line.value.strip().upper())
            elif line.name == "END":
                self._end(line.value.strip().upper())
            else:
                self._stack[-1].lines.append(line)

    def closed(self) -> list[Component]:
        """Return the outermost components, closing what is still open."""
        self._repairs["missing_end"] += len(self._stack) - 1
        self._close_to(1)
        return self._stack[0].children

    def _begin(self, name: str) -> None:
        stack = self._stack
        unclosed = len(stack)
        if name == "VCALENDAR":
            unclosed = 1
        elif name in _TOP_LEVEL:
            unclosed = next((i for i, item in enumerate(stack) if item.name in _TOP_LEVEL), unclosed)
        self._repairs["missing_end"] += len(stack) - unclosed
        self._close_to(unclosed)
        if len(stack) > _DEEPEST:
            self._repairs["too_deep"] += 1
            return
        stack.append(_Open(name, [], []))

    def _end(self, name: str) -> None:
        stack = self._stack
        depth = next((i for i in range(len(stack) - 1, 0, -1) if stack[i].name == name), None)
        if depth is None:
            self._repairs["orphan_end"] += 1
            return
        self._repairs["missing_end"] += len(stack) - 1 - depth
        self._close_to(depth + 1)
        self._hand_over(stack.pop().closed())

    def _close_to(self, depth: int) -> None:
        """Close what was not ended. What it swallowed, though it lies in a calendar itself, is given back."""
        while len(self._stack) > depth:
            closed = self._stack.pop().closed()
            swallowed = [child for child in closed.children if child.name in _TOP_LEVEL]
            if closed.name == "VCALENDAR" or not swallowed:
                self._hand_over(closed)
                continue
            others = tuple(child for child in closed.children if child.name not in _TOP_LEVEL)
            for one in (closed._replace(children=others), *swallowed):
                self._hand_over(one)

    def _hand_over(self, component: Component) -> None:
        if self._taken and self.between_components:
            self._taken(component)
        else:
            self._stack[-1].children.append(component)
