"""What a refresh would make of a feed, looked at before it does: for preview and explain. Writes nothing.

Fetches as a refresh does, but without conditions, so that there always is something to look at.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from calsieve.core.agenda import agenda
from calsieve.core.allowance import MOST_KEPT
from calsieve.core.changes import changes
from calsieve.core.clean import compose, timezone_of
from calsieve.core.event_lines import left_out
from calsieve.core.inquiry.examples import examples, kept_whole
from calsieve.core.inquiry.parts import by_itself, rules_of
from calsieve.core.lint import findings
from calsieve.core.read import Calendar, read
from calsieve.core.screen import Reach, reach_of
from calsieve.errors import SecretError, SourceError, SuspiciousChange, UpstreamUnavailable
from calsieve.models import (
    Change,
    Cleaned,
    Finding,
    NotModified,
    Policy,
    Report,
    SeriesMode,
    Shown,
    Validators,
    WindowPolicy,
)
from calsieve.refresh.guard import EMPTIED, began, judged, loss_of
from calsieve.rules import Rule
from calsieve.state import FeedState, digest

if TYPE_CHECKING:
    from calsieve.models import Feed, Fetched, Source
    from calsieve.ports import Fetcher
    from calsieve.refresh.guard import Loss
    from calsieve.state import Held, SourceState

# A window without an edge is compared and listed so far.
_FARTHEST = timedelta(days=5 * 366)
_MOST_UNASKED = 10  # series are named, for each reason

Reader = Callable[[str, bytes, str | None], Calendar]


@dataclass(frozen=True, slots=True, kw_only=True)
class Came:
    """What one source brought: its body and that as it was read, or why not.

    ``since`` is set (ISO 8601) where the last good body stands in, which was fetched then. ``note`` is what a refresh
    would note of an answer that it believes.
    """

    name: str
    body: bytes = field(default=b"", repr=False)
    calendar: Calendar | None = None
    problem: str = ""
    since: str = ""
    note: str = ""


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleCount:
    """What a rule did: how many events or occurrences it acted on, and some of their titles.

    ``source`` is whose rule it is, empty for the feed's. A preset's rules are one.
    """

    name: str
    source: str
    actions: tuple[str, ...]
    count: int
    examples: tuple[str, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rehearsal:
    """What would be published, and how it came about.

    ``reports`` are those of each source alone, by name. ``whole`` has titles of series that would be published whole,
    by the reason, ``unasked`` some of those of whose occurrences the rules could not be asked.
    """

    policy: Policy
    sources: tuple[Came, ...]
    cleaned: Cleaned
    reports: Mapping[str, Report]
    rules: tuple[RuleCount, ...]
    whole: Mapping[str, tuple[str, ...]]
    unasked: tuple[str, ...]
    coming: tuple[Shown, ...]
    findings: tuple[Finding, ...]


def fetched(feed: Feed, fetcher: Fetcher, known: FeedState | None, reader: Reader, now: datetime) -> list[Came]:
    """Fetch and read each source of a feed.

    What is ``known`` stands in for what fails, and for what a refresh at ``now`` (aware) would hold back.
    """
    return [_came(feed, source, fetcher, known or FeedState(sources={}), reader, now) for source in feed.sources]


def trouble(came: Came) -> str:
    """Return what is wrong with a source that has a problem, and what stands in for it."""
    standing_in = f"; what came {came.since[:16].replace('T', ' ')} stands in" if came.since else ""
    return f"{came.name}: {came.problem}{standing_in}"


def screened(policy: Policy, now: datetime) -> Reader:
    """Return what reads a source as a refresh does."""
    reach, unread = reach_of(policy.window, now), left_out(policy)
    return lambda name, body, charset: read(name, body, charset, reach, unread, MOST_KEPT)


def unscreened(now: datetime) -> Reader:
    """Return what reads a source and lets nothing go."""
    everything: Reach = reach_of(WindowPolicy(None, None), now)
    return lambda name, body, charset: read(name, body, charset, everything)


def in_its_zone(policy: Policy, calendars: Sequence[Calendar]) -> Policy:
    """Return the policy with the zone that a feed of these calendars is in."""
    return policy._replace(timezone=policy.timezone or timezone_of(calendars))


def rehearse(came: Sequence[Came], policy: Policy, now: datetime, published: bytes | None) -> Rehearsal:
    """Compose what came, of which at least one could be read, and look at it from all sides.

    ``published`` is the file that would be replaced, if there is one: its stamps count.
    """
    calendars = [each.calendar for each in came if each.calendar]
    policy = in_its_zone(policy, calendars)
    cleaned = compose(calendars, policy, now, published)
    alone = by_itself(policy)
    return Rehearsal(
        policy=policy,
        sources=tuple(came),
        cleaned=cleaned,
        reports={each.name: compose([each], alone, now).report for each in calendars},
        rules=tuple(_rules(calendars, policy, now, cleaned.report)),
        whole=kept_whole(calendars, policy, now, cleaned.report.kept_whole),
        unasked=_unasked(calendars, policy, now, cleaned.report),
        coming=shown(cleaned.body, cleaned.report, now),
        findings=tuple(findings(cleaned.body)),
    )


def shown(body: bytes, report: Report, start: datetime) -> tuple[Shown, ...]:
    """Return the agenda of a file from ``start`` (aware) to the end of the feed's window, or five years."""
    end = min(report.window_end or start, start + _FARTHEST)
    return agenda(body, start, max(start, end), report.timezone)


def differences(published: bytes, rehearsal: Rehearsal, now: datetime) -> tuple[Change, ...]:
    """Return what publishing would change for those who look at the feed, over its whole window."""
    report = rehearsal.cleaned.report
    start = max(report.window_start or now, now - _FARTHEST)
    return changes(shown(published, report, start), shown(rehearsal.cleaned.body, report, start))


def _came(feed: Feed, source: Source, fetcher: Fetcher, known: FeedState, reader: Reader, now: datetime) -> Came:
    last, held = known.sources.get(source.name), known.held.get(source.name)
    standing_in = _last_good(source.name, last, reader)
    try:
        answer = fetcher.fetch(source, Validators())
        if isinstance(answer, NotModified):
            raise UpstreamUnavailable(source.name, "it answered 'not modified' to an unconditional request")
        came = Came(name=source.name, body=answer.body, calendar=reader(source.name, answer.body, answer.charset))
        loss = _loss(feed, source, answer, last, held, now) if last else None
        if _is_emptied(standing_in, came):
            loss = EMPTIED
        return replace(came, note=_judged(feed, source, loss, held, now)) if loss else came
    except SourceError as error:
        return replace(standing_in, problem=error.reason)
    except SecretError as error:
        return replace(standing_in, problem=str(error))


def _is_emptied(before: Came, after: Came) -> bool:
    return bool(before.calendar and before.calendar.events_in and after.calendar and not after.calendar.events_in)


def _loss(
    feed: Feed, source: Source, answer: Fetched, last: SourceState, held: Held | None, now: datetime
) -> Loss | None:
    """Return what an answer lost, as a refresh sees it, which looks only at what is new."""
    if feed.guard is None or last.digest == digest(answer.body):
        return None
    return loss_of(source, answer, last, feed, feed.guard, began(held, feed.guard, now))


def _judged(feed: Feed, source: Source, loss: Loss, held: Held | None, now: datetime) -> str:
    """Return what a refresh would note of a loss that it believes. Raises SuspiciousChange if it would hold it back."""
    if feed.guard is None:
        return ""
    verdict = judged(loss, held, feed.guard, feed.policy.refresh_every, now)
    if verdict.held:
        raise SuspiciousChange(source.name, verdict.words)
    return verdict.words


def _last_good(name: str, last: SourceState | None, reader: Reader) -> Came:
    """Return the last good body of a source, if there is one that can still be read."""
    if last is None:
        return Came(name=name)
    body = last.body
    try:
        return Came(name=name, body=body, calendar=reader(name, body, last.charset), since=last.fetched_at)
    except SourceError:
        return Came(name=name)


def _unasked(calendars: Sequence[Calendar], policy: Policy, now: datetime, report: Report) -> tuple[str, ...]:
    """Return titles of series that rules could not be asked of, and that stay as they are for that reason."""
    if not rules_of(policy):
        return ()
    as_they_are = policy._replace(series=SeriesMode.KEEP)
    found = kept_whole(calendars, as_they_are, now, report.kept_whole, most=_MOST_UNASKED)
    return tuple(dict.fromkeys(title for titles in found.values() for title in titles))


def _rules(calendars: Sequence[Calendar], policy: Policy, now: datetime, report: Report) -> Iterable[RuleCount]:
    listed: dict[str, list[tuple[str, Rule]]] = {}
    for source, rule in rules_of(policy):
        listed.setdefault(rule.name, []).append((source, rule))
    found = examples(calendars, policy, now, [name for name in listed if report.ruled.get(name)])
    for name, rules in listed.items():
        actions = tuple(dict.fromkeys(rule.action.value for _, rule in rules))
        count = report.ruled.get(name, 0)
        yield RuleCount(name=name, source=rules[0][0], actions=actions, count=count, examples=found.get(name, ()))
