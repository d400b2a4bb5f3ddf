"""The mutants of a module: the same module with one small fault each.

Comparisons, arithmetic, ``and`` and ``or``, conditions, numbers, short texts, what is returned, loops left or gone on
with, and calls for their effect. Not annotations, decorators, docstrings, nor wording for people (texts with spaces);
nor bounds of work and size, which are round numbers: no test has to know them to the last step.
"""

from __future__ import annotations

import ast
import random
import re
from collections.abc import Callable, Iterator
from copy import copy
from dataclasses import dataclass
from itertools import islice

_SWAPPED: dict[type[ast.AST], type[ast.AST]] = {
    ast.Lt: ast.LtE,
    ast.LtE: ast.Lt,
    ast.Gt: ast.GtE,
    ast.GtE: ast.Gt,
    ast.Eq: ast.NotEq,
    ast.NotEq: ast.Eq,
    ast.Is: ast.IsNot,
    ast.IsNot: ast.Is,
    ast.In: ast.NotIn,
    ast.NotIn: ast.In,
    ast.Add: ast.Sub,
    ast.Sub: ast.Add,
    ast.Mult: ast.FloorDiv,
    ast.FloorDiv: ast.Mult,
    ast.Mod: ast.FloorDiv,
    ast.BitOr: ast.BitAnd,
    ast.BitAnd: ast.BitOr,
    ast.And: ast.Or,
    ast.Or: ast.And,
}
# Comparisons whose swapped form is their negation.
_TWO_SIDED = (ast.Eq, ast.NotEq, ast.Is, ast.IsNot, ast.In, ast.NotIn)
_UNTOUCHED = {"annotation", "returns", "decorator_list", "type_comment"}
_BOUND = re.compile("_?(MOST|LONGEST)(_|$)")


@dataclass(frozen=True)
class Mutant:
    """The ``number``-th fault of a module: in which line, what that says, and what would be said instead.

    ``lines`` are those of its statement, ``function`` is the outermost one around it.
    """

    number: int
    line: int
    text: str
    lines: range
    function: str
    what: str


@dataclass(frozen=True)
class _Place:
    """Where in a tree something may be changed, within which statement and function."""

    owner: ast.AST
    field: str
    index: int | None
    lines: range
    function: str

    @property
    def node(self) -> ast.AST:
        value = getattr(self.owner, self.field)
        node: ast.AST = value if self.index is None else value[self.index]
        return node

    def put(self, node: ast.AST) -> None:
        if self.index is None:
            setattr(self.owner, self.field, node)
        else:
            getattr(self.owner, self.field)[self.index] = node


def mutants_of(source: str) -> list[Mutant]:
    """Return all mutants of a module's source, in the order of the text."""
    texts, found = source.splitlines(), []
    for number, (place, what, _) in enumerate(_changes(ast.parse(source))):
        line = getattr(place.node, "lineno", place.lines.start)
        what = " ".join(what.split())
        found.append(Mutant(number, line, texts[line - 1].strip(), place.lines, place.function, what))
    return found


def mutated(source: str, number: int) -> ast.Module:
    """Return the module with one of its faults."""
    tree = ast.parse(source)
    place, _, changed = next(islice(_changes(tree), number, None))
    place.put(changed())
    return ast.fix_missing_locations(tree)


def sampled(mutants: list[Mutant], most: int | None, seed: str) -> list[Mutant]:
    """Return all mutants, or as many as asked for, the same for a seed."""
    if most is None or most >= len(mutants):
        return mutants
    chosen = random.Random(seed).sample(mutants, most)
    return sorted(chosen, key=lambda mutant: mutant.number)


_Change = tuple[str, Callable[[], ast.AST]]


def _changes(tree: ast.Module) -> Iterator[tuple[_Place, str, Callable[[], ast.AST]]]:
    for place in _places(tree, range(0), "", ""):
        for what, changed in _faults(place.node):
            yield place, what, changed


def _places(owner: ast.AST, lines: range, classes: str, function: str) -> Iterator[_Place]:
    """Yield the places below a node, which stands in ``classes`` (with a dot behind each) and ``function``."""
    if isinstance(owner, ast.ClassDef):
        classes = f"{classes}{owner.name}."
    for field, index, node in _children(owner):
        if _is_no_matter(node, owner):
            continue
        within = _lines(node) if isinstance(node, ast.stmt) else lines
        # Defaults are worked out where the function is defined: they are not of its body.
        begins = isinstance(owner, ast.FunctionDef) and field == "body" and not function
        name = f"{classes}{owner.name}" if begins else function  # type: ignore[attr-defined]
        yield _Place(owner, field, index, within, name)
        yield from _places(node, within, classes, name)


def _children(owner: ast.AST) -> Iterator[tuple[str, int | None, ast.AST]]:
    for field, value in ast.iter_fields(owner):
        if field in _UNTOUCHED:
            continue
        for index, node in enumerate(value) if isinstance(value, list) else [(None, value)]:
            if isinstance(node, ast.AST):
                yield field, index, node


def _is_no_matter(node: ast.AST, owner: ast.AST) -> bool:
    """Tell whether a node is wording, a bound, a check of what always holds, or there for type checkers only."""
    match node:
        case ast.If(test=ast.Name(id="TYPE_CHECKING")) | ast.Expr(value=ast.Constant()):
            return True
        case ast.Assign(targets=[ast.Name(id=name)]):
            return bool(_BOUND.match(name))
        case ast.keyword(arg="strict" | "maxsize") | ast.Assert() | ast.Raise() | ast.alias():
            return True
    return isinstance(owner, ast.JoinedStr) and isinstance(node, ast.Constant)


def _lines(statement: ast.stmt) -> range:
    """Return the lines of a statement, of a compound one those of its head."""
    body = getattr(statement, "body", None)
    last = max(statement.lineno, body[0].lineno - 1) if body else statement.end_lineno or statement.lineno
    return range(statement.lineno, last + 1)


def _faults(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Compare() | ast.BoolOp() | ast.BinOp() | ast.AugAssign():
            yield from _other_operators(node)
        case ast.Constant():
            yield from _other_constants(node)
        case ast.UnaryOp(op=ast.Not() | ast.USub()):
            yield f"{ast.unparse(node)} → {ast.unparse(node.operand)}", lambda: node.operand
        case ast.If() | ast.While() | ast.IfExp():
            yield from _negated(node)
        case ast.comprehension():
            yield from _without_conditions(node)
        case _:
            yield from _other_statements(node)


def _other_operators(node: ast.Compare | ast.BoolOp | ast.BinOp | ast.AugAssign) -> Iterator[_Change]:
    if isinstance(node, ast.Compare):
        for index, op in enumerate(node.ops):
            ops = [*node.ops[:index], _SWAPPED[type(op)](), *node.ops[index + 1 :]]
            yield from _one(node, ops=ops)
    elif type(node.op) in _SWAPPED:
        yield from _one(node, op=_SWAPPED[type(node.op)]())


def _other_constants(node: ast.Constant) -> Iterator[_Change]:
    value = node.value
    if isinstance(value, bool):
        yield from _one(node, value=not value)
    elif isinstance(value, int):
        yield from _one(node, value=value + 1)
        yield from _one(node, value=value - 1)
    elif isinstance(value, str | bytes) and " " not in str(value).strip():
        another = "X" if isinstance(value, str) else b"X"
        # More than a letter is added: a letter alone may be one of a set.
        yield from _one(node, value=another if len(value) == 1 else value + another * 2)  # type: ignore[operator]


def _negated(node: ast.If | ast.While | ast.IfExp) -> Iterator[_Change]:
    """Yield the node with its condition negated, unless another fault does the same."""
    test = node.test
    two_sided = isinstance(test, ast.Compare) and len(test.ops) == 1 and isinstance(test.ops[0], _TWO_SIDED)
    if not two_sided and not isinstance(test, ast.UnaryOp):
        yield f"if {ast.unparse(test)} → if not", lambda: _with(node, test=ast.UnaryOp(ast.Not(), test))


def _without_conditions(node: ast.comprehension) -> Iterator[_Change]:
    for index, test in enumerate(node.ifs):
        rest = [*node.ifs[:index], *node.ifs[index + 1 :]]
        # A condition may be what gives a name its value.
        if not any(isinstance(inner, ast.NamedExpr) for inner in ast.walk(test)):
            yield f"if {ast.unparse(test)} → always", lambda rest=rest: _with(node, ifs=rest)  # type: ignore[misc]


def _other_statements(node: ast.AST) -> Iterator[_Change]:
    match node:
        case ast.Return(value=ast.expr() as value) if not (isinstance(value, ast.Constant) and not value.value):
            yield f"{ast.unparse(node)} → return None", lambda: _with(node, value=ast.Constant(None))
        case ast.Continue():
            yield "continue → break", ast.Break
        case ast.Break():
            yield "break → continue", ast.Continue
        case ast.Expr(value=ast.Call()):
            yield f"{ast.unparse(node)} → pass", ast.Pass


def _one(node: ast.AST, **fields: object) -> Iterator[_Change]:
    changed = _with(node, **fields)
    yield f"{ast.unparse(node)} → {ast.unparse(changed)}", lambda: changed


def _with(node: ast.AST, **fields: object) -> ast.AST:
    changed = copy(node)
    for name, value in fields.items():
        setattr(changed, name, value)
    return changed
