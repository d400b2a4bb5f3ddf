"""Differences between what an expander shows of a source and of its output that were looked at, and why they are there.

A reason holds for the expanders and modes it names, and where its pattern is found in a series of the source. One
that explains no difference any more is stale, and a test says so.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from functools import partial

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


def shares_a_moment(first: str, second: str, series: str) -> bool:
    """Tell whether two properties of a series have a value in common, by their digits."""
    return bool(_values(first, series) & _values(second, series))


def _values(name: str, series: str) -> set[str]:
    lines = re.findall(rf"^{name}[^:]*:(.*?)\r?$", series, re.MULTILINE)
    return {value.rstrip("Z") for line in lines for value in line.split(",")}


def dated_until(series: str) -> bool:
    """Tell whether an UNTIL is a date and DTSTART, in the component before it, a time."""
    before, _, after = series.partition("RRULE:")
    start = re.findall(r"^DTSTART[^:]*:(\d{8}T)?", before, re.MULTILINE)
    return bool(start and start[-1] and re.match(r"\S*UNTIL=\d{8}(;|\s)", after))


def lasts_for_days(series: str) -> bool:
    """Tell whether a component of a series has a DTEND on another day than its DTSTART, in a zone of its own."""
    ends = re.findall(r"^DTSTART;TZID=[^:]*:(\d{8})T.*\r?\nDTEND[^:]*:(\d{8})T", series, re.MULTILINE)
    return any(start != end for start, end in ends)


DRAWN = (
    Known(
        why="A date as UNTIL of a timed series: libical leaves midnight itself out, for the others it is that of UTC.",
        expanders=EVERY,
        holds=dated_until,
    ),
    Known(
        why="ical.js leaves DTSTART out where there is RDATE and no rule.",
        expanders=(ICAL_JS,),
        modes=("expand",),
        holds=lambda series: "RDATE" in series and "RRULE" not in series,
    ),
    Known(
        why="ical.js does not let an EXDATE take away what an RDATE gives.",
        expanders=(ICAL_JS,),
        holds=partial(shares_a_moment, "EXDATE", "RDATE"),
    ),
    Known(
        why="ical.js takes a length by the stopwatch and adds it by the clock: wrong where clocks change meanwhile.",
        expanders=(ICAL_JS,),
        modes=("expand",),
        holds=lasts_for_days,
    ),
    Known(
        why="ical.js moves what follows a RANGE=THISANDFUTURE by a wrong time if its slot is in another zone.",
        expanders=(ICAL_JS,),
        holds=pattern(r"^RECURRENCE-ID;RANGE=THISANDFUTURE:.*Z\r?$"),
    ),
    Known(
        why="libical shows what follows an occurrence in the hour that clocks skip an hour late.",
        expanders=(LIBICAL,),
        holds=pattern(r"^DTSTART;TZID=.*T02\d\d\d\d\r?$"),
    ),
    Known(
        why="recurring-ical-events compares exceptions in another zone by their digits.",
        expanders=(RECURRING,),
        holds=pattern(r"^(EXDATE|RECURRENCE-ID)(;TZID=Asia/Kolkata.*|:.*Z)\r?$"),
    ),
    Known(
        why="What follows hangs on an override with RANGE=THISANDFUTURE, which stays though it is over.",
        expanders=EVERY,
        modes=("trim",),
        holds=pattern("RANGE=THISANDFUTURE"),
    ),
)


def why_different(reasons: Iterable[Known], verdict: Verdict) -> str:
    """Return why a verdict says different, or nothing."""
    source = verdict.pair.source.read_bytes().decode()
    mode = verdict.pair.mode
    return next((known.why for known in reasons if known.explains(source, verdict.expander, mode)), "")


_NO_ZONE = "A TZID without VTIMEZONE is floating for ical.js, and of the system's zones for libical."

# Golden sources that an expander does not read as they are meant.
GOLDEN = {
    ("latin-1", EVERY): "The text is not UTF-8: it is shown broken, and mended by us.",
    ("missing-end", (RECURRING,)): "icalendar leaves out what has no END.",
    ("outlook", (LIBICAL, ICAL_JS)): "A Windows zone without VTIMEZONE is unknown to both.",
    ("series-at-a-clock-change", (LIBICAL, ICAL_JS)): _NO_ZONE,
    ("series-over-a-clock-change", (ICAL_JS,)): _NO_ZONE,
    ("two-zones", (ICAL_JS,)): _NO_ZONE,
}


def why_golden_differs(verdict: Verdict) -> str:
    """Return why a verdict on a golden source says different, or nothing."""
    found = (
        why for (name, expanders), why in GOLDEN.items() if name == verdict.pair.name and verdict.expander in expanders
    )
    return next(found, "")


# Kinds of rules that only written-down ones are.
WRITTEN = (
    Known(
        why="ical.js leaves out much where a yearly rule picks by BYMONTHDAY and numbered BYDAY.",
        expanders=(ICAL_JS,),
        holds=pattern(r"FREQ=YEARLY;BYMONTH=.*BYMONTHDAY=.*BYDAY=\d"),
    ),
)

# Written-down rules of other projects that are not what the core gives.
RULES = {
    "ical-org+ical.net 76": "0MO is no day of RFC 5545: left out there, a Monday for the core.",
    "ical-org+ical.net 77": "0SA is no day of RFC 5545: left out there, a Saturday for the core.",
    "kewisch+ical.js 88": "The list breaks off.",
    "kewisch+ical.js 95": "The list leaves out one of three, and breaks off.",
    "kewisch+ical.js 101": "DTSTART counts there though it is no occurrence of the rule.",
    "kewisch+ical.js 102": "DTSTART counts there though it is no occurrence of the rule.",
}
