"""What the rules of a feed make of an event: kept, dropped or edited, and by which of them.

The rules of the event's source are tried first, then the feed's, then its view's own and those of how much that shows
(`privacy`), each list in order: the first that matches is the last that is tried, unless it goes on. Of those that
matched in a list the last that keeps or drops decides; where none does, the event is kept. Edits come one after the
other, and what is asked later sees them. The edits of the source itself come last.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta, tzinfo
from typing import NamedTuple

from calsieve.core.component import Component
from calsieve.core.event import Event
from calsieve.core.privacy import RULES
from calsieve.core.rules.conditions import Conditions, Moment
from calsieve.core.rules.edits import edited, names_for
from calsieve.core.values import Form
from calsieve.core.zones.resolve import to_utc
from calsieve.models import Policy, SourcePolicy
from calsieve.rules import Action, Rule

# Verdicts on what events answer are remembered, as many answer the same.
_MOST_REMEMBERED = 4096
_KNOWN_BY = ("UID", "RECURRENCE-ID")


class Verdict(NamedTuple):
    """What becomes of an event: its lines, or None if it is dropped; and the rules that matched, in their order."""

    component: Component | None
    rules: tuple[Rule, ...]


class Quick(NamedTuple):
    """A verdict on answers alone: whether an event is kept as it is, None if it is edited."""

    kept: bool | None
    rules: tuple[Rule, ...]


# A verdict depends on answers that are unknown.
_UNKNOWN = Quick(None, ())


def names_read(policy: Policy) -> frozenset[str]:
    """Return the names of all properties that the rules and edits of a feed and its sources read or write."""
    names = set[str]()
    for own in [SourcePolicy(), *(own for _, own in policy.sources)]:
        judge = Judge("", policy, own, UTC)
        names |= judge.asked | judge.edited
    return frozenset(names)


def judge_of(source: str, policy: Policy, zone: tzinfo) -> Judge | None:
    """Return who judges the events of a source of a feed in ``zone``; None if there is nothing to judge."""
    own = dict(policy.sources).get(source, SourcePolicy())
    asked = own.rules or policy.rules or policy.view_rules or RULES[policy.show] or own.edits
    return Judge(source, policy, own, zone) if asked else None


class Judge:
    """The rules of a feed in ``zone`` for the events of one of its sources.

    ``asked`` are the properties that they ask about, ``edited`` those that they change, or write elsewhere.
    """

    def __init__(self, source: str, policy: Policy, own: SourcePolicy, zone: tzinfo) -> None:
        self._source, self._zone = source, zone
        every_list = (own.rules, policy.rules, policy.view_rules, RULES[policy.show])
        self._lists = [rules for rules in every_list if rules]
        self._edits = own.edits
        every = [rule for rules in self._lists for rule in rules]
        conditions = Conditions((rule.when for rule in every), source, policy.me)
        edits = [*self._edits, *(edit for rule in every for edit in rule.edits)]
        self.asked, self.edited = conditions.names, names_for(edits)
        self._open = self.asked & self.edited
        self._fixed = self.asked.difference(self.edited, _KNOWN_BY)
        self._asks_known_by = not self.asked.isdisjoint(_KNOWN_BY)
        self._asks_recurs = bool(conditions.of_kind(is_date=False, recurs=True))
        self._conditions = conditions
        self._known: dict[tuple[int, int], Quick] = {}
        self._known_moments: dict[tuple[int, int, bool, timedelta], int] = {}
        self.of_line, self.of_lines, self.of_kind = conditions.of_line, conditions.of_lines, conditions.of_kind

    def of_time(self, event: Event) -> int:
        """Return what the time of an event answers."""
        return self.of_times(event, [event.start.local])[0]

    def of_times(self, event: Event, starts: Sequence[datetime]) -> list[int]:
        """Return what the times of occurrences of an event answer that begin at these local times."""
        if not self._conditions.asks_times:
            return [0] * len(starts)
        rules, length, of_moment = event.rules, event.length.local + event.length.exact, self.of_moment
        if event.start.form is Form.DATE:
            return [of_moment(local, length, True) for local in starts]
        return [of_moment(to_utc(local, rules), length, False) for local in starts]

    def of_moment(self, begins: datetime, length: timedelta, is_date: bool) -> int:
        """Return what it answers to begin at an instant, or on a date, and to last so long."""
        if not self._conditions.asks_times:
            return 0
        local = begins if is_date else begins.astimezone(self._zone)
        day = local.toordinal() if self._conditions.asks_dates else local.weekday()
        # The same time of the same day is the same.
        key = (day, (local.hour * 60 + local.minute) * 60 + local.second, is_date, length)
        answered = self._known_moments.get(key)
        if answered is None:
            if len(self._known_moments) >= _MOST_REMEMBERED:
                self._known_moments.clear()
            answered = self._known_moments[key] = self._conditions.of_moment(Moment(local, is_date, length))
        return answered

    def varying(self, master: Event, *, in_length: bool) -> int:
        """Return the answers that depend on which occurrence of a series it is, be these not equally long or so.

        Dates have no time of day that could vary.
        """
        clocks = 0 if master.start.form is Form.DATE else self._conditions.of_clocks
        return self._conditions.of_days | clocks | self._conditions.of_lengths * in_length

    def fixed(self, event: Event) -> int:
        """Return what an event answers whatever is edited, but for its time; it is known by what the upstream says."""
        told = event.origin or event
        recurs = self._asks_recurs and (told.recurs or told.recurrence_id is not None)
        answered = event.answered | self.of_kind(is_date=event.start.form is Form.DATE, recurs=recurs)
        for line in event.component.lines:
            if line.name in self._fixed:
                answered |= self.of_line(line)
        return answered | self.of_lines(told.component.all(*_KNOWN_BY)) if self._asks_known_by else answered

    def quick(self, answered: int, unknown: int = 0) -> Quick:
        """Return the verdict on an event that answers so; of one that is edited only that it is."""
        known = self._known.get((answered, unknown))
        if known is None:
            if len(self._known) >= _MOST_REMEMBERED:
                self._known.clear()
            known = self._known[answered, unknown] = self._quick(answered, unknown)
        return known

    def verdict(self, component: Component, fixed: int) -> Verdict:
        """Return the verdict on an event of these lines that else answers so, its time included."""
        found = self.verdict_but_for(component, fixed, 0)
        assert found is not None  # noqa: S101 - nothing is unknown
        return found

    def verdict_but_for(self, component: Component, fixed: int, unknown: int) -> Verdict | None:
        """Return the verdict on an event where some answers are unknown; None if it depends on them."""
        quick = self.quick(self._opened(component) | fixed, unknown)
        if quick is _UNKNOWN:
            return None
        if quick.kept is not None:
            return Verdict(component if quick.kept else None, quick.rules)
        return self._verdict(component, fixed, unknown, without=False)

    def verdict_without(self, component: Component, fixed: int, unknown: int) -> Verdict:
        """Return the verdict of those rules that don't depend on answers that are unknown."""
        found = self._verdict(component, fixed, unknown, without=True)
        assert found is not None  # noqa: S101 - what is unknown is not asked
        return found

    def _verdict(self, component: Component, fixed: int, unknown: int, *, without: bool) -> Verdict | None:
        matched = list[Rule]()
        for rules in self._lists:
            kept = True
            for rule in rules:
                holds = self._conditions.holds(rule.when, self._opened(component) | fixed, unknown)
                if holds is None and not without:
                    return None
                if not holds:
                    continue
                matched.append(rule)
                if rule.action is Action.EDIT:
                    component = edited(component, rule.edits, self._source)
                else:
                    kept = rule.action is Action.KEEP
                if not rule.goes_on:
                    break
            if not kept:
                return Verdict(None, tuple(matched))
        return Verdict(edited(component, self._edits, self._source), tuple(matched))

    def _opened(self, component: Component) -> int:
        """Return what those lines answer that may be edited."""
        return self.of_lines(line for line in component.lines if line.name in self._open) if self._open else 0

    def _quick(self, answered: int, unknown: int) -> Quick:
        matched = list[Rule]()
        for rules in self._lists:
            kept = True
            for rule in rules:
                holds = self._conditions.holds(rule.when, answered, unknown)
                if holds is None:
                    return _UNKNOWN
                if not holds:
                    continue
                matched.append(rule)
                if rule.edits:
                    return Quick(None, (rule,))
                kept = kept if rule.action is Action.EDIT else rule.action is Action.KEEP
                if not rule.goes_on:
                    break
            if not kept:
                return Quick(False, tuple(matched))
        return Quick(None if self._edits else True, tuple(matched))
