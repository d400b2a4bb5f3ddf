"""Small calendars for the tests of the command line."""

from __future__ import annotations


def event(uid: str, day: str, *more: str) -> str:
    """Return an hour at ten UTC of ``day`` (YYYYMMDD), with ``more`` content lines."""
    times = [f"DTSTART:{day}T100000Z", f"DTEND:{day}T110000Z"]
    return "\r\n".join(["BEGIN:VEVENT", f"UID:{uid}", "DTSTAMP:20260101T000000Z", *times, *more, "END:VEVENT"])


def calendar(*events: str) -> bytes:
    """Return an iCalendar file of such events."""
    head = ["BEGIN:VCALENDAR", "VERSION:2.0", "PRODID:-//Example//EN"]
    return "\r\n".join([*head, *events, "END:VCALENDAR", ""]).encode()


def uids(body: bytes) -> list[str]:
    """Return the UIDs of a calendar, in its order."""
    return [line[4:].decode() for line in body.splitlines() if line.startswith(b"UID:")]


CALENDAR = calendar(event("old", "20200101"), event("recent", "20260501"), event("far", "20300101"))
