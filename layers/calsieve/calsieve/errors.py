"""Everything that can go wrong, and what the reader does next.

::

    CalsieveError
    ├── ConfigError            feeds.yaml has problems: mend the lines it lists
    ├── SecretError            a secret reference did not resolve: store it or correct its name
    ├── SourceError            one upstream could not be used; the last good state stays published
    │   ├── UpstreamUnavailable    try again later (network, 5xx, 429, too slow, cut off)
    │   ├── UpstreamRefused        the address or the credentials are wrong: correct them
    │   ├── UpstreamTooLarge       over the bound in bytes: raise `limits` or narrow the upstream
    │   ├── InvalidCalendar        it answered, but not with a calendar
    │   └── SuspiciousChange       a calendar, but so changed that it is held back
    ├── PublishError           the publisher or the state store failed: look at its permissions
    │   ├── Conflict               somebody else wrote first: take the newer one and go again
    │   └── Outdated               newer settings were published by: read them again
    ├── PutOff                 the upstream asked to be left alone: the feed is asked for again when that is over
    ├── NoticeError            nobody could be told of a change; what is published is as it should be
    └── RefreshFailed          a feed could not be refreshed; carries the outcome

Messages carry the names of feeds and sources and never a URL, a credential or calendar content.
Foreign exceptions are translated at one fence an adapter, ``from error``, or without it where their
own text could quote an address or a value.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Outcome


class CalsieveError(Exception):
    """Base of all errors that Calsieve raises on purpose."""


class Problem(NamedTuple):
    """One thing to mend in a configuration file.

    ``line`` counts from 1; ``path`` is where in the document, like ``feeds[0].window.back``;
    ``message`` says what is wrong and what to do.
    """

    line: int
    path: str
    message: str

    def __str__(self) -> str:
        return f"line {self.line}: {self.path}: {self.message}"


class ConfigError(CalsieveError):
    """A configuration file can't be used; ``problems`` lists all of them, in the order of the file."""

    def __init__(self, problems: Sequence[Problem]) -> None:
        self.problems = tuple(problems)
        super().__init__("\n".join(map(str, self.problems)))


class SecretError(CalsieveError):
    """A secret reference did not resolve. The message names the reference, never a value."""


class SourceError(CalsieveError):
    """One source can't be used now. ``source`` is its name in feeds.yaml."""

    def __init__(self, source: str, reason: str) -> None:
        self.source = source
        self.reason = reason
        super().__init__(f"{source}: {reason}")


class UpstreamUnavailable(SourceError):
    """The upstream did not answer properly this time; the same request may work later."""


class UpstreamRefused(SourceError):
    """The upstream understood and said no; the configuration has to change."""


class UpstreamTooLarge(SourceError):
    """The upstream sends more than the bound allows."""


class InvalidCalendar(SourceError):
    """The upstream answered with something that is not an iCalendar file."""


class SuspiciousChange(SourceError):
    """The upstream sends a calendar that lost so much that it is not believed at once."""


class PublishError(CalsieveError):
    """A publisher or a state store could not read or write."""


class Conflict(PublishError):
    """A conditional write found that another writer had been there first."""


class Outdated(PublishError):
    """The settings at hand are older than those that a feed was published by. What was published stays."""


class PutOff(CalsieveError):
    """A feed was not refreshed, because its upstream asked to be left alone for a while."""


class NoticeError(CalsieveError):
    """A notice of changes could not be sent. What was published stays published."""


class RefreshFailed(CalsieveError):
    """A feed could not be refreshed; what was published before stays."""

    def __init__(self, outcome: Outcome) -> None:
        self.outcome = outcome
        super().__init__(f"{outcome.feed}: {'; '.join(map(str, outcome.problems))}")
