"""Reads calendars in the plainest way there is, to see what they show. Shares nothing with the product.

Knows just what the soak's sources have: single events, whole days, daily and weekly series with exceptions.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
from datetime import UTC, datetime, timedelta
from typing import NamedTuple
from zoneinfo import ZoneInfo

_FORM = {False: "%Y%m%dT%H%M%S", True: "%Y%m%d"}
_DAYS = ("MO", "TU", "WE", "TH", "FR", "SA", "SU")
_WEEK = timedelta(weeks=1)


class Broken(AssertionError):
    """Something that must never happen did."""


class Rule(NamedTuple):
    """An RRULE that is FREQ=DAILY, or FREQ=WEEKLY on ``days`` (0 is Monday; RFC 5545 §3.3.10). ``until`` is in UTC."""

    weekly: bool
    interval: int = 1
    days: tuple[int, ...] = ()
    count: int | None = None
    until: datetime | None = None

    @property
    def text(self) -> str:
        parts = [f"FREQ={'WEEKLY' if self.weekly else 'DAILY'}", f"INTERVAL={self.interval}"]
        parts += [f"BYDAY={','.join(_DAYS[day] for day in self.days)}"] if self.days else []
        parts += [f"COUNT={self.count}"] if self.count else []
        return ";".join(parts + ([f"UNTIL={self.until:%Y%m%dT%H%M%S}Z"] if self.until else []))

    @staticmethod
    def of(text: str) -> Rule:
        parts = dict(part.split("=") for part in text.split(";"))
        days = tuple(_DAYS.index(day) for day in parts["BYDAY"].split(",")) if "BYDAY" in parts else ()
        until = datetime.strptime(parts["UNTIL"], "%Y%m%dT%H%M%SZ") if "UNTIL" in parts else None
        count = int(parts["COUNT"]) if "COUNT" in parts else None
        return Rule(parts["FREQ"] == "WEEKLY", int(parts.get("INTERVAL", 1)), days, count, until)


class Occurrence(NamedTuple):
    """When something is, and its title. ``start`` is naive, of ``zone``: ``Z``, an IANA name, or "" for whole days."""

    zone: str
    start: datetime
    length: timedelta
    title: str

    @property
    def time(self) -> tuple[str, datetime, timedelta]:
        return self[:3]


def starts(first: datetime, zone: str, rule: Rule | None, before: datetime) -> Iterator[datetime]:
    """Yield all starts of a series, by local time in its zone."""
    for number, start in enumerate(_candidates(first, rule) if rule else [first]):
        ended = rule and (number == rule.count or (rule.until and _utc(start, zone) > rule.until))
        if ended or start >= before:
            return
        yield start


def _candidates(first: datetime, rule: Rule) -> Iterator[datetime]:
    if not rule.weekly:
        while True:
            yield first
            first += timedelta(days=rule.interval)
    monday = first - timedelta(days=first.weekday())
    while True:
        days = (monday + timedelta(days=day) for day in sorted(rule.days or (first.weekday(),)))
        yield from (day for day in days if day >= first)
        monday += rule.interval * _WEEK


def _utc(start: datetime, zone: str) -> datetime:
    aware = start.replace(tzinfo=ZoneInfo(zone) if len(zone) > 1 else UTC)
    return aware.astimezone(UTC).replace(tzinfo=None)


# ── a calendar's text ──

Lines = dict[str, list[tuple[str, str]]]  # name → parameters and value of each line


def shown(body: bytes, since: datetime, before: datetime) -> set[Occurrence]:
    """Return what a calendar shows of the time between. Raises Broken if it is not whole, or has something twice."""
    events = _events(body)
    names = [(one["UID"][0][1], one["RECURRENCE-ID"][0][1] if "RECURRENCE-ID" in one else "") for one in events]
    if len({*names}) < len(names):
        raise Broken("an event is there twice")
    slots: dict[str, set[datetime]] = {}
    for (uid, slot), event in zip(names, events, strict=True):
        if slot:
            slots.setdefault(uid, set()).add(_moment(*event["RECURRENCE-ID"][0])[1])
    found: set[Occurrence] = set()
    for (uid, slot), event in zip(names, events, strict=True):
        found.update(_occurrences(event, set() if slot else slots.get(uid, set()), before))
    return {one for one in found if since <= one.start < before}


def _events(body: bytes) -> list[Lines]:
    if not (body.startswith(b"BEGIN:VCALENDAR\r\n") and body.endswith(b"\r\nEND:VCALENDAR\r\n")):
        raise Broken("half a file is published")
    text = body.decode().replace("\r\n ", "")
    return [_lines(event) for event in re.findall("BEGIN:VEVENT\r\n(.*?)END:VEVENT\r\n", text, re.DOTALL)]


def _lines(text: str) -> Lines:
    found: Lines = {}
    for line in text.splitlines():
        head, _, value = line.partition(":")
        name, _, params = head.partition(";")
        found.setdefault(name, []).append((params, value))
    return found


def _occurrences(event: Lines, taken: set[datetime], before: datetime) -> Iterable[Occurrence]:
    zone, first = _moment(*event["DTSTART"][0])
    length = _moment(*event["DTEND"][0])[1] - first if "DTEND" in event else _length(event["DURATION"][0][1])
    rule = Rule.of(event["RRULE"][0][1]) if "RRULE" in event else None
    out = {_moment(params, one)[1] for params, value in event.get("EXDATE", ()) for one in value.split(",")}
    title = event["SUMMARY"][0][1]
    return [Occurrence(zone, at, length, title) for at in starts(first, zone, rule, before) if at not in out | taken]


def _moment(params: str, value: str) -> tuple[str, datetime]:
    whole = "VALUE=DATE" in params.split(";")
    zone = "Z" if value.endswith("Z") else params.partition("TZID=")[2].split(";")[0]
    return zone, datetime.strptime(value.removesuffix("Z"), _FORM[whole])


def _length(text: str) -> timedelta:
    days, hours, minutes = (int(found or 0) for found in re.fullmatch(_DURATION, text).groups())  # type: ignore[union-attr]
    return timedelta(days=days, hours=hours, minutes=minutes)


_DURATION = r"P(?:(\d+)D)?(?:T(?:(\d+)H)?(?:(\d+)M)?)?"


def title_of(body: bytes) -> str:
    """Return what phones call a calendar."""
    found = re.search(rb"\r\nX-WR-CALNAME:(.*)\r\n", body)
    return found[1].decode() if found else ""
