"""What vendors call a time zone, and what IANA calls it."""

from __future__ import annotations

from functools import cache

from calsieve.core.zones.iana import iana_names


def iana_name(tzid: str) -> str | None:
    """Return the IANA name that ``tzid`` means, or None if the name alone doesn't tell.

    Knows exact names, names in another case, names behind a vendor's prefix (Evolution's
    ``/freeassociation.sourceforge.net/Europe/Berlin``, Mozilla's, Citadel's), and the Windows names of CLDR.
    """
    bare = tzid.strip().strip('"')
    return _exact(bare) or _windows(bare) or _behind_prefix(bare)


def _exact(name: str) -> str | None:
    if name in iana_names():
        return name
    return _by_lower_case().get(name.lower().replace(" ", "_"))


@cache
def _by_lower_case() -> dict[str, str]:
    return {name.lower(): name for name in iana_names()}


def _behind_prefix(name: str) -> str | None:
    parts = name.replace("\\", "/").split("/")
    tails = ("/".join(parts[-size:]) for size in (3, 2, 1) if size < len(parts))
    return next((found for tail in tails if (found := _exact(tail))), None)


@cache
def _windows_names() -> dict[str, str]:
    from icalendar.timezone.windows_to_olson import WINDOWS_TO_OLSON

    return {windows.lower(): name for windows, name in WINDOWS_TO_OLSON.items()}


def _windows(name: str) -> str | None:
    return _windows_names().get(name.lower())
