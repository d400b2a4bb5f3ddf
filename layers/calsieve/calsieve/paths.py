"""Where files are published, and which paths may be stored at all.

A file's address is its only protection, so its path carries 128 bits that can't be guessed, and they differ from
name to name: whoever is given one address learns nothing about the others. An address that got about is rotated: the
name's next generation takes its place, and the earlier one is served on until it ends.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from calsieve.errors import Conflict, PublishError
from calsieve.sealed import seal, unseal

if TYPE_CHECKING:
    from collections.abc import Callable

    from calsieve.models import Stored
    from calsieve.ports import Publisher, StateStore

KEY_NAME = "path-key"
OPERATOR = "_operator"  # under which the operator's page has a path; no feed can be called that
CALENDAR, PAGE, ATOM = ".ics", ".html", ".atom"
_KEY_BYTES = 32
_SECRET_BYTES = 16
# A key from which nothing was rotated yet is kept as its bare bytes, which is format 1.
_FORM = b"calsieve-path-key 2"
_LOST = (
    f"calendars are published there, but the {KEY_NAME} that their addresses come from is not where things are "
    "remembered: if they were moved, say with --state where that is (a directory below ~/.local/state/calsieve, if "
    "nothing else was said); if it is lost, restore it from a backup, or delete what is published to get new addresses"
)
_CALENDAR_PATH = re.compile(rf"[0-9a-f]{{{2 * _SECRET_BYTES}}}/[a-z0-9-]+\{CALENDAR}")


@dataclass(frozen=True, slots=True)
class Place:
    """Where one name is published, as paths without their suffixes, ``<32 hex digits>/<name>``.

    ``stem`` is the present one, that of ``generation``. ``overlapping`` are earlier ones that are still served, and
    until when (aware), newest first; ``ended`` are those that have to be gone. ``key`` tells keys apart and tells
    nothing of them.
    """

    key: str
    generation: int
    stem: str = field(repr=False)
    overlapping: tuple[tuple[str, datetime], ...] = field(default=(), repr=False)
    ended: tuple[str, ...] = field(default=(), repr=False)

    @property
    def path(self) -> str:
        """Where the calendar is to be subscribed to."""
        return self.stem + CALENDAR

    @property
    def stems(self) -> tuple[str, ...]:
        """All that are served, the present one first."""
        return (self.stem, *(stem for stem, _ in self.overlapping))


@dataclass(frozen=True, slots=True)
class PathKey:
    """The key of all paths, and for each name that was ever rotated when its earlier generations end or ended."""

    key: bytes = field(repr=False)
    ends: Mapping[str, tuple[datetime, ...]] = field(default_factory=dict)

    def place(self, name: str, now: datetime) -> Place:
        """Return where ``name`` is published at ``now`` (aware)."""
        ends = self.ends.get(name, ())
        earlier = [(_stem(self.key, name, generation), end) for generation, end in enumerate(ends)]
        return Place(
            key=hashlib.sha256(self.key).hexdigest()[:8],
            generation=len(ends),
            stem=_stem(self.key, name, len(ends)),
            overlapping=tuple((stem, end) for stem, end in reversed(earlier) if now < end),
            ended=tuple(stem for stem, end in earlier if end <= now),
        )

    def rotated(self, name: str, until: datetime) -> PathKey:
        """Return the key with a new generation of ``name``; all earlier ones end at ``until`` (aware) at the latest."""
        ends = (*(min(end, until) for end in self.ends.get(name, ())), until)
        return replace(self, ends={**self.ends, name: ends})


def _stem(key: bytes, name: str, generation: int) -> str:
    """Return the same for the same key, name and generation, always: HMAC-SHA256 (RFC 2104), cut to 128 bits."""
    message = f"{name}\0{generation}" if generation else name  # no name has a NUL in it
    secret = hmac.digest(key, message.encode(), hashlib.sha256)[:_SECRET_BYTES]
    return checked(f"{secret.hex()}/{name}")


def name_of(path: str) -> str:
    """Return the name that is published at a path, which may have a suffix."""
    return path.rpartition("/")[2].partition(".")[0]


def is_calendar(path: str) -> bool:
    """Tell whether a path is one that a calendar is published at."""
    return _CALENDAR_PATH.fullmatch(path) is not None


def path_key(state: StateStore, random_bytes: Callable[[int], bytes], publisher: Publisher | None = None) -> PathKey:
    """Return the key of all paths; make and keep it at the first call.

    Of several that make it at the same time one wins, and all return the winner's. Raises PublishError if the stored
    key is damaged, or there is none although ``publisher`` has calendars: a new one would change every address.
    """
    return _decoded(state.load(KEY_NAME) or _first(state, random_bytes, publisher))


def rotate(
    state: StateStore,
    name: str,
    now: datetime,
    until: datetime,
    random_bytes: Callable[[int], bytes],
    publisher: Publisher | None = None,
) -> Place:
    """Give ``name`` another path and return its place; those that it has are served up to ``until`` (aware).

    Raises Conflict if somebody else rotates at the same time, or PublishError.
    """
    path_key(state, random_bytes, publisher)  # made now, if there is none
    stored = state.load(KEY_NAME)
    rotated = _decoded(stored).rotated(name, until)
    state.save(KEY_NAME, seal(_FORM, rotated), replaces=stored)
    return rotated.place(name, now)


def _first(state: StateStore, random_bytes: Callable[[int], bytes], publisher: Publisher | None) -> Stored:
    """Make the key, unless it has to be there: then somebody made it just now, or it was lost."""
    if publisher is None or not publisher.has_calendars():
        with suppress(Conflict):  # somebody else made it just now: theirs is the key
            state.save(KEY_NAME, random_bytes(_KEY_BYTES), replaces=None)
    if stored := state.load(KEY_NAME):
        return stored
    raise PublishError(_LOST)


def _decoded(stored: Stored | None) -> PathKey:
    found = stored and (PathKey(stored.body) if len(stored.body) == _KEY_BYTES else unseal(_FORM, stored.body, PathKey))
    if not found or len(found.key) != _KEY_BYTES:
        raise PublishError(
            f"the {KEY_NAME} in the state store is damaged: restore it from a backup, "
            "or delete it, and what is published, to get new addresses for all feeds"
        )
    return found


def checked(path: str) -> str:
    """Return ``path`` if it is safe as a file below a directory and as a key, else raise PublishError.

    Safe is: relative, separated by ``/``, printable, no backslash, no part that is empty or begins
    with a dot (hidden files are the stores' own). The message does not repeat the path, it is a secret.
    """
    parts = path.split("/")
    if "\\" in path or not path.isprintable() or any(not part or part.startswith(".") for part in parts):
        raise PublishError("a feed's name does not make a safe path: use letters, digits and hyphens")
    return path
