"""Parts of a source, and policies that leave something out: what the same core makes of them answers a question."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime

from calsieve.core.clean import compose
from calsieve.core.component import Component, unescaped
from calsieve.core.event_lines import event_component, sound_event
from calsieve.core.privacy import RULES
from calsieve.core.read import Calendar, Found
from calsieve.models import Alarms, Budget, Cleaned, Duplicates, Policy, Show
from calsieve.rules import Rule

# Events of one UID, or one without.
Group = tuple[Found, ...]


def groups(calendar: Calendar) -> list[Group]:
    """Return the events of a source by UID, in the order in which these come first; those without one alone."""
    by_uid: dict[str | int, list[Found]] = {}
    for number, found in enumerate(calendar.events):
        by_uid.setdefault(found.uid or number, []).append(found)
    return [tuple(group) for group in by_uid.values()]


def part(calendar: Calendar, chosen: Iterable[Group]) -> Calendar:
    """Return a source that has these of its events and no others, and of which nothing else is counted."""
    events = tuple(found for group in chosen for found in group)
    return replace(calendar, events=events, events_in=len(events), size=0, screened={}, repairs={})


def by_itself(policy: Policy) -> Policy:
    """Return a policy without what depends on the other events of a feed."""
    return policy._replace(duplicates=Duplicates.KEEP, budget=Budget())


def unruled(policy: Policy) -> Policy:
    """Return a policy that leaves the words of events, and which of them are wanted, to the upstream."""
    sources = tuple((name, own._replace(rules=(), edits=())) for name, own in policy.sources)
    plain = by_itself(policy)._replace(rules=(), view_rules=(), sources=sources)
    return plain._replace(show=Show.FULL, add_alarms=Alarms())


def rules_of(policy: Policy) -> list[tuple[str, Rule]]:
    """Return all rules that are tried, in their order, each with the name of the source that it is of, or nothing."""
    of_sources = [(name, rule) for name, own in policy.sources for rule in own.rules]
    of_all = (*policy.rules, *policy.view_rules, *RULES[policy.show])
    return [*of_sources, *(("", rule) for rule in of_all)]


def composed_part(calendar: Calendar, chosen: Iterable[Group], policy: Policy, now: datetime) -> Cleaned:
    """Return what a feed of only these events would publish."""
    return compose([part(calendar, chosen)], policy, now)


def components(group: Group, calendar: Calendar) -> list[Component]:
    """Return the VEVENTs of a group as the source has them, less their alarms, in sound properties."""
    return [_component(found, calendar) for found in group]


def _component(found: Found, calendar: Calendar) -> Component:
    unsaid: Counter[str] = Counter()
    if isinstance(found.text, Component):
        return sound_event(found.text, unsaid)
    return event_component(found.text, calendar.charset, alarms=False, repairs=unsaid)


def title(group: Group, calendar: Calendar) -> str:
    """Return what a group is called: by its master if it has one."""
    found = sorted(components(group, calendar), key=lambda component: component.has("RECURRENCE-ID"))
    return unescaped(found[0].value("SUMMARY")).strip()
