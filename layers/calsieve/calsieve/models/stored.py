"""What publishers and state stores hold."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


@dataclass(frozen=True, slots=True)
class Document:
    """What a publisher writes: bytes, their media type and how many seconds a client may keep them."""

    body: bytes = field(repr=False)
    content_type: str
    max_age: int


@dataclass(frozen=True, slots=True)
class Stored:
    """What a publisher or state store holds: bytes and the opaque version for a conditional write.

    ``written`` is when it was, where the store knows that.
    """

    body: bytes = field(repr=False)
    version: str
    written: datetime | None = field(default=None, compare=False)


class Listed(NamedTuple):
    """One thing that is stored, as a listing shows it."""

    key: str
    version: str
    written: datetime
