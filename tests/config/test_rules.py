"""What rules in feeds.yaml mean."""

from __future__ import annotations

from datetime import date, time, timedelta
from itertools import permutations

import pytest

from calsieve.config import load
from calsieve.core.rules.presets import PRESETS
from calsieve.models import Policy, SourcePolicy, UidMode
from calsieve.rules import EVERYTHING, Action, Change, Combine, Condition, Edit, Field, Group, Operator, Rule, Where


def rules(*entries: str) -> tuple[Rule, ...]:
    lines = "".join(f"  - {entry}\n" for entry in entries)
    text = (
        f"feeds:\n- name: a\n  me: jane@example.org\n  sources: [env:A, {{name: work, url: env:B}}]\n  rules:\n{lines}"
    )
    return load(text).feeds[0].policy.rules


def asked(condition: str) -> Condition:
    (rule,) = rules(f"drop: {condition}")
    return rule.when


def edits(edit: str) -> tuple[Edit, ...]:
    (rule,) = rules(f"edit: {edit}")
    return rule.edits


def equals(field: Field, *values: str, name: str = "") -> Where:
    return Where(field, Operator.EQUALS, values, property=name)


def negated(*conditions: Condition) -> Group:
    return Group(Combine.NOT, conditions)


def ranged(field: Field, low: object, high: object) -> Where:
    return Where(field, Operator.RANGE, low=low, high=high)  # type: ignore[arg-type]


# ── what is asked ──


@pytest.mark.parametrize(
    "field", ["summary", "description", "location", "url", "uid", "categories", "organizer", "attendee", "source"]
)
def test_a_text_is_compared_as_a_whole_by_one_word_or_one_of_several(field: str) -> None:
    assert asked(f"{{{field}: work}}") == equals(Field(field), "work")
    assert asked(f"{{{field}: [work, source-1]}}") == equals(Field(field), "work", "source-1")


@pytest.mark.parametrize("operator", ["equals", "contains", "starts", "ends", "matches"])
def test_an_operator_has_one_value_or_several(operator: str) -> None:
    assert asked(f"{{summary: {{{operator}: a}}}}") == Where(Field.SUMMARY, Operator(operator), ("a",))
    assert asked(f"{{summary: {{{operator}: [a, b]}}}}") == Where(Field.SUMMARY, Operator(operator), ("a", "b"))


@pytest.mark.parametrize(
    ("field", "word"),
    [
        ("partstat", "declined"),
        ("status", "cancelled"),
        ("transparency", "transparent"),
        ("class", "private"),
        ("busy", "oof"),
        ("weekday", "sat"),
    ],
)
def test_a_word_of_several_is_compared_in_the_same_ways(field: str, word: str) -> None:
    same = equals(Field(field), word)
    assert asked(f"{{{field}: {word}}}") == asked(f"{{{field}: [{word}]}}") == same
    assert asked(f"{{{field}: {{equals: {word}}}}}") == same
    assert asked(f"{{{field}: {{not: {word}}}}}") == negated(same)


def test_several_keys_must_all_hold_in_the_order_of_the_file() -> None:
    assert asked("{summary: a, status: cancelled}") == Group(
        Combine.ALL, (equals(Field.SUMMARY, "a"), equals(Field.STATUS, "cancelled"))
    )
    assert asked("{summary: {starts: a, not: {ends: [b, c]}}}") == Group(
        Combine.ALL,
        (
            Where(Field.SUMMARY, Operator.STARTS, ("a",)),
            negated(Where(Field.SUMMARY, Operator.ENDS, ("b", "c"))),
        ),
    )


def test_conditions_hold_conditions() -> None:
    a, b, c = (equals(Field.SUMMARY, word) for word in "abc")
    assert asked("{any: [{summary: a}, {all: [{summary: b}, {not: {summary: c}}]}]}") == Group(
        Combine.ANY, (a, Group(Combine.ALL, (b, negated(c))))
    )
    assert asked("{not: [{summary: a}, {summary: b}]}") == negated(a, b)


@pytest.mark.parametrize(("field", "key"), [(Field.ALL_DAY, "all_day"), (Field.RECURRING, "recurring")])
def test_a_state_is_so_or_not(field: Field, key: str) -> None:
    state = Where(field, Operator.EXISTS)
    assert asked(f"{{{key}: yes}}") == asked(f"{{{key}: 'true'}}") == state
    assert asked(f"{{{key}: no}}") == asked(f"{{{key}: Off}}") == negated(state)


def test_a_text_exists_or_not() -> None:
    assert asked("{url: {exists: yes}}") == Where(Field.URL, Operator.EXISTS)
    assert asked("{partstat: {exists: no}}") == negated(Where(Field.PARTSTAT, Operator.EXISTS))


def test_any_property_can_be_asked_by_its_name() -> None:
    assert asked("{property: {x-Room: a}}") == equals(Field.PROPERTY, "a", name="X-ROOM")
    assert asked("{property: {X-A: {exists: no, not: b}, PRIORITY: [1, 2]}}") == Group(
        Combine.ALL,
        (
            Group(
                Combine.ALL,
                (
                    negated(Where(Field.PROPERTY, Operator.EXISTS, property="X-A")),
                    negated(equals(Field.PROPERTY, "b", name="X-A")),
                ),
            ),
            equals(Field.PROPERTY, "1", "2", name="PRIORITY"),
        ),
    )


def test_a_range_reaches_from_one_bound_to_before_the_other() -> None:
    assert asked("{duration: {from: 30m, to: 1d}}") == ranged(Field.DURATION, timedelta(minutes=30), timedelta(days=1))
    assert asked("{duration: {to: 2w}}") == ranged(Field.DURATION, None, timedelta(weeks=2))
    assert asked("{time: {from: 22:00, to: 6:30}}") == ranged(Field.TIME, time(22), time(6, 30))
    assert asked("{time: {from: 0:00}}") == ranged(Field.TIME, time(0), None)


def test_a_range_of_days_holds_its_last_day() -> None:
    day = date(2026, 5, 15)
    assert asked("{date: {from: 2026-05-15, to: 2026-05-15}}") == ranged(Field.DATE, day, date(2026, 5, 16))
    assert asked("{date: {to: 2026-12-31}}") == ranged(Field.DATE, None, date(2027, 1, 1))
    assert asked("{date: {from: 2026-05-15}}") == ranged(Field.DATE, day, None)


def test_a_value_of_a_range_is_itself_and_no_more() -> None:
    assert asked("{duration: 1h}") == ranged(Field.DURATION, timedelta(hours=1), timedelta(hours=1, seconds=1))
    assert asked("{time: 09:59}") == ranged(Field.TIME, time(9, 59), time(10))
    assert asked("{time: 23:59}") == ranged(Field.TIME, time(23, 59), None)
    assert asked("{date: [2026-05-15, 2027-01-01]}") == Group(
        Combine.ANY,
        (
            ranged(Field.DATE, date(2026, 5, 15), date(2026, 5, 16)),
            ranged(Field.DATE, date(2027, 1, 1), date(2027, 1, 2)),
        ),
    )


# ── what is changed ──


@pytest.mark.parametrize(
    ("written", "property_name"),
    [("summary", "SUMMARY"), ("description", "DESCRIPTION"), ("location", "LOCATION"), ("url", "URL")],
)
def test_texts_are_changed_in_many_ways(written: str, property_name: str) -> None:
    assert edits(f"{{{written}: remove}}") == (Edit(Change.REMOVE, property_name),)
    assert edits(f"{{{written}: {{set: 'a'}}}}") == (Edit(Change.SET, property_name, "a"),)
    assert edits(f"{{{written}: {{template: '{{source}} b'}}}}") == (
        Edit(Change.TEMPLATE, property_name, "{source} b"),
    )
    assert edits(f"{{{written}: {{shorten: 20}}}}") == (Edit(Change.SHORTEN, property_name, length=20),)
    assert edits(f"{{{written}: {{strip: html}}}}") == (Edit(Change.STRIP_HTML, property_name),)
    assert edits(f"{{{written}: {{replace: {{pattern: '(a)', with: '\\1'}}}}}}") == (
        Edit(Change.REPLACE, property_name, "\\1", "(a)"),
    )


def test_words_become_what_icalendar_writes() -> None:
    assert edits("{status: cancelled}") == (Edit(Change.SET, "STATUS", "CANCELLED"),)
    assert edits("{transparency: opaque}") == (Edit(Change.SET, "TRANSP", "OPAQUE"),)
    assert edits("{class: private}") == (Edit(Change.SET, "CLASS", "PRIVATE"),)
    assert edits("{busy: workingelsewhere}") == (Edit(Change.BUSY, "TRANSP", "workingelsewhere"),)


def test_people_are_only_removed() -> None:
    assert edits("{organizer: remove, attendee: remove}") == (
        Edit(Change.REMOVE, "ORGANIZER"),
        Edit(Change.REMOVE, "ATTENDEE"),
    )


def test_categories_are_set_and_added() -> None:
    added = Edit(Change.ADD, "CATEGORIES", "c")
    assert edits("{categories: remove}") == (Edit(Change.REMOVE, "CATEGORIES"),)
    assert edits("{categories: {add: c}}") == (added,)
    assert edits("{categories: {add: c, set: [a, b]}}") == (
        Edit(Change.SET, "CATEGORIES", "a"),
        Edit(Change.ADD, "CATEGORIES", "b"),
        added,
    )


def test_any_property_can_be_edited_by_its_name() -> None:
    assert edits("{property: {x-b: {set: a}, X-A: remove, X-C: {set: c}}}") == (
        Edit(Change.SET, "X-B", "a"),
        Edit(Change.SET, "X-C", "c"),
        Edit(Change.REMOVE, "X-A"),
    )


def test_edits_are_done_in_one_order_whatever_that_of_the_keys() -> None:
    parts = [
        "location: remove",
        "summary: {shorten: 9, template: '{location}'}",
        "description: {replace: [{pattern: a, with: b}, {pattern: b, with: ''}], strip: [conference, html]}",
        "transparency: opaque",
    ]
    expected = (
        Edit(Change.STRIP_HTML, "DESCRIPTION"),
        Edit(Change.STRIP_CONFERENCE, "DESCRIPTION"),
        Edit(Change.REPLACE, "DESCRIPTION", "b", "a"),
        Edit(Change.REPLACE, "DESCRIPTION", "", "b"),
        Edit(Change.TEMPLATE, "SUMMARY", "{location}"),
        Edit(Change.SET, "TRANSP", "OPAQUE"),
        Edit(Change.SHORTEN, "SUMMARY", length=9),
        Edit(Change.REMOVE, "LOCATION"),
    )
    for order in permutations(parts):
        assert edits(f"{{{', '.join(order)}}}") == expected


def test_every_change_has_its_place_in_that_order() -> None:
    from calsieve.config.rule_values import _ORDER

    assert sorted(_ORDER) == sorted(Change)


# ── rules and lists of them ──


def test_a_rule_has_an_action_a_condition_and_a_name() -> None:
    a = equals(Field.SUMMARY, "a")
    assert rules(
        "keep: {summary: a}",
        "{drop: {summary: a}, continue: yes, name: the second}",
        "{edit: {url: remove}, when: {summary: a}, continue: 'yes'}",
        "{edit: {url: remove}, continue: no}",
    )[:3] == (
        Rule("rule 1", Action.KEEP, a),
        Rule("the second", Action.DROP, a, goes_on=True),
        Rule("rule 3", Action.EDIT, a, (Edit(Change.REMOVE, "URL"),), goes_on=True),
    )


def test_everything_is_everything() -> None:
    assert rules("drop: everything") == (Rule("rule 1", Action.DROP),)
    assert rules("keep: everything")[0].when == EVERYTHING
    assert (
        rules("edit: {url: remove}")[0].when == rules("{edit: {url: remove}, when: everything}")[0].when == EVERYTHING
    )


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_is_used_by_its_name_and_counts_as_one_place(name: str) -> None:
    assert rules(f"use: {name}", "drop: everything") == (*PRESETS[name].rules, Rule("rule 2", Action.DROP))


VIEWS = """
defaults:
  rules: [drop: {summary: d}]
  me: jane@example.org
feeds:
- name: a
  rules: [drop: {summary: a}]
  sources:
  - {name: work, url: env:A, rules: [drop: {summary: s}]}
  - {caldav: icloud, user: u, secret: env:S, rules: [use: declined]}
  - env:B
  views: [{name: c, rules: [drop: {summary: v}]}, {name: d}]
- {name: b, sources: [env:B], views: [{name: e, show: busy}]}
"""


def test_each_list_of_rules_is_its_own() -> None:
    first, second = load(VIEWS).feeds
    own = Rule("rule 1", Action.DROP, equals(Field.SUMMARY, "a"))
    sources = (
        ("work", SourcePolicy(rules=(Rule("source work, rule 1", Action.DROP, equals(Field.SUMMARY, "s")),))),
        ("source-2", SourcePolicy(rules=PRESETS["declined"].rules)),
    )
    assert (first.policy.rules, first.policy.sources, first.policy.view_rules) == ((own,), sources, ())
    with_rules, without = (view.policy for view in first.views)
    assert with_rules == first.policy._replace(
        view_rules=(Rule("view c, rule 1", Action.DROP, equals(Field.SUMMARY, "v")),)
    )
    assert without == first.policy
    assert second.policy.rules == (own._replace(when=equals(Field.SUMMARY, "d")),) == second.views[0].policy.rules


@pytest.mark.parametrize(
    "source",
    [
        "url: env:A",
        "caldav: icloud, user: u, secret: env:S",
        "graph: jane@contoso.example, tenant: t, client_id: c, client_secret: env:S",
    ],
)
def test_what_holds_for_one_source_is_its_edits_and_uid(source: str) -> None:
    own = "prefix: 'Work: ', category: Work, colour: '#2e8b57', uid: content"
    assert load(f"feeds: [{{name: a, sources: [{{{source}, {own}}}]}}]").feeds[0].policy == Policy(
        sources=(
            (
                "source-1",
                SourcePolicy(
                    edits=(
                        Edit(Change.TEMPLATE, "SUMMARY", "Work: {summary}"),
                        Edit(Change.ADD, "CATEGORIES", "Work"),
                        Edit(Change.SET, "COLOR", "seagreen"),
                    ),
                    uid=UidMode.CONTENT,
                ),
            ),
        )
    )
