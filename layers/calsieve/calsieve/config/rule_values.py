"""Rules as feeds.yaml says them → the values that travel. All that they say was read and checked before."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from datetime import date, time, timedelta
from typing import Any

from calsieve.config.shape.rules import CategoriesEdit, Condition, Edits, Rule, TextEdit
from calsieve.core.rules.presets import PRESETS
from calsieve.rules import EVERYTHING, Action, Change, Combine, Edit, Field, Group, Operator, Where
from calsieve.rules import Condition as Asked
from calsieve.rules import Rule as Ruling

_PROPERTIES = {
    "summary": "SUMMARY",
    "description": "DESCRIPTION",
    "location": "LOCATION",
    "url": "URL",
    "categories": "CATEGORIES",
    "organizer": "ORGANIZER",
    "attendee": "ATTENDEE",
    "status": "STATUS",
    "transparency": "TRANSP",
    "class_": "CLASS",
    "busy": "TRANSP",
}
_STATES = (Field.ALL_DAY, Field.RECURRING)
# What a test of one value means as a range: from it up to, but not including, the next.
_STEPS = {Field.DURATION: timedelta(seconds=1), Field.DATE: timedelta(days=1), Field.TIME: timedelta(minutes=1)}
# The order in which edits are done, whatever the order in which they are written.
_ORDER = (
    Change.STRIP_HTML,
    Change.STRIP_CONFERENCE,
    Change.REPLACE,
    Change.TEMPLATE,
    Change.SET,
    Change.ADD,
    Change.BUSY,
    Change.SHORTEN,
    Change.REMOVE,
)


def rules_of(written: Iterable[Rule], where: str = "") -> tuple[Ruling, ...]:
    """Return the rules of one list; those without a name are called by their place in it, ``where`` before it."""
    return tuple(rule for at, one in enumerate(written, 1) for rule in _rules(one, f"{where}rule {at}"))


def source_edits(prefix: str | None, category: str | None, colour: str | None) -> tuple[Edit, ...]:
    """Return what is done to every event of a source that has these."""
    edits = (
        Edit(Change.TEMPLATE, "SUMMARY", f"{prefix}{{summary}}") if prefix else None,
        Edit(Change.ADD, "CATEGORIES", category) if category else None,
        Edit(Change.SET, "COLOR", colour) if colour else None,
    )
    return tuple(edit for edit in edits if edit)


def _rules(written: Rule, place: str) -> tuple[Ruling, ...]:
    if "use" in written:
        return PRESETS[written["use"]].rules
    name, goes_on = written.get("name", place), written.get("continue_", False)
    if "keep" in written:
        return (Ruling(name, Action.KEEP, _asked(written["keep"]), goes_on=goes_on),)
    if "drop" in written:
        return (Ruling(name, Action.DROP, _asked(written["drop"]), goes_on=goes_on),)
    when = _asked(written.get("when", "everything"))
    return (Ruling(name, Action.EDIT, when, edits_of(written["edit"]), goes_on),)


# ── what is asked ─────────────────────────────────────────────────────────────────────────────────


def _asked(written: str | Condition) -> Asked:
    if isinstance(written, str):
        return EVERYTHING
    return _all(_one(key, held) for key, held in written.items())


def _one(key: str, held: Any) -> Asked:
    """Return what one key of a condition asks."""
    if key in ("any", "all"):
        return Group(Combine(key), tuple(_asked(condition) for condition in held))
    if key == "not_":
        return Group(Combine.NOT, tuple(_asked(condition) for condition in _items(held)))
    if key == "property":
        return _all(_tested(Field.PROPERTY, test, name) for name, test in held.items())
    return _tested(Field(key.removesuffix("_")), held)


def _tested(field: Field, test: Any, name: str = "") -> Asked:
    """Return what ``test`` asks of a field: a value, several, or operators."""
    if field in _STATES:
        return _if(test, Where(field, Operator.EXISTS))
    if field in _STEPS:
        return _any(_ranges(field, test))
    if not isinstance(test, Mapping):
        return Where(field, Operator.EQUALS, _several(test), property=name)
    return _all(_compared(field, operator, held, name) for operator, held in test.items())


def _compared(field: Field, operator: str, held: Any, name: str) -> Asked:
    if operator == "not_":
        return Group(Combine.NOT, (_tested(field, held, name),))
    if operator == "exists":
        return _if(held, Where(field, Operator.EXISTS, property=name))
    return Where(field, Operator(operator), _several(held), property=name)


def _ranges(field: Field, test: Any) -> Iterator[Where]:
    step = _STEPS[field]
    if not isinstance(test, Mapping):
        yield from (Where(field, Operator.RANGE, low=value, high=_after(value, step)) for value in _items(test))
        return
    low, high = test.get("from_"), test.get("to")
    # A day is as long as it is: `to` a day means to its end.
    yield Where(field, Operator.RANGE, low=low, high=_after(high, step) if field is Field.DATE and high else high)


def _after(value: Any, step: timedelta) -> timedelta | date | time | None:
    """Return the least value that is not part of ``value``; None after the last minute of a day."""
    if isinstance(value, time):
        minutes = value.hour * 60 + value.minute + 1
        return time(*divmod(minutes, 60)) if minutes < 24 * 60 else None
    later: timedelta | date = value + step
    return later


def _if(wanted: bool, asked: Asked) -> Asked:
    return asked if wanted else Group(Combine.NOT, (asked,))


def _all(conditions: Iterable[Asked]) -> Asked:
    return _grouped(Combine.ALL, tuple(conditions))


def _any(conditions: Iterable[Asked]) -> Asked:
    return _grouped(Combine.ANY, tuple(conditions))


def _grouped(combine: Combine, of: tuple[Asked, ...]) -> Asked:
    return of[0] if len(of) == 1 else Group(combine, of)


def _several(value: str | list[str]) -> tuple[str, ...]:
    return tuple(_items(value))


def _items(value: Any) -> list[Any]:
    return value if isinstance(value, list) else [value]


# ── what is changed ───────────────────────────────────────────────────────────────────────────────


def edits_of(written: Edits) -> tuple[Edit, ...]:
    """Return the edits in the order in which they are done, which is not that of the keys.

    Texts are cleaned before templates take them up, and shortened or removed after that.
    """
    edits = [edit for key, held in written.items() for edit in _edits(key, held)]
    return tuple(sorted(edits, key=lambda edit: (_ORDER.index(edit.change), *_rank(edit.property))))


def _rank(name: str) -> tuple[int, str]:
    names = list(_PROPERTIES.values())
    return (names.index(name) if name in names else len(names), name)


def _edits(key: str, held: Any) -> Iterator[Edit]:
    """Yield what one key of an edit does."""
    if key == "property":
        for name, edit in held.items():
            yield from _text_edits(name, edit)
    elif key == "busy":
        yield Edit(Change.BUSY, "TRANSP", held)
    elif key in ("status", "transparency", "class_"):
        yield Edit(Change.SET, _PROPERTIES[key], held.upper())
    elif key == "categories":
        yield from _category_edits(held)
    else:
        yield from _text_edits(_PROPERTIES[key], held)


def _text_edits(name: str, written: str | TextEdit) -> Iterator[Edit]:
    if isinstance(written, str):
        yield Edit(Change.REMOVE, name)
        return
    for what in _items(written.get("strip", [])):
        yield Edit(Change(f"strip_{what}"), name)
    for replacing in _items(written.get("replace", [])):
        yield Edit(Change.REPLACE, name, replacing["with_"], replacing["pattern"])
    if "template" in written:
        yield Edit(Change.TEMPLATE, name, written["template"])
    if "set" in written:
        yield Edit(Change.SET, name, written["set"])
    if "shorten" in written:
        yield Edit(Change.SHORTEN, name, length=written["shorten"])


def _category_edits(written: str | CategoriesEdit) -> Iterator[Edit]:
    if isinstance(written, str):
        yield Edit(Change.REMOVE, "CATEGORIES")
        return
    first, *rest = [*_items(written.get("set", []))] or [None]
    if first:
        yield Edit(Change.SET, "CATEGORIES", first)
    for category in [*rest, *_items(written.get("add", []))]:
        yield Edit(Change.ADD, "CATEGORIES", category)
