"""A tree of nodes → values of the shape, with every problem on the way. Decides nothing about defaults."""

from __future__ import annotations

import re
from typing import Any, cast, get_args, get_origin, is_typeddict

from calsieve.config import shape as shapes
from calsieve.config.checks import CHECKS
from calsieve.config.readers import did_you_mean, nearest
from calsieve.config.shape import FileKeys, Leaf, bare, keys_of, note, telling_key
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
        if forms := shapes.arms(shape):
            return self.value(node, _form_of(node, forms), path)
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
            return self._headers(node, kind, path)
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

    def _headers(self, node: Node, kind: Any, path: str) -> Any:
        if not isinstance(node, Table):
            return self.problem(node, path, "write names and values here, like `X-Api-Key: env:API_KEY`")
        name_shape, value_shape = get_args(kind)
        found: dict[str, Any] = {}
        for key, value in node.entries:
            name = self.value(key, name_shape, path)
            if name is None:
                continue
            if name.lower() in map(str.lower, found):
                self.problem(key, path, "this header is given twice: keep one")
            # A name without a value may be a value that lost its name: don't show it.
            shown = path if isinstance(value, Scalar) and value.kind == "null" else f"{path}.{name}"
            found[name] = self.value(value, value_shape, shown)
        return found

    def _table(self, node: Node, shape: Any, path: str) -> Any:
        keys = keys_of(shape)
        if not isinstance(node, Table):
            return self.problem(node, path, f"write keys here, such as `{telling_key(shape)}:`")
        found: dict[str, Any] = {}
        for key, value in node.entries:
            if not isinstance(key, Scalar) or key.text not in keys:
                self._unknown(key, shape, path)
            elif key.text in found:
                self.problem(key, _under(path, key.text), "this key is given twice: keep one")
            else:
                found[key.text] = self.value(value, keys[key.text], _under(path, key.text))
        for name in keys:
            if name in shape.__required_keys__ and name not in found:
                self.problem(node, path, f"`{name}` is missing: add it")
        for at, below, message in CHECKS[shape](node) if shape in CHECKS else ():
            self.problem(at, _under(path, below), message)
        return found

    def _unknown(self, key: Node, shape: Any, path: str) -> None:
        if not isinstance(key, Scalar):
            return self.problem(key, path, "a key is one word: write `key: value`")
        names = list(keys_of(shape))
        meant = nearest(key.text, names)
        hint = did_you_mean(meant) or f"; the keys here are {', '.join(names)}"
        # It may be a secret that slipped: show only a plain word, and within a source only a likely key.
        shown = re.fullmatch("[A-Za-z_-]{1,30}", key.text) and (meant or shape in _HARMLESS)
        self.problem(key, _under(path, key.text) if shown else path, f"this key is unknown{hint}")
        return None


_HARMLESS = (shapes.FileKeys, shapes.DefaultsKeys, shapes.FeedKeys, shapes.WindowKeys)


def _form_of(node: Node, forms: tuple[Any, ...]) -> Any:
    """Return the form that ``node`` is meant to have: a word's, or that of the mapping whose key is in it."""
    if isinstance(node, Scalar):
        return forms[0]
    told = [
        form for form in forms[1:] if is_typeddict(form) and isinstance(node, Table) and node.get(telling_key(form))
    ]
    return told[-1] if told else forms[1]


def _under(path: str, below: str) -> str:
    return f"{path}.{below}" if path and below and not below.startswith("[") else f"{path}{below}"
