"""The sentences of an explanation. Decides nothing; dates are ISO 8601, in the zone in which they were written."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import datetime

from calsieve.core.component import Component, Line
from calsieve.core.repairs.words import WORDS
from calsieve.core.values import Form, parsed_when
from calsieve.models import SeriesMode, Show
from calsieve.rules import Action

_DID = {Action.KEEP: "keeps", Action.DROP: "drops", Action.EDIT: "edits"}
_TRIMMED = {
    SeriesMode.TRIM: "begins at its first occurrence that is not over",
    SeriesMode.CUT: "begins and ends with the window",
    SeriesMode.EXPAND: "is published as single events",
    SeriesMode.KEEP: "is published whole",
}

_TOLD = {Show.BUSY: "when one is busy", Show.KID_SAFE: "its title, place and time"}
_MOST_UIDS = 3


def of_source(source: str, events: Sequence[Component], title: str) -> str:
    """Say what the source has."""
    masters = [event for event in events if not event.has("RECURRENCE-ID")]
    called = f"“{title}”" if title else "without a title"
    if not masters:
        return f"{source} has {counted(len(events), 'changed occurrence')} of a series that it does not have, {called}."
    if len(masters) > 1:
        return f"{source} has it {len(masters)} times under one UID, {called}."
    (master,), overrides = masters, len(events) - 1
    kind = "a series" if overrides or master.has("RRULE", "RDATE") else "a single event"
    changed = f", with {counted(overrides, 'changed occurrence')}" if overrides else ""
    return f"{source} has it as {kind}, {called}, from {_moments(master)}{_rules(master)}{changed}."


def _moments(event: Component) -> str:
    lines = [line for name in ("DTSTART", "DTEND") if (line := event.first(name))]
    return " to ".join(map(moment, lines)) or "no known time"


def moment(line: Line) -> str:
    """Return the moment of a line in words; what is none, as it is written."""
    when = parsed_when(line.value, line.parameter("TZID"))
    if when is None:
        return line.value
    if when.form is Form.DATE:
        return when.local.date().isoformat()
    return " ".join(filter(None, (when.local.isoformat(" ", "minutes"), "UTC" if when.form is Form.UTC else when.tzid)))


def _rules(master: Component) -> str:
    said = [f"by {line.name} {line.value}" for line in master.all("RRULE", "EXRULE")]
    for name, what in (("RDATE", "added date"), ("EXDATE", "excepted date")):
        if count := sum(line.value.count(",") + 1 for line in master.all(name)):
            said.append(f"with {counted(count, what)}")
    return "".join(f", {each}" for each in said)


def lost(reason: str) -> str:
    """Say why it can't be understood; ``reason`` begins with the UID."""
    return f"It can't be understood and is left out: it {reason.rpartition(': ')[2]}."


def repaired(name: str) -> str:
    """Say what a repair did."""
    return f"Repaired: {WORDS.get(name, name)} ({name})."


def over(start: datetime) -> str:
    """Say that it ended before the window."""
    return f"All of it was over before the window, which begins at {_instant(start)}."


def later(end: datetime) -> str:
    """Say that it begins behind the window."""
    return f"It begins only after the window, which ends at {_instant(end)}."


def _instant(moment: datetime) -> str:
    return f"{moment.replace(tzinfo=None).isoformat(' ', 'minutes')} {moment.tzname()}"


def ruled(name: str, actions: Collection[Action], count: int, *, stays: bool) -> str:
    """Say what a rule did; ``stays``: something of the event is published."""
    did = " or ".join(dict.fromkeys(_DID[action] for action in actions)) or "acts on"
    what = "a part of it" if stays and {*actions} == {Action.DROP} else "it"
    times = "" if count == 1 else f", {count} times"
    return f"The rule “{name}” {did} {what}{times}."


def no_rule() -> str:
    """Say that no rule matched."""
    return "No rule matches it."


def edited(name: str, before: Sequence[str], after: Sequence[str]) -> str:
    """Say what became of a property."""
    if not after:
        return f"{name} is removed: {_quoted(before)}."
    return f"{name} becomes {_quoted(after)}" + (f", from {_quoted(before)}." if before else ".")


def _quoted(values: Iterable[str]) -> str:
    return ", ".join(f"“{value if len(value) <= 120 else value[:119] + '…'}”" for value in values)


def taken_apart(events: int) -> str:
    """Say that rules made single events of a series."""
    return f"Its occurrences fare differently by the rules, so it is published as {counted(events, 'event')}."


def told_less(show: Show) -> str:
    """Say that a view tells less of it."""
    return f"The view tells only {_TOLD[show]} (show: {show.value})."


def whole(mode: SeriesMode, reason: str) -> str:
    """Say why a series is published whole."""
    return f"The series is published whole, though series is {mode.value}: {reason}."


def reduced(mode: SeriesMode, begins: str) -> str:
    """Say what was done to a series."""
    return f"The series {_TRIMMED[mode]} (series: {mode.value})" + (f": {begins}." if begins else ".")


def renamed(uids: Sequence[str]) -> str:
    """Say under which UIDs it is published."""
    if len(uids) == 1:
        return f"It is published under another UID: {uids[0]}."
    more = f" and {len(uids) - _MOST_UIDS:,} more" if len(uids) > _MOST_UIDS else ""
    return f"It is published under other UIDs: {', '.join(uids[:_MOST_UIDS])}{more}."


def duplicate() -> str:
    """Say that it is not published because an earlier source has it."""
    return "An earlier source of the feed has it too, so it is published once, as that source has it."


def over_budget(cuts: Sequence[str]) -> str:
    """Say what the budget took away."""
    return f"The budget takes it away ({'; '.join(cuts)})."


def outcome(events: int) -> str:
    """Say how it ended."""
    return f"It is published, as {counted(events, 'event')}." if events else "It is not published."


def counted(count: int, noun: str) -> str:
    """Return a number and its noun."""
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"
