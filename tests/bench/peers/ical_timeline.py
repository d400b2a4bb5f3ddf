"""ical reads, its timeline says which events show something in the window, and it writes."""

from __future__ import annotations

from common import arguments
from ical.calendar_stream import IcsCalendarStream


def main() -> None:
    source, target, window = arguments()
    with source.open(encoding="utf-8") as stream:
        calendar = IcsCalendarStream.calendar_from_ics(stream.read())
    timeline = calendar.timeline_tz(window.zone)
    uids = {event.uid for event in timeline.overlapping(window.start, window.end)}
    calendar.events = [event for event in calendar.events if event.uid in uids]
    with target.open("w", encoding="utf-8", newline="") as stream:
        stream.write(IcsCalendarStream.calendar_to_ics(calendar))


main()
