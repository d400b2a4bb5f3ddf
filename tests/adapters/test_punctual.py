"""A refresh has time to publish what came, however long its sources let themselves be waited for."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace

import pytest

from calsieve.adapters import punctual
from calsieve.adapters.caldav import fetcher as caldav
from calsieve.adapters.http.limits import DEFAULT_LIMITS
from calsieve.adapters.punctual import Punctual
from calsieve.errors import UpstreamUnavailable
from calsieve.models import CalDav, Fetched, Secret, Source, Validators
from tests.security.doors import mailbox

FILE = Source(name="a", url=Secret("literal", "https://one.example.org/"))
ACCOUNT = replace(FILE, caldav=CalDav("generic", Secret("literal", "jane"), None))


class Slow:
    """Takes ``seconds`` of the ``left`` ones for each source."""

    def __init__(self, left: float, seconds: float) -> None:
        self.left = left
        self.seconds = seconds

    def fetch(self, source: Source, validators: Validators) -> Fetched:
        self.left -= self.seconds
        return Fetched(body=b"x")


def asked(left: float, seconds: float, *sources: Source) -> int:
    """Return how many of the sources are asked."""
    upstream, count = Slow(left, seconds), 0
    fetcher = Punctual(upstream, lambda: upstream.left)
    for source in sources:
        with suppress(UpstreamUnavailable):
            fetcher.fetch(source, Validators())
            count += 1
    assert upstream.left > 0
    return count


@pytest.mark.parametrize(
    ("left", "seconds", "sources", "count"),
    [
        (300, 1, [FILE] * 100, 100),
        (300, punctual.FILE, [FILE] * 100, 3),
        (300, punctual.ACCOUNT, [ACCOUNT] * 100, 1),
        (300, 60, [FILE, ACCOUNT], 2),
        (900, punctual.ACCOUNT, [ACCOUNT] * 100, 4),
        (30, 1, [FILE] * 7, 7),
        (30, 20, [FILE] * 7, 1),
    ],
)
def test_sources_are_asked_as_long_as_that_leaves_time_to_publish(
    left: float, seconds: float, sources: list[Source], count: int
) -> None:
    assert asked(left, seconds, *sources) == count


def test_it_knows_how_long_a_fetch_takes_at_most() -> None:
    connecting = DEFAULT_LIMITS.connect_seconds
    assert DEFAULT_LIMITS.total_seconds + connecting <= punctual.FILE
    assert 2 * (DEFAULT_LIMITS.total_seconds + connecting) <= punctual.MAILBOX
    assert caldav.DEFAULT_LIMITS.total_seconds + connecting <= punctual.ACCOUNT
    assert asked(300, 140, mailbox(), mailbox()) == 1
