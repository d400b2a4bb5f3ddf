"""RRULE, RDATE, EXDATE, EXRULE and UNTIL in the form that DTSTART has (RFC 5545 §3.8.4.4, §3.8.5)."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import UTC, datetime, time

from calsieve.core.component import Component, Line
from calsieve.core.recurrence.rule import parsed_rule, rule_parts, written_parts
from calsieve.core.repairs.days import times_on
from calsieve.core.repairs.times import moment
from calsieve.core.values import Form, When, line_of, parsed_duration, parsed_when, written
from calsieve.core.zones.iana import iana_zone
from calsieve.core.zones.resolve import Zones

_NAMES = ("RRULE", "EXRULE", "RDATE", "EXDATE")


def settled_recurrences(component: Component, start: When, zones: Zones, repairs: Counter[str]) -> Component:
    """Return the component with its recurrence properties in DTSTART's form; what has no meaning goes."""
    if not component.has(*_NAMES):
        return component
    lines: list[Line] = []
    for line in sorted(component.lines, key=lambda line: line.name == "EXDATE"):
        if line.name in {"RRULE", "EXRULE"}:
            rule = _rule(line, start, zones, repairs)
            lines += [rule] if rule and rule not in lines else []
        elif line.name in {"RDATE", "EXDATE"}:
            lines += _dates(line, start, lines, zones, repairs)
        else:
            lines.append(line)
    return Component(component.name, tuple(lines), component.children)


def without_recurrences(component: Component, repairs: Counter[str]) -> Component:
    """Return an override without recurrence properties: it is one occurrence (RFC 5545 §3.8.4.4)."""
    if not component.has(*_NAMES):
        return component
    repairs["rule_in_override"] += 1
    return component.without(*_NAMES)


def in_form_of(start: When, when: When, zones: Zones, repairs: Counter[str]) -> When:
    """Return the same moment in DTSTART's form and zone; a date stands for DTSTART's time on that day."""
    if (when.form, when.tzid) == (start.form, start.tzid):
        return when
    repairs["moment_form"] += 1
    if start.form is Form.DATE:
        return start.at(when.local.replace(hour=0, minute=0, second=0))
    if when.form is Form.DATE:
        return start.at(when.local.replace(hour=start.local.hour, minute=start.local.minute, second=start.local.second))
    if Form.FLOATING in {when.form, start.form}:
        return start.at(when.local)
    return start.at(zones.instant(when).astimezone(zones.rules(start)).replace(tzinfo=None))


def slot_in_form_of(start: When, when: When, lines: Iterable[Line], zones: Zones, repairs: Counter[str]) -> When:
    """Return a RECURRENCE-ID in DTSTART's form; a date is the one occurrence of that day, else DTSTART's time on it.

    ``lines`` are those of the settled master.
    """
    times = times_on(when.local, start.local, lines) if _is_vague(when, start) else []
    if len(times) != 1:
        return in_form_of(start, when, zones, repairs)
    repairs["moment_form"] += 1
    return start.at(*times)


def _rule(line: Line, start: When, zones: Zones, repairs: Counter[str]) -> Line | None:
    rule = parsed_rule(line.value)
    if rule is None:
        repairs["rule_unreadable"] += 1
        return None
    parts = rule_parts(line.value)
    if rule.until and rule.occurrences:
        repairs["until_and_count"] += 1
        del parts["COUNT"]
    if rule.until:
        parts["UNTIL"] = _until(rule.until, start, zones)
    value = written_parts(parts)
    if value != line.value:
        repairs["rule_form"] += 1
    return Line(line.name, "", value)


def _until(until: When, start: When, zones: Zones) -> str:
    """Write UNTIL as RFC 5545 §3.3.10 asks: a date for dates, else UTC, local only where DTSTART floats.

    A date with a timed DTSTART is the midnight at which that day begins, as all readers take it.
    """
    if start.form is Form.DATE:
        return written(_until_day(until, zones), Form.DATE)
    if until.form in {Form.DATE, Form.FLOATING}:
        until = start.at(until.local)
    if start.form is Form.FLOATING:
        zone = iana_zone(zones.timezone) or UTC
        local = zones.instant(until).astimezone(zone).replace(tzinfo=None) if until.form is Form.UTC else until.local
        return written(local, Form.FLOATING)
    return written(zones.instant(until).replace(tzinfo=None), Form.UTC)


def _until_day(until: When, zones: Zones) -> datetime:
    """Return the day that UNTIL means for dates: Outlook writes a midnight of the feed's zone in UTC."""
    if until.form is not Form.UTC:
        return until.local
    local = zones.instant(until).astimezone(iana_zone(zones.timezone) or UTC).replace(tzinfo=None)
    return local if local.time() == time() else until.local


def _dates(line: Line, start: When, settled: list[Line], zones: Zones, repairs: Counter[str]) -> list[Line]:
    """Return one line of the line's dates in DTSTART's form, and one of its periods in each zone.

    ``settled`` are the rules and RDATEs that an EXDATE may be about.
    """
    texts = [text for text in line.value.split(",") if text.strip()]
    plain = [moment(line, text, zones, repairs) for text in texts if "/" not in text]
    repairs["date_unreadable"] += plain.count(None)
    dates = [exact for when in plain if when for exact in _exact(line.name, when, start, settled, zones, repairs)]
    unique = list(dict.fromkeys(dates))
    lines = [line_of(line.name, *unique)] if unique else []
    if line.name == "RDATE":
        periods = [period for text in texts if "/" in text and (period := _period(line, text, zones, repairs))]
        lines += _period_lines(periods)
    return lines


def _exact(
    name: str, when: When, start: When, settled: list[Line], zones: Zones, repairs: Counter[str]
) -> Iterable[When]:
    """Return the moments in DTSTART's form that a value means: for a date in EXDATE all occurrences of that day."""
    if name == "EXDATE" and _is_vague(when, start) and (times := times_on(when.local, start.local, settled)):
        repairs["moment_form"] += 1
        return map(start.at, times)
    return (in_form_of(start, when, zones, repairs),)


def _is_vague(when: When, start: When) -> bool:
    return when.form is Form.DATE and start.form is not Form.DATE


def _period(line: Line, text: str, zones: Zones, repairs: Counter[str]) -> tuple[When, str] | None:
    """Read a PERIOD (RFC 5545 §3.3.9) as its settled start and its end or duration as written."""
    begin, _, rest = text.partition("/")
    start = moment(line, begin, zones, repairs)
    end = parsed_when(rest, line.parameter("TZID"))
    if start is None or start.form is Form.DATE or not (end or parsed_duration(rest)):
        repairs["date_unreadable"] += 1
        return None
    return start, zones.settled(end).text if end else rest.strip().upper()


def _period_lines(periods: Iterable[tuple[When, str]]) -> list[Line]:
    by_zone: dict[str, list[str]] = {}
    for begin, rest in periods:
        by_zone.setdefault(begin.tzid, []).append(f"{begin.text}/{rest}")
    return [
        Line("RDATE", ";VALUE=PERIOD" + (f";TZID={tzid}" if tzid else ""), ",".join(texts))
        for tzid, texts in by_zone.items()
    ]
