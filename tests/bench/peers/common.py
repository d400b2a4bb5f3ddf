"""What the programs around the Python libraries share: their arguments, and what overlaps a window.

    program INPUT OUTPUT START END ZONE

START and END are seconds since 1970, ZONE is the IANA name of the zone of dates and floating times.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, time
from pathlib import Path
from zoneinfo import ZoneInfo


@dataclass(frozen=True, slots=True)
class Window:
    start: datetime
    end: datetime
    zone: ZoneInfo

    def shows(self, start: date, end: date) -> bool:
        """Tell whether they overlap by RFC 4791 §9.9; both may be dates, datetimes, or floating."""
        first, last = self.instant(start), self.instant(end)
        return first < self.end and last > self.start if last > first else self.start <= first < self.end

    def instant(self, moment: date) -> datetime:
        if not isinstance(moment, datetime):
            moment = datetime.combine(moment, time())
        return moment if moment.tzinfo else moment.replace(tzinfo=self.zone)


def arguments() -> tuple[Path, Path, Window]:
    source, target, start, end, zone = sys.argv[1:]
    instants = (datetime.fromtimestamp(int(seconds), UTC) for seconds in (start, end))
    return Path(source), Path(target), Window(*instants, ZoneInfo(zone))
