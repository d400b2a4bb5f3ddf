"""How people write distances and intervals: ``4w``, ``12mo``, ``15m``. In feeds.yaml and on the command line alike."""

from __future__ import annotations

import re
from datetime import timedelta

from calsieve.models import Span

REACH = r"^(all|[0-9]{1,5}(d|w|mo|y))$"
INTERVAL = r"^[0-9]{1,5}(m|h|d)$"
_SPANS = {"d": Span(days=1), "w": Span(days=7), "mo": Span(months=1), "y": Span(months=12)}
_LONGEST = Span(days=36525, months=1200)  # a century, so that now ± span stays a date
_INTERVALS = {"d": timedelta(days=1), "h": timedelta(hours=1), "m": timedelta(minutes=1)}
_SHORTEST_INTERVAL, _LONGEST_INTERVAL = timedelta(minutes=5), timedelta(days=7)


class Unreadable(ValueError):
    """A text can't be understood; the message says what to write."""


def read_reach(text: str) -> Span | None:
    """Read ``4w``, ``30d``, ``12mo``, ``1y`` or ``all``, which is None: no edge."""
    if text == "all":
        return None
    if not re.fullmatch(REACH, text):
        hint = "; `m` is not enough, months are `mo`" if re.fullmatch(r"[0-9]+ ?m", text) else ""
        raise Unreadable(f"write a number and d, w, mo or y, like 4w, 30d, 6mo or 1y, or write all{hint}")
    number, unit = _number_and_unit(text)
    span = Span(number * _SPANS[unit].days, number * _SPANS[unit].months)
    if span.days > _LONGEST.days or span.months > _LONGEST.months:
        raise Unreadable("this is more than a hundred years: write all")
    return span


def show_reach(span: Span | None) -> str:
    """Write a span of either days or months the way read_reach reads it."""
    if span is None:
        return "all"
    if span.months:
        return f"{span.months}mo"
    return f"{span.days // 7}w" if span.days and span.days % 7 == 0 else f"{span.days}d"


def read_interval(text: str) -> timedelta:
    """Read how often to refresh: ``15m``, ``6h``, ``1d``."""
    if not re.fullmatch(INTERVAL, text):
        raise Unreadable("write a number and m, h or d, like 15m, 6h or 1d")
    number, unit = _number_and_unit(text)
    interval = number * _INTERVALS[unit]
    if not _SHORTEST_INTERVAL <= interval <= _LONGEST_INTERVAL:
        raise Unreadable("choose something from 5m to 7d")
    return interval


def show_interval(interval: timedelta) -> str:
    """Write an interval of whole minutes the way read_interval reads it."""
    name, unit = next((n, u) for n, u in _INTERVALS.items() if not interval % u)
    return f"{interval // unit}{name}"


def _number_and_unit(text: str) -> tuple[int, str]:
    unit = text.lstrip("0123456789")
    return int(text.removesuffix(unit)), unit
