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
from calsieve.core.recurrence.rule import WEEKDAYS, rule_parts
from calsieve.core.window import EARLIEST, LATEST, window_for
from calsieve.models import WindowPolicy

# The window's edges depend on the feed's zone, which may not be known yet: a day for the zone, a week for the
# snapping, two days for the zones of the events, and a day for dates.
_MARGIN = timedelta(days=12)
# A series has to be over for so long: occurrences are moved to later weeks, but hardly to later years.
_LONG = timedelta(days=100)

# An event as most writers have it: DTSTART, with DTEND behind it, each plainly written, and often its UID.
_TIME = rb"(?:;[^:\r\n]*+)?+:([0-9]{8})(?:T[0-9]{6}Z?+)?+\r?+\n"
_TIMES = re.compile(
    rb"\nDTSTART" + _TIME + rb"DTEND" + _TIME + rb"(?:DTSTAMP:[0-9]{8}T[0-9]{6}Z\r?+\n)?+"
    rb"(?:UID:([!-~][ -~]*+)\r?\n)?[A-Z]"
)
_UID = re.compile(rb"\nUID:([!-~][ -~]*+)\r?\n[A-Z]")
# A line that may say more about when it is, or hide a line that does behind small letters, spaces or a fold: every line
# but those that begin as one that certainly does not. Three of them say what they are.
_MORE = re.compile(
    rb"\n(?![ACF-QSTV-Z \t\r\n]|DESCR|DTSTAMP|DTSTART[;:]|DTEND[;:]|UID:|URL|BEGIN:VALARM\r?\n|END:VALARM\r?\n"
    rb"|RE[LSQ]|EXDATE[;:]|END:VEVENT\r?\Z)((?:RRULE|RECURRENCE-ID|DURATION)(?=[;:])|)"
)
# The lines by which other events are judged. The last group are those that need a closer look: what recurs or may end
# any time later, other components than alarms, and lines that may hide another one.
_VALUE = rb"(?:;[^:\r\n]*)?:(\d{8})(?:T\d{6}Z?)?(?=\r?\n[A-Z])"
_TELLING = re.compile(
    rb"\n(?![ACF-QSTV-Z \t\r\n])(?:UID:([ -~]*)(?=\r?\n[A-Z])|DT(?:START" + _VALUE + rb"|END" + _VALUE + rb")"
    rb"|(E(?:ND:VEVENT(?=\r?\n|\r?\Z)|ND(?!:VALARM\r?\n))|B(?:EGIN:VALARM(?=\r?\n)|EGIN)"
    rb"|R(?:RULE|DATE|ECURRENCE-ID)|D(?:URATION|TSTART|TEND)|UID|[BDERU][A-Z-]*+[^A-Z:;-]|[^ \tA-Z\r\n]))"
)
_SLOT = re.compile(rb"\nRECURRENCE-ID(?:;(?:TZID|VALUE)=[^:;\r\n]*)*:(\d{8})(?:T\d{6}Z?)?(?=\r?\n[A-Z])")
_RULE = re.compile(rb"\nRRULE:([A-Z0-9=;,+-]+)(?=\r?\n[A-Z])")
_DATE = re.compile(r"\s*(\d{8})(?:T\d{4}(?:\d\d)?Z?)?\s*$", re.ASCII)
_NOT_SINGLE = frozenset({"RRULE", "RDATE", "RECURRENCE-ID", "DURATION"})
# A DURATION of this form is no longer than _SHORT_DAYS.
_SHORT = re.compile(rb"\nDURATION:P(?:1W|\d?D?(?:T(?:\d\d?H)?(?:\d{1,4}M)?(?:\d{1,5}S)?)?)(?=\r?\n[A-Z])")
_SHORT_DAYS = 22
_UNTIL = re.compile(r"\d{8}(T\d{6}Z?)?", re.ASCII)
_NUMBER = re.compile(r"\d{1,4}", re.ASCII)
_NTH_DAY = re.compile(r"[+-]?[1-4](MO|TU|WE|TH|FR|SA|SU)")
_COMMON_DAY = re.compile(r"[1-9]|1\d|2[0-8]", re.ASCII)
_ONE_MONTH = re.compile(r"[1-9]|1[0-2]", re.ASCII)
_LONGEST_PERIOD = {"DAILY": 1, "WEEKLY": 7, "MONTHLY": 31, "YEARLY": 366}
_BEFORE_ALL, _NEVER = b"00000000", b"99999999"


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
        first, long_before = (_moved_back(edge, _SHORT_DAYS) for edge in (self.first, self.long_before))
        return Reach(first, self.last, long_before)


def reach_of(policy: WindowPolicy, now: datetime) -> Reach:
    """Return how far a window around ``now`` (aware) reaches at most, whatever the feed's zone is."""
    window = window_for(policy, "UTC", now)
    return reach_between(window.start, window.end)


def reach_between(start: datetime, end: datetime) -> Reach:
    """Return how far a window from ``start`` to ``end`` (aware) reaches at most, whatever the zones of events."""
    return Reach(_digits(start, -_MARGIN), _digits(end, _MARGIN), _digits(start, -_LONG))


def _digits(edge: datetime, margin: timedelta) -> bytes:
    if edge in {EARLIEST, LATEST}:  # no edge
        return _BEFORE_ALL if edge == EARLIEST else _NEVER
    return _written(min(max(edge, EARLIEST + _LONG), LATEST - _LONG) + margin)


def _written(day: date) -> bytes:
    return f"{day.year:04d}{day.month:02d}{day.day:02d}".encode()


def _read(digits: bytes) -> date:
    return date(int(digits[:4]), int(digits[4:6]), int(digits[6:]))


@lru_cache(maxsize=64)
def _moved(digits: bytes, days: int) -> bytes:
    """Return the date so many days later; the end of time if it can't be told."""
    try:
        return _written(date.fromordinal(_read(digits).toordinal() + days))
    except (ValueError, OverflowError):
        return _NEVER


@lru_cache(maxsize=64)
def _moved_back(digits: bytes, days: int) -> bytes:
    """Return the date so many days earlier; the beginning of time if there is no such date."""
    try:
        return _written(date.fromordinal(_read(digits).toordinal() - days))
    except (ValueError, OverflowError):
        return _BEFORE_ALL


# What the bytes of an event plainly say: its UID, empty if it has none, the eight digits of DTSTART and DTEND, and the
# names of lines that need a closer look, empty for one that is unclear. A plain tuple: there are as many as events.
Outline = tuple[bytes, bytes, bytes, list[bytes]]


def outline(event: bytes) -> Outline | None:
    """Return the outline of an event; None if that is not just one event.

    ``event`` is all behind BEGIN:VEVENT, and ends with END:VEVENT.
    """
    times = _TIMES.search(event)
    if times is None:
        return _outlined_by_lines(event)
    start, end, uid = times.groups()
    behind = times.end() - 2  # the newline before the next line
    if times.start() or not uid:
        own = _UID.match(event, event.find(b"\nUID:"))
        if own is None or not _are_the_first(event, times.start(), max(own.end(), behind)):
            return _outlined_by_lines(event)
        uid, behind = own[1], behind if times.start() == 0 else 0
    return uid.rstrip(), start, end, _MORE.findall(event, behind)


def _are_the_first(event: bytes, at: int, behind: int) -> bool:
    """Tell whether DTSTART and DTEND at ``at`` are the event's first, and nothing before ``behind`` is an alarm's."""
    others = at > 0 and (event.find(b"\nDTSTART") < at or event.find(b"\nDTEND", 0, at) >= 0)
    return not others and event.find(b"\nBEGIN", 0, behind) < 0 and _begins_plainly(event)


def _begins_plainly(event: bytes) -> bool:
    """Tell whether what is behind BEGIN:VEVENT are lines of their own, and not the rest of that one."""
    return b"\n!" <= event[:2] <= b"\n~"


def _outlined_by_lines(event: bytes) -> Outline | None:
    uid, start, end, looks, in_alarm = b"", b"", b"", list[bytes](), False
    *found, (_, _, _, last) = _TELLING.findall(event) or [(b"", b"", b"", b"")]
    if last != b"END:VEVENT" or not _begins_plainly(event):
        return None
    for found_uid, found_start, found_end, other in found:
        if other == b"END:VEVENT":
            return None
        in_alarm = in_alarm or other == b"BEGIN:VALARM"
        if other and other != b"BEGIN:VALARM":
            looks.append(other)
        if (found_start and start) or (found_end and end):
            looks.append(b"")
        start, end = found_start or start, found_end or end
        if not other and not (found_start or found_end or uid):
            uid = found_uid.strip()
            if in_alarm or not uid:
                looks.append(b"")
    return uid, start, end, looks


def verdict(start: bytes, end: bytes, reach: Reach) -> str:
    """Judge the dates of a single event: ``past``, ``future``, or empty for visible perhaps."""
    # DTEND may lie before DTSTART and then means nothing.
    if start < reach.first and end < reach.first:
        return "past" if start else ""
    return "future" if start > reach.last and (not end or end > reach.last) else ""


class Kind(Enum):
    """What a plainly written event is."""

    SINGLE = "single"
    MASTER = "master"
    OVERRIDE = "override"


def closer_verdict(event: bytes, outline: Outline, reach: Reach) -> tuple[Kind | None, str]:
    """Judge an event that needs a closer look; None for one that has to be parsed.

    A master is past only if it is so for long, and whatever becomes of its overrides.
    """
    _, start, end, looks = outline
    if b"DURATION" in looks:
        durations = looks.count(b"DURATION")
        if len(_SHORT.findall(event)) != durations:
            return None, ""
        looks = [look for look in looks if look != b"DURATION"]
        reach = reach.for_durations()
    if not looks:
        return Kind.SINGLE, verdict(start, end, reach)
    if looks == [b"RRULE"]:
        judged = verdict(start, end, reach)
        return Kind.MASTER, "past" if judged and _series_is_past(event, start, end, reach) else ""
    if looks == [b"RECURRENCE-ID"]:
        slot = _SLOT.search(event) if verdict(start, end, reach) == "past" else None
        return Kind.OVERRIDE, "past" if slot and slot.group(1) < reach.first else ""
    return None, ""


def _series_is_past(event: bytes, start: bytes, end: bytes, reach: Reach) -> bool:
    rule = _RULE.search(event)
    if not rule:
        return False
    days = max(_days_between(start, end), 0) if end else 1
    return _last_date(rule.group(1), start) < _moved_back(reach.long_before, days + 2)


def _last_date(rule: bytes, first: bytes) -> bytes:
    """Return the date after which a rule that begins at ``first`` has no time; the end of time if that is unclear."""
    until, days = _bounds_of_rule(rule, first[6:] <= b"28")
    if until:
        return until
    return _moved(first, days) if days else _NEVER


@lru_cache(maxsize=1024)
def _bounds_of_rule(rule: bytes, in_every_month: bool) -> tuple[bytes, int]:
    """Return the digits of UNTIL, or how many days after DTSTART the last of COUNT times is at most.

    The latter only for rules that have a time in each of their periods; ``in_every_month`` tells that each month has
    DTSTART's day.
    """
    parts = rule_parts(rule.decode("ascii"))
    if until := parts.pop("UNTIL", ""):
        return (until[:8].encode() if _UNTIL.fullmatch(until) else b""), 0
    frequency, count, interval = parts.pop("FREQ"), parts.pop("COUNT", ""), parts.pop("INTERVAL", "1")
    parts.pop("WKST", None)
    if not _NUMBER.fullmatch(count) or not _NUMBER.fullmatch(interval):
        return b"", 0
    regular = _is_in_every_period(frequency, parts, in_every_month)
    return b"", _LONGEST_PERIOD.get(frequency, 0) * int(count) * int(interval) if regular else 0


def _is_in_every_period(frequency: str, parts: dict[str, str], in_every_month: bool) -> bool:
    """Tell whether the parts of a rule that pick days certainly leave a time in each period."""
    named = _ONE_MONTH.fullmatch(parts.get("BYMONTH", "")) if frequency == "YEARLY" else None
    picks = {name: value for name, value in parts.items() if not (named and name == "BYMONTH")}
    if frequency not in {"MONTHLY", "YEARLY"}:
        return not picks or (frequency == "WEEKLY" and picks.keys() == {"BYDAY"} and _are_plain_days(picks["BYDAY"]))
    if not picks:
        return in_every_month
    if len(picks) > 1 or (frequency == "YEARLY" and not named):
        return False
    shape = {"BYDAY": _NTH_DAY, "BYMONTHDAY": _COMMON_DAY}
    return all(name in shape and shape[name].fullmatch(value) for name, value in picks.items())


def _are_plain_days(value: str) -> bool:
    days = value.split(",")
    return len(set(days)) == len(days) and all(day in WEEKDAYS for day in days)


def _days_between(first: bytes, last: bytes) -> int:
    if first == last:
        return 0
    try:
        return (_read(last) - _read(first)).days
    except ValueError:
        return 10**9


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
