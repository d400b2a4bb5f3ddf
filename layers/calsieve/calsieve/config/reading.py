"""A tree of nodes → values of the shape, with every problem on the way. Decides nothing about defaults."""

from __future__ import annotations

import re
from typing import Any, cast, get_args, get_origin

from calsieve.config.checks import CHECKS, STRAYS
from calsieve.config.readers import did_you_mean, nearest
from calsieve.config.shape.file import FileKeys
from calsieve.config.shape.notation import (
    Leaf,
    arms,
    attribute,
    bare,
    is_list,
    is_mapping,
    keys_of,
    note,
    required,
    telling_key,
)
from calsieve.config.shape.sources import WITH_SECRETS
from calsieve.config.tree import TOP, Listing, Node, Refused, Scalar, Table, compose
from calsieve.distances import Unreadable
from calsieve.errors import ConfigError, Problem
from calsieve.models import Secret

_NOTHING = "nothing is written here (an unquoted # begins a comment): write a value, or remove the key"
_QUOTE = "put this value in quotes: as it stands, YAML takes it for a number, a date, or yes or no"


def read(text: str) -> tuple[FileKeys, list[tuple[Scalar, Secret]]]:
    """Return what ``text`` (without byte order mark) says, and each secret, in order, with its scalar.

    Raises ConfigError with all problems in the order of the file.
    """
    reading = _Reading()
    values = reading.value(compose(text), FileKeys, "")
    if reading.problems:
        raise ConfigError([problem for _, problem in sorted(reading.problems, key=lambda found: found[0])])
    return cast("FileKeys", values), reading.secrets


class _Reading:
    """Walks the tree beside the shape and collects. Values are complete only if there is no problem."""

    def __init__(self) -> None:
        self.problems: list[tuple[int, Problem]] = []
        self.secrets: list[tuple[Scalar, Secret]] = []

    def problem(self, node: Node, path: str, message: str) -> None:
        self.problems.append((node.start, Problem(node.line, path or TOP, message)))

    def value(self, node: Node, shape: Any, path: str) -> Any:
        """Return the value of ``node``, or None after noting what is wrong with it."""
        if forms := arms(shape):
            form = _form_of(node, forms)
            return self.value(node, form, path) if form else self.problem(node, path, _no_form(forms))
        if isinstance(node, Refused):
            return self.problem(node, path, node.why)
        if isinstance(node, Scalar) and node.kind == "null":
            return self.problem(node, path, _NOTHING)
        leaf = note(shape, Leaf)
        return self._leaf(node, leaf, path) if leaf else self._collection(node, bare(shape), path)

    def _collection(self, node: Node, kind: Any, path: str) -> Any:
        if get_origin(kind) is list:
            return self._list(node, get_args(kind)[0], path)
        if get_origin(kind) is dict:
            return self._named(node, kind, path)
        return self._table(node, kind, path)

    def _leaf(self, node: Node, leaf: Leaf, path: str) -> Any:
        if not isinstance(node, Scalar):
            return self.problem(node, path, "write one value here, without keys or a list")
        if leaf.secret and node.kind != "str":
            return self.problem(node, path, _QUOTE)
        try:
            value = leaf.read(node.text)
        except Unreadable as error:
            return self.problem(node, path, str(error))
        if isinstance(value, Secret):
            self.secrets.append((node, value))
        return value

    def _list(self, node: Node, item: Any, path: str) -> Any:
        if not isinstance(node, Listing):
            return self.problem(node, path, "write a list here: begin each entry with `- `")
        if not node.items:
            self.problem(node, path, "this list is empty: write at least one entry")
        return [self.value(entry, item, f"{path}[{index}]") for index, entry in enumerate(node.items)]

    def _named(self, node: Node, kind: Any, path: str) -> Any:
        name_shape, value_shape = get_args(kind)
        if not isinstance(node, Table) or not node.entries:
            return self.problem(node, path, f"write names and values here, such as `{_example(name_shape)}: …`")
        found: dict[str, Any] = {}
        for key, value in node.entries:
            name = self.value(key, name_shape, path)
            if name is None:
                continue
            if name.lower() in map(str.lower, found):
                self.problem(key, path, "this name is given twice: keep one")
            # A name without a value may be a value that lost its name: don't show it.
            shown = path if isinstance(value, Scalar) and value.kind == "null" else f"{path}.{name}"
            found[name] = self.value(value, value_shape, shown)
        return found

    def _table(self, node: Node, shape: Any, path: str) -> Any:
        if not isinstance(node, Table):
            return self.problem(node, path, f"write keys here, such as `{telling_key(shape)}:`")
        found, meant = self._entries(node, shape, path)
        missing = [name for name in required(shape) if attribute(name) not in found and name not in meant]
        for name in missing:
            self.problem(node, path, f"`{name}` is missing: add it")
        if not (node.entries or missing):
            self.problem(node, path, "nothing is written between these braces: write at least one key")
        for at, below, message in CHECKS[shape](node) if shape in CHECKS else ():
            self.problem(at, _under(path, below), message)
        return found

    def _entries(self, node: Table, shape: Any, path: str) -> tuple[dict[str, Any], set[str]]:
        """Return the values under the keys that there are, and the keys that unknown ones are probably meant to be."""
        keys, found, meant = keys_of(shape), dict[str, Any](), set[str]()
        for key, value in node.entries:
            if not isinstance(key, Scalar) or key.text not in keys:
                meant.add(self._unknown(key, shape, path))
            elif attribute(key.text) in found:
                self.problem(key, _under(path, key.text), "this key is given twice: keep one")
            else:
                found[attribute(key.text)] = self.value(value, keys[key.text], _under(path, key.text))
        return found, meant

    def _unknown(self, key: Node, shape: Any, path: str) -> str:
        """Note that there is no such key; return the one that is probably meant."""
        if not isinstance(key, Scalar):
            self.problem(key, path, key.why if isinstance(key, Refused) else "a key is one word: write `key: value`")
            return ""
        if advice := STRAYS.get((shape, key.text)):
            self.problem(key, _under(path, key.text), advice)
            return ""
        names = list(keys_of(shape))
        meant = nearest(key.text, names)
        hint = did_you_mean(meant) or f"; the keys here are {', '.join(names)}"
        # It may be a secret that slipped: show only a plain word, and within a source only a likely key.
        shown = re.fullmatch("[A-Za-z_-]{1,30}", key.text) and (meant or shape not in WITH_SECRETS)
        self.problem(key, _under(path, key.text) if shown else path, f"this key is unknown{hint}")
        return meant or ""


def _form_of(node: Node, forms: tuple[Any, ...]) -> Any:
    """Return the form that ``node`` is meant to have, by its kind; None if it could be any of several mappings."""
    if isinstance(node, Table):
        fitting = [form for form in forms if is_mapping(form)]
        if len(fitting) > 1:
            return _told(fitting, node)
    elif isinstance(node, Listing):
        fitting = [form for form in forms if is_list(form)]
    else:
        fitting = [form for form in forms if note(form, Leaf)]
    return (fitting or [form for form in forms if not note(form, Leaf)])[0]


def _told(forms: list[Any], table: Table) -> Any:
    """Return the last of the ``forms`` whose key is in the table, or nearly."""
    by_key = {telling_key(form): form for form in forms}
    written = [key.text for key, _ in table.entries if isinstance(key, Scalar)]
    told = [name for name in by_key if name in written] or [nearest(name, by_key) or "" for name in written]
    return next((by_key[name] for name in reversed(told) if name), None)


def _no_form(forms: tuple[Any, ...]) -> str:
    *names, last = [f"`{telling_key(form)}`" for form in forms if is_mapping(form)]
    return f"{', '.join(names)} or {last} is missing: add one of them"


def _example(name_shape: Any) -> str:
    leaf = note(name_shape, Leaf)
    return str(leaf.schema["examples"][0]) if leaf else "name"


def _under(path: str, below: str) -> str:
    return f"{path}.{below}" if path and below and not below.startswith("[") else f"{path}{below}"
