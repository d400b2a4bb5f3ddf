"""Cheap judgement on the bytes of an event: certainly outside the window, or worth a closer look.

It never says more than that. It takes a verdict from lines that are written the way nearly all writers write
them, and only if nothing in the event could hide another one; all else is looked at closer. Nested components
are not told apart: an alarm's own DTSTART or DURATION makes for a closer look.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import Enum
from functools import lru_cache

from calsieve.core.component import Component
from calsieve.core.recurrence.rule import rule_parts
from calsieve.core.window import EARLIEST, LATEST, window_for
from calsieve.models import WindowPolicy

# The window's edges depend on the feed's zone, which may not be known yet: a day for the zone, a week for the
# snapping, two days for the zones of the events, and a day for dates.
_MARGIN = timedelta(days=12)
# A series has to be over for so long: occurrences are moved to later weeks, but hardly to later years.
_LONG = timedelta(days=400)

# An event that has a line of these needs a closer look: it may recur, it may end any time later, it holds other
# components than alarms, or the name of a line that matters may hide behind small letters, spaces or a fold.
_LOOK_CLOSER = re.compile(
    rb"\n(?:R(?:RULE|DATE|ECURRENCE-ID)|DURATION"
    rb"|BEGIN(?!:VALARM\r?\n|:VEVENT\r?\n)|END(?!:VALARM\r?\n|:VEVENT(?:\r?\n|\r?\Z))"
    rb"|[^ \tA-Z\r\n]|[BDERU][A-Z-]*+[^A-Z:;-])"
)
_VALUE = rb"(?:;[^:\r\n]*)?:(\d{8})(?:T\d{6}Z?)?\r?\n(?=[A-Z])"
_START = re.compile(rb"\nDTSTART" + _VALUE)
_END = re.compile(rb"\nDTEND" + _VALUE)
_SLOT = re.compile(rb"\nRECURRENCE-ID(?:;(?:TZID|VALUE)=[^:;\r\n]*)*:(\d{8})(?:T\d{6}Z?)?\r?\n(?=[A-Z])")
_UID = re.compile(rb"\nUID:([ -~]*)\r?\n(?=[A-Z])")
_RULE = re.compile(rb"\nRRULE:([A-Z0-9=;,+-]+)\r?\n(?=[A-Z])")
_DATE = re.compile(r"\s*(\d{8})(?:T\d{4}|\s*$)", re.ASCII)
_NOT_SINGLE = frozenset({"RRULE", "RDATE", "RECURRENCE-ID", "DURATION"})
# A DURATION of this form is no longer than _SHORT_DAYS.
_SHORT = re.compile(rb"\nDURATION:P(?:1W|\d?D?(?:T(?:\d\d?H)?(?:\d{1,4}M)?(?:\d{1,5}S)?)?)\r?\n(?=[A-Z])")
_SHORT_DAYS = 22
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,6}", re.ASCII)
_PLAIN_DAYS = re.compile(r"(MO|TU|WE|TH|FR|SA|SU)(,(MO|TU|WE|TH|FR|SA|SU))*")
_LONGEST_PERIOD = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
_NEVER = b"99999999"


@dataclass(frozen=True, slots=True)
class Reach:
    """The dates, as eight digits each, before and after which nothing can be visible: digits compare as dates do.

    What recurs is over only if it is so before ``long_before``.
    """

    first: bytes
    last: bytes
    long_before: bytes

    def for_durations(self) -> Reach:
        """Return the reach for events of which only the start is known, and that a short DURATION ends."""
        return Reach(_moved(self.first, -_SHORT_DAYS), self.last, _moved(self.long_before, -_SHORT_DAYS))


def reach_of(policy: WindowPolicy, now: datetime) -> Reach:
    """Return how far a window around ``now`` (aware) reaches at most, whatever the feed's zone is."""
    window = window_for(policy, "UTC", now)
    return Reach(_digits(window.start, -_MARGIN), _digits(window.end, _MARGIN), _digits(window.start, -_LONG))


def _digits(edge: datetime, margin: timedelta) -> bytes:
    moved = edge if edge in {EARLIEST, LATEST} else min(max(edge, EARLIEST + _LONG), LATEST - _LONG) + margin
    return f"{moved.year:04d}{moved.month:02d}{moved.day:02d}".encode()


def _moved(digits: bytes, days: int) -> bytes:
    """Return the date so many days later; the end of time if it can't be told."""
    try:
        there = date(int(digits[:4]), int(digits[4:6]), int(digits[6:])).toordinal() + days
        moved = date.fromordinal(max(there, 1))
    except (ValueError, OverflowError):
        return _NEVER
    return f"{moved.year:04d}{moved.month:02d}{moved.day:02d}".encode()


def closer_looks(block: bytes) -> list[int]:
    """Return where in a block of lines something stands that needs a closer look, in order."""
    return [found.start() for found in _LOOK_CLOSER.finditer(block)]


def plain_uid(event: bytes) -> bytes | None:
    """Return the UID of an event that is plainly written, b"" if it has none, None if that is not certain."""
    at = event.find(b"\nUID")
    if at < 0:
        return b""
    found = _UID.match(event, at)
    inside = event.find(b"\nBEGIN", 0, at)
    return found.group(1).strip() if found and inside < 0 else None


def verdict(event: bytes, reach: Reach) -> str:
    """Judge a single event of lines that need no closer look: ``past``, ``future``, or empty for visible perhaps."""
    start = _START.search(event)
    if start is None or event.count(b"\nDTSTART") != 1:
        return ""
    first = last = start.group(1)
    if ends := event.count(b"\nDTEND"):
        end = _END.search(event)
        if end is None or ends != 1:
            return ""
        # DTEND may lie before DTSTART and then means nothing.
        first, last = sorted((first, end.group(1)))
    if last < reach.first:
        return "past"
    return "future" if first > reach.last else ""


class Kind(Enum):
    """What a plainly written event is."""

    SINGLE = "single"
    MASTER = "master"
    OVERRIDE = "override"


_KINDS = {(): Kind.SINGLE, (b"\nRRULE",): Kind.MASTER, (b"\nRECURRENCE-ID",): Kind.OVERRIDE}


def closer_verdict(event: bytes, reach: Reach) -> tuple[Kind | None, str]:
    """Judge an event that needs a closer look; None for one that has to be parsed.

    A master is past only if it is so for long, and whatever becomes of its overrides.
    """
    looks = _LOOK_CLOSER.findall(event)
    durations = looks.count(b"\nDURATION")
    if durations:
        if len(_SHORT.findall(event)) != durations:
            return None, ""
        looks = [look for look in looks if look != b"\nDURATION"]
        reach = reach.for_durations()
    kind = _KINDS.get(tuple(looks))
    if kind is Kind.MASTER:
        return kind, "past" if _series_is_past(event, reach) else ""
    if kind is Kind.OVERRIDE:
        return kind, "past" if _override_is_past(event, reach) else ""
    return kind, verdict(event, reach) if kind else ""


def _series_is_past(event: bytes, reach: Reach) -> bool:
    rule, start, end = _RULE.search(event), _START.search(event), _END.search(event)
    if not rule or not start or verdict(event, reach) != "past":
        return False
    first = start.group(1)
    last = _last_date(rule.group(1), first)
    days = max(_days_between(first, end.group(1)), 0) if end else 1
    return _moved(last, days + 2) < reach.long_before


def _override_is_past(event: bytes, reach: Reach) -> bool:
    slot = _SLOT.search(event)
    return bool(slot and slot.group(1) < reach.first and verdict(event, reach) == "past")


def _last_date(rule: bytes, first: bytes) -> bytes:
    """Return the date after which a rule that begins at ``first`` has no time; the end of time if that is unclear."""
    until, days = _bounds_of_rule(rule, first[6:] <= b"28")
    if until:
        return until
    return _moved(first, days) if days else _NEVER


@lru_cache(maxsize=1024)
def _bounds_of_rule(rule: bytes, in_every_month: bool) -> tuple[bytes, int]:
    """Return the digits of UNTIL, or how many days after DTSTART the last of COUNT times is at most.

    The latter only for rules that have a time in each of their periods.
    """
    parts = rule_parts(rule.decode("ascii"))
    if until := parts.pop("UNTIL", ""):
        return (until[:8].encode() if _UNTIL.fullmatch(until) else b""), 0
    frequency, count, interval = parts.pop("FREQ"), parts.pop("COUNT", ""), parts.pop("INTERVAL", "1")
    parts.pop("WKST", None)
    if frequency == "WEEKLY" and _PLAIN_DAYS.fullmatch(parts.get("BYDAY", "")):
        del parts["BYDAY"]
    skips = frequency in {"MONTHLY", "YEARLY"} and not in_every_month
    if parts or skips or not _NUMBER.fullmatch(count) or not _NUMBER.fullmatch(interval):
        return b"", 0
    return b"", _LONGEST_PERIOD.get(frequency, 0) * int(count) * int(interval)


def _days_between(first: bytes, last: bytes) -> int:
    try:
        begin, end = (date(int(d[:4]), int(d[4:6]), int(d[6:])) for d in (first, last))
    except ValueError:
        return 10**9
    return (end - begin).days


def component_verdict(component: Component, reach: Reach) -> str:
    """Judge a component as it was parsed, by the digits of a single event."""
    starts, ends = [], []
    for line in component.lines:
        if line.name in _NOT_SINGLE:
            return ""
        if line.name == "DTSTART":
            starts.append(line.value)
        elif line.name == "DTEND":
            ends.append(line.value)
    dates = [match.group(1).encode() for value in starts + ends if (match := _DATE.match(value))]
    if not starts or len(dates) != len(starts) + len(ends):
        return ""
    if max(dates) < reach.first:
        return "past"
    return "future" if min(dates) > reach.last else ""
