"""The addresses under which programs take up a calendar by one click.

None of Google's and Microsoft's is documented; they are those that are in use. Google refuses `https:` as a `cid` but
takes an encoded `webcal:` (calagator#556), and not always (kernelboard#256): the page says what to do then. New
Outlook for Windows mangles `webcal:` (asap-hub#4998), so Outlook gets `https:`.
"""

from __future__ import annotations

from typing import NamedTuple
from urllib.parse import quote, urlencode, urlsplit

GOOGLE_BY_HAND = "https://calendar.google.com/calendar/r/settings/addbyurl"


class Subscription(NamedTuple):
    """Links that subscribe to one calendar. Those of services are None where these could not reach it."""

    address: str
    webcal: str
    google: str | None
    outlook: str | None
    microsoft365: str | None


def subscription(address: str, title: str) -> Subscription:
    """Return the links for the file at ``address``, which is ``https:``, or ``http:`` on one's own machine.

    Services on the internet fetch by `https` only, and from hosts that have a name there.
    """
    parts = urlsplit(address)
    webcal = parts._replace(scheme="webcal").geturl()
    if parts.scheme != "https":
        return Subscription(address, webcal, None, None, None)
    by_web = urlencode({"url": address, "name": title}, quote_via=quote)
    return Subscription(
        address,
        webcal,
        f"https://calendar.google.com/calendar/r?cid={quote(webcal, safe='')}",
        f"https://outlook.live.com/calendar/0/addfromweb?{by_web}",
        f"https://outlook.office.com/calendar/0/addfromweb?{by_web}",
    )
