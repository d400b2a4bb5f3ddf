"""DTSTART, DTEND and DURATION as upstreams write them, made one start and one length."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta

from calsieve.core.component import Component, Line
from calsieve.core.event import Length
from calsieve.core.values import Form, When, line_of, line_with, parsed_duration, parsed_when
from calsieve.core.zones.resolve import Zones

_DAY = timedelta(days=1)
_LAST_DAY = datetime(9999, 12, 31)  # noqa: DTZ001 - naive local time


class Unreadable(Exception):
    """A component that can't be repaired; the message says why and holds none of its text."""


def moment(line: Line, text: str, zones: Zones, repairs: Counter[str]) -> When | None:
    """Read one date or date-time of a property, settled in its published zone; None if it is none."""
    return _settled(parsed_when(text, line.parameter("TZID")), line, zones, repairs)


def _settled(when: When | None, line: Line, zones: Zones, repairs: Counter[str]) -> When | None:
    if when is not None and when.form is Form.UTC and line.parameter("TZID"):
        repairs["zone_on_utc"] += 1
    return zones.settled(when) if when else None


def settled_start(component: Component, zones: Zones, repairs: Counter[str]) -> When:
    """Read DTSTART, or RECURRENCE-ID where there is none. Raises Unreadable if there is neither or it is no date."""
    line = component.first("DTSTART")
    if line is None:
        line = component.first("RECURRENCE-ID")
        repairs["start_missing"] += line is not None
    if line is None:
        raise Unreadable("has no DTSTART")
    start = moment(line, line.value, zones, repairs)
    if start is None:
        raise Unreadable("has a DTSTART that is no date")
    if start.form is Form.DATE and (line.parameter("VALUE") or "").upper() != "DATE":
        repairs["date_without_value"] += 1
    return start


def settled_times(component: Component, start: When, zones: Zones, repairs: Counter[str]) -> tuple[Component, Length]:
    """Return the component with DTSTART and at most one of DTEND and DURATION, and how long it is."""
    ending = component.first("DTEND")
    end = _end(ending, start, zones, repairs) if ending else None
    duration = component.first("DURATION")
    starting = component.first("DTSTART")
    own = line_with(starting, start) if starting else line_of("DTSTART", start)
    bare = component.without("DTSTART", "DTEND", "DURATION").plus(own)
    if ending and end is None:
        repairs["end_unreadable"] += 1
    if ending and end is not None:
        if duration:
            repairs["end_and_duration"] += 1
        return _with_end(bare, start, ending, _in_form(end, start, repairs), zones, repairs)
    return _with_duration(bare, start, duration, repairs)


def _end(line: Line, start: When, zones: Zones, repairs: Counter[str]) -> When | None:
    """Read DTEND; one in a zone that nobody can explain is in DTSTART's."""
    when = parsed_when(line.value, line.parameter("TZID"))
    if when and when.form is Form.ZONED and start.form in {Form.ZONED, Form.UTC} and not zones.explains(when.tzid):
        return start.at(when.local)
    return _settled(when, line, zones, repairs)


def _in_form(end: When, start: When, repairs: Counter[str]) -> When:
    """Return DTEND as a date where DTSTART is one, and as a time of DTSTART's zone where DTSTART is a time."""
    if start.form is Form.DATE and end.form is not Form.DATE:
        repairs["end_form"] += 1
        midnight = end.local.replace(hour=0, minute=0, second=0)
        last = midnight in {end.local, _LAST_DAY}
        return start.at(midnight if last else midnight + _DAY)
    mixed = Form.FLOATING in {start.form, end.form} and start.form is not end.form
    if start.form is not Form.DATE and (end.form is Form.DATE or mixed):
        repairs["end_form"] += 1
        return start.at(end.local)
    return end


def _with_end(
    bare: Component, start: When, line: Line, end: When, zones: Zones, repairs: Counter[str]
) -> tuple[Component, Length]:
    if (start.form, start.tzid) == (end.form, end.tzid):
        length = Length(local=end.local - start.local)
    else:
        length = Length(exact=zones.instant(end) - zones.instant(start))
    if sum(length, timedelta()) <= timedelta():
        return _endless(bare, start, length, repairs)
    return bare.plus(line_with(line, end)), length


def _endless(bare: Component, start: When, length: Length, repairs: Counter[str]) -> tuple[Component, Length]:
    """Leave out a DTEND that is not after DTSTART: RFC 5545 §3.8.2.2 asks for later."""
    backwards = sum(length, timedelta()) < timedelta()
    repairs["end_before_start" if backwards else "end_equals_start"] += 1
    return bare, Length(local=_DAY) if start.form is Form.DATE else Length()


def _with_duration(bare: Component, start: When, line: Line | None, repairs: Counter[str]) -> tuple[Component, Length]:
    duration = parsed_duration(line.value) if line else None
    usable = duration is not None and not duration.negative
    if start.form is Form.DATE and duration is not None and duration.seconds % 86400:
        usable = False  # a date can't end within a day (RFC 5545 §3.6.1)
    if line and not usable:
        repairs["duration_unusable"] += 1
    if duration is None or line is None or not usable:
        return bare, Length(local=_DAY) if start.form is Form.DATE else Length()
    length = Length(timedelta(days=duration.days), timedelta(seconds=duration.seconds))
    if start.form is Form.DATE:
        length = Length(max(length.local + length.exact, _DAY))
    return bare.plus(Line("DURATION", "", line.value.strip().upper())), length
