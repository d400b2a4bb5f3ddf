"""A recurrence rule (RFC 5545 §3.3.10) read into values, and written again."""

from __future__ import annotations

import re
from collections.abc import Callable
from functools import lru_cache, partial
from typing import Any, NamedTuple

from calsieve.core.values import Form, When, parsed_when

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
SUB_DAILY = ("HOURLY", "MINUTELY", "SECONDLY")

_MOST_WEEKS = 53
_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}$", re.ASCII)
_SIGNED_NUMBER = re.compile(r"[+-]?\d{1,3}$", re.ASCII)
_NO_NUMBER = re.compile(r"(?<!\d)[+-]?0+(?=[A-Z])", re.ASCII)
_LEAP_MONTHS = re.compile(r"(?:\d{1,2}L?,)*\d{1,2}L", re.ASCII)


class Rule(NamedTuple):
    """One RRULE. ``occurrences`` is its COUNT. ``by_day`` holds (n, weekday) with n 0 for every such day and Monday 0;
    ``week_start`` too."""

    frequency: str
    interval: int = 1
    occurrences: int | None = None
    until: When | None = None
    by_day: tuple[tuple[int, int], ...] = ()
    by_second: tuple[int, ...] = ()
    by_minute: tuple[int, ...] = ()
    by_hour: tuple[int, ...] = ()
    by_month_day: tuple[int, ...] = ()
    by_year_day: tuple[int, ...] = ()
    by_week_no: tuple[int, ...] = ()
    by_month: tuple[int, ...] = ()
    by_set_pos: tuple[int, ...] = ()
    week_start: int = 0
    unknown: bool = False


def rule_parts(text: str) -> dict[str, str]:
    """Split an RRULE value into its parts, upper case, FREQ first, without empty or repeated ones.

    A 0 before a weekday goes: libical takes ``0MO`` for every Monday, ical.js refuses the whole file for it.
    """
    parts = {"FREQ": ""}
    for part in text.upper().replace(" ", "").replace("\\", "").split(";"):
        key, _, value = part.partition("=")
        if (value := value.strip(",")) and not parts.get(key):
            while ",," in value:
                value = value.replace(",,", ",")
            parts[key] = _NO_NUMBER.sub("", value) if key == "BYDAY" else value
    return parts


def known_parts(text: str) -> str:
    """Return an RRULE value without the parts that no RFC has: they could say anything."""
    parts = rule_parts(text)
    known = (name for name in parts if name in _READERS or parts[name] in _OF_RFC_7529.get(name, ()))
    return written_parts({name: parts[name] for name in known})


def written_parts(parts: dict[str, str]) -> str:
    """Write parts as an RRULE value; Apple needs FREQ to come first, and here it does."""
    return ";".join(f"{key}={value}" for key, value in parts.items())


# Rules without an UNTIL of their own are the same in thousands of series.
@lru_cache(maxsize=1024)
def parsed_rule(text: str) -> Rule | None:
    """Read an RRULE value; None for values that readers refuse: libical the rule, ical.js the whole file for it.

    Parts that are not of RFC 5545 (RSCALE, SKIP, X-…) and the leap months of RFC 7529 make a rule ``unknown``:
    readers put up with it, but nobody can say what it shows.
    """
    values: dict[str, Any] = {}
    unknown = False
    try:
        for name, value in rule_parts(text).items():
            if name not in _READERS or (name == "BYMONTH" and _LEAP_MONTHS.fullmatch(value)):
                unknown = True
            else:
                field, read = _READERS[name]
                values[field] = read(value)
    except ValueError:
        return None
    return Rule(unknown=unknown, **values)


def _frequency(value: str) -> str:
    if value not in FREQUENCIES:
        raise ValueError(value)
    return value


def _positive(value: str) -> int:
    if not _NUMBER.match(value) or int(value) == 0:
        raise ValueError(value)
    return int(value)


def _until(value: str) -> When:
    when = parsed_when(value)
    if when is None or when.form is Form.ZONED:
        raise ValueError(value)
    return when


def _by_day(value: str) -> tuple[tuple[int, int], ...]:
    days = []
    for item in value.split(","):
        match = _BYDAY.match(item)
        if not match or abs(int(match.group(1) or 0)) > _MOST_WEEKS:
            raise ValueError(item)
        days.append((int(match.group(1) or 0), WEEKDAYS.index(match.group(2))))
    return tuple(days)


def _numbers(low: int, high: int, value: str, *, signed: bool = False) -> tuple[int, ...]:
    items = value.split(",")
    if not all(_SIGNED_NUMBER.match(item) and low <= abs(int(item)) <= high for item in items):
        raise ValueError(value)
    if "-" in value and not signed:
        raise ValueError(value)
    return tuple(map(int, items))


_READERS: dict[str, tuple[str, Callable[[str], Any]]] = {
    "FREQ": ("frequency", _frequency),
    "INTERVAL": ("interval", _positive),
    "COUNT": ("occurrences", _positive),
    "UNTIL": ("until", _until),
    "BYDAY": ("by_day", _by_day),
    "WKST": ("week_start", WEEKDAYS.index),
    "BYSECOND": ("by_second", partial(_numbers, 0, 60)),
    "BYMINUTE": ("by_minute", partial(_numbers, 0, 59)),
    "BYHOUR": ("by_hour", partial(_numbers, 0, 23)),
    "BYMONTHDAY": ("by_month_day", partial(_numbers, 1, 31, signed=True)),
    "BYYEARDAY": ("by_year_day", partial(_numbers, 1, 366, signed=True)),
    "BYWEEKNO": ("by_week_no", partial(_numbers, 1, 53, signed=True)),
    "BYMONTH": ("by_month", partial(_numbers, 1, 12)),
    "BYSETPOS": ("by_set_pos", partial(_numbers, 1, 366, signed=True)),
}
# What RFC 7529 §4 adds, with the calendars that CLDR names.
_CALENDARS = """BUDDHIST CHINESE COPTIC DANGI ETHIOPIC ETHIOPIC-AMETE-ALEM GREGORIAN HEBREW INDIAN ISLAMIC ISLAMIC-CIVIL
ISLAMIC-RGSA ISLAMIC-TBLA ISLAMIC-UMALQURA JAPANESE PERSIAN ROC"""
_OF_RFC_7529 = {"SKIP": frozenset({"OMIT", "BACKWARD", "FORWARD"}), "RSCALE": frozenset(_CALENDARS.split())}
