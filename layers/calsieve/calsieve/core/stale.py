"""An all-day event that says that a calendar is not fresh."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta

from calsieve.core.component import Component, Line, escaped
from calsieve.core.serialise import serialised
from calsieve.models import Cleaned

STALE_UID = "calsieve-stale"
_END = b"END:VCALENDAR\r\n"


def with_stale_notice(cleaned: Cleaned, today: date, since: date, sources: Sequence[str]) -> Cleaned:
    """Return a calendar with one more event, on ``today``: since when it has been stale, and ``sources``, if any.

    The event is the same all day long. No rule, view or budget holds for it.
    """
    body = cleaned.body.removesuffix(_END) + serialised(_notice(today, since, sources)) + _END
    report = replace(cleaned.report, bytes_out=len(body), events_out=cleaned.report.events_out + 1)
    return Cleaned(body, report)


def _notice(today: date, since: date, sources: Sequence[str]) -> Component:
    named = f": {', '.join(sources)}" if sources else ""
    lines = (
        Line("UID", "", STALE_UID),
        Line("DTSTAMP", "", f"{today:%Y%m%d}T000000Z"),
        Line("DTSTART", ";VALUE=DATE", f"{today:%Y%m%d}"),
        Line("DTEND", ";VALUE=DATE", f"{today + timedelta(days=1):%Y%m%d}"),
        Line("SUMMARY", "", escaped(f"This calendar is stale since {since:%-d %b %Y}{named}")),
        Line("TRANSP", "", "TRANSPARENT"),
    )
    return Component("VEVENT", lines)
