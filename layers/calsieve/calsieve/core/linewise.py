"""The short way for the many: a single event in which there is nothing to mend, published line by line.

It takes an event only if each line is as it would be written anyway, and leaves all others to the long way, on
which everything is understood. What is published is the same on both.
"""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from functools import lru_cache
from typing import NamedTuple

from calsieve.core.component import parsed_line
from calsieve.core.event_lines import sound_line, without_alarms
from calsieve.core.repairs.properties import ONCE, needs_no_mending
from calsieve.core.serialise import folded, rank
from calsieve.core.text import logical_lines
from calsieve.core.values import Form, When, canonical_when
from calsieve.core.window import LATEST
from calsieve.core.written import END, Written
from calsieve.core.zones.resolve import Zones, to_utc
from calsieve.models import Policy

# Lines that mean more than themselves, or may weigh too much.
_FOR_THE_LONG_WAY = frozenset(["RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID", "DURATION", "ATTACH", "IMAGE"])
_DAY = timedelta(days=1)
_LATEST = LATEST.replace(tzinfo=None)
# They differ from event to event, so remembering their lines would only push out others.
_OF_ONE_EVENT = {name: rank(name) for name in ("UID", "CREATED", "LAST-MODIFIED")}


class Single(NamedTuple):
    """A single event that lasts from ``start`` to ``end`` (UTC), as it is published."""

    start: datetime
    end: datetime
    written: Written


# A sound line: where it stands among the others, its name, parameters and value, its bytes. A plain tuple, and in the
# order by which lines are sorted: there are as many as there are lines.
_Item = tuple[int, tuple[str, str, str], bytes]


def droppable(policy: Policy) -> tuple[str, ...]:
    """Return how the lines begin that a policy leaves out."""
    names = ["ATTENDEE"] * (not policy.keep_attendees) + ["X-ALT-DESC"] * (not policy.keep_html)
    return tuple(name + mark for name in names for mark in ":;")


def single_event(uid: str, text: bytes, charset: str | None, zones: Zones, dropped: tuple[str, ...]) -> Single | None:
    """Return the event of that UID and of ``text`` behind BEGIN:VEVENT, or None if it has to go the long way.

    Lines that begin as one of ``dropped`` are left out, and alarms.
    """
    if not uid or b"\nBEGIN" in (text := without_alarms(text)) or b"\nEND:VALARM" in text:
        return None
    repairs: Counter[str] = Counter()
    texts = logical_lines(text, charset, repairs)
    if repairs:
        return None
    times = [line for line in texts if line.startswith(("DTSTART", "DTEND"))]
    items = _items(texts[:-1], dropped)
    span = _span(times, zones)
    if items is None or span is None or not _is_complete(items, uid):
        return None
    items += [(rank(time.name), time, folded(each)) for each in times if (time := parsed_line(each))]
    return _single(uid, sorted(items), *span, zones)


def _items(texts: list[str], dropped: tuple[str, ...]) -> list[_Item] | None:
    """Return all lines but DTSTART, DTEND and those dropped; None if one needs mending, or means more than itself."""
    items = []
    for text in texts:
        name, _, value = text.partition(":")
        if name in _OF_ONE_EVENT:
            item = (_OF_ONE_EVENT[name], (name, "", value), folded(text)) if needs_no_mending(name, value) else None
        elif text.startswith(("DTSTART", "DTEND")) or text.startswith(dropped):
            continue
        else:
            item = _item(text)
        if item is None:
            return None
        items.append(item)
    return items


@lru_cache(maxsize=1024)  # lines repeat from event to event
def _item(text: str) -> _Item | None:
    """Return a line if it is sound as it is."""
    name, _, value = text.partition(":")
    if needs_no_mending(name, value):
        return rank(name), (name, "", value), folded(text)
    line, mended = sound_line(text)
    if line is None or mended or line.name in _FOR_THE_LONG_WAY or line.parameter("TZID") is not None:
        return None
    return rank(line.name), line, folded(f"{line.name}{line.params}:{line.value}")


def _is_complete(items: list[_Item], uid: str) -> bool:
    """Tell whether the lines have that UID and a stamp, and no property twice that may occur once."""
    names = [line[0] for _, line, _ in items if line[0] in ONCE]
    return ("UID", "", uid) in [line for _, line, _ in items] and "DTSTAMP" in names and len(set(names)) == len(names)


def _span(times: list[str], zones: Zones) -> tuple[When, datetime] | None:
    """Return DTSTART and the local end, if they are written as they would be published, and in order."""
    moments = dict(map(_moment, times))
    start = moments.get("DTSTART")
    if start is None or len(moments) != len(times) or zones.settled(start) != start or start.local > _LATEST:
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
    texts = {line[0]: text for _, line, text in items if line[0] == "UID"}
    rest = [text for _, line, text in items if line[0] != "UID"]
    event = Written(
        uid=uid,
        slot="",
        start=begins,
        year=start.local.year,
        zones=(start.tzid,) if start.tzid else (),
        uid_line=texts["UID"],
        rest=b"".join((*rest, END)),
    )
    return Single(begins, max(begins, ends), event)
