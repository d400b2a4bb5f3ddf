"""How bad calendars are made."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from calsieve.models import Policy, SeriesMode, WindowPolicy
from tests.core.kit import vcalendar, vevent
from tests.security.bad_input import BadInput, Counted

START = "DTSTART:20260521T100000Z"
HEAD = b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:x\r\n"
TAIL = b"END:VCALENDAR\r\n"
EVENT = b"BEGIN:VEVENT\r\nUID:a\r\nDTSTAMP:20260101T000000Z\r\nDTSTART:20260521T100000Z\r\n"
END = b"END:VEVENT\r\n"
EVERYTHING = Policy(
    window=WindowPolicy(None, None),
    series=SeriesMode.EXPAND,
    keep_alarms=True,
    keep_attendees=True,
    keep_attachments=True,
    keep_html=True,
)


def in_event(text: bytes, times: int = 1) -> Callable[[], bytes]:
    return lambda: HEAD + EVENT + text * times + b"\r\n" + END + TAIL


def among_events(text: bytes, times: int = 1) -> Callable[[], bytes]:
    return lambda: HEAD + text * times + b"\r\n" + EVENT + END + TAIL


def line(*lines: str) -> Callable[[], bytes]:
    return lambda: vcalendar(vevent(*lines))


def each(made: Callable[[int], bytes], count: int) -> Callable[[], bytes]:
    return lambda: HEAD + b"".join(map(made, range(count))) + TAIL


def series(rule: str, count: int = 1, start: str = "DTSTART:19700101T000000Z") -> Callable[[], bytes]:
    return each(lambda n: vevent(f"UID:{n}", start, f"RRULE:{rule}").encode() + b"\r\n", count)


def second(number: int) -> bytes:
    """Return a moment of its own for each number, within the window for some weeks of seconds."""
    day, second = divmod(number, 86_400)
    return b"202606%02dT%02d%02d%02dZ" % (1 + day, second // 3600, second // 60 % 60, second % 60)


def override(number: int) -> bytes:
    return b"BEGIN:VEVENT\r\nUID:a\r\nRECURRENCE-ID:%b\r\n%b\r\nEND:VEVENT\r\n" % (second(number), START.encode())


def overridden(count: int) -> Callable[[], bytes]:
    def made() -> bytes:
        master = EVENT + b"RRULE:FREQ=SECONDLY\r\n" + END
        return HEAD + master + b"".join(map(override, range(count))) + TAIL

    return made


_ZONE_END = b"END:VTIMEZONE\r\n"


def zone(name: str, *lines: str, times: int = 1) -> bytes:
    observance = "BEGIN:STANDARD\r\n" + "".join(f"{line}\r\n" for line in lines) + "END:STANDARD\r\n"
    return f"BEGIN:VTIMEZONE\r\nTZID:{name}\r\n{observance * times}END:VTIMEZONE\r\n".encode()


OFFSETS = ("DTSTART:16010101T000000", "TZOFFSETFROM:+0100", "TZOFFSETTO:+0200")


def zone_and_series(number: int, *rules: str) -> bytes:
    """Return a zone of its own for each number, which changes by ``rules``, and a series in it."""
    begin = f"DTSTART:19700901T{number // 3600:02}{number // 60 % 60:02}{number % 60:02}"
    changes = [(begin, *OFFSETS[1:], rule) for rule in rules] or [(begin, *OFFSETS[1:])]
    own = b"".join(zone("", *lines).split(b"\r\n", 2)[2].removesuffix(_ZONE_END) for lines in changes)
    event = vevent(f"UID:{number}", f"DTSTART;TZID=z{number}:20260521T100000", "RRULE:FREQ=WEEKLY").encode()
    return b"BEGIN:VTIMEZONE\r\nTZID:z%d\r\n%b%b%b\r\n" % (number, own, _ZONE_END, event)


def zoned(zone: bytes) -> Callable[[], bytes]:
    event = vevent("DTSTART;TZID=z:20260521T100000").encode()
    return lambda: HEAD + zone + event + b"\r\n" + TAIL


Found = dict[str, tuple[Callable[[], object], str, float, int]]


def put_up_with(found: Found) -> Iterator[BadInput]:
    """Yield inputs of what is made, the figure that shows what became of it, and bounds in seconds and megabytes."""
    for name, (made, figure, seconds, megabytes) in found.items():
        yield BadInput("calendar", name, made, Counted(figure=figure), float(seconds), megabytes)
