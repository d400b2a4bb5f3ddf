"""Refresh one feed: fetch, clean, publish, tell, remember. The only place that knows the order of things.

What is published is looked at before anything is fetched, and replaced only if it still is what was seen: so it never
becomes older. It is written before what is remembered, and what is remembered says which published versions it belongs
to. So a run that is cut off anywhere, or overtaken by another one, leaves what the next run sees through and mends.
"""

from __future__ import annotations

from collections.abc import Container, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import TYPE_CHECKING

from calsieve.errors import Conflict, Outdated, PublishError
from calsieve.models import File, Outcome, Status, View
from calsieve.paths import CALENDAR
from calsieve.refresh.beside import Beside
from calsieve.refresh.incoming import Incoming, Readings
from calsieve.refresh.memory import Memory, Recalled, outdated, refuse_outdated
from calsieve.refresh.outgoing import Outgoing
from calsieve.refresh.outside import Outside, Sight, look
from calsieve.refresh.remembered import entry, remembered
from calsieve.refresh.replacing import Replacing
from calsieve.refresh.takedown import taken_down, withdraw

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Feed
    from calsieve.paths import Place
    from calsieve.refresh.incoming import Part
    from calsieve.refresh.replacing import Done
    from calsieve.state import FeedState

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
    done: list[Done] = field(default_factory=list)

    def outcome(self) -> Outcome:
        try:
            sights = self._look()  # before what is remembered: else that could be of before what is seen
            recalled = self._recall()
            readings = Readings(self.now)
            parts = Incoming(self.feed, recalled.known, self.outside.fetcher, readings).parts()
            self.problems.extend(problem for part in parts for problem in part.lacks)
            files = [self._replacing(view, parts, recalled.known, sights) for view in self._views]
            for file in files:
                self.done.append(file.done(readings))
            self._conclude(parts, recalled, is_enough=any(file.is_enough for file in files))
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
        failing = tuple(part.failing for part in parts if part.failing)
        return Outcome(self.feed.name, status, tuple(files), problems, self._noted(parts), failing)

    def _noted(self, parts: Sequence[Part]) -> tuple[str, ...]:
        return (*(part.note for part in parts if part.note), *self.notes)

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

    def _replacing(
        self, view: View, parts: Sequence[Part], known: FeedState | None, sights: Mapping[str, Sight]
    ) -> Replacing:
        place = self.places[view.name]
        outgoing = Outgoing(
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
        return Replacing(
            outgoing=outgoing,
            beside=Beside(self.feed, view, place, parts, self.outside, self.now, self.problems),
            parts=parts,
            is_last=self.is_last,
            problems=self.problems,
            notes=self.notes,
        )

    # ── what is left of it ──

    def _conclude(self, parts: Sequence[Part], recalled: Recalled, *, is_enough: bool) -> None:
        """Take down what is no longer wanted, then note and remember how the feed is now; all of it only if need be."""
        if self.dry_run:
            return
        known = recalled.known
        new = remembered(self.feed.name, self.done, parts, known, self.configured)
        new = taken_down(new, known, self.places.values(), self.elsewhere, self.outside.publisher, self.problems)
        is_news = known is None or replace(new, configured=known.configured) != known
        try:  # what is remembered would not be noted any more, so noting comes first
            if is_news or self.problems:
                self._memory.note(entry(new, known, self.problems, self._noted(parts), self.now))
            if is_news and (known or is_enough) and not self._memory.remember(new, recalled):
                self.withdraw()
        except PublishError as error:
            self.problems.append(str(error))

    def withdraw(self) -> None:
        """Take down what was published, if a run by newer settings that remembered first does not know of it."""
        published = [one.state for one in self.done if one.state and one.file.status is Status.PUBLISHED]
        if not published or self.dry_run:
            return
        try:
            known = self._memory.recall().known
        except PublishError as error:
            self.problems.append(str(error))
            return
        if known and outdated(known, self.places, self.configured):
            withdraw(published, known, self.elsewhere, self.outside.publisher, self.problems)


def _worst(done: Sequence[Done]) -> Status:
    found = {one.file.status for one in done}
    return next(status for status in (Status.FAILED, Status.PUBLISHED, Status.UNCHANGED) if status in found)
