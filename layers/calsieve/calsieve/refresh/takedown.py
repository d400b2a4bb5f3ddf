"""What is no longer wanted is taken down: at addresses that ended, of views that went, beside files that have no page
or Atom file any more."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from calsieve.errors import PublishError
from calsieve.paths import ATOM, CALENDAR, PAGE, name_of

if TYPE_CHECKING:
    from collections.abc import Collection, Container, Iterable, Iterator

    from calsieve.paths import Place
    from calsieve.ports import Publisher
    from calsieve.state import FeedState, FileState


def taken_down(
    new: FeedState,
    known: FeedState | None,
    places: Collection[Place],
    elsewhere: Container[str],
    publisher: Publisher,
    problems: list[str],
) -> FeedState:
    """Delete what ``known`` had, or may have had, and ``new`` has not; return ``new`` with what that comes to.

    What other feeds publish, under the names ``elsewhere``, is theirs. Does not raise: what could not be deleted is
    told as a problem, and tried again by the next run.
    """
    ended = {stem for place in places for stem in place.ended}
    gone = set(everything(ended - set(known.ended if known else ())))
    if known:
        gone |= {*known.doomed, *had(known.files.values(), {place.key for place in places})}
    gone |= set(_perhaps_had(new, known))
    gone -= set(had(new.files.values())) - set(everything(ended))
    gone = {path for path in gone if name_of(path) not in elsewhere}
    doomed = [path for path in sorted(gone) if not _deleted(path, publisher, problems)]
    return replace(new, ended=tuple(sorted(ended)), doomed=tuple(doomed))


def withdraw(
    done: Iterable[FileState],
    known: FeedState,
    elsewhere: Container[str],
    publisher: Publisher,
    problems: list[str],
) -> None:
    """Delete what the files ``done`` have and ``known`` has not. Does not raise: what could not be is a problem."""
    gone = {path for path in set(had(done)) - set(had(known.files.values())) if name_of(path) not in elsewhere}
    for path in sorted(gone):
        _deleted(path, publisher, problems)


def had(files: Iterable[FileState], keys: Collection[str] = ()) -> Iterator[str]:
    """Yield the paths at which there is something of a feed, or should be, as far as they come from these keys.

    Under a new path-key everything is elsewhere. Whether the old addresses shall end, who lost it has to say.
    """
    for file in files:
        if keys and file.key not in keys:
            continue
        for stem in file.versions:
            yield stem + CALENDAR
            if file.page is not None:
                yield stem + PAGE
            if file.atom:
                yield stem + ATOM


def _perhaps_had(new: FeedState, known: FeedState | None) -> Iterator[str]:
    """Yield what may lie beside files at addresses of which nothing is known: of a run that died before it remembered,
    say."""
    before = known.files if known else {}
    for name, file in new.files.items():
        unknown = file.versions.keys() - (before[name].versions.keys() if name in before else set())
        yield from (stem + suffix for stem in unknown for suffix in (PAGE, ATOM))


def everything(stems: Iterable[str]) -> Iterator[str]:
    return (stem + suffix for stem in stems for suffix in (CALENDAR, PAGE, ATOM))


def _deleted(path: str, publisher: Publisher, problems: list[str]) -> bool:
    try:
        publisher.delete(path)
    except PublishError as error:
        if str(error) not in problems:
            problems.append(str(error))
        return False
    return True
