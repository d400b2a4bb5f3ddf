"""What a calendar holds that its mirror does not: asked in the cheapest way that can be believed."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from calsieve.adapters.caldav import questions
from calsieve.adapters.caldav.dav import NOT_THERE, Declined
from calsieve.adapters.caldav.multistatus import DAV, Garbled, Response
from calsieve.adapters.caldav.trust import at_origin, canonical, item_path
from calsieve.errors import InvalidCalendar, UpstreamTooLarge, UpstreamUnavailable

if TYPE_CHECKING:
    from calsieve.adapters.caldav.calendars import Collection
    from calsieve.adapters.caldav.dav import Dav
    from calsieve.adapters.caldav.mirror import Mirror

_ETAG = f"{DAV}getetag"
_ETAGS = questions.propfind("D:getetag")
# However well ctags and tokens are kept, once a day the truth is looked at.
_LISTING_HOLDS = timedelta(hours=24)
_MOST_ITEMS = 200_000
_MOST_ROUNDS = 1000
# An answer to sync-collection that names so much of the calendar is how some servers treat a token they don't know.
_SUSPICIOUS_SHARE = 0.9
# A calendar that lost more than this was perhaps not listed whole, and is asked whether that is so.
_SUSPICIOUS_LOSS = 0.5
_WRAPPING = re.compile(r'(?:W/)?"?(.*?)(?:[-;]gzip)?"?', re.DOTALL)


@dataclass(frozen=True, slots=True)
class Changes:
    """What to fetch, by canonical path: as the server writes the path, and its etag. What to take out.

    ``token`` is where to go on from; ``listed``: all etags were compared.
    """

    wanted: Mapping[str, tuple[str, str]] = field(repr=False)
    gone: frozenset[str]
    token: str
    listed: bool


def is_current(collection: Collection, mirror: Mirror, now: datetime) -> bool:
    """Tell whether the calendar says that it is what the mirror holds, and that may still be believed."""
    if not mirror.complete or _is_due(mirror, now):
        return False
    if collection.ctag or mirror.ctag:
        return collection.ctag == mirror.ctag
    return False


def changes(dav: Dav, collection: Collection, mirror: Mirror, now: datetime) -> Changes:
    """Return what changed: by sync-collection if that can be believed, else by all etags. Raises SourceErrors."""
    known = mirror.etags()
    if mirror.complete and mirror.token and collection.syncs and not _is_due(mirror, now):
        synced = _synced(dav, collection, mirror.token, known)
        if synced:
            return synced
    compared = _compared(dav, collection, known)
    if _is_suspicious(compared.gone, known):
        _require_gone(dav, collection, min(compared.gone))
    return compared


def counted(dav: Dav, collection: Collection) -> int | None:
    """Return how many items a calendar holds, or None if it does not list them. Raises SourceErrors."""
    answers = _Listing(dav, collection)
    try:
        dav.propfind(collection.url, _ETAGS, 1, answers.take)
    except (Declined, Garbled):
        return None
    return len(answers.found)


def _is_due(mirror: Mirror, now: datetime) -> bool:
    try:
        age = now - datetime.fromisoformat(mirror.listed_at)
    except ValueError:
        return True
    return not timedelta(0) <= age < _LISTING_HOLDS


def _synced(dav: Dav, collection: Collection, token: str, known: Mapping[str, str]) -> Changes | None:
    """Ask for the changes since ``token`` (RFC 6578); None if the answer is not to be believed.

    Servers answer a token that they don't know, or don't know any more, with an error, with everything, or with
    nothing at all.
    """
    answers = _Listing(dav, collection)
    for _ in range(_MOST_ROUNDS):
        answers.more = False
        try:
            following = dav.report(collection.url, questions.sync_collection(token), answers.take)
        except (Declined, Garbled):
            return None
        if not answers.more or following in ("", token):
            break
        token = following
    named = len(answers.found) + len(answers.gone)
    too_much = len(answers.found) >= _SUSPICIOUS_SHARE * len(known) > 0
    too_little = not named and collection.ctag != ""  # the ctag says that there is something
    gone = frozenset(answers.gone) & known.keys()
    if answers.more or answers.unclear or not following or too_much or too_little or _is_suspicious(gone, known):
        return None
    return Changes(_news(answers.found, known), gone, following, listed=False)


def _compared(dav: Dav, collection: Collection, known: Mapping[str, str]) -> Changes:
    answers = _Listing(dav, collection)
    dav.propfind(collection.url, _ETAGS, 1, answers.take)
    if answers.more:
        raise UpstreamUnavailable(dav.source, "does not list a calendar whole")
    # the token of before the listing: what changes meanwhile comes twice rather than never
    gone = frozenset(known.keys() - answers.found.keys() - answers.unclear)
    return Changes(_news(answers.found, known), gone, collection.token, listed=True)


def _is_suspicious(gone: frozenset[str], known: Mapping[str, str]) -> bool:
    return len(gone) > _SUSPICIOUS_LOSS * len(known)


def _require_gone(dav: Dav, collection: Collection, path: str) -> None:
    """Raise UpstreamUnavailable if an item is still there that was not listed any more, SourceErrors if it may be."""
    try:
        dav.get(at_origin(urlsplit(path), collection.url))
    except InvalidCalendar:
        return
    except Declined as error:
        if error.status in NOT_THERE:
            return
        raise
    raise UpstreamUnavailable(dav.source, "has items that it does not list: what was read before stays")


def _news(found: Mapping[str, tuple[str, str]], known: Mapping[str, str]) -> dict[str, tuple[str, str]]:
    """Return what is not known by the same etag, in the order of paths."""
    fresh = {path: item for path, item in found.items() if not item[1] or known.get(path) != item[1]}
    return dict(sorted(fresh.items()))


class _Listing:
    """Gathers items from responses: those that are there, those that are said to be gone, and those that may be
    there: of which the server says something else. ``more``: it does not say all, or nothing of the whole."""

    def __init__(self, dav: Dav, collection: Collection) -> None:
        self.found: dict[str, tuple[str, str]] = {}
        self.gone: set[str] = set()
        self.unclear: set[str] = set()
        self.more = False
        self._source = dav.source
        self._url = collection.url
        self._own = collection.path

    def take(self, answer: Response) -> None:
        """Note one item. Raises UpstreamTooLarge once there are too many."""
        href = item_path(self._source, answer.href, self._url)
        path = canonical(href)
        if answer.status == 507:  # RFC 6578 §3.6: there is more than the server wants to say at once
            self.more = True
        elif path.rstrip("/") == self._own:
            self.more = self.more or answer.status != 200
        elif path.endswith("/"):
            return
        elif answer.status == 404:
            self.gone.add(path)
            self.found.pop(path, None)
        elif answer.status == 200:
            self.gone.discard(path)
            self.found[path] = (href, bare_etag(answer.found.get(_ETAG, "")))
        else:
            self.unclear.add(path)
        if len(self.found) + len(self.gone) + len(self.unclear) > _MOST_ITEMS:
            raise UpstreamTooLarge(self._source, f"a calendar has more than {_MOST_ITEMS:,} items: choose others")


def bare_etag(text: str) -> str:
    """Return an etag without what the ways to a client put around it: ``W/``, quotes, a mark of compression."""
    match = _WRAPPING.fullmatch(text.strip())
    return match[1] if match else text
