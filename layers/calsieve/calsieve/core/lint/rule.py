"""What a rule of lint is: something to look for, whom it harms and how badly, and what to do."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping
from itertools import islice
from typing import Generic, NamedTuple, TypeVar

from calsieve.models import Client, Finding, Level

Subject = TypeVar("Subject")
EVERYBODY = tuple(Client)
# So many places of a rule are listed; one is often enough, and thousands are no help.
_MOST = 10


class Place(NamedTuple):
    """Where a rule found something, by the place among all logical lines; None is no line in particular.

    ``found`` never repeats what a calendar says: findings are logged, and published on pages.
    """

    at: int | None
    found: str


class Rule(NamedTuple, Generic[Subject]):
    """``levels`` says how badly each client takes it that takes it badly at all; ``advice`` what to do about it."""

    id: str
    levels: Mapping[Client, Level]
    advice: str
    check: Callable[[Subject], Iterator[Place]]

    def worst(self, clients: Collection[Client]) -> tuple[Level, tuple[Client, ...]] | None:
        """Return the worst level among ``clients`` and whom it concerns, or None if it concerns none of them."""
        for level in Level:
            concerned = tuple(client for client in clients if self.levels.get(client) is level)
            if concerned:
                return level, concerned
        return None

    def findings(
        self, subject: Subject, clients: Collection[Client], number: Callable[[int], int] = int
    ) -> Iterator[Finding]:
        """Yield what it finds in ``subject``; ``number`` makes a line's number of its place."""
        worst = self.worst(clients)
        if worst is None:
            return
        places = self.check(subject)
        listed = [*islice(places, _MOST)]
        more = sum(1 for _ in places)
        for place in listed:
            line = 0 if place.at is None else number(place.at)
            message = f"{place.found}: {self.advice}"
            yield Finding(self.id, *worst, line, message, more if place is listed[-1] else 0)


def rule(
    advice: str,
    *,
    error: tuple[Client, ...] = (),
    warning: tuple[Client, ...] = (),
    hint: tuple[Client, ...] = (),
) -> Callable[[Callable[[Subject], Iterator[Place]]], Rule[Subject]]:
    """Make a rule of a check, whose name with hyphens is the rule's. A client has the worst level that names it."""
    by_level = ((Level.HINT, hint), (Level.WARNING, warning), (Level.ERROR, error))
    levels = {client: level for level, clients in by_level for client in clients}
    return lambda check: Rule(check.__name__.replace("_", "-"), levels, advice, check)
