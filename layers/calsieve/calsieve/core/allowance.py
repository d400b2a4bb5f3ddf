"""How much of one source may be kept: what is beyond costs a refresh more than its function has."""

from __future__ import annotations

from dataclasses import dataclass

from calsieve.core.component import Component
from calsieve.errors import UpstreamTooLarge

# What a refresh reads of one source at most: bytes of what may be visible, of which each costs up to 20 in memory,
# with what holding an event costs; and lines of one event, of which each costs 300.
MOST_KEPT = 50_000_000
_AN_EVENT = 200
_MOST_LINES = 500_000
# Each is followed through two centuries, which takes 4 ms; no source came near a tenth of it.
_MOST_ZONE_RULES = 2_000


@dataclass(slots=True)
class Allowance:
    """How much may be kept of a source; ``most`` is None for no bound. It changes."""

    source: str
    most: int | None
    kept: int = 0
    zone_rules: int = 0

    def keep(self, size: int, lines: int) -> None:
        """Note what is kept. Raises UpstreamTooLarge."""
        self.refuse_long(lines)
        self.kept += size + _AN_EVENT
        if self.most is not None and self.kept > self.most:
            raise UpstreamTooLarge(
                self.source,
                f"has more than {self.most:,} bytes of events in the feed's window: narrow the `window`,"
                " or ask the source for less",
            )

    def keep_zone(self, zone: Component) -> None:
        """Note a zone that is kept. Raises UpstreamTooLarge."""
        self.keep(zone.size, zone.length)
        self.zone_rules += sum(observance.first("RRULE") is not None for observance in zone.children)
        if self.most is not None and self.zone_rules > _MOST_ZONE_RULES:
            raise UpstreamTooLarge(self.source, f"has more than {_MOST_ZONE_RULES:,} rules of time zones: drop some")

    def refuse_long(self, lines: int) -> None:
        """Raise UpstreamTooLarge for so many lines of one event, or of none."""
        if self.most is not None and lines > _MOST_LINES:
            raise UpstreamTooLarge(
                self.source, f"has more than {_MOST_LINES:,} lines in one place: no event needs them"
            )
