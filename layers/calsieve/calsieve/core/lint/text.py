"""Rules of bytes and lines (RFC 5545 §3.1): what there is before a file means anything."""

from __future__ import annotations

import re
from collections.abc import Iterator

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client

_READERS_OF_LINES = (Client.GOOGLE, Client.ICSX5, Client.THUNDERBIRD)
_PARAMETERS = re.compile(r'(?:;[A-Za-z0-9-]++=(?:"[^"]*"|[^";:,]*)(?:,(?:"[^"]*"|[^";:,]*))*)*')
_LONG = re.compile(rb"^[^\r\n]{76}", re.MULTILINE)
_BARE = re.compile(rb"\r(?!\n)|(?<!\r)\n")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SHOWN = 40


def _line_of(body: bytes, at: int) -> int:
    """Return the number, from 0, of the physical line in which a byte is."""
    before = body[:at]
    return before.count(b"\n") + before.replace(b"\r\n", b"").count(b"\r")


def _physical(sheet: Sheet, at: int, found: str) -> Place:
    """Return the place of a byte: that of the logical line that it belongs to."""
    return Place(sheet.at_physical(_line_of(sheet.body, at) + 1), found)


@rule("write the file in UTF-8 without a mark", warning=(Client.ICSX5,), hint=EVERYBODY)
def byte_order_mark(sheet: Sheet) -> Iterator[Place]:
    """A byte order mark before BEGIN, which parsers that are not told of it take for a part of that word."""
    if sheet.body.startswith(b"\xef\xbb\xbf"):
        yield Place(0, "a byte order mark")


@rule("write the file in UTF-8", warning=EVERYBODY)
def not_utf8(sheet: Sheet) -> Iterator[Place]:
    """Bytes that are not UTF-8 (RFC 5545 §6): readers show other characters, or none."""
    try:
        sheet.body.decode()
    except UnicodeDecodeError as error:
        yield _physical(sheet, error.start, "not UTF-8")


@rule("end each line with CR LF", hint=EVERYBODY)
def bare_newline(sheet: Sheet) -> Iterator[Place]:
    """A line that does not end with CR LF (RFC 5545 §3.1). All know a newline alone."""
    body = sheet.body
    if body.count(b"\r\n") < max(body.count(b"\n"), body.count(b"\r")) and (found := _BARE.search(body)):
        yield _physical(sheet, found.start(), "a line that does not end with CR LF")


@rule("fold lines after 75 octets", hint=EVERYBODY)
def long_line(sheet: Sheet) -> Iterator[Place]:
    """A line of more than 75 octets (RFC 5545 §3.1)."""
    if found := _LONG.search(sheet.body):
        yield _physical(sheet, found.start(), "a line of more than 75 octets")


@rule("remove it", warning=EVERYBODY)
def control_character(sheet: Sheet) -> Iterator[Place]:
    """A control character (RFC 5545 §3.1 CONTROL)."""
    if found := _CONTROL.search(sheet.body):
        yield _physical(sheet, found.start(), "a control character")


@rule(
    "escape newlines as \\n, and begin what follows a fold with a space",
    error=_READERS_OF_LINES,
    warning=EVERYBODY,
)
def no_property(sheet: Sheet) -> Iterator[Place]:
    """A line that is no NAME:VALUE."""
    for at, line in enumerate(sheet.lines):
        if not line[0] and line[2].strip():
            yield Place(at, "a line that is no property")


@rule("remove it", hint=EVERYBODY)
def blank_line(sheet: Sheet) -> Iterator[Place]:
    """A line with nothing on it."""
    for at, line in enumerate(sheet.lines):
        if not line[0] and not line[2].strip():
            yield Place(at, "an empty line")


@rule("quote values that hold : ; or , and leave out quotes inside of them", error=_READERS_OF_LINES, warning=EVERYBODY)
def bad_parameters(sheet: Sheet) -> Iterator[Place]:
    """Parameters that are not ;NAME=VALUE (RFC 5545 §3.2)."""
    sound = _PARAMETERS.fullmatch
    known = {params for params in {line[1] for line in sheet.lines} if sound(params)}
    for at, line in enumerate(sheet.lines):
        if line[1] not in known:
            yield Place(at, f"parameters of {line[0]} that can't be read")


RULES: tuple[Rule, ...] = (
    byte_order_mark,
    not_utf8,
    bare_newline,
    long_line,
    control_character,
    no_property,
    blank_line,
    bad_parameters,
)
