"""What must hold whatever happens, of what is published and of all that is written or said."""

from __future__ import annotations

import gzip
import re
from collections.abc import Iterable
from datetime import datetime, timedelta
from functools import reduce
from itertools import product
from operator import xor

from calsieve.models import Outcome, Status
from tests.load.moody_upstream import BASIC, PASSWORD, TOKEN, USER
from tests.load.origins import BEFORE, SINCE, Origin, Version, hashes
from tests.load.reader import Broken, shown, title_of
from tests.load.subjects import Subject

SKEW = timedelta(minutes=4)  # of a clock that is wrong
# A loss that is seen for that long may be believed.
_BELIEVED = timedelta(hours=1) - 2 * SKEW


def seen(subject: Subject, name: str, body: bytes | None, now: datetime) -> None:
    """What is published is whole, is something that its sources were, and is never older than what was seen before."""
    if body is None:
        if name in subject.hashed:
            raise Broken(f"{name} was published, and is gone")
        return
    if subject.hashed.get(name) == hash(body):
        return
    floors = subject.floors.setdefault(name, dict.fromkeys((one.name for one in subject.origins), None))
    shows = (_busy if name != subject.name else _full)(subject, body, floors)
    _refuse_what_is_too_soon(subject, shows, now)
    for origin in subject.origins:
        floors[origin.name] = min(shows[origin.name], default=None)
        _forgotten(subject, origin)
    subject.shows[name], subject.hashed[name] = shows, hash(body)
    _refuse_an_older_edition(subject, name, title_of(body))


def _full(subject: Subject, body: bytes, floors: dict[str, int | None]) -> dict[str, set[int]]:
    """Return by origin the versions that a file shows. Raises Broken if it shows what never was, or not since."""
    left, found = shown(body, SINCE, BEFORE), {}
    for origin in subject.origins:
        own = {one for one in left if one.title.endswith(origin.mark)}
        left -= own
        fits = {number for number, one in _allowed(origin, floors).items() if one.full == hashes(own).full}
        if not fits and (own or floors[origin.name] is not None):
            raise Broken(f"{subject.name} shows of {origin.name} what that never did, or no more")
        found[origin.name] = fits
    if left or b"SUMMARY:Over\r\n" in body:
        raise Broken(f"{subject.name} shows what is of no source, or long over: {left}")
    return found


def _busy(subject: Subject, body: bytes, floors: dict[str, int | None]) -> dict[str, set[int]]:
    """The same, of a view that has times only."""
    there = hashes(shown(body, SINCE, BEFORE)).times
    choices = []
    for origin in subject.origins:
        numbers: list[tuple[int | None, int]] = [(n, one.times) for n, one in _allowed(origin, floors).items()]
        choices.append(numbers + ([(None, 0)] if floors[origin.name] is None else []))
    fits = [chosen for chosen in product(*choices) if reduce(xor, (times for _, times in chosen), 0) == there]
    if not fits:
        raise Broken(f"{subject.names[1]} shows times that its sources never did, or not since newer ones were shown")
    numbers = zip(*([number for number, _ in chosen] for chosen in fits), strict=True)
    return {
        origin.name: {number for number in own if number is not None}
        for origin, own in zip(subject.origins, numbers, strict=True)
    }


def _allowed(origin: Origin, floors: dict[str, int | None]) -> dict[int, Version]:
    return {number: one for number, one in origin.versions.items() if number >= (floors[origin.name] or 0)}


def _refuse_what_is_too_soon(subject: Subject, shows: dict[str, set[int]], now: datetime) -> None:
    for origin in subject.origins:
        fits = shows[origin.name]
        lost = [origin.versions[number].lost for number in fits]
        if lost and all(lost):
            if now - min(filter(None, lost)) < _BELIEVED:
                raise Broken(f"{subject.name} believes at once that {origin.name} lost most of its events")
            origin.versions |= {number: origin.versions[number]._replace(lost=None) for number in fits}


def _forgotten(subject: Subject, origin: Origin) -> None:
    """Forget the versions that no file may show any more."""
    floors = [subject.floors[name][origin.name] if name in subject.floors else None for name in subject.names]
    least = min((floor or 0) for floor in floors)
    for number in [number for number in origin.versions if number < min(least, origin.newest)]:
        del origin.versions[number]


def _refuse_an_older_edition(subject: Subject, name: str, title: str) -> None:
    edition = int(title.rpartition(" ")[2])
    if edition < subject.edition.get(name, 0):
        raise Broken(f"{name} is published by an older configuration than it was")
    subject.edition[name] = edition


def told(subject: Subject, outcome: Outcome, twins: dict[str, tuple[bytes, bytes | None]]) -> None:
    """What is said of a refresh is so: the twin is the file, and what does not fail is as its source is now."""
    failing = {subject.origin(one.source).name for one in outcome.failing}
    for file in outcome.files:
        if file.status is Status.FAILED:
            continue
        plain, twin = twins[file.name]
        if twin is None or gzip.decompress(twin) != plain:
            raise Broken(f"{file.name} has a twin that is another file")
        for origin in subject.origins:
            if origin.name not in failing and not _is_current(origin, subject.shows[file.name][origin.name]):
                raise Broken(f"{file.name} is not what {origin.name} shows, and nothing is said of that")


def _is_current(origin: Origin, shown: set[int]) -> bool:
    """Tell whether one of the versions that are shown is the newest, or is the same: not every change is to be seen."""
    return any(origin.versions[number][:2] == origin.now[:2] for number in shown)


class Secrecy:
    """Searches all that is written or said for what must not be in it. ``searched`` counts what was."""

    def __init__(self, stems: Iterable[str], key: bytes) -> None:
        self._digits = {stem.partition("/")[0].encode() for stem in stems}
        self._key = key
        self.searched = 0

    def refuse(self, where: str, body: bytes) -> None:
        """Raise Broken if there is a secret in ``body``; ``where`` it is says what may be there."""
        self.searched += 1
        if "/config/" in where or where.endswith("path-key"):
            return
        text = gzip.decompress(body) if where.endswith(".gz") else body
        kind = next((kind for kind, found in _PLACES if re.search(found, where)), "")
        found = [one for one in _NOWHERE if one in text]
        found += [self._key] if self._key in text else []
        found += [b"a title"] if kind in {"busy", "said"} and re.search(rb"Meeting|Private", text) else []
        found += self._digits.intersection(_DIGITS.findall(text)) if kind != "state" else []
        if found:
            raise Broken(f"a secret is in {where}: {found}")


_DIGITS = re.compile(rb"[0-9a-f]{32}")
_NOWHERE = [one.encode() for one in (TOKEN, USER, PASSWORD, BASIC, "127.0.0.1")]
_PLACES = (("state", "state/feeds/"), ("said", "history/|^log|^outcome"), ("busy", "-busy"))
