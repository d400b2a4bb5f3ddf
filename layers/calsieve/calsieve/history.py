"""What is remembered of a feed's days: the refreshes worth remembering, newest last. Does no I/O.

Kept apart from the state, which holds calendars: who only looks after feeds need not be able to read those.
"""

from __future__ import annotations

from dataclasses import dataclass

from calsieve.models import HistoryEntry
from calsieve.sealed import is_newer, seal, unseal

MOST = 60  # entries that are kept
_FORM = b"calsieve-history 1"


@dataclass(frozen=True, slots=True)
class _History:
    entries: tuple[HistoryEntry, ...]


def history_key(feed: str) -> str:
    """Return where in the state store the history of a feed lies."""
    return f"history/{feed}"


def encode_history(entries: tuple[HistoryEntry, ...]) -> bytes:
    """Return the bytes to keep: the last 60 entries."""
    return seal(_FORM, _History(entries[-MOST:]))


def decode_history(data: bytes) -> tuple[HistoryEntry, ...] | None:
    """Return what ``encode_history`` kept, or None if it is damaged or in a format that is not known here."""
    history = unseal(_FORM, data, _History)
    return history.entries if history else None


def is_newers_history(data: bytes) -> bool:
    """Tell whether a newer version of Calsieve kept this."""
    return is_newer(_FORM, data)
