"""Who offers CalDAV, and what has to be known of each beforehand. Facts only; opens no connection."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Provider:
    """A provider of calendars, or a kind of server.

    ``url`` is where accounts are looked for, with ``{user}`` for the quoted user name; None: each server has an
    address of its own. ``hosts`` are the domains that credentials may be sent to, with all below them; where there
    are none, only the origin that the user named. ``paths`` are further places where accounts of such servers were
    found, relative to the address. ``token_url`` gives access tokens: such a provider takes no passwords.
    """

    name: str
    url: str | None = None
    hosts: tuple[str, ...] = ()
    paths: tuple[str, ...] = ()
    token_url: str | None = None


_KNOWN = (
    # iCloud spreads accounts over pNN-caldav.icloud.com and says so in its answers.
    Provider(name="icloud", url="https://caldav.icloud.com/", hosts=("icloud.com",)),
    Provider(
        name="google",
        url="https://apidata.googleusercontent.com/caldav/v2/{user}/user",
        hosts=("apidata.googleusercontent.com",),
        token_url="https://oauth2.googleapis.com/token",  # noqa: S106 - an address
    ),
    Provider(
        name="yahoo",
        url="https://caldav.calendar.yahoo.com/",
        hosts=("calendar.yahoo.com",),
        paths=("/dav/{user}/Calendar/",),  # its homes were seen to list no calendars
    ),
    Provider(name="fastmail", url="https://caldav.fastmail.com/", hosts=("fastmail.com",)),
    Provider(name="zimbra", paths=("/dav/{user}/",)),
    Provider(name="nextcloud", paths=("remote.php/dav/",)),
    Provider(name="generic"),
)
PROVIDERS: Mapping[str, Provider] = {provider.name: provider for provider in _KNOWN}
