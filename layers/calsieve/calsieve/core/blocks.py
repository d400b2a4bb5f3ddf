"""A source cut into blocks of whole content lines, events never cut in two, in bounded memory."""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator

_END = b"\nEND:VEVENT"
_SAFE = re.compile(rb"\n(?=[A-Za-z][A-Za-z0-9-]*[;:])")
# Without the end of an event in so many bytes a block ends at any line.
_LARGEST = 4 * 1024 * 1024
_NEAR = 64 * 1024


def blocks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """Yield the pieces as blocks, each of which begins with the newline before its first line.

    A block ends with the last line of an event, without that line's newline; only where no event ends for
    megabytes it ends with any line that is complete. Wherever the pieces were cut, no line is.
    """
    block, fresh, size, enough = b"\n", list[bytes](), 0, 0
    for piece in pieces:
        fresh.append(piece)
        size += len(piece)
        if size < enough:
            continue
        block = b"".join((block, *fresh))
        fresh, size = [], 0
        if cut := _cut(block):
            yield block[:cut]
            block = block[cut:]
        enough = len(block)  # so that a line of many megabytes is not searched again for each piece
    yield b"".join((block, *fresh))


def _cut(block: bytes) -> int:
    """Return where the last event ends that is followed by a line and no fold, or 0."""
    at = block.rfind(_END)
    while at >= 0:
        end = block.find(b"\n", at + 1)
        if end > 0 and _SAFE.match(block, end):
            return end
        at = block.rfind(_END, 0, at)
    return _any_line(block) if len(block) > _LARGEST else 0


def _any_line(block: bytes) -> int:
    """Return where the last line begins that is no fold, or 0; looks at more and more of the block's end."""
    span = _NEAR
    while True:
        begin = max(len(block) - span, 0)
        found = [line.start() for line in _SAFE.finditer(block, begin)]
        if found or not begin:
            return found[-1] if found else 0
        span *= 2
