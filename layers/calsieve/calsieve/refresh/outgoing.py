"""What goes out: one file of a feed, made of what came in, and published at each path that it has."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

import msgspec

from calsieve.core.clean import compose
from calsieve.core.lint import findings
from calsieve.core.stale import with_stale_notice
from calsieve.core.window import edges_for
from calsieve.core.zones.iana import iana_version, iana_zone
from calsieve.errors import PublishError
from calsieve.models import Document, Level, Policy, Report, Show, Status
from calsieve.paths import CALENDAR
from calsieve.refresh.guard import HeldBack, Making, began, judged, loss_of_file, refuse_disagreement
from calsieve.refresh.outside import look
from calsieve.state import FileState

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calsieve.models import Cleaned, Failing, Feed, Guard, Stored, View
    from calsieve.paths import Place
    from calsieve.ports import Publisher
    from calsieve.refresh.incoming import Part, Readings
    from calsieve.refresh.outside import Sight
    from calsieve.state import Held

# Raise it when the core makes other bytes from the same input: all feeds are then cleaned again.
ENGINE = 5

_MEDIA_TYPE = "text/calendar; charset=utf-8"
_LONGEST_AGE = timedelta(hours=1)


class Made(NamedTuple):
    """A file that is published: its bytes, what to remember of it, and whether that was our doing.

    ``note`` is what is worth knowing although it is as it should be.
    """

    status: Status
    body: bytes
    state: FileState
    report: Report | None = None
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class Outgoing:
    """One file: the feed's own or a view's. ``sights`` are what lies at its stems, ``known`` is what was last.

    ``held`` is what has been held back of it so far.
    """

    feed: Feed
    view: View
    place: Place
    sights: Mapping[str, Sight]
    known: FileState | None
    held: Held | None
    publisher: Publisher
    now: datetime
    dry_run: bool

    def is_current(self, parts: Sequence[Part]) -> bool:
        """Tell whether what is published is what cleaning would make, without cleaning."""
        known = self.known
        return (
            known is not None
            and self.is_seen()
            and known.fingerprint == self._fingerprint(parts, known.report.timezone)
        )

    def is_seen(self) -> bool:
        """Tell whether what lies at the file's stems is what is known of it, at all of them and whole."""
        seen = {stem: sight.version for stem, sight in self.sights.items()}
        return self.known is not None and self.known.versions == seen

    def is_absent(self) -> bool:
        """Tell whether nothing lies at any of the file's stems."""
        return not any(sight.version or sight.instead for sight in self.sights.values())

    def is_known(self) -> bool:
        """Tell whether whatever lies at the file's stems is what is known of it. Its twin may be missing."""
        return all(self._is_known(stem) for stem in self.sights)

    def is_overtaken(self) -> bool:
        """Tell whether something else lies at the file's stems by now. Raises PublishError."""
        return any(look(self.publisher, sight.path) != sight for sight in self.sights.values())

    def yesterdays(self) -> Made | None:
        """Return what is published, if it is what is known of it; publish it where there is nothing, or no twin.

        So a new address needs no source that answers. None if somebody else changed it. Raises Conflict, or
        PublishError.
        """
        known = self.known
        if known is None or not self.is_known():
            return None
        sight = self.sights[self.place.stem]
        there = sight.again(self.publisher) if sight.version else self._known_file(known)
        if there is None:
            return None
        versions = {
            stem: sight.version or self._write(stem, there.body, sight.instead) for stem, sight in self.sights.items()
        }
        moved = replace(known, key=self.place.key, generation=self.place.generation, versions=versions)
        return Made(Status.UNCHANGED, there.body, moved)

    def made_again(self, parts: Sequence[Part], readings: Readings) -> Made | None:
        """Publish what the last good bodies make, if there is nothing at all; else None. Raises as `published` does."""
        if self.is_absent() and any(part.kept for part in parts):
            return self.published(parts, readings)
        return None

    def published(self, parts: Sequence[Part], readings: Readings) -> Made:
        """Clean, and publish where the bytes differ or a twin does not fit.

        Raises Conflict if something else lies there than when it was looked at; HeldBack if much would go that is not
        remembered; another SourceError; or PublishError, also for what a client would drop.
        """
        there = {stem: sight.again(self.publisher) for stem, sight in self.sights.items()}
        cleaned, note = self._cleaned(parts, readings, [stored.body for stored in there.values() if stored])
        _refuse_what_would_be_dropped(self.view.name, cleaned.body)
        misfits = [stem for stem, stored in there.items() if not stored or stored.body != cleaned.body]
        misfits += [stem for stem, sight in self.sights.items() if not sight.version and stem not in misfits]
        written = {stem: self._write(stem, cleaned.body, there[stem]) for stem in misfits}
        versions = {stem: written.get(stem, sight.version or "") for stem, sight in self.sights.items()}
        state = self._state(parts, cleaned, versions)
        return Made(Status.PUBLISHED if written else Status.UNCHANGED, cleaned.body, state, cleaned.report, note)

    def _known_file(self, known: FileState) -> Stored | None:
        """Read what is known of the file at the first of its stems at which it still is, which may have ended."""
        found = ((self.publisher.read(stem + CALENDAR), version) for stem, version in known.versions.items())
        return next((stored for stored, version in found if stored and stored.version == version), None)

    def _is_known(self, stem: str) -> bool:
        sight, known = self.sights[stem], self.known
        if sight.instead:
            return known is not None and known.digest == _digest(sight.instead.body)
        return sight.version is None or (known is not None and known.versions.get(stem) == sight.version)

    def _cleaned(self, parts: Sequence[Part], readings: Readings, there: Sequence[bytes]) -> tuple[Cleaned, str]:
        """Return what to publish, and what to note about it."""
        policy = self.view.policy
        calendars = [readings.calendar(part.name, part.kept, policy) for part in parts if part.kept]
        cleaned, note = compose(calendars, policy, self.now, previous=next(iter(there), None)), ""
        if self.feed.guard:
            refuse_disagreement(self.view.name, cleaned, policy, parts, self.now)
            note = self._believed(Making(cleaned, parts, calendars), there, self.feed.guard)
        stale = stale_sources(parts, self.feed.stale_notice, self.now)
        return (self._with_notice(cleaned, stale) if stale else cleaned), note

    def _believed(self, made: Making, there: Sequence[bytes], guard: Guard) -> str:
        """Return what to note of a file that lost much of what is not remembered. Raises HeldBack if not believed."""
        if self.is_known():
            return ""
        held = self.held or _held_at_sources(made.parts)
        at = began(held, guard, self.now)
        losses = (loss_of_file(body, made, self.view.policy, guard, at) for body in there)
        loss = next((loss for loss in losses if loss), None)
        if loss is None:
            return ""
        verdict = judged(loss, held, guard, self.view.policy.refresh_every, self.now)
        if verdict.held:
            raise HeldBack(self.view.name, verdict)
        return f"{self.view.name}: {verdict.words}"

    def _with_notice(self, cleaned: Cleaned, stale: Sequence[Failing]) -> Cleaned:
        """Let a file say that it is stale; where it shows less than everything, not by the names of sources."""
        zone = iana_zone(cleaned.report.timezone) or UTC
        today, since = (at.astimezone(zone).date() for at in (self.now, min(one.since for one in stale)))
        names = [one.source for one in stale] if self.view.policy.show is Show.FULL else []
        return with_stale_notice(cleaned, today, since, names)

    def _write(self, stem: str, body: bytes, there: Stored | None) -> str:
        if self.dry_run:
            return ""
        document = Document(body, _MEDIA_TYPE, max_age(self.view.policy))
        return self.publisher.write(self.sights[stem].path, document, replaces=there)

    def _state(self, parts: Sequence[Part], cleaned: Cleaned, versions: Mapping[str, str]) -> FileState:
        """Return what to remember; what lies beside the file is as it was."""
        known, digest = self.known, _digest(cleaned.body)
        return FileState(
            key=self.place.key,
            generation=self.place.generation,
            versions=versions,
            digest=digest,
            fingerprint=self._fingerprint(parts, cleaned.report.timezone),
            published_at=known.published_at if known and known.digest == digest else self.now,
            report=cleaned.report,
            page=known.page if known else None,
            atom=known.atom if known else False,
            told=known.told if known else None,
            sources=tuple(part.name for part in parts if part.kept),
        )

    def _fingerprint(self, parts: Sequence[Part], timezone: str) -> str:
        """Return a hash of everything that decides what cleaning makes."""
        policy = self.view.policy
        edges = edges_for(policy, timezone, self.now)
        digests = [(part.name, part.kept.digest, part.kept.charset) for part in parts if part.kept]
        if stale := stale_sources(parts, self.feed.stale_notice, self.now):
            today = self.now.astimezone(iana_zone(timezone) or UTC).date()
            digests.append((f"{today}", f"{[(one.source, one.since) for one in stale]}", None))
        return hashed(ENGINE, iana_version(), policy, edges, digests)


def stale_sources(parts: Sequence[Part], after: timedelta | None, now: datetime) -> list[Failing]:
    """Return the sources that have failed for so long that a calendar should say so itself; None is never."""
    failing = [part.failing for part in parts if part.failing]
    return [one for one in failing if after is not None and now - one.since >= after]


def hashed(*inputs: object) -> str:
    """Return the same for the same values, in any process."""
    return hashlib.sha256(msgspec.msgpack.encode(inputs, order="deterministic")).hexdigest()


def _digest(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()


def max_age(policy: Policy) -> int:
    """Return the seconds that caches may keep a file: they add at most a quarter to the feed's interval."""
    return int(min(policy.refresh_every / 4, _LONGEST_AGE).total_seconds())


def _held_at_sources(parts: Sequence[Part]) -> Held | None:
    """Return what was held back longest of sources and is believed by now: the file need not wait for it once more."""
    return min((part.believed for part in parts if part.believed), key=lambda held: held.since, default=None)


def _refuse_what_would_be_dropped(name: str, body: bytes) -> None:
    """Raise PublishError if a client would drop the whole calendar for something in it."""
    for finding in findings(body):
        if finding.level is Level.ERROR:
            raise PublishError(
                f"{name}: not published, as {', '.join(finding.clients)} would refuse it: "
                f"line {finding.line}: {finding.message}"
            )
