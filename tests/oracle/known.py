"""Differences between what an expander shows of a source and of its output that were looked at, and why they are there.

A reason holds for the expanders and modes it names, and where its pattern is found in a series of the source. One
that explains no difference any more is stale, and a test says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass

from tests.oracle.judge import Verdict

LIBICAL, ICAL_JS, RECURRING = "libical", "ical.js", "recurring-ical-events"
EVERY = (LIBICAL, ICAL_JS, RECURRING)
MODES = ("trim", "expand")


@dataclass(frozen=True, slots=True, kw_only=True)
class Known:
    """Why an expander differs for series in which ``holds``."""

    why: str
    expanders: tuple[str, ...]
    holds: Callable[[str], object]
    modes: tuple[str, ...] = MODES

    def explains(self, source: str, expander: str, mode: str) -> bool:
        right = expander in self.expanders and mode in self.modes
        return right and any(self.holds(one) for one in series_of(source))


def series_of(source: str) -> Iterator[str]:
    """Yield the lines of each series: all components of a UID, however they are folded."""
    events = re.findall(r"BEGIN:VEVENT.*?END:VEVENT", source.replace("\r\n ", ""), re.DOTALL)
    by_uid: dict[str, str] = {}
    for event in events:
        uid = next(iter(re.findall(r"^UID:(.*?)\r?$", event, re.MULTILINE)), "")
        by_uid[uid] = by_uid.get(uid, "") + event + "\r\n"
    yield from by_uid.values()


def pattern(text: str) -> Callable[[str], object]:
    return re.compile(text, re.MULTILINE).search


def excepted_override(series: str) -> bool:
    """Tell whether an EXDATE takes a slot away that an override has, by their digits."""
    values = ",".join(re.findall(r"^EXDATE[^:]*:(.*?)\r?$", series, re.MULTILINE)).split(",")
    return any(slot in values for slot in re.findall(r"^RECURRENCE-ID[^:]*:(.*?)\r?$", series, re.MULTILINE))


_SUB_DAILY = r"^RRULE:.*FREQ=(HOURLY|MINUTELY|SECONDLY)"

DRAWN = (
    Known(
        why="F1: An UNTIL that is a date.",
        expanders=EVERY,
        holds=lambda series: (
            re.search(r"UNTIL=\d{8}(;|\r?$)", series, re.MULTILINE)
            and not re.search(
                r"^DTSTART;VALUE=DATE:", series.partition("RRULE")[0].rpartition("BEGIN")[2], re.MULTILINE
            )
        ),
    ),
    Known(
        why="F2", expanders=EVERY, modes=("expand",), holds=pattern(r"FREQ=(DAILY|HOURLY|MINUTELY|SECONDLY).*BYSETPOS")
    ),
    Known(why="F3", expanders=(ICAL_JS,), holds=pattern(r"FREQ=YEARLY.*BYDAY=20MO")),
    Known(why="F4", expanders=EVERY, modes=("expand",), holds=pattern(_SUB_DAILY + r".*BY(HOUR|MINUTE|SECOND)")),
    Known(why="F5", expanders=(RECURRING,), holds=excepted_override),
    Known(
        why="F6",
        expanders=(ICAL_JS,),
        modes=("expand",),
        holds=lambda series: "RDATE" in series and "RRULE" not in series,
    ),
    Known(why="F9", expanders=(LIBICAL, ICAL_JS), holds=pattern(r"FREQ=DAILY.*BYMONTHDAY=[0-9,]*-")),
    Known(why="F10", expanders=EVERY, modes=("trim",), holds=pattern(r"^RDATE")),
    Known(why="F11", expanders=(ICAL_JS, RECURRING), holds=pattern(r"^RRULE.*UNTIL")),
    Known(why="F13", expanders=(LIBICAL,), modes=("expand",), holds=pattern(r"INTERVAL=(40000|100000)")),
    Known(why="F14", expanders=EVERY, modes=("expand",), holds=pattern(_SUB_DAILY)),
    Known(why="F15", expanders=(ICAL_JS,), holds=pattern(r"FREQ=YEARLY")),
    Known(why="F16", expanders=(ICAL_JS,), holds=lambda series: "RDATE" in series and "EXDATE" in series),
    Known(why="F18", expanders=(RECURRING,), holds=pattern(_SUB_DAILY)),
    Known(
        why="ical.js moves what follows a RANGE=THISANDFUTURE by a wrong time if its slot is in another zone.",
        expanders=(ICAL_JS,),
        holds=pattern(r"^RECURRENCE-ID;RANGE=THISANDFUTURE:.*Z\r?$"),
    ),
)


def why_different(reasons: Iterable[Known], verdict: Verdict) -> str:
    """Return why a verdict says different, or nothing."""
    source = verdict.pair.source.read_bytes().decode()
    mode = verdict.pair.mode
    return next((known.why for known in reasons if known.explains(source, verdict.expander, mode)), "")


# Golden sources that an expander does not read as they are meant, each with its reason.
GOLDEN: dict[tuple[str, tuple[str, ...]], str] = {}


def why_golden_differs(verdict: Verdict) -> str:
    """Return why a verdict on a golden source says different, or nothing."""
    found = (
        why for (name, expanders), why in GOLDEN.items() if name == verdict.pair.name and verdict.expander in expanders
    )
    return next(found, "")
