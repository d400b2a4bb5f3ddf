"""What clients take badly in a calendar file, before they get it."""

from __future__ import annotations

from collections.abc import Collection

from calsieve.core.lint import events, frame, lines, recurrences, text, web, zones
from calsieve.core.lint.rule import Rule
from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client, Finding, Served

RULES: tuple[Rule[Sheet], ...] = (
    *text.RULES,
    *lines.RULES,
    *frame.RULES,
    *events.RULES,
    *recurrences.RULES,
    *zones.RULES,
)
WEB_RULES: tuple[Rule[Served], ...] = web.RULES


def findings(body: bytes, clients: Collection[Client] = tuple(Client)) -> list[Finding]:
    """Return what these clients would take badly in a file, in the order of its lines.

    Takes any bytes. Of what is no calendar only that is said. Does not know whether the file says what its source
    says, nor what was published before.
    """
    sheet = Sheet(body)
    rules = RULES if sheet.calendars else (frame.no_calendar,)
    found = [finding for rule in rules for finding in rule.findings(sheet, clients, sheet.number)]
    return sorted(found, key=lambda finding: finding.line)


def served_findings(served: Served, clients: Collection[Client] = tuple(Client)) -> list[Finding]:
    """Return what these clients would take badly in how a file is served, whatever the file says."""
    return [finding for rule in WEB_RULES for finding in rule.findings(served, clients)]
