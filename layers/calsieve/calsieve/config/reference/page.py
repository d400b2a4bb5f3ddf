"""docs/rules.md: docs/rules.head.md, and behind it tables of all that rules can say, each row with an example."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from typing import Any, get_args

from calsieve.config.reference.examples import EXAMPLES, PRESET_EXAMPLES, Example
from calsieve.config.reference.sample import SAMPLE
from calsieve.config.shape import rules
from calsieve.config.shape.notation import Key, Leaf, arms, bare, is_list, is_mapping, keys_of, note
from calsieve.core.rules.presets import PRESETS

_ABOUT = {
    rules.Condition: (
        "What is asked",
        "key",
        "Fields of an event, and `all`, `any` and `not` for conditions in conditions.",
    ),
    rules.TextTest: ("How text is compared", "operator", "For every field above that holds text."),
    rules.PartstatTest: (
        "How one word of several is compared",
        "operator",
        "For `partstat`, `status`, `transparency`, `class`, `busy` and `weekday`; `exists` is for `partstat` alone.",
    ),
    rules.DurationTest: ("How long it lasts", "operator", "For `duration`."),
    rules.TimeTest: ("When of the day it starts", "operator", "For `time`. All-day events start at no time."),
    rules.DateTest: ("On which days it starts", "operator", "For `date`."),
    rules.Edits: (
        "Edits",
        "key",
        "What of an event is changed. A text's edits are below; a word is the new value itself.",
    ),
    rules.TextEdit: (
        "How text is changed",
        "edit",
        "Done in this order, whatever the order in which they are written.",
    ),
    rules.Replacing: ("What is replaced", "key", "For `replace`, which may also have a list of these."),
    rules.CategoriesEdit: ("How categories are changed", "edit", "For `categories`."),
    rules.Keeping: ("Rules that keep", "key", ""),
    rules.Dropping: ("Rules that drop", "key", ""),
    rules.Editing: ("Rules that edit", "key", ""),
}

# Shapes that are explained together.
_SAME_AS = dict.fromkeys(
    (rules.StatusTest, rules.TransparencyTest, rules.AccessTest, rules.BusyTest, rules.WeekdayTest), rules.PartstatTest
)


def page(head: str) -> str:
    """Return docs/rules.md, which begins with ``head``."""
    return "\n".join([head.rstrip(), "", *_sample(), *_shapes(), *_presets()])


def _sample() -> Iterator[str]:
    yield from _heading(
        "The sample",
        "The examples speak of these events of two sources, in a feed with `me: jane@example.org`.",
    )
    yield from _table(("event", "source", "when", "and"), (_sampled(*event) for event in SAMPLE))


def _sampled(source: str, title: str, when: str, _: object, more: Iterable[str]) -> tuple[str, ...]:
    return title, source, when, "<br>".join(f"`{line}`" for line in more)


def _shapes() -> Iterator[str]:
    for shape, (title, key, text) in _ABOUT.items():
        yield from _heading(title, text)
        rows = ((f"`{name}`", *_about(held), *_example(EXAMPLES[shape][name])) for name, held in keys_of(shape).items())
        yield from _table((key, "", "values", "example", "does to the sample"), rows)


def _presets() -> Iterator[str]:
    yield from _heading("Presets", "Rules that are there already; `use` has the name of one: `- use: cancelled`.")
    rows = ((f"`{name}`", preset.description, _outcome(PRESET_EXAMPLES[name])) for name, preset in PRESETS.items())
    yield from _table(("preset", "", "does to the sample"), rows)


def _about(held: Any) -> tuple[str, str]:
    """Return what a key is for, and which values it takes."""
    key = note(held, Key)
    assert key  # noqa: S101 - a test of the schema sees to it
    forms = sorted(arms(held) or (held,), key=is_mapping)
    default = f"; `{key.default}` if absent" if key.default else ""
    return f"{key.description.removesuffix('.')}{default}", ", or ".join(map(_values, forms))


def _values(shape: Any) -> str:
    if leaf := note(shape, Leaf):
        words = [word for word in leaf.schema.get("enum", ()) if isinstance(word, str)]
        return ", ".join(_code(word) for word in words) or leaf.noun or f"like {_code(leaf.schema['examples'][0])}"
    if is_list(shape):
        inner = get_args(bare(shape))[0]
        return "a list of such" if note(inner, Leaf) else f"a list of {_keys(inner)}"
    return _keys(shape) if is_mapping(shape) else "names, and under each of them a value or keys"


def _keys(shape: Any) -> str:
    title, _, _ = _ABOUT[_SAME_AS.get(bare(shape), bare(shape))]
    return f"[keys](#{title.lower().replace(' ', '-')})"


def _example(example: Example) -> tuple[str, str]:
    return "<br>".join(_code(f"- {entry}") for entry in example.entries), _outcome(example)


def _outcome(example: Example) -> str:
    if example.keeps:
        return f"keeps only {_listed(example.keeps)}"
    left_out = [f"leaves out {_listed(example.drops)}"] if example.drops else []
    return "; ".join([*left_out, *(_change(*one) for one in example.becomes)])


def _change(title: str, name: str, value: str | None) -> str:
    if value is None:
        return f"*{title}* has no `{name}` any more"
    return f"*{title}* has `{name}` " + "<br>".join(_code(line) for line in value.split("\n") if line)


def _listed(titles: Sequence[str]) -> str:
    return ", ".join(f"*{title}*" for title in titles)


def _code(text: object) -> str:
    return f"`{text}`" if text != "" else "nothing"


def _heading(title: str, text: str) -> Iterator[str]:
    yield from (f"## {title}", "", *([text, ""] if text else []))


def _table(names: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield f"| {' | '.join(names)} |".replace("  ", " ")
    yield "|" + "---|" * len(names)
    yield from (f"| {' | '.join(row)} |".replace("|  |", "| |") for row in rows)
    yield ""
