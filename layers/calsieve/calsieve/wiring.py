"""Which adapters are used where. The only place that chooses; decides nothing else.

Adapters are imported when they are chosen: the command line starts without boto3, and the function that
only reads the configuration does without the core.
"""

from __future__ import annotations

import hashlib
import os
import re
import secrets
from collections.abc import Container, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from functools import cache, cached_property
from pathlib import Path, PurePath, PurePosixPath
from typing import TYPE_CHECKING

from calsieve.errors import Outdated, PublishError

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

    from calsieve.adapters.caldav import CalDavFetcher
    from calsieve.adapters.caldav.calendars import Collection
    from calsieve.adapters.http.api import JsonApi
    from calsieve.adapters.oauth import AccessTokens
    from calsieve.models import Feed, Outcome, Served, Source
    from calsieve.paths import PathKey, Place
    from calsieve.ports import Fetcher, Notifier, Publisher, Secrets, StateArchive, StateStore

CONFIG_PREFIX, CONFIG_NAME = "config", "feeds.yaml"
STATE_PREFIX = "state"

_S3_URL = re.compile(r"s3://([a-z0-9][a-z0-9.-]{1,61}[a-z0-9])(?:/(.*))?")


@dataclass(frozen=True, slots=True)
class Target:
    """A place to publish to, with what a refresh needs to do so.

    ``rehearsal`` fetches as ``fetcher`` does, and forgets what that remembers of its own. ``base`` is the address
    that paths are put behind, None if nobody knows it.
    """

    fetcher: Fetcher
    rehearsal: Fetcher
    publisher: Publisher
    state: StateArchive
    notifier: Notifier | None = None
    base: str | None = None

    def key(self, *, dry_run: bool = False) -> PathKey:
        """Return the key of all paths. Raises PublishError.

        Makes one if nothing was published yet; a dry run forgets it again.
        """
        from calsieve.adapters.memory import MemoryStateStore
        from calsieve.paths import KEY_NAME, path_key

        forgetful = dry_run and self.state.load(KEY_NAME) is None
        return path_key(MemoryStateStore() if forgetful else self.state, secrets.token_bytes, self.publisher)

    def path(self, name: str, now: datetime, *, dry_run: bool = False) -> str:
        """Return the path of the calendar that is published under ``name`` at ``now`` (aware). Raises PublishError."""
        return self.key(dry_run=dry_run).place(name, now).path

    def refresh(self, feed: Feed, now: datetime, *, elsewhere: Container[str] = (), dry_run: bool = False) -> Outcome:
        """Refresh one feed at its paths; ``now`` is aware, ``elsewhere`` are names that other feeds publish.

        Raises PublishError if the paths can't be told.
        """
        from calsieve.refresh import refused

        key = self.key(dry_run=dry_run)
        try:
            return self.refresh_by(key, feed, now, elsewhere=elsewhere, dry_run=dry_run)
        except Outdated as error:
            return refused(feed, places(key, feed, now), error)

    def refresh_by(
        self,
        key: PathKey,
        feed: Feed,
        now: datetime,
        *,
        configured: datetime | None = None,
        elsewhere: Container[str] = (),
        dry_run: bool = False,
    ) -> Outcome:
        """Refresh one feed by a key that may be old, as may be what was ``configured``. Raises Outdated then."""
        from calsieve.refresh import Outside, refresh

        fetcher = self.rehearsal if dry_run else self.fetcher
        outside = Outside(fetcher, self.publisher, self.state, self.notifier, self.base)
        where = places(key, feed, now)
        return refresh(feed, where, outside, now, configured=configured, elsewhere=elsewhere, dry_run=dry_run)

    def overview(self, feeds: Sequence[Feed], now: datetime, left: Sequence[str]) -> str:
        """Publish the operator's page of these feeds, and return its path; ``now`` is aware. Raises PublishError.

        ``left`` are names of feeds that are published there and not configured any more.
        """
        from calsieve.overview import publish_overview, standings

        return publish_overview(standings(feeds, self.state), self.key(), self.publisher, now, left)


def places(key: PathKey, feed: Feed, now: datetime) -> dict[str, Place]:
    """Return where each name of a feed is published at ``now`` (aware)."""
    return {name: key.place(name, now) for name in feed.names}


# ── on one's own machine ──────────────────────────────────────────────────────────────────────────


def target(
    to: str,
    state: str | None = None,
    environ: Mapping[str, str] = os.environ,
    base: str | None = None,
    notifier: Notifier | None = None,
) -> Target:
    """Return what publishes to ``to``, a directory or ``s3://bucket/prefix``, and remembers in ``state``.

    ``base`` is the address under which clients find what is there; ``notifier`` is told of changes. ``state`` is of
    the same form as ``to``; its default is a directory of its own for each, under XDG_STATE_HOME. Sources may be files
    and may be on private networks: the configuration is one's own. Touches nothing yet. Raises PublishError for a
    place that can't be, or where clients could read the state.
    """
    published = _place(to)
    remembered = _place(state) if state else _default_state(published, environ)
    if remembered.is_inside(published):
        raise PublishError("the state must not lie where clients can read it: choose another place for it")
    found = target_of(environ, _publisher(published), _state_store(remembered), own=True)
    return replace(found, notifier=notifier, base=base.rstrip("/") if base else None)


def nowhere(environ: Mapping[str, str] = os.environ) -> Target:
    """Return what fetches as ``target`` does, but publishes nowhere and remembers nothing; it needs no home."""
    from calsieve.adapters.memory import MemoryPublisher, MemoryStateStore

    return target_of(environ, MemoryPublisher(), MemoryStateStore(), own=True)


def calendars(source: Source, environ: Mapping[str, str] = os.environ) -> list[tuple[Collection, int | None]]:
    """Return the calendars of a CalDAV account, and how many entries each lists; it may be on a private network.

    Raises SecretError, or a SourceError.
    """
    from calsieve.adapters.memory import MemoryStateStore
    from calsieve.adapters.secrets import AwsSecrets

    accounts = _Accounts(AwsSecrets(environ), allow_private=True, ca_bundle=environ.get("REQUESTS_CA_BUNDLE"))
    return accounts.caldav(MemoryStateStore()).calendars(source)


def looked_at(source: Source, environ: Mapping[str, str] = os.environ) -> tuple[bytes, Served]:
    """Return what is served at a source's address, and how; it may be on a private network.

    Raises SecretError, or a SourceError.
    """
    from calsieve.adapters.http.look import HttpLook
    from calsieve.adapters.secrets import AwsSecrets

    return HttpLook(AwsSecrets(environ), allow_private=True, ca_bundle=environ.get("REQUESTS_CA_BUNDLE")).look(source)


@dataclass(frozen=True, slots=True)
class _Place:
    """A directory (``bucket`` is None), or a prefix in a bucket, which may be empty."""

    path: PurePath
    bucket: str | None = None

    def __str__(self) -> str:
        return f"s3://{self.bucket}/{self.prefix}" if self.bucket else str(self.path)

    @property
    def prefix(self) -> str:
        return "/".join(self.path.parts)

    def is_inside(self, other: _Place) -> bool:
        return self.bucket == other.bucket and self.path.is_relative_to(other.path)


def _place(text: str) -> _Place:
    if "://" not in text and not text.startswith("s3:"):
        return _Place(Path(text).resolve())
    match = _S3_URL.fullmatch(text)
    if match is None:
        raise PublishError(f"{text} is no place to write to: give a directory or s3://bucket/prefix")
    return _Place(PurePosixPath((match[2] or "").strip("/")), match[1])


def _default_state(published: _Place, environ: Mapping[str, str]) -> _Place:
    from calsieve.adapters.directory import own_directory

    own = own_directory(environ, "XDG_STATE_HOME", ".local/state")
    if own is None:
        raise PublishError("there is no home directory to remember things in: say where with --state")
    return _Place(own / hashlib.sha256(str(published).encode()).hexdigest()[:16])


def _publisher(place: _Place) -> Publisher:
    if place.bucket:
        from calsieve.adapters.s3 import S3Publisher

        return S3Publisher(s3(), place.bucket, place.prefix)
    from calsieve.adapters.directory import DirectoryPublisher

    return DirectoryPublisher(Path(place.path))


def _state_store(place: _Place) -> StateArchive:
    if place.bucket:
        from calsieve.adapters.s3 import S3StateStore

        return S3StateStore(s3(), place.bucket, place.prefix)
    from calsieve.adapters.directory import DirectoryStateStore

    return DirectoryStateStore(Path(place.path))


# ── here and in Lambda ────────────────────────────────────────────────────────────────────────────


def target_of(
    environ: Mapping[str, str],
    publisher: Publisher,
    state: StateArchive,
    *,
    own: bool = False,
    allow_private: bool = False,
) -> Target:
    """Return the target; ``own``: the configuration is one's own, so sources may be files and on private networks."""
    from calsieve.adapters.file import FileFetcher
    from calsieve.adapters.http import HttpFetcher
    from calsieve.adapters.memory import ForgetfulStateStore
    from calsieve.adapters.secrets import AwsSecrets
    from calsieve.adapters.upstream import UpstreamFetcher

    known = AwsSecrets(environ)
    allow_private, bundle = allow_private or own, environ.get("REQUESTS_CA_BUNDLE")
    accounts = _Accounts(known, allow_private=allow_private, ca_bundle=bundle)
    http = HttpFetcher(known, allow_private=allow_private, ca_bundle=bundle)
    by_scheme: dict[str, Fetcher] = dict.fromkeys(("http", "https", "webcal", "webcals"), http)
    if own:  # never in the cloud: /proc holds the function's own credentials
        by_scheme["file"] = FileFetcher(known)

    def fetcher(mirrors: StateStore) -> Fetcher:
        return UpstreamFetcher(known, by_scheme, lambda: accounts.caldav(mirrors), accounts.graph)

    return Target(fetcher(state), fetcher(ForgetfulStateStore(state)), publisher, state)


class _Accounts:
    """Makes what reads accounts and mailboxes; access tokens last as long as it does."""

    def __init__(self, known: Secrets, *, allow_private: bool, ca_bundle: str | None) -> None:
        self._secrets = known
        self._allow_private = allow_private
        self._ca_bundle = ca_bundle

    def caldav(self, mirrors: StateStore) -> CalDavFetcher:
        """Return the fetcher for accounts, with its mirrors in ``mirrors``."""
        from calsieve.adapters.caldav import CalDavFetcher
        from calsieve.adapters.oauth import AccountTokens

        return CalDavFetcher(
            self._secrets,
            mirrors,
            tokens=AccountTokens(self._secrets, self._tokens),
            allow_private=self._allow_private,
            ca_bundle=self._ca_bundle,
        )

    def graph(self) -> Fetcher:
        """Return the fetcher for mailboxes."""
        from calsieve.adapters.graph import GraphFetcher

        return GraphFetcher(self._secrets, self._tokens, self._api)

    @cached_property
    def _tokens(self) -> AccessTokens:
        from calsieve.adapters.oauth import AccessTokens

        return AccessTokens(self._api)

    @cached_property
    def _api(self) -> JsonApi:
        from calsieve.adapters.http.api import JsonApi

        return JsonApi(allow_private=self._allow_private, ca_bundle=self._ca_bundle)


@cache
def s3() -> S3Client:
    """Return the one S3 client. The first costs more time than all else that a cold start does."""
    import boto3
    from botocore.config import Config as Settings

    # A write that was retried although it had succeeded shows as a conflict, which a refresh can cope with.
    return boto3.client("s3", config=Settings(connect_timeout=5, read_timeout=30, retries={"mode": "standard"}))
