"""What a refresh needs of the outside, and what lay there before it began."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from calsieve.errors import Conflict

if TYPE_CHECKING:
    from calsieve.models import Stored
    from calsieve.ports import Fetcher, Notifier, Publisher, StateStore


@dataclass(frozen=True, slots=True)
class Outside:
    """The ports, and ``base``: the address that paths are put behind, None if nobody knows it."""

    fetcher: Fetcher
    publisher: Publisher
    state: StateStore
    notifier: Notifier | None = None
    base: str | None = None


@dataclass(frozen=True, slots=True)
class Sight:
    """What lay at a path when it was looked at: the version of a whole pair, or what there was instead."""

    path: str
    version: str | None
    instead: Stored | None

    def again(self, publisher: Publisher) -> Stored | None:
        """Read what was seen. Raises Conflict if another is there by now."""
        if self.version is None:
            return self.instead
        there = publisher.read(self.path)
        if there is None or there.version != self.version:
            raise Conflict("somebody else published at the same time: try again")
        return there


def look(publisher: Publisher, path: str) -> Sight:
    """Look at what lies at ``path``; in the usual case without reading it."""
    version = publisher.version(path)
    return Sight(path, version, None if version else publisher.read(path))
