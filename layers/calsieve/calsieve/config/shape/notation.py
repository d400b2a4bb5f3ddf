"""What a shape is said in, and how to look at one. Knows no key of feeds.yaml.

A shape is a TypedDict (a mapping), ``list[shape]``, ``dict[name, shape]`` (names of the user's own), something
annotated with a Leaf (one value), or a union of these: the form is chosen by what is written.
"""

import keyword
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from functools import cache
from types import UnionType
from typing import Annotated, Any, Required, TypeVar, Union, get_args, get_origin, get_type_hints, is_typeddict


@dataclass(frozen=True, eq=False)  # typing wants its annotations hashable
class Leaf:
    """A value of one word or line: how to read it, and how the JSON Schema describes it.

    ``read`` raises Unreadable. ``secret``: it has to be quoted when YAML would take it for a number. ``noun`` is what
    the rule reference calls such a value, if it does not show one.
    """

    read: Callable[[str], object]
    schema: Mapping[str, Any] = field(default_factory=dict)
    secret: bool = False
    noun: str = ""


@dataclass(frozen=True)
class Key:
    """What a key is for; ``default`` is written the way a user would write it."""

    description: str
    default: str | None = None


Note = TypeVar("Note", Leaf, Key)


@cache
def keys_of(shape: Any) -> Mapping[str, Any]:
    """Return the keys of a mapping's shape, as users write them, and what each holds, the required ones first."""
    hints = get_type_hints(shape, include_extras=True)
    held = {name: get_args(hint)[0] if get_origin(hint) is Required else hint for name, hint in hints.items()}
    ordered = sorted(held, key=lambda name: name not in shape.__required_keys__)
    return {name.removesuffix("_"): held[name] for name in ordered}


def attribute(key: str) -> str:
    """Return what a TypedDict calls the ``key`` of a file: ``not`` and other words of Python get an underscore."""
    return f"{key}_" if keyword.iskeyword(key) else key


def required(shape: Any) -> list[str]:
    """Return the keys that a mapping must have."""
    return [name for name in keys_of(shape) if attribute(name) in shape.__required_keys__]


def telling_key(shape: Any) -> str:
    """Return the key by which a mapping's shape is told from others: its first required one."""
    return next(iter(keys_of(shape)))


def note(shape: Any, kind: type[Note]) -> Note | None:
    """Return what ``shape`` is annotated with of this ``kind`` (Leaf, Key), or None."""
    return next((extra for extra in getattr(shape, "__metadata__", ()) if isinstance(extra, kind)), None)


def bare(shape: Any) -> Any:
    """Return ``shape`` without its annotations."""
    return get_args(shape)[0] if get_origin(shape) is Annotated else shape


def arms(shape: Any) -> tuple[Any, ...]:
    """Return the forms of what has several, or nothing for all the rest."""
    several = get_origin(bare(shape)) in (Union, UnionType) and not note(shape, Leaf)
    return get_args(bare(shape)) if several else ()


def is_mapping(shape: Any) -> bool:
    """Return whether ``shape`` is a TypedDict."""
    return is_typeddict(bare(shape))


def is_list(shape: Any) -> bool:
    """Return whether ``shape`` is a list of something."""
    return get_origin(bare(shape)) is list
