"""Rules of bytes (RFC 5545 §3.1): encoding, ends of lines, folds.

Who takes what how is told, with sources, in docs/lint.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client

_LONG = re.compile(rb"^[^\r\n]{76}", re.MULTILINE)
_RETURN_AS_NEWLINE = re.compile(rb"\r(?=[A-Za-z0-9-]++[;:])")
_RETURN_IN_TEXT = re.compile(rb"\r(?![\r\n \t]|[A-Za-z0-9-]++[;:])")
_CONTROL = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]")
_SPLIT = re.compile(rb"[\xc2-\xf4][\x80-\xbf]*+\r?\n[ \t][\x80-\xbf]")
_FOLD = re.compile(rb"\r?\n[ \t]")
_MARK = b"\xef\xbb\xbf"


def _place(sheet: Sheet, found: re.Match[bytes] | None, words: str) -> Iterator[Place]:
    """Yield the place of what was found in the bytes, if anything was: the line that it begins in."""
    if found:
        yield Place(sheet.place_of_byte(found.start()), words)


@rule("write UTF-8 without a mark", warning=(Client.APPLE, Client.GOOGLE), hint=EVERYBODY)
def byte_order_mark(sheet: Sheet) -> Iterator[Place]:
    """A byte order mark before BEGIN."""
    if sheet.body.startswith(_MARK):
        yield Place(0, "a byte order mark")


@rule("write the file in UTF-8", warning=EVERYBODY)
def not_utf8(sheet: Sheet) -> Iterator[Place]:
    """Bytes that are not UTF-8, even with lines unfolded (RFC 5545 §6)."""
    if "\ufffd" not in sheet.text:
        return
    try:
        _FOLD.sub(b"", sheet.body).decode()
    except UnicodeDecodeError as error:
        at = sheet.body.find(error.object[error.start : error.end])
        yield Place(sheet.place_of_byte(at) if at >= 0 else None, "bytes that are not UTF-8")


@rule("fold between characters", warning=(Client.ICSX5, Client.THUNDERBIRD), hint=EVERYBODY)
def split_character(sheet: Sheet) -> Iterator[Place]:
    """A fold within a character of several bytes."""
    if "\ufffd" in sheet.text:
        yield from _place(sheet, _SPLIT.search(sheet.body), "a character that is cut in two by a fold")


@rule(r"write a newline in text as \n", error=(Client.ICSX5,), hint=EVERYBODY)
def return_in_text(sheet: Sheet) -> Iterator[Place]:
    """A carriage return alone, with something behind it that is no property."""
    if sheet.has_bare_returns:
        yield from _place(sheet, _RETURN_IN_TEXT.search(sheet.body), "a carriage return within a line")


@rule("end each line with CR LF", warning=(Client.THUNDERBIRD,), hint=EVERYBODY)
def return_as_newline(sheet: Sheet) -> Iterator[Place]:
    """A carriage return alone, with another property behind it, in a file where other lines end with a line feed."""
    if sheet.has_bare_returns:
        yield from _place(sheet, _RETURN_AS_NEWLINE.search(sheet.body), "a line that ends with a carriage return alone")


@rule("end each line with CR LF", error=(Client.THUNDERBIRD,), hint=EVERYBODY)
def no_newlines(sheet: Sheet) -> Iterator[Place]:
    """Carriage returns alone at the end of all lines."""
    if b"\r" in sheet.body and b"\n" not in sheet.body:
        yield Place(0, "no line feed in the file")


@rule("end each line with CR LF", hint=EVERYBODY)
def bare_newline(sheet: Sheet) -> Iterator[Place]:
    """A line feed without a carriage return."""
    if sheet.body.count(b"\n") > sheet.body.count(b"\r\n"):
        yield from _place(sheet, re.search(rb"(?<!\r)\n", sheet.body), "a line feed alone")


@rule("fold lines after 75 octets", hint=EVERYBODY)
def long_line(sheet: Sheet) -> Iterator[Place]:
    """A line of more than 75 octets."""
    if max(map(len, sheet.body.split(b"\n"))) > 76:  # the carriage return counts here
        yield from _place(sheet, _LONG.search(sheet.body), "a line of more than 75 octets")


@rule("remove it", hint=EVERYBODY)
def control_character(sheet: Sheet) -> Iterator[Place]:
    """A control character, which text can't hold (RFC 5545 §3.3.11)."""
    yield from _place(sheet, _CONTROL.search(sheet.body), "a control character")


RULES: tuple[Rule[Sheet], ...] = (
    byte_order_mark,
    not_utf8,
    split_character,
    return_in_text,
    return_as_newline,
    no_newlines,
    bare_newline,
    long_line,
    control_character,
)
