"""Notices as an Atom feed (RFC 4287) beside the calendar: what changed, newest first.

Its links are relative to where it lies, so it holds no address, and moves with the calendar. What it said
before it takes over as bytes from the file that it replaces.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING
from uuid import UUID, uuid5

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from calsieve.models import Notice

CONTENT_TYPE = "application/atom+xml; charset=utf-8"
MOST = 50  # entries that are kept

_OURS = UUID("5f1c2b0e-8f0a-4c55-9d0e-7d1f0f4c6a11")  # the name space of our ids; drawn once
_BEGIN = '<?xml version="1.0" encoding="utf-8"?>\n<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en">\n'
_END = "</feed>\n"
# Text is escaped, so these can't be anything but our own marks.
_ENTRY = re.compile(r"<entry>\n.*?</entry>\n", re.DOTALL)
_ID = re.compile(r"<id>(urn:uuid:[0-9a-f-]{36})</id>\n")
_UPDATED = re.compile(r"<updated>([0-9TZ:.+-]+)</updated>\n")
_ESCAPES = str.maketrans({"&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;"})
# What XML 1.0 can't hold even escaped (§2.2), and line ends, which its readers change (§2.11).
_NO_XML = re.compile("[^\t\n\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def atom(
    title: str, notices: Sequence[Notice], previous: bytes | None, *, path: str, now: datetime, page: bool = False
) -> bytes:
    """Return the Atom file of the calendar at ``path``: ``notices`` before what ``previous`` said, 50 at most.

    ``path`` is with ``.ics`` or without. ``previous`` is the file that this one replaces, or goes on from after a
    rotation: it has the same id, and the same entries behind the new ones. Notices that it has already are not
    repeated. Without news the bytes stay, but for the title. ``page``: whether there is a page beside the calendar
    to link to. Does not validate ``previous``; what is not of this writer's making is forgotten.
    """
    before = previous.decode(errors="replace") if previous else ""
    if not before.startswith(_BEGIN):
        before = ""
    own, stem = _feed_id(before, path), path.rsplit("/", 1)[-1].removesuffix(".ics")
    link = f'<link rel="alternate" type="text/html" href="{stem}.html"/>\n' if page else ""
    old = _by_id(_ENTRY.findall(before))
    entries = {**_by_id(_entry(own, notice, link) for notice in notices if _entry_id(own, notice) not in old), **old}
    updated = _updated(before) if before and len(entries) == len(old) else _instant(now)
    return (_BEGIN + _head(title, own, updated, stem, link) + "".join([*entries.values()][:MOST]) + _END).encode()


def _head(title: str, own: UUID, updated: str, stem: str, link: str) -> str:
    return (
        f"<title>{_text(title)}</title>\n<id>{own.urn}</id>\n<updated>{updated}</updated>\n"
        "<author><name>Calsieve</name></author>\n"
        f'<link rel="self" type="application/atom+xml" href="{stem}.atom"/>\n{link}'
        f'<link rel="related" type="text/calendar" href="{stem}.ics"/>\n'
    )


def _entry(own: UUID, notice: Notice, link: str) -> str:
    title, text = f"{notice.title} ({notice.lines[0]})", "\n".join(notice.lines)
    return (
        f"<entry>\n<title>{_text(title)}</title>\n<id>{_entry_id(own, notice)}</id>\n"
        f'<updated>{_instant(notice.at)}</updated>\n{link}<category term="{_text(notice.kind)}"/>\n'
        f"<content>{_text(text)}</content>\n</entry>\n"
    )


def _feed_id(before: str, path: str) -> UUID:
    """Return the id that the feed had, or one that tells nothing of its path."""
    found = _ID.search(before)
    return UUID(found[1]) if found else uuid5(_OURS, path)


def _entry_id(own: UUID, notice: Notice) -> str:
    return uuid5(own, notice.key).urn


def _by_id(entries: Iterable[str]) -> dict[str, str]:
    return {found[1]: entry for entry in entries if (found := _ID.search(entry))}


def _updated(before: str) -> str:
    found = _UPDATED.search(before)
    return found[1] if found else ""


def _instant(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def _text(text: str) -> str:
    return _NO_XML.sub("", text.replace("\r\n", "\n")).translate(_ESCAPES)
