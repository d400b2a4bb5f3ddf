"""Every mistake in a rule is reported with its line, its path and what to do."""

from __future__ import annotations

import json
from datetime import UTC
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.config import load
from calsieve.config.reference.examples import EXAMPLES
from calsieve.config.shape.notation import keys_of
from calsieve.core.rules.judge import judge_of
from calsieve.errors import ConfigError, Problem
from tests.config.test_schema import SCHEMA, accepts, resolved

Expected = tuple[int, str, str]
_RULE = "feeds[0].rules[0]"
_DROP = f"{_RULE}.drop"
_EDIT = f"{_RULE}.edit"


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(ConfigError) as raised:
        load(text)
    return raised.value.problems


def rules(*lines: str) -> str:
    """Return a file of two sources in whose rules the ``lines`` begin on line 5."""
    head = ["feeds:", "- name: a", "  sources: [env:A, {name: work, url: env:B}]", "  rules:"]
    return "\n".join([*head, *(f"  {line}" for line in lines)])


def drop(condition: str) -> str:
    return rules(f"- drop: {condition}")


def edit(change: str) -> str:
    return rules(f"- edit: {change}")


FORM: dict[str, tuple[str, Expected]] = {
    "rules that are no list": (
        "feeds: [{name: a, sources: [env:A], rules: {drop: x}}]",
        (1, "feeds[0].rules", "a list"),
    ),
    "no rules": (rules().replace("rules:", "rules: []"), (4, "feeds[0].rules", "this list is empty")),
    "a rule that is a word": (rules("- drop", "- use: free"), (5, _RULE, "write keys here, such as `use:`")),
    "a rule without an action": (
        rules("- name: x"),
        (5, _RULE, "`use`, `keep`, `drop` or `edit` is missing: add one of them"),
    ),
    "an empty rule": (rules("- {}"), (5, _RULE, "`use`, `keep`, `drop` or `edit` is missing")),
    "an action misspelt": (rules("- dorp: {summary: a}"), (5, f"{_RULE}.dorp", "did you mean `drop`?")),
    "two actions": (
        rules("- keep: {summary: a}", "  drop: {summary: b}"),
        (5, f"{_RULE}.keep", "a rule does one thing: begin another one"),
    ),
    "a preset and an action": (
        rules("- use: free", "  edit: {url: remove}"),
        (5, f"{_RULE}.use", "a rule does one thing"),
    ),
    "a condition beside its action": (
        rules("- drop: everything", "  when: {summary: a}"),
        (6, f"{_RULE}.when", "only `edit` has this key: write the condition under `drop` itself"),
    ),
    "the same for keep": (
        rules("- keep: {summary: b}", "  when: {summary: a}"),
        (6, f"{_RULE}.when", "write the condition under `keep` itself"),
    ),
    "a preset misspelt": (rules("- use: canceled"), (5, f"{_RULE}.use", "did you mean `cancelled`?")),
    "a preset with a name of its own": (rules("- {use: free, name: x}"), (5, f"{_RULE}.name", "this key is unknown")),
    "a rule's name of two lines": (rules('- {drop: {summary: a}, name: "b\\nc"}'), (5, f"{_RULE}.name", "one line")),
    "perhaps": (rules("- {edit: {url: remove}, continue: maybe}"), (5, f"{_RULE}.continue", "write yes or no")),
}

CONDITIONS: dict[str, tuple[str, Expected]] = {
    "a word for a condition": (drop("lunch"), (5, _DROP, "write everything, or conditions such as `summary: Lunch`")),
    "a list for a condition": (drop("[{summary: a}]"), (5, _DROP, "write keys here, such as `summary:`")),
    "an empty condition": (drop("{}"), (5, _DROP, "nothing is written between these braces")),
    "a field misspelt": (drop("{sumary: a}"), (5, f"{_DROP}.sumary", "did you mean `summary`?")),
    "the English spelling": (drop("{organiser: a}"), (5, f"{_DROP}.organiser", "did you mean `organizer`?")),
    "a field like no other": (drop("{frobnicate: a}"), (5, f"{_DROP}.frobnicate", "the keys here are summary, desc")),
    "an operator misspelt": (
        drop("{summary: {contain: a}}"),
        (5, f"{_DROP}.summary.contain", "did you mean `contains`?"),
    ),
    "an operator like no other": (
        drop("{summary: {is: a}}"),
        (5, f"{_DROP}.summary.is", "the keys here are equals, contains, starts, ends, matches, exists, not"),
    ),
    "an empty test": (drop("{summary: {}}"), (5, f"{_DROP}.summary", "nothing is written between these braces")),
    "an empty word": (drop("{summary: ''}"), (5, f"{_DROP}.summary", "`exists: no` for what is empty")),
    "a word of two lines": (drop('{summary: "a\\nb"}'), (5, f"{_DROP}.summary", "write one line")),
    "a word too long": (drop(f"{{summary: {'a' * 501}}}"), (5, f"{_DROP}.summary", "at most 500 characters")),
    "nothing for a word": (drop("{summary: }"), (5, f"{_DROP}.summary", "nothing is written here")),
    "an empty list of words": (drop("{summary: []}"), (5, f"{_DROP}.summary", "this list is empty")),
    "a wrong word in a list": (drop("{status: [cancelled, no]}"), (5, f"{_DROP}.status[1]", "write one of confirmed")),
    "a status in American": (drop("{status: canceled}"), (5, f"{_DROP}.status", "did you mean `cancelled`?")),
    "a day in full": (drop("{weekday: {not: monday}}"), (5, f"{_DROP}.weekday.not", "write one of mon, tue")),
    "an operator of text for a word of several": (
        drop("{status: {starts: c}}"),
        (5, f"{_DROP}.status.starts", "the keys here are equals, not"),
    ),
    "a list of keys where one is meant": (drop("{any: {summary: a}}"), (5, f"{_DROP}.any", "write a list here")),
    "a look-ahead": (
        drop("{summary: {matches: '(?=a)'}}"),
        (5, f"{_DROP}.summary.matches", "invalid perl operator: RE2 has neither look-ahead nor look-behind"),
    ),
    "a back-reference": (
        drop(r"{summary: {matches: '(a)\1'}}"),
        (5, f"{_DROP}.summary.matches", "invalid escape sequence: RE2 has neither"),
    ),
    "an open bracket": (
        drop("{summary: {matches: [a, '[b']}}"),
        (5, f"{_DROP}.summary.matches[1]", "this pattern is not well formed (missing ]): correct it, or put \\ before"),
    ),
    "a pattern too long": (
        drop(f"{{summary: {{matches: {'a' * 1001}}}}}"),
        (5, f"{_DROP}.summary.matches", "a pattern of at most 1000 characters"),
    ),
    "a pattern that grows": (
        drop("{summary: {matches: '((a{100}){100}){100}'}}"),
        (5, f"{_DROP}.summary.matches", "not well formed (invalid repetition size)"),
    ),
    "a state that is a word": (drop("{all_day: maybe}"), (5, f"{_DROP}.all_day", "write yes or no")),
    "a duration without unit": (drop("{duration: 30}"), (5, f"{_DROP}.duration", "like 30m, 8h, 1d or 2w")),
    "a time with seconds": (drop("{time: 09:00:00}"), (5, f"{_DROP}.time", "write a time from 00:00 to 23:59")),
    "the end of a day": (drop("{time: {to: 24:00}}"), (5, f"{_DROP}.time.to", "without `to` it is until midnight")),
    "no day of the calendar": (drop("{date: 2026-02-30}"), (5, f"{_DROP}.date", "a day of the calendar like")),
    "a day in another order": (drop("{date: 15.05.2026}"), (5, f"{_DROP}.date", "a day of the calendar like")),
    "the last of all days": (drop("{date: 9999-12-31}"), (5, f"{_DROP}.date", "a day of the calendar like")),
    "days in the wrong order": (
        drop("{date: {from: 2026-05-16, to: 2026-05-15}}"),
        (5, f"{_DROP}.date.to", "nothing lies between `from` and this"),
    ),
    "no time at all": (drop("{time: {from: 9:00, to: 09:00}}"), (5, f"{_DROP}.time.to", "nothing lies between")),
    "a duration of nothing": (drop("{duration: {from: 1h, to: 60m}}"), (5, f"{_DROP}.duration.to", "nothing lies")),
    "a bound that is wrong by itself": (
        drop("{duration: {from: 1h, to: x}}"),
        (5, f"{_DROP}.duration.to", "write a number and m, h, d or w"),
    ),
    "a property's name with a blank": (
        drop("{property: {X ROOM: a}}"),
        (5, f"{_DROP}.property", "letters, digits and hyphens, like X-ROOM"),
    ),
    "a property that has a key": (
        drop("{property: {summary: a}}"),
        (5, f"{_DROP}.property", "this property has a key of its own: write `summary` in place of `property`"),
    ),
    "the start as a property": (drop("{property: {DTSTART: a}}"), (5, f"{_DROP}.property", "write `date` or `time`")),
    "no property": (drop("{property: {BEGIN: a}}"), (5, f"{_DROP}.property", "this is no property")),
    "a property twice": (drop("{property: {X-A: a, x-a: b}}"), (5, f"{_DROP}.property", "this name is given twice")),
    "properties that are a word": (drop("{property: X-A}"), (5, f"{_DROP}.property", "such as `X-ROOM: …`")),
    "no properties": (drop("{property: {}}"), (5, f"{_DROP}.property", "such as `X-ROOM: …`")),
    "somebody who is not known": (
        drop("{any: [{partstat: declined}]}"),
        (5, f"{_DROP}.any[0].partstat", "whose answer is not known here: add `me` with your addresses"),
    ),
    "a preset about somebody who is not known": (rules("- use: declined"), (5, f"{_RULE}.use", "add `me`")),
    "a source that is not there": (
        drop("{not: {source: wrok}}"),
        (5, f"{_DROP}.not.source", "no source of this feed is called so: correct the name; did you mean `work`?"),
    ),
    "one of two sources that is not there": (
        drop("{source: {equals: [source-1, source-2]}}"),
        (5, f"{_DROP}.source", "no source of this feed is called so"),
    ),
}

EDITS: dict[str, tuple[str, Expected]] = {
    "a new title": (edit("{summary: Busy}"), (5, f"{_EDIT}.summary", "write remove, or keys such as `set:`")),
    "nothing changed": (edit("{}"), (5, _EDIT, "nothing is written between these braces")),
    "a word for edits": (edit("remove"), (5, _EDIT, "write keys here, such as `summary:`")),
    "a time": (edit("{dtstart: remove}"), (5, f"{_EDIT}.dtstart", "this key is unknown")),
    "a time as a property": (
        edit("{property: {dtstart: remove}}"),
        (5, f"{_EDIT}.property", "times, repetition and identity of an event are never edited: remove this"),
    ),
    "an identity as a property": (edit("{property: {UID: remove}}"), (5, f"{_EDIT}.property", "are never edited")),
    "a property that has a key": (
        edit("{property: {TRANSP: remove}}"),
        (5, f"{_EDIT}.property", "write `transparency` in place of `property`"),
    ),
    "a new organizer": (edit("{organizer: {set: a}}"), (5, f"{_EDIT}.organizer", "write one value here")),
    "set and template": (
        edit("{summary: {set: a, template: b}}"),
        (5, f"{_EDIT}.summary.set", "only one of template and set can be used"),
    ),
    "a field misspelt": (
        edit("{summary: {template: '{sumary}'}}"),
        (5, f"{_EDIT}.summary.template", "or leave the braces out; did you mean `{summary}`?"),
    ),
    "a field like no other": (
        edit("{summary: {template: '{x}'}}"),
        (5, f"{_EDIT}.summary.template", "write one of {source}, {summary},"),
    ),
    "an empty text": (edit("{summary: {set: ''}}"), (5, f"{_EDIT}.summary.set", "to have none, write `remove`")),
    "a text with a bell": (edit('{summary: {set: "\\a"}}'), (5, f"{_EDIT}.summary.set", "to have none")),
    "a text too long": (edit(f"{{summary: {{set: {'a' * 5001}}}}}"), (5, f"{_EDIT}.summary.set", "at most 5000")),
    "a length of nothing": (edit("{summary: {shorten: 0}}"), (5, f"{_EDIT}.summary.shorten", "from 1 to 5000")),
    "a length in words": (edit("{summary: {shorten: ten}}"), (5, f"{_EDIT}.summary.shorten", "from 1 to 5000")),
    "what can't be stripped": (edit("{summary: {strip: xml}}"), (5, f"{_EDIT}.summary.strip", "html, conference")),
    "a replacement alone": (
        edit("{summary: {replace: {with: a}}}"),
        (5, f"{_EDIT}.summary.replace", "`pattern` is missing: add it"),
    ),
    "a pattern alone": (
        edit("{summary: {replace: [{pattern: a}]}}"),
        (5, f"{_EDIT}.summary.replace[0]", "`with` is missing: add it"),
    ),
    "a bad pattern with a replacement": (
        edit(r"{summary: {replace: {pattern: '(a', with: '\1'}}}"),
        (5, f"{_EDIT}.summary.replace.pattern", "not well formed (missing ))"),
    ),
    "a group that is not there": (
        edit(r"{summary: {replace: {pattern: 'a', with: '\1'}}}"),
        (5, f"{_EDIT}.summary.replace.with", "the pattern captures no groups: put what is meant in (…)"),
    ),
    "one group of two": (
        edit(r"{summary: {replace: {pattern: '(a)', with: '\2'}}}"),
        (5, f"{_EDIT}.summary.replace.with", "the pattern captures 1 group: "),
    ),
    "a status that is removed": (edit("{status: remove}"), (5, f"{_EDIT}.status", "write one of confirmed")),
}

REACHING: dict[str, tuple[str, Expected]] = {
    "behind all that is dropped": (
        rules("- drop: everything", "- keep: {summary: a}"),
        (6, "feeds[0].rules[1]", "no event gets here: the rule on line 5 decides about all; move this before it"),
    ),
    "behind an edit of all": (
        rules("- use: free", "- edit: {url: remove}", "- drop: {summary: a}", "- drop: {summary: b}"),
        (7, "feeds[0].rules[2]", "no event gets here: the rule on line 6 decides"),
    ),
    "behind an edit that does not go on": (
        rules("- {edit: {url: remove}, when: everything, continue: no}", "- use: free"),
        (6, "feeds[0].rules[1]", "no event gets here"),
    ),
    "in a source": (
        "feeds:\n- name: a\n  sources:\n  - url: env:A\n    rules: [keep: everything, use: free]",
        (5, "feeds[0].sources[0].rules[1]", "no event gets here"),
    ),
    "in a view": (
        "feeds:\n- name: a\n  sources: [env:A]\n  views:\n  - name: b\n    rules: [keep: everything, use: free]",
        (6, "feeds[0].views[0].rules[1]", "no event gets here"),
    ),
    "somebody in a source": (
        "feeds:\n- name: a\n  sources:\n  - url: env:A\n    rules: [use: declined]",
        (5, "feeds[0].sources[0].rules[0].use", "add `me`"),
    ),
    "a source in the defaults, for two feeds": (
        "defaults:\n  rules: [drop: {source: x}]\nfeeds: [{name: a, sources: [env:A]}, {name: b, sources: [env:A]}]",
        (2, "defaults.rules[0].drop.source", "no source of this feed is called so"),
    ),
}


def check(text: str, expected: Expected) -> None:
    (problem,) = problems(text)
    line, path, fragment = expected
    assert (problem.line, problem.path) == (line, path)
    assert fragment in problem.message


@pytest.mark.parametrize(("text", "expected"), FORM.values(), ids=FORM)
def test_what_is_no_rule_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), CONDITIONS.values(), ids=CONDITIONS)
def test_what_can_not_be_asked_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), EDITS.values(), ids=EDITS)
def test_what_can_not_be_changed_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(("text", "expected"), REACHING.values(), ids=REACHING)
def test_a_rule_that_means_nothing_where_it_stands_is_a_problem(text: str, expected: Expected) -> None:
    check(text, expected)


@pytest.mark.parametrize(
    "entries",
    [
        ["use: tidy", "use: free", "drop: everything"],
        ["{edit: {url: remove}, continue: yes}", "drop: {summary: a}"],
        ["{keep: everything, continue: On}", "drop: {summary: a}"],
        ["drop: {source: [Work, source-1]}", "drop: {source: {contains: x}}", "drop: {property: {SOURCE: x}}"],
    ],
)
def test_what_means_something_is_none(entries: list[str]) -> None:
    assert load(rules(*(f"- {entry}" for entry in entries)))


@pytest.mark.parametrize("where", ["me: a@b.c", "views: [{name: v, me: a@b.c, rules: [use: declined]}]"])
def test_somebody_who_is_known_can_be_asked_about(where: str) -> None:
    own = "rules: [use: declined]" if where.startswith("me") else "title: b"
    assert load(f"feeds:\n- name: a\n  sources: [env:A]\n  {where}\n  {own}")


def test_whoever_is_known_among_the_defaults_is_known_to_all() -> None:
    assert load("defaults: {me: a@b.c, rules: [use: declined]}\nfeeds: [{name: a, sources: [env:A]}]")


def test_nothing_that_was_written_is_repeated() -> None:
    for condition in (
        '{"summary": {"matches": "[hunter2"}}',
        '{"summary": {"matches": "(?=hunter2)"}}',
        '{"status": "hunter2"}',
        '{"date": "hunter2"}',
        '{"property": {"hunter2 x": "a"}}',
        '{"source": "hunter2"}',
    ):
        document = {"feeds": [{"name": "a", "sources": ["env:A"], "rules": [{"drop": json.loads(condition)}]}]}
        assert "hunter2" not in " ".join(problem.message + problem.path for problem in problems(json.dumps(document)))


def test_deep_conditions_end_somewhere() -> None:
    condition = "{summary: a}"
    for _ in range(6):
        condition = f"{{any: [{condition}]}}"
    assert load(drop(condition))
    for _ in range(9):
        condition = f"{{not: {condition}}}"
    (problem,) = problems(drop(condition))
    assert "nested more than 20 deep" in problem.message


KEYS = sorted({key for shape in EXAMPLES for key in keys_of(shape)} | {"use", "x"})
WORDS = ["a", "", "yes", "everything", "remove", "1h", "9:00", "2026-05-15", "(a", "\\1", "{x}", "mon", "free", "html"]
anything = st.recursive(
    st.sampled_from(WORDS),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.sampled_from(KEYS), inner, max_size=3),
    max_leaves=12,
)


def drawn(schema: dict[str, Any], depth: int = 7) -> st.SearchStrategy[Any]:
    """Return what the schema allows, as far as its words and examples go, nested no deeper than that."""
    schema = resolved(schema)
    if "anyOf" in schema:
        forms = [form for form in schema["anyOf"] if depth > 1 or resolved(form)["type"] not in ("object", "array")]
        return st.one_of([drawn(form, depth) for form in forms or schema["anyOf"][-1:]])
    if schema["type"] == "array":
        return st.lists(drawn(schema["items"], depth - 1), min_size=1, max_size=2)
    if schema["type"] != "object":
        return st.sampled_from(schema.get("enum") or schema["examples"])
    if "properties" not in schema:
        return st.dictionaries(
            drawn(schema["propertyNames"]), drawn(schema["additionalProperties"], depth - 1), min_size=1
        )
    properties, needed = schema["properties"], schema.get("required", [])
    keys = [key for key in properties if depth > 1 or key not in ("any", "all", "not", "property")]
    some = st.lists(st.sampled_from(keys), min_size=1, max_size=2, unique=True)
    return some.flatmap(
        lambda chosen: st.fixed_dictionaries({key: drawn(properties[key], depth - 1) for key in {*needed, *chosen}})
    )


def configured(rules: object) -> dict[str, Any]:
    return {"feeds": [{"name": "a", "me": "a@b.c", "sources": [{"name": "lunch", "url": "env:A"}], "rules": rules}]}


@settings(max_examples=100, deadline=None)
@given(
    st.lists(st.dictionaries(st.sampled_from(["use", "keep", "drop", "edit", "when", "name"]), anything), max_size=3)
)
def test_whatever_stands_in_rules_the_answer_is_a_configuration_or_its_problems(rules: object) -> None:
    try:
        load(json.dumps(configured(rules)))
    except ConfigError as error:
        assert all(problem.line == 1 and problem.path and problem.message for problem in error.problems)  # noqa: PT017


@settings(max_examples=100, deadline=None)
@given(drawn(SCHEMA["properties"]["feeds"]["items"]["properties"]["rules"]))
def test_what_the_schema_offers_reading_takes_and_the_core_too(rules: object) -> None:
    document = configured(rules)
    assert accepts(SCHEMA, document)
    try:
        config = load(json.dumps(document))
    except ConfigError as error:
        beyond = ("nothing lies between", "only one of template and set", "the pattern captures", "no event gets here")
        assert all(problem.message.startswith(beyond) for problem in error.problems), error  # noqa: PT017
    else:
        assert judge_of("lunch", config.feeds[0].policy, UTC)
