"""The JSON Schema says of a file what reading says, as far as a schema can."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
import yaml

from calsieve.config import json_schema, load
from calsieve.config.shape.notation import keys_of
from calsieve.config.shape.rules import Condition, Edits, TextTest
from calsieve.core.rules.presets import PRESETS
from calsieve.errors import ConfigError

ROOT = Path(__file__).parents[2]
EXAMPLE = (ROOT / "feeds.example.yaml").read_text("utf-8")


TYPES: dict[str, type] = {"string": str, "integer": int, "boolean": bool, "array": list, "object": dict}
SCHEMA = json_schema()


def accepts(schema: dict[str, Any], value: Any) -> bool:
    """Judge ``value`` by the part of JSON Schema that ours is written in."""
    if "$ref" in schema:
        return accepts(resolved(schema), value)
    if "anyOf" in schema or "allOf" in schema:
        some = any(accepts(form, value) for form in schema.get("anyOf", [schema]) if form is not schema)
        return ("anyOf" not in schema or some) and all(accepts(form, value) for form in schema.get("allOf", ()))
    types = schema["type"] if isinstance(schema["type"], list) else [schema["type"]]
    if not any(type(value) is TYPES[name] for name in types) or value not in schema.get("enum", [value]):
        return False
    return {list: accepts_list, dict: accepts_object, str: accepts_text}.get(type(value), accepts_number)(schema, value)


def accepts_list(schema: dict[str, Any], value: list[Any]) -> bool:
    return len(value) >= schema["minItems"] and all(accepts(schema["items"], item) for item in value)


def accepts_text(schema: dict[str, Any], value: str) -> bool:
    fits = schema.get("minLength", 0) <= len(value) <= schema.get("maxLength", len(value))
    return fits and re.search(schema.get("pattern", ""), value) is not None


def accepts_number(schema: dict[str, Any], value: int) -> bool:
    return bool(schema.get("minimum", value) <= value <= schema.get("maximum", value))


def accepts_object(schema: dict[str, Any], value: dict[str, Any]) -> bool:
    known, rest = schema.get("properties", {}), schema["additionalProperties"]
    return (
        set(schema.get("required", ())) <= value.keys()
        and len(value) >= schema.get("minProperties", 0)
        and all(accepts(schema["propertyNames"], key) for key in value if "propertyNames" in schema)
        and all(
            accepts(known[key], held) if key in known else rest and accepts(rest, held) for key, held in value.items()
        )
    )


def resolved(schema: dict[str, Any]) -> dict[str, Any]:
    """Return what ``schema`` refers to, or itself."""
    if "allOf" in schema:
        (schema,) = schema["allOf"]
    name = schema.get("$ref", "").removeprefix("#/definitions/")
    return SCHEMA["definitions"][name] if name else schema


def parts(schema: Any) -> Iterator[dict[str, Any]]:
    """Yield every schema within ``schema``."""
    if isinstance(schema, dict):
        if isinstance(schema.get("type"), str | list) or "anyOf" in schema:
            yield schema
        for inner in schema.values():
            yield from parts(inner)
    elif isinstance(schema, list):
        for inner in schema:
            yield from parts(inner)


class Yaml12(yaml.SafeLoader):
    """YAML as editors take it: version 1.2 knows no times (20:00 is a number in 1.1) and no dates."""


_OF_1_1 = (":timestamp", ":int", ":float")
Yaml12.yaml_implicit_resolvers = {
    first: [(tag, regex) for tag, regex in resolvers if not tag.endswith(_OF_1_1)]
    for first, resolvers in yaml.SafeLoader.yaml_implicit_resolvers.items()
}
Yaml12.add_implicit_resolver("tag:yaml.org,2002:int", re.compile(r"[-+]?[0-9]+$"), list("-+0123456789"))


def example() -> dict[str, Any]:
    document: dict[str, Any] = yaml.load(EXAMPLE, Yaml12)
    return document


def test_the_example_is_accepted() -> None:
    assert accepts(json_schema(), example())


def test_accounts_are_accepted() -> None:
    document = example()
    document["feeds"][0]["sources"] = [
        {"caldav": "icloud", "user": "x", "secret": "env:Y", "calendars": "all"},
        {"caldav": "generic", "user": "x", "secret": "env:Y", "calendars": ["Home"], "url": "https://example.org"},
        {"caldav": "google", "user": "x", "oauth": {"client_id": "y", "refresh_token": "env:Z"}},
    ]
    assert accepts(json_schema(), document)
    load(json.dumps(document))


@pytest.mark.parametrize("path", [[], ["defaults"], ["defaults", "window"], ["feeds", 0], ["feeds", 2, "sources", 0]])
def test_an_unknown_key_is_refused_wherever_it_stands(path: list[str | int]) -> None:
    document = example()
    place: Any = document
    for step in path:
        place = place[step]
    place["colr"] = "red"
    assert not accepts(json_schema(), document)
    with pytest.raises(ConfigError):
        load(json.dumps(document))


@pytest.mark.parametrize(
    ("key", "value"),
    [
        ("window", {"back": "6m"}),
        ("window", {"snap": "month"}),
        ("series", "whole"),
        ("uid", "random"),
        ("schedule", "1w"),
        ("alarms", "yes"),
        ("alarms", True),
        ("alarms", {}),
        ("name", "Work"),
        ("colour", "#abc"),
        ("sources", []),
        ("sources", ["ftp://example.org"]),
        ("sources", [{"name": "x"}]),
        ("sources", [{"url": "env:A", "basic": {"user": "x"}}]),
        ("sources", [{"url": "env:A", "headers": {"X": 1}}]),
        ("sources", [{"caldav": "kerio", "user": "x", "secret": "y"}]),
        ("sources", [{"caldav": "icloud", "secret": "y"}]),
        ("sources", [{"caldav": "icloud", "user": "x", "secret": "y", "calendars": "Home"}]),
        ("sources", [{"caldav": "icloud", "user": "x", "secret": "y", "calendars": []}]),
        ("sources", [{"caldav": "generic", "user": "x", "secret": "y", "url": "webcal://example.org"}]),
        ("sources", [{"caldav": "google", "user": "x", "oauth": {"client_id": "y"}}]),
    ],
)
def test_what_the_schema_refuses_reading_refuses_too(key: str, value: object) -> None:
    document = {"feeds": [{"name": "a", "sources": ["env:A"], key: value}]}
    assert not accepts(json_schema(), document)
    with pytest.raises(ConfigError):
        load(json.dumps(document))


RULES = [
    {"use": "cancelled"},
    {"keep": {"summary": {"starts": "Urgent"}}, "name": "urgent"},
    {"drop": {"any": [{"summary": "lunch"}, {"weekday": ["sat", "sun"]}], "not": {"categories": ["a", "b"]}}},
    {"drop": {"all_day": True, "duration": {"from": "1d"}, "time": "09:00", "date": {"to": "2026-05-15"}}},
    {"drop": {"property": {"X-ROOM": {"exists": "no"}}, "status": {"not": "confirmed"}}, "continue": True},
    {
        "edit": {
            "summary": {"template": "[{source}] {summary}", "replace": {"pattern": "a", "with": ""}},
            "description": {"shorten": 200, "strip": ["html"]},
            "location": "remove",
            "categories": {"add": "x"},
            "property": {"X-A": "remove"},
        },
        "when": {"summary": {"matches": "^Team (.*)"}},
        "continue": "yes",
    },
    {"drop": "everything"},
]


def test_rules_and_views_are_accepted_wherever_they_may_stand() -> None:
    budget = {"bytes": "900kB", "events": 1500}
    document = {
        "defaults": {"rules": RULES, "notices": {"mail": True}, "page": "no", "me": ["jane@example.org"]},
        "feeds": [
            {
                "name": "a",
                "sources": [{"url": "env:A", "prefix": "A: ", "category": "A", "colour": "red", "rules": RULES}],
                "rules": RULES,
                "alarms": {"keep": True, "add": ["15m"], "add_all_day": "15h"},
                "views": [{"name": "b", "rules": RULES, "show": "busy", "budget": budget}],
            }
        ],
    }
    assert accepts(json_schema(), document)
    load(json.dumps(document))


@pytest.mark.parametrize(
    "rule",
    [
        {},
        {"use": "canceled"},
        {"keep": {"summary": "a"}, "drop": "everything"},
        {"drop": {"summary": "a"}, "when": {"summary": "b"}},
        {"drop": {}},
        {"drop": "all"},
        {"drop": {"sumary": "a"}},
        {"drop": {"summary": {"contain": "a"}}},
        {"drop": {"summary": ""}},
        {"drop": {"summary": []}},
        {"drop": {"any": []}},
        {"drop": {"any": [{"not": {"not": {"weekday": "monday"}}}]}},
        {"drop": {"status": {"starts": "c"}}},
        {"drop": {"time": "9"}},
        {"drop": {"date": {"from": "15.05.2026"}}},
        {"drop": {"all_day": "maybe"}},
        {"drop": {"property": {"X ROOM": "a"}}},
        {"drop": {"property": {}}},
        {"edit": {}},
        {"edit": {"summary": "Busy"}},
        {"edit": {"summary": {"shorten": 0}}},
        {"edit": {"dtstart": "remove"}},
        {"edit": {"summary": {"replace": {"pattern": "a"}}}},
    ],
    ids=json.dumps,
)
def test_a_rule_that_the_schema_refuses_reading_refuses_too(rule: object) -> None:
    document = {"feeds": [{"name": "a", "sources": ["env:A"], "rules": [rule]}]}
    assert not accepts(json_schema(), document)
    with pytest.raises(ConfigError):
        load(json.dumps(document))


def completions(*path: str) -> set[str]:
    """Return the keys and words that an editor offers in a feed at a path; ``-`` is an entry of a list."""
    places: list[dict[str, Any]] = [SCHEMA["properties"]["feeds"]["items"]]
    for step in path:
        places = [
            inner
            for place in places
            for form in forms(place)
            for inner in ([form.get("items")] if step == "-" else [form.get("properties", {}).get(step)])
            if inner
        ]
    offered = [form for place in places for form in forms(place)]
    return {str(word) for form in offered for word in (*form.get("properties", ()), *form.get("enum", ()))}


def forms(schema: dict[str, Any]) -> list[dict[str, Any]]:
    schema = resolved(schema)
    return [inner for form in schema["anyOf"] for inner in forms(form)] if "anyOf" in schema else [schema]


def test_editors_can_complete_conditions_however_deep() -> None:
    fields = set(keys_of(Condition))
    assert completions("rules", "-") == {"use", "keep", "drop", "edit", "when", "continue", "name"}
    assert completions("rules", "-", "use") == set(PRESETS)
    assert completions("rules", "-", "drop") == {"everything", *fields}
    for nested in (["any", "-"], ["not"], ["not", "-"], ["all", "-", "not", "any", "-"]):
        assert completions("rules", "-", "keep", *nested) == fields
        assert completions("rules", "-", "edit", *nested) == set()
        assert completions("rules", "-", "when", *nested) == fields
    assert completions("sources", "-", "rules", "-", "drop", "summary") == set(keys_of(TextTest))
    assert completions("sources", "-", "rules", "-", "drop", "summary", "not", "not") == set(keys_of(TextTest))
    assert completions("views", "-", "rules", "-", "drop", "weekday", "-") == {
        *("mon", "tue", "wed", "thu", "fri", "sat", "sun")
    }
    assert completions("rules", "-", "edit") == set(keys_of(Edits))
    assert completions("rules", "-", "edit", "busy") == {"free", "tentative", "busy", "oof", "workingelsewhere"}


def test_every_key_is_described_and_every_default_and_example_is_a_good_value() -> None:
    for part in parts(json_schema()):
        for name, held in part.get("properties", {}).items():
            assert held["description"].endswith("."), name
            for good in [*held.get("examples", ()), *([held["default"]] if "default" in held else [])]:
                assert accepts(held, good), (name, good)


def test_the_defaults_that_the_schema_shows_are_those_that_reading_uses() -> None:
    shown = json_schema()["properties"]["defaults"]["properties"]
    given = {key: held["default"] for key, held in shown.items() if "default" in held}
    for key in ("window", "budget"):
        given[key] = {name: held["default"] for name, held in resolved(shown[key])["properties"].items()}
    silent = {"feeds": [{"name": "a", "sources": ["env:A"]}]}
    assert load(json.dumps({**silent, "defaults": given})) == load(json.dumps(silent))
    assert len(given) == 15


def test_every_object_is_closed_but_for_headers() -> None:
    objects = [part for part in parts(json_schema()) if part.get("type") == "object"]
    assert {part["description"] for part in objects if part["additionalProperties"]} == {
        "More request headers: names and values.",
        "Any other property, by its iCalendar name.",
    }


def test_the_schema_in_docs_is_the_one_that_the_code_makes() -> None:
    path = ROOT / "docs" / "feeds.schema.json"
    assert path.read_text("utf-8") == json.dumps(json_schema(), indent=2, ensure_ascii=False) + "\n", (
        "renew it: python -m calsieve.config > docs/feeds.schema.json"
    )


def test_the_example_tells_editors_where_the_schema_is() -> None:
    found = re.match(r"# yaml-language-server: \$schema=(\S+)\n", EXAMPLE)
    assert found
    assert (ROOT / found[1]).is_file()


def test_the_documentation_has_a_heading_or_row_for_every_key() -> None:
    text = "".join((ROOT / "docs" / name).read_text("utf-8") for name in ("configuration.md", "rules.md"))
    keys = {key for part in parts(json_schema()) for key in part.get("properties", {})}
    assert {key for key in keys if f"`{key}`" not in text} == set()
    assert len(keys) > 80
