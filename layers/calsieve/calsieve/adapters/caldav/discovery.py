"""From any address of a server to the calendars of an account (RFC 6764, RFC 4791 §6.2.1, RFC 5397)."""

from __future__ import annotations

from collections import deque
from collections.abc import Iterator
from typing import TYPE_CHECKING
from urllib.parse import quote, urljoin

from calsieve.adapters.caldav import questions, trust
from calsieve.adapters.caldav.calendars import Account, Collection, listed
from calsieve.adapters.caldav.dav import Declined
from calsieve.adapters.caldav.multistatus import CALDAV, DAV, Garbled, Response
from calsieve.errors import SourceError

if TYPE_CHECKING:
    from calsieve.adapters.caldav.dav import Dav

_PRINCIPAL, _HOMES = f"{DAV}current-user-principal", f"{CALDAV}calendar-home-set"
_QUESTION = questions.propfind("D:resourcetype", "D:current-user-principal", "C:calendar-home-set")


def discovered(dav: Dav, user: str) -> tuple[Account, list[Collection]]:
    """Return the account that the address of ``dav`` leads to, and its calendars, of which there is one at least.

    The address itself is tried first, then where such servers keep accounts. Raises UpstreamRefused if that leads
    nowhere, by what the first place that was tried said; other SourceErrors at once.
    """
    problem: SourceError | None = None
    for place in _places(dav, user):
        try:
            account, collections = listed(dav, _account(dav, place))
        except (Declined, Garbled, trust.Elsewhere) as error:  # the front page of a server may be somebody else's
            problem = problem or error
            continue
        if collections:
            return account, collections
    raise problem or Declined(dav.source, "has no calendars for events: check its address and user", 207)


def _places(dav: Dav, user: str) -> Iterator[str]:
    """Yield where to look, each address once."""
    url, quoted = dav.trust.url, quote(user, safe="@", errors="surrogateescape")
    beneath = url if url.endswith("/") else f"{url}/"
    special = (urljoin(beneath, path.replace("{user}", quoted)) for path in dav.trust.provider.paths)
    yield from dict.fromkeys((url, urljoin(url, "/.well-known/caldav"), *special, urljoin(url, "/")))


def _account(dav: Dav, place: str) -> Account:
    """Follow what ``place`` points to; where it points nowhere, take it for the home itself."""
    at, answer = _asked(dav, place)
    if f"{CALDAV}calendar" in answer.found:
        return Account((at,), alone=True)
    homes, base = answer.links.get(_HOMES), at
    if not homes and (principal := answer.links.get(_PRINCIPAL)):
        base, answer = _asked(dav, dav.trust.followed(principal[0], at))
        homes = answer.links.get(_HOMES)
    return Account(tuple(dav.trust.followed(home, base) for home in homes)) if homes else Account((at,))


def _asked(dav: Dav, url: str) -> tuple[str, Response]:
    answers: deque[Response] = deque(maxlen=1)
    at, _ = dav.propfind(url, _QUESTION, 0, answers.append)
    return at, answers[-1] if answers else Response("", 200, {}, {})
