"""What comes in: each source fetched once, judged, and read once for all files that need the same of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple
from zlib import crc32

from calsieve.core.allowance import MOST_KEPT
from calsieve.core.event_lines import left_out
from calsieve.core.read import Calendar, read
from calsieve.core.screen import Reach, reach_of
from calsieve.errors import SecretError, SourceError, UpstreamUnavailable
from calsieve.models import Failing, NotModified, Policy, Validators
from calsieve.refresh.guard import EMPTIED, HeldBack, Loss, began, judged, loss_of
from calsieve.state import Held, SourceState, digest, origin, source_state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calsieve.models import Feed, Fetched, Guard, Source
    from calsieve.ports import Fetcher
    from calsieve.state import FeedState


class Part(NamedTuple):
    """What one source brings: the body to go by, None if it never gave one.

    If it fails, ``problem`` says why in plain words, and ``failing`` since when, and why it did at first; ``held`` is
    what is held back of it. ``lacks`` is what is missing of an answer that is good for the rest, and ``note`` what is
    worth knowing although it is as it should be.
    """

    name: str
    kept: SourceState | None
    failing: Failing | None = None
    problem: str = ""
    held: Held | None = None
    believed: Held | None = None
    lacks: tuple[str, ...] = ()
    note: str = ""


class _Need(NamedTuple):
    """What a policy needs of a source: files that need the same share one reading."""

    reach: Reach
    left_out: re.Pattern[bytes] | None


@dataclass(frozen=True, slots=True)
class Readings:
    """The calendars that were read so far, by their source and what was needed of it."""

    now: datetime
    _held: dict[str, dict[_Need, Calendar]] = field(default_factory=dict)

    def read(self, name: str, good: Fetched | SourceState, policies: Iterable[Policy]) -> dict[_Need, Calendar]:
        """Read a body for all ``policies`` and return what came of it. Raises InvalidCalendar, UpstreamTooLarge."""
        body = good.body  # unpacked once
        needs = dict.fromkeys(map(self._need, policies))
        return {need: read(name, body, good.charset, *need, MOST_KEPT) for need in needs}

    def hold(self, name: str, calendars: dict[_Need, Calendar]) -> None:
        """Keep what was read for the files that are made of it."""
        self._held[name] = calendars

    def calendar(self, name: str, kept: SourceState, policy: Policy) -> Calendar:
        """Return a source's calendar as a file with ``policy`` needs it."""
        held, need = self._held.setdefault(name, {}), self._need(policy)
        if need not in held:
            held |= self.read(name, kept, [policy])
        return held[need]

    def _need(self, policy: Policy) -> _Need:
        return _Need(reach_of(policy.window, self.now), left_out(policy))


@dataclass(frozen=True, slots=True)
class Incoming:
    """Fetches the sources of one feed."""

    feed: Feed
    known: FeedState | None
    fetcher: Fetcher
    readings: Readings

    def parts(self) -> list[Part]:
        """Fetch one source after the other; of one that is no good, note that and keep its last good body."""
        parts = {source.name: self._part(source) for source in self._in_turn()}
        return [parts[source.name] for source in self.feed.sources]

    def _in_turn(self) -> list[Source]:
        """Return the sources, those last that fail and may take all the time: each of these is first at some time."""
        failing = {one.source for one in self.known.failing} if self.known else set()
        good = [source for source in self.feed.sources if source.name not in failing]
        others = [source for source in self.feed.sources if source.name in failing]
        turn = crc32(self.readings.now.isoformat().encode()) % len(others) if others else 0
        return [*good, *others[turn:], *others[:turn]]

    def _part(self, source: Source) -> Part:
        last = self.known.sources.get(source.name) if self.known else None
        held = self.known.held.get(source.name) if self.known else None
        try:
            answer = self.fetcher.fetch(source, _validators(source, last))
            lacks = tuple(f"{source.name}: {problem}" for problem in answer.problems)
            return self._judged(source, answer, last, held)._replace(lacks=lacks)
        except HeldBack as error:
            verdict = error.verdict
            return self._stood_in(source.name, last, str(error), verdict.held, verdict.until)
        except SourceError as error:
            return self._stood_in(source.name, last, str(error), held)
        except SecretError as error:
            return self._stood_in(source.name, last, f"{source.name}: {error}", held)

    def _stood_in(
        self, name: str, last: SourceState | None, why: str, held: Held | None, until: datetime | None = None
    ) -> Part:
        """Return the last good body. While a source fails it goes by its first problem: each new one costs writes."""
        earlier = [one for one in self.known.failing if one.source == name] if self.known else []
        failing = earlier[0] if earlier else Failing(name, why, self.readings.now, until)
        if failing.until != until:  # what could not be read is held back now, or the other way round
            failing = Failing(name, why, failing.since, until)
        return Part(name, last, failing, why, held)

    def _judged(
        self, source: Source, answer: Fetched | NotModified, last: SourceState | None, held: Held | None
    ) -> Part:
        if isinstance(answer, NotModified):
            if last is None:
                raise UpstreamUnavailable(source.name, "it answered 'not modified' to an unconditional request")
            return Part(source.name, last)
        if last and _is_same(source, answer, last):
            return Part(source.name, last)
        policies = [self.feed.policy, *(view.policy for view in self.feed.views)]
        calendars = self.readings.read(source.name, answer, policies)
        note = self._believed(source, answer, calendars, last, held) if last else ""
        self.readings.hold(source.name, calendars)
        return Part(
            source.name, source_state(source, answer, self.readings.now), believed=held if note else None, note=note
        )

    def _believed(
        self,
        source: Source,
        answer: Fetched,
        calendars: dict[_Need, Calendar],
        last: SourceState,
        held: Held | None,
    ) -> str:
        """Return what to note of a good answer that lost much and is believed nevertheless. Raises HeldBack if not."""
        guard, now = self.feed.guard, self.readings.now
        if guard is None:
            return ""
        loss = self._loss(source, answer, calendars, last, guard, began(held, guard, now))
        if loss is None:
            return ""
        verdict = judged(loss, held, guard, self.feed.policy.refresh_every, now)
        if verdict.held:
            raise HeldBack(source.name, verdict)
        return f"{source.name}: {verdict.words}"

    def _loss(
        self,
        source: Source,
        answer: Fetched,
        calendars: dict[_Need, Calendar],
        last: SourceState,
        guard: Guard,
        at: datetime,
    ) -> Loss | None:
        if not _holds_events(calendars):
            before = self.readings.read(source.name, last, [self.feed.policy])
            return EMPTIED if _holds_events(before) else None
        return loss_of(source, answer, last, self.feed, guard, at)


def _holds_events(calendars: dict[_Need, Calendar]) -> bool:
    return any(calendar.events_in for calendar in calendars.values())


def _validators(source: Source, last: SourceState | None) -> Validators:
    """Return what the source gave last, unless its address was changed since."""
    return last.validators if last and last.origin == origin(source) else Validators()


def _is_same(source: Source, fetched: Fetched, last: SourceState) -> bool:
    """Tell whether the answer says nothing new. New validators alone don't: those of a source that
    stamps every answer are new each time, and would cost a write each time."""
    new = (origin(source), fetched.validators.address, fetched.charset, digest(fetched.body))
    return new == (last.origin, last.validators.address, last.charset, last.digest)
