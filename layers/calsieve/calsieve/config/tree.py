"""YAML text → a tree of plain nodes that know where they stand. Builds no Python objects.

Works on the parser's events, below PyYAML's constructors: tags can't name a class, aliases can't
multiply, and each scalar keeps the very characters of the file (``0123`` stays ``0123``).
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import NamedTuple, Protocol, cast

import yaml
from yaml.events import (
    AliasEvent,
    CollectionEndEvent,
    CollectionStartEvent,
    DocumentStartEvent,
    Event,
    MappingStartEvent,
    NodeEvent,
    ScalarEvent,
)
from yaml.reader import Reader

from calsieve.config.syntax import syntax_problem
from calsieve.errors import ConfigError, Problem

# libyaml's parser is some ten times faster; where PyYAML came without it the plain one does.
LOADER: type[yaml.SafeLoader | yaml.CSafeLoader] = getattr(yaml, "CSafeLoader", yaml.SafeLoader)
TOP = "(file)"
_DEEPEST = 20
# Each bracket costs the parser as much as all that are open: a hundred thousand of them a minute.
_DEEPEST_AT_ALL = 5_000
_resolve: Callable[[type[yaml.ScalarNode], str, object], str] = yaml.resolver.Resolver().resolve


@dataclass(frozen=True, slots=True)
class Scalar:
    """One value as it is written. ``kind`` is what YAML 1.1 takes it for: str, int, bool, null, …

    ``start`` and ``end`` are offsets in the text without its byte order mark; ``line`` counts from 1.
    """

    text: str = field(repr=False)
    kind: str
    quoted: bool
    line: int
    start: int
    end: int


class Listing(NamedTuple):
    """A YAML sequence."""

    items: tuple[Node, ...]
    line: int
    start: int


class Table(NamedTuple):
    """A YAML mapping, in the order of the file, keys that are given twice included."""

    entries: tuple[tuple[Node, Node], ...]
    line: int
    start: int

    def get(self, name: str) -> Node | None:
        """Return the first value under ``name``."""
        return next((v for k, v in self.entries if isinstance(k, Scalar) and k.text == name), None)


class Refused(NamedTuple):
    """Something that YAML allows and we don't; ``why`` also says what to write instead."""

    why: str
    line: int
    start: int


class Mark(Protocol):
    """A place in the text, as either of PyYAML's parsers gives it."""

    line: int
    index: int


Node = Scalar | Listing | Table | Refused


def compose(text: str, loader: type[yaml.SafeLoader | yaml.CSafeLoader] = LOADER) -> Node:
    """Return the tree of the one document in ``text``, which must not begin with a byte order mark.

    Raises ConfigError with the first problem that keeps the text from being YAML at all.
    """
    if found := Reader.NON_PRINTABLE.search(text):
        line = text.count("\n", 0, found.start()) + 1
        raise ConfigError([Problem(line, TOP, "there is an unprintable character on this line: remove it")])
    try:
        return _document(yaml.parse(text, Loader=loader))
    except yaml.MarkedYAMLError as error:
        problem = syntax_problem(error, text, TOP)
    # Raised outside the fence on purpose: PyYAML's own error quotes the line, and with it its secrets.
    raise ConfigError([problem])


def _document(events: Iterator[Event]) -> Node:
    next(events)
    if not isinstance(next(events), DocumentStartEvent):
        raise ConfigError([Problem(1, TOP, "the file is empty: write `feeds:` and a list of feeds")])
    root = cast("Node", _node(events, 0))  # a document holds exactly one node
    next(events)
    after = next(events)
    if isinstance(after, DocumentStartEvent):
        line, _ = _place(after.start_mark)
        raise ConfigError([Problem(line, TOP, "a second document begins here: remove the line `---`")])
    return root


def _node(events: Iterator[Event], depth: int) -> Node | None:
    """Return the next node, or None at the end of a collection."""
    event = next(events)
    if isinstance(event, CollectionEndEvent):
        return None
    line, start = _place(event.start_mark)
    if why := _refusal(event, depth):
        _skip(event, events)
        return Refused(why, line, start)
    if isinstance(event, ScalarEvent):
        return _scalar(event)
    items: tuple[Node, ...] = tuple(_rest(events, depth + 1))
    if isinstance(event, MappingStartEvent):
        return Table(tuple(zip(items[::2], items[1::2], strict=True)), line, start)
    return Listing(items, line, start)


def _rest(events: Iterator[Event], depth: int) -> Iterator[Node]:
    while (node := _node(events, depth)) is not None:
        yield node


def _refusal(event: Event, depth: int) -> str | None:
    if isinstance(event, AliasEvent):
        return "aliases (*name) are not used here: write it out, share it under `defaults`, or quote the value"
    if isinstance(event, NodeEvent) and event.anchor:
        return "anchors (&name) are not used here: remove it, or put a value that starts with & in quotes"
    if isinstance(event, ScalarEvent | CollectionStartEvent) and event.tag:
        return "tags (!name) are not used here: remove it, or put a value that starts with ! in quotes"
    if depth > _DEEPEST:
        return f"this is nested more than {_DEEPEST} deep: look for a stray bracket, or make several rules of it"
    return None


def _skip(event: Event, events: Iterator[Event]) -> None:
    unclosed = int(isinstance(event, CollectionStartEvent))
    while unclosed:
        event = next(events)
        unclosed += isinstance(event, CollectionStartEvent) - isinstance(event, CollectionEndEvent)
        if unclosed > _DEEPEST_AT_ALL:
            line, _ = _place(event.start_mark)
            raise ConfigError([Problem(line, TOP, "this is nested thousands deep: look for a stray bracket")])


def _scalar(event: ScalarEvent) -> Scalar:
    tag = _resolve(yaml.ScalarNode, event.value, event.implicit)
    line, start = _place(event.start_mark)
    _, end = _place(event.end_mark)
    return Scalar(event.value, tag.rpartition(":")[2], bool(event.style), line, start, end)


def _place(mark: Mark | None) -> tuple[int, int]:
    """Return the line, from 1, and the offset in the text. Every event of a parser has marks."""
    return (mark.line + 1, mark.index) if mark else (1, 0)
