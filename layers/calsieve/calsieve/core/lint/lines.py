"""Rules of content lines (RFC 5545 §3.1): that each is NAME;PARAMETERS:VALUE.

Who takes what how is told, with sources, in docs/lint.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator

from calsieve.core.lint.rule import EVERYBODY, Place, Rule, rule
from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client

_NAME = re.compile(r"[A-Z0-9-]+")
_PARAMETERS = re.compile(r'(?:;[^=;:"]++=(?:"[^"]*+"|[^;:"])*+)*+')
_UNCLOSED = re.compile(r'="[^"]*$')


@rule(
    r"write a newline in text as \n, and begin what follows a fold with a space",
    error=(Client.GOOGLE, Client.ICSX5, Client.THUNDERBIRD),
    warning=EVERYBODY,
)
def no_property(sheet: Sheet) -> Iterator[Place]:
    """A line without a colon."""
    for at in sheet.nameless:
        if ":" not in (text := sheet.line(at).value) and text.strip():
            yield Place(at, "a line that is no property")


@rule("close it", error=(Client.GOOGLE, Client.THUNDERBIRD), warning=EVERYBODY)
def unclosed_quote(sheet: Sheet) -> Iterator[Place]:
    """A parameter that begins with a quote and has no other (RFC 5545 §3.2)."""
    for at in sheet.nameless:
        if ":" in (text := sheet.line(at).value) and _UNCLOSED.search(text):
            yield Place(at, "a quote in a parameter that is not closed")


@rule("write quotes around whole values only, and none within", warning=EVERYBODY)
def stray_quote(sheet: Sheet) -> Iterator[Place]:
    """Quotes in parameters that don't come in pairs, so that it is not certain where the value begins."""
    for at in sheet.nameless:
        text = sheet.line(at).value
        if ":" in text and text[0] not in ":;" and not _UNCLOSED.search(text):
            yield Place(at, "quotes in parameters that don't match")


@rule(
    r"write a newline in text as \n; a name has letters, digits and - alone", warning=(Client.GOOGLE,), hint=EVERYBODY
)
def odd_name(sheet: Sheet) -> Iterator[Place]:
    """A line with something before the colon that is no name: often it is a part of a text."""
    odd = {name for name in {row[0] for row in sheet.rows} if name and not _NAME.fullmatch(name)}
    for at, (name, _, value) in enumerate(sheet.rows):
        if name in odd or (not name and value[:1] in {":", ";"} and ":" in value):
            yield Place(at, "a line whose name is none")


@rule("write each as ;NAME=VALUE", error=(Client.GOOGLE, Client.ICSX5), warning=EVERYBODY)
def bad_parameters(sheet: Sheet) -> Iterator[Place]:
    """A parameter without = or without a name (RFC 5545 §3.2)."""
    bad = {params for params in {row[1] for row in sheet.rows} if not _PARAMETERS.fullmatch(params)}
    if bad:
        for at, row in enumerate(sheet.rows):
            if row[1] in bad:
                yield Place(at, "parameters that can't be read")


@rule("write each as ;NAME=VALUE", error=(Client.THUNDERBIRD,))
def no_parameter(sheet: Sheet) -> Iterator[Place]:
    """Something in the place of parameters without a single =, or a parameter without a name."""
    bad = {params for params in {row[1] for row in sheet.rows} if params and ("=" not in params or ";=" in params)}
    if bad:
        for at, row in enumerate(sheet.rows):
            if row[1] in bad:
                yield Place(at, "parameters that are none")


@rule("remove it", hint=EVERYBODY)
def blank_line(sheet: Sheet) -> Iterator[Place]:
    """A line with nothing on it."""
    for at in sheet.nameless:
        if not sheet.line(at).value.strip():
            yield Place(at, "an empty line")


@rule("remove it", error=(Client.ICSX5,))
def blank_line_after_begin(sheet: Sheet) -> Iterator[Place]:
    """An empty line right behind a BEGIN."""
    for at in sheet.nameless:
        if at and sheet.line(at - 1).name == "BEGIN" and not sheet.line(at).value:
            yield Place(at, "an empty line right behind a BEGIN")


RULES: tuple[Rule[Sheet], ...] = (
    no_property,
    unclosed_quote,
    stray_quote,
    odd_name,
    bad_parameters,
    no_parameter,
    blank_line,
    blank_line_after_begin,
)
