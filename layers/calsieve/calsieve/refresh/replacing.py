"""Whether one file may be replaced, and what becomes of it: brought up to date, left as it is, or held back."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from calsieve.errors import Conflict, PublishError, SourceError
from calsieve.models import File, Status
from calsieve.refresh.guard import HeldBack
from calsieve.refresh.outgoing import stale_sources

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Report
    from calsieve.refresh.beside import Beside
    from calsieve.refresh.incoming import Part, Readings
    from calsieve.refresh.outgoing import Made, Outgoing
    from calsieve.state import FileState, Held


class Done(NamedTuple):
    """What became of a file, and what to remember of it: None if it was never published. ``held``: of it.

    It ``is_made`` if it was made of what came in.
    """

    file: File
    state: FileState | None
    held: Held | None = None
    is_made: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Replacing:
    """One file, and what lies ``beside`` it. ``problems`` and ``notes`` are the run's.

    If it ``is_last``, the run is not tried again for this file.
    """

    outgoing: Outgoing
    beside: Beside
    parts: Sequence[Part]
    is_last: bool
    problems: list[str]
    notes: list[str]

    @property
    def is_enough(self) -> bool:
        """Tell whether publishing the file now could only improve on what lies there."""
        file, are_known = self.outgoing, all(part.kept for part in self.parts)
        if all(part.failing for part in self.parts):  # it is to say that it is stale, or to stay as it is
            return are_known and bool(stale_sources(self.parts, file.feed.stale_notice, file.now))
        # A source that is not even known has never been in what is known to be published.
        return are_known or file.is_absent() or file.is_known()

    def done(self, readings: Readings) -> Done:
        """Bring the file up to date, and what lies beside it; only the latter if what came in is not enough.

        Raises a Conflict if somebody else published meanwhile, and that is worth another try.
        """
        file, is_enough = self.outgoing, self.is_enough
        status = Status.UNCHANGED if is_enough else Status.FAILED
        stays = file.is_current(self.parts) if is_enough else file.is_seen()
        if file.known and stays and (file.dry_run or self.beside.is_current(file.known)):
            return Done(self._file(status), file.known)
        try:
            seen = {} if file.dry_run else self.beside.seen()
            made = self._made(readings, stays=stays or not is_enough)
        except (SourceError, PublishError) as error:
            return self._not_done(error)
        if made is None:
            return Done(self._file(status), file.known, file.held)
        self.notes.extend([made.note] if made.note else [])
        state = made.state if file.dry_run else self.beside.brought_up(made, seen)
        return Done(self._file(made.status if is_enough else status, made.report), state, is_made=True)

    def _made(self, readings: Readings, *, stays: bool) -> Made | None:
        if stays:
            return self.outgoing.yesterdays() or self.outgoing.made_again(self.parts, readings)
        return self.outgoing.published(self.parts, readings)

    def _not_done(self, error: SourceError | PublishError) -> Done:
        """Return what becomes of a file that stays as it is. Raises a Conflict if it is worth another try."""
        file, held = self.outgoing, self.outgoing.held
        if isinstance(error, Conflict) and not self.is_last:
            raise error
        if isinstance(error, Conflict) and self._is_overtaken():
            self.notes.append(f"{file.view.name}: left as it is, as another refresh published it at the same time")
            return Done(self._file(Status.UNCHANGED), file.known, held)
        self.problems.append(str(error))
        if isinstance(error, HeldBack):
            held = error.verdict.held
        return Done(self._file(Status.FAILED), file.known, held)

    def _is_overtaken(self) -> bool:
        try:
            return self.outgoing.is_overtaken()
        except PublishError:
            return False

    def _file(self, status: Status, report: Report | None = None) -> File:
        return File(self.outgoing.view.name, status, self.outgoing.place.path, report)
