"""Rules in short, and events published by them on both ways."""

from __future__ import annotations

from calsieve.models import Cleaned, Policy, SourcePolicy
from calsieve.rules import EVERYTHING, Action, Change, Combine, Condition, Edit, Field, Group, Operator, Rule, Where
from tests.core.kit import cleaned, events, vcalendar, vevent

TIMES = "DTSTART;TZID=Europe/Berlin:20260520T100000\r\nDTEND;TZID=Europe/Berlin:20260520T110000"


def asks(field: Field, operator: Operator, *values: str, name: str = "") -> Where:
    return Where(field, operator, values, property=name)


def equals(field: Field, *values: str) -> Where:
    return Where(field, Operator.EQUALS, values)


def both(*of: Condition) -> Group:
    return Group(Combine.ALL, of)


def either(*of: Condition) -> Group:
    return Group(Combine.ANY, of)


def none_of(*of: Condition) -> Group:
    return Group(Combine.NOT, of)


def drop(when: Condition = EVERYTHING, name: str = "drop", *, on: bool = False) -> Rule:
    return Rule(name, Action.DROP, when, goes_on=on)


def keep(when: Condition = EVERYTHING, name: str = "keep", *, on: bool = False) -> Rule:
    return Rule(name, Action.KEEP, when, goes_on=on)


def edit(*edits: Edit, when: Condition = EVERYTHING, name: str = "edit", on: bool = False) -> Rule:
    return Rule(name, Action.EDIT, when, edits, goes_on=on)


def setting(name: str, text: str) -> Edit:
    return Edit(Change.SET, name, text)


def published(*components: str, policy: Policy) -> Cleaned:
    """Clean events on the short way, and make sure that the long one gives the same."""
    body = vcalendar(*components)
    short, long = (cleaned(body, policy=policy, screened=screened) for screened in (True, False))
    assert short.body == long.body
    assert short.report.ruled == long.report.ruled
    assert short.report.kept_whole == long.report.kept_whole
    return short


def holds(condition: Condition, *lines: str, me: tuple[str, ...] = (), timezone: str = "Europe/Berlin") -> bool:
    """Tell whether a rule with that condition drops an event of these lines."""
    own = lines if any(line.startswith("DTSTART") for line in lines) else (TIMES, *lines)
    result = published(vevent(*own), policy=Policy(rules=(drop(condition),), me=me, timezone=timezone))
    assert result.report.ruled == ({} if events(result.body) else {"drop": 1})
    return not events(result.body)


def after(*edits: Edit, lines: tuple[str, ...], policy: Policy | None = None) -> list[str]:
    """Return the lines of an event, but for its times and what it is known by, after edits by a rule."""
    asked = (policy or Policy())._replace(rules=(edit(*edits),))
    return _told(published(vevent(TIMES, *lines), policy=asked))


def after_own(*edits: Edit, lines: tuple[str, ...]) -> list[str]:
    """Return the same after edits of the source."""
    return _told(published(vevent(TIMES, *lines), policy=Policy(sources=(("one", SourcePolicy(edits=edits)),))))


def _told(result: Cleaned) -> list[str]:
    (event,) = events(result.body)
    known = {"UID", "DTSTAMP", "DTSTART", "DTEND"}
    return [f"{line.name}{line.params}:{line.value}" for line in event.lines if line.name not in known]
