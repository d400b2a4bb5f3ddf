"""What is to be remembered of a refresh, and noted in the history. Does no I/O."""

from __future__ import annotations

from typing import TYPE_CHECKING

from calsieve.models import HistoryEntry, Noteworthy, Report
from calsieve.state import FeedState

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from datetime import datetime

    from calsieve.refresh.incoming import Part
    from calsieve.refresh.replacing import Done
    from calsieve.state import FileState, Held, SourceState


def remembered(
    feed: str, done: Sequence[Done], parts: Sequence[Part], known: FeedState | None, configured: datetime | None
) -> FeedState:
    """Return what to remember of a feed; what has to be taken down of it is not in it yet."""
    doubted = {one.file.name: one.held for one in done if one.held}
    # What a file was made of is remembered with it, whatever is held back of another.
    is_doubtful = bool(doubted) and not any(one.is_made for one in done)
    files = {one.file.name: one.state for one in done if one.state}
    return FeedState(
        feed=feed,
        sources=_sources(parts, known, is_doubtful=is_doubtful) | _left_out(parts, known, files.values()),
        failing=tuple(part.failing for part in parts if part.failing),
        held=_held(parts, is_doubtful=is_doubtful),
        files=files,
        doubted=doubted,
        configured=_later(configured, known.configured if known else None),
    )


def entry(
    new: FeedState, known: FeedState | None, problems: Sequence[str], notes: Sequence[str], now: datetime
) -> HistoryEntry:
    """Return the line of the history; its kind is PUBLISHED if any file changed."""
    own, before = new.files.get(new.feed), known.files if known else {}
    report = own.report if own else Report()
    changed = any(name not in before or before[name].versions != file.versions for name, file in new.files.items())
    return HistoryEntry(
        at=now,
        kind=Noteworthy.PUBLISHED if changed else Noteworthy.FAILED,
        failing=new.failing,
        problems=tuple(problems),
        bytes_in=report.bytes_in,
        bytes_out=report.bytes_out,
        events_in=report.events_in,
        events_out=report.events_out,
        notes=tuple(notes),
    )


def _sources(parts: Sequence[Part], known: FeedState | None, *, is_doubtful: bool) -> dict[str, SourceState]:
    """Return the last good bodies: while a file is held back, those that came are not known to be good."""
    before = known.sources if known else {}
    if is_doubtful:
        return {part.name: before[part.name] for part in parts if part.name in before}
    return {part.name: part.kept for part in parts if part.kept}


def _left_out(parts: Sequence[Part], known: FeedState | None, files: Iterable[FileState]) -> dict[str, SourceState]:
    """Return the sources that the settings leave out, while a file that could not be made since still shows them.

    If they come back to the settings before it is, nothing else would tell what they had.
    """
    before, there = known.sources if known else {}, {part.name for part in parts}
    shown = {name for file in files for name in file.sources}
    return {name: before[name] for name in sorted(shown - there) if name in before}


def _held(parts: Sequence[Part], *, is_doubtful: bool) -> dict[str, Held]:
    """Return what is held back of sources. What is believed is not remembered while a file is, so it will be again."""
    believed = {part.name: part.believed for part in parts if is_doubtful and part.believed}
    return believed | {part.name: part.held for part in parts if part.held}


def _later(one: datetime | None, other: datetime | None) -> datetime | None:
    return max(one, other) if one and other else one or other
