"""What a phone need not carry: alarms, attendees, inline files, a second description in HTML."""

from __future__ import annotations

from collections import Counter

from calsieve.core.component import Component, Line
from calsieve.core.repairs.properties import sound_alarm
from calsieve.models import Policy

# What a policy may drop whatever it says.
DROPPABLE = ("ATTENDEE", "X-ALT-DESC")


def dropped(policy: Policy) -> list[str]:
    """Return the names of the properties that a policy drops, whatever they say."""
    attendee, html = DROPPABLE
    return [attendee] * (not policy.keep_attendees) + [html] * (not policy.keep_html)


def scrubbed(component: Component, policy: Policy, repairs: Counter[str]) -> Component:
    """Return the component without what the policy drops. Links in ATTACH stay: they weigh nothing."""
    alarms: tuple[Component, ...] = ()
    if policy.keep_alarms:
        alarms = tuple(kept for child in component.children if (kept := sound_alarm(child, repairs)))
    names = dropped(policy)
    lines = tuple(line for line in component.lines if line.name not in names and not _is_weight(line, policy))
    return Component(component.name, lines, alarms)


def _is_weight(line: Line, policy: Policy) -> bool:
    return line.name in {"ATTACH", "IMAGE"} and not policy.keep_attachments and _is_inline(line)


def _is_inline(line: Line) -> bool:
    return (line.parameter("VALUE") or "").upper() == "BINARY" or line.value[:5].lower() == "data:"
