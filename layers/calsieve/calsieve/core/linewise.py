"""The short way for the many: a single event in which there is nothing to mend, published line by line.

It takes an event only if each line is as it would be written anyway, and leaves all others to the long way, on
which everything is understood. What is published is the same on both.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from calsieve.core.component import Line, parsed_line
from calsieve.core.event_lines import without_alarms
from calsieve.core.repairs.properties import OF_ALARMS, ONCE, needs_no_mending, sound
from calsieve.core.serialise import folded, rank
from calsieve.core.text import logical_lines
from calsieve.core.values import Form, When, canonical_when
from calsieve.core.written import Written
from calsieve.core.zones.resolve import Zones, to_utc
from calsieve.models import Policy

# Lines that mean more than themselves, or may weigh too much.
_FOR_THE_LONG_WAY = frozenset(
    ["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DURATION", "ATTACH", "IMAGE", *OF_ALARMS]
)
_DAY = timedelta(days=1)


class Single(NamedTuple):
    """A single event that lasts from ``start`` to ``end`` (UTC), as it is published."""

    start: datetime
    end: datetime
    written: Written


class _Item(NamedTuple):
    """A sound line: where it stands among the others, what it says, its bytes."""

    rank: int
    line: Line
    text: bytes


def single_event(uid: str, text: bytes, charset: str | None, zones: Zones, policy: Policy) -> Single | None:
    """Return the event of that UID and of ``text`` behind BEGIN:VEVENT, or None if it has to go the long way."""
    if not uid or policy.keep_alarms or b"\nBEGIN" in (text := without_alarms(text)) or b"\nEND:VALARM" in text:
        return None
    repairs: Counter[str] = Counter()
    texts = logical_lines(text, charset, repairs)
    if repairs:
        return None
    dropped = _dropped(policy)
    items, times = list[_Item](), list[str]()
    for line in texts[:-1]:
        if line.startswith(("DTSTART", "DTEND")):
            times.append(line)
        elif not line.startswith(dropped):
            item = _item(line)
            if item is None:
                return None
            items.append(item)
    span = _span(times, zones)
    if span is None or not _is_complete(items, uid):
        return None
    items += [_Item(rank(time.name), time, folded(each)) for each in times if (time := parsed_line(each))]
    return _single(uid, sorted(items), *span, zones)


@lru_cache(maxsize=4)
def _dropped(policy: Policy) -> tuple[str, ...]:
    """Return how the lines begin that the policy leaves out."""
    names = ["ATTENDEE"] * (not policy.keep_attendees) + ["X-ALT-DESC"] * (not policy.keep_html)
    return tuple(name + mark for name in names for mark in ":;")


@lru_cache(maxsize=1024)  # lines repeat from event to event
def _item(text: str) -> _Item | None:
    """Return a line if it is sound as it is."""
    name, _, value = text.partition(":")
    if needs_no_mending(name, value):
        return _Item(rank(name), Line(name, "", value), folded(text))
    line = parsed_line(text)
    if line is None or line.name in _FOR_THE_LONG_WAY or line.parameter("TZID") is not None:
        return None
    repairs: Counter[str] = Counter()
    kept = sound(line, repairs)
    if kept is None or repairs:
        return None
    return _Item(rank(kept.name), kept, folded(f"{kept.name}{kept.params}:{kept.value}"))


def _is_complete(items: list[_Item], uid: str) -> bool:
    """Tell whether the lines have that UID and a stamp, and no property twice that may occur once."""
    names = [item.line.name for item in items if item.line.name in ONCE]
    named = any(item.line.name == "UID" and item.line.value == uid for item in items)
    return named and "DTSTAMP" in names and len(set(names)) == len(names)


def _span(times: list[str], zones: Zones) -> tuple[When, datetime] | None:
    """Return DTSTART and the local end, if they are written as they would be published, and in order."""
    moments = dict(map(_moment, times))
    start = moments.get("DTSTART")
    if start is None or len(moments) != len(times) or zones.settled(start) != start:
        return None
    if "DTEND" not in moments:
        return start, start.local + _DAY * (start.form is Form.DATE)
    end = moments["DTEND"]
    if end is None or (end.form, end.tzid) != (start.form, start.tzid) or end.local <= start.local:
        return None
    return start, end.local


def _moment(text: str) -> tuple[str, When | None]:
    """Read DTSTART or DTEND; None if it is not written in the one way in which it would be published."""
    head, _, value = text.partition(":")
    name, _, parameter = head.partition(";")
    if parameter.startswith("TZID="):
        when = canonical_when(value, parameter[5:])
        return name, when if when and when.form is Form.ZONED else None
    when = canonical_when(value)
    return name, when if when and parameter == ("VALUE=DATE" if when.form is Form.DATE else "") else None


def _single(uid: str, items: list[_Item], start: When, last: datetime, zones: Zones) -> Single:
    rules = zones.rules(start)
    begins, ends = to_utc(start.local, rules), to_utc(last, rules)
    uid_item = next(item for item in items if item.line.name == "UID")
    rest = [*(item.text for item in items if item is not uid_item), b"END:VEVENT\r\n"]
    event = Written(
        uid=uid,
        slot="",
        start=begins,
        year=start.local.year,
        zones=(start.tzid,) if start.tzid else (),
        uid_line=uid_item.text,
        rest=b"".join(rest),
    )
    return Single(begins, max(begins, ends), event)
