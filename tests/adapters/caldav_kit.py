"""What the tests of the CalDAV source share: a fetcher with a store and a clock, sources, what came."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from calsieve.adapters.caldav import CalDavFetcher
from calsieve.adapters.http import Limits
from calsieve.adapters.memory import MemoryStateStore
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.models import BasicAuth, CalDav, Fetched, NotModified, Secret, Source, Validators
from tests.adapters.caldav_server import PASSWORD, USER
from tests.adapters.http_kit import UNCONDITIONAL, USUAL, Timepiece

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)


def account(
    url: str, provider: str = "generic", calendars: tuple[str, ...] | None = None, **settings: object
) -> Source:
    """Return a source for the account that the fake server knows."""
    user, password = Secret("literal", USER), Secret("literal", PASSWORD)
    given = {"basic": BasicAuth(user, password), **settings}
    return Source(
        name="work",
        url=Secret("literal", url),
        caldav=CalDav(provider, user, calendars),
        **given,  # type: ignore[arg-type]
    )


@dataclass
class Reader:
    """A fetcher that remembers, at a moment that moves."""

    source: Source
    store: MemoryStateStore = field(default_factory=MemoryStateStore)
    limits: Limits = USUAL
    now: datetime = NOW
    validators: Validators = UNCONDITIONAL
    time: Timepiece = field(default_factory=Timepiece)
    options: dict[str, object] = field(default_factory=dict)

    def fetch(self) -> Fetched | NotModified:
        """Fetch by the validators of the last time."""
        fetcher = CalDavFetcher(
            EnvironmentSecrets({}),
            self.store,
            self.limits,
            now=lambda: self.now,
            clock=self.time.clock,
            sleep=self.time.sleep,
            **{"allow_private": True, **self.options},  # type: ignore[arg-type]
        )
        fetched = fetcher.fetch(self.source, self.validators)
        if isinstance(fetched, Fetched):
            self.validators = fetched.validators
        return fetched

    def body(self) -> bytes:
        """Return what comes now, whatever came before."""
        self.validators = Validators()
        fetched = self.fetch()
        assert isinstance(fetched, Fetched)
        return fetched.body

    def uids(self) -> list[str]:
        """Return the UIDs of what comes now."""
        return uids(self.body())

    def later(self, **distance: float) -> None:
        self.now += timedelta(**distance)


def uids(body: bytes) -> list[str]:
    return re.findall(r"^UID:(.*)\r$", body.decode(), re.MULTILINE)
