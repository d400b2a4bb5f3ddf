"""What a fuzz target asks of an input besides its calendars: policies and rules, told by the bytes of its first line.

Bytes decide, and nothing else, so that an input is all there is to repeat a run; where they end, the first choice is
taken.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date, time, timedelta
from itertools import product
from typing import TypeVar

from calsieve.core.rules.patterns import BadPattern, refuse_bad_replacement
from calsieve.models import (
    Alarms,
    Duplicates,
    Policy,
    SeriesMode,
    Show,
    Snap,
    SourcePolicy,
    Span,
    UidMode,
    WindowPolicy,
)
from calsieve.rules import Action, Bound, Change, Combine, Condition, Edit, Field, Group, Operator, Rule, Where

BETWEEN = b"\n----\n"  # sources
_WINDOWS = (
    WindowPolicy(),
    WindowPolicy(None, None),
    WindowPolicy(Span(days=1), Span(days=3), Snap.DAY),
    WindowPolicy(Span(), Span(months=1), Snap.NONE),
)
_ZONES = (None, "Europe/Berlin", "America/New_York", "Pacific/Apia", "UTC")
_DAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
_WORDS = ("", "a", "team", "Füße", "ß", "mailto:", "x@", "<b>", "\\n", "free", "private", "declined", "1")
_PATTERNS = ("", "^.", r"\d+", "(?i)(te)(a*)m", r"\s*$", "[^a-z]", r"\bzoom\b", "(a|b)*c?")
_TEXTS = ("", "{summary}", "{source}: {summary} @{location}", "a, b; c\\", r"\2\1\0", "é\nBEGIN:VEVENT", "x" * 300)
_PLACES = ("SUMMARY", "LOCATION", "DESCRIPTION", "URL", "CATEGORIES")
_TEXT_FIELDS = (
    *(Field.SUMMARY, Field.DESCRIPTION, Field.LOCATION, Field.URL, Field.UID, Field.CATEGORIES, Field.ORGANIZER),
    *(Field.ATTENDEE, Field.PARTSTAT, Field.STATUS, Field.TRANSPARENCY, Field.CLASS, Field.BUSY, Field.SOURCE),
    Field.PROPERTY,
)
_RANGES: tuple[tuple[Field, Bound, Bound], ...] = (
    (Field.TIME, time(8), time(12)),
    (Field.TIME, time(20), time(7)),
    (Field.DATE, date(2026, 5, 1), date(2026, 6, 3)),
    (Field.DATE, None, date(2026, 5, 20)),
    (Field.DURATION, None, timedelta(hours=2)),
    (Field.DURATION, timedelta(days=1), None),
)

T = TypeVar("T")


class Draw:
    """Choices that the bytes of ``line`` make, one after the other."""

    def __init__(self, line: bytes) -> None:
        self._left = iter(line)

    def of(self, choices: Sequence[T]) -> T:
        """Return one of the choices."""
        return choices[next(self._left, 0) % len(choices)]

    def yes(self) -> bool:
        """Tell whether."""
        return self.of((False, True))

    def policy(self) -> Policy:
        """Return a policy without rules, that shows all."""
        return Policy(
            series=self.of([*SeriesMode]),
            window=self.of(_WINDOWS),
            timezone=self.of(_ZONES),
            uid=self.of([*UidMode]),
            keep_alarms=self.yes(),
            keep_attendees=self.yes(),
            keep_html=self.yes(),
            keep_attachments=self.yes(),
        )

    def view(self, policy: Policy) -> Policy:
        """Return what makes a policy differ from feed to feed: how much it tells, alarms, what comes twice."""
        before = ((), (timedelta(),), (timedelta(minutes=15), timedelta(days=1)))
        return policy._replace(
            show=self.of([*Show]),
            duplicates=self.of([*Duplicates]),
            add_alarms=Alarms(self.of(before), self.of(before)),
        )

    def ruled(self, policy: Policy) -> Policy:
        """Return a policy with rules of the feed, of a view and of the source ``one``."""
        own = SourcePolicy(rules=self.rules(), edits=self._edits() if self.yes() else ())
        return policy._replace(
            rules=self.rules(),
            view_rules=self.rules(),
            sources=(("one", own),) if self.yes() else (),
            me=("jane@example.org",),
        )

    def rules(self) -> tuple[Rule, ...]:
        """Return up to three rules."""
        return tuple(self._rule(number) for number in range(self.of(range(4))))

    def _rule(self, number: int) -> Rule:
        action = self.of([*Action])
        edits = self._edits() if action is Action.EDIT else ()
        return Rule(f"rule {number}", action, self.condition(), edits, self.yes())

    def condition(self, depth: int = 2) -> Condition:
        """Return a condition of any kind."""
        if depth and self.of(range(4)) == 3:
            parts = tuple(self.condition(depth - 1) for _ in range(self.of(range(4))))
            return Group(self.of([*Combine]), parts)
        return self.of((self._of_text, self._of_days, self._of_kind, self._of_range))()

    def _of_text(self) -> Where:
        field, operator = self.of(_TEXT_FIELDS), self.of([each for each in Operator if each is not Operator.RANGE])
        words = _PATTERNS if operator is Operator.MATCHES else _WORDS
        return Where(field, operator, (self.of(words), self.of(words)), property=self.of(("X-A", "GEO", "COMMENT")))

    def _of_days(self) -> Where:
        return Where(Field.WEEKDAY, Operator.EQUALS, (self.of(_DAYS), self.of(_DAYS)))

    def _of_kind(self) -> Where:
        return Where(self.of((Field.ALL_DAY, Field.RECURRING)), Operator.EXISTS)

    def _of_range(self) -> Where:
        field, low, high = self.of(_RANGES)
        return Where(field, Operator.RANGE, low=low, high=high)

    def _edits(self) -> tuple[Edit, ...]:
        return tuple(self._edit() for _ in range(1 + self.of(range(2))))

    def _edit(self) -> Edit:
        change = self.of([*Change])
        if change is Change.BUSY:
            return Edit(change, "TRANSP", self.of(("free", "tentative", "busy", "oof")))
        if change is Change.ADD:
            return Edit(change, "CATEGORIES", self.of(_WORDS[1:]))
        text, pattern, length = self.of(_TEXTS), self.of(_PATTERNS), self.of((1, 2, 20, 200))
        return Edit(change, self.of(_PLACES), text if _is_possible(pattern, text) else "", pattern, length)


def _is_possible(pattern: str, replacement: str) -> bool:
    """Tell whether a configuration could say so."""
    try:
        refuse_bad_replacement(pattern, replacement)
    except BadPattern:
        return False
    return True


POLICIES = [
    Policy(series=mode, window=window, keep_alarms=keep, keep_attendees=keep, uid=uid)
    for mode, window, keep, uid in product(SeriesMode, _WINDOWS[:2], (False, True), UidMode)
]


def opened(data: bytes) -> tuple[Draw, bytes]:
    """Return what the first line of an input chooses, and the rest."""
    line, _, rest = data.partition(b"\n")
    return Draw(line), rest


def sources(rest: bytes, most: int = 3) -> list[bytes]:
    """Return the calendars of an input; only so many."""
    return rest.split(BETWEEN)[:most]


def pieces(body: bytes, seed: int) -> Iterator[bytes]:
    """Cut ``body`` into pieces of several lengths, the same for the same seed."""
    length, at = seed % 61 + 1, 0
    while at < len(body):
        yield body[at : at + length]
        at, length = at + length, length * 7 % 251 + 1
