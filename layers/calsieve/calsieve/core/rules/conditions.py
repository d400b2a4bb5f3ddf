"""What rules ask, worked out so that most of it is answered line by line.

Each question is one or a few bits. A line answers by the bits of a number, an event by those of all its lines and of
its time. So what was once said of a line or of such a number need not be worked out again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Iterator
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from calsieve.core.component import Line
from calsieve.core.rules.patterns import found
from calsieve.core.rules.reading import (
    ALL_DAY_EVENT,
    BUSY_STATUS,
    DEFAULTS,
    busy_word,
    property_of,
    text,
    values,
    without_case,
)
from calsieve.rules import Combine, Condition, Field, Operator, Where

_OF_TIMES = frozenset({Field.WEEKDAY, Field.TIME, Field.DATE, Field.DURATION})
_WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")


class Moment(NamedTuple):
    """When an occurrence is: its local start in the feed's zone, whether that is a date, and how long it lasts.

    Whether ``local`` is aware makes no difference.
    """

    local: datetime
    is_date: bool
    length: timedelta


def questions(condition: Condition) -> Iterator[Where]:
    """Yield every question of a condition."""
    if isinstance(condition, Where):
        yield condition
    else:
        for one in condition.of:
            yield from questions(one)


# Tells of the values of a line, as they are and without case, whether they are what is asked.
_Test = Callable[[list[str], list[str]], bool]
# Tells of an event's bits whether something is so.
_Answer = Callable[[int], bool]


class Conditions:
    """The questions of some rules, asked of the events of one source."""

    def __init__(self, asked: Iterable[Condition], source: str, me: Collection[str]) -> None:
        self._source, self._me = source, me
        self._bits = 0
        self._of_lines: dict[str, dict[Field, list[tuple[int, _Test]]]] = {}
        self._of_moments: list[tuple[int, Callable[[Moment], bool]]] = []
        self._is_date = self._recurs = 0
        self._answers: dict[Where, tuple[_Answer, int]] = {}
        for condition in asked:
            for where in questions(condition):
                if where not in self._answers:
                    self._answers[where] = self._prepared(where)
        self.of_days = self._varying(Field.WEEKDAY, Field.DATE)
        self.of_clocks, self.of_lengths = self._varying(Field.TIME), self._varying(Field.DURATION)
        self.asks_times = bool(self._of_moments)
        self.asks_dates = any(where.field is Field.DATE for where in self._answers)
        self.names = frozenset(self._of_lines)

    def _varying(self, *fields: Field) -> int:
        """Return the bits of questions about fields that may be answered differently by each occurrence."""
        asked = (where for where in self._answers if where.field in fields and where.operator is not Operator.EXISTS)
        return sum(self._answers[where][1] for where in asked)

    def of_line(self, line: Line) -> int:
        """Return what a line answers."""
        answered = 0
        for field, tests in self._of_lines.get(line.name, {}).items():
            said = values(line, field, self._me)
            folded = [*map(without_case, said)]
            for bit, test in tests:
                if test(said, folded):
                    answered |= bit
        return answered

    def of_lines(self, lines: Iterable[Line]) -> int:
        """Return what lines of an event answer together."""
        answered = 0
        for line in lines:
            if line.name in self.names:
                answered |= self.of_line(line)
        return answered

    def of_moment(self, moment: Moment) -> int:
        """Return what the time of an occurrence answers."""
        answered = 0
        for bit, test in self._of_moments:
            if test(moment):
                answered |= bit
        return answered

    def of_kind(self, *, is_date: bool, recurs: bool) -> int:
        """Return what it answers that an event is of dates, and that it belongs to a series."""
        return self._is_date * is_date | self._recurs * recurs

    def holds(self, condition: Condition, answered: int, unknown: int = 0) -> bool | None:
        """Tell whether a condition holds; None if that depends on bits that are unknown."""
        if isinstance(condition, Where):
            answer, needed = self._answers[condition]
            return None if needed & unknown else answer(answered)
        wanted = condition.combine is Combine.ALL  # what all have to be: else one that is not decides
        said = {self.holds(one, answered, unknown) for one in condition.of}
        if (not wanted) in said:
            return condition.combine is Combine.ANY
        if None in said:
            return None
        return condition.combine is not Combine.ANY

    def _bit(self) -> int:
        self._bits += 1
        return 1 << self._bits - 1

    def _said(self, name: str, field: Field, test: _Test) -> int:
        """Return a new bit: whether a line of that name passes a test."""
        bit = self._bit()
        self._of_lines.setdefault(name, {}).setdefault(field, []).append((bit, test))
        return bit

    def _prepared(self, where: Where) -> tuple[_Answer, int]:
        """Return how an event's bits answer a question, and which of them depend on its time."""
        field = where.field
        if field in _OF_TIMES:
            bit = self._bit()
            self._of_moments.append((bit, _of_moment(where)))
            return _has(bit), bit
        if field is Field.SOURCE:
            said = text(self._source)
            always = _test(where)([said], [without_case(said)])
            return (lambda _: always), 0
        return self._prepared_of_kind(where) if field in _OF_KIND else self._prepared_of_lines(where), 0

    def _prepared_of_kind(self, where: Where) -> _Answer:
        if where.field is Field.BUSY:
            return self._busy(where)
        if where.field is Field.RECURRING:
            self._recurs = self._recurs or self._bit()
            return _has(self._recurs)
        if not self._is_date:
            self._is_date = self._said(ALL_DAY_EVENT, Field.PROPERTY, lambda _, folded: "true" in folded)
        return _has(self._is_date)

    def _prepared_of_lines(self, where: Where) -> _Answer:
        name, test = property_of(where), _test(where)
        bit = self._said(name, where.field, test)
        default = DEFAULTS.get(where.field)
        if default is None or not test([default], [default]):
            return _has(bit)
        there = self._said(name, where.field, lambda _, __: True)
        return lambda answered: bool(answered & bit) or not answered & there

    def _busy(self, where: Where) -> _Answer:
        """Prepare a question about BUSY: Exchange's own word, else free by TRANSP or STATUS, tentative by STATUS."""
        test = _test(where)
        if where.operator is Operator.EXISTS:
            return lambda _: True
        given, right = self._bit(), self._bit()
        tests = self._of_lines.setdefault(BUSY_STATUS, {}).setdefault(Field.PROPERTY, [])
        tests.append((given, lambda _, folded: any(map(busy_word, folded))))
        tests.append((right, lambda _, folded: any(test([word], [word]) for word in map(busy_word, folded) if word)))
        through = self._said("TRANSP", Field.TRANSPARENCY, lambda _, folded: "transparent" in folded)
        off = self._said("STATUS", Field.STATUS, lambda _, folded: "cancelled" in folded)
        perhaps = self._said("STATUS", Field.STATUS, lambda _, folded: "tentative" in folded)

        def answer(answered: int) -> bool:
            if answered & given:
                return bool(answered & right)
            word = "free" if answered & (through | off) else "tentative" if answered & perhaps else "busy"
            return test([word], [word])

        return answer


_OF_KIND = frozenset({Field.BUSY, Field.RECURRING, Field.ALL_DAY})


def _has(bit: int) -> _Answer:
    return lambda answered: bool(answered & bit)


def _test(where: Where) -> _Test:
    """Return the test of a question about text: true if it is for any of the values."""
    if where.operator is Operator.EXISTS:
        return lambda said, _: bool(said)
    if where.operator is Operator.MATCHES:
        return lambda said, _: any(found(pattern, one) for one in said for pattern in where.values)
    wanted = tuple(without_case(text(value)) for value in where.values)
    if where.operator is Operator.EQUALS:
        known = frozenset(wanted)
        return lambda _, folded: not known.isdisjoint(folded)
    if where.operator is Operator.STARTS:
        return lambda _, folded: any(one.startswith(wanted) for one in folded)
    if where.operator is Operator.ENDS:
        return lambda _, folded: any(one.endswith(wanted) for one in folded)
    return lambda _, folded: any(part in one for one in folded for part in wanted)


def _of_moment(where: Where) -> Callable[[Moment], bool]:
    """Return the test of a question about time."""
    low, high = where.low, where.high
    if where.operator is Operator.EXISTS:
        return lambda moment: where.field is not Field.TIME or not moment.is_date
    if where.field is Field.WEEKDAY:
        test = _test(where)
        return lambda moment: test([_WEEKDAYS[moment.local.weekday()]], [_WEEKDAYS[moment.local.weekday()]])
    if where.field is Field.DATE:
        return lambda moment: _within(moment.local.date(), low, high)
    if where.field is Field.DURATION:
        return lambda moment: _within(moment.length, low, high)
    if low is not None and high is not None and low > high:  # type: ignore[operator] # both are times of day
        return lambda moment: not moment.is_date and not _within(moment.local.time(), high, low)
    return lambda moment: not moment.is_date and _within(moment.local.time(), low, high)


def _within(value: Any, low: Any, high: Any) -> bool:
    return (low is None or low <= value) and (high is None or value < high)
