"""The shape → a JSON Schema, which editors use to complete and to mark mistakes.

It can't say all that reading checks: unique names, one of basic and bearer, existing time zones, good patterns.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from typing import Any, get_args, get_origin

from calsieve.config.shape.file import FileKeys
from calsieve.config.shape.notation import Key, Leaf, arms, bare, is_list, is_mapping, keys_of, note, required


def json_schema() -> dict[str, Any]:
    """Return the schema of feeds.yaml; draft 7, the one that YAML editors know best.

    Mappings that stand in several places are definitions: conditions hold conditions, without end.
    """
    shared = _shared()
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "feeds.yaml of Calsieve",
        **_object(FileKeys, shared),
        "definitions": {shape.__name__: _object(shape, shared) for shape in sorted(shared, key=lambda s: s.__name__)},
    }


def _shared() -> frozenset[Any]:
    """Return the mappings that stand in more than one place."""
    places: Counter[Any] = Counter()
    waiting: list[Any] = [FileKeys]
    while waiting:
        for inner in _within(waiting.pop()):
            places[inner] += 1
            if places[inner] == 1:
                waiting.append(inner)
    return frozenset(shape for shape, count in places.items() if count > 1)


def _within(shape: Any) -> Iterator[Any]:
    """Yield the mappings that ``shape`` holds without another mapping between."""
    for held in keys_of(shape).values():
        yield from _mappings(held)


def _mappings(shape: Any) -> Iterator[Any]:
    if is_mapping(shape):
        yield bare(shape)
    elif not note(shape, Leaf):
        for part in get_args(bare(shape)):
            yield from _mappings(part)


def _schema(shape: Any, shared: frozenset[Any]) -> dict[str, Any]:
    return {**_form(shape, shared), **_described(note(shape, Key))}


def _described(key: Key | None) -> dict[str, Any]:
    if key is None:
        return {}
    return {"description": key.description} | ({"default": key.default} if key.default else {})


def _form(shape: Any, shared: frozenset[Any]) -> dict[str, Any]:
    if leaf := note(shape, Leaf):
        return {"type": "string", **leaf.schema}
    if forms := arms(shape):
        return {"anyOf": [_schema(form, shared) for form in forms]}
    kind = bare(shape)
    if is_list(kind):
        return {"type": "array", "minItems": 1, "items": _schema(get_args(kind)[0], shared)}
    if get_origin(kind) is dict:
        name, value = (_schema(part, shared) for part in get_args(kind))
        return {"type": "object", "minProperties": 1, "propertyNames": name, "additionalProperties": value}
    if kind in shared:  # draft 7 takes nothing beside a $ref, and the description has to stand beside it
        return {"allOf": [{"$ref": f"#/definitions/{kind.__name__}"}]}
    return _object(kind, shared)


def _object(shape: Any, shared: frozenset[Any]) -> dict[str, Any]:
    needed = required(shape)
    return {
        "type": "object",
        "description": shape.__doc__,
        "properties": {name: _schema(held, shared) for name, held in keys_of(shape).items()},
        "additionalProperties": False,
        **({"required": needed} if needed else {"minProperties": 1}),
    }
