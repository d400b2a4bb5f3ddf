"""The Fetcher for CalDAV."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from contextlib import closing, suppress
from datetime import UTC, datetime
from functools import partial
from threading import Lock
from typing import TYPE_CHECKING, Unpack
from urllib.parse import quote

import msgspec

from calsieve.adapters.caldav import mirror as mirrors
from calsieve.adapters.caldav.authorisation import authorizer
from calsieve.adapters.caldav.calendars import Account, Collection, chosen, listed
from calsieve.adapters.caldav.changes import counted
from calsieve.adapters.caldav.dav import Dav, Declined
from calsieve.adapters.caldav.discovery import discovered
from calsieve.adapters.caldav.joining import joined
from calsieve.adapters.caldav.mirror import Mirror
from calsieve.adapters.caldav.multistatus import Garbled
from calsieve.adapters.caldav.sync import synced
from calsieve.adapters.caldav.trust import Trust
from calsieve.adapters.http.client import Client, Options
from calsieve.adapters.http.limits import Limits
from calsieve.adapters.http.request import bare, split
from calsieve.errors import Conflict, UpstreamRefused, UpstreamTooLarge, UpstreamUnavailable
from calsieve.models import Fetched, NotModified, Validators
from calsieve.providers import PROVIDERS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from calsieve.adapters.caldav.authorisation import Tokens
    from calsieve.models import CalDav, Source
    from calsieve.ports import Secrets, StateStore

# A first run of a large calendar takes a while; one that is cut off goes on where it was.
DEFAULT_LIMITS = Limits(total_seconds=180)
# Raise it when the same mirrors give another body.
_JOINING = b"1"
_TRIES_TO_SAVE = 10
_COLOUR = re.compile(r"#[0-9A-Fa-f]{6}(?:[0-9A-Fa-f]{2})?")


def _utc_now() -> datetime:
    return datetime.now(UTC)


class CalDavFetcher:
    """Fetches the calendars of an account by way of a mirror of each, kept in ``store`` under ``mirrors/``.

    What servers answer to queries for a time range is wrong too often (docs/decisions/0014): whole calendars are
    mirrored, by what changed, and choosing among events is the core's. ``limits`` hold for one fetch;
    ``max_bytes`` bounds an answer, a mirror and the whole. ``tokens`` gives access to sources with ``oauth``.
    Otherwise as the HttpFetcher.
    """

    def __init__(
        self,
        secrets: Secrets,
        store: StateStore,
        limits: Limits = DEFAULT_LIMITS,
        *,
        tokens: Tokens | None = None,
        now: Callable[[], datetime] = _utc_now,
        **options: Unpack[Options],
    ) -> None:
        self._secrets = secrets
        self._store = store
        self._limits = limits
        self._tokens = tokens
        self._client = partial(Client, limits, **options)
        self._now = now
        self._locks: dict[tuple[str, str], Lock] = {}

    def fetch(self, source: Source, validators: Validators) -> Fetched | NotModified:
        """Return one VCALENDAR of all items of the chosen calendars, or NotModified if ``validators`` still hold.

        ``validators.etag`` is a digest of the mirrors. Raises SecretError, PublishError if a mirror can't be
        kept, or a SourceError.
        """
        wanted = _wanted(source)
        with self._lock(source, wanted), closing(self._client()) as client:
            dav, user = self._dav(client, source, wanted)
            key = _key(dav.trust.url, user)
            collections = chosen(source.name, self._collections(dav, user, key), wanted.calendars)
            held = [(one, self._mirror(dav, one, _key(dav.trust.url, user, one.path))) for one in collections]
        etag = _digest(held)
        problems = tuple(_problems(held))
        if etag == validators.etag:
            return NotModified(problems)
        return Fetched(
            body=self._body(source.name, held),
            charset="utf-8",
            validators=Validators(etag=etag),
            problems=problems,
            parts=tuple(sorted(_key(collection.path) for collection, _ in held)),
        )

    def calendars(self, source: Source) -> list[tuple[Collection, int | None]]:
        """Return the calendars of the account that can hold events, and how many items each lists. Keeps nothing."""
        with closing(self._client()) as client:
            dav, user = self._dav(client, source, _wanted(source))
            return [(one, counted(dav, one)) for one in discovered(dav, user)[1]]

    def _lock(self, source: Source, wanted: CalDav) -> Lock:
        """Return the lock of an account: feeds that share it would else read it side by side, and get in each
        other's way. The second one finds nothing to do."""
        account = self._secrets.resolve(source.url), self._secrets.resolve(wanted.user)
        return self._locks.setdefault(account, Lock())

    def _dav(self, client: Client, source: Source, wanted: CalDav) -> tuple[Dav, str]:
        """Return the account's server, and whose account it is."""
        user = self._secrets.resolve(wanted.user)
        url = (
            self._secrets.resolve(source.url).strip().replace("{user}", quote(user, safe="@", errors="surrogateescape"))
        )
        trust = Trust(source.name, PROVIDERS[wanted.provider], bare(split(source.name, url)))
        agent = self._secrets.resolve(source.user_agent) if source.user_agent else None
        access = authorizer(source, self._secrets, self._tokens)
        return Dav(client, trust, access, self._limits.max_bytes, agent), user

    # ── which calendars ──

    def _collections(self, dav: Dav, user: str, key: str) -> list[Collection]:
        """Return the account's calendars: from where they were last, or else found anew."""
        stored = self._store.load(key)
        known = _account(stored.body) if stored else None
        account, collections = _listed(dav, known) or discovered(dav, user)
        if account != known:
            with suppress(Conflict):
                self._store.save(key, msgspec.msgpack.encode(account), replaces=stored)
        return collections

    # ── what is in them ──

    def _mirror(self, dav: Dav, collection: Collection, key: str) -> Mirror:
        """Return the mirror of a calendar, up to date. Goes on from another's that was saved meanwhile."""
        for _ in range(_TRIES_TO_SAVE):
            keeper = _Keeper(self._store, key)
            with suppress(Conflict):
                return synced(dav, collection, keeper.mirror, self._now(), keeper.save, self._limits.max_bytes)
        raise UpstreamUnavailable(dav.source, "is being read by several others at the same time")

    def _body(self, source: str, held: Sequence[tuple[Collection, Mirror]]) -> bytes:
        most = self._limits.max_bytes
        if sum(mirror.size for _, mirror in held) > most:
            raise UpstreamTooLarge(source, f"its calendars are larger than {most:,} bytes: choose fewer in `calendars`")
        return joined(_heading(held), (item.body for _, mirror in held for item in mirror.items()))


class _Keeper:
    """Loads a mirror, and saves each next one in place of the last."""

    def __init__(self, store: StateStore, key: str) -> None:
        self._store = store
        self._key = key
        self._stored = store.load(key)
        self.mirror = (mirrors.decode(self._stored.body) if self._stored else None) or Mirror()

    def save(self, mirror: Mirror) -> None:
        """Save. Raises Conflict if somebody else did meanwhile, PublishError."""
        body = mirrors.encode(mirror)
        self._store.save(self._key, body, replaces=self._stored)
        self._stored = self._store.load(self._key)
        if self._stored is None or self._stored.body != body:  # it came between the two: not to be written over
            raise Conflict("somebody else wrote next: go on from there")


def _wanted(source: Source) -> CalDav:
    if source.caldav is None:
        raise UpstreamRefused(source.name, "is no CalDAV account")
    return source.caldav


def _key(*parts: str) -> str:
    """Return under which key something is kept: a hash, for addresses and users are nobody's business."""
    return f"mirrors/{hashlib.sha256(chr(10).join(parts).encode(errors='surrogateescape')).hexdigest()}"


def _listed(dav: Dav, known: Account | None) -> tuple[Account, list[Collection]] | None:
    """Return the calendars of an account where it was the last time, or None if there are none any more."""
    if known is None or not all(_is_usable(dav, home) for home in known.homes):
        return None
    with suppress(Declined, Garbled):
        account, collections = listed(dav, known)
        return (account, collections) if collections else None
    return None


def _is_usable(dav: Dav, home: str) -> bool:
    try:
        return dav.trust.allows(split(dav.source, home))
    except UpstreamRefused:
        return False


def _account(stored: bytes) -> Account | None:
    try:
        return msgspec.msgpack.decode(stored, type=Account)
    except (msgspec.DecodeError, UnicodeDecodeError):
        return None


def _digest(held: Sequence[tuple[Collection, Mirror]]) -> str:
    digest = hashlib.sha256(_JOINING)
    for collection, mirror in held:
        digest.update(repr((collection.path, collection.name, collection.colour, mirror.timezone)).encode())
        for page in mirror.pages:
            digest.update(hashlib.sha256(page.packed).digest())
    return f'"{digest.hexdigest()}"'


def _problems(held: Sequence[tuple[Collection, Mirror]]) -> Iterator[str]:
    """Yield what can't be had of the calendars: not by their names, which are nobody's business."""
    missing, count = sum(mirror.missing for _, mirror in held), sum(mirror.count for _, mirror in held)
    if missing:
        yield f"{missing:,} of {count:,} items could not be had, and are missing until the server gives them"


def _heading(held: Sequence[tuple[Collection, Mirror]]) -> list[str]:
    """Return what one calendar says of itself; several have no name and no colour together."""
    lines = [f"X-WR-TIMEZONE:{mirror.timezone}" for _, mirror in held if mirror.timezone][:1]
    if len(held) == 1:
        collection, _ = held[0]
        if collection.name:
            lines.append(f"X-WR-CALNAME:{_text(collection.name)}")
        if _COLOUR.fullmatch(collection.colour):
            lines.append(f"X-APPLE-CALENDAR-COLOR:{collection.colour[:7]}")
    return lines


def _text(text: str) -> str:
    """Return a TEXT value on one line (RFC 5545 §3.3.11)."""
    escaped = text.replace("\\", "\\\\").replace(";", "\\;").replace(",", "\\,")
    return " ".join(escaped.split())
