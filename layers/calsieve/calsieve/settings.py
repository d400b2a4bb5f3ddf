"""What a warm function knows by heart, and for how long: the configuration and the key of paths.

Each refresh would else ask for both. A message says which configuration it was sent for, so a new one is noticed with
the first message; a rotated key comes with a configuration that is pushed anew. That neither takes anything back that
was published by a newer one, the refresh sees to (`Outdated`).
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


class Settings(NamedTuple):
    """The configuration and the key of paths, as they were read at an instant."""

    config: Config
    key: PathKey
    read_at: datetime


class KnownSettings:
    """Reads settings by ``load``, and knows them until there is reason to read them again."""

    def __init__(self, load: Callable[[datetime], Settings]) -> None:
        self._load = load
        self._held: Settings | None = None

    def at(self, now: datetime, stamp: str) -> Settings:
        """Return what is known, if that is the configuration of ``stamp`` and not too old; else read it."""
        held = self._held
        if held and stamp and held.config.stamp == stamp and now - held.read_at < LONGEST:
            return held
        return self.read(now)

    def read(self, now: datetime) -> Settings:
        """Read and return what there is now."""
        self._held = self._load(now)
        return self._held
