"""Bad calendars: their bytes, their lines, how deep they are."""

from __future__ import annotations

from collections.abc import Callable, Iterator

from calsieve.errors import InvalidCalendar, UpstreamTooLarge
from tests.core.kit import vcalendar, vevent
from tests.security.bad_input import BadInput, Refused
from tests.security.doors import Upload
from tests.security.inputs.making import END, EVENT, EVERYTHING, START, Found, among_events, in_event, line, put_up_with

_FOUND: Found = {
    # lines and bytes
    "a title of a megabyte": (line(START, f"SUMMARY:{'x' * 1_000_000}"), "published", 2, 64),
    "a title of a megabyte of backslashes": (line(START, "SUMMARY:" + "\\" * 1_000_000), "published", 3, 96),
    "ten megabytes without a line's end": (in_event(b"X-A:" + b"x" * 10_000_000), "published", 2, 192),
    "parameters of a megabyte": (line(START, f"SUMMARY{';X=' * 330_000}:x"), "published", 4, 160),
    "parameters of a megabyte of quotes": (line(START, "SUMMARY;X=" + '"' * 1_000_001 + ":x"), "published", 4, 256),
    "parameters of a megabyte that never close": (
        line(START, "SUMMARY" + ';X="a' * 200_000 + ":x"),
        "published",
        4,
        128,
    ),
    "a UID of a megabyte": (line(f"UID:{'x' * 1_000_000}", START), "published", 3, 96),
    "a line folded a million times": (in_event(b"X-A:1\r\n" + b" x\r\n" * 1_000_000), "published", 4, 320),
    "a line folded a million times at nothing": (in_event(b"X-A:1\r\n" + b" \r\n" * 1_000_000), "small", 4, 192),
    "four hundred thousand empty lines before a fold": (
        in_event(b"X-A:1\n" + b"\n" * 400_000 + b" x"),
        "small",
        3,
        128,
    ),
    "four hundred thousand empty lines of both kinds": (in_event(b"\r\n" * 400_000), "published", 3, 128),
    "four hundred thousand lone carriage returns": (in_event(b"\r" * 400_000), "repair: bare_newlines", 3, 128),
    "four hundred thousand lines that are none": (in_event(b"X\r\n", 400_000), "repair: not_a_property", 4, 64),
    "two hundred thousand empty properties": (in_event(b"X:\r\n", 200_000), "repair: property_empty", 5, 192),
    "two million NULs": (in_event(b"\0" * 2_000_000), "repair: control_characters", 2, 64),
    "two million bytes that are no UTF-8": (in_event(b"X-A:" + b"\xff" * 2_000_000), "repair: charset", 3, 96),
    "UTF-16 with half of a pair": (
        lambda: vcalendar(vevent(START)).decode().replace("UID:a", "UID:a\ud800").encode("utf-16", "surrogatepass"),
        "repair: utf16",
        2,
        64,
    ),
    "a charset of bytes that are codes": (
        lambda: Upload(in_event(b"X-A:\xff+AEE-")(), "utf-7"),
        "repair: charset",
        2,
        64,
    ),
    # nesting
    "two hundred thousand components in one another": (in_event(b"BEGIN:X\r\n", 200_000), "repair: too_deep", 4, 96),
    "two hundred thousand ends of nothing": (in_event(b"END:X\r\n", 200_000), "repair: orphan_end", 4, 64),
    "fifty thousand events that never end": (in_event(b"BEGIN:VEVENT\r\n", 50_000), "repair: missing_end", 6, 96),
    "alarms in alarms": (
        lambda: Upload(in_event(b"BEGIN:VALARM\r\n" * 50_000)(), policy=EVERYTHING),
        "repair: too_deep",
        4,
        96,
    ),
    "a calendar in a description": (
        line(START, "DESCRIPTION:x\r\nEND:VEVENT\r\nEND:VCALENDAR\r\nBEGIN:VCALENDAR"),
        "repair: several_calendars",
        2,
        64,
    ),
    # what would be an injection
    "a line break in a title, escaped": (line(START, "SUMMARY:a\\nEND:VEVENT\\nBEGIN:VEVENT"), "published", 2, 64),
    "a line break in a title, as Unicode has it": (
        line(START, "SUMMARY:a\u2028END:VEVENT\u0085x"),
        "published",
        2,
        64,
    ),
    "an escape sequence of a terminal": (
        line(START, "SUMMARY:\x1b]0;evil\x07\x1b[2J"),
        "repair: control_characters",
        2,
        64,
    ),
    "a date that is a program": (line("DTSTART:$(reboot)"), "lost", 2, 64),
    "a date of the year 0": (line("DTSTART:00000101T000000Z"), "nothing visible", 2, 64),
    "a 31st of June": (line("DTSTART:20260631T100000Z"), "lost", 2, 64),
    "a date of a megabyte": (line("DTSTART:" + "2" * 1_000_000), "lost", 3, 64),
    "a SEQUENCE of 5000 digits": (line(START, f"SEQUENCE:{'9' * 5000}"), "published", 2, 64),
}
_LARGE: dict[str, tuple[Callable[[], bytes], str, float, int]] = {
    "six hundred thousand alarms": (
        in_event(b"BEGIN:VALARM\r\nX:\r\nEND:VALARM\r\n" * 600_000),
        "more than 500,000 lines",
        15,
        700,
    ),
    "short lines about the calendar, 600,000": (
        among_events(b"X:1\r\n" * 600_000),
        "more than 500,000 lines",
        8,
        512,
    ),
    "short lines in one event, 600,000": (
        in_event(b"X:1\r\n" * 600_000),
        "more than 500,000 lines",
        8,
        512,
    ),
}
_REFUSED = {
    "a lone NUL": (b"\0", "no BEGIN:VCALENDAR"),
    "a megabyte of zeros": (bytes(1_000_000), "no BEGIN:VCALENDAR"),
    "nothing": (b"", "the file is empty"),
    "a million newlines": (b"\n" * 1_000_000, "the file is empty"),
    "events without a calendar": (EVENT + END, "no BEGIN:VCALENDAR"),
    "ten megabytes of one letter": (b"x" * 10_000_000, "no BEGIN:VCALENDAR"),
    "a web page": (b"<!DOCTYPE html><script>alert(1)</script>", "this is a web page"),
    "XML": (b"<?xml version='1.0'?><a/>", "this is XML"),
}


def _inputs() -> Iterator[BadInput]:
    yield from put_up_with(_FOUND)
    for name, (large, words, seconds, megabytes) in _LARGE.items():
        ends = Refused(error=UpstreamTooLarge, words=words)
        yield BadInput("calendar", name, large, ends, float(seconds), megabytes)
    for name, (body, words) in _REFUSED.items():
        yield BadInput("calendar", name, lambda body=body: body, Refused(error=InvalidCalendar, words=words), 2.0, 128)


INPUTS = tuple(_inputs())
