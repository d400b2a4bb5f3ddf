"""Bad series, bad zones, and too many of something."""

from __future__ import annotations

from collections.abc import Iterator

from calsieve.errors import UpstreamTooLarge
from calsieve.models import Policy, Show
from tests.core.kit import vevent
from tests.security.bad_input import BadInput, Refused
from tests.security.doors import Upload
from tests.security.inputs.making import (
    END,
    EVENT,
    EVERYTHING,
    HEAD,
    OFFSETS,
    START,
    TAIL,
    Found,
    among_events,
    each,
    in_event,
    line,
    overridden,
    override,
    put_up_with,
    second,
    series,
    zone,
    zone_and_series,
    zoned,
)


def _a_million() -> bytes:
    override = b"BEGIN:VEVENT\nUID:a\nRECURRENCE-ID:20260601T100000Z\nDTSTART:20260601T100000Z\nEND:VEVENT\n"
    return HEAD + EVENT + b"RRULE:FREQ=DAILY\r\n" + END + override * 1_000_000 + TAIL


_ALL_DAY = f"BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"
_ALL_SECONDS = f"{_ALL_DAY};BYSECOND={','.join(map(str, range(60)))}"
_TWICE_A_YEAR = ("RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "RRULE:FREQ=YEARLY;BYMONTH=9;BYDAY=-1SU")
_TOO_MANY_STEPS = "kept whole: more steps than the bound"

_FOUND: Found = {
    # recurrences
    "a rule of every second, for ever": (series("FREQ=SECONDLY"), _TOO_MANY_STEPS, 2, 64),
    "a rule of every second of each day": (series(f"FREQ=DAILY;{_ALL_SECONDS}"), _TOO_MANY_STEPS, 2, 64),
    "a rule of every minute of each day of the year": (
        series(f"FREQ=YEARLY;BYYEARDAY={','.join(map(str, range(1, 367)))};{_ALL_DAY}"),
        _TOO_MANY_STEPS,
        4,
        192,
    ),
    "ten rules of every seventh second": (series("FREQ=SECONDLY;INTERVAL=7", 10), _TOO_MANY_STEPS, 4, 64),
    "a thousand rules of every second of each day": (
        series(f"FREQ=DAILY;{_ALL_SECONDS}", 1000),
        _TOO_MANY_STEPS,
        20,
        128,
    ),
    "ten of them that end by a count": (
        series(f"FREQ=DAILY;COUNT=999999999;{_ALL_SECONDS}", 10),
        _TOO_MANY_STEPS,
        20,
        128,
    ),
    "a rule that never comes true": (
        series("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        "kept whole: a yearly rule on a day that not every year has",
        2,
        64,
    ),
    "a rule of minutes that never comes true": (
        series("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30"),
        "kept whole: picking days in a rule of hours or less",
        2,
        64,
    ),
    "a rule of days that never comes true": (series("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), "nothing visible", 2, 64),
    "a position that no set has": (
        series("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366"),
        "nothing visible",
        4,
        64,
    ),
    "a COUNT of a number of 5000 digits": (series(f"FREQ=DAILY;COUNT={'9' * 5000}"), "repair: rule_unreadable", 2, 64),
    "an INTERVAL of a billion": (series("FREQ=DAILY;INTERVAL=999999999"), "kept whole: a long INTERVAL", 2, 64),
    "an INTERVAL of nothing": (series("FREQ=DAILY;INTERVAL=0"), "repair: rule_unreadable", 2, 64),
    "a rule of a megabyte": (series(f"FREQ=DAILY;BYDAY={'MO,' * 350_000}MO"), "published", 3, 128),
    "a hundred thousand rules in one event": (
        in_event(b"RRULE:FREQ=SECONDLY;COUNT=999999999\r\n", 100_000),
        "published",
        5,
        192,
    ),
    "a hundred thousand dates of recurrence": (
        lambda: HEAD + EVENT + b"RDATE:" + b",".join(map(second, range(100_000))) + b"\r\n" + END + TAIL,
        "published",
        8,
        256,
    ),
    "fifty thousand exceptions": (
        lambda: (
            HEAD
            + EVENT
            + b"RRULE:FREQ=SECONDLY\r\n"
            + b"".join(b"EXDATE:%b\r\n" % second(n) for n in range(50_000))
            + END
            + TAIL
        ),
        "published",
        8,
        384,
    ),
    "an end a billion days after its beginning": (
        line(START, "DURATION:P999999999D"),
        "repair: duration_unusable",
        2,
        64,
    ),
    "a series at the end of time": (
        line("DTSTART:99991231T230000Z", "DTEND:99991231T235959Z", "RRULE:FREQ=YEARLY"),
        "nothing visible",
        2,
        64,
    ),
    "a series from the beginning of time, written out": (
        lambda: Upload(series("FREQ=DAILY", 1, "DTSTART;VALUE=DATE:00010101")(), policy=EVERYTHING),
        "published",
        8,
        192,
    ),
    # many
    "twenty thousand events of one UID": (
        each(lambda n: b"BEGIN:VEVENT\r\nUID:a\r\nDTSTART:%b\r\nEND:VEVENT\r\n" % second(n), 20_000),
        "repair: uid_shared",
        20,
        320,
    ),
    "ten thousand events without a UID": (
        each(lambda n: b"BEGIN:VEVENT\r\nDTSTART:%b\r\nEND:VEVENT\r\n" % second(n), 10_000),
        "repair: uid_missing",
        10,
        192,
    ),
    "ten thousand changes to a series that is not there": (
        each(override, 10_000),
        "repair: override_orphan",
        10,
        192,
    ),
    "ten thousand overrides": (overridden(10_000), "published", 10, 256),
    "five thousand zones of Mars": (
        each(lambda n: vevent(f"UID:{n}", f"DTSTART;TZID=Mars/{n}:20260521T100000").encode() + b"\r\n", 5_000),
        "repair: zone_unknown",
        15,
        256,
    ),
    "fifty thousand calendars in one": (lambda: (HEAD + TAIL) * 50_000, "repair: several_calendars", 4, 128),
    "fifty thousand alarms": (
        in_event(b"BEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\n", 50_000),
        "published",
        4,
        128,
    ),
    "a hundred thousand tasks": (
        among_events(b"BEGIN:VTODO\r\nUID:x\r\nEND:VTODO\r\n", 100_000),
        "repair: not_an_event",
        5,
        64,
    ),
    # zones
    "a thousand zones that change by rules": (
        each(lambda n: zone_and_series(n, *_TWICE_A_YEAR), 1_000),
        "published",
        12,
        192,
    ),
    "twenty thousand zones that a view calls the same": (
        lambda: Upload(each(zone_and_series, 20_000)(), policy=Policy(show=Show.BUSY)),
        "published",
        30,
        512,
    ),
    "a zone that changes every second": (zoned(zone("z", *OFFSETS, "RRULE:FREQ=SECONDLY")), "published", 4, 64),
    "a zone of twenty thousand changes": (zoned(zone("z", *OFFSETS, times=20_000)), "published", 5, 128),
    "a zone 99 hours from Greenwich": (
        zoned(zone("z", "DTSTART:16010101T000000", "TZOFFSETFROM:+9900", "TZOFFSETTO:-9900")),
        "published",
        2,
        64,
    ),
    "a zone whose name is a path": (
        line("DTSTART;TZID=../../../etc/passwd:20260521T100000"),
        "repair: zone_unknown",
        2,
        64,
    ),
    "a zone whose name is an absolute path": (
        line("DTSTART;TZID=/etc/localtime:20260521T100000"),
        "repair: zone_unknown",
        2,
        64,
    ),
    "a zone whose name has a NUL": (
        line("DTSTART;TZID=Europe/Berlin\0x:20260521T100000"),
        "repair: control_characters",
        2,
        64,
    ),
}


def _inputs() -> Iterator[BadInput]:
    yield from put_up_with(_FOUND)
    words = "more than 50,000,000 bytes of events"
    ends = Refused(error=UpstreamTooLarge, words=words)
    yield BadInput("calendar", "a million overrides", _a_million, ends, 8.0, 512)
    many = each(lambda n: zone_and_series(n, *_TWICE_A_YEAR), 5_000)
    ends = Refused(error=UpstreamTooLarge, words="more than 2,000 rules of time zones")
    yield BadInput("calendar", "five thousand zones that change by rules", many, ends, 8.0, 128)
    one = zoned(zone("z", *OFFSETS, "RRULE:FREQ=YEARLY;BYMONTH=1,2,3", times=5_000))
    yield BadInput("calendar", "a zone that changes by five thousand rules", one, ends, 8.0, 128)


INPUTS = tuple(_inputs())
