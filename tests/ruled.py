"""Rules applied to what a reader shows of a source, one occurrence at a time: slowly, and by nothing of ours.

What rules ask besides times is told by the summary itself, which is all that readers give back: ``decorated`` writes
both the properties and the summary that tells them.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from calsieve.rules import (
    Action,
    Change,
    Combine,
    Condition,
    Edit,
    Field,
    Group,
    Operator,
    Rule,
    Where,
)
from tests.interop.readers import Occurrence

TITLES = ("lunch, late", "Team meeting", "LUNCH", "Straße; 7", "plan\\b")
_PLACES = ("", "Home", "Office 2")
_CATEGORIES = ((), ("Work",), ("Work", "Fun"))
_STATUSES = ("", "TENTATIVE", "CANCELLED")
_BUSY = ("", "FREE", "OOF")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


# ── calendars whose summaries tell all ────────────────────────────────────────────────────────────


@dataclass(frozen=True)
class Told:
    """What an event says besides its times; ``title`` is its whole summary."""

    title: str
    place: str = ""
    categories: tuple[str, ...] = ()
    status: str = ""
    busy: str = ""
    through: bool = False

    @property
    def busy_word(self) -> str:
        if self.busy:
            return self.busy.lower()
        if self.through or self.status == "CANCELLED":
            return "free"
        return "tentative" if self.status == "TENTATIVE" else "busy"


def decorated(source: bytes, seed: int) -> bytes:
    """Return a calendar in which each event has properties that rules can ask about, and a summary that tells them."""
    number = iter(range(seed, 10**9))

    def more(found: re.Match[bytes]) -> bytes:
        n = next(number) * 7919
        title, place, categories = TITLES[n % 5], _PLACES[n // 5 % 3], _CATEGORIES[n // 15 % 3]
        status, busy, through = _STATUSES[n // 45 % 3], _BUSY[n // 135 % 3], n // 405 % 2
        told = f"{title} @{place} #{'+'.join(categories)} !{status} ~{busy} ^{through}"
        lines = [f"SUMMARY:{_escaped(told)}"]
        lines += [f"LOCATION:{place}"] * bool(place)
        lines += [f"CATEGORIES:{','.join(categories)}"] * bool(categories)
        lines += [f"STATUS:{status}"] * bool(status) + ["TRANSP:TRANSPARENT"] * through
        lines += [f"X-MICROSOFT-CDO-BUSYSTATUS:{busy}"] * bool(busy)
        return "\r\n".join(lines).encode()

    return re.sub(rb"SUMMARY:[^\r\n]*", more, source)


def _escaped(text: str) -> str:
    return re.sub(r"([\\;,])", r"\\\1", text)


def _told(summary: str) -> Told:
    found = re.fullmatch(r".* @(.*) #(.*) !(.*) ~(.*) \^(.)", summary)
    if not found:
        return Told(summary)
    place, categories, status, busy, through = found.groups()
    return Told(summary, place, tuple(filter(None, categories.split("+"))), status, busy, through == "1")


# ── rules, applied ────────────────────────────────────────────────────────────────────────────────


def ruled(
    shown: Counter[Occurrence], lists: Sequence[Sequence[Rule]], timezone: str, source: str
) -> Counter[Occurrence]:
    """Return what is left of the occurrences that a reader shows of a source."""
    left: Counter[Occurrence] = Counter()
    for one, count in shown.items():
        title = _after(one, lists, timezone, source)
        if title is not None:
            left[one._replace(summary=title)] += count
    return left


def _after(one: Occurrence, lists: Sequence[Sequence[Rule]], timezone: str, source: str) -> str | None:
    told = _told(one.summary)
    for rules in lists:
        kept = True
        for rule in rules:
            if _holds(rule.when, one, told, timezone, source):
                for edit in rule.edits:
                    told = _edited(told, edit, source)
                kept = {Action.KEEP: True, Action.DROP: False, Action.EDIT: kept}[rule.action]
                if not rule.goes_on:
                    break
        if not kept:
            return None
    return told.title


def _holds(condition: Condition, one: Occurrence, told: Told, timezone: str, source: str) -> bool:
    if isinstance(condition, Group):
        each = [_holds(part, one, told, timezone, source) for part in condition.of]
        return {Combine.ALL: all(each), Combine.ANY: any(each), Combine.NOT: not any(each)}[condition.combine]
    start = datetime.fromtimestamp(one.start, UTC).astimezone(ZoneInfo(timezone))
    of_times = {
        Field.WEEKDAY: lambda: _DAYS[start.weekday()] in condition.values,
        Field.DATE: lambda: _between(start.date(), condition),
        Field.DURATION: lambda: _between(timedelta(seconds=one.end - one.start), condition),
        Field.TIME: lambda: not one.all_day and _at_time(start.time(), condition),
        Field.ALL_DAY: lambda: one.all_day,
    }
    if condition.field in of_times:
        return of_times[condition.field]()
    said = {
        Field.SUMMARY: [told.title],
        Field.LOCATION: [told.place],
        Field.CATEGORIES: told.categories,
        Field.STATUS: [told.status or "CONFIRMED"],
        Field.TRANSPARENCY: ["transparent" if told.through else "opaque"],
        Field.BUSY: [told.busy_word],
        Field.SOURCE: [source],
    }[condition.field]
    return any(_compares(one, condition) for one in said if one)


def _compares(said: str, where: Where) -> bool:
    if where.operator is Operator.EXISTS:
        return True
    if where.operator is Operator.MATCHES:
        return any(re.search(pattern, said) for pattern in where.values)
    said = said.casefold()
    for value in (value.casefold() for value in where.values):
        if {
            Operator.EQUALS: said == value,
            Operator.CONTAINS: value in said,
            Operator.STARTS: said.startswith(value),
            Operator.ENDS: said.endswith(value),
        }[where.operator]:
            return True
    return False


def _between(value: object, where: Where) -> bool:
    low, high = where.low, where.high
    return (low is None or low <= value) and (high is None or value < high)  # type: ignore[operator]


def _at_time(value: time, where: Where) -> bool:
    low, high = where.low, where.high
    assert isinstance(low, time)
    assert isinstance(high, time)
    return low <= value < high if low <= high else value >= low or value < high


def _edited(told: Told, edit: Edit, source: str) -> Told:
    if edit.change is Change.TEMPLATE:
        return replace(told, title=edit.text.replace("{source}", source).replace("{summary}", told.title))
    if edit.change is Change.REPLACE:
        return replace(told, title=re.sub(edit.pattern, edit.text, told.title))
    if edit.change is Change.SET and edit.property == "SUMMARY":
        return replace(told, title=edit.text)
    if edit.change is Change.BUSY:
        return replace(told, busy=edit.text, through=edit.text == "free")
    return replace(told, place=edit.text if edit.change is Change.SET else "")


# ── rules, drawn ──────────────────────────────────────────────────────────────────────────────────


def _asks(field_: Field, operators: Sequence[Operator], *values: str) -> st.SearchStrategy[Where]:
    chosen = st.lists(st.sampled_from(values), min_size=1, max_size=2, unique=True).map(tuple)
    return st.tuples(st.sampled_from(operators), chosen).map(lambda drawn: Where(field_, *drawn))


def _within(field_: Field, *bounds: tuple[object, object]) -> st.SearchStrategy[Where]:
    pairs = st.sampled_from(bounds)
    return pairs.map(lambda pair: Where(field_, Operator.RANGE, low=pair[0], high=pair[1]))  # type: ignore[arg-type]


_TEXT = (Operator.EQUALS, Operator.CONTAINS, Operator.STARTS, Operator.ENDS)
# What a reader gives back of any calendar, and what only a decorated one tells.
_OF_ANY = (
    _asks(Field.SUMMARY, _TEXT, "lunch", "Lunch, late", "STRASSE", "team", "~OOF ^1"),
    _asks(Field.SUMMARY, (Operator.MATCHES,), "^[Ll]unch", r"\d$", "STRA|Straße"),
    _asks(Field.SOURCE, (Operator.EQUALS,), "one", "two"),
    st.just(Where(Field.ALL_DAY, Operator.EXISTS)),
    _asks(Field.WEEKDAY, (Operator.EQUALS,), *_DAYS),
    _within(Field.TIME, (time(8), time(12)), (time(20), time(7)), (time(9), time(9, 1))),
    _within(Field.DATE, (date(2026, 5, 1), date(2026, 6, 3)), (None, date(2026, 5, 19)), (date(2026, 1, 1), None)),
    # No length near them, as readers take some by the clock and some by the stopwatch.
    _within(Field.DURATION, (None, timedelta(hours=5)), (timedelta(hours=30), None)),
)
_OF_DECORATED = (
    _asks(Field.LOCATION, _TEXT, "home", "office", "2"),
    _asks(Field.LOCATION, (Operator.EXISTS,), ""),
    _asks(Field.CATEGORIES, (Operator.EQUALS, Operator.CONTAINS), "work", "fun"),
    _asks(Field.STATUS, (Operator.EQUALS,), "confirmed", "cancelled", "tentative"),
    _asks(Field.TRANSPARENCY, (Operator.EQUALS,), "opaque", "transparent"),
    _asks(Field.BUSY, (Operator.EQUALS,), "free", "tentative", "busy", "oof"),
)
_EDITS = st.sampled_from(
    [
        Edit(Change.TEMPLATE, "SUMMARY", "{source}: {summary}"),
        Edit(Change.REPLACE, "SUMMARY", r"\2, \1", "(?i)(lun)(ch)"),
        Edit(Change.SET, "SUMMARY", "Lunch"),
        Edit(Change.SET, "LOCATION", "Home"),
        Edit(Change.REMOVE, "LOCATION"),
        Edit(Change.BUSY, "TRANSP", "free"),
    ]
)


@st.composite
def _conditions(draw: st.DrawFn, questions: Sequence[st.SearchStrategy[Where]], depth: int = 2) -> Condition:
    if depth and draw(st.integers(0, 2)) == 0:
        parts = draw(st.lists(_conditions(questions, depth - 1), max_size=3))
        return Group(draw(st.sampled_from(Combine)), tuple(parts))
    return draw(st.one_of(questions))


@st.composite
def rule_lists(draw: st.DrawFn, *, plain: bool = False) -> tuple[Rule, ...]:
    """Draw some rules, with names by their places; ``plain`` ones ask only what readers tell of any calendar."""
    questions = _OF_ANY if plain else (*_OF_ANY, *_OF_DECORATED)
    found = []
    for number in range(draw(st.integers(1, 4))):
        action = draw(st.sampled_from(Action))
        edits = tuple(draw(st.lists(_EDITS, min_size=1, max_size=2))) if action is Action.EDIT else ()
        found.append(Rule(f"rule {number}", action, draw(_conditions(questions)), edits, draw(st.booleans())))
    return tuple(found)
