"""What became of a calendar and of a refresh."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple


@dataclass(frozen=True, slots=True, kw_only=True)
class Report:
    """What cleaning did, in counts. It names components by UID, never by their text.

    ``kept_whole`` counts series published untrimmed because trimming was not proven, by the reason why not;
    ``repairs`` counts each named repair; ``lost`` names the first 100 that could not be repaired, and why, and
    ``lost_more`` counts the others. ``ruled`` counts by its name what each rule acted on, ``duplicates`` what an
    earlier source had too; ``cuts`` says in order, in plain words, what the budget took away.
    """

    bytes_in: int = 0
    bytes_out: int = 0
    events_in: int = 0
    events_out: int = 0
    series_in: int = 0
    series_out: int = 0
    past: int = 0
    future: int = 0
    kept_whole: Mapping[str, int] = field(default_factory=dict)
    repairs: Mapping[str, int] = field(default_factory=dict)
    lost: tuple[str, ...] = ()
    lost_more: int = 0
    ruled: Mapping[str, int] = field(default_factory=dict)
    duplicates: int = 0
    cuts: tuple[str, ...] = ()
    window_start: datetime | None = None
    window_end: datetime | None = None
    timezone: str = "UTC"

    @property
    def series_kept_whole(self) -> int:
        """How many series were kept whole."""
        return sum(self.kept_whole.values())


@dataclass(frozen=True, slots=True)
class Cleaned:
    """A clean calendar, ready to publish, and how it came about."""

    body: bytes = field(repr=False)
    report: Report


class Status(StrEnum):
    """How a refresh ended."""

    PUBLISHED = "published"
    UNCHANGED = "unchanged"
    FAILED = "failed"


class File(NamedTuple):
    """One published file of a feed, its own or a view's, and what became of it in a refresh.

    ``report`` is None where nothing had to be cleaned, or nothing came of it.
    """

    name: str
    status: Status
    path: str
    report: Report | None = None


@dataclass(frozen=True, slots=True)
class Failing:
    """A source that fails now: why, in plain words without an address, and since when (aware).

    ``until`` is set if it answers and is held back: until then at the latest.
    """

    source: str
    why: str
    since: datetime
    until: datetime | None = None


class Outcome(NamedTuple):
    """The result of refreshing one feed; ``problems`` are the sources and files that failed, in plain words.

    ``files`` are the feed's own and then those of its views, in the order of the configuration. It FAILED if one of
    them did, if all sources did, or nothing could be tried. PUBLISHED and UNCHANGED may carry problems: those sources
    stand in with their last good state. ``notes`` are what an operator should know although it is no problem (any
    more), ``failing`` the sources that fail.
    """

    feed: str
    status: Status
    files: tuple[File, ...]
    problems: tuple[str, ...] = ()
    notes: tuple[str, ...] = ()
    failing: tuple[Failing, ...] = ()

    @property
    def path(self) -> str:
        """Where the feed's own file is published."""
        return self.files[0].path

    @property
    def report(self) -> Report | None:
        """What cleaning the feed's own file did."""
        return self.files[0].report
