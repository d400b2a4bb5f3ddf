"""icalendar reads and writes, recurring-ical-events says which events show something in the window."""

from __future__ import annotations

import recurring_ical_events
from common import arguments
from icalendar import Calendar


def main() -> None:
    source, target, window = arguments()
    calendar = Calendar.from_ical(source.read_bytes())
    shown = recurring_ical_events.of(calendar).between(window.start.astimezone(window.zone), window.end)
    uids = {occurrence["UID"] for occurrence in shown}
    calendar.subcomponents = [part for part in calendar.subcomponents if part.name != "VEVENT" or part["UID"] in uids]
    target.write_bytes(calendar.to_ical())


main()
