"""ics reads and writes. It expands no rules, so every series has to stay: master and overrides."""

from __future__ import annotations

from common import arguments
from ics import Calendar
from ics.event import Event


def main() -> None:
    source, target, window = arguments()
    with source.open(encoding="utf-8") as stream:
        calendar = Calendar(stream.read())
    calendar.events = {
        event
        for event in calendar.events
        if _of_series(event) or window.shows(event.begin.datetime, event.end.datetime)
    }
    with target.open("w", encoding="utf-8", newline="") as stream:
        stream.writelines(calendar.serialize_iter())


def _of_series(event: Event) -> bool:
    return any(line.name in ("RRULE", "RECURRENCE-ID") for line in event.extra)


main()
