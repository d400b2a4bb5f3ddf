"""Streams of bytes put together and decompressed within a bound, wherever they come from."""

from __future__ import annotations

import zlib
from io import BytesIO
from itertools import chain
from typing import TYPE_CHECKING

from calsieve.errors import UpstreamTooLarge, UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator

PIECE = 64 * 1024
_GZIP = b"\x1f\x8b"


def gathered(source: str, pieces: Iterator[bytes], most: int) -> bytes:
    """Join ``pieces``. Raises UpstreamTooLarge before more than ``most`` bytes are held."""
    body = BytesIO()
    for piece in bounded(source, pieces, most):
        body.write(piece)
    return body.getvalue()


def bounded(source: str, pieces: Iterator[bytes], most: int) -> Iterator[bytes]:
    """Pass ``pieces`` on. Raises UpstreamTooLarge in place of the one with which they are more than ``most`` bytes."""
    size = 0
    for piece in pieces:
        size += len(piece)
        if size > most:
            mend = "ask it for less, or let `calsieve trim` make a file of it first"
            raise UpstreamTooLarge(source, f"is larger than {most:,} bytes: {mend}")
        yield piece


def gunzipped(source: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress ``pieces`` if they begin like a gzip file, else pass them on, PIECE bytes at a time.

    Raises UpstreamUnavailable while iterating, if the stream is damaged or ends too early.
    """
    head, pieces = _peeked(pieces)
    return _decompressed(source, pieces, zlib.MAX_WBITS | 16) if head == _GZIP else pieces


def inflated(source: str, pieces: Iterator[bytes]) -> Iterator[bytes]:
    """Decompress the HTTP coding "deflate": zlib's format, or the bare stream that some servers send.

    Raises UpstreamUnavailable like ``gunzipped``.
    """
    head, pieces = _peeked(pieces)
    zlib_format = head[:1] == b"\x78" and int.from_bytes(head, "big") % 31 == 0  # RFC 1950 §2.2
    return _decompressed(source, pieces, zlib.MAX_WBITS if zlib_format else -zlib.MAX_WBITS)


def _peeked(pieces: Iterator[bytes]) -> tuple[bytes, Iterator[bytes]]:
    head = b""
    while len(head) < 2 and (piece := next(pieces, b"")):
        head += piece
    return head[:2], chain([head], pieces)


def _decompressed(source: str, pieces: Iterator[bytes], wbits: int) -> Iterator[bytes]:
    engine = zlib.decompressobj(wbits)
    try:
        for data in pieces:
            while data:
                if engine.eof and data[:1] != _GZIP[:1]:
                    return  # padding behind the last member
                if engine.eof:
                    engine = zlib.decompressobj(wbits)
                yield engine.decompress(data, PIECE)
                data = engine.unconsumed_tail or engine.unused_data
        yield engine.flush()  # the last few matches of a bare stream can still be in the bit buffer
    except zlib.error as error:
        raise UpstreamUnavailable(source, "the compressed transfer is damaged") from error
    if not engine.eof:
        raise UpstreamUnavailable(source, "the compressed transfer was cut off before its end")
