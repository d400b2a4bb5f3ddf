"""What is published of which sources."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import NamedTuple

from calsieve.models.policies import Policy, Span
from calsieve.models.sources import Source


class View(NamedTuple):
    """The same sources published once more, under a name and a path of their own."""

    name: str
    policy: Policy


class Notices(NamedTuple):
    """Word of what appeared, moved or was cancelled within the days to come: in an Atom feed, and by mail (SNS)."""

    ahead: Span = Span(days=14)
    atom: bool = True
    mail: bool = False


class Guard(NamedTuple):
    """When a source that lost much at once is not believed.

    ``loss`` is a share in percent: more than that of its coming events, and ten at least. It is held back for
    ``hold`` at most, and for less if the same is seen again.
    """

    loss: int = 50
    hold: timedelta = timedelta(hours=24)


@dataclass(frozen=True, slots=True, kw_only=True)
class Feed:
    """One calendar that we publish, made of one or more sources, with the views of it that are published beside it."""

    name: str
    sources: tuple[Source, ...]
    policy: Policy
    views: tuple[View, ...] = ()
    notices: Notices | None = None
    page: bool = True  # whether a page to look at is published beside each file
    guard: Guard | None = field(default_factory=Guard)  # None believes whatever comes
    stale_notice: timedelta | None = None  # for how long a source has to fail until the calendar itself says so

    @property
    def names(self) -> tuple[str, ...]:
        """Under which it is published: its own name, then those of its views."""
        return (self.name, *(view.name for view in self.views))


class Config(NamedTuple):
    """A whole feeds.yaml, defaults already worked into each feed.

    ``stamp`` tells it apart from others that were pushed to the same place, ``written`` is when; a file has neither.
    """

    feeds: tuple[Feed, ...]
    stamp: str = ""
    written: datetime | None = None

    def names(self) -> frozenset[str]:
        """Return the names under which something is published."""
        return frozenset(name for feed in self.feeds for name in feed.names)
