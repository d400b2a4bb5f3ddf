"""UID and DTSTAMP, which every component must have, made from its content where they are missing."""

from __future__ import annotations

import re
from collections import Counter

from calsieve.core.component import Component, Line
from calsieve.core.zones.resolve import OWN_RULES

# A component without any stamp gets one that never changes by itself.
_NO_STAMP = "19700101T000000Z"
# A zone's name says enough of it; a definition may be written anew at each fetch.
_KEY_OF_OWN_RULES = re.compile(f"{OWN_RULES}[0-9a-f]*")
_VOLATILE = ("DTSTAMP", "UID", "CREATED", "LAST-MODIFIED", "SEQUENCE")


def identified(component: Component, repairs: Counter[str]) -> Component:
    """Return the component with a UID and a DTSTAMP; the same content gets the same ones."""
    uid = component.value("UID").strip()
    if not uid:
        repairs["uid_missing"] += 1
    if uid != component.value("UID") or not uid:
        component = component.with_line(Line("UID", "", uid or content_uid(component)))
    if not component.has("DTSTAMP"):
        repairs["stamp_missing"] += 1
        stamp = component.value("LAST-MODIFIED") or component.value("CREATED") or _NO_STAMP
        component = component.plus(Line("DTSTAMP", "", stamp))
    return component


def content_uid(component: Component) -> str:
    """Return a UID made from the content, without what changes at each fetch."""
    return digest(lasting(component))


def lasting(component: Component) -> str:
    """Return a component's own lines as text, in an order of their own, without what changes at each fetch."""
    lines = sorted(line for line in component.lines if line.name not in _VOLATILE)
    return _KEY_OF_OWN_RULES.sub("", "\n".join(f"{line.name}{line.params}:{line.value}" for line in lines))


def digest(text: str) -> str:
    """Return the UID that stands for a text."""
    from hashlib import sha256  # loads OpenSSL, and few calendars need it

    return sha256(text.encode()).hexdigest()[:32] + "@calsieve"
