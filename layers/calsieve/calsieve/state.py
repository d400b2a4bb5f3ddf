"""What a refresh remembers of a feed, and the bytes it is kept as.

The last good body of every source is kept so that it can stand in when the source fails, and of every file a
fingerprint so that a run in which nothing changed is told from the inputs alone. Does no I/O.
"""

from __future__ import annotations

import gzip
import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime

from calsieve.models import Failing, Fetched, Report, Source, Validators
from calsieve.sealed import is_newer, seal, unseal

STATES = "feeds/"  # what the keys of all states begin with
# A change to the classes below needs another number, but for new members that have a default.
_FORM = b"calsieve-state 2"
# Format 1 knew one file, and less of it than has to be known now: of it only the sources are taken over.
_OLD_FORM = b"calsieve-state 1"
# More than half of what changes in real feeds is DTSTAMP alone (RFC 5545 §3.8.7.2: when it was written).
_DTSTAMP = re.compile(rb"\nDTSTAMP[:;][^\r\n]*")


@dataclass(frozen=True, slots=True)
class SourceState:
    """The last good answer of one source.

    ``origin`` is a hash of its address, ``digest`` one of the body without DTSTAMPs, ``packed`` the
    gzipped body, ``fetched_at`` when it was fetched first (ISO 8601). ``parts`` are as in Fetched.
    """

    origin: str
    validators: Validators
    charset: str | None
    digest: str
    packed: bytes = field(repr=False)
    fetched_at: str
    parts: tuple[str, ...] = ()

    @property
    def body(self) -> bytes:
        """The last good body, unpacked at each call."""
        return gzip.decompress(self.packed)


@dataclass(frozen=True, slots=True)
class Held:
    """An answer of a source that is held back, or a file that was made.

    ``loss`` stands for what is gone in it, ``seen`` is since when just that is. ``since`` is when the source was first
    held back, without having been good in between.
    """

    loss: str
    seen: datetime
    since: datetime


@dataclass(frozen=True, slots=True)
class Told:
    """The file of which word was given last, packed: the next notices say what differs from it.

    ``shape`` stands for the settings that it was made by: what changes with those is no news. ``digest`` is a hash
    of its bytes, ``at`` when it was made.
    """

    shape: str
    digest: str
    at: datetime
    packed: bytes = field(repr=False)

    @property
    def body(self) -> bytes:
        """The file, unpacked at each call."""
        return gzip.decompress(self.packed)


@dataclass(frozen=True, slots=True, kw_only=True)
class FileState:
    """One file as it was published last, and what lies beside it.

    ``key`` and ``generation`` say by which path, ``versions`` under which stems and there as which version of the
    publisher. ``digest`` is a hash of its bytes, ``fingerprint`` one of all that they were made from;
    ``published_at`` is when they changed last. ``page`` is a hash of what the page beside it says besides, None if
    there is none; "" asks for it again. ``atom`` tells whether there is an Atom file; ``told`` is None where no
    notices are given. ``sources`` are the names of those that it was made of.
    """

    key: str
    generation: int
    versions: Mapping[str, str] = field(repr=False)
    digest: str
    fingerprint: str
    published_at: datetime
    report: Report
    page: str | None = None
    atom: bool = False
    told: Told | None = None
    sources: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class FeedState:
    """What was published last of a feed, from what.

    ``sources`` has those that ever answered, and those that a file shows though the settings leave them out;
    ``failing`` those that did not answer well last, ``held`` those of which an answer is held back. ``files`` are its
    own and its views', ``doubted`` those that are held back themselves, because what is published is not what is
    remembered of it. ``ended`` are earlier stems whose files were deleted or are in ``doomed``, the paths of what could
    not be deleted yet. ``configured`` is when the newest configuration was written that it was published by; None if
    that was not known.
    """

    sources: Mapping[str, SourceState]
    failing: tuple[Failing, ...] = ()
    held: Mapping[str, Held] = field(default_factory=dict)
    files: Mapping[str, FileState] = field(default_factory=dict)
    ended: tuple[str, ...] = field(default=(), repr=False)
    doomed: tuple[str, ...] = field(default=(), repr=False)
    configured: datetime | None = None
    feed: str = ""  # whose it is; older ones do not say
    doubted: Mapping[str, Held] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class _FeedState1:
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
        packed=packed(fetched.body),
        fetched_at=now.isoformat(),
        parts=fetched.parts,
    )


def state_key(feed: str) -> str:
    """Return where in the state store the state of a feed lies."""
    return f"{STATES}{feed}"


def packed(body: bytes) -> bytes:
    """Return ``body`` gzipped, without a time."""
    return gzip.compress(body, compresslevel=6, mtime=0)


def origin(source: Source) -> str:
    """Return a hash of the source's address as it is configured, to tell when that was changed.

    Which calendars of an account are wanted is a part of it.
    """
    wanted = source.caldav.calendars if source.caldav else None
    chosen = "".join(f"\n{name}" for name in wanted or ())
    return hashlib.sha256(f"{source.url.scheme}:{source.url.value}{chosen}".encode()).hexdigest()


def digest(body: bytes) -> str:
    """Return a hash of the body that does not change when only DTSTAMP lines do."""
    hasher, view, at = hashlib.sha256(), memoryview(body), 0
    for stamp in _DTSTAMP.finditer(body):  # cutting them out would copy a large body
        hasher.update(view[at : stamp.start()])
        at = stamp.end()
    hasher.update(view[at:])
    return hasher.hexdigest()


def encode(state: FeedState) -> bytes:
    """Return the bytes to keep. Bodies are packed one by one: a run in which nothing changed unpacks none."""
    return seal(_FORM, state)


def is_newers(data: bytes) -> bool:
    """Tell whether a newer version of Calsieve kept this."""
    return is_newer(_FORM, data)


def decode(data: bytes) -> FeedState | None:
    """Return what ``encode`` kept, or None if it is damaged or in a format that is not known here."""
    if state := unseal(_FORM, data, FeedState):
        return state
    old = unseal(_OLD_FORM, data, _FeedState1)
    return FeedState(sources=old.sources) if old else None
