"""Bad calendars."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from calsieve.errors import InvalidCalendar
from calsieve.models import Policy, SeriesMode, WindowPolicy
from tests.core.kit import vcalendar, vevent
from tests.security.bad_input import BadInput, Counted, Refused
from tests.security.doors import Upload

_START = "DTSTART:20260521T100000Z"
_HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
_TAIL = b"END:VCALENDAR\r\n"
_EVENT = b"BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260521T100000Z\r\n"
_END = b"END:VEVENT\r\n"
_EVERYTHING = Policy(
    window=WindowPolicy(None, None),
    series=SeriesMode.EXPAND,
    keep_alarms=True,
    keep_attendees=True,
    keep_attachments=True,
    keep_html=True,
)


def _in_event(text: bytes, times: int = 1) -> Callable[[], bytes]:
    return lambda: _HEAD + _EVENT + text * times + b"\r\n" + _END + _TAIL


def _among_events(text: bytes, times: int = 1) -> Callable[[], bytes]:
    return lambda: _HEAD + text * times + b"\r\n" + _EVENT + _END + _TAIL


def _line(*lines: str) -> Callable[[], bytes]:
    return lambda: vcalendar(vevent(*lines))


def _each(made: Callable[[int], bytes], count: int) -> Callable[[], bytes]:
    return lambda: _HEAD + b"".join(map(made, range(count))) + _TAIL


def _series(rule: str, count: int = 1, start: str = "DTSTART:19700101T000000Z") -> Callable[[], bytes]:
    return _each(lambda n: vevent(f"UID:{n}", start, f"RRULE:{rule}").encode() + b"\r\n", count)


def _second(number: int) -> bytes:
    """Return a moment of its own for each number, within the window for some weeks of seconds."""
    day, second = divmod(number, 86_400)
    return b"202606%02dT%02d%02d%02dZ" % (1 + day, second // 3600, second // 60 % 60, second % 60)


def _override(number: int) -> bytes:
    return b"BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:%b\r\n%b\r\nEND:VEVENT\r\n" % (_second(number), _START.encode())


def _overridden(count: int) -> Callable[[], bytes]:
    def made() -> bytes:
        master = _EVENT + b"RRULE:FREQ=SECONDLY\r\n" + _END
        return _HEAD + master + b"".join(map(_override, range(count))) + _TAIL

    return made


def _zone(name: str, *lines: str, times: int = 1) -> bytes:
    observance = "BEGIN:STANDARD\r\n" + "".join(f"{line}\r\n" for line in lines) + "END:STANDARD\r\n"
    return f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n{observance * times}END:VTIMEZONE\r\n".encode()


_OFFSETS = ("DTSTART:16010101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200")


def _zoned(zone: bytes) -> Callable[[], bytes]:
    event = vevent("DTSTART;TZID=z:20260521T100000").encode()
    return lambda: _HEAD + zone + event + b"\r\n" + _TAIL


_ALL_DAY = f"BYHOUR={','.join(map(str, range(24)))};BYMINUTE={','.join(map(str, range(60)))}"
_ALL_SECONDS = f"{_ALL_DAY};BYSECOND={','.join(map(str, range(60)))}"
_TOO_MANY_STEPS = "kept whole: more steps than the bound"

# What is made, the figure that shows what became of it, and seconds and megabytes where it is more than usual.
_FOUND: dict[str, tuple[Callable[[], object], str, float, int]] = {
    # recurrences
    "a rule of every second, for ever": (_series("FREQ=SECONDLY"), _TOO_MANY_STEPS, 2, 64),
    "a rule of every second of each day": (_series(f"FREQ=DAILY;{_ALL_SECONDS}"), _TOO_MANY_STEPS, 2, 64),
    "a rule of every minute of each day of the year": (
        _series(f"FREQ=YEARLY;BYYEARDAY={','.join(map(str, range(1, 367)))};{_ALL_DAY}"),
        _TOO_MANY_STEPS,
        4,
        192,
    ),
    "a thousand rules of every second": (_series("FREQ=SECONDLY;INTERVAL=7", 1000), _TOO_MANY_STEPS, 20, 64),
    "a thousand rules of every second of each day": (
        _series(f"FREQ=DAILY;{_ALL_SECONDS}", 1000),
        _TOO_MANY_STEPS,
        20,
        128,
    ),
    "a thousand of them that end by a count": (
        _series(f"FREQ=DAILY;COUNT=999999999;{_ALL_SECONDS}", 1000),
        _TOO_MANY_STEPS,
        20,
        128,
    ),
    "a rule that never comes true": (
        _series("FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30"),
        "kept whole: a yearly rule on a day that not every year has",
        2,
        64,
    ),
    "a rule of minutes that never comes true": (
        _series("FREQ=MINUTELY;BYMONTH=2;BYMONTHDAY=30"),
        "kept whole: picking days in a rule of hours or less",
        2,
        64,
    ),
    "a rule of days that never comes true": (_series("FREQ=DAILY;BYMONTH=2;BYMONTHDAY=30"), _TOO_MANY_STEPS, 2, 64),
    "a position that no set has": (
        _series("FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR,SA,SU;BYSETPOS=366"),
        _TOO_MANY_STEPS,
        4,
        64,
    ),
    "a COUNT of a number of 5000 digits": (_series(f"FREQ=DAILY;COUNT={'9' * 5000}"), "repair: rule_unreadable", 2, 64),
    "an INTERVAL of a billion": (_series("FREQ=DAILY;INTERVAL=999999999"), "kept whole: a long INTERVAL", 2, 64),
    "an INTERVAL of nothing": (_series("FREQ=DAILY;INTERVAL=0"), "repair: rule_unreadable", 2, 64),
    "a rule of a megabyte": (_series(f"FREQ=DAILY;BYDAY={'MO,' * 350_000}MO"), "published", 3, 128),
    "a hundred thousand rules in one event": (
        _in_event(b"RRULE:FREQ=SECONDLY;COUNT=999999999\r\n", 100_000),
        "published",
        5,
        192,
    ),
    "a hundred thousand dates of recurrence": (
        lambda: _HEAD + _EVENT + b"RDATE:" + b",".join(map(_second, range(100_000))) + b"\r\n" + _END + _TAIL,
        "published",
        8,
        256,
    ),
    "a hundred thousand exceptions": (
        lambda: _HEAD
        + _EVENT
        + b"RRULE:FREQ=SECONDLY\r\n"
        + b"".join(b"EXDATE:%b\r\n" % _second(n) for n in range(100_000))
        + _END
        + _TAIL,
        "published",
        8,
        384,
    ),
    "an end a billion days after its beginning": (_line(_START, "DURATION:P999999999D"), "repair: duration_unusable", 2, 64),
    "a series at the end of time": (
        _line("DTSTART:99991231T230000Z", "DTEND:99991231T235959Z", "RRULE:FREQ=YEARLY"),
        "nothing visible",
        2,
        64,
    ),
    "a series from the beginning of time, written out": (
        lambda: Upload(_series("FREQ=DAILY", 1, "DTSTART;VALUE=DATE:00010101")(), policy=_EVERYTHING),
        "published",
        8,
        192,
    ),
    # many
    "fifty thousand events of one UID": (
        _each(lambda n: b"BEGIN:VEVENT\r\nUID:a\r\nDTSTART:%b\r\nEND:VEVENT\r\n" % _second(n), 50_000),
        "repair: uid_shared",
        20,
        320,
    ),
    "twenty thousand events without a UID": (
        _each(lambda n: b"BEGIN:VEVENT\r\nDTSTART:%b\r\nEND:VEVENT\r\n" % _second(n), 20_000),
        "repair: uid_missing",
        10,
        192,
    ),
    "twenty thousand changes to a series that is not there": (_each(_override, 20_000), "repair: override_orphan", 10, 192),
    "thirty thousand overrides": (_overridden(30_000), "published", 10, 256),
    "twenty thousand zones of Mars": (
        _each(lambda n: vevent(f"UID:{n}", f"DTSTART;TZID=Mars/{n}:20260521T100000").encode() + b"\r\n", 20_000),
        "repair: zone_unknown",
        15,
        256,
    ),
    "a hundred thousand calendars in one": (lambda: (_HEAD + _TAIL) * 100_000, "repair: several_calendars", 6, 64),
    "a hundred thousand alarms": (_in_event(b"BEGIN:VALARM\r\nACTION:AUDIO\r\nEND:VALARM\r\n", 100_000), "published", 4, 128),
    "a hundred thousand tasks": (_among_events(b"BEGIN:VTODO\r\nUID:x\r\nEND:VTODO\r\n", 100_000), "repair: not_an_event", 5, 64),
    # zones
    "a zone that changes every second": (_zoned(_zone("z", *_OFFSETS, "RRULE:FREQ=SECONDLY")), "published", 4, 64),
    "a zone of fifty thousand changes": (_zoned(_zone("z", *_OFFSETS, times=50_000)), "published", 5, 128),
    "a zone 99 hours from Greenwich": (
        _zoned(_zone("z", "DTSTART:16010101T000000", "TZOFFSETFROM:+9900", "TZOFFSETTO:-9900")),
        "published",
        2,
        64,
    ),
    "a zone whose name is a path": (_line("DTSTART;TZID=../../../etc/passwd:20260521T100000"), "repair: zone_unknown", 2, 64),
    "a zone whose name is an absolute path": (_line("DTSTART;TZID=/etc/localtime:20260521T100000"), "repair: zone_unknown", 2, 64),
    "a zone whose name has a NUL": (_line("DTSTART;TZID=Europe/Berlin\0x:20260521T100000"), "repair: control_characters", 2, 64),
    # lines and bytes
    "a title of a megabyte": (_line(_START, f"SUMMARY:{'x' * 1_000_000}"), "published", 2, 64),
    "a title of a megabyte of backslashes": (_line(_START, "SUMMARY:" + "\\" * 1_000_000), "published", 3, 96),
    "ten megabytes without a line's end": (_in_event(b"X-A:" + b"x" * 10_000_000), "small", 2, 128),
    "parameters of a megabyte": (_line(_START, f"SUMMARY{';X=' * 330_000}:x"), "published", 4, 160),
    "parameters of a megabyte of quotes": (_line(_START, "SUMMARY;X=" + '"' * 1_000_001 + ":x"), "published", 4, 128),
    "parameters of a megabyte that never close": (_line(_START, "SUMMARY" + ';X="a' * 200_000 + ":x"), "published", 4, 128),
    "a UID of a megabyte": (_line(f"UID:{'x' * 1_000_000}", _START), "published", 3, 96),
    "a line folded a million times": (_in_event(b"X-A:1\r\n" + b" x\r\n" * 1_000_000), "small", 4, 192),
    "a line folded a million times around nothing": (_in_event(b"X-A:1\r\n" + b" \r\n" * 1_000_000), "small", 4, 192),
    "two million empty lines before a fold": (_in_event(b"X-A:1\n" + b"\n" * 2_000_000 + b" x"), "small", 3, 128),
    "two million empty lines of both kinds": (_in_event(b"\r\n" * 2_000_000), "published", 3, 128),
    "two million lone carriage returns": (_in_event(b"\r" * 2_000_000), "repair: bare_newlines", 3, 128),
    "half a million lines that are none": (_in_event(b"X\r\n", 500_000), "repair: not_a_property", 4, 64),
    "half a million empty properties": (_in_event(b"X:\r\n", 500_000), "repair: property_empty", 5, 192),
    "two million NULs": (_in_event(b"\0" * 2_000_000), "repair: control_characters", 2, 64),
    "two million bytes that are no UTF-8": (_in_event(b"X-A:" + b"\xff" * 2_000_000), "repair: charset", 3, 96),
    "UTF-16 with half of a pair": (
        lambda: vcalendar(vevent(_START)).decode().replace("UID:a", "UID:a\ud800").encode("utf-16", "surrogatepass"),
        "repair: utf16",
        2,
        64,
    ),
    "a charset of bytes that are codes": (lambda: Upload(_in_event(b"X-A:\xff+AEE-")(), "utf-7"), "repair: charset", 2, 64),
    # nesting
    "two hundred thousand components in one another": (_in_event(b"BEGIN:X\r\n", 200_000), "repair: too_deep", 4, 96),
    "two hundred thousand ends of nothing": (_in_event(b"END:X\r\n", 200_000), "repair: orphan_end", 4, 64),
    "fifty thousand events that never end": (_in_event(b"BEGIN:VEVENT\r\n", 50_000), "repair: missing_end", 6, 96),
    "alarms in alarms": (
        lambda: Upload(_in_event(b"BEGIN:VALARM\r\n" * 50_000)(), policy=_EVERYTHING),
        "repair: too_deep",
        4,
        96,
    ),
    "a calendar in a description": (
        _line(_START, "DESCRIPTION:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR"),
        "repair: several_calendars",
        2,
        64,
    ),
    # what would be an injection
    "a line break in a title, escaped": (_line(_START, "SUMMARY:a\\nEND:VEVENT\\nBEGIN:VEVENT"), "published", 2, 64),
    "a line break in a title, as Unicode has it": (_line(_START, "SUMMARY:a\u2028END:VEVENT\u0085x"), "published", 2, 64),
    "an escape sequence of a terminal": (_line(_START, "SUMMARY:\x1b]0;evil\x07\x1b[2J"), "repair: control_characters", 2, 64),
    "a date that is a program": (_line("DTSTART:$(reboot)"), "lost", 2, 64),
    "a date of the year 0": (_line("DTSTART:00000101T000000Z"), "lost", 2, 64),
    "a 31st of February": (_line("DTSTART:20260231T100000Z"), "lost", 2, 64),
    "a date of a megabyte": (_line("DTSTART:" + "2" * 1_000_000), "lost", 3, 64),
    "a SEQUENCE of 5000 digits": (_line(_START, f"SEQUENCE:{'9' * 5000}"), "published", 2, 64),
}
_REFUSED = {
    "a lone NUL": (b"\0", "no BEGIN:VCALENDAR"),
    "a megabyte of zeros": (bytes(1_000_000), "no BEGIN:VCALENDAR"),
    "nothing": (b"", "the file is empty"),
    "a million newlines": (b"\n" * 1_000_000, "the file is empty"),
    "events without a calendar": (_EVENT + _END, "no BEGIN:VCALENDAR"),
    "ten megabytes of one letter": (b"x" * 10_000_000, "no BEGIN:VCALENDAR"),
    "a web page": (b"<!DOCTYPE html><script>alert(1)</script>", "this is a web page"),
    "XML": (b"<?xml version='1.0'?><a/>", "this is XML"),
}


def _inputs() -> Iterator[BadInput]:
    for name, (made, figure, seconds, megabytes) in _FOUND.items():
        yield BadInput("calendar", name, made, Counted(figure=figure), float(seconds), megabytes)
    for name, (body, words) in _REFUSED.items():
        yield BadInput("calendar", name, lambda body=body: body, Refused(error=InvalidCalendar, words=words), 2.0, 128)


INPUTS = tuple(_inputs())
