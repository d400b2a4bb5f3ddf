"""A feed of a CalDAV account, refreshed as the product does it, and the feed that it should be."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from calsieve.adapters.caldav import CalDavFetcher
from calsieve.adapters.http.limits import Limits
from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore
from calsieve.adapters.secrets import EnvironmentSecrets
from calsieve.config import load
from calsieve.models import Feed, Fetched, Outcome, Source, Validators
from calsieve.paths import PathKey
from calsieve.ports import Fetcher
from calsieve.refresh import Outside, refresh
from tests.interop.dav.items import Item, as_one_file
from tests.interop.dav.server import PASSWORD, USER
from tests.interop.demonstration import NOW, TIMEZONE

PLACE = PathKey(bytes(32)).place("account", NOW)
PATH = PLACE.path
_FEED = """\
feeds:
  - name: account
    timezone: {timezone}
    sources:
      - {{name: it, caldav: generic, url: '{url}', user: {user}, secret: {password}}}
"""


def config(url: str, password: str = PASSWORD) -> str:
    """Return a feeds.yaml with one feed."""
    return _FEED.format(timezone=TIMEZONE, url=url, user=USER, password=password)


def feed(url: str, password: str = PASSWORD) -> Feed:
    return load(config(url, password)).feeds[0]


@dataclass(slots=True)
class Account:
    """What is published and remembered of a feed, in memory."""

    feed: Feed
    publisher: MemoryPublisher = field(default_factory=MemoryPublisher)
    state: MemoryStateStore = field(default_factory=MemoryStateStore)

    @property
    def published(self) -> bytes:
        return self.publisher.files[PATH]

    def refresh(self, limits: Limits) -> Outcome:
        fetcher = CalDavFetcher(EnvironmentSecrets({}), self.state, limits, allow_private=True)
        return _refresh(self.feed, fetcher, self.publisher, self.state)


def made_of(feed: Feed, items: Iterable[Item]) -> bytes:
    """Return what is published of the same data if it comes as one ICS file."""
    publisher = MemoryPublisher()
    _refresh(feed, _File(as_one_file(items)), publisher, MemoryStateStore())
    return publisher.files[PATH]


@dataclass(frozen=True, slots=True)
class _File:
    body: bytes

    def fetch(self, source: Source, validators: Validators) -> Fetched:
        return Fetched(body=self.body)


def _refresh(feed: Feed, fetcher: Fetcher, publisher: MemoryPublisher, state: MemoryStateStore) -> Outcome:
    return refresh(feed, {feed.name: PLACE}, Outside(fetcher, publisher, state), NOW)
