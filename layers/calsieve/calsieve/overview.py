"""How all feeds are, from what is remembered of their days: for the operator's page, a table and a metric.

Reads neither calendars nor upstreams, so whoever runs this need not be able to.
"""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from datetime import timedelta
from itertools import takewhile
from typing import TYPE_CHECKING, NamedTuple

from calsieve.errors import Conflict
from calsieve.history import decode_history, history_key
from calsieve.models import Document, Noteworthy
from calsieve.pages import rendering, style
from calsieve.pages.lately import is_bad
from calsieve.pages.operator import operator_page
from calsieve.pages.view import FeedView, OperatorView
from calsieve.paths import CALENDAR, OPERATOR, PAGE
from calsieve.state import STATES

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from calsieve.models import Feed, HistoryEntry
    from calsieve.paths import PathKey
    from calsieve.ports import Publisher, StateArchive, StateStore

MOST_FEEDS = 2_000  # on the page
_MOST_LINES = 4_000  # of all their histories

_AT_A_TIME = 8
_MAX_AGE = 300


class Standing(NamedTuple):
    """One feed and what is remembered of it, oldest first; nothing if it was not refreshed so far."""

    feed: Feed
    history: tuple[HistoryEntry, ...]

    @property
    def last(self) -> HistoryEntry | None:
        """The last refresh worth remembering: how the feed is now."""
        return self.history[-1] if self.history else None

    @property
    def published(self) -> HistoryEntry | None:
        """The last refresh in which its file changed."""
        return next((entry for entry in reversed(self.history) if entry.kind is Noteworthy.PUBLISHED), None)

    @property
    def troubled_since(self) -> datetime | None:
        """Since when something about it has failed, without a break; None if all is in order."""
        if self.last is None or not is_bad(self.last):
            return None
        if self.last.failing:
            return min(failing.since for failing in self.last.failing)
        failed = [*takewhile(lambda entry: entry.kind is Noteworthy.FAILED, reversed(self.history))]
        return failed[-1].at


def standings(feeds: Sequence[Feed], state: StateStore) -> list[Standing]:
    """Return how each feed is, in the same order. A history that is damaged counts as none. Raises PublishError."""
    with ThreadPoolExecutor(_AT_A_TIME) as pool:
        return [*pool.map(lambda feed: _standing(feed, state), feeds)]


def unconfigured(feeds: Iterable[Feed], state: StateArchive) -> list[str]:
    """Return the names of feeds that were published and are not among ``feeds``, sorted. Raises PublishError.

    They stay as they are until somebody retires them. One request for each 1,000 feeds.
    """
    names = {feed.name for feed in feeds}
    return [name for key in state.keys(STATES) if (name := key.removeprefix(STATES)) not in names]


def oldest_failure(feeds: Sequence[Standing], now: datetime) -> timedelta:
    """Return for how long the feed has been in trouble that has been longest; nothing if none is."""
    return max((now - since for one in feeds if (since := one.troubled_since)), default=timedelta())


def publish_overview(
    feeds: Sequence[Standing], key: PathKey, publisher: Publisher, now: datetime, left: Sequence[str] = ()
) -> str:
    """Publish the operator's page at its secret path, and return that path. Raises PublishError.

    ``left`` are names of feeds that are published and not configured any more. An earlier path is served until its end,
    and then no more. ``now`` is aware.
    """
    place = key.place(OPERATOR, now)
    sheet, page = style.stylesheet(), operator_page(_view(feeds, key, now, left))
    _put(publisher, sheet.path, Document(sheet.body, style.CONTENT_TYPE, style.MAX_AGE))
    for stem in place.stems:
        _put(publisher, stem + PAGE, Document(page, rendering.CONTENT_TYPE, _MAX_AGE))
    for stem in place.ended:
        publisher.delete(stem + PAGE)
    return place.stem + PAGE


def _standing(feed: Feed, state: StateStore) -> Standing:
    stored = state.load(history_key(feed.name))
    return Standing(feed, (stored and decode_history(stored.body)) or ())


def _put(publisher: Publisher, path: str, document: Document) -> None:
    there = publisher.read(path)
    if there is None or there.body != document.body:
        with suppress(Conflict):  # somebody else wrote just now, and knew as much
            publisher.write(path, document, replaces=there)


# ── what the page shows ──


def _view(feeds: Sequence[Standing], key: PathKey, now: datetime, left: Sequence[str]) -> OperatorView:
    """Return the page's values: of very many feeds those in trouble come first, and less of each one's history."""
    shown = sorted(feeds, key=lambda one: one.troubled_since is None)[:MOST_FEEDS] if len(feeds) > MOST_FEEDS else feeds
    lines = _MOST_LINES // max(len(shown), 1)
    zone = next((one.feed.policy.timezone for one in feeds if one.feed.policy.timezone), "UTC")
    title = "Feeds" if len(shown) == len(feeds) else f"{len(shown):,} of {len(feeds):,} feeds"
    views = tuple(_feed_view(one.feed, one.history[-lines:], key, now) for one in shown)
    return OperatorView(now=now, timezone=zone, feeds=views, title=title, unconfigured=tuple(left[:MOST_FEEDS]))


def _feed_view(feed: Feed, history: tuple[HistoryEntry, ...], key: PathKey, now: datetime) -> FeedView:
    suffix = PAGE if feed.page else CALENDAR
    named = [(feed.name, feed.policy), *((view.name, view.policy) for view in feed.views)]
    return FeedView(
        name=feed.name,
        files=tuple((policy.title or name, f"../{key.place(name, now).stem}{suffix}") for name, policy in named),
        refresh_every=feed.policy.refresh_every,
        history=history,
        colour=feed.policy.colour,
    )
