"""Targets of the smallest parts: lines out of bytes, values out of lines, times out of rules."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timedelta
from itertools import islice, pairwise

from dateutil.rrule import rrulestr

from calsieve.core.clean import compose
from calsieve.core.component import Line, escaped, parsed_line, unescaped
from calsieve.core.read import read
from calsieve.core.recurrence.expand import TooMuchWork, Work, recurrences, times_before
from calsieve.core.recurrence.rule import SUB_DAILY, WEEKDAYS, Rule, known_parts, parsed_rule, rule_parts, written_parts
from calsieve.core.serialise import written_line
from calsieve.core.text import logical_lines
from calsieve.core.values import canonical_when, parsed_duration, parsed_offset, parsed_when, written, written_offset
from calsieve.errors import InvalidCalendar
from tests.core.kit import NOW
from tests.fuzz.drawing import opened, pieces

_STARTS = (
    datetime(2026, 5, 18, 10),
    datetime(2024, 2, 29, 23, 59, 59),
    datetime(1, 1, 1),
    datetime(9999, 12, 31, 23),
    datetime(1996, 12, 31),
)
_MOST = 3_000
_FAR = timedelta(days=1500)


def lines(data: bytes) -> None:
    """Bytes become lines that can be written, read again and stay; values too."""
    repairs: Counter[str] = Counter()
    for text in logical_lines(data, ("utf-8", None, "latin-1", "utf-7", "shift_jis")[len(data) % 5], repairs):
        assert "\n" not in text
        assert "\r" not in text
        line = parsed_line(text)
        if line is None:
            continue
        raw = written_line(line)
        assert all(len(part) <= 75 for part in raw.split(b"\r\n"))
        again = logical_lines(raw, None, Counter())
        assert parsed_line("\n".join(again)) == line or "\ufffd" in raw.decode("utf-8", "replace")
        assert unescaped(escaped(line.value)) == line.value
        _values(line)


def _values(line: Line) -> None:
    if when := parsed_when(line.value):
        assert canonical_when(written(when.local, when.form)) == when._replace(tzid="")
    if (offset := parsed_offset(line.value)) is not None:
        assert parsed_offset(written_offset(offset)) == offset
    parsed_duration(line.value)


def streams(data: bytes) -> None:
    """What is published is the same wherever the stream is cut, in any charset."""
    draw, body = opened(data)
    charset, policy = draw.of((None, "latin-1", "utf-16", "cp1252", "utf-7")), draw.policy()
    found = []
    for cut in (iter([body]), pieces(body, draw.of(range(61)))):
        try:
            found.append(compose([read("one", [*cut], charset)], policy, NOW).body)
        except InvalidCalendar as error:
            found.append(str(error).encode())
    assert found[0] == found[1]


def rrules(data: bytes) -> None:
    """A rule recurs in order, within its bound, the same from wherever it is asked, and as dateutil has it."""
    draw, rest = opened(data)
    start, near = draw.of(_STARTS), timedelta(days=draw.of(range(256)) * 3)
    text = rest.decode("utf-8", "replace").replace("\n", "")
    rule = parsed_rule(text)
    assert parsed_rule(written_parts(rule_parts(text))) == rule
    known_parts(text)
    if rule is None:
        return
    last = min(datetime.max - start, _FAR) + start
    begin = min(datetime.max - start, near) + start
    try:
        walked = [*islice(recurrences(rule, start, start, last, Work(50_000)), _MOST)]
        entered = [*islice((one for one in recurrences(rule, start, begin, last, Work(50_000)) if one >= begin), _MOST)]
    except (TooMuchWork, OverflowError):
        return
    assert all(one < other for one, other in pairwise(walked))
    if len(walked) < _MOST:
        assert entered == [one for one in walked if one >= begin]
        if not rule.occurrences and not rule.until:
            assert times_before(rule, start, begin, Work(10**6)) == sum(one < begin for one in walked)
    if (plain := _as_dateutil_has_it(rule)) and last.year < 9000:
        theirs = [*islice(rrulestr(plain, dtstart=start).xafter(start, inc=True), len(walked) + 1)]
        assert walked == [one for one in theirs if one <= last][: len(walked)]
        assert len(walked) == _MOST or len(theirs) == len(walked) or theirs[-1] > last


def _as_dateutil_has_it(rule: Rule) -> str:
    """Return a rule as text if dateutil is known to have its kind right, else nothing."""
    only = Rule(
        rule.frequency,
        rule.interval,
        rule.occurrences,
        by_day=rule.by_day,
        by_hour=rule.by_hour,
        by_month_day=rule.by_month_day,
        by_month=rule.by_month,
        week_start=rule.week_start,
    )
    numbered = any(number for number, _ in rule.by_day)
    if only != rule or numbered or rule.frequency in SUB_DAILY or rule.interval > 50:
        return ""
    if (rule.frequency == "WEEKLY" and rule.by_month_day) or (rule.frequency == "MONTHLY" and rule.by_month):
        return ""
    parts = {
        "INTERVAL": str(rule.interval),
        "COUNT": str(rule.occurrences or ""),
        "BYDAY": ",".join(WEEKDAYS[day] for _, day in rule.by_day),
        "BYHOUR": _listed(rule.by_hour),
        "BYMONTHDAY": _listed(rule.by_month_day),
        "BYMONTH": _listed(rule.by_month),
        "WKST": WEEKDAYS[rule.week_start],
    }
    return ";".join([f"FREQ={rule.frequency}", *(f"{name}={value}" for name, value in parts.items() if value)])


def _listed(numbers: tuple[int, ...]) -> str:
    return ",".join(map(str, numbers))
