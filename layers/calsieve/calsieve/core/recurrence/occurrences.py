"""The occurrences of a series that a window shows, and whether they can be told with certainty."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import chain

from calsieve.core.component import Line
from calsieve.core.event import Event, Occurrence
from calsieve.core.recurrence.expand import TooMuchWork, recurrences
from calsieve.core.recurrence.rule import SUB_DAILY, Rule, parsed_rule
from calsieve.core.values import Form, parsed_duration, parsed_when
from calsieve.core.window import EARLIEST, LATEST, Window
from calsieve.core.zones.resolve import to_utc

# No zone is further than this from UTC; twice that covers any disagreement about one.
_MARGIN = timedelta(hours=26)


class NotUnderstood(Exception):
    """Readers disagree about what a series shows, or it would take too long to find out; says why."""


def visible_occurrences(master: Event, overridden: frozenset[datetime], window: Window) -> Iterator[Occurrence]:
    """Yield the occurrences of ``master`` that the window shows, in no particular order, each once.

    ``overridden`` are the local starts that overrides take the place of. Works only as far as it is asked to.
    Raises NotUnderstood.
    """
    done = set(overridden | _exception_dates(master) | _exception_rules(master, window))
    starts = chain((master.start.local,), _locals(master, "RDATE"), _rule_times(master, "RRULE", window))
    for occurrence in chain(map(master.occurrence, starts), _periods(master)):
        if occurrence.local not in done and window.shows(occurrence.start, occurrence.end):
            yield occurrence
        done.add(occurrence.local)


def local_span(master: Event, window: Window) -> tuple[datetime, datetime]:
    """Return the local times between which an occurrence must begin to be able to be visible."""
    begin = max(window.start, EARLIEST + _MARGIN).astimezone(master.rules).replace(tzinfo=None)
    end = min(window.end, LATEST - _MARGIN).astimezone(master.rules).replace(tzinfo=None)
    try:
        begin -= master.length.local + master.length.exact + _MARGIN
    except OverflowError:
        begin = EARLIEST.replace(tzinfo=None)
    return begin, end + _MARGIN


def certainly_over(master: Event, window: Window) -> bool:
    """Tell whether nothing of ``master`` can be visible, as none of its rules reaches the window.

    Needs no agreement about what the rules mean, only that UNTIL and DTSTART bound them.
    """
    begin, end = local_span(master, window)
    if master.start.local > end and not master.component.has("RDATE"):
        return True
    if master.component.has("RDATE") or master.start.local >= begin:
        return False
    return all(rule.until is not None and rule.until.local < begin for rule in rules_of(master, "RRULE"))


def rules_of(master: Event, name: str) -> list[Rule]:
    """Return the rules of a settled master, UNTIL as its local time. Raises NotUnderstood."""
    rules = []
    for line in master.component.all(name):
        rule = parsed_rule(line.value)
        if rule is None:
            raise NotUnderstood("a rule that can't be read")
        rules.append(_with_local_until(rule, master))
    return rules


def _with_local_until(rule: Rule, master: Event) -> Rule:
    if rule.until is None or rule.until.form is not Form.UTC or master.start.form is not Form.ZONED:
        return rule
    moment = min(max(rule.until.local.replace(tzinfo=UTC), EARLIEST), LATEST)
    return replace(rule, until=master.start.at(moment.astimezone(master.rules).replace(tzinfo=None)))


def begins_by_its_rules(master: Event) -> bool:
    """Tell whether DTSTART is an occurrence of each of its rules; if not, readers differ about showing it.

    Raises NotUnderstood.
    """
    start = master.start.local
    try:
        return all(
            next(recurrences(rule, start, start, LATEST.replace(tzinfo=None)), start) == start
            for rule in rules_of(master, "RRULE")
        )
    except TooMuchWork as error:
        raise NotUnderstood("more steps than the bound") from error


def why_doubtful(rule: Rule, master: Event) -> str | None:
    """Say why readers are known to expand this rule differently, or return None.

    Found by holding libical, ical.js, ical.net, dateutil and pycalendar against each other.
    """
    daily_or_less = rule.frequency in SUB_DAILY | {"DAILY"}
    picks_days = rule.by_day or rule.by_month_day or rule.by_year_day or rule.by_month
    numbered = {n != 0 for n, _ in rule.by_day}
    doubts = {
        "parts that are not of RFC 5545": rule.unknown,
        "BYWEEKNO": bool(rule.by_week_no),
        "BYMONTHDAY without BYMONTH in a yearly rule": (
            rule.frequency == "YEARLY" and bool(rule.by_month_day) and not rule.by_month
        ),
        "BYDAY with and without numbers": len(numbered) == 2,
        "BYDAY with numbers in a weekly or daily rule": True in numbered
        and (daily_or_less or rule.frequency == "WEEKLY"),
        "BYSETPOS in a weekly rule": bool(rule.by_set_pos) and rule.frequency == "WEEKLY",
        "BYMONTHDAY in a weekly rule": bool(rule.by_month_day) and rule.frequency == "WEEKLY",
        "BYYEARDAY in a rule that is not yearly": bool(rule.by_year_day) and rule.frequency != "YEARLY",
        "picking days in a rule of hours or less": bool(picks_days) and rule.frequency in SUB_DAILY,
        "times of day in a series of dates": master.start.form is Form.DATE
        and bool(rule.by_hour or rule.by_minute or rule.by_second or rule.frequency in SUB_DAILY),
    }
    return next((why for why, doubtful in doubts.items() if doubtful), None)


def _rule_times(master: Event, name: str, window: Window) -> Iterator[datetime]:
    begin, end = local_span(master, window)
    for rule in rules_of(master, name):
        if why := why_doubtful(rule, master):
            raise NotUnderstood(why)
        try:
            yield from recurrences(rule, master.start.local, begin, end)
        except TooMuchWork as error:
            raise NotUnderstood("more steps than the bound") from error


def _exception_rules(master: Event, window: Window) -> frozenset[datetime]:
    return frozenset(_rule_times(master, "EXRULE", window))


def _exception_dates(master: Event) -> frozenset[datetime]:
    return frozenset(_locals(master, "EXDATE"))


def _locals(master: Event, name: str) -> Iterator[datetime]:
    """Yield the local times of a settled property of dates, which has the form of DTSTART."""
    for line in master.component.all(name):
        moments = (parsed_when(text) for text in line.value.split(",") if "/" not in text)
        yield from (when.local for when in moments if when)


def _periods(master: Event) -> Iterator[Occurrence]:
    for line in master.component.all("RDATE"):
        for text in line.value.split(","):
            if "/" in text:
                yield _period(text, line, master)


def _period(text: str, line: Line, master: Event) -> Occurrence:
    """Read one settled PERIOD, which may be written in another zone than DTSTART."""
    begin, _, rest = text.partition("/")
    start, end, duration = parsed_when(begin), parsed_when(rest), parsed_duration(rest)
    if start is None or ((line.parameter("TZID") or "") != master.start.tzid and start.form is not Form.UTC):
        raise NotUnderstood("a PERIOD in another zone")
    rules = UTC if start.form is Form.UTC else master.rules
    begins = to_utc(start.local, rules)
    if end:
        ends = to_utc(end.local, UTC if end.form is Form.UTC else rules)
    else:
        length = duration or parsed_duration("PT0S")
        assert length is not None  # noqa: S101
        ends = to_utc(start.local + timedelta(days=length.days), rules) + timedelta(seconds=length.seconds)
    return Occurrence(begins, max(begins, ends), begins.astimezone(master.rules).replace(tzinfo=None))
