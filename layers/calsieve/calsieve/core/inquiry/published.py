"""The events of a file that we published, as text to look at and compare."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import NamedTuple

from calsieve.core.component import Component, parsed

_BEGIN, _END = b"BEGIN:VEVENT\r\n", b"END:VEVENT\r\n"


class Published(NamedTuple):
    """One published VEVENT: UID, RECURRENCE-ID (empty for a master), and its unfolded lines, from BEGIN to END."""

    uid: str
    slot: str
    component: Component
    text: str


def published(body: bytes) -> list[Published]:
    """Return the events of a file in its order."""
    return [*_published(body)]


def _published(body: bytes) -> Iterator[Published]:
    for piece in body.split(_BEGIN)[1:]:
        text = (_BEGIN + piece.partition(_END)[0] + _END).decode().replace("\r\n ", "").replace("\r\n", "\n")
        (event,) = parsed(text.split("\n")[:-1], Counter())
        yield Published(event.value("UID"), event.value("RECURRENCE-ID"), event, text)
