"""Events as Microsoft Graph describes them in JSON → the text of a VCALENDAR. Pure.

Each occurrence becomes an event of its own. Lines are neither folded nor judged: the core does that.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from hashlib import sha256
from typing import Any

Event = Mapping[str, Any]

_MOMENT = re.compile(r"(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.\d*)?Z?")
_ESCAPED = {"\\": "\\\\", ";": "\\;", ",": "\\,", "\r\n": "\\n", "\r": "\\n", "\n": "\\n"}
_SPECIAL = re.compile(r"\r\n|[\\;,\r\n]")
_CLASSES = {"personal": "PRIVATE", "private": "PRIVATE", "confidential": "CONFIDENTIAL"}
_PRIORITIES = {"high": "1", "low": "9"}
_ANSWERS = {"accepted": "ACCEPTED", "declined": "DECLINED", "tentativelyAccepted": "TENTATIVE"}
_ROLES = {"required": "REQ-PARTICIPANT", "optional": "OPT-PARTICIPANT", "resource": "NON-PARTICIPANT"}
# What Exchange itself writes into published calendars (MS-OXCICAL X-MICROSOFT-CDO-BUSYSTATUS).
_BUSY = {"free": "FREE", "tentative": "TENTATIVE", "busy": "BUSY", "oof": "OOF", "workingElsewhere": "WORKINGELSEWHERE"}


def calendar_text(rows: Iterable[Event], link: str) -> bytes:
    """Return a VCALENDAR of all events in the rows of a calendar view, in the order of their identifiers.

    Series masters are no events here: they lend their properties to occurrences that came without. The text
    also depends on ``link``, the delta link of the rows: it has to be remembered in place of an older one even
    if no event changed, or the same changes outside of the view would be told again each time.
    """
    by_id = {str(row["id"]): row for row in rows if isinstance(row.get("id"), str)}
    lines = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Microsoft//Graph//EN"]
    lines.append(f"X-CALSIEVE-ROUND:{_hashed(link)[:16]}")
    for key in sorted(by_id):
        row = by_id[key]
        if row.get("type") != "seriesMaster":
            lines += _event({**by_id.get(str(row.get("seriesMasterId")), {}), **row})
    return "\r\n".join([*lines, "END:VCALENDAR", ""]).encode("utf-8", "replace")


def _event(event: Event) -> Iterator[str]:
    yield "BEGIN:VEVENT"
    yield f"UID:{_text(event.get('iCalUId')) or _hashed(event['id'])[:40]}"
    for name, value in _LINES.items():
        if found := value(event):
            yield f"{name}{found}" if found.startswith(";") else f"{name}:{found}"  # in a text, that is escaped
    yield from _people(event)
    if event.get("isReminderOn") is True and isinstance(minutes := event.get("reminderMinutesBeforeStart"), int):
        yield from ("BEGIN:VALARM", "ACTION:DISPLAY", f"TRIGGER:-PT{max(minutes, 0)}M", "END:VALARM")
    yield "END:VEVENT"


def _hashed(text: str) -> str:
    """Return a hash of any text that JSON can hold, halves of surrogate pairs among it."""
    return sha256(text.encode(errors="surrogatepass")).hexdigest()


def _people(event: Event) -> Iterator[str]:
    if organizer := _address(event.get("organizer")):
        yield f"ORGANIZER{organizer}"
    for attendee in _list(event, "attendees"):
        if address := _address(attendee):
            answer = _ANSWERS.get(_in(attendee, "status", "response"), "NEEDS-ACTION")
            yield f"ATTENDEE;ROLE={_ROLES.get(_in(attendee, 'type'), 'REQ-PARTICIPANT')};PARTSTAT={answer}{address}"


def _address(person: object) -> str:
    address, name = _in(person, "emailAddress", "address"), _in(person, "emailAddress", "name")
    if not re.fullmatch(r"\S+@\S+", address):
        return ""
    return f';CN="{_quotable(name)}":mailto:{address}' if name else f":mailto:{address}"


def _time(key: str) -> Callable[[Event], str]:
    """Return a reader of a start or an end: UTC unless asked otherwise; midnights, for whole days."""

    def read(event: Event) -> str:
        stamp, zone = _stamp(_in(event, key, "dateTime")), _in(event, key, "timeZone")
        if event.get("isAllDay") is True and stamp:
            return f";VALUE=DATE:{stamp[:8]}"
        if zone in ("UTC", "") or not stamp:
            return stamp
        return f';TZID="{_quotable(zone)}":{stamp[:-1]}'

    return read


def _stamp(text: str) -> str:
    parts = _MOMENT.fullmatch(text)
    return f"{parts[1]}{parts[2]}{parts[3]}T{parts[4]}{parts[5]}{parts[6]}Z" if parts else ""


def _status(event: Event) -> str:
    if event.get("isCancelled") is True:
        return "CANCELLED"
    return "TENTATIVE" if event.get("showAs") == "tentative" else "CONFIRMED"


def _description(event: Event) -> str:
    plain = _in(event, "body", "content") if _in(event, "body", "contentType") == "text" else ""
    return _text(plain.strip() or event.get("bodyPreview"))


_LINES: Mapping[str, Callable[[Event], str]] = {
    "DTSTAMP": lambda event: _stamp(_in(event, "lastModifiedDateTime")),
    "DTSTART": _time("start"),
    "DTEND": _time("end"),
    "SUMMARY": lambda event: _text(event.get("subject")),
    "LOCATION": lambda event: _text(_in(event, "location", "displayName")),
    "DESCRIPTION": _description,
    "STATUS": _status,
    "TRANSP": lambda event: "TRANSPARENT" if event.get("showAs") == "free" else "OPAQUE",
    "X-MICROSOFT-CDO-BUSYSTATUS": lambda event: _BUSY.get(_in(event, "showAs"), ""),
    "CLASS": lambda event: _CLASSES.get(_in(event, "sensitivity"), ""),
    "PRIORITY": lambda event: _PRIORITIES.get(_in(event, "importance"), ""),
    "CATEGORIES": lambda event: ",".join(filter(None, map(_text, _list(event, "categories")))),
    "URL": lambda event: _line(_in(event, "onlineMeeting", "joinUrl")),
    "CREATED": lambda event: _stamp(_in(event, "createdDateTime")),
    "LAST-MODIFIED": lambda event: _stamp(_in(event, "lastModifiedDateTime")),
}


def _in(value: object, *keys: str) -> str:
    """Return the text found by following ``keys``, or an empty one where any of it is missing or of another type."""
    for key in keys:
        value = value.get(key) if isinstance(value, Mapping) else None
    return value if isinstance(value, str) else ""


def _list(event: Event, key: str) -> list[object]:
    found = event.get(key)
    return found if isinstance(found, list) else []


def _text(value: object) -> str:
    """Write a TEXT (RFC 5545 §3.3.11)."""
    return _SPECIAL.sub(lambda match: _ESCAPED[match[0]], value) if isinstance(value, str) else ""


def _quotable(text: str) -> str:
    """Return what can stand between the quotes of a parameter (RFC 5545 §3.2)."""
    return re.sub(r'["\x00-\x1f]', " ", text)


def _line(text: str) -> str:
    return text if re.fullmatch(r"[\x21-\x7e]+", text) else ""
