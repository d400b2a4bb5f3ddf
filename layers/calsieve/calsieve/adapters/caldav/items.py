"""Items of a calendar fetched many at a time, and where that fails one at a time."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

from calsieve.adapters.caldav import questions
from calsieve.adapters.caldav.dav import NOT_THERE, Declined
from calsieve.adapters.caldav.multistatus import CALDAV, Garbled, Response
from calsieve.adapters.caldav.trust import at_origin, canonical, item_path
from calsieve.errors import InvalidCalendar, UpstreamTooLarge

if TYPE_CHECKING:
    from calsieve.adapters.caldav.calendars import Collection
    from calsieve.adapters.caldav.dav import Dav

_DATA = f"{CALDAV}calendar-data"
# of one answer: it is held in memory as a whole
_MOST_BYTES = 16 * 1024 * 1024
# More than it takes to find one bad item among those of a chunk by halving: such a server does no multiget.
_ENOUGH_FAILURES = 12
_DECLINED = (Declined, Garbled, UpstreamTooLarge)


class Items:
    """Fetches items of one calendar. Remembers whether its server does calendar-multiget at all."""

    def __init__(self, dav: Dav, collection: Collection) -> None:
        self._dav = dav
        self._collection = collection
        self._ever = False
        self._failures = 0

    def fetch(self, hrefs: Mapping[str, str], found: dict[str, bytes | None]) -> None:
        """Put into ``found`` what each item holds, by canonical path; ``hrefs`` are their paths as the server's.

        None stands for one that can't be had although it is there; those that are gone are left out. Raises
        SourceErrors; what was fetched before one is in ``found``.
        """
        if len(hrefs) <= 1 or self._never:
            self._one_by_one(hrefs, found)
            return
        try:
            gone = self._multiget(hrefs, found)
        except _DECLINED:
            self._failures += 1
            self._halved(hrefs, found)
            return
        if gone >= hrefs.keys():  # none that it has just listed: it may not know them by these hrefs
            self._failures += 1
            self._one_by_one(hrefs, found)
            return
        self._ever = True
        # A server may leave out what it does not have, or what it does not like to give together.
        left_out = {path: href for path, href in hrefs.items() if path not in found and path not in gone}
        self._one_by_one(left_out, found)

    @property
    def _never(self) -> bool:
        return not self._ever and self._failures >= _ENOUGH_FAILURES

    def _halved(self, hrefs: Mapping[str, str], found: dict[str, bytes | None]) -> None:
        """Ask for each half alone: old sabre/dav refuses the whole for one that is gone, others for one that is bad."""
        every, middle = list(hrefs.items()), len(hrefs) // 2
        self.fetch(dict(every[:middle]), found)
        self.fetch(dict(every[middle:]), found)

    def _multiget(self, hrefs: Mapping[str, str], found: dict[str, bytes | None]) -> set[str]:
        """Fetch all at once, as far as the server does; return which are gone."""
        gone: set[str] = set()

        def take(answer: Response) -> None:
            path = canonical(item_path(self._dav.source, answer.href, self._collection.url))
            data = answer.found.get(_DATA, "")
            if answer.status in NOT_THERE:
                gone.add(path)
            elif data and path in hrefs:
                found[path] = data.encode()

        self._dav.report(self._collection.url, questions.multiget(hrefs.values()), take, _MOST_BYTES)
        return gone

    def _one_by_one(self, hrefs: Mapping[str, str], found: dict[str, bytes | None]) -> None:
        for path, href in hrefs.items():
            try:
                found[path] = self._dav.get(at_origin(urlsplit(href), self._collection.url))
            except Declined as error:
                if error.status not in NOT_THERE:
                    found[path] = None
            except (InvalidCalendar, UpstreamTooLarge):
                found[path] = None
