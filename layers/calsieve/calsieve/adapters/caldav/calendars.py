"""The calendars of an account as its home lists them, and which of them are wanted."""

from __future__ import annotations

import re
from collections import deque
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from email.utils import parsedate_to_datetime
from functools import partial
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

from calsieve.adapters.caldav import questions
from calsieve.adapters.caldav.dav import Declined
from calsieve.adapters.caldav.multistatus import CALDAV, DAV, Garbled, Response
from calsieve.adapters.caldav.trust import at_origin, canonical, item_path
from calsieve.errors import UpstreamRefused, UpstreamTooLarge, UpstreamUnavailable

if TYPE_CHECKING:
    from calsieve.adapters.caldav.dav import Dav

_SERVER, _APPLE = "http://calendarserver.org/ns/}", "http://apple.com/ns/ical/}"
_QUESTION = questions.propfind(
    "D:resourcetype",
    "D:displayname",
    "D:sync-token",
    "D:supported-report-set",
    "S:getctag",
    "C:supported-calendar-component-set",
    "I:calendar-color",
)
_TIMEZONE = questions.propfind("C:calendar-timezone")
_TZID = re.compile(r"^TZID(?:;[^:\r\n]*)?:([^\r\n]+)", re.MULTILINE | re.IGNORECASE)
# A ctag that counts seconds (SOGo's) does not show a second change within the same one.
_SECONDS = re.compile(r"\"?(\d{9,11})\"?")
_UNSETTLED_SECONDS = 5
# Each costs requests to the server and to the state store, and many times its bytes in memory.
_MOST_LISTED = 2_000


@dataclass(frozen=True, slots=True)
class Account:
    """Where calendars are listed: in ``homes``, or at the one calendar that the user named (``alone``)."""

    homes: tuple[str, ...] = field(repr=False)
    alone: bool = False


@dataclass(frozen=True, slots=True)
class Collection:
    """One calendar as its server describes it; "" for what it does not say.

    ``url`` is where to ask for its items. ``ctag`` is "" too while one of that value may still miss a change.
    """

    url: str = field(repr=False)
    name: str = ""
    colour: str = ""
    ctag: str = ""
    token: str = ""
    syncs: bool = False

    @property
    def path(self) -> str:
        """Its canonical path, by which it is known."""
        return canonical(urlsplit(self.url).path).rstrip("/")


def listed(dav: Dav, account: Account) -> tuple[Account, list[Collection]]:
    """Return the calendars of ``account`` that can hold events, in the order of the server, each once.

    The account returned is the one to ask the next time: its homes are where redirects led to.
    """
    found: dict[str, Collection] = {}
    homes: list[str] = []
    for home in account.homes:
        answers: list[Response] = []
        take = partial(_take, dav.source, answers)
        at, headers = dav.propfind(home, _QUESTION, 0 if account.alone else 1, take)
        homes.append(at)
        for answer in answers:
            if answer.status >= 500:  # 507: there are more of them
                raise UpstreamUnavailable(dav.source, "does not tell of all its calendars")
            if _holds_events(answer):
                collection = _collection(dav.source, answer, at, headers)
                found.setdefault(collection.path, collection)
    return Account(tuple(homes), account.alone), list(found.values())


def _take(source: str, answers: list[Response], answer: Response) -> None:
    """Add an answer to the others. Raises UpstreamTooLarge once there are too many."""
    answers.append(answer)
    if len(answers) > _MOST_LISTED:
        raise UpstreamTooLarge(
            source, f"lists more than {_MOST_LISTED:,} calendars: give the address of one that has fewer"
        )


def chosen(source: str, collections: Sequence[Collection], names: tuple[str, ...] | None) -> list[Collection]:
    """Return the calendars called ``names``, all for None. Raises UpstreamRefused for a name that none has.

    A name is what the calendar shows, in any case if none has the very same, or else the last part of its path.
    """
    if names is None:
        return list(collections)
    wanted: dict[str, Collection] = {}
    for place, name in enumerate(names, 1):
        matches = _called(name, collections)
        if not matches:
            # not naming it: a secret may have slipped into the place of a name
            raise UpstreamRefused(
                source, f"has no calendar called as entry {place} of `calendars` says: `calsieve discover` lists them"
            )
        wanted |= {match.path: match for match in matches}
    return list(wanted.values())


def declared_timezone(dav: Dav, collection: Collection) -> str:
    """Return the TZID of the zone that a calendar says it is in (RFC 4791 §5.2.2), or "". Raises SourceErrors."""
    answers: deque[Response] = deque(maxlen=1)
    with suppress(Declined, Garbled):
        dav.propfind(collection.url, _TIMEZONE, 0, answers.append)
    text = answers[-1].found.get(f"{CALDAV}calendar-timezone", "") if answers else ""
    match = _TZID.search(text)
    return match[1].strip() if match else ""


def _called(name: str, collections: Sequence[Collection]) -> list[Collection]:
    folded = name.strip().casefold()
    for matches in (
        [one for one in collections if one.name == name],
        [one for one in collections if one.name.casefold() == folded],
        [one for one in collections if unquote(one.path.rpartition("/")[2]) == name],
    ):
        if matches:
            return matches
    return []


def _holds_events(answer: Response) -> bool:
    is_calendar = answer.status == 200 and f"{CALDAV}calendar" in answer.found
    return is_calendar and (not answer.components or "VEVENT" in answer.components)


def _collection(source: str, answer: Response, at: str, headers: Mapping[str, str]) -> Collection:
    found = answer.found
    return Collection(
        url=at_origin(urlsplit(item_path(source, answer.href, at)), at),
        name=found.get(f"{DAV}displayname", ""),
        colour=found.get(f"{_APPLE}calendar-color", ""),
        ctag=_settled(found.get(f"{_SERVER}getctag", ""), headers),
        token=found.get(f"{DAV}sync-token", ""),
        syncs=f"{DAV}sync-collection" in found,
    )


def _settled(ctag: str, headers: Mapping[str, str]) -> str:
    """Return ``ctag``, or "" if it is a moment so near to the answer's own that more may happen within it."""
    seconds = _SECONDS.fullmatch(ctag)
    if not seconds:
        return ctag
    try:
        now = parsedate_to_datetime(headers.get("Date", "")).timestamp()
    except (ValueError, TypeError, OverflowError):
        return ""
    return ctag if abs(now - int(seconds[1])) > _UNSETTLED_SECONDS else ""
