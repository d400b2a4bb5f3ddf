"""A calendar without findings, to which a test adds what one rule is about."""

from __future__ import annotations

from calsieve.core.lint import RULES, findings
from calsieve.models import Client, Level

HEAD = (
    "BEGIN:VCALENDAR",  # line 1
    "VERSION:2.0",
    "PRODID:-//test//EN",
    "METHOD:PUBLISH",
    "X-WR-CALNAME:a",
    "X-PUBLISHED-TTL:PT1H",
)
BEGIN = len(HEAD) + 1  # the line of the first BEGIN:VEVENT
UID, STAMP, START = "UID:a", "DTSTAMP:20260101T000000Z", "DTSTART:20260520T100000Z"
TIMED = (UID, STAMP, START)
RULED = {rule.id: rule for rule in RULES}


def event(*lines: str) -> list[str]:
    """Return the lines of an event."""
    return ["BEGIN:VEVENT", *lines, "END:VEVENT"]


def calendar(*parts: list[str], head: tuple[str, ...] = HEAD) -> bytes:
    """Return a calendar of these components."""
    return lines(*head, *[line for part in parts for line in part], "END:VCALENDAR")


def lines(*texts: str) -> bytes:
    """Return a file of these lines."""
    return "".join(f"{text}\r\n" for text in texts).encode()


def found(body: bytes) -> list[tuple[str, int]]:
    """Return the rules that find something, with the lines where."""
    return [(finding.rule, finding.line) for finding in findings(body)]


def level(rule: str, client: Client) -> Level | None:
    """Return how badly a client takes what a rule finds."""
    return RULED[rule].levels.get(client)
