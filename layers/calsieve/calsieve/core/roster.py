"""Which feeds there are in several configuration files, and which names stand in two of them. Pure."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable

    from calsieve.core.schedule import Enrolled
    from calsieve.errors import Problem


class Roll(NamedTuple):
    """The feeds of one file, and by which ``stamp`` its configuration is known; ``problems`` if it can't be used."""

    file: str
    stamp: str
    feeds: tuple[Enrolled, ...] = ()
    problems: tuple[Problem, ...] = ()


class Collision(NamedTuple):
    """A feed of ``file`` that publishes under a name which belongs to the file ``first`` already."""

    feed: str
    file: str
    first: str


def without_collisions(rolls: Iterable[Roll]) -> tuple[list[Roll], list[Collision]]:
    """Return the rolls without feeds of which a name stands in an earlier roll; and those feeds.

    One secret path can't be two calendars: the file that comes first keeps the name.
    """
    owners: dict[str, str] = {}
    kept, found = [], []
    for roll in rolls:
        mine = []
        for feed in roll.feeds:
            taken = next((name for name in feed.names if owners.get(name, roll.file) != roll.file), None)
            if taken is None:
                mine.append(feed)
                owners |= dict.fromkeys(feed.names, roll.file)
            else:
                found.append(Collision(feed.name, roll.file, owners[taken]))
        kept.append(roll._replace(feeds=tuple(mine)))
    return kept, found
