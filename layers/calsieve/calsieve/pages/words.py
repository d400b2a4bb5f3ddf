"""Dates, times and names as the pages write them: in English, in the feed's zone, never relative to now.

A page lies still for as long as nothing changes, so it says no "today" and no "three hours ago".
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from calsieve.models import Failing

_LONGEST_NAME = 160
# Controls, and marks that could turn the direction of what follows (UAX #9); those that only hint at one stay.
_INVISIBLE = re.compile(
    "[\x00-\x1f\x7f-\x9f\u200b\u2028-\u202e\u2060\u2066-\u206f\ufeff\ufff9-\ufffb\ufffe\uffff\ud800-\udfff]+"
)
_UNITS = ((timedelta(days=1), "day"), (timedelta(hours=1), "hour"), (timedelta(minutes=1), "minute"))


def name(text: str, most: int = _LONGEST_NAME) -> str:
    """Return text from elsewhere as one line of at most ``most`` characters, without what can't be seen."""
    line = " ".join(_INVISIBLE.sub(" ", text[: 4 * most]).split())
    return line if len(line) <= most else f"{line[: most - 1].rstrip()}…"


def isolated(text: str) -> str:
    """Return a name for use inside a sentence, whose direction it can't change then (UAX #9, isolates)."""
    return f"\u2068{text}\u2069"


def reason(failing: Failing) -> str:
    """Return why a source fails, without its name before and a full stop behind."""
    return name(failing.why.removeprefix(f"{failing.source}: "), 300).rstrip(". ")


def failure(failing: Failing, zone: tzinfo) -> tuple[str, str, str]:
    """Return source, since when, and why, for use inside a sentence."""
    return isolated(name(failing.source)), moment(failing.since, zone), isolated(reason(failing))


def count(number: int, noun: str) -> str:
    """Return ``1 event``, ``1,204 events`` or ``no events``."""
    return f"{f'{number:,}' if number else 'no'} {noun}{'' if number == 1 else 's'}"


def moment(at: datetime, zone: tzinfo) -> str:
    """Return ``Tue 24 Nov 2026, 14:05``."""
    return f"{at.astimezone(zone):%a %-d %b %Y, %H:%M}"


def short_day(day: date) -> str:
    """Return ``Tue 24 Nov``."""
    return f"{day:%a %-d %b}"


def long_day(day: date) -> str:
    """Return ``24 November 2026``."""
    return f"{day:%-d %B %Y}"


def clock(at: datetime) -> str:
    """Return ``14:05``."""
    return f"{at:%H:%M}"


def every(interval: timedelta) -> str:
    """Return ``every hour`` or ``every 15 minutes``, in the largest unit that it is a whole number of."""
    unit, noun = next(((unit, noun) for unit, noun in _UNITS if not interval % unit), _UNITS[-1])
    number = interval // unit
    return f"every {noun}" if number == 1 else f"every {number} {noun}s"


def hours(seconds: float) -> str:
    """Return ``12 h``, ``1½ h`` or ``0 h``: to the half hour, and never 0 for what is more than nothing."""
    halves = max(round(seconds / 1800), 1 if seconds else 0)
    whole = str(halves // 2) if halves > 1 or not halves else ""
    return f"{whole}{'½' if halves % 2 else ''} h"
