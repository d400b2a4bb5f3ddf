"""What happened to a feed lately: in lines, newest first, and day by day for a small picture."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta, tzinfo
from typing import TYPE_CHECKING, NamedTuple

from calsieve.models import Noteworthy
from calsieve.pages import figures, words

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Failing, HistoryEntry

DAYS = 30


class Happened(NamedTuple):
    """One line of a feed's history, and what was wrong then."""

    at: str
    what: str
    troubles: tuple[str, ...]
    bad: bool


class DayState(NamedTuple):
    """Whether a feed's file changed on a day, and whether anything was wrong on it."""

    date: date
    changed: bool
    bad: bool


def is_bad(entry: HistoryEntry) -> bool:
    """Tell whether something was wrong after this refresh."""
    return entry.kind is Noteworthy.FAILED or bool(entry.failing)


def happened(entry: HistoryEntry, zone: tzinfo) -> Happened:
    """Return an entry in words."""
    what = {
        Noteworthy.PUBLISHED: f"changed: {words.count(entry.events_out, 'event')}, {figures.size(entry.bytes_out)}",
        Noteworthy.FAILED: "failed",
        Noteworthy.RECOVERED: "in order again",
    }[entry.kind]
    said = "; ".join([what, *(words.name(note, 300) for note in entry.notes)])
    return Happened(words.moment(entry.at, zone), said, troubles(entry, zone), is_bad(entry))


def troubles(entry: HistoryEntry, zone: tzinfo) -> tuple[str, ...]:
    """Return what was wrong, a sentence each."""
    failing = (_failing(one, zone) for one in entry.failing)
    return (*failing, *(words.name(problem, 300) for problem in entry.problems))


def _failing(one: Failing, zone: tzinfo) -> str:
    source, since, why = words.failure(one, zone)
    return f"{source}, since {since}: {why}"


def days(history: Sequence[HistoryEntry], now: datetime, zone: tzinfo) -> list[DayState]:
    """Return the last `DAYS` days, today's last. What was wrong after an entry was so until the next one."""
    today = now.astimezone(zone).date()
    ends = [*(entry.at for entry in history[1:]), now]
    bad = [(entry.at, end) for entry, end in zip(history, ends, strict=False) if is_bad(entry)]
    changed = {entry.at.astimezone(zone).date() for entry in history if entry.kind is Noteworthy.PUBLISHED}
    dates = [today - timedelta(days=ago) for ago in reversed(range(DAYS))]
    return [DayState(day, day in changed, any(_touches(*span, day, zone) for span in bad)) for day in dates]


def in_words(days: Sequence[DayState]) -> str:
    """Return what the picture of the days shows."""
    changed, bad = sum(day.changed for day in days), sum(day.bad for day in days)
    said = f"In the last {len(days)} days it changed on {words.count(changed, 'day')}"
    return f"{said}, and something was wrong on {words.count(bad, 'day')}." if bad else f"{said}."


def _touches(begin: datetime, end: datetime, day: date, zone: tzinfo) -> bool:
    first, after = (datetime.combine(on, time.min, zone).astimezone(UTC) for on in (day, day + timedelta(days=1)))
    return begin < after and end > first
