"""Refresh one feed: fetch, clean, publish, tell, remember. The only place that knows the order of things.

What is published is looked at before anything is fetched, and replaced only if it still is what was seen: so it never
becomes older. It is written before what is remembered, and what is remembered says which published versions it belongs
to. So a run that is cut off anywhere, or overtaken by another one, leaves what the next run sees through and mends.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from calsieve.errors import Conflict, Outdated, PublishError, SourceError
from calsieve.models import File, HistoryEntry, Noteworthy, Outcome, Report, Status, View
from calsieve.paths import CALENDAR
from calsieve.refresh.beside import Beside
from calsieve.refresh.guard import HeldBack
from calsieve.refresh.incoming import Incoming, Readings
from calsieve.refresh.memory import Memory, Recalled, refuse_outdated
from calsieve.refresh.outgoing import Outgoing, stale_sources
from calsieve.refresh.outside import Outside, Sight, look
from calsieve.refresh.takedown import taken_down, withdraw
from calsieve.state import FeedState

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Feed
    from calsieve.paths import Place
    from calsieve.refresh.incoming import Part
    from calsieve.state import FileState, Held, SourceState

__all__ = ["Outside", "refresh", "refused"]


def refresh(
    feed: Feed,
    places: Mapping[str, Place],
    outside: Outside,
    now: datetime,
    *,
    configured: datetime | None = None,
    elsewhere: Container[str] = (),
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
        second = replace(first, is_last=True, problems=[], notes=[], done=[])
    try:
        return second.outcome()
    except Outdated:
        first.withdraw()
        raise


def refused(feed: Feed, places: Mapping[str, Place], error: Outdated) -> Outcome:
    """Return the outcome of a refresh that was not tried, as nothing newer than what is outdated is to be had."""
    files = tuple(File(name, Status.FAILED, places[name].path) for name in feed.names)
    return Outcome(feed.name, Status.FAILED, files, (str(error),))


class _Done(NamedTuple):
    """What became of a file, and what to remember of it: None if it was never published. ``held``: of it.

    It ``is_made`` if it was made of what came in.
    """

    file: File
    state: FileState | None
    held: Held | None = None
    is_made: bool = False


@dataclass(frozen=True, slots=True)
class _Run:
    feed: Feed
    places: Mapping[str, Place]
    outside: Outside
    now: datetime
    configured: datetime | None
    elsewhere: Container[str]
    dry_run: bool
    is_last: bool
    problems: list[str] = field(default_factory=list)  # but for those of sources
    notes: list[str] = field(default_factory=list)
    done: list[_Done] = field(default_factory=list)

    def outcome(self) -> Outcome:
        try:
            sights = self._look()  # before what is remembered: else that could be of before what is seen
            recalled = self._recall()
            readings = Readings(self.now)
            parts = Incoming(self.feed, recalled.known, self.outside.fetcher, readings).parts()
            self.problems.extend(problem for part in parts for problem in part.lacks)
            stale = stale_sources(parts, self.feed.stale_notice, self.now)
            files = [self._outgoing(view, recalled.known, sights) for view in self._views]
            enough = [_is_enough(file, parts, says_so=bool(stale)) for file in files]
            for file, is_enough in zip(files, enough, strict=True):
                self.done.append(self._file(file, parts, readings, is_enough=is_enough))
            self._conclude(parts, recalled, is_enough=any(enough))
            status = Status.FAILED if all(part.failing for part in parts) else _worst(self.done)
            return self._ended(status, [one.file for one in self.done], parts)
        except (Conflict, Outdated):
            raise
        except PublishError as error:
            self.problems.append(str(error))
            failed = [File(view.name, Status.FAILED, self.places[view.name].path) for view in self._views]
            return self._ended(Status.FAILED, failed)

    def _ended(self, status: Status, files: Sequence[File], parts: Sequence[Part] = ()) -> Outcome:
        problems = (*(part.problem for part in parts if part.problem), *self.problems)
        notes = (*(part.note for part in parts if part.note), *self.notes)
        failing = tuple(part.failing for part in parts if part.failing)
        return Outcome(self.feed.name, status, tuple(files), problems, notes, failing)

    @property
    def _views(self) -> list[View]:
        return [View(self.feed.name, self.feed.policy), *self.feed.views]

    # ── what there is ──

    def _recall(self) -> Recalled:
        recalled = self._memory.recall()
        if recalled.problem:
            self.problems.append(recalled.problem)
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

    def _outgoing(self, view: View, known: FeedState | None, sights: Mapping[str, Sight]) -> Outgoing:
        place = self.places[view.name]
        return Outgoing(
            feed=self.feed,
            view=view,
            place=place,
            sights={stem: sights[stem] for stem in place.stems},
            known=known.files.get(view.name) if known else None,
            held=known.doubted.get(view.name) if known else None,
            publisher=self.outside.publisher,
            now=self.now,
            dry_run=self.dry_run,
        )

    def _file(self, outgoing: Outgoing, parts: Sequence[Part], readings: Readings, *, is_enough: bool) -> _Done:
        """Bring one file up to date, and what lies beside it; only the latter if what came in is not enough."""
        view, place, known = outgoing.view, outgoing.place, outgoing.known
        beside = Beside(self.feed, view, place, parts, self.outside, self.now, self.problems)
        status = Status.UNCHANGED if is_enough else Status.FAILED
        stays = outgoing.is_current(parts) if is_enough else outgoing.is_seen()
        if known and stays and (self.dry_run or beside.is_current(known)):
            return _Done(File(view.name, status, place.path), known)
        try:
            seen = {} if self.dry_run else beside.seen()
            if stays or not is_enough:
                made = outgoing.yesterdays() or outgoing.made_again(parts, readings)
            else:
                made = outgoing.published(parts, readings)
        except (SourceError, PublishError) as error:
            return self._not_done(outgoing, error)
        if made is None:
            return _Done(File(view.name, status, place.path), known, outgoing.held)
        self.notes.extend([made.note] if made.note else [])
        state = made.state if self.dry_run else beside.brought_up(made, seen)
        return _Done(
            File(view.name, made.status if is_enough else status, place.path, made.report), state, is_made=True
        )

    def _not_done(self, outgoing: Outgoing, error: SourceError | PublishError) -> _Done:
        """Return what becomes of a file that stays as it is. Raises a Conflict if it is worth another try."""
        if isinstance(error, Conflict) and not self.is_last:
            raise error
        name, path, held = outgoing.view.name, outgoing.place.path, outgoing.held
        if isinstance(error, Conflict) and self._is_overtaken(outgoing):
            self.notes.append(f"{name}: left as it is, as another refresh published it at the same time")
            return _Done(File(name, Status.UNCHANGED, path), outgoing.known, held)
        self.problems.append(str(error))
        if isinstance(error, HeldBack):
            held = error.verdict.held
        return _Done(File(name, Status.FAILED, path), outgoing.known, held)

    def _is_overtaken(self, outgoing: Outgoing) -> bool:
        try:
            return outgoing.is_overtaken()
        except PublishError:
            return False

    # ── what is left of it ──

    def _conclude(self, parts: Sequence[Part], recalled: Recalled, *, is_enough: bool) -> None:
        """Take down what is no longer wanted, then note and remember how the feed is now; all of it only if need be."""
        if self.dry_run:
            return
        known = recalled.known
        doubted = {one.file.name: one.held for one in self.done if one.held}
        # What a file was made of is remembered with it, whatever is held back of another.
        is_doubtful = bool(doubted) and not any(one.is_made for one in self.done)
        new = FeedState(
            feed=self.feed.name,
            sources=self._sources(parts, known, is_doubtful=is_doubtful),
            failing=tuple(part.failing for part in parts if part.failing),
            held=_held(parts, known, is_doubtful=is_doubtful),
            files={one.file.name: one.state for one in self.done if one.state},
            doubted=doubted,
            configured=_later(self.configured, known.configured if known else None),
        )
        new = taken_down(new, known, self.places.values(), self.elsewhere, self.outside.publisher, self.problems)
        is_news = known is None or replace(new, configured=known.configured) != known
        try:  # what is remembered would not be noted any more, so noting comes first
            if is_news or self.problems:
                self._memory.note(self._entry(new, known, parts))
            if is_news and (known or is_enough) and not self._memory.remember(new, recalled):
                self.withdraw()
        except PublishError as error:
            self.problems.append(str(error))

    def withdraw(self) -> None:
        """Take down what was published, if a run by newer settings that remembered first does not know of it."""
        known = None
        published = [one.state for one in self.done if one.state and one.file.status is Status.PUBLISHED]
        try:
            if published and not self.dry_run and (known := self._memory.recall().known):
                refuse_outdated(known, self.places, self.configured)
        except Outdated:
            assert known  # noqa: S101 - who else could be newer
            withdraw(published, known, self.elsewhere, self.outside.publisher, self.problems)
        except PublishError as error:
            self.problems.append(str(error))

    def _sources(self, parts: Sequence[Part], known: FeedState | None, *, is_doubtful: bool) -> dict[str, SourceState]:
        """Return the last good bodies: while a file is held back, those that came are not known to be good."""
        before = known.sources if known else {}
        if is_doubtful:
            return {part.name: before[part.name] for part in parts if part.name in before}
        return {part.name: part.kept for part in parts if part.kept}

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
            notes=(*(part.note for part in parts if part.note), *self.notes),
        )


def _is_enough(file: Outgoing, parts: Sequence[Part], *, says_so: bool) -> bool:
    """Tell whether publishing a file now could only improve on what lies there; ``says_so`` if it tells of its age."""
    if all(part.failing for part in parts):
        return says_so and all(part.kept for part in parts)
    # A source that is not even known has never been in what is known to be published.
    return all(part.kept for part in parts) or file.is_absent() or file.is_known()


def _held(parts: Sequence[Part], known: FeedState | None, *, is_doubtful: bool) -> dict[str, Held]:
    """Return what is held back of sources. What is believed is not remembered while a file is, so it will be again."""
    before = known.held if known else {}
    believed = {part.name: before[part.name] for part in parts if is_doubtful and part.note and part.name in before}
    return believed | {part.name: part.held for part in parts if part.held}


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other


def _worst(done: Sequence[_Done]) -> Status:
    found = {one.file.status for one in done}
    return next(status for status in (Status.FAILED, Status.PUBLISHED, Status.UNCHANGED) if status in found)
