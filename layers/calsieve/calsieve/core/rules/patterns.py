"""Patterns of users' rules: RE2, whose time is linear in the text whatever the pattern, so that none can hang.

RE2 is loaded when the first pattern comes, since few feeds have one. Its syntax:
https://github.com/google/re2/wiki/Syntax; no look-around and no back-references inside a pattern.
"""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any

LONGEST_PATTERN = 1_000  # characters
_MEMORY = 4 * 1024 * 1024  # bytes for what a pattern compiles to
_REFERENCE = re.compile(r"\\([0-9\\])")


class BadPattern(ValueError):
    """A pattern that RE2 can't read, or that is too large; says why."""


@lru_cache(maxsize=256)
def compiled(pattern: str) -> Any:
    """Return a compiled pattern. Raises BadPattern."""
    import re2  # some 10 ms that most feeds need not pay

    if len(pattern) > LONGEST_PATTERN:
        raise BadPattern(f"longer than {LONGEST_PATTERN} characters")
    options = re2.Options()
    options.max_mem = _MEMORY
    options.log_errors = False
    try:
        return re2.compile(pattern, options)
    except re2.error as error:
        why = error.args[0]
        raise BadPattern(why.decode("utf-8", "replace") if isinstance(why, bytes) else str(why)) from None


def found(pattern: str, text: str) -> bool:
    """Tell whether a pattern matches anywhere in a text."""
    return compiled(pattern).search(text) is not None


def replaced(pattern: str, replacement: str, text: str, most: int) -> str:
    r"""Return the text with each match replaced by ``replacement``.

    In that ``\1`` to ``\9`` are what was captured, ``\0`` is the whole match and ``\\`` a backslash. A group that took
    no part in the match is empty. Of matches only ``most`` are replaced, and none after so many characters of what is
    returned: a million of a long replacement would be gigabytes. Raises BadPattern.
    """
    regex = compiled(pattern)
    grown = 0

    def part(match: Any) -> str:
        nonlocal grown
        before: str = match[0]
        if match.start() + grown > most:
            return before
        after = _expanded(replacement, match)
        grown += len(after) - len(before)
        return after

    result: str = regex.sub(part, text, count=most)
    return result


def refuse_bad_replacement(pattern: str, replacement: str) -> None:
    """Raise BadPattern for a bad pattern, or a replacement that names a group which the pattern has not."""
    groups = compiled(pattern).groups
    for reference in _REFERENCE.findall(replacement):
        if reference.isdecimal() and int(reference) > groups:
            raise BadPattern(f"\\{reference} names a group, but the pattern has {groups or 'none'}")


def _expanded(replacement: str, match: Any) -> str:
    def part(reference: re.Match[str]) -> str:
        return "\\" if reference[1] == "\\" else match[int(reference[1])] or ""

    return _REFERENCE.sub(part, replacement)
