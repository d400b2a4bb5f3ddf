"""Which events of a feed's sources somebody means: by a UID of the source or of the feed, or by words of a title."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta

from calsieve.core.agenda import agenda
from calsieve.core.inquiry.examples import TOGETHER
from calsieve.core.inquiry.parts import Group, components, composed_part, groups, title, unruled
from calsieve.core.read import Calendar
from calsieve.core.zones.iana import iana_zone
from calsieve.models import Policy, SeriesMode, WindowPolicy

# A UID that the core makes from content (`repairs.content`), by itself or with something added.
_OURS = re.compile(r"((?:busy-)?[0-9a-f]{32}@calsieve)(-|$)")


@dataclass(frozen=True, slots=True)
class Match:
    """Events that belong together, and the source that has them."""

    calendar: Calendar
    group: Group

    @property
    def uid(self) -> str:
        """Their UID in the source, which may be empty."""
        return self.group[0].uid

    @property
    def title(self) -> str:
        """What they are called in the source."""
        return title(self.group, self.calendar)

    @property
    def begins(self) -> str:
        """The first of their DTSTARTs, as it is written."""
        return min(each.value("DTSTART") for each in components(self.group, self.calendar))


def lookup(calendars: Sequence[Calendar], policy: Policy, now: datetime, wanted: str) -> list[Match]:
    """Return what ``wanted`` means: all that a source has under this UID, else what the feed publishes under it.

    Else all that have it in their title, whatever the case. ``calendars`` were read unscreened, ``policy`` names its
    zone.
    """
    every = [Match(calendar, group) for calendar in calendars for group in groups(calendar)]
    return (
        [match for match in every if match.uid == wanted]
        or _made_from(every, wanted)
        or _by_content(every, policy, now, wanted)
        or [match for match in every if wanted.casefold() in match.title.casefold()]
    )


def happening(matches: Iterable[Match], policy: Policy, now: datetime, day: date) -> list[Match]:
    """Return those of which something takes place on that day of the feed's zone, rules and window left aside."""
    zone = iana_zone(policy.timezone or "UTC") or UTC
    start, end = (datetime.combine(each, time(), zone) for each in (day, day + timedelta(days=1)))
    whole = _whole(policy)
    found = ((match, composed_part(match.calendar, [match.group], whole, now)) for match in matches)
    return [match for match, file in found if agenda(file.body, start, end, file.report.timezone)]


def _whole(policy: Policy) -> Policy:
    return unruled(policy)._replace(window=WindowPolicy(None, None), series=SeriesMode.KEEP)


def _made_from(every: Sequence[Match], wanted: str) -> list[Match]:
    """Return what has the longest UID that the wanted one begins with: others are made by adding to it."""
    found = [match for match in every if match.uid and wanted.startswith(f"{match.uid}-")]
    longest = max((len(match.uid) for match in found), default=0)
    return [match for match in found if len(match.uid) == longest]


def _by_content(every: Sequence[Match], policy: Policy, now: datetime, wanted: str) -> list[Match]:
    """Return what is published under a UID that is made from its content, or begins with one."""
    made = _OURS.match(wanted)
    if made is None:
        return []
    whole = _whole(policy)._replace(show=policy.show)
    uids = [wanted, made[1]]
    for at in range(0, len(every), TOGETHER):
        if found := _published_as(every[at : at + TOGETHER], whole, now, uids):
            return [match for match in found if _published_as([match], whole, now, uids)]
    return []


def _published_as(some: Sequence[Match], policy: Policy, now: datetime, uids: Sequence[str]) -> list[Match]:
    """Return those of a few of which one, they do not say which, is published under one of the UIDs."""
    found = []
    for calendar in {match.calendar.name: match.calendar for match in some}.values():
        of_it = [match for match in some if match.calendar is calendar]
        body = composed_part(calendar, [match.group for match in of_it], policy, now).body.replace(b"\r\n ", b"")
        if any(f"\r\nUID:{uid}\r\n".encode() in body for uid in uids):
            found += of_it
    return found
