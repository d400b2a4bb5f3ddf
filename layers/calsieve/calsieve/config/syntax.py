"""What PyYAML's syntax errors mean to somebody who edits feeds.yaml.

PyYAML's own words are not shown: they quote the file, and the file may hold passwords.
"""

from __future__ import annotations

import re

import yaml

from calsieve.errors import Problem

# (what PyYAML or libyaml says, what we say, whether the trouble lies where the construct began)
_MEANINGS = (
    (r"cannot start any token", "a value can't start with this character: put the value in quotes", False),
    (
        r"(mapping values|sequence entries) are not allowed",
        "a `:` or `-` can't stand here: check the indentation, or put the value in quotes",
        False,
    ),
    (r"quoted scalar.*(end of stream|document)", "a quote is opened here and never closed: close it", True),
    (
        r"escape",
        "a backslash in \"double quotes\" has a special meaning: use 'single quotes', or write it twice",
        False,
    ),
    (
        r"flow (sequence|mapping)",
        "a [ or { opened here is not closed, or a comma is missing in it: close it",
        True,
    ),
    (r"scanning an? (alias|anchor)", "a value that starts with * or & must be put in quotes", False),
    (r"tag", "tags (!name) are not used here: put a value that starts with ! in quotes", False),
    (r"block scalar", "after | or > the text begins on the next line: put a plain value in quotes", True),
    (r"could not find expected ':'", "a line before this one is neither `key: value` nor `- entry`", False),
    (
        r"block (collection|mapping)|document start",
        "this line does not fit those above: check its indentation, and quotes and `:` before it",
        False,
    ),
)
_OTHERWISE = "this is not valid YAML: check indentation, quotes and brackets here and just above"
_TAB = "a tab is used for indentation: use spaces"


def syntax_problem(error: yaml.MarkedYAMLError, text: str, path: str) -> Problem:
    """Return ``error`` in plain words, with nothing of ``text`` in them."""
    mark = error.problem_mark
    if mark is not None and text[mark.index : mark.index + 1] == "\t":
        return Problem(mark.line + 1, path, _TAB)
    said = f"{error.context or ''} {error.problem or ''}"
    for pattern, meaning, at_its_beginning in _MEANINGS:
        if re.search(pattern, said):
            mark = (error.context_mark if at_its_beginning else None) or mark
            return Problem(mark.line + 1 if mark else 1, path, meaning)
    return Problem(mark.line + 1 if mark else 1, path, _OTHERWISE)
