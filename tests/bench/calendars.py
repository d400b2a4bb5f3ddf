"""The calendars on disk: made when first needed, made anew when the generator changes."""

from __future__ import annotations

import gzip
import hashlib
import io
import shutil
from collections import Counter
from dataclasses import dataclass
from functools import cache, cached_property
from pathlib import Path

from tests.bench.generator import write_calendar
from tests.bench.paths import WORK
from tests.bench.shapes import PAST, PAST_SINGLE, SHAPES, TIMEZONE, WINDOW
from tests.interop.readers import Occurrence, Program, Question, View, libical

_SEED = 2026
_SAMPLE = 500  # events tell whether the generator gives what it gave


@dataclass(frozen=True)
class Measured:
    """A calendar to measure on. ``shape`` is a name of tests.bench.shapes."""

    shape: str
    events: int

    @property
    def name(self) -> str:
        return f"{self.shape}-{self.events}"

    @cached_property
    def key(self) -> str:
        sample = io.BytesIO()
        write_calendar(sample, _SAMPLE, SHAPES[self.shape], _SEED)
        return hashlib.sha256(sample.getvalue()).hexdigest()[:16]

    @property
    def path(self) -> Path:
        """Return where the calendar is; makes it if need be."""
        path = WORK / "calendars" / f"{self.name}-{self.key}.ics"
        if not path.exists():
            self.remove()
            path.parent.mkdir(parents=True, exist_ok=True)
            part = path.with_suffix(".part")
            with part.open("wb") as stream:
                write_calendar(stream, self.events, SHAPES[self.shape], _SEED)
            part.rename(path)
        return path

    @property
    def packed(self) -> Path:
        """Return where the calendar is compressed by gzip; makes it if need be."""
        packed = self.path.with_suffix(".ics.gz")
        if not packed.exists():
            with self.path.open("rb") as plain, gzip.GzipFile(packed, "wb", mtime=0) as stream:
                shutil.copyfileobj(plain, stream)
        return packed

    @cached_property
    def shown(self) -> Counter[Occurrence]:
        """Return what it shows in the window, in the eyes of libical: nothing if it is past."""
        return Counter() if self.shape in (PAST.name, PAST_SINGLE.name) else shown(self.path)

    def remove(self) -> None:
        for old in (WORK / "calendars").glob(f"{self.name}-*"):
            old.unlink()


def shown(path: Path) -> Counter[Occurrence]:
    """Return the occurrences that a calendar has in the window, in the eyes of libical.

    Raises ValueError if libical can't read it.
    """
    (occurrences,) = _judge().expand([Question(path, View(*WINDOW, TIMEZONE))])
    if not isinstance(occurrences, Counter):
        raise ValueError("libical can't read it")
    return occurrences


@cache
def _judge() -> Program:
    directory = WORK / "judge"
    directory.mkdir(parents=True, exist_ok=True)
    return libical(directory, seconds=60)
