"""What a refresh remembers of a feed, and the bytes it is kept as.

The last good body of every source is kept so that it can stand in when the source fails, and the
fingerprint so that a run in which nothing changed is told from the inputs alone. Does no I/O.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

import msgspec

from calsieve.models import Fetched, Source, Validators

# The first line tells the format; a change to the classes below needs another number.
_MAGIC = b"calsieve-state 1\n"
_CHECKSUM_BYTES = 32
# More than half of what changes in real feeds is DTSTAMP alone (RFC 5545 §3.8.7.2: when it was written).
_DTSTAMP = re.compile(rb"\nDTSTAMP[:;][^\r\n]*")


@dataclass(frozen=True, slots=True)
class SourceState:
    """The last good answer of one source.

    ``origin`` is a hash of its address, ``digest`` one of the body without DTSTAMPs, ``packed`` the
    gzipped body, ``fetched_at`` when it was fetched first (ISO 8601).
    """

    origin: str
    validators: Validators
    charset: str | None
    digest: str
    packed: bytes = field(repr=False)
    fetched_at: str

    @property
    def body(self) -> bytes:
        """The last good body, unpacked at each call."""
        return gzip.decompress(self.packed)


@dataclass(frozen=True, slots=True)
class FeedState:
    """What was published last: ``version`` of the publisher, made from what ``fingerprint`` stands for.

    ``timezone`` is the one that the feed was found to be in; ``sources`` has those that ever answered.
    """

    fingerprint: str
    version: str
    timezone: str
    sources: Mapping[str, SourceState]


def source_state(source: Source, fetched: Fetched, now: datetime) -> SourceState:
    """Return what to remember of a good answer."""
    return SourceState(
        origin=origin(source),
        validators=fetched.validators,
        charset=fetched.charset,
        digest=digest(fetched.body),
        packed=gzip.compress(fetched.body, compresslevel=6, mtime=0),
        fetched_at=now.isoformat(),
    )


def origin(source: Source) -> str:
    """Return a hash of the source's address as it is configured, to tell when that was changed."""
    return hashlib.sha256(f"{source.url.scheme}:{source.url.value}".encode()).hexdigest()


def digest(body: bytes) -> str:
    """Return a hash of the body that does not change when only DTSTAMP lines do."""
    hasher, view, at = hashlib.sha256(), memoryview(body), 0
    for stamp in _DTSTAMP.finditer(body):  # cutting them out would copy a large body
        hasher.update(view[at : stamp.start()])
        at = stamp.end()
    hasher.update(view[at:])
    return hasher.hexdigest()


def encode(state: FeedState) -> bytes:
    """Return the bytes to keep: format line, SHA-256 of the rest, MessagePack with gzipped bodies.

    Bodies are packed one by one, so that a run in which nothing changed unpacks none.
    """
    rest = msgspec.msgpack.encode(state, order="deterministic")
    return _MAGIC + hashlib.sha256(rest).digest() + rest


def decode(data: bytes) -> FeedState | None:
    """Return what ``encode`` kept, or None if it is damaged or in a format that is not known here."""
    start = len(_MAGIC) + _CHECKSUM_BYTES
    checksum, rest = data[len(_MAGIC) : start], data[start:]
    if not data.startswith(_MAGIC) or hashlib.sha256(rest).digest() != checksum:
        return None
    try:
        return msgspec.msgpack.decode(rest, type=FeedState)
    except msgspec.DecodeError:
        return None
