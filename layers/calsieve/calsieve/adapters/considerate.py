"""The Fetcher that remembers which upstreams asked to be left alone, and lets others know."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING

from calsieve.adapters.http.answers import AskedToWait
from calsieve.core.fairness import group_of
from calsieve.core.rests import rest, rest_key
from calsieve.errors import PublishError

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import datetime

    from calsieve.core.rests import Rest
    from calsieve.models import Fetched, NotModified, Source, Validators
    from calsieve.ports import Fetcher, StateStore

# A shorter one is over before anybody hears of it.
_SHORTEST = 60


class Considerate:
    """Fetches as ``fetcher`` does. ``clock`` gives aware instants; what is learned is written down in ``state``."""

    def __init__(self, fetcher: Fetcher, state: StateStore, clock: Callable[[], datetime]) -> None:
        self._fetcher = fetcher
        self._state = state
        self._clock = clock
        self._rests: dict[str, Rest] = {}

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        try:
            return self._fetcher.fetch(source, validators)
        except AskedToWait as error:
            if error.seconds >= _SHORTEST:
                self._note(rest(group_of(source), self._clock(), error.seconds))
            raise

    def is_resting(self, group: str) -> bool:
        """Tell whether the upstream of a fair group asked this instance to be left alone. Asks nobody."""
        known = self._rests.get(group)
        return known is not None and self._clock() < known.until

    def _note(self, one: Rest) -> None:
        self._rests[one.group] = one
        with suppress(PublishError):  # others will be told by the upstream itself
            self._state.save(rest_key(one), b"", replaces=None)
