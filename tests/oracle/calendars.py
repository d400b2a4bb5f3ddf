"""Random series of every kind that RFC 5545 allows, and of some that it doesn't but people have, as text.

Whatever expanders disagree about may be in here: each is compared with itself. The times are near the moment at
which the calendar is trimmed, or begin long before it; VTIMEZONEs are those that upstreams write.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from itertools import islice
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from calsieve.models import Policy, SeriesMode, Snap, Span, WindowPolicy
from tests.core.kit import STAMP, vcalendar
from tests.oracle.core_rules import times
from tests.oracle.zones import VTIMEZONES, ZONES, Local, vtimezone
from tests.properties.calendars import listed

_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_NUMBERED = ("1MO", "2TU", "-1FR", "3WE", "-2SU", "5TH")
_SUB_DAILY = ("HOURLY", "MINUTELY", "SECONDLY")


def _numbers(name: str, low: int, high: int) -> st.SearchStrategy[str]:
    return listed(name, st.integers(low, high)).filter(bool)


_BYDAY = listed("BYDAY", st.sampled_from(_DAYS)).filter(bool)
_NTH = listed("BYDAY", st.sampled_from(_NUMBERED)).filter(bool)
_BYMONTH = _numbers("BYMONTH", 1, 12)
_MONTH_DAYS = listed("BYMONTHDAY", st.sampled_from([1, 13, 15, 28, 29, 30, 31, -1, -2])).filter(bool)
_SET_POS = listed("BYSETPOS", st.sampled_from([1, 2, 3, -1, -2])).filter(bool)
_CLOCK = st.sampled_from([";BYHOUR=9,14", ";BYHOUR=2", ";BYMINUTE=0,30", ";BYHOUR=8;BYMINUTE=15,45", ";BYSECOND=0,20"])


def _all(*parts: st.SearchStrategy[str]) -> st.SearchStrategy[str]:
    return st.tuples(*parts).map("".join)


_PARTS: dict[str, list[st.SearchStrategy[str]]] = {
    "YEARLY": [
        st.just(""),
        _BYMONTH,
        _all(_BYMONTH, _MONTH_DAYS),
        st.just(";BYMONTH=2;BYMONTHDAY=29"),
        _all(_BYMONTH, _NTH),
        _all(_BYMONTH, _BYDAY),
        _all(_BYMONTH, _BYDAY, _SET_POS),
        st.sampled_from([";BYDAY=20MO", ";BYDAY=-1FR", ";BYYEARDAY=1,100,-1", ";BYYEARDAY=366"]),
        st.sampled_from([";BYWEEKNO=20;BYDAY=MO", ";BYWEEKNO=1", ";BYMONTHDAY=13", ";BYDAY=TH"]),
    ],
    "MONTHLY": [
        st.just(""),
        _MONTH_DAYS,
        _NTH,
        _BYDAY,
        _all(_BYDAY, _SET_POS),
        st.just(";BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
        st.just(";BYDAY=FR;BYMONTHDAY=13"),
        _all(_BYMONTH, _MONTH_DAYS),
        _all(_MONTH_DAYS, _CLOCK),
        st.just(";BYDAY=MO,2TU"),
    ],
    "WEEKLY": [
        st.just(""),
        _BYDAY,
        _BYDAY,
        _all(_BYDAY, st.sampled_from([";WKST=SU", ";WKST=MO", ";WKST=WE"])),
        _all(_BYMONTH, _BYDAY),
        _all(_BYDAY, _CLOCK),
        _all(_BYDAY, _SET_POS),
    ],
    "DAILY": [st.just(""), _BYDAY, _BYMONTH, _MONTH_DAYS, _CLOCK, st.just(";BYHOUR=9,14,20;BYSETPOS=-1")],
    "HOURLY": [st.just(""), st.just(""), _CLOCK, _BYDAY],
    "MINUTELY": [st.just(""), st.just(""), st.just(";BYHOUR=8,9,10"), _BYDAY],
    "SECONDLY": [st.just(""), st.just(";BYHOUR=8,9,10")],
}
_INTERVALS = {
    "HOURLY": st.integers(2, 50),
    "MINUTELY": st.sampled_from([45, 90, 400, 1000]),
    "SECONDLY": st.sampled_from([7200, 7201, 30_000, 100_000]),
}


@st.composite
def rules(draw: st.DrawFn, zone: str) -> str:
    """Draw a rule without its end; times of day only where there are times."""
    frequencies = ["WEEKLY", "MONTHLY", "YEARLY", "MONTHLY", "WEEKLY", "YEARLY", "DAILY", "DAILY"]
    frequency = draw(st.sampled_from(frequencies if zone == "date" else [*frequencies, *_SUB_DAILY]))
    parts = draw(st.sampled_from(_PARTS[frequency]).flatmap(lambda strategy: strategy))
    if zone == "date" and any(name in parts for name in ("BYHOUR", "BYMINUTE", "BYSECOND")):
        parts = ""
    interval = draw(_INTERVALS.get(frequency, st.sampled_from([1, 1, 1, 2, 3, 5])))
    return f"FREQ={frequency}" + (f";INTERVAL={interval}" if interval > 1 else "") + parts


@st.composite
def starts(draw: st.DrawFn, now: datetime, *, near: bool = False) -> Local:
    """Draw when something begins: near the moment, or in one of the years since 1998."""
    zone = draw(st.sampled_from(ZONES))
    days = draw(st.integers(-45, 20)) if near or draw(st.booleans()) else -draw(st.integers(45, 10_000))
    day = max(now + timedelta(days), datetime(1998, 1, 2, tzinfo=UTC))
    # Clocks change at 2 or 3 o'clock of a Sunday: also on such days, and within that hour.
    hour, minute = draw(st.sampled_from([(9, 0), (9, 0), (18, 30), (0, 0), (23, 30), (2, 30), (3, 0), (1, 59)]))
    if zone == "date":
        hour = minute = 0
    return Local(datetime(day.year, day.month, day.day, hour, minute), zone)


@st.composite
def endings(draw: st.DrawFn, start: Local) -> list[str]:
    """Draw how something ends: not at all, at once, by DTEND or DURATION, soon or after days, in another zone."""
    days = draw(st.sampled_from([1, 1, 2, 9, 40]))
    if start.zone == "date":
        choices = [[], [start.line("DTEND", start.local + timedelta(days))], [f"DURATION:P{days}D"], ["DURATION:P2W"]]
        return draw(st.sampled_from(choices))
    minutes = draw(st.sampled_from([30, 60, 120, 0]))
    choices = [
        [],
        [start.line("DTEND", start.local + timedelta(minutes=minutes))],
        [start.line("DTEND", start.local + timedelta(minutes=minutes))],
        [start.line("DTEND", start.local + timedelta(days, minutes=minutes))],
        [f"DURATION:PT{minutes}M"],
        [f"DURATION:P{days}D"],
        [f"DURATION:P{days}DT2H30M"],
        ["DURATION:PT36H"],
    ]
    if start.zone == "Europe/Berlin":
        choices.append([f"DTEND:{start.until(start.local + timedelta(hours=3))}"])
    return draw(st.sampled_from(choices))


def _slots(rule: str, start: Local, now: datetime) -> list[datetime]:
    """Return some local times that the rule gives: near now, and the first. They only choose what to draw."""
    middle = now.replace(tzinfo=None)
    begin = max(middle - timedelta(45), start.local)
    near = (slot for slot in times(rule, start.local, begin, middle + timedelta(400)) if slot >= begin)
    return list(dict.fromkeys([*islice(times(rule, start.local, start.local, begin), 3), *islice(near, 40)]))


def _first(rule: str, start: Local) -> datetime:
    return next(times(rule, start.local, start.local, start.local + timedelta(9 * 366)), start.local)


@st.composite
def ends(draw: st.DrawFn, start: Local, slots: list[datetime], now: datetime) -> str:
    """Draw how a rule ends."""
    near = now.replace(tzinfo=None) + timedelta(draw(st.integers(-30, 200)))
    local = draw(st.sampled_from(slots or [near]))
    count = draw(st.sampled_from([1, 2, 5, 10, 30, 100, 400, 1000, 4000]))
    choices = [
        "",
        "",
        f";COUNT={count}",
        f";COUNT={count}",
        f";UNTIL={start.until(max(near, start.local))}",
        f";UNTIL={start.until(local)}",
        f";UNTIL={max(near, start.local):%Y%m%d}",
    ]
    return draw(st.sampled_from(choices))


@st.composite
def exceptions(draw: st.DrawFn, start: Local, slots: list[datetime]) -> list[str]:
    """Draw EXDATE lines: several values a line, several lines, in DTSTART's zone, in UTC, or in another one."""
    if not slots:
        return []
    gone = draw(st.lists(st.sampled_from(slots), unique=True, max_size=5))
    lines = [start.line("EXDATE", *gone[:2])] if gone[:2] else []
    others = [start.line("EXDATE", slot) for slot in gone[2:]]
    if start.zone in {"Europe/Berlin", "America/New_York"}:
        zone = ZoneInfo(start.zone)
        india = [slot.replace(tzinfo=zone).astimezone(ZoneInfo("Asia/Kolkata")) for slot in gone[2:]]
        others = draw(
            st.sampled_from(
                [
                    others,
                    [f"EXDATE:{start.until(slot)}" for slot in gone[2:]],
                    [f"EXDATE;TZID=Asia/Kolkata:{slot:%Y%m%dT%H%M%S}" for slot in india],
                ]
            )
        )
    return lines + others


@st.composite
def additions(draw: st.DrawFn, start: Local, slots: list[datetime], now: datetime) -> list[str]:
    """Draw RDATE lines: times beside the rule's, the same as one of them, or periods of a length of their own."""
    days = draw(st.lists(st.integers(-40, 60), unique=True, max_size=4))
    beside = timedelta(minutes=0 if start.zone == "date" else 45)
    middle = now.replace(tzinfo=None, hour=start.local.hour, minute=start.local.minute, second=0)
    times = [middle + timedelta(day) + beside for day in sorted(days)]
    if not times:
        return []
    if start.zone == "date":
        return [start.line("RDATE", *times)]
    period = ",".join(f"{start.text(time)}/PT{hours}H" for hours, time in enumerate(times, 1))
    parameter = "" if start.zone in {"UTC", "floating"} else f";TZID={start.zone}"
    choices = [
        [start.line("RDATE", *times)],
        [start.line("RDATE", time) for time in times],
        [start.line("RDATE", *times, *slots[:1])],
        [f"RDATE;VALUE=PERIOD{parameter}:{period}"],
    ]
    return draw(st.sampled_from(choices))


@st.composite
def overrides(draw: st.DrawFn, uid: str, start: Local, slot: datetime) -> str:
    """Draw an override of one occurrence: moved by days, over the window's edges, or into another zone or form."""
    new = start.at(slot).moved(timedelta(draw(st.sampled_from([0, 0, 1, -1, 7, -30, 30, 400, -400]))))
    if draw(st.integers(0, 5)) == 0:
        new = Local(new.local.replace(hour=0, minute=0), "date") if start.zone != "date" else Local(new.local, "UTC")
    ranged = ";RANGE=THISANDFUTURE" if draw(st.integers(0, 9)) == 0 else ""
    line = start.line("RECURRENCE-ID", slot)
    if start.zone in {"Europe/Berlin", "America/New_York"} and draw(st.integers(0, 3)) == 0:
        line = f"RECURRENCE-ID:{start.until(slot)}"
    line = line.replace("RECURRENCE-ID", f"RECURRENCE-ID{ranged}", 1)
    return _event(uid, f"moved {slot:%m%d %H%M}", line, new.line("DTSTART"), *draw(endings(new)))


@st.composite
def series(draw: st.DrawFn, uid: str, now: datetime) -> list[str]:
    """Draw a series: its master, then its overrides."""
    start = draw(starts(now))
    rule = draw(rules(start.zone))
    if any(f"={frequency}" in rule for frequency in _SUB_DAILY):
        start = Local(draw(starts(now, near=True)).local, start.zone)
    if draw(st.integers(0, 7)):  # else DTSTART may be no occurrence of its rule
        start = start.at(_first(rule, start))
    slots = _slots(rule, start, now)
    end = draw(ends(start, slots, now))
    more = [*draw(exceptions(start, slots)), *draw(st.one_of(st.just([]), additions(start, slots, now)))]
    master = _event(uid, "series", start.line("DTSTART"), *draw(endings(start)), f"RRULE:{rule}{end}", *more)
    free = [slot for slot in slots if start.text(slot) not in ",".join(more)]
    moved = draw(st.lists(st.sampled_from(free), unique=True, max_size=4)) if free else []
    return [master, *(draw(overrides(uid, start, slot)) for slot in moved)]


@st.composite
def dates(draw: st.DrawFn, uid: str, now: datetime) -> list[str]:
    """Draw a series without a rule."""
    start = draw(starts(now))
    return [_event(uid, "dates", start.line("DTSTART"), *draw(endings(start)), *draw(additions(start, [], now)))]


@st.composite
def singles(draw: st.DrawFn, uid: str, now: datetime) -> list[str]:
    start = draw(starts(now, near=True))
    return [_event(uid, "single", start.line("DTSTART"), *draw(endings(start)))]


@dataclass(frozen=True)
class Drawn:
    """A source, the moment, and how it is to be trimmed."""

    source: bytes
    now: datetime
    policy: Policy


NOWS = (
    datetime(2026, 5, 20, 12, tzinfo=UTC),
    datetime(2026, 3, 30, 9, tzinfo=UTC),
    datetime(2025, 11, 3, 0, 30, tzinfo=UTC),
    datetime(2024, 2, 29, 23, 59, tzinfo=UTC),
    datetime(2026, 1, 1, tzinfo=UTC),
)


@st.composite
def calendars(draw: st.DrawFn) -> Drawn:
    """Draw a calendar of one series, at times with a second one or a single event, and how it is trimmed."""
    now = draw(st.sampled_from(NOWS))
    kinds = draw(st.sampled_from([[series], [series], [series], [series, series], [series, singles], [dates]]))
    components = [part for number, kind in enumerate(kinds) for part in draw(kind(f"uid-{number}", now))]
    zones = [vtimezone(name) for name in VTIMEZONES if f"TZID={name}:" in "".join(components)]
    return Drawn(vcalendar(*zones, *draw(st.permutations(components))), now, draw(policies()))


@st.composite
def policies(draw: st.DrawFn) -> Policy:
    back = draw(st.sampled_from([Span(), Span(days=7), Span(days=28), Span(months=6), None]))
    ahead = draw(st.sampled_from([Span(days=7), Span(days=28), Span(days=364)]))
    zone = draw(st.sampled_from([None, "Europe/Berlin", "Pacific/Kiritimati", "America/New_York"]))
    return Policy(window=WindowPolicy(back, ahead, draw(st.sampled_from(Snap))), series=SeriesMode.TRIM, timezone=zone)


def _event(uid: str, summary: str, *lines: str) -> str:
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", STAMP, *lines, f"SUMMARY:{summary}", "END:VEVENT"])
