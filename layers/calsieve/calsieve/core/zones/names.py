"""What vendors call a time zone, and what IANA calls it."""

from __future__ import annotations

import re
from collections.abc import Iterator
from functools import cache

from calsieve.core.values import parsed_offset
from calsieve.core.zones.iana import iana_names

_NAMED_OFFSET = re.compile(r"(?:GMT|UTC)([+-]\d\d:?\d\d)$", re.IGNORECASE | re.ASCII)
_OFFSET = re.compile(r"\((?:utc|gmt)[^)]*\) *")
# What Lotus Notes calls a zone that it exports without a VTIMEZONE.
_SEEN = {"western/central europe": "Europe/Berlin"}


def iana_name(tzid: str) -> str | None:
    """Return the IANA name that ``tzid`` means, or None if the name alone doesn't tell.

    Knows exact names, names in another case or with a hyphen (``US-Eastern``), names behind a vendor's prefix
    (Evolution's ``/freeassociation.sourceforge.net/Europe/Berlin``, Mozilla's, Citadel's), and Windows' names as
    they are, as they are shown, and cut short. Does not guess at cities, abbreviations and bare offsets.
    """
    bare = tzid.replace("\\,", ",").strip().strip('"').strip()
    if not bare:
        return None
    return _exact(bare) or _windows(bare.lower()) or _behind_prefix(bare) or _SEEN.get(bare.lower())


def named_offset(tzid: str) -> int | None:
    """Return the seconds east of UTC that a name like ``GMT+05:30`` (Java's) says, or None.

    Does not read ``GMT+5``: in IANA's ``Etc/GMT+5`` that sign points the other way.
    """
    match = _NAMED_OFFSET.match(tzid.strip())
    return parsed_offset(match.group(1)) if match else None


def _exact(name: str) -> str | None:
    if name in iana_names():
        return name
    name = name.lower().replace(" ", "_")
    return _by_lower_case().get(name) or _by_lower_case().get(name.replace("-", "/", 1))


@cache
def _by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in iana_names()}


def _behind_prefix(name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    tails = ("/".join(parts[-size:]) for size in (3, 2, 1))
    return next((found for tail in tails if (found := _exact(tail))), None)


@cache
def _windows_names() -> dict[str, str]:
    from calsieve.core.zones.windows import IDENTIFIERS, SHOWN  # large, and most calendars name zones as IANA does

    shown = {name.lower(): IDENTIFIERS[identifier] for name, identifier in SHOWN.items()}
    return shown | {identifier.lower(): name for identifier, name in IDENTIFIERS.items()}


def _windows(name: str) -> str | None:
    return next((found for spelling in _spellings(name) if (found := _windows_names().get(spelling))), None)


def _spellings(name: str) -> Iterator[str]:
    """Yield what Windows may call it: ``Eastern`` and ``Eastern Daylight Time`` are its ``Eastern Standard Time``."""
    yield name
    yield _OFFSET.sub("", name)
    yield name.replace(" daylight time", " standard time")
    yield f"{name} standard time"
