"""The Fetcher that leaves a refresh time to publish: it begins nothing that might not end before the function does."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsieve.errors import UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Callable

    from calsieve.models import Fetched, NotModified, Source, Validators
    from calsieve.ports import Fetcher

# Seconds that a fetch takes at most, the last handshake included: of an account, a mailbox with its sign-in, a file.
ACCOUNT, MAILBOX, FILE = 190, 140, 70
# For cleaning and publishing what came.
_RESERVE = 40
# Of a refresh that has less time than all that, whoever runs it should know what suffices: most of it may be needed.
_SHARE = 0.8


class Punctual:
    """Fetches for one refresh as ``fetcher`` does, as long as ``left`` (seconds) is enough for the longest fetch.

    Sources that let themselves be waited for could else spend all of it, and nothing of the others be published.
    """

    def __init__(self, fetcher: Fetcher, left: Callable[[], float]) -> None:
        self._fetcher = fetcher
        self._left = left
        self._most = left() * _SHARE

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return what the fetcher returns. Raises UpstreamUnavailable too if there is not enough time."""
        if self._left() < min(_longest(source) + _RESERVE, self._most):
            raise UpstreamUnavailable(
                source.name,
                "was not asked, as other sources took all the time: make a feed of its own of those that are slow",
            )
        return self._fetcher.fetch(source, validators)


def _longest(source: Source) -> int:
    return ACCOUNT if source.caldav else MAILBOX if source.graph else FILE
