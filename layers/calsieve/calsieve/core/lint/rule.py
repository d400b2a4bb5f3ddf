"""What a rule of lint is: something to look for, whom it harms and how badly, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from typing import NamedTuple

from calsieve.core.lint.sheet import Sheet
from calsieve.models import Client, Level


class Place(NamedTuple):
    """Where a rule found something, by the place among all logical lines; None is no line in particular."""

    at: int | None
    found: str


Check = Callable[[Sheet], Iterator[Place]]
EVERYBODY = tuple(Client)


class Rule(NamedTuple):
    """``levels`` says how badly each client takes it that takes it badly at all; ``advice`` what to do about it."""

    id: str
    levels: Mapping[Client, Level]
    advice: str
    check: Check

    def worst(self, clients: Collection[Client]) -> tuple[Level, tuple[Client, ...]] | None:
        """Return the worst level among ``clients`` and whom it concerns, or None if it concerns none of them."""
        for level in Level:
            concerned = tuple(client for client in clients if self.levels.get(client) is level)
            if concerned:
                return level, concerned
        return None


def rule(
    advice: str,
    *,
    error: tuple[Client, ...] = (),
    warning: tuple[Client, ...] = (),
    hint: tuple[Client, ...] = (),
) -> Callable[[Check], Rule]:
    """Make a rule of a check, whose name with hyphens is the rule's. A client has the worst level that names it."""
    by_level = ((Level.HINT, hint), (Level.WARNING, warning), (Level.ERROR, error))
    levels = {client: level for level, clients in by_level for client in clients}
    return lambda check: Rule(check.__name__.replace("_", "-"), levels, advice, check)
