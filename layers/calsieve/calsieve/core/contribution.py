"""What a feed publishes of one source: its events, understood and selected series by series."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calsieve.core.component import Component
from calsieve.core.duplicates import Known, noted
from calsieve.core.event import Event
from calsieve.core.event_lines import event_component, sound_event
from calsieve.core.linewise import ShortWay, Single
from calsieve.core.read import Calendar, Found
from calsieve.core.repairs.content import BY_CONTENT, Naming, with_content_uids
from calsieve.core.rules import has_rules
from calsieve.core.scrub import scrubbed
from calsieve.core.select import Tally, selected
from calsieve.core.series import Series, gathered
from calsieve.core.understand import Lines, understood
from calsieve.core.window import EARLIEST, Window
from calsieve.core.written import Written, written
from calsieve.core.zones.resolve import ZoneBook, Zones, first_years
from calsieve.models import Duplicates, Policy, Show, SourcePolicy, UidMode

if TYPE_CHECKING:
    from calsieve.core.rules.judge import Judge

_MOST_LOST = 100  # are named


@dataclass(slots=True)
class Account:
    """What is counted on the way, for the report."""

    tally: Tally = field(default_factory=Tally)
    repairs: Counter[str] = field(default_factory=Counter)
    lost: list[str] = field(default_factory=list)  # as in the report: it is remembered, so it has to be short
    lost_more: int = 0
    series_in: int = 0
    known: Known = field(default_factory=Known)

    def note_lost(self, lost: Sequence[str]) -> None:
        """Name what is lost, or only count it."""
        named = lost[: _MOST_LOST - len(self.lost)]
        self.lost += named
        self.lost_more += len(lost) - len(named)


def contribution(
    calendar: Calendar, window: Window, timezone: str, policy: Policy, book: ZoneBook, account: Account
) -> Iterator[Written]:
    """Yield what a feed in ``timezone`` publishes of one source, series by series."""
    account.repairs.update(calendar.repairs)
    account.known.next_source()
    # Only where the past has no end does it matter how far back a zone is used.
    years = first_years(_components(calendar.events, calendar, policy, Counter())) if window.start == EARLIEST else {}
    nameless = policy.show is not Show.FULL
    zones = Zones(calendar.zones, years, timezone, window, book, account.repairs, nameless)
    renamed: list[Series] = []
    naming = _naming(policy, calendar.name)
    judge = _judge(calendar.name, policy, window) if has_rules(policy) else None
    short = ShortWay(zones, policy, judge) if naming is None and _is_plain(policy) else None
    for group in _by_uid(calendar.events):
        single = _single(group, short) if short else None
        if short and single:
            account.series_in += 1
            if written_single := _of_single(single, short, judge, window, account.tally):
                yield written_single
            continue
        lines = _plain(group, short) if short else None
        lines = lines or [Lines(each) for each in _components(group, calendar, policy, account.repairs)]
        found = understood(lines, zones, account.repairs)
        account.note_lost(found.lost)
        series = gathered(found.events, zones, account.repairs)
        if policy.duplicates is Duplicates.DROP:
            series = [noted(one) for one in series]
        if naming:
            renamed += series
        else:
            yield from _shown(series, window, policy, judge, account)
    if naming:
        # A view's own UIDs repair nothing.
        repairs = account.repairs if naming is BY_CONTENT else Counter[str]()
        yield from _shown(with_content_uids(renamed, repairs, naming), window, policy, judge, account)


def _naming(policy: Policy, source: str) -> Naming | None:
    """Return how the UIDs of a source's events are made; None if they stay."""
    if policy.show is Show.BUSY:
        from calsieve.core.privacy import BUSY_UIDS

        return BUSY_UIDS
    own = dict(policy.sources).get(source, SourcePolicy()).uid
    return BY_CONTENT if (own or policy.uid) is UidMode.CONTENT else None


def _is_plain(policy: Policy) -> bool:
    """Tell whether events can be published as they are, but for what is dropped whatever it says."""
    as_it_is = policy.show is Show.FULL and policy.duplicates is Duplicates.KEEP
    return as_it_is and not policy.keep_alarms and not any(policy.add_alarms)


def _judge(source: str, policy: Policy, window: Window) -> Judge | None:
    from calsieve.core.rules.judge import judge_of

    return judge_of(source, policy, window.zone)


def _of_single(single: Single, short: ShortWay, judge: Judge | None, window: Window, tally: Tally) -> Written | None:
    """Return what is published of a single event."""
    if not tally.shows(single.start, single.end, window):
        return None
    if judge is None:
        return single.written
    kept, matched = judge.quick(single.answered)
    published = single.written if kept else None
    if kept is None:
        published, matched = short.edited(single)
    for rule in matched:
        tally.ruled[rule.name] += 1
    return published


def _shown(
    series: Iterable[Series], window: Window, policy: Policy, judge: Judge | None, account: Account
) -> Iterator[Written]:
    for one in series:
        account.series_in += 1
        events = selected(one, window, policy.series, account.tally, judge)
        if policy.duplicates is Duplicates.DROP:
            events = account.known.new(events)
        for event in events:
            yield written(event, _as_published(event, window, policy, account))


def _as_published(event: Event, window: Window, policy: Policy, account: Account) -> Component:
    """Return the lines of an event that the policy tells, with the alarms that it adds."""
    component = scrubbed(event.component, policy, account.repairs)
    if policy.show is not Show.FULL:
        from calsieve.core.privacy import told  # most feeds tell all, and start without it

        component = told(component, policy.show)
    if not any(policy.add_alarms) or policy.show is Show.BUSY:
        return component
    from calsieve.core.alarms import with_alarms

    return with_alarms(component, event, policy.add_alarms, window)


def _single(group: Sequence[Found], short: ShortWay) -> Single | None:
    """Return the event of a group if it is one, and plain enough for the short way."""
    uid, text, single = group[0]
    return short.single(uid, text) if single and len(group) == 1 and isinstance(text, bytes) else None


def _plain(group: Sequence[Found], short: ShortWay) -> list[Lines] | None:
    """Return the events of a group if all are plain enough for the short way, and one at most is a master."""
    found = list[Lines]()
    for uid, text, _ in group:
        lines = short.lines(text) if uid and isinstance(text, bytes) else None
        if lines is None:
            return None
        found.append(lines)
    return found if sum(not lines.component.has("RECURRENCE-ID") for lines in found) < 2 else None


def _by_uid(events: Iterable[Found]) -> Iterable[list[Found]]:
    """Gather events by UID; those without one are one group, as nobody knows theirs yet."""
    groups: dict[str, list[Found]] = {}
    for found in events:
        groups.setdefault(found.uid, []).append(found)
    return groups.values()


def _components(
    group: Iterable[Found], calendar: Calendar, policy: Policy, repairs: Counter[str]
) -> Iterator[Component]:
    for _, text, _ in group:
        if isinstance(text, Component):
            yield sound_event(text, repairs)
        else:
            yield event_component(text, calendar.charset, alarms=policy.keep_alarms, repairs=repairs)
