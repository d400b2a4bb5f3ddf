"""The zones of drawn calendars: as upstreams write them, and local times in them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

from tests.properties.calendars import Start

CUSTOM = "Customized Time Zone"
_OBSERVED = {CUSTOM: "Europe/Berlin"}  # the same days of change, other offsets: near enough for an UNTIL

# Kind, onset, offsets before and after, rule.
VTIMEZONES = {
    "Europe/Berlin": (
        "DAYLIGHT 19810329T020000 +0100 +0200 FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU",
        "STANDARD 19961027T030000 +0200 +0100 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU",
    ),
    "America/New_York": (
        "DAYLIGHT 19870405T020000 -0500 -0400 FREQ=YEARLY;BYMONTH=4;BYDAY=1SU;UNTIL=20060402T070000Z",
        "STANDARD 19671029T020000 -0400 -0500 FREQ=YEARLY;BYMONTH=10;BYDAY=-1SU;UNTIL=20061029T060000Z",
        "DAYLIGHT 20070311T020000 -0500 -0400 FREQ=YEARLY;BYMONTH=3;BYDAY=2SU",
        "STANDARD 20071104T020000 -0400 -0500 FREQ=YEARLY;BYMONTH=11;BYDAY=1SU",
    ),
    "Asia/Kolkata": ("STANDARD 19700101T000000 +0530 +0530",),
    CUSTOM: (
        "STANDARD 16010101T030000 +0300 +0100 FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10",
        "DAYLIGHT 16010101T020000 +0100 +0300 FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3",
    ),
}
# Those that matter more are there more often.
ZONES = ("Europe/Berlin",) * 2 + ("America/New_York", "Asia/Kolkata", CUSTOM, "UTC", "floating") + ("date",) * 2


@dataclass(frozen=True)
class Local(Start):
    """A local time in one of ``ZONES``."""

    def until(self, local: datetime) -> str:
        if self.zone in {"date", "UTC", "floating"}:
            return self.text(local)
        zone = ZoneInfo(_OBSERVED.get(self.zone, self.zone))
        return f"{local.replace(tzinfo=zone).astimezone(UTC):%Y%m%dT%H%M%SZ}"

    def moved(self, by: timedelta) -> Local:
        return Local(self.local + by, self.zone)

    def at(self, local: datetime) -> Local:
        return Local(local, self.zone)


def vtimezone(name: str) -> str:
    """Return the VTIMEZONE of one of ``VTIMEZONES``."""
    observances = [line for words in VTIMEZONES[name] for line in _observance(*words.split())]
    return "\r\n".join(["BEGIN:VTIMEZONE", f"TZID:{name}", *observances, "END:VTIMEZONE"])


def _observance(kind: str, onset: str, before: str, after: str, rule: str = "") -> list[str]:
    lines = [f"BEGIN:{kind}", f"DTSTART:{onset}", f"TZOFFSETFROM:{before}", f"TZOFFSETTO:{after}"]
    return [*lines, *([f"RRULE:{rule}"] if rule else []), f"END:{kind}"]
