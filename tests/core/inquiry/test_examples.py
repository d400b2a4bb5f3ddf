"""What a rule acted on, for example."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import pytest

from calsieve.core.inquiry import parts
from calsieve.core.inquiry.examples import examples
from calsieve.core.read import Calendar
from calsieve.models import Cleaned, Policy, SourcePolicy
from calsieve.rules import Action, Combine, Field, Group, Operator, Rule, Where
from tests.core.inquiry.kit import read
from tests.core.kit import NOW, vcalendar, vevent


def starting(word: str) -> Where:
    return Where(Field.SUMMARY, Operator.STARTS, (word,))


def event(uid: str, summary: str, day: str = "20260521") -> str:
    return vevent(f"UID:{uid}", f"DTSTART:{day}T100000Z", f"SUMMARY:{summary}")


def asked(*rules: Rule, bodies: tuple[bytes, ...], most: int = 3, **more: object) -> dict[str, tuple[str, ...]]:
    policy = Policy(timezone="UTC", rules=rules, **more)  # type: ignore[arg-type]
    calendars = [read(f"s{n}", body) for n, body in enumerate(bodies)]
    names = [rule.name for rule in (*rules, *(rule for _, own in policy.sources for rule in own.rules))]
    return examples(calendars, policy, NOW, names, most)


def test_titles_are_those_of_the_source_in_its_order() -> None:
    drop, keep = Rule("lunches", Action.DROP, starting("Lunch")), Rule("rest", Action.KEEP)
    body = vcalendar(event("1", "Talk"), event("2", "Lunch\\, long"), event("3", "lunch"))
    assert asked(drop, keep, bodies=(body,)) == {"lunches": ("Lunch, long", "lunch"), "rest": ("Talk",)}


def test_each_title_is_told_once_and_only_so_many() -> None:
    many = [event(str(n), f"Lunch {n % 5}") for n in range(40)]
    assert asked(Rule("r", Action.DROP, starting("Lunch")), bodies=(vcalendar(*many),)) == {
        "r": ("Lunch 0", "Lunch 1", "Lunch 2")
    }


def test_rules_whose_titles_are_all_alike_are_not_looked_into_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    composed: list[int] = []

    def counted(calendar: Calendar, chosen: Sequence[parts.Group], policy: Policy, now: datetime) -> Cleaned:
        composed.append(len(chosen))
        return parts.composed_part(calendar, chosen, policy, now)

    monkeypatch.setattr("calsieve.core.inquiry.examples.composed_part", counted)
    crowd = vcalendar(*(event(f"{n}", "Lunch") for n in range(1_000)))
    assert asked(Rule("r", Action.DROP, starting("Lunch")), bodies=(crowd,)) == {"r": ("Lunch",)}
    assert composed == [64] + [1] * 20


def test_three_titles_are_enough_if_nobody_says_otherwise() -> None:
    calendar = read("one", vcalendar(*(event(f"{n}", f"Lunch {n}") for n in range(5))))
    policy = Policy(timezone="UTC", rules=(Rule("r", Action.DROP),))
    assert len(examples([calendar], policy, NOW, ["r"])["r"]) == 3


def test_what_has_no_title_is_said_to_have_none() -> None:
    assert asked(Rule("r", Action.DROP), bodies=(vcalendar(vevent("DTSTART:20260521T100000Z")),)) == {
        "r": ("(no title)",)
    }


def test_a_series_is_called_as_its_master() -> None:
    override = vevent("RECURRENCE-ID:20260528T100000Z", "DTSTART:20260528T120000Z", "SUMMARY:Moved")
    master = vevent("DTSTART:20260521T100000Z", "RRULE:FREQ=WEEKLY", "SUMMARY:Weekly")
    assert asked(Rule("r", Action.DROP), bodies=(vcalendar(override, master),)) == {"r": ("Weekly",)}


def test_one_in_thousands_is_found_and_those_out_of_the_window_are_not() -> None:
    past = [event(f"p{n}", "Rare", "20200101") for n in range(3)]
    crowd = [event(f"c{n}", "Common") for n in range(500)]
    found = asked(
        Rule("rare", Action.DROP, starting("Rare")), bodies=(vcalendar(*past, *crowd, event("x", "Rare one")),)
    )
    assert found == {"rare": ("Rare one",)}


def test_each_sources_own_rules_are_asked() -> None:
    own = Rule("own", Action.DROP, starting("A"))
    bodies = (vcalendar(event("1", "A of the first")), vcalendar(event("2", "A of the second")))
    found = asked(bodies=bodies, sources=(("s1", SourcePolicy(rules=(own,))),))
    assert found == {"own": ("A of the second",)}


def test_what_nothing_is_wanted_of_is_not_composed() -> None:
    assert asked(bodies=(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n",)) == {}
    nothing = Rule("r", Action.DROP, Group(Combine.ANY, ()))
    assert asked(nothing, bodies=(vcalendar(event("1", "A")),)) == {"r": ()}
