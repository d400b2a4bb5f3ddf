"""The shape → a JSON Schema, which editors use to complete and to mark mistakes.

It can't say all that reading checks: unique names, one of basic and bearer, existing time zones.
"""

from __future__ import annotations

from typing import Any, get_args, get_origin

from calsieve.config.shape import FileKeys, Key, Leaf, arms, bare, keys_of, note


def json_schema() -> dict[str, Any]:
    """Return the schema of feeds.yaml; draft 7, the one that YAML editors know best."""
    return {
        "$schema": "http://json-schema.org/draft-07/schema#",
        "title": "feeds.yaml of Calsieve",
        **_schema(FileKeys),
    }


def _schema(shape: Any) -> dict[str, Any]:
    return {**_form(shape), **_described(note(shape, Key))}


def _described(key: Key | None) -> dict[str, Any]:
    if key is None:
        return {}
    return {"description": key.description} | ({"default": key.default} if key.default else {})


def _form(shape: Any) -> dict[str, Any]:
    if leaf := note(shape, Leaf):
        return {"type": "string", **leaf.schema}
    if forms := arms(shape):
        return {"anyOf": [_schema(form) for form in forms]}
    kind = bare(shape)
    if get_origin(kind) is list:
        return {"type": "array", "minItems": 1, "items": _schema(get_args(kind)[0])}
    if get_origin(kind) is dict:
        name, value = get_args(kind)
        return {"type": "object", "propertyNames": _schema(name), "additionalProperties": _schema(value)}
    return _object(kind)


def _object(shape: Any) -> dict[str, Any]:
    keys = keys_of(shape)
    required = [name for name in keys if name in shape.__required_keys__]
    return {
        "type": "object",
        "description": shape.__doc__,
        "properties": {name: _schema(held) for name, held in keys.items()},
        "additionalProperties": False,
        **({"required": required} if required else {}),
    }
