"""What clients take badly in a calendar file, before they get it."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import islice

from calsieve.core.lint import events, frame, recurrences, text, zones
from calsieve.core.lint.rule import Rule
from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client, Finding

RULES: tuple[Rule, ...] = (*text.RULES, *frame.RULES, *events.RULES, *recurrences.RULES, *zones.RULES)
# So many places of a rule are listed; one is often enough, and thousands are no help.
_MOST = 10


def findings(body: bytes, clients: Collection[Client] = tuple(Client)) -> list[Finding]:
    """Return what these clients would take badly in a file, in the order of its lines.

    Takes any bytes. Of what is no calendar only that is said. Does not know whether the file says what its source
    says, nor what was published before.
    """
    sheet = Sheet(body)
    rules = RULES if sheet.calendars else (frame.no_calendar,)
    found = [finding for rule in rules for finding in _found(rule, sheet, clients)]
    return sorted(found, key=lambda finding: finding.line)


def _found(rule: Rule, sheet: Sheet, clients: Collection[Client]) -> Iterator[Finding]:
    worst = rule.worst(clients)
    if worst is None:
        return
    places = iter(rule.check(sheet))
    listed = [*islice(places, _MOST)]
    more = sum(1 for _ in places)
    for number, (at, found) in enumerate(listed, 1):
        line = 0 if at is None else sheet.number(at)
        message = f"{found}: {rule.advice}"
        yield Finding(rule.id, *worst, line, message, more if number == len(listed) else 0)
