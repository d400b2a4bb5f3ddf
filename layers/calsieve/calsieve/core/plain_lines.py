"""The lines of an event in which there is nothing to mend, told by their bytes."""

from __future__ import annotations

import re
from datetime import timedelta
from functools import lru_cache

from calsieve.core.component import Line
from calsieve.core.event_lines import sound_line
from calsieve.core.repairs.properties import ONCE
from calsieve.core.serialise import folded, order
from calsieve.core.values import Form, When, canonical_when

# A DURATION of hours and minutes, which all that is timed can have.
_DURATION = re.compile(rb"DURATION:PT(?:([0-9]{1,2})H)?+(?:([0-9]{1,2})M)?+(?<=[HM])")
# Lines that need no closer look, which are most: a moment in UTC on a day that each month has, a text in which
# everything is escaped that has to be, an address.
_STAMP = rb"(?!0000)\d{4}(?:0[1-9]|1[0-2])(?:0[1-9]|1\d|2[0-8])T(?:[01]\d|2[0-3])[0-5]\d[0-5]\dZ"
_TEXT = rb"(?=[!-~])(?:[^\x00-\x1f\x7f\\,;]++|\\[^\x00-\x1f\x7f])++"
_PLAIN = re.compile(
    rb"(?:(CREATED|LAST-MODIFIED|DTSTAMP):"
    + _STAMP
    + rb"|(SUMMARY|LOCATION|DESCRIPTION|COMMENT|CONTACT):"
    + _TEXT
    + rb""
    rb"|(URL):(?!.*\\[nN])[!-~](?:[ -~]*[!-~])?)"
)
# Lines by which a series is understood, in the one way in which most are written.
_PLAIN_TELLING = re.compile(
    rb"(?=(?:(?:DTSTART|DTEND|RECURRENCE-ID|EXDATE)(?:;TZID=[A-Za-z0-9/_+-]+|;VALUE=DATE)?:[0-9TZ,]+"
    rb"|RRULE:[A-Z0-9=;,+-]+|SEQUENCE:[0-9]{1,9}|UID:[!-~](?:[ -~]*[!-~])?|(?:DTSTAMP|LAST-MODIFIED):"
    + _STAMP
    + rb")\Z)"
    rb"([A-Z-]+)([^:]*):(.+)"
)
# A line as RFC 5545 begins one, without characters that none may hold.
_SOUND = re.compile(rb"[A-Z][^\x00-\x08\x0a-\x1f\x7f]+")
TIMES = (b"DTSTART", b"DTEND")
# Where lines of each name stand.
_PLACES = {name.encode(): order(name) for name in (*ONCE, "COMMENT", "CONTACT")}
# A sound line: where it stands among lines of other names, as it is read, as it is published, what it says of the
# time, if it is DTSTART, DTEND or DURATION, and what it answers to the questions of rules. A plain tuple: there are as
# many as there are lines.
Item = tuple[bytes, bytes, bytes, When | timedelta | None, int]

OF_START, OF_END, OF_DURATION = map(order, ("DTSTART", "DTEND", "DURATION"))


def plain(line: bytes) -> Item | None:
    """Read a stamp, a text or an address; None if it needs a closer look."""
    match = _PLAIN.fullmatch(line)
    return (_PLACES[match[match.lastindex or 0]], line, folded(line), None, 0) if match else None


def duration(line: bytes) -> Item | None:
    """Read a DURATION of hours and minutes; None if it is none."""
    match = _DURATION.fullmatch(line)
    if match is None:
        return None
    return OF_DURATION, line, folded(line), timedelta(hours=int(match[1] or 0), minutes=int(match[2] or 0)), 0


def plain_telling(text: bytes) -> Line | None:
    """Read a line by which a series is understood; None if it needs a closer look."""
    match = _PLAIN_TELLING.match(text)
    return Line(*[part.decode() for part in match.groups()]) if match else None


def sound_as_it_is(text: bytes) -> Line | None:
    """Read any line of an event; None if there is something to mend, or it is not to be read."""
    line, mended = sound_line(text.decode()) if _SOUND.fullmatch(text) else (None, ())
    return line if line and not mended and text.startswith(line.name.encode()) else None


def time(line: bytes) -> Item | None:
    """Read DTSTART or DTEND; None if it is not written in the one way in which it would be published."""
    head, _, value = line.partition(b":")
    place, forms, tzid = _head(head)
    when = canonical_when(value.decode(), tzid)
    if when is None or not place or when.form not in forms:
        return None
    return place, line, folded(line), when, 0


@lru_cache(maxsize=256)
def _head(head: bytes) -> tuple[bytes, tuple[Form, ...], str]:
    """Return what the head of a line with a moment says: its place, in what form its value may be, and its TZID."""
    name = head.partition(b";")[0]
    place, parameter = _PLACES[name] if name in TIMES else b"", head.removeprefix(name).decode()
    if parameter.startswith(";TZID=") and parameter[6:]:
        return place, (Form.ZONED,), parameter[6:]
    forms = {"": (Form.FLOATING, Form.UTC), ";VALUE=DATE": (Form.DATE,)}
    return place, forms.get(parameter, ()), ""
