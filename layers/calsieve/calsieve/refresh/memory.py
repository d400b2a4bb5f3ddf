"""What is remembered between refreshes: the state, by which the next one is spared work, and the history."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, NamedTuple

from calsieve.errors import Conflict, Outdated
from calsieve.history import decode_history, encode_history, history_key, is_newers_history
from calsieve.models import HistoryEntry, Noteworthy
from calsieve.state import FeedState, decode, encode, is_newers, state_key

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import datetime

    from calsieve.models import Stored
    from calsieve.paths import Place
    from calsieve.ports import StateStore


ASIDE = "newer"  # below which lies what a newer version remembered, under the key that it had
_NEWERS = f"what is remembered was written by a newer version of Calsieve: kept under {ASIDE}/, and starting afresh"


class Recalled(NamedTuple):
    """What the state store held, and what it means: None if it was nothing or can't be used.

    ``problem`` then says why not. What a newer version kept ``is_newers``.
    """

    stored: Stored | None
    known: FeedState | None
    problem: str = ""
    is_newers: bool = False


@dataclass(frozen=True, slots=True)
class Memory:
    """The memory of one feed."""

    feed: str
    store: StateStore

    def recall(self) -> Recalled:
        """Load the state. Raises PublishError."""
        stored = self.store.load(self._key)
        known = decode(stored.body) if stored else None
        if stored is None or (known and known.feed in ("", self.feed)):
            return Recalled(stored, known)
        if known:
            return Recalled(stored, None, "what was remembered is that of another feed: starting afresh")
        if is_newers(stored.body):
            return Recalled(stored, None, _NEWERS, is_newers=True)
        return Recalled(stored, None, "what was remembered of this feed can't be read: starting afresh")

    def remember(self, new: FeedState, recalled: Recalled) -> bool:
        """Save the state; tell whether that was done. Raises PublishError.

        A run at the same time may have remembered first: if its versions are no longer the published ones, the next
        run sees that. What a newer version kept is put aside before it is replaced.
        """
        if recalled.stored and recalled.is_newers:
            self._put_aside(self._key, recalled.stored)
        with suppress(Conflict):
            self.store.save(self._key, encode(new), replaces=recalled.stored)
            return True
        return False

    def note(self, entry: HistoryEntry) -> None:
        """Add to the history what is worth it. Raises PublishError.

        ``entry.kind`` is PUBLISHED if a file changed; if none did, it is decided here. What is not noted would not be
        noted later either, so of two runs at the same time both do.
        """
        try:
            self._note(entry)
        except Conflict:
            self._note(entry)

    def _note(self, entry: HistoryEntry) -> None:
        stored = self.store.load(history_key(self.feed))
        if stored and is_newers_history(stored.body):
            self._put_aside(history_key(self.feed), stored)
        entries = (stored and decode_history(stored.body)) or ()
        kind = _kind(entry, entries[-1] if entries else None)
        if kind is not None:
            body = encode_history((*entries, replace(entry, kind=kind)))
            self.store.save(history_key(self.feed), body, replaces=stored)

    def _put_aside(self, key: str, stored: Stored) -> None:
        """Keep what this version can't read where the newer one, or a person, finds it."""
        aside = f"{ASIDE}/{key}"
        with suppress(Conflict):
            self.store.save(aside, stored.body, replaces=self.store.load(aside))

    @property
    def _key(self) -> str:
        return state_key(self.feed)


def refuse_outdated(known: FeedState, places: Mapping[str, Place], configured: datetime | None) -> None:
    """Raise Outdated if newer settings than those at hand have been published by.

    What they took away must not come back: sources, events, addresses.
    """
    if why := outdated(known, places, configured):
        raise Outdated(why)


def outdated(known: FeedState, places: Mapping[str, Place], configured: datetime | None) -> str:
    """Return in which way newer settings than those at hand have been published by; "" if they have not."""
    if known.configured and configured and configured < known.configured:
        return "the configuration at hand is older than the one that this feed was published by last"
    for name, file in known.files.items():
        place = places.get(name)
        if place and place.key == file.key and place.generation < file.generation:
            return (
                f"the path-key at hand is older than the one by which {name} was rotated: restore the newest one, "
                "or rotate it again"
            )
    return ""


def _kind(entry: HistoryEntry, last: HistoryEntry | None) -> Noteworthy | None:
    """Return why an entry is worth remembering after the last one; None if it is not."""
    if entry.kind is Noteworthy.PUBLISHED:
        return entry.kind
    before, now = _wrong(last) if last else frozenset(), _wrong(entry)
    if now - before:
        return Noteworthy.FAILED
    return Noteworthy.RECOVERED if before - now else None


def _wrong(entry: HistoryEntry) -> frozenset[str]:
    """Return what is wrong. Why a source fails does not count; whether it answers again and is held back does."""
    failing = (f"source {one.source}{' held back' if one.until else ''}" for one in entry.failing)
    return frozenset({*failing, *entry.problems})
