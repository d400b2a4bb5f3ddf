"""The calendar that every server is given: 150 items, most of them hard for somebody.

An item is what CalDAV stores under one address: a VCALENDAR with all components of one UID, and the zones they name.
``as_one_file`` is the same data as an ICS file. The window is that of ``demonstration``: Monday 2026-04-13 to Monday
2027-05-17, midnights in Berlin.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

_STAMP = "DTSTAMP:20250101T000000Z"
_PLAIN = 65
TOTAL = 150


@dataclass(frozen=True, slots=True)
class Item:
    """``name`` is the last part of its address, ``components`` are content lines without BEGIN and END of VCALENDAR.

    ``zones`` are the TZIDs used, each with its VTIMEZONE.
    """

    name: str
    components: tuple[str, ...]
    zones: tuple[tuple[str, str], ...] = ()

    @property
    def body(self) -> bytes:
        return calendar([zone for _, zone in self.zones], self.components)


def calendar(zones: Iterable[str], components: Iterable[str]) -> bytes:
    text = "\n".join(["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN", *zones, *components, "END:VCALENDAR"])
    return b"".join(_folded(line) for line in text.split("\n"))


def as_one_file(items: Iterable[Item]) -> bytes:
    """Return all items in one calendar. Where two name different zones alike, each gets a name of its own there."""
    names: dict[str, str] = {}
    components: list[str] = []
    for item in items:
        texts = list(item.components)
        for name, zone in item.zones:
            own = next(n for n in _names(name) if names.setdefault(n, _named(zone, name, n)) == _named(zone, name, n))
            texts = [text.replace(f";TZID={name}:", f";TZID={own}:") for text in texts]
        components.extend(texts)
    return calendar(names.values(), components)


def _names(name: str) -> Iterator[str]:
    yield name
    number = 2
    while True:
        yield f"{name} {number}"
        number += 1


def _named(zone: str, name: str, other: str) -> str:
    return zone.replace(f"TZID:{name}\n", f"TZID:{other}\n")


def _folded(line: str) -> bytes:
    rest = line.encode()
    parts = []
    while len(rest) > 73:
        cut = 73
        while rest[cut] & 0xC0 == 0x80:
            cut -= 1
        parts.append(rest[:cut])
        rest = rest[cut:]
    return b"\r\n ".join([*parts, rest]) + b"\r\n"


def _zone(name: str, *observances: tuple[str, str, str, str, str]) -> str:
    lines = ["BEGIN:VTIMEZONE", f"TZID:{name}"]
    for kind, start, since, then, rule in observances:
        lines += [f"BEGIN:{kind}", f"DTSTART:{start}", f"TZOFFSETFROM:{since}", f"TZOFFSETTO:{then}"]
        lines += [f"RRULE:{rule}"] if rule else []
        lines += [f"END:{kind}"]
    return "\n".join([*lines, "END:VTIMEZONE"])


def _fixed(name: str, offset: str) -> tuple[str, str]:
    return name, _zone(name, ("STANDARD", "19700101T000000", offset, offset, ""))


def _european(name: str) -> tuple[str, str]:
    return name, _zone(
        name,
        ("DAYLIGHT", "19810329T020000", "+0100", "+0200", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU"),
        ("STANDARD", "19961027T030000", "+0200", "+0100", "FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU"),
    )


BERLIN = _european("Europe/Berlin")
NEW_YORK = (
    "America/New_York",
    _zone(
        "America/New_York",
        ("DAYLIGHT", "20070311T020000", "-0500", "-0400", "FREQ=YEARLY;BYMONTH=3;BYDAY=2SU"),
        ("STANDARD", "20071104T020000", "-0400", "-0500", "FREQ=YEARLY;BYMONTH=11;BYDAY=1SU"),
    ),
)
KOLKATA = _fixed("Asia/Kolkata", "+0530")
WINDOWS = _european("W. Europe Standard Time")
# Two people's programs gave two zones one name.
OFFICE_EAST = _fixed("Office", "+0300")
OFFICE_WEST = _fixed("Office", "-0500")


def _event(uid: str, *lines: str) -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}@example.org", _STAMP, *lines, "END:VEVENT"])


def _item(name: str, *events: tuple[str, ...] | list[str], zones: Iterable[tuple[str, str]] = ()) -> Item:
    """Make an item of events that all have its name for UID, and a summary if they give none."""
    titled = (
        (*lines, *([] if any(line.startswith("SUMMARY") for line in lines) else [f"SUMMARY:{name}"]))
        for lines in events
    )
    return Item(f"{name}.ics", tuple(_event(name, *lines) for lines in titled), tuple(zones))


def _utc(name: str, *lines: str) -> Item:
    return _item(name, lines)


def _berlin(name: str, *events: tuple[str, ...]) -> Item:
    """Make an item whose lines say ``@NAME:time`` for a time in Berlin."""
    local = [
        tuple(f"{line[1:].replace(':', ';TZID=Europe/Berlin:', 1)}" if line[0] == "@" else line for line in lines)
        for lines in events
    ]
    return _item(name, *local, zones=[BERLIN])


def _edges() -> Iterator[Item]:
    """Lie at the edges of the window, which is [2026-04-12T22:00Z, 2027-05-16T22:00Z)."""
    yield _utc("ends-at-start", "DTSTART:20260412T200000Z", "DTEND:20260412T220000Z")
    yield _utc("begins-at-end", "DTSTART:20270516T220000Z", "DTEND:20270516T230000Z")
    yield _utc("over-start", "DTSTART:20260412T210000Z", "DTEND:20260412T220001Z")
    yield _utc("over-end", "DTSTART:20270516T215959Z", "DTEND:20270517T100000Z")
    yield _utc("around", "DTSTART:20250101T000000Z", "DTEND:20280101T000000Z")
    yield _utc("zero-at-start", "DTSTART:20260412T220000Z", "DTEND:20260412T220000Z")
    yield _utc("zero-at-end", "DTSTART:20270516T220000Z", "DTEND:20270516T220000Z")
    yield _utc("no-end-at-start", "DTSTART:20260412T220000Z")
    yield _utc("no-end-before-start", "DTSTART:20260412T215959Z")
    yield _utc("no-time-at-start", "DTSTART:20260412T220000Z", "DURATION:PT0S")
    yield _utc("long-before", "DTSTART:20050101T100000Z", "DTEND:20050101T110000Z")
    yield _utc("long-after", "DTSTART:20390101T100000Z", "DTEND:20390101T110000Z")
    yield _utc("whole-day", "DTSTART;VALUE=DATE:20260601", "DTEND;VALUE=DATE:20260602")
    yield _utc("whole-day-without-end", "DTSTART;VALUE=DATE:20260602")
    yield _utc("whole-day-first", "DTSTART;VALUE=DATE:20260413")
    yield _utc("whole-day-before", "DTSTART;VALUE=DATE:20260412")
    yield _utc("whole-day-last", "DTSTART;VALUE=DATE:20270516")
    yield _utc("whole-day-after", "DTSTART;VALUE=DATE:20270517")
    yield _utc("whole-days-over-start", "DTSTART;VALUE=DATE:20260401", "DTEND;VALUE=DATE:20260414")
    yield _utc("three-days", "DTSTART;VALUE=DATE:20260603", "DURATION:P3D")
    yield _utc("floating", "DTSTART:20260604T090000", "DTEND:20260604T100000")
    yield _utc("floating-at-start", "DTSTART:20260412T233000", "DURATION:PT31M")


def _rules() -> Iterator[Item]:
    yield _berlin("hourly-since-2020", ("@DTSTART:20200101T003000", "DURATION:PT10M", "RRULE:FREQ=HOURLY"))
    yield _utc(
        "every-three-hours-since-2020", "DTSTART:20200101T000000Z", "DURATION:PT5M", "RRULE:FREQ=HOURLY;INTERVAL=3"
    )
    yield _berlin("daily-since-1999", ("@DTSTART:19990101T080000", "DURATION:PT30M", "RRULE:FREQ=DAILY"))
    yield _berlin(
        "yearly-until-2045", ("@DTSTART:20100801T120000", "DURATION:PT1H", "RRULE:FREQ=YEARLY;UNTIL=20450801T100000Z")
    )
    yield _utc("birthday", "DTSTART;VALUE=DATE:19530905", "RRULE:FREQ=YEARLY")
    yield _utc("birthdays-until-2050", "DTSTART;VALUE=DATE:19530906", "RRULE:FREQ=YEARLY;UNTIL=20500906")
    yield _utc("leap-day", "DTSTART;VALUE=DATE:20000229", "RRULE:FREQ=YEARLY")
    yield _berlin(
        "gone-by-until", ("@DTSTART:20250101T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20260408T080000Z")
    )
    yield _berlin(
        "last-one-in", ("@DTSTART:20250101T100000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;UNTIL=20260415T080000Z")
    )
    yield _utc("whole-days-until-before", "DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;UNTIL=20260412")
    yield _utc("whole-days-until-first", "DTSTART;VALUE=DATE:20260105", "RRULE:FREQ=WEEKLY;UNTIL=20260413")
    yield _berlin("counted-out", ("@DTSTART:20260101T070000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=100"))
    yield _berlin("counted-in", ("@DTSTART:20260101T071500", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=110"))
    yield _berlin(
        "second-to-last-friday", ("@DTSTART:20240126T150000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=-2FR")
    )
    yield _berlin(
        "last-workday",
        ("@DTSTART:20240131T160000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYDAY=MO,TU,WE,TH,FR;BYSETPOS=-1"),
    )
    yield _berlin("every-31st", ("@DTSTART:20240131T170000", "DURATION:PT1H", "RRULE:FREQ=MONTHLY;BYMONTHDAY=31"))
    yield _berlin(
        "every-other-week",
        ("@DTSTART:20240101T110000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=MO,SU;WKST=SU"),
    )
    yield _berlin("gap-of-years", ("@DTSTART:20240701T110000", "DURATION:PT1H", "RRULE:FREQ=YEARLY;INTERVAL=4"))
    yield _item(
        "new-york",
        (
            "DTSTART;TZID=America/New_York:20240105T090000",
            "DTEND;TZID=America/New_York:20240105T093000",
            "RRULE:FREQ=WEEKLY;BYDAY=FR",
        ),
        zones=[NEW_YORK],
    )
    yield _item(
        "two-zones",
        (
            "DTSTART;TZID=Asia/Kolkata:20260701T200000",
            "DTEND;TZID=Europe/Berlin:20260701T200000",
            "RRULE:FREQ=DAILY;COUNT=3",
        ),
        zones=[KOLKATA, BERLIN],
    )
    yield _item(
        "windows-zone",
        ("DTSTART;TZID=W. Europe Standard Time:20240103T130000", "DURATION:PT45M", "RRULE:FREQ=WEEKLY"),
        zones=[WINDOWS],
    )
    yield _item(
        "office-east",
        ("DTSTART;TZID=Office:20260105T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=40"),
        zones=[OFFICE_EAST],
    )
    yield _item(
        "office-west",
        ("DTSTART;TZID=Office:20260106T090000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=40"),
        zones=[OFFICE_WEST],
    )
    yield _berlin(
        "over-the-clock-change", ("@DTSTART:20240106T233000", "@DTEND:20240107T040000", "RRULE:FREQ=WEEKLY;BYDAY=SA")
    )
    yield _utc("floating-weekly", "DTSTART:20240105T180000", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;COUNT=200")


def _dates() -> Iterator[Item]:
    yield _berlin("rdate-in", ("@DTSTART:20250101T100000", "DURATION:PT1H", "@RDATE:20260505T100000,20260506T113000"))
    yield _berlin("rdate-out", ("@DTSTART:20250101T103000", "DURATION:PT1H", "@RDATE:20250505T100000"))
    yield _utc("rdate-whole-day", "DTSTART;VALUE=DATE:20250101", "RDATE;VALUE=DATE:20260507,20290507")
    yield _utc(
        "rdate-period",
        "DTSTART:20250101T100000Z",
        "DURATION:PT1H",
        "RDATE;VALUE=PERIOD:20260508T100000Z/PT3H,20260509T100000Z/20260509T103000Z",
    )
    yield _berlin(
        "rule-and-rdate",
        ("@DTSTART:20260601T100000", "DURATION:PT1H", "RRULE:FREQ=DAILY;COUNT=3", "@RDATE:20260620T100000"),
    )
    yield _berlin(
        "exdate",
        (
            "@DTSTART:20260601T140000",
            "DURATION:PT1H",
            "RRULE:FREQ=DAILY;COUNT=6",
            "@EXDATE:20260602T140000",
            "@EXDATE:20260604T140000,20260605T140000",
        ),
    )
    yield _berlin(
        "exdate-only-one-in",
        ("@DTSTART:20230420T140000", "DURATION:PT1H", "RRULE:FREQ=YEARLY;COUNT=4", "@EXDATE:20260420T140000"),
    )
    yield _utc(
        "exdate-whole-day", "DTSTART;VALUE=DATE:20260601", "RRULE:FREQ=DAILY;COUNT=4", "EXDATE;VALUE=DATE:20260603"
    )


def _moved(name: str, start: str, slot: str, to: str, title: str, *rule: str) -> Item:
    override = (f"@RECURRENCE-ID:{slot}", f"@DTSTART:{to}", "DURATION:PT1H", f"SUMMARY:{title}")
    return _berlin(name, (f"@DTSTART:{start}", "DURATION:PT1H", *rule), override)


def _overrides() -> Iterator[Item]:
    daily = "RRULE:FREQ=DAILY;COUNT=10"
    yield _moved("moved-within", "20260601T090000", "20260603T090000", "20260603T150000", "moved within", daily)
    yield _moved("moved-out-after", "20270501T090000", "20270503T090000", "20280101T090000", "moved out after", daily)
    yield _moved("moved-out-before", "20260410T090000", "20260414T090000", "20260101T090000", "moved out before", daily)
    yield _moved(
        "moved-in-from-before", "20260101T090000", "20260103T090000", "20260615T090000", "moved in from before", daily
    )
    yield _moved(
        "moved-in-from-after", "20280101T090000", "20280103T090000", "20260616T090000", "moved in from after", daily
    )
    yield _moved(
        "moved-only-visible",
        "20230421T090000",
        "20260421T090000",
        "20270101T090000",
        "moved the only one",
        "RRULE:FREQ=YEARLY;COUNT=4",
    )
    yield _moved(
        "moved-in-endless",
        "20200101T193000",
        "20260603T193000",
        "20260604T203000",
        "moved in endless",
        "RRULE:FREQ=WEEKLY",
    )
    yield _berlin(
        "longer-one",
        ("@DTSTART:20260301T090000", "DURATION:PT1H", daily),
        ("@RECURRENCE-ID:20260305T090000", "@DTSTART:20260305T090000", "@DTEND:20260418T090000", "SUMMARY:a long one"),
    )
    yield _berlin(
        "two-moved",
        ("@DTSTART:20260601T090500", "DURATION:PT1H", daily),
        ("@RECURRENCE-ID:20260602T090500", "@DTSTART:20260602T120000", "DURATION:PT1H", "SUMMARY:first moved"),
        ("@RECURRENCE-ID:20260603T090500", "@DTSTART:20260603T120000", "DURATION:PT2H", "SUMMARY:second moved"),
    )
    yield _utc_moved("moved-whole-day", "20260601", "20260603", "20260613")
    yield _berlin("orphan-in", ("@RECURRENCE-ID:20260610T100000", "@DTSTART:20260611T100000", "DURATION:PT1H"))
    yield _berlin("orphan-out", ("@RECURRENCE-ID:20260610T100000", "@DTSTART:20200611T100000", "DURATION:PT1H"))
    yield _berlin(
        "orphans",
        ("@RECURRENCE-ID:20260610T110000", "@DTSTART:20260612T100000", "DURATION:PT1H"),
        ("@RECURRENCE-ID:20260617T110000", "@DTSTART:20260619T100000", "DURATION:PT1H"),
    )
    yield _item(
        "slot-in-utc",
        ("DTSTART;TZID=Europe/Berlin:20260602T070000", "DURATION:PT1H", daily),
        (
            "RECURRENCE-ID:20260604T050000Z",
            "DTSTART;TZID=Europe/Berlin:20260604T073000",
            "DURATION:PT1H",
            "SUMMARY:slot in UTC",
        ),
        zones=[BERLIN],
    )
    yield _berlin(
        "cancelled-one",
        ("@DTSTART:20260601T101000", "DURATION:PT1H", daily),
        (
            "@RECURRENCE-ID:20260602T101000",
            "@DTSTART:20260602T101000",
            "DURATION:PT1H",
            "STATUS:CANCELLED",
            "SUMMARY:cancelled",
        ),
    )


def _utc_moved(name: str, start: str, slot: str, to: str) -> Item:
    override = (f"RECURRENCE-ID;VALUE=DATE:{slot}", f"DTSTART;VALUE=DATE:{to}", "SUMMARY:moved day")
    return _item(name, (f"DTSTART;VALUE=DATE:{start}", "RRULE:FREQ=DAILY;COUNT=5"), override)


def _texts() -> Iterator[Item]:
    """Are easy but for what they say, or for where they are stored."""
    times = ("DTSTART:20260710T100000Z", "DTEND:20260710T110000Z")
    yield _utc(
        "escapes",
        *times,
        r"SUMMARY:semi\; comma\, backslash\\ and a\nnew line",
        r"DESCRIPTION:BEGIN:VEVENT\nEND:VEVENT",
    )
    yield _utc("folded", *times, "SUMMARY:" + "Überlänge für äöü ÄÖÜ ß " * 12 + "end")
    yield _utc("emoji", *times, "SUMMARY:🎉 Ω ≠ ł 日本語")
    yield _utc("markup", *times, "SUMMARY:]]> <b>&amp\\; \"quoted\" & 'so'")
    yield _utc("long-text", *times, "DESCRIPTION:" + "All work and no play. " * 2000)
    yield _utc("alarm", *times, "BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:soon", "TRIGGER:-PT15M", "END:VALARM")
    yield _utc(
        "private",
        *times,
        "CLASS:PRIVATE",
        "TRANSP:TRANSPARENT",
        "CATEGORIES:one,two",
        "URL:https://example.org/?a=1&b=2",
    )
    yield _utc("unknown-properties", *times, 'X-EXAMPLE;X-PARAM="a:b;c":kept', "COLOR:tomato")
    for number, name in enumerate(("with space", "per%cent", "Grün & Söhne", "plus+sign", "tilde~(1)", "at@sign")):
        event = _event(f"name-{number}", *times, f"SUMMARY:stored as {name}")
        yield Item(f"{name}.ics", (event,))


def _others() -> Iterator[Item]:
    """Are no events, and don't show."""
    todo = ["BEGIN:VTODO", "UID:todo@example.org", _STAMP, "DUE:20260601T100000Z", "SUMMARY:to do", "END:VTODO"]
    yield Item("todo.ics", ("\n".join(todo),))


def _plain() -> Iterator[Item]:
    for number in range(_PLAIN):
        day = f"{2024 + number // 15}{number % 12 + 1:02}{number % 28 + 1:02}"
        yield _berlin(
            f"plain-{number:02}", (f"@DTSTART:{day}T{8 + number % 10:02}0000", f"@DTEND:{day}T{9 + number % 10:02}3000")
        )


def single(name: str, start: str, title: str, *lines: str) -> Item:
    """Return an item of one event of an hour; ``start`` is a local time in Berlin, like 20260601T100000."""
    return _berlin(name, (f"@DTSTART:{start}", "DURATION:PT1H", f"SUMMARY:{title}", *lines))


def items() -> list[Item]:
    """Return the calendar that every server is given."""
    hard = [*_edges(), *_rules(), *_dates(), *_overrides(), *_texts(), *_others()]
    return [*hard, *_plain()]
