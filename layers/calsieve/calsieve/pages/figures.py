"""Counts, sizes and windows in words, the same on a page and in a terminal."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from calsieve.core.window import EARLIEST, LATEST

if TYPE_CHECKING:
    from calsieve.models import Report

_SHORTEST = timedelta(microseconds=1)


def size(count: int) -> str:
    """Return a number of bytes like ``14.8 MB`` or ``612 kB``; decimal units, at most four digits."""
    if count < 1_000:
        return f"{count} B"
    if count < 999_500:
        return f"{count / 1e3:.0f} kB" if count >= 9_950 else f"{count / 1e3:.1f} kB"
    return f"{count / 1e6:,.1f} MB"


def window(report: Report) -> str:
    """Return the days that a feed shows, in its own zone; the last one is still shown."""
    zone = ZoneInfo(report.timezone)
    start, end = report.window_start, report.window_end
    first = f"{start.astimezone(zone):%-d %b %Y}" if start and start > EARLIEST else ""
    last = f"{(end - _SHORTEST).astimezone(zone):%-d %b %Y}" if end and end < LATEST else ""
    if not first and not last:
        return "everything"
    return f"{first or 'the beginning'} – {last or 'the end'}"
