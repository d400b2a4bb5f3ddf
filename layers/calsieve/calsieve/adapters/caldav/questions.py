"""The bodies of what is asked: PROPFIND (RFC 4918), sync-collection (RFC 6578), calendar-multiget (RFC 4791)."""

from __future__ import annotations

from collections.abc import Iterable
from xml.sax.saxutils import escape

_NAMESPACES = (
    'xmlns:D="DAV:" xmlns:C="urn:ietf:params:xml:ns:caldav" '
    'xmlns:S="http://calendarserver.org/ns/" xmlns:I="http://apple.com/ns/ical/"'
)


def propfind(*names: str) -> bytes:
    """Ask for properties, by their prefixed names: D DAV, C CalDAV, S calendarserver.org, I Apple's iCal."""
    return _body("D:propfind", _prop(*names))


def sync_collection(token: str) -> bytes:
    """Ask what changed since ``token``: sync-level 1 is the collection's own items."""
    head = f"<D:sync-token>{escape(token)}</D:sync-token><D:sync-level>1</D:sync-level>"
    return _body("D:sync-collection", head + _prop("D:getetag"))


def multiget(paths: Iterable[str]) -> bytes:
    """Ask for items by their paths."""
    hrefs = "".join(f"<D:href>{escape(path)}</D:href>" for path in paths)
    return _body("C:calendar-multiget", _prop("D:getetag", "C:calendar-data") + hrefs)


def _prop(*names: str) -> str:
    return f"<D:prop>{''.join(f'<{name}/>' for name in names)}</D:prop>"


def _body(name: str, inner: str) -> bytes:
    return f'<?xml version="1.0" encoding="utf-8"?>\n<{name} {_NAMESPACES}>{inner}</{name}>'.encode()
