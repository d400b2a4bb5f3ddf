"""A week of events that the examples of the rule reference speak of, and the feed that they are rules of."""

from __future__ import annotations

from datetime import UTC, datetime
from itertools import chain
from typing import NamedTuple

NOW = datetime(2026, 5, 11, tzinfo=UTC)  # a Monday
SOURCES = ("work", "family")


class Sampled(NamedTuple):
    """An event: of which source, when for people to read, and its lines, those first that only say when."""

    source: str
    title: str
    when: str
    times: tuple[str, ...]
    more: tuple[str, ...] = ()


def _timed(source: str, title: str, when: str, start: str, end: str, *more: str) -> Sampled:
    zone = ";TZID=Europe/Berlin:202605"
    return Sampled(source, title, when, (f"DTSTART{zone}{start}00", f"DTEND{zone}{end}00"), more)


def _days(source: str, title: str, when: str, start: int, end: int, *more: str) -> Sampled:
    return Sampled(source, title, when, (f"DTSTART;VALUE=DATE:202605{start}", f"DTEND;VALUE=DATE:202605{end}"), more)


_STANDUP = _timed("work", "Team standup", "Mon and Wed 9:15–9:30", "11T0915", "11T0930", "CATEGORIES:Team")
SAMPLE = (
    _STANDUP._replace(times=(*_STANDUP.times, "RRULE:FREQ=WEEKLY;COUNT=2;BYDAY=MO,WE")),
    _timed(
        *("work", "1:1 Paul", "Mon 11:00–11:30", "11T1100", "11T1130"),
        *("CLASS:PRIVATE", "ATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:jane@example.org"),
    ),
    _timed("work", "Canceled: Budget review", "Tue 10:00–11:00", "12T1000", "12T1100"),
    _timed(
        *("work", "Lunch with Ben", "Tue 12:00–13:00", "12T1200", "12T1300"),
        *("LOCATION:Canteen", "TRANSP:TRANSPARENT"),
    ),
    _timed(
        *("work", "Quarterly planning", "Wed 10:00–18:00", "13T1000", "13T1800", "LOCATION:Room 4"),
        *("DESCRIPTION:<p>Numbers &amp; plans</p>", "URL:https://wiki.example.com/q3"),
    ),
    _timed(
        *("work", "Call with Maria", "Fri 14:00–14:30", "15T1400", "15T1430"),
        "DESCRIPTION:Prices.\\n\\nJoin Zoom Meeting\\nhttps://example.zoom.us/j/123\\nMeeting ID: 123\\nPasscode: 456",
        *("ORGANIZER;CN=Maria:mailto:maria@example.com", "ATTENDEE;PARTSTAT=DECLINED:mailto:jane@example.org"),
    ),
    _timed("work", "Offsite?", "Fri 16:00–18:00", "15T1600", "15T1800", "STATUS:TENTATIVE"),
    _timed("work", "Release night", "Fri 22:30–Sat 2:00", "15T2230", "16T0200", "X-ROOM:Ops"),
    _timed(
        *("family", "Dentist", "Mon 15:00–15:45", "11T1500", "11T1545"),
        *("CATEGORIES:Health", "LOCATION:12 Main Street", "UID:20@example.net"),
    ),
    _days("family", "Ascension Day", "Thu", 14, 15, "CATEGORIES:Holiday", "TRANSP:TRANSPARENT"),
    _days("family", "Anna's birthday", "Sat", 16, 17),
    _timed("family", "Football", "Sat 10:00–11:30", "16T1000", "16T1130", "STATUS:CANCELLED"),
    _days("family", "Airbnb (Not available)", "Sun and Mon", 17, 19),
    _days("family", "CLOSED - Not available", "Sun", 17, 18),
)


def feed(rules: str) -> str:
    """Return a feeds.yaml whose only feed, of the sample's sources, has these ``rules``: lines of YAML."""
    sources = ", ".join(f"{{name: {name}, url: 'https://{name}.example.com'}}" for name in SOURCES)
    return (
        "feeds:\n- name: sample\n  timezone: Europe/Berlin\n  attendees: keep\n  me: jane@example.org\n"
        f"  sources: [{sources}]\n  rules:\n{rules}"
    )


def calendar(source: str) -> bytes:
    """Return the iCalendar file of one source."""
    events = (_event(at, event) for at, event in enumerate(SAMPLE) if event.source == source)
    head = ("BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//example.org//sample//EN")
    lines = (*head, *chain.from_iterable(events), "END:VCALENDAR")
    return "".join(f"{line}\r\n" for line in lines).encode()


def _event(at: int, event: Sampled) -> list[str]:
    uid = () if any(line.startswith("UID:") for line in event.more) else (f"UID:{at}@example.org",)
    stamp = "DTSTAMP:20260501T000000Z"
    return ["BEGIN:VEVENT", *uid, stamp, f"SUMMARY:{event.title}", *event.times, *event.more, "END:VEVENT"]
