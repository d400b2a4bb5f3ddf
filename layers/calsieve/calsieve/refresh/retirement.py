"""A feed that nobody configures any more is retired: all that is published of it is taken down, and forgotten.

Nothing does so by itself: a feed that is missing from a configuration by mistake has to stay on phones. Only who is
asked for it by name calls this.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calsieve.history import history_key
from calsieve.paths import name_of
from calsieve.refresh.memory import ASIDE, Memory
from calsieve.refresh.takedown import everything, had
from calsieve.state import state_key

if TYPE_CHECKING:
    from collections.abc import Container, Iterator
    from datetime import datetime

    from calsieve.paths import PathKey
    from calsieve.ports import Publisher, StateArchive


@dataclass(frozen=True, slots=True)
class Remains:
    """What is left of a feed.

    ``views`` are the other names under which it was published, ``files`` is how many there are. ``paths`` are all at
    which there may be one, or half of one; ``remembered`` are keys in the state store, what tells the most last.
    """

    name: str
    views: tuple[str, ...]
    files: int
    paths: tuple[str, ...] = field(repr=False)
    remembered: tuple[str, ...]


def remains(
    name: str, key: PathKey, publisher: Publisher, state: StateArchive, now: datetime, elsewhere: Container[str]
) -> Remains:
    """Return what is left of a feed; ``now`` is aware. Raises PublishError.

    Looked at are the addresses that its state tells of, by whatever key, and all that the name and those of its views
    had by this key. If its state is lost, its views are not known: each can be asked for by its own name. What other
    feeds publish, under the names ``elsewhere``, is theirs. Mirrors of accounts are no part of a feed.
    """
    known = Memory(name, state).recall().known  # of another feed it tells nothing
    names = {name, *(known.files if known else ())}
    places = [key.place(each, now) for each in names]
    paths = set(everything(stem for place in places for stem in (*place.stems, *place.ended)))
    if known:
        paths |= {*had(known.files.values()), *known.doomed}
    own = tuple(path for path in sorted(paths) if name_of(path) not in elsewhere)
    return Remains(
        name=name,
        views=tuple(each for each in sorted(names - {name}) if each not in elsewhere),
        files=sum(publisher.read(path) is not None for path in own),
        paths=own,
        remembered=tuple(each for each in _memories(name) if state.load(each)),
    )


def _memories(name: str) -> Iterator[str]:
    keys = history_key(name), state_key(name)
    yield from (f"{ASIDE}/{key}" for key in keys)
    yield from keys


def take_down(found: Remains, publisher: Publisher, state: StateArchive) -> None:
    """Delete and forget it. Raises PublishError.

    The state goes last, so what was cut off can be asked for again.
    """
    for path in found.paths:
        publisher.delete(path)
    for key in found.remembered:
        state.forget(key)
