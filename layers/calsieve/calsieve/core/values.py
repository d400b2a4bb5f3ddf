"""Dates, times and durations as iCalendar writes them (RFC 5545 §3.3.4–3.3.6, §3.3.14)."""

from __future__ import annotations

import re
from datetime import datetime, timedelta
from enum import Enum, auto
from typing import NamedTuple

from calsieve.core.component import Line

_WHEN = re.compile(r"(\d{4})-?(\d\d)-?(\d\d)(?:[Tt ](\d\d):?(\d\d):?(\d\d)?(?:\.\d+)?([Zz])?)?$", re.ASCII)
_DURATION = re.compile(
    r"([+-])?P(?:(\d{1,12})W)?(?:(\d{1,12})D)?(?:T(?:(\d{1,12})H)?(?:(\d{1,12})M)?(?:(\d{1,12})S)?)?$",
    re.IGNORECASE | re.ASCII,
)
_OFFSET = re.compile(r"([+-])?(\d\d):?(\d\d):?(\d\d)?$", re.ASCII)
_LONGEST_DAYS = 400_000


class Form(Enum):
    """The forms in which a date or date-time is written (RFC 5545 §3.3.5)."""

    DATE = auto()
    FLOATING = auto()
    UTC = auto()
    ZONED = auto()


# What is asked of every line with a moment; to ask the classes for it would take as long as the work.
_DATE, _FLOATING, _UTC, _ZONED = Form.DATE, Form.FLOATING, Form.UTC, Form.ZONED
_from_iso = datetime.fromisoformat


class When(NamedTuple):
    """A date or date-time: its naive local value (midnight for a date), its form, and its TZID if zoned."""

    local: datetime
    form: Form
    tzid: str = ""

    def at(self, local: datetime) -> When:
        """Return another moment written in the same form and zone."""
        return When(local, self.form, self.tzid)

    @property
    def text(self) -> str:
        """The value as RFC 5545 writes it, without its parameters."""
        return written(self.local, self.form)


class Duration(NamedTuple):
    """A nominal number of days, then an exact number of seconds (RFC 5545 §3.3.6)."""

    days: int = 0
    seconds: int = 0

    @property
    def negative(self) -> bool:
        """Whether it points backwards."""
        return self.days < 0 or self.seconds < 0


def parsed_when(text: str, tzid: str | None = None) -> When | None:
    """Read a DATE or DATE-TIME; None when it is neither.

    Tolerates what is seen: ISO separators, missing seconds, lower case, hour 24 and second 60.
    """
    return canonical_when(text, tzid) or _tolerated_when(text, tzid)


def _tolerated_when(text: str, tzid: str | None) -> When | None:
    match = _WHEN.match(text.strip())
    if not match:
        return None
    year, month, day, hour, minute, second, utc = match.groups()
    try:
        local = datetime(int(year), int(month), int(day))  # noqa: DTZ001 - naive on purpose
        if hour is None:
            return When(local, Form.DATE)
        seconds = int(second or 0)
        if int(hour) > 24 or int(minute) > 59 or seconds > 60:
            return None
        local += timedelta(hours=int(hour), minutes=int(minute), seconds=min(seconds, 59))
    except (ValueError, OverflowError):
        return None
    if utc:
        return When(local, Form.UTC)
    return When(local, Form.ZONED, tzid) if tzid else When(local, Form.FLOATING)


def canonical_when(text: str, tzid: str | None = None) -> When | None:
    """Read a DATE or DATE-TIME that is written as RFC 5545 has it, which nearly all are; None for any other."""
    size = len(text)
    if not (text[:8] + text[9:15]).isdecimal() or not text.isascii():
        return None
    try:
        local = _from_iso(text[:15])
    except ValueError:
        return None
    if size == 15 and text[8] == "T":
        return When(local, _ZONED, tzid) if tzid else When(local, _FLOATING)
    if size == 16 and text[8] == "T" and text[15] == "Z":
        return When(local, _UTC)
    return When(local, _DATE) if size == 8 else None


def parsed_duration(text: str) -> Duration | None:
    """Read a DURATION; None when it is none or longer than any calendar."""
    match = _DURATION.match(text.strip())
    if not match or text.strip().upper().endswith(("P", "T")):
        return None
    weeks, days, hours, minutes, seconds = (int(group or 0) for group in match.groups()[1:])
    sign = -1 if match.group(1) == "-" else 1
    duration = Duration(sign * (weeks * 7 + days), sign * (hours * 3600 + minutes * 60 + seconds))
    within = abs(duration.days) <= _LONGEST_DAYS and abs(duration.seconds) <= _LONGEST_DAYS * 86400
    return duration if within else None


def parsed_offset(text: str) -> int | None:
    """Read a UTC-OFFSET such as ``+0530`` into seconds; None when it is none or a day or more."""
    match = _OFFSET.match(text.strip())
    if not match:
        return None
    sign, hours, minutes, seconds = match.groups()
    total = int(hours) * 3600 + int(minutes) * 60 + int(seconds or 0)
    if total >= 86400:
        return None
    return -total if sign == "-" else total


def written(local: datetime, form: Form) -> str:
    """Write a naive value in ``form``; years have four digits on every platform."""
    text = local.isoformat(timespec="seconds").replace("-", "").replace(":", "")
    return text[:8] if form is _DATE else f"{text}Z" if form is _UTC else text


def written_offset(seconds: int) -> str:
    """Write seconds as a UTC-OFFSET."""
    sign, rest = ("-", -seconds) if seconds < 0 else ("+", seconds)
    text = f"{sign}{rest // 3600:02d}{rest // 60 % 60:02d}"
    return f"{text}{rest % 60:02d}" if rest % 60 else text


def line_with(line: Line, when: When) -> Line:
    """Return a line of one moment as ``line_of`` writes it: itself, if it is written so."""
    own = "" if when.form in (_UTC, _FLOATING) else ";VALUE=DATE" if when.form is _DATE else f";TZID={when.tzid}"
    written_so = line.params == own and canonical_when(line.value, when.tzid) == when
    return line if written_so else line_of(line.name, when)


def line_of(name: str, *moments: When, params: str = "") -> Line:
    """Write moments of one form as one content line, with VALUE and TZID as their form needs."""
    first, *_ = moments
    if first.form is Form.DATE:
        params += ";VALUE=DATE"
    elif first.form is Form.ZONED:
        params += f";TZID={first.tzid}"
    return Line(name, params, ",".join(moment.text for moment in moments))
