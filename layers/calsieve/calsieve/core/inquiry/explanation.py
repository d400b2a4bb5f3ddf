"""What became of one event or series of a source, and why: in plain sentences, in the order in which it was decided.

The feed is composed of this alone, with and without what a policy adds, and the difference tells what did it.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, tzinfo
from itertools import chain
from typing import NamedTuple

from calsieve.core.clean import compose
from calsieve.core.component import Component, unescaped
from calsieve.core.inquiry import words
from calsieve.core.inquiry.lookup import Match
from calsieve.core.inquiry.parts import by_itself, components, composed_part, rules_of, unruled
from calsieve.core.inquiry.published import Published, published
from calsieve.core.read import Calendar
from calsieve.core.zones.iana import iana_zone
from calsieve.models import Alarms, Budget, Cleaned, Policy, SeriesMode, Show
from calsieve.rules import Action


class Said(NamedTuple):
    """One sentence, and what it is about: source, lost, repair, window, rule, edit, show, series, uid, merge, budget
    or outcome."""

    about: str
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Explanation:
    """What became of the events of one UID of a source. ``published`` are their texts as the feed has them."""

    source: str
    uid: str
    title: str
    said: tuple[Said, ...]
    published: tuple[str, ...]


def explained(match: Match, calendars: Sequence[Calendar], policy: Policy, now: datetime) -> Explanation:
    """Return what became of a match. ``calendars`` are all of the feed, unscreened; ``policy`` names its zone."""
    question = _Question(match, calendars, policy, now)
    said = tuple(Said(*each) for each in question.answers())
    texts = tuple(each.text for each in question.there)
    return Explanation(source=match.calendar.name, uid=match.uid, title=match.title, said=said, published=texts)


_Answers = Iterator[tuple[str, str]]


class _Question:
    """One match, composed in all the ways that tell something."""

    def __init__(self, match: Match, calendars: Sequence[Calendar], policy: Policy, now: datetime) -> None:
        self._match = match
        self._calendars = calendars
        self._policy = policy
        self._now = now
        alone = by_itself(policy)
        self._bare = self._alone(unruled(policy))
        self._ruled = self._alone(alone._replace(show=Show.FULL, add_alarms=Alarms()))
        self._own = self._alone(alone)
        self._wanted = published(self._own.body)
        feed = compose(calendars, policy, now)
        self._cuts = feed.report.cuts
        self.there = self._published_of_it(feed)

    def _alone(self, policy: Policy) -> Cleaned:
        return composed_part(self._match.calendar, [self._match.group], policy, self._now)

    def _published_of_it(self, feed: Cleaned) -> list[Published]:
        """Return what the feed publishes of what would be published of the match alone.

        Where another source has its UID, the source's name was added to it, and what begins elsewhere is that other's.
        """
        everything = {(each.uid, each.slot): each for each in published(feed.body)}
        found = []
        for each in self._wanted:
            keys = [(uid, each.slot) for uid in (f"{each.uid}-{self._match.calendar.name}", each.uid)]
            there = [everything[key] for key in keys if key in everything]
            found += [one for one in there if one.component.value("DTSTART") == each.component.value("DTSTART")][:1]
        return found

    @property
    def _zone(self) -> tzinfo:
        return iana_zone(self._own.report.timezone) or UTC

    @property
    def _actions(self) -> dict[str, list[Action]]:
        """What the rules of each name do: those of a preset share one."""
        actions: dict[str, list[Action]] = {}
        for source, rule in rules_of(self._policy):
            if source in ("", self._match.calendar.name):
                actions.setdefault(rule.name, []).append(rule.action)
        return actions

    def answers(self) -> _Answers:
        """Yield what each sentence is about, and the sentence."""
        events = components(self._match.group, self._match.calendar)
        yield "source", words.of_source(self._match.calendar.name, events, self._match.title)
        yield from (("lost", words.lost(why)) for why in self._bare.report.lost)
        yield from (("repair", words.repaired(name)) for name in self._bare.report.repairs)
        if bare := published(self._bare.body):
            yield from self._of_rules(bare, published(self._ruled.body))
        else:
            yield from self._of_window()
        if self._wanted:
            yield from self._of_series()
            yield from self._of_feed()
        yield "outcome", words.outcome(len(self.there))

    def _of_window(self) -> _Answers:
        report = self._bare.report
        if report.past and report.window_start:
            yield "window", words.over(report.window_start.astimezone(self._zone))
        if report.future and report.window_end:
            yield "window", words.later(report.window_end.astimezone(self._zone))

    def _of_rules(self, bare: Sequence[Published], ruled: Sequence[Published]) -> _Answers:
        acted = {**self._ruled.report.ruled, **self._own.report.ruled}
        for name, count in acted.items():
            yield "rule", words.ruled(name, self._actions.get(name, ()), count, stays=bool(self._wanted))
        if self._actions and not acted:
            yield "rule", words.no_rule()
        before = {(each.uid, each.slot): each.component for each in bare}
        after = {(each.uid, each.slot): each.component for each in ruled}
        if after.keys() - before.keys():
            yield "rule", words.taken_apart(len(after))
        edits = [_edits(before[key], after[key]) for key in before if key in after]
        yield from (("edit", sentence) for sentence in dict.fromkeys(chain.from_iterable(edits)))
        if self._wanted and self._policy.show is not Show.FULL:
            yield "show", words.told_less(self._policy.show)

    def _of_series(self) -> _Answers:
        mode, report = self._policy.series, self._own.report
        yield from (("series", words.whole(mode, reason)) for reason in report.kept_whole)
        masters = [each.component for each in self._wanted if each.component.has("RRULE", "RDATE")]
        recurs = any(each.has("RRULE", "RDATE") for each in components(self._match.group, self._match.calendar))
        if recurs and not report.kept_whole and (masters or mode is SeriesMode.EXPAND):
            begins = [words.moment(line) for each in masters if (line := each.first("DTSTART"))]
            yield "series", words.reduced(mode, ", ".join(begins))

    def _of_feed(self) -> _Answers:
        others = [*dict.fromkeys(each.uid for each in self.there if each.uid != self._match.uid)]
        if others:
            yield "uid", words.renamed(others)
        if len(self.there) == len(self._wanted):
            return
        free = compose(self._calendars, self._policy._replace(budget=Budget()), self._now)
        if len(self._published_of_it(free)) < len(self._wanted):
            yield "merge", words.duplicate()
        else:
            yield "budget", words.over_budget(self._cuts)


def _edits(before: Component, after: Component) -> Iterator[str]:
    for name in sorted({line.name for line in (*before.lines, *after.lines)}):
        was, is_ = ([unescaped(line.value) for line in event.all(name)] for event in (before, after))
        if was != is_:
            yield words.edited(name, was, is_)
