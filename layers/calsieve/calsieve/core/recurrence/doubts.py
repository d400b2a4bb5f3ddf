"""Why readers are known to show a series differently: such a series is published whole."""

from __future__ import annotations

from datetime import datetime

from calsieve.core.event import Event
from calsieve.core.recurrence.properties import Recurrence
from calsieve.core.recurrence.regular import SHORTEST_MONTHS
from calsieve.core.recurrence.rule import SUB_DAILY, Rule
from calsieve.core.values import Form

# libical 3 keeps INTERVAL in a short integer.
_LONGEST_INTERVAL = 32_767
_LEAP_SECOND = 60


class NotUnderstood(Exception):
    """Readers disagree about what a series shows, or it would take too long to find out; says why."""


def refuse_doubtful(master: Event, recurrence: Recurrence) -> None:
    """Raise NotUnderstood for a master that readers are known to show differently."""
    if recurrence.excluding:
        raise NotUnderstood("EXRULE")
    if recurrence.foreign:
        raise NotUnderstood("a PERIOD in another form or zone than DTSTART")
    for rule in recurrence.rules:
        if why := why_doubtful(rule, master):
            raise NotUnderstood(why)
        if rule.frequency in SUB_DAILY and master.start.form is not Form.UTC:
            raise NotUnderstood("a rule of hours or less where clocks change")


def why_doubtful(rule: Rule, master: Event) -> str | None:
    """Say why readers are known to expand this rule differently, or return None.

    Found by holding libical, ical.js, ical.net, dateutil and pycalendar against each other.
    """
    if rule.until and rule.until.local < master.start.local:
        return "UNTIL before DTSTART"
    if rule.unknown:
        return "parts that are not of RFC 5545"
    if rule.interval > _LONGEST_INTERVAL:
        return "a long INTERVAL"
    if rule.frequency == "YEARLY" and _lacks_days(rule, master.start.local):
        return "a yearly rule on a day that not every year has"
    if master.start.form is Form.DATE and (
        rule.by_hour or rule.by_minute or rule.by_second or rule.frequency in SUB_DAILY
    ):
        return "times of day in a series of dates"
    return _by_weeks_and_positions(rule) or (_by_hours if rule.frequency in SUB_DAILY else _by_days)(rule)


def _lacks_days(rule: Rule, start: datetime) -> bool:
    """Tell whether a yearly rule names days that a month of it may lack; ical.js shows the next month's instead."""
    if rule.by_day or rule.by_year_day or rule.by_week_no:
        return False
    shortest = min(SHORTEST_MONTHS[month - 1] for month in rule.by_month or (start.month,))
    return max(map(abs, rule.by_month_day or (start.day,))) > shortest


def _by_weeks_and_positions(rule: Rule) -> str | None:
    if rule.by_week_no:
        return "BYWEEKNO"
    if rule.by_set_pos and not _picks_weekdays_of_a_month(rule):
        return "BYSETPOS, but for weekdays of a month"
    if rule.by_year_day and rule.frequency != "YEARLY":
        return "BYYEARDAY in a rule that is not yearly"
    return _by_values(rule)


def _by_values(rule: Rule) -> str | None:
    if rule.by_year_day and rule.by_month:
        return "BYYEARDAY with BYMONTH"  # libical shows one, ical.js refuses the file
    if _LEAP_SECOND in rule.by_second:
        return "a leap second"  # dateutil refuses the series, others show it a second later
    if _says_twice(rule):
        return "a BY part that has a value twice"  # libical counts both
    if list(rule.by_month) != sorted(rule.by_month):
        return "BYMONTH out of order"  # ical.js gives the first occurrence twice, and COUNT counts both
    return None


def _says_twice(rule: Rule) -> bool:
    parts = (
        rule.by_second,
        rule.by_minute,
        rule.by_hour,
        rule.by_day,
        rule.by_month_day,
        rule.by_year_day,
        rule.by_month,
        rule.by_set_pos,
    )
    return any(len(set(part)) < len(part) for part in parts)


def _picks_weekdays_of_a_month(rule: Rule) -> bool:
    """Tell whether BYSETPOS picks from the weekdays of a month and nothing else; ical.js does no more with it."""
    others = rule.by_month, rule.by_month_day, rule.by_year_day, rule.by_hour, rule.by_minute, rule.by_second
    return rule.frequency == "MONTHLY" and bool(rule.by_day) and not any(others)


def _by_days(rule: Rule) -> str | None:
    return _by_month_days(rule) if rule.by_month_day else _by_weekdays(rule)


def _by_month_days(rule: Rule) -> str | None:
    if rule.frequency == "WEEKLY":
        return "BYMONTHDAY in a weekly rule"
    if rule.frequency == "DAILY" and min(rule.by_month_day) < 0:
        return "BYMONTHDAY from the month's end in a daily rule"
    if rule.frequency == "YEARLY" and not rule.by_month:
        return "BYMONTHDAY without BYMONTH in a yearly rule"
    return _by_weekdays(rule)


def _by_weekdays(rule: Rule) -> str | None:
    numbers = {n for n, _ in rule.by_day}
    if not any(numbers):
        return None
    if rule.frequency not in {"YEARLY", "MONTHLY"}:
        return "BYDAY with numbers in a weekly or daily rule"
    if max(map(abs, numbers)) > 5:
        return "BYDAY with a number beyond 5"
    return "BYDAY with and without numbers" if 0 in numbers else None


def _by_hours(rule: Rule) -> str | None:
    """Of the parts of rules of hours or less, those that say more than the rule are fine, those that limit it not."""
    if rule.by_day or rule.by_month_day or rule.by_year_day or rule.by_month:
        return "picking days in a rule of hours or less"
    rank = SUB_DAILY.index(rule.frequency) + 1
    if any((rule.by_hour, rule.by_minute, rule.by_second)[:rank]):
        return "BYHOUR, BYMINUTE or BYSECOND that limits a rule of hours or less"
    return None
