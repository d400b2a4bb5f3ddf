"""The POSIX TZ string at the end of a TZif file (RFC 8536 §3.3) as yearly recurrences.

Handles the ``Mm.w.d/time`` rules that the whole IANA database uses, not the ``Jn`` ones that it doesn't.
"""

from __future__ import annotations

import calendar
import re
from datetime import datetime, timedelta
from typing import NamedTuple

from calsieve.core.recurrence.regular import SHORTEST_MONTHS
from calsieve.core.zones.iana import Offset

_RULE = re.compile(r"M(\d+)\.(\d)\.(\d)(?:/([+-]?\d+(?::\d+)*))?$")
_HEAD = re.compile(r"(<[^>]+>|[A-Za-z]+)([+-]?\d+(?::\d+)*)(?:(<[^>]+>|[A-Za-z]+)([+-]?\d+(?::\d+)*)?)?")
_DAYS = ("SU", "MO", "TU", "WE", "TH", "FR", "SA")


class YearlyOnset(NamedTuple):
    """The moment each year at which ``after`` begins to hold instead of ``before``.

    It is ``seconds`` after local midnight of the ``week``-th (5: last) ``weekday`` (0: Sunday) of ``month``.
    """

    before: Offset
    after: Offset
    month: int
    week: int
    weekday: int
    seconds: int

    def local(self, year: int) -> datetime:
        """Return the onset in that year, in the local time before it."""
        return self._day(year) + timedelta(seconds=self.seconds)

    def _day(self, year: int) -> datetime:
        first = datetime(year, self.month, 1)  # noqa: DTZ001 - naive local time
        day = 1 + (self.weekday - first.isoweekday()) % 7 + 7 * (self.week - 1)
        if day > calendar.monthrange(year, self.month)[1]:
            day -= 7
        return first.replace(day=day)

    def rules(self) -> dict[int, str]:
        """Return an RRULE for each month that the onset can fall into: one, or two for a few zones.

        A time before 0:00 or after 24:00 moves it to another weekday and a range of month days.
        """
        shift = self.seconds // 86400
        day = _DAYS[(self.weekday + shift) % 7]
        if shift == 0:
            nth = -1 if self.week == 5 else self.week
            return {self.month: f"FREQ=YEARLY;BYMONTH={self.month};BYDAY={nth}{day}"}
        length = SHORTEST_MONTHS[self.month - 1]
        last = length if self.week == 5 else 7 * self.week
        by_month: dict[int, list[int]] = {}
        for number in range(last - 6 + shift, last + 1 + shift):
            month = self.month + (number > length) - (number < 1)
            # Days of the month before are counted from its end.
            day_of_month = number - 1 if number < 1 else (number - 1) % length + 1
            by_month.setdefault((month - 1) % 12 + 1, []).append(day_of_month)
        return {
            month: f"FREQ=YEARLY;BYMONTH={month};BYMONTHDAY={','.join(map(str, days))};BYDAY={day}"
            for month, days in by_month.items()
        }


def yearly_onsets(rule: str) -> tuple[YearlyOnset, ...]:
    """Read a TZ string; an empty result means that its one offset holds for ever."""
    head, *onsets = rule.split(",")
    match = _HEAD.match(head)
    if not match or not onsets:
        return ()
    names = [(name or "").strip("<>") for name in match.group(1, 3)]
    standard = Offset(-_seconds(match.group(2)), False, names[0])
    shift = -_seconds(match.group(4)) if match.group(4) else standard.seconds + 3600
    # A "summer" before the standard time (Dublin) is what tzdata means: it is kept as it is written.
    summer = Offset(shift, True, names[1])
    return (_onset(onsets[0], standard, summer), _onset(onsets[1], summer, standard))


def _onset(text: str, before: Offset, after: Offset) -> YearlyOnset:
    match = _RULE.match(text)
    if not match:
        raise ValueError(f"unknown form of TZ rule: {text}")
    month, week, weekday = map(int, match.group(1, 2, 3))
    return YearlyOnset(before, after, month, week, weekday, _seconds(match.group(4) or "2"))


def _seconds(text: str) -> int:
    sign = -1 if text.startswith("-") else 1
    parts = [int(part) for part in text.lstrip("+-").split(":")] + [0, 0]
    return sign * (parts[0] * 3600 + parts[1] * 60 + parts[2])
