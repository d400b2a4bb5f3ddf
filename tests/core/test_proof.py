"""What would be left of a series is used only if it shows the same when it is expanded."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

import pytest

from calsieve.core import select
from calsieve.core.component import Line
from calsieve.core.event import Event
from calsieve.core.trim import Reduced
from tests.core.kit import cleaned, events, policy, vcalendar, vevent

SOURCE = vcalendar(
    vevent(
        "DTSTART:20260101T100000Z",
        "DURATION:PT1H",
        "RRULE:FREQ=DAILY;COUNT=900",
        "EXDATE:20260501T100000Z",
        "RDATE:20260419T100000Z,20260601T150000Z",
        "RDATE;VALUE=PERIOD:20260419T090000Z/P1D",
    ),
    vevent("RECURRENCE-ID:20260201T100000Z", "DTSTART:20260610T200000Z"),
    vevent("RECURRENCE-ID:20260602T100000Z", "DTSTART:20260602T200000Z"),
)


def with_value(name: str, old: str, new: str) -> Callable[[Reduced], Reduced]:
    """Return a mistake in the master: other text in a line."""

    def wrong(reduced: Reduced) -> Reduced:
        assert reduced.master
        component = reduced.master.component
        assert any(line.name == name and old in line.value for line in component.lines)

        def edited(line: Line) -> Line:
            return line._replace(value=line.value.replace(old, new)) if line.name == name else line

        return reduced._replace(master=reduced.master._replace(component=component.mapped(edited)))

    return wrong


def later(event: Event) -> Event:
    return event._replace(start=event.start.at(event.start.local.replace(hour=23)))


MISTAKES: dict[str, Callable[[Reduced], Reduced]] = {
    "a COUNT too high, far behind the window": with_value("RRULE", "COUNT=7", "COUNT=17"),
    "a COUNT too low": with_value("RRULE", "COUNT=791", "COUNT=99"),
    "another rule": with_value("RRULE", "DAILY", "WEEKLY"),
    "another exception": with_value("EXDATE", "20260501", "20260502"),
    "another addition": with_value("RDATE", "20260601", "20260603"),
    "no overrides": lambda reduced: reduced._replace(overrides=()),
    "an override elsewhere": lambda reduced: reduced._replace(overrides=tuple(map(later, reduced.overrides))),
    "nothing that stands for itself": lambda reduced: reduced._replace(alone=()),
    "what stands for itself, twice": lambda reduced: reduced._replace(alone=reduced.alone * 2),
    "no series": lambda reduced: reduced._replace(master=None),
}


def test_without_a_mistake_it_is_used() -> None:
    report = cleaned(SOURCE, policy=policy("trim")).report
    assert (report.series_kept_whole, report.events_out) == (0, 4)


@pytest.mark.parametrize("mistake", MISTAKES)
@pytest.mark.parametrize("mode", ["trim", "cut"])
def test_a_mistake_keeps_the_series_whole(mistake: str, mode: str, monkeypatch: pytest.MonkeyPatch) -> None:
    right, wrong = (select.trimmed, MISTAKES[mistake]) if mode == "trim" else (select.cut, MISTAKES[mistake])
    if mode == "cut" and "COUNT" in mistake:
        wrong = with_value("RRULE", "UNTIL=2026", "UNTIL=2027" if "high" in mistake else "UNTIL=2025")

    def mistaken(*args: Any, **options: Any) -> Reduced:
        return wrong(right(*args, **options))

    monkeypatch.setattr(select, "trimmed" if mode == "trim" else "cut", mistaken)
    body = cleaned(SOURCE, policy=policy(mode, ahead="4w"))
    assert body.report.series_kept_whole == 1
    assert [line.value for line in events(body.body)[0].all("RRULE")] == ["FREQ=DAILY;COUNT=900"]


def test_in_a_window_without_end_what_is_far_away_counts_too() -> None:
    moved = vevent("RECURRENCE-ID:20400521T100000Z", "DTSTART:20400521T150000Z")
    source = vcalendar(vevent("DTSTART:20260101T100000Z", "RRULE:FREQ=DAILY"), moved)
    report = cleaned(source, policy=policy("trim", ahead=None)).report
    assert (report.series_kept_whole, report.events_out) == (0, 2)
