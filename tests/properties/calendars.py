"""Random calendars of the kinds that people have, as text.

Left out on purpose, because the judge (recurring-ical-events) or its dateutil is known to be wrong or readers
disagree: DTSTART that is no occurrence of its rule, BYSETPOS, BYWEEKNO, local times that the clocks skip or
repeat, hours of DURATION across a change of clocks, RANGE=THISANDFUTURE, and two reasons for one occurrence.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from dateutil.rrule import rrulestr
from hypothesis import strategies as st

from calsieve.models import Policy, SeriesMode, Snap, Span, WindowPolicy
from tests.core.kit import STAMP, vcalendar

ZONES = ("Europe/Berlin", "America/New_York", "UTC", "floating", "date")
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_FIRST, _LAST = date(2023, 1, 1), date(2028, 12, 31)


@dataclass(frozen=True)
class Start:
    """A local time in one of ``ZONES``."""

    local: datetime
    zone: str

    def line(self, name: str, *locals_: datetime) -> str:
        """Write moments of this zone as a property, by default the start itself."""
        moments = ",".join(map(self.text, locals_ or (self.local,)))
        if self.zone == "date":
            return f"{name};VALUE=DATE:{moments}"
        return f"{name}:{moments}" if self.zone in {"UTC", "floating"} else f"{name};TZID={self.zone}:{moments}"

    def text(self, local: datetime) -> str:
        """Write a local time in this zone's form."""
        if self.zone == "date":
            return f"{local:%Y%m%d}"
        return f"{local:%Y%m%dT%H%M%S}" + ("Z" if self.zone == "UTC" else "")

    def until(self, local: datetime) -> str:
        """Write UNTIL as RFC 5545 §3.3.10 asks."""
        if self.zone in {"date", "UTC", "floating"}:
            return self.text(local)
        return f"{local.replace(tzinfo=ZoneInfo(self.zone)).astimezone(UTC):%Y%m%dT%H%M%SZ}"


@st.composite
def starts(draw: st.DrawFn) -> Start:
    zone = draw(st.sampled_from(ZONES))
    day = draw(st.dates(_FIRST, _LAST))
    hour, minute = (
        (0, 0) if zone == "date" else (draw(st.sampled_from([0, *range(5, 22)])), draw(st.sampled_from([0, 30])))
    )
    return Start(datetime(day.year, day.month, day.day, hour, minute), zone)


@st.composite
def endings(draw: st.DrawFn, start: Start) -> list[str]:
    """Draw how an event ends: not at all, by DTEND, or by DURATION."""
    days = draw(st.integers(1, 9))
    minutes = draw(st.sampled_from([30, 60, 120]))
    if start.zone == "date":
        return draw(st.sampled_from([[], [start.line("DTEND", start.local + timedelta(days))], [f"DURATION:P{days}D"]]))
    choices = [
        [],
        [start.line("DTEND", start.local + timedelta(minutes=minutes))],
        [start.line("DTEND", start.local + timedelta(days, minutes=minutes))],
        [f"DURATION:PT{minutes}M"],
        [f"DURATION:P{days}D"],
    ]
    return draw(st.sampled_from(choices))


def listed(name: str, items: st.SearchStrategy[object]) -> st.SearchStrategy[str]:
    """Draw a BY part, or none."""
    some = st.lists(items, min_size=1, max_size=3, unique=True).map(
        lambda found: f";{name}=" + ",".join(map(str, found))
    )
    return st.one_of(st.just(""), some)


@st.composite
def rules(draw: st.DrawFn, start: Start) -> tuple[str, str]:
    """Draw a rule that DTSTART is an occurrence of: without its end, and its end."""
    day = start.local
    weekday, nth = _DAYS[day.weekday()], (day.day - 1) // 7 + 1
    more = draw(st.sets(st.sampled_from(_DAYS), max_size=3)) | {weekday}
    kinds = [
        "FREQ=DAILY",
        "FREQ=WEEKLY",
        f"FREQ=WEEKLY;BYDAY={','.join(sorted(more))}",
        f"FREQ=WEEKLY;WKST={draw(st.sampled_from(['SU', 'MO', 'WE']))};BYDAY={','.join(sorted(more))}",
        "FREQ=DAILY;BYDAY=" + ",".join(sorted(more)),
        "FREQ=MONTHLY",
        f"FREQ=MONTHLY;BYMONTHDAY={day.day}",
        f"FREQ=MONTHLY;BYDAY={nth}{weekday}",
        "FREQ=YEARLY",
        f"FREQ=YEARLY;BYMONTH={day.month}",
        f"FREQ=YEARLY;BYMONTH={day.month};BYDAY={nth}{weekday}",
        f"FREQ=YEARLY;BYMONTH={day.month};BYMONTHDAY={day.day}",
    ]
    rule = draw(st.sampled_from(kinds)) + draw(st.sampled_from(["", "", ";INTERVAL=2", ";INTERVAL=3"]))
    count = draw(st.integers(1, 400))
    until = start.until(day + timedelta(draw(st.integers(0, 1500))))
    return rule, draw(st.sampled_from(["", f";COUNT={count}", f";COUNT={count % 12 + 1}", f";UNTIL={until}"]))


@st.composite
def series(draw: st.DrawFn, uid: str) -> list[str]:
    """Draw a series: its master, then its overrides."""
    start = draw(starts())
    ending = draw(endings(start))
    rule, end = draw(rules(start))
    slots = list(rrulestr(rule + _naive_end(end), dtstart=start.local)[:60])
    chosen = draw(st.lists(st.sampled_from(slots), unique=True, max_size=8)) if slots else []
    split = draw(st.integers(0, len(chosen)))
    excepted, moved = chosen[:split], chosen[split:]
    # 45 minutes past: never an occurrence of the rule. A date can't be that, so it gets none.
    added = [] if start.zone == "date" else draw(st.lists(st.integers(-40, 400), unique=True, max_size=3))
    extra = [start.line("RDATE", *(start.local + timedelta(d, minutes=45) for d in sorted(added)))] if added else []
    excluded = [start.line("EXDATE", *excepted[:1])] if excepted else []
    excluded += [start.line("EXDATE", *excepted[1:])] if excepted[1:] else []
    master = _event(uid, "series", start.line("DTSTART"), *ending, f"RRULE:{rule}{end}", *extra, *excluded)
    return [master, *(draw(overrides(uid, start, slot)) for slot in moved)]


@st.composite
def overrides(draw: st.DrawFn, uid: str, start: Start, slot: datetime) -> str:
    """Draw an override of one occurrence, moved by days, at times into another form."""
    new = Start(slot + timedelta(draw(st.sampled_from([0, 1, -1, 7, -30, 300, -300]))), start.zone)
    ending = draw(endings(new))
    return _event(uid, "moved", start.line("RECURRENCE-ID", slot), new.line("DTSTART"), *ending)


@st.composite
def singles(draw: st.DrawFn, uid: str) -> list[str]:
    start = draw(starts())
    return [_event(uid, "single", start.line("DTSTART"), *draw(endings(start)))]


@st.composite
def sources(draw: st.DrawFn) -> bytes:
    """Draw the bytes of a source of up to six series and single events, in any order."""
    kinds = draw(st.lists(st.sampled_from([series, series, singles]), min_size=1, max_size=6))
    components = [part for number, kind in enumerate(kinds) for part in draw(kind(f"uid-{number}"))]
    return vcalendar(*draw(st.permutations(components)))


_SPANS = {"back": [Span(), Span(days=7), Span(days=28), Span(months=12)], "ahead": [Span(days=7), Span(days=364)]}


@st.composite
def policies(draw: st.DrawFn, mode: SeriesMode) -> Policy:
    back = draw(st.sampled_from([*_SPANS["back"], None]))
    ahead = draw(st.sampled_from([*_SPANS["ahead"], None]))
    zone = draw(st.sampled_from([None, "Europe/Berlin", "Pacific/Kiritimati", "Pacific/Pago_Pago"]))
    return Policy(window=WindowPolicy(back, ahead, draw(st.sampled_from(Snap))), series=mode, timezone=zone)


NOWS = st.sampled_from(
    [
        datetime(2026, 5, 20, 12, tzinfo=UTC),
        datetime(2026, 3, 29, 0, 59, 59, tzinfo=UTC),
        datetime(2025, 10, 26, 0, 30, tzinfo=UTC),
        datetime(2026, 1, 1, tzinfo=UTC),
        datetime(2028, 2, 29, 23, 59, tzinfo=UTC),
    ]
)


def _naive_end(end: str) -> str:
    """Return the end of a rule as dateutil takes it for naive times; UNTIL only bounds what is picked from."""
    return end if "UNTIL" not in end else f";UNTIL={end[7:15]}T000000"


def _event(uid: str, summary: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", STAMP, *lines, f"SUMMARY:{summary}", "END:VEVENT"])
