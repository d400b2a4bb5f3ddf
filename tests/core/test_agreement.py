from __future__ import annotations

from datetime import UTC, datetime

import pytest

from calsieve.core import agenda
from calsieve.core.agreement import Difference, difference, is_comparable
from calsieve.core.read import Calendar, read
from calsieve.core.screen import reach_between
from calsieve.core.window import EARLIEST, LATEST, Window
from calsieve.core.zones.iana import iana_zone
from calsieve.models import Budget, Cleaned, Duplicates, Policy, Show, SourcePolicy
from calsieve.rules import Action, Rule
from tests.core.kit import vcalendar, vevent
from tests.golden.test_golden import EVERY, Case

EVERYTHING = reach_between(EARLIEST, LATEST)
WINDOW = Window(datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 7, 1, tzinfo=UTC))
DAILY = ("DTSTART:20260501T100000Z", "DTEND:20260501T110000Z", "RRULE:FREQ=DAILY;COUNT=10")
DROPPING = Rule("drop", Action.DROP)


def whole(body: bytes) -> Calendar:
    return read("work", body, None, EVERYTHING)


def found(result: Cleaned, *bodies: bytes) -> Difference:
    report = result.report
    window = Window(report.window_start or EARLIEST, report.window_end or LATEST, iana_zone(report.timezone) or UTC)
    return difference([*map(whole, bodies)], result.body, window, report.timezone)


@pytest.mark.parametrize("case", [case for case in EVERY if is_comparable(case.asked[0])], ids=str)
def test_every_golden_file_shows_what_its_sources_show(case: Case) -> None:
    assert found(case.cleaned(*case.sources), *case.sources) == Difference()


@pytest.mark.parametrize(
    ("changed", "expected"),
    [
        (("COUNT=10", "COUNT=8"), Difference(2, 0)),
        (("COUNT=10", "COUNT=11"), Difference(0, 1)),
        (("20260501T110000Z", "20260501T113000Z"), Difference(10, 10)),
    ],
)
def test_what_is_different_is_counted(changed: tuple[str, str], expected: Difference) -> None:
    body = vcalendar(vevent(*DAILY))
    published = body.replace(*(part.encode() for part in changed))
    assert difference([whole(body)], published, WINDOW, "UTC") == expected


def test_what_several_sources_have_may_be_there_once() -> None:
    body = vcalendar(vevent(*DAILY))
    assert difference([whole(body), whole(body)], body, WINDOW, "UTC") == Difference()


def test_what_takes_too_long_is_no_difference(monkeypatch: pytest.MonkeyPatch) -> None:
    body = vcalendar(vevent(*DAILY))
    published = body.replace(b"COUNT=10", b"COUNT=3")
    monkeypatch.setattr(agenda, "MOST_FOR_A_SERIES", 5)
    assert difference([whole(body)], published, WINDOW, "UTC") == Difference()


def test_what_readers_show_differently_may_be_there_or_not() -> None:
    doubtful = vcalendar(vevent(*DAILY[:2], "RRULE:FREQ=WEEKLY;BYDAY=FR,SA;BYSETPOS=1;COUNT=3"))
    assert difference([whole(doubtful)], vcalendar(), WINDOW, "UTC") == Difference()


@pytest.mark.parametrize(
    "policy",
    [
        Policy(rules=(DROPPING,)),
        Policy(view_rules=(DROPPING,)),
        Policy(sources=(("work", SourcePolicy(rules=(DROPPING,))),)),
        Policy(show=Show.BUSY),
        Policy(duplicates=Duplicates.DROP),
        Policy(budget=Budget(events=5)),
    ],
)
def test_what_takes_events_away_is_not_compared(policy: Policy) -> None:
    assert is_comparable(Policy())
    assert not is_comparable(policy)
