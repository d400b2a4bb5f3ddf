"""A recurrence rule (RFC 5545 §3.3.10) read into values, and written again."""

from __future__ import annotations

import re
from dataclasses import dataclass

from calsieve.core.values import Form, When, parsed_when

WEEKDAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
FREQUENCIES = ("YEARLY", "MONTHLY", "WEEKLY", "DAILY", "HOURLY", "MINUTELY", "SECONDLY")
SUB_DAILY = frozenset({"HOURLY", "MINUTELY", "SECONDLY"})

_BYDAY = re.compile(r"([+-]?\d{1,2})?(MO|TU|WE|TH|FR|SA|SU)$", re.ASCII)
_NUMBER = re.compile(r"\d{1,9}$", re.ASCII)
_SIGNED_NUMBER = re.compile(r"[+-]?\d{1,3}$", re.ASCII)
_RANGES = {
    "BYSECOND": (0, 60),
    "BYMINUTE": (0, 59),
    "BYHOUR": (0, 23),
    "BYMONTHDAY": (1, 31),
    "BYYEARDAY": (1, 366),
    "BYWEEKNO": (1, 53),
    "BYMONTH": (1, 12),
    "BYSETPOS": (1, 366),
}
_SIGNED = frozenset({"BYMONTHDAY", "BYYEARDAY", "BYWEEKNO", "BYSETPOS"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Rule:
    """One RRULE. ``by_day`` holds (n, weekday) with n 0 for every such day and Monday 0; ``week_start`` too."""

    frequency: str
    interval: int = 1
    count: int | None = None
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
    """Split an RRULE value into its parts, upper case, FREQ first, without empty or repeated ones."""
    parts: dict[str, str] = {}
    for part in text.upper().replace(" ", "").replace("\\", "").split(";"):
        key, equals, value = part.partition("=")
        if equals and (value := ",".join(filter(None, value.split(",")))):
            parts.setdefault(key, value)
    return {"FREQ": parts.pop("FREQ", ""), **parts}


def written_parts(parts: dict[str, str]) -> str:
    """Write parts as an RRULE value; Apple needs FREQ to come first, and here it does."""
    return ";".join(f"{key}={value}" for key, value in parts.items())


def parsed_rule(text: str) -> Rule | None:
    """Read an RRULE value; None where RFC 5545 gives it no meaning at all.

    Parts that are not of RFC 5545 (RSCALE, SKIP, X-…) make a rule ``unknown``: nobody can say what it shows.
    """
    parts = rule_parts(text)
    try:
        rule = Rule(
            frequency=_one_of(parts.pop("FREQ"), FREQUENCIES),
            interval=_positive(parts.pop("INTERVAL", "1")),
            count=_positive(parts.pop("COUNT")) if "COUNT" in parts else None,
            until=_until(parts.pop("UNTIL")) if "UNTIL" in parts else None,
            by_day=_by_day(parts.pop("BYDAY", "")),
            week_start=WEEKDAYS.index(parts.pop("WKST", "MO")),
            by_second=_numbers("BYSECOND", parts),
            by_minute=_numbers("BYMINUTE", parts),
            by_hour=_numbers("BYHOUR", parts),
            by_month_day=_numbers("BYMONTHDAY", parts),
            by_year_day=_numbers("BYYEARDAY", parts),
            by_week_no=_numbers("BYWEEKNO", parts),
            by_month=_numbers("BYMONTH", parts),
            by_set_pos=_numbers("BYSETPOS", parts),
            unknown=bool(parts),
        )
    except ValueError:
        return None
    return rule


def _one_of(value: str, choices: tuple[str, ...]) -> str:
    if value not in choices:
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
    for item in filter(None, value.split(",")):
        match = _BYDAY.match(item)
        if not match:
            raise ValueError(item)
        days.append((int(match.group(1) or 0), WEEKDAYS.index(match.group(2))))
    return tuple(days)


def _numbers(name: str, parts: dict[str, str]) -> tuple[int, ...]:
    low, high = _RANGES[name]
    items = [item for item in parts.pop(name, "").split(",") if item]
    shape = _SIGNED_NUMBER if name in _SIGNED else _NUMBER
    if not all(shape.match(item) and low <= abs(int(item)) <= high for item in items):
        raise ValueError(name)
    return tuple(map(int, items))
