"""The mirror of one calendar: its items in compressed pages, and how far it agrees with the server.

Pages are ranges of paths in order, so a change costs the page it falls in, saving costs no compressing, and
the items come in the same order however they got there. Does no I/O.
"""

from __future__ import annotations

import hashlib
import zlib
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from itertools import islice

import msgspec

# The first line tells the format; a change to the classes below needs another number, but for new members that have a
# default.
_MAGIC = b"calsieve-mirror 1\n"
_CHECKSUM_BYTES = 32
_PAGE_ITEMS, _PAGE_BYTES = 256, 1024 * 1024


class Item(msgspec.Struct, array_like=True, frozen=True, gc=False):
    """One resource: canonical path, etag without its wrapping ("" asks for it again), and what it holds."""

    path: str
    etag: str
    body: bytes


@dataclass(frozen=True, slots=True)
class Page:
    """Items in the order of their paths: the first path, how many, their bytes unpacked, and packed.

    ``missing`` is of how many nothing could be had so far.
    """

    first: str
    count: int
    size: int
    packed: bytes = field(repr=False)
    missing: int = 0

    def items(self) -> list[Item]:
        """Return the items, unpacked at each call."""
        return msgspec.msgpack.decode(zlib.decompress(self.packed), type=list[Item])


@dataclass(frozen=True, slots=True)
class Mirror:
    """What is known of a calendar.

    ``ctag`` and ``token`` are the server's when it was last brought up to date, "" where nothing may be concluded
    from them; ``listed_at`` is when all etags were last compared (ISO 8601); ``timezone`` is the calendar's own.
    An incomplete mirror was never up to date.
    """

    complete: bool = False
    ctag: str = ""
    token: str = ""
    listed_at: str = ""
    timezone: str = ""
    pages: tuple[Page, ...] = ()

    @property
    def count(self) -> int:
        """How many items there are."""
        return sum(page.count for page in self.pages)

    @property
    def missing(self) -> int:
        """How many items are listed of which nothing could be had so far."""
        return sum(page.missing for page in self.pages)

    @property
    def size(self) -> int:
        """The bytes of all items, unpacked."""
        return sum(page.size for page in self.pages)

    def items(self) -> Iterator[Item]:
        """Yield all items in the order of their paths, a page unpacked at a time."""
        return (item for page in self.pages for item in page.items())

    def etags(self) -> dict[str, str]:
        """Return the etag of each path."""
        return {item.path: item.etag for item in self.items()}


def changed_pages(pages: tuple[Page, ...], changed: Iterable[Item], gone: Iterable[str]) -> tuple[Page, ...]:
    """Return the pages with the ``changed`` items put in or replaced, and those at the paths ``gone`` taken out."""
    firsts = [page.first for page in pages]
    touched: dict[int, dict[str, Item | None]] = {}
    changes: dict[str, Item | None] = {**dict.fromkeys(gone), **{item.path: item for item in changed}}
    for path, item in changes.items():
        touched.setdefault(max(bisect_right(firsts, path) - 1, 0), {})[path] = item
    result: list[Page] = []
    for number, page in enumerate(pages or (None,)):
        if number in touched:
            result += _rewritten(page, touched[number])
        elif page:
            result.append(page)
    return tuple(result)


def body_at(pages: tuple[Page, ...], path: str) -> bytes:
    """Return what is held at ``path``, or nothing."""
    number = bisect_right([page.first for page in pages], path) - 1
    items = pages[number].items() if number >= 0 else []
    return next((item.body for item in items if item.path == path), b"")


def _rewritten(page: Page | None, changes: Mapping[str, Item | None]) -> Iterator[Page]:
    items = {item.path: item for item in page.items()} if page else {}
    for path, item in changes.items():
        if item is None:
            items.pop(path, None)
        else:
            items[path] = item
    return _paged(sorted(items.values(), key=lambda item: item.path))


def _paged(items: list[Item]) -> Iterator[Page]:
    """Yield pages of about the same number of items, small enough to unpack one at a time."""
    size = sum(len(item.body) for item in items)
    parts = max(-(-len(items) // _PAGE_ITEMS), min(-(-size // _PAGE_BYTES), len(items)))
    share, more = divmod(len(items), max(parts, 1))
    rest = iter(items)
    for number in range(parts):
        part = list(islice(rest, share + (number < more)))
        packed = zlib.compress(msgspec.msgpack.encode(part))
        missing = sum(not item.body for item in part)
        yield Page(part[0].path, len(part), sum(len(item.body) for item in part), packed, missing)


def encode(mirror: Mirror) -> bytes:
    """Return the bytes to keep: format line, SHA-256 of the rest, MessagePack with compressed pages."""
    rest = msgspec.msgpack.encode(mirror, order="deterministic")
    return _MAGIC + hashlib.sha256(rest).digest() + rest


def decode(data: bytes) -> Mirror | None:
    """Return what ``encode`` kept, or None if it is damaged or in a format that is not known here."""
    start = len(_MAGIC) + _CHECKSUM_BYTES
    checksum, rest = data[len(_MAGIC) : start], data[start:]
    if not data.startswith(_MAGIC) or hashlib.sha256(rest).digest() != checksum:
        return None
    try:
        return msgspec.msgpack.decode(rest, type=Mirror)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None
