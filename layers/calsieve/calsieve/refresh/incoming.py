"""What comes in: each source fetched once, judged, and read once for all files that need the same of it."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, NamedTuple

from calsieve.core.event_lines import left_out
from calsieve.core.read import MOST_KEPT, Calendar, read
from calsieve.core.screen import Reach, reach_of
from calsieve.errors import SecretError, SourceError, SuspiciousChange, UpstreamUnavailable
from calsieve.models import Failing, NotModified, Policy, Validators
from calsieve.state import SourceState, digest, origin, source_state

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calsieve.models import Feed, Fetched, Source
    from calsieve.ports import Fetcher
    from calsieve.state import FeedState


class Part(NamedTuple):
    """What one source brings: the body to go by, None if it never gave one.

    If it fails, ``problem`` says why in plain words, and ``failing`` since when, and why it did at first.
    """

    name: str
    kept: SourceState | None
    failing: Failing | None = None
    problem: str = ""


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
        return [self._part(source) for source in self.feed.sources]

    def _part(self, source: Source) -> Part:
        last = self.known.sources.get(source.name) if self.known else None
        try:
            answer = self.fetcher.fetch(source, _validators(source, last))
            return Part(source.name, self._judged(source, answer, last))
        except SourceError as error:
            return self._stood_in(source.name, last, str(error))
        except SecretError as error:
            return self._stood_in(source.name, last, f"{source.name}: {error}")

    def _stood_in(self, name: str, last: SourceState | None, why: str) -> Part:
        """Return the last good body. While a source fails it goes by its first problem: each new one costs writes."""
        earlier = [one for one in self.known.failing if one.source == name] if self.known else []
        return Part(name, last, earlier[0] if earlier else Failing(name, why, self.readings.now), why)

    def _judged(self, source: Source, answer: Fetched | NotModified, last: SourceState | None) -> SourceState:
        if isinstance(answer, NotModified):
            if last is None:
                raise UpstreamUnavailable(source.name, "it answered 'not modified' to an unconditional request")
            return last
        if last and _is_same(source, answer, last):
            return last
        policies = [self.feed.policy, *(view.policy for view in self.feed.views)]
        calendars = self.readings.read(source.name, answer, policies)
        if last and not _holds_events(calendars) and _holds_events(self.readings.read(source.name, last, policies[:1])):
            raise SuspiciousChange(
                source.name,
                "it came back empty, the last good state stays; "
                "if it really is empty now, give the source another name in feeds.yaml",
            )
        self.readings.hold(source.name, calendars)
        return source_state(source, answer, self.readings.now)


def _holds_events(calendars: dict[_Need, Calendar]) -> bool:
    return any(calendar.events_in for calendar in calendars.values())


def _validators(source: Source, last: SourceState | None) -> Validators:
    """Return what the source gave last, unless its address was changed since."""
    return last.validators if last and last.origin == origin(source) else Validators()


def _is_same(source: Source, fetched: Fetched, last: SourceState) -> bool:
    """Tell whether the answer says nothing new. New validators alone don't: those of a source that
    stamps every answer are new each time, and would cost a write each time."""
    new = (origin(source), fetched.charset, digest(fetched.body))
    return new == (last.origin, last.charset, last.digest)
