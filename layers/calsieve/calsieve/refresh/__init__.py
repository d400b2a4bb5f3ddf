"""Refresh one feed: fetch, clean, publish, tell, remember. The only place that knows the order of things.

What is published is looked at before anything is fetched, and replaced only if it still is what was seen: so it never
becomes older. It is written before what is remembered, and what is remembered says which published versions it belongs
to. So a run that is cut off anywhere, or overtaken by another one, leaves what the next run sees through and mends.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from calsieve.errors import Conflict, Outdated, PublishError, SourceError
from calsieve.models import File, HistoryEntry, Noteworthy, Outcome, Report, Status, View
from calsieve.paths import CALENDAR
from calsieve.refresh.beside import Beside
from calsieve.refresh.incoming import Incoming, Readings
from calsieve.refresh.memory import Memory, Recalled, refuse_outdated
from calsieve.refresh.outgoing import Outgoing, stale_sources
from calsieve.refresh.outside import Outside, Sight, look
from calsieve.refresh.takedown import taken_down
from calsieve.state import FeedState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Feed
    from calsieve.paths import Place
    from calsieve.refresh.incoming import Part
    from calsieve.state import FileState

__all__ = ["Outside", "refresh", "refused"]


def refresh(
    feed: Feed,
    places: Mapping[str, Place],
    outside: Outside,
    now: datetime,
    *,
    configured: datetime | None = None,
    elsewhere: Collection[str] = (),
    dry_run: bool = False,
) -> Outcome:
    """Bring all that is published of a feed up to date with its sources, and tell how it went.

    ``places`` says where each name of the feed and its views is published, ``configured`` when the configuration was
    written, if that is known; ``elsewhere`` are names that other feeds publish; ``now`` is aware. A source that fails
    is stood in for by its last good body. If all fail, or nothing can stand in for one that is published, the outcome
    is FAILED and yesterday's files stay, unless they are to say that they are stale. A file that fails stays as it is
    and does not stop the others. With ``dry_run`` nothing is written, and the outcome is what it would have been.
    Raises Outdated if feed or places are older than what was published by; not for a bad source, publisher or state
    store.
    """
    first = _Run(feed, places, outside, now, configured, elsewhere, dry_run, is_last=False)
    try:
        return first.outcome()
    except Conflict:  # another run was quicker: what it published may be newer than what this one fetched
        return replace(first, is_last=True, problems=[]).outcome()


def refused(feed: Feed, places: Mapping[str, Place], error: Outdated) -> Outcome:
    """Return the outcome of a refresh that was not tried, as nothing newer than what is outdated is to be had."""
    files = tuple(File(name, Status.FAILED, places[name].path) for name in feed.names)
    return Outcome(feed.name, Status.FAILED, files, (str(error),))


class _Done(NamedTuple):
    """What became of a file, and what to remember of it: None if it was never published."""

    file: File
    state: FileState | None


@dataclass(frozen=True, slots=True)
class _Run:
    feed: Feed
    places: Mapping[str, Place]
    outside: Outside
    now: datetime
    configured: datetime | None
    elsewhere: Collection[str]
    dry_run: bool
    is_last: bool
    problems: list[str] = field(default_factory=list)  # but for those of sources

    def outcome(self) -> Outcome:
        try:
            recalled = self._recall()
            sights = self._look()
            readings = Readings(self.now)
            parts = Incoming(self.feed, recalled.known, self.outside.fetcher, readings).parts()
            self.problems.extend(problem for part in parts for problem in part.lacks)
            stale = stale_sources(parts, self.feed.stale_notice, self.now)
            enough = _enough(parts, recalled, sights, says_so=bool(stale))
            done = [self._file(view, parts, readings if enough else None, recalled, sights) for view in self._views]
            self._conclude(done, parts, recalled, enough=enough)
            status = Status.FAILED if all(part.failing for part in parts) else _worst(done)
            return self._ended(status, [one.file for one in done], parts)
        except (Conflict, Outdated):
            raise
        except PublishError as error:
            self.problems.append(str(error))
            failed = [File(view.name, Status.FAILED, self.places[view.name].path) for view in self._views]
            return self._ended(Status.FAILED, failed)

    def _ended(self, status: Status, files: Sequence[File], parts: Sequence[Part] = ()) -> Outcome:
        problems = (*(part.problem for part in parts if part.problem), *self.problems)
        notes = tuple(part.note for part in parts if part.note)
        failing = tuple(part.failing for part in parts if part.failing)
        return Outcome(self.feed.name, status, tuple(files), problems, notes, failing)

    @property
    def _views(self) -> list[View]:
        return [View(self.feed.name, self.feed.policy), *self.feed.views]

    # ── what there is ──

    def _recall(self) -> Recalled:
        recalled = self._memory.recall()
        if recalled.stored and not recalled.known:
            self.problems.append("what was remembered of this feed can't be read: starting afresh")
        if recalled.known:
            refuse_outdated(recalled.known, self.places, self.configured)
        return recalled

    def _look(self) -> dict[str, Sight]:
        stems = (stem for view in self._views for stem in self.places[view.name].stems)
        return {stem: look(self.outside.publisher, stem + CALENDAR) for stem in stems}

    @property
    def _memory(self) -> Memory:
        return Memory(self.feed.name, self.outside.state)

    # ── one file ──

    def _file(
        self,
        view: View,
        parts: Sequence[Part],
        readings: Readings | None,
        recalled: Recalled,
        sights: Mapping[str, Sight],
    ) -> _Done:
        """Bring one file up to date, and what lies beside it; without ``readings`` only the latter."""
        place = self.places[view.name]
        known = recalled.known.files.get(view.name) if recalled.known else None
        outgoing = Outgoing(
            feed=self.feed,
            view=view,
            place=place,
            sights={stem: sights[stem] for stem in place.stems},
            known=known,
            publisher=self.outside.publisher,
            now=self.now,
            dry_run=self.dry_run,
        )
        beside = Beside(self.feed, view, place, parts, self.outside, self.now, self.problems)
        status = Status.UNCHANGED if readings else Status.FAILED
        stays = outgoing.is_current(parts) if readings else outgoing.is_seen()
        if known and stays and (self.dry_run or beside.is_current(known)):
            return _Done(File(view.name, status, place.path), known)
        try:
            seen = {} if self.dry_run else beside.seen()
            made = outgoing.published(parts, readings) if readings and not stays else outgoing.yesterdays()
        except (SourceError, PublishError) as error:
            if isinstance(error, Conflict) and not self.is_last:
                raise
            self.problems.append(str(error))
            made, status = None, Status.FAILED
        if made is None:
            return _Done(File(view.name, status, place.path), known)
        state = made.state if self.dry_run else beside.brought_up(made, seen)
        return _Done(File(view.name, made.status if readings else status, place.path, made.report), state)

    # ── what is left of it ──

    def _conclude(self, done: Sequence[_Done], parts: Sequence[Part], recalled: Recalled, *, enough: bool) -> None:
        """Take down what is no longer wanted, then note and remember how the feed is now; all of it only if need be."""
        if self.dry_run:
            return
        known = recalled.known
        new = FeedState(
            sources={part.name: part.kept for part in parts if part.kept},
            failing=tuple(part.failing for part in parts if part.failing),
            held={part.name: part.held for part in parts if part.held},
            files={one.file.name: one.state for one in done if one.state},
            configured=_later(self.configured, known.configured if known else None),
        )
        new = taken_down(new, known, self.places.values(), self.elsewhere, self.outside.publisher, self.problems)
        is_news = known is None or replace(new, configured=known.configured) != known
        try:  # what is remembered would not be noted any more, so noting comes first
            if is_news or self.problems:
                self._memory.note(self._entry(new, known, parts))
            if is_news and (known or enough):  # else what could not be fetched would seem never to have been published
                self._memory.remember(new, recalled)
        except PublishError as error:
            self.problems.append(str(error))

    def _entry(self, new: FeedState, known: FeedState | None, parts: Sequence[Part]) -> HistoryEntry:
        own, before = new.files.get(self.feed.name), known.files if known else {}
        report = own.report if own else Report()
        changed = any(name not in before or before[name].versions != file.versions for name, file in new.files.items())
        return HistoryEntry(
            at=self.now,
            kind=Noteworthy.PUBLISHED if changed else Noteworthy.FAILED,
            failing=new.failing,
            problems=tuple(self.problems),
            bytes_in=report.bytes_in,
            bytes_out=report.bytes_out,
            events_in=report.events_in,
            events_out=report.events_out,
            notes=tuple(part.note for part in parts if part.note),
        )


def _enough(parts: Sequence[Part], recalled: Recalled, sights: Mapping[str, Sight], *, says_so: bool) -> bool:
    """Tell whether publishing now could only improve on what is published; ``says_so`` if it tells of its age."""
    if all(part.failing for part in parts):
        return says_so and all(part.kept for part in parts)
    if all(part.kept for part in parts) or recalled.known:
        return True  # a source that is not even known has never been in what is published
    return not any(sight.version or sight.instead for sight in sights.values())


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


def _worst(done: Sequence[_Done]) -> Status:
    found = {one.file.status for one in done}
    return next(status for status in (Status.FAILED, Status.PUBLISHED, Status.UNCHANGED) if status in found)
