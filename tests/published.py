"""What every published file satisfies, read by nothing of ours but these lines and icalendar."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import datetime
from itertools import pairwise

from icalendar import Calendar, Component

_HEADING = ("VERSION:2.0", "CALSCALE:GREGORIAN", "METHOD:PUBLISH", "PRODID:-//Calsieve//Calsieve//EN")
_NEEDED = ("NAME:", "X-WR-CALNAME:", "REFRESH-INTERVAL;VALUE=DURATION:P", "X-PUBLISHED-TTL:P")
_ONCE = ("UID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RECURRENCE-ID", "SUMMARY", "SEQUENCE", "LAST-MODIFIED")


def assert_published(body: bytes, *, alarms: bool = False) -> None:
    """Fail with all that is wrong with a published file; ``alarms`` says that its policy keeps them."""
    found = list(problems(body, alarms=alarms))
    assert not found, found


def problems(body: bytes, *, alarms: bool = False) -> Iterator[str]:
    """Yield what is wrong with a published file, in words."""
    yield from _physical(body)
    lines = body.decode().replace("\r\n ", "").split("\r\n")[:-1]
    yield from _frame(lines)
    if not alarms and "BEGIN:VALARM" in lines:
        yield "an alarm is left"
    calendar = Calendar.from_ical(body)
    yield from (f"{part.name}: {error}" for part in calendar.walk() for error in part.errors)
    yield from _events(calendar)
    yield from _zones(lines, calendar)


def _physical(body: bytes) -> Iterator[str]:
    if not body.endswith(b"\r\n"):
        yield "the last line has no end"
    for line in body.split(b"\r\n"):
        if b"\r" in line or b"\n" in line:
            yield f"a bare newline in {line[:40]!r}"
        if len(line) > 75:
            yield f"a line of {len(line)} octets"
        try:
            line.decode()
        except UnicodeDecodeError:
            yield f"a character is split at {line[-4:]!r}"


def _frame(lines: list[str]) -> Iterator[str]:
    if lines[0] != "BEGIN:VCALENDAR" or lines[-1] != "END:VCALENDAR" or lines.count("BEGIN:VCALENDAR") != 1:
        yield "not exactly one VCALENDAR"
    head = lines[: next((i for i, line in enumerate(lines) if line.startswith("BEGIN:V") and i), len(lines))]
    yield from (f"no {line}" for line in _HEADING if head.count(line) != 1)
    yield from (f"no {start}" for start in _NEEDED if sum(line.startswith(start) for line in head) != 1)
    wanted = ["BEGIN", "UID", "RECURRENCE-ID", "DTSTAMP", "DTSTART", "DTEND", "DURATION", "RRULE", "SUMMARY"]
    ranks = [wanted.index(name) for line in lines if (name := re.split("[;:]", line)[0]) in wanted]
    if "VALARM" not in str(lines) and any(b < a and b for a, b in pairwise(ranks)):
        yield "lines are not in canonical order"


def _events(calendar: Component) -> Iterator[str]:
    events = calendar.walk("VEVENT")
    if {part.name for part in calendar.subcomponents} - {"VEVENT", "VTIMEZONE"}:
        yield "something else than events and zones"
    masters = {str(event["UID"]): event for event in events if "RECURRENCE-ID" not in event}
    ids = Counter((str(event["UID"]), _text(event, "RECURRENCE-ID")) for event in events)
    yield from (f"{uid} {slot} comes {n} times" for (uid, slot), n in ids.items() if n > 1)
    for event in events:
        yield from (f"{event['UID']}: {problem}" for problem in _event(event, masters))


def _event(event: Component, masters: dict[str, Component]) -> Iterator[str]:
    for name in ("UID", "DTSTAMP", "DTSTART"):
        if name not in event or not event[name]:
            yield f"no {name}"
    yield from (f"more than one {name}" for name in _ONCE if isinstance(event.get(name), list))
    if "DTEND" in event and "DURATION" in event:
        yield "DTEND and DURATION"
    if "DTEND" in event and isinstance(event["DTEND"].dt, datetime) != isinstance(event["DTSTART"].dt, datetime):
        yield "DTEND in another form"
    if "RECURRENCE-ID" in event:
        yield from _override(event, masters.get(str(event["UID"])))
    start = event["DTSTART"]
    yield from _recurrences(event, _form(start.dt, start.params.get("TZID")))


def _override(event: Component, master: Component | None) -> Iterator[str]:
    if master is None:
        yield "an override without a master"
        return
    slot, start = event["RECURRENCE-ID"], master["DTSTART"]
    if _form(slot.dt, slot.params.get("TZID")) != _form(start.dt, start.params.get("TZID")):
        yield "RECURRENCE-ID in another form"
    elif _comparable(slot.dt) < _comparable(start.dt):
        yield "RECURRENCE-ID before DTSTART"
    if "RRULE" in event or "RDATE" in event or "EXDATE" in event:
        yield "a recurrence in an override"


def _recurrences(event: Component, form: str) -> Iterator[str]:
    for name in ("EXDATE", "RDATE"):
        found = event.get(name, [])
        for line in found if isinstance(found, list) else [found]:
            if line.params.get("VALUE") != "PERIOD" and {_form(d.dt, line.params.get("TZID")) for d in line.dts} != {
                form
            }:
                yield f"{name} in another form"
    rules = event.get("RRULE", [])
    untils = [until for rule in (rules if isinstance(rules, list) else [rules]) for until in rule.get("UNTIL", [])]
    if any(_form(until, None) != ("utc" if form.startswith("in ") else form) for until in untils):
        yield "UNTIL in another form"


def _form(when: object, tzid: str | None) -> str:
    if not isinstance(when, datetime):
        return "date"
    if tzid:
        return f"in {tzid}"
    return "utc" if when.tzinfo else "floating"


def _comparable(when: object) -> str:
    return when.strftime("%Y%m%dT%H%M%S") if isinstance(when, datetime) else f"{when:%Y%m%d}"


def _text(event: Component, name: str) -> str:
    return event[name].to_ical().decode() if name in event else ""


def _zones(lines: list[str], calendar: Component) -> Iterator[str]:
    used = {
        found.group(1).strip('"')
        for line in lines
        if (found := re.match(r'[^":]*;TZID=("[^"]*"|[^";:,]*)', line)) and not line.startswith("TZID")
    }
    defined = [str(zone["TZID"]) for zone in calendar.walk("VTIMEZONE")]
    if sorted(defined) != sorted(used):
        yield f"zones {sorted(defined)} are defined, {sorted(used)} are used"
    for zone in calendar.walk("VTIMEZONE"):
        begins = [part["DTSTART"].dt for part in zone.subcomponents if part.name == "STANDARD"]
        first = [
            event["DTSTART"].dt.replace(tzinfo=None)
            for event in calendar.walk("VEVENT")
            if event["DTSTART"].params.get("TZID") == zone["TZID"]
        ]
        if not begins or (first and min(begins) > min(first)):
            yield f"zone {zone['TZID']} has no STANDARD observance from its first use on"
