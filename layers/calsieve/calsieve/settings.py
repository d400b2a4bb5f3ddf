"""What a warm function knows by heart, and for how long: the configuration and the key of paths.

Each refresh would else ask for both. A message says which configuration it was sent for, and in which file that is, so
a new one is noticed with the first message; a rotated key comes with a configuration that is pushed anew. That neither
takes anything back that was published by a newer one, the refresh sees to (`Outdated`).
"""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from calsieve.models import Config
    from calsieve.paths import PathKey

# Also without word of anything new.
LONGEST = timedelta(hours=1)
# In all files that are known at a time; one is known in any case.
MOST_FEEDS = 5_000


class Settings(NamedTuple):
    """The configuration and the key of paths, as they were read at an instant."""

    config: Config
    key: PathKey
    read_at: datetime


class KnownSettings:
    """Reads the settings of a file by ``load``, and knows them until there is reason to read them again."""

    def __init__(self, load: Callable[[str, datetime], Settings]) -> None:
        self._load = load
        self._held: dict[str, Settings] = {}  # what was used last at the end

    def at(self, file: str, now: datetime, stamp: str) -> Settings:
        """Return what is known, if that is the configuration of ``stamp`` and not too old; else read it."""
        held = self._held.get(file)
        if held and stamp and held.config.stamp == stamp and now - held.read_at < LONGEST:
            self._held[file] = self._held.pop(file)
            return held
        return self.read(file, now)

    def read(self, file: str, now: datetime) -> Settings:
        """Read and return what there is now."""
        self._held.pop(file, None)
        read = self._held[file] = self._load(file, now)
        while len(self._held) > 1 and sum(len(held.config.feeds) for held in self._held.values()) > MOST_FEEDS:
            del self._held[next(iter(self._held))]
        return read
