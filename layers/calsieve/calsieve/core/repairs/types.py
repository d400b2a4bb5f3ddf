"""What a VALUE parameter claims about a value (RFC 5545 §3.2.20), and whether that can be."""

from __future__ import annotations

import re

from calsieve.core.values import parsed_when

_TIME = r"\d{8}T\d{6}Z?"
# Compiled when the first value of a type comes.
_SHAPES = {
    "DATE": r"\d{8}",
    "DATE-TIME": _TIME,
    "PERIOD": rf"{_TIME}/({_TIME}|P(\d+W|(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?))",
    "DURATION": r"[+-]?P(\d+W|(\d+D)?(T(\d+H)?(\d+M)?(\d+S)?)?)",
    "TIME": r"([01]\d|2[0-3])([0-5]\d){2}Z?",
    "UTC-OFFSET": r"[+-]([01]\d|2[0-3])([0-5]\d){1,2}",
    "INTEGER": r"[+-]?\d{1,15}",
    "FLOAT": r"[+-]?\d{1,15}(\.\d+)?",
    "BOOLEAN": r"(?i:TRUE|FALSE)",
    "URI": r"(?:[^\\]|\\[^nN])*",
}
# The types of RFC 5545, 7986 and 9253 that any text can be of.
_ANY_TEXT = frozenset({"TEXT", "CAL-ADDRESS", "BINARY", "RECUR", "UID", "XML-REFERENCE"})
_MOMENTS = frozenset({"DATE", "DATE-TIME", "PERIOD"})


def is_of_type(text: str, claimed: str) -> bool:
    """Tell whether a value can be of the type that VALUE claims; a list of them, no reader expects but where RFCs do.

    A type that no RFC has, and that doesn't call itself experimental, means nothing to any reader: False.
    """
    claimed = claimed.upper()
    shape = _SHAPES.get(claimed)
    if shape is None:
        return claimed in _ANY_TEXT or claimed.startswith("X-")
    return re.fullmatch(shape, text, re.ASCII) is not None and _exists(text, claimed)


def _exists(item: str, claimed: str) -> bool:
    """Tell whether a value of the right shape says anything, and its dates are in the calendar."""
    if claimed in {"PERIOD", "DURATION"} and item.endswith(("P", "T")):
        return False
    return claimed not in _MOMENTS or all(part.startswith("P") or parsed_when(part) for part in item.split("/"))
