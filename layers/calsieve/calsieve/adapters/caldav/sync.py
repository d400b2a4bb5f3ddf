"""One mirror brought up to date, a chunk at a time, so that whoever is cut off goes on from there."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import TYPE_CHECKING

from calsieve.adapters.caldav.calendars import declared_timezone
from calsieve.adapters.caldav.changes import changes, is_current
from calsieve.adapters.caldav.items import Items
from calsieve.adapters.caldav.mirror import Item, Mirror, Page, body_at, changed_pages
from calsieve.errors import UpstreamTooLarge, UpstreamUnavailable

if TYPE_CHECKING:
    from calsieve.adapters.caldav.calendars import Collection
    from calsieve.adapters.caldav.dav import Dav

_CHUNK = 200


def synced(
    dav: Dav, collection: Collection, mirror: Mirror, now: datetime, save: Callable[[Mirror], None], most: int
) -> Mirror:
    """Return ``mirror`` up to date with ``collection``; ``now`` is aware.

    ``save`` is given what there is after each chunk, and the whole at the end if anything is new. ``most`` bounds
    the bytes of all items. Raises what ``save`` does, and SourceErrors: UpstreamUnavailable says how far it came.
    """
    if is_current(collection, mirror, now):
        return mirror
    found = changes(dav, collection, mirror, now)
    timezone = declared_timezone(dav, collection) if found.listed else mirror.timezone
    emptied = _without_promises(mirror, changed_pages(mirror.pages, (), found.gone))
    filled = emptied
    for filled in _filling(Items(dav, collection), found.wanted, emptied, save):
        if filled.size > most:
            raise UpstreamTooLarge(dav.source, f"a calendar is larger than {most:,} bytes: choose others")
    whole = Mirror(
        complete=True,
        ctag=collection.ctag,
        token=found.token,
        listed_at=now.isoformat() if found.listed else mirror.listed_at,
        timezone=timezone,
        pages=filled.pages,
    )
    if whole != mirror:
        save(whole)
    return whole


def _without_promises(mirror: Mirror, pages: tuple[Page, ...]) -> Mirror:
    """Return a mirror that has to be compared in full before it is believed.

    Were the old ctag and token kept, a calendar that is changed and changed back would seem to be what is here.
    """
    return replace(mirror, ctag="", token="", pages=pages)


def _filling(
    items: Items, wanted: Mapping[str, tuple[str, str]], mirror: Mirror, save: Callable[[Mirror], None]
) -> Iterator[Mirror]:
    """Yield ``mirror`` with more and more of what is ``wanted``, saving each before more is asked for."""
    done = 0
    for chunk in _chunks(wanted):
        if done:
            save(mirror)
        bodies: dict[str, bytes | None] = {}
        try:
            items.fetch({path: href for path, (href, _) in chunk.items()}, bodies)
        except UpstreamUnavailable as error:
            if not done + len(bodies):
                raise
            save(_with_items(mirror, chunk, bodies, ()))
            raise _interrupted(error, done + len(bodies), len(wanted)) from error
        mirror = _with_items(mirror, chunk, bodies, chunk.keys() - bodies.keys())
        yield mirror
        done += len(chunk)


def _interrupted(error: UpstreamUnavailable, done: int, total: int) -> UpstreamUnavailable:
    told = f"{error.reason}; {done:,} of {total:,} items are here, the next run goes on from there"
    return UpstreamUnavailable(error.source, told)


def _with_items(
    mirror: Mirror, chunk: Mapping[str, tuple[str, str]], bodies: Mapping[str, bytes | None], gone: Iterable[str]
) -> Mirror:
    fresh = [_item(path, chunk[path][1], body, mirror) for path, body in bodies.items()]
    return replace(mirror, pages=changed_pages(mirror.pages, fresh, gone))


def _item(path: str, etag: str, body: bytes | None, mirror: Mirror) -> Item:
    """Return what to keep of an item; of one that can't be had what there was, to be asked for again."""
    return Item(path, etag, body) if body is not None else Item(path, "", body_at(mirror.pages, path))


def _chunks(wanted: Mapping[str, tuple[str, str]]) -> Iterator[Mapping[str, tuple[str, str]]]:
    rest = iter(wanted.items())
    while chunk := dict(islice(rest, _CHUNK)):
        yield chunk
