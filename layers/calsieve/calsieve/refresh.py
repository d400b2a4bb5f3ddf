"""Refresh one feed: fetch, clean, publish, remember. The only place that knows the order of things.

What is published is written before what is remembered, and what is remembered says which published
version it belongs to. So a run that is cut off anywhere, or overtaken by another one, leaves a pair
that the next run sees through and mends.
"""

from __future__ import annotations

import hashlib
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from calsieve.core.clean import compose
from calsieve.core.event_lines import left_out
from calsieve.core.read import read
from calsieve.core.screen import reach_of
from calsieve.core.window import window_for
from calsieve.core.zones.iana import iana_version
from calsieve.errors import (
    Conflict,
    PublishError,
    SecretError,
    SourceError,
    SuspiciousChange,
    UpstreamUnavailable,
)
from calsieve.models import Document, NotModified, Outcome, Report, Status, Stored, Validators
from calsieve.state import FeedState, SourceState, decode, digest, encode, origin, source_state

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.core.read import Calendar
    from calsieve.models import Cleaned, Feed, Fetched, Policy, Source
    from calsieve.ports import Fetcher, Publisher, StateStore

# Raise it when the core makes other bytes from the same input: all feeds are then cleaned again.
ENGINE = 3

_LONGEST_AGE = timedelta(hours=1)


def refresh(
    feed: Feed,
    *,
    now: datetime,
    fetcher: Fetcher,
    publisher: Publisher,
    state: StateStore,
    path: str,
    dry_run: bool = False,
) -> Outcome:
    """Bring what is published at ``path`` up to date with the feed's sources, and tell how it went.

    A source that fails is stood in for by its last good body. If all fail, or nothing can stand in for
    one that is published, the outcome is FAILED and yesterday's file stays. With ``dry_run`` nothing is
    written and the outcome is what it would have been. Does not raise for a bad source, publisher or
    state store; ``now`` is aware.
    """
    return _Run(feed, now, fetcher, publisher, state, path, dry_run).outcome()


class _Memory(NamedTuple):
    """What the state store held, and what it means: None if it was nothing or unreadable."""

    stored: Stored | None
    known: FeedState | None


class _Part(NamedTuple):
    """What one source brings: the state to remember, and the calendar if it had to be read already."""

    name: str
    kept: SourceState | None
    calendar: Calendar | None = None
    failed: bool = False


class _Published(NamedTuple):
    """What is at the path now, and whether that was our doing."""

    status: Status
    version: str
    report: Report


@dataclass(frozen=True, slots=True)
class _Run:
    feed: Feed
    now: datetime
    fetcher: Fetcher
    publisher: Publisher
    state: StateStore
    path: str
    dry_run: bool
    problems: list[str] = field(default_factory=list)

    def outcome(self) -> Outcome:
        try:
            memory = self._recall()
            parts = [self._part(source, memory.known) for source in self.feed.sources]
            if not self._enough(parts, memory):
                return self._ended(Status.FAILED)
            if self._is_current(parts, memory):
                return self._ended(Status.UNCHANGED)
            published = self._publish(self._calendars(parts))
            self._remember(parts, published, memory)
            return self._ended(published.status, published.report)
        except (SourceError, PublishError) as error:
            self.problems.append(str(error))
            return self._ended(Status.FAILED)

    def _ended(self, status: Status, report: Report | None = None) -> Outcome:
        problems = tuple(self.problems)
        return Outcome(feed=self.feed.name, status=status, path=self.path, problems=problems, report=report)

    # ── what came in ──

    def _recall(self) -> _Memory:
        stored = self.state.load(self._key)
        known = decode(stored.body) if stored else None
        if stored and not known:
            self.problems.append("what was remembered of this feed can't be read: starting afresh")
        return _Memory(stored, known)

    def _part(self, source: Source, known: FeedState | None) -> _Part:
        """Fetch one source; if that or its calendar is no good, note it and keep its last good body."""
        last = known.sources.get(source.name) if known else None
        try:
            fetched = self.fetcher.fetch(source, _validators(source, last))
            return self._judged(source, fetched, last)
        except SourceError as error:
            self.problems.append(str(error))
        except SecretError as error:
            self.problems.append(f"{source.name}: {error}")
        return _Part(source.name, last, failed=True)

    def _judged(self, source: Source, fetched: Fetched | NotModified, last: SourceState | None) -> _Part:
        if isinstance(fetched, NotModified):
            if last is None:
                raise UpstreamUnavailable(source.name, "it answered 'not modified' to an unconditional request")
            return _Part(source.name, last)
        if last and _is_same(source, fetched, last):
            return _Part(source.name, last)
        calendar = self._read(source.name, fetched)
        if last and not calendar.events_in and self._read(source.name, last).events_in:
            raise SuspiciousChange(
                source.name,
                "it came back empty, the last good state stays; "
                "if it really is empty now, give the source another name in feeds.yaml",
            )
        return _Part(source.name, source_state(source, fetched, self.now), calendar)

    # ── what to do about it ──

    def _enough(self, parts: Sequence[_Part], memory: _Memory) -> bool:
        """Tell whether publishing now could only improve on what is published."""
        if all(part.failed for part in parts):
            return False
        if all(part.kept for part in parts) or memory.known:
            return True  # a source that is not even known has never been in what is published
        return self.publisher.read(self.path) is None

    def _is_current(self, parts: Sequence[_Part], memory: _Memory) -> bool:
        """Tell whether what is published is what cleaning would make, without cleaning."""
        known = memory.known
        return (
            known is not None
            and known == self._state(parts, known.timezone, known.version)
            and known.version == self.publisher.version(self.path)
        )

    def _state(self, parts: Sequence[_Part], timezone: str, version: str) -> FeedState:
        sources = {part.name: part.kept for part in parts if part.kept}
        window = window_for(self.feed.policy.window, timezone, self.now)
        fingerprint = _fingerprint(self.feed.policy, window.start, window.end, sources)
        return FeedState(fingerprint, version, timezone, sources)

    # ── what goes out ──

    def _calendars(self, parts: Sequence[_Part]) -> list[Calendar]:
        return [part.calendar or self._read(part.name, part.kept) for part in parts if part.kept]

    def _read(self, name: str, good: Fetched | SourceState) -> Calendar:
        policy = self.feed.policy
        return read(name, good.body, good.charset, reach_of(policy.window, self.now), left_out(policy))

    def _publish(self, calendars: Sequence[Calendar]) -> _Published:
        try:
            return self._publish_once(calendars)
        except Conflict:
            return self._publish_once(calendars)

    def _publish_once(self, calendars: Sequence[Calendar]) -> _Published:
        there = self.publisher.read(self.path)
        cleaned = compose(calendars, self.feed.policy, self.now, previous=there.body if there else None)
        if there and there.body == cleaned.body and there.version == self.publisher.version(self.path):
            return _Published(Status.UNCHANGED, there.version, cleaned.report)
        return _Published(Status.PUBLISHED, self._write(cleaned, there), cleaned.report)

    def _write(self, cleaned: Cleaned, there: Stored | None) -> str:
        if self.dry_run:
            return ""
        document = Document(cleaned.body, "text/calendar; charset=utf-8", _max_age(self.feed.policy))
        return self.publisher.write(self.path, document, replaces=there)

    def _remember(self, parts: Sequence[_Part], published: _Published, memory: _Memory) -> None:
        new = self._state(parts, published.report.timezone, published.version)
        if self.dry_run or new == memory.known:
            return
        # A run at the same time remembered first: if its version is no longer the published one, the
        # next run sees that.
        with suppress(Conflict):
            self.state.save(self._key, encode(new), replaces=memory.stored)

    @property
    def _key(self) -> str:
        return f"feeds/{self.feed.name}"


def _validators(source: Source, last: SourceState | None) -> Validators:
    """Return what the source gave last, unless its address was changed since."""
    return last.validators if last and last.origin == origin(source) else Validators()


def _is_same(source: Source, fetched: Fetched, last: SourceState) -> bool:
    """Tell whether the answer says nothing new. New validators alone don't: those of a source that
    stamps every answer are new each time, and would cost a write each time."""
    new = (origin(source), fetched.charset, digest(fetched.body))
    return new == (last.origin, last.charset, last.digest)


def _fingerprint(policy: Policy, start: datetime, end: datetime, sources: dict[str, SourceState]) -> str:
    """Return a hash of everything that decides what cleaning makes."""
    digests = [(name, source.digest, source.charset) for name, source in sources.items()]
    inputs = msgspec.msgpack.encode((ENGINE, iana_version(), policy, start, end, digests), order="deterministic")
    return hashlib.sha256(inputs).hexdigest()


def _max_age(policy: Policy) -> int:
    """Return the seconds that caches may keep a file: they add at most a quarter to the feed's interval."""
    return int(min(policy.refresh_every / 4, _LONGEST_AGE).total_seconds())
