"""What changed in a calendar, in words for those who read it: entries of an Atom feed, a mail.

Everything comes from what is published, so a feed that shows only when one is busy tells no more here.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import TYPE_CHECKING

from calsieve.core.occasions import one_line, when
from calsieve.core.window import window_for
from calsieve.core.zones.iana import iana_zone
from calsieve.models import ChangeKind, Letter, Notice, Snap, Span, WindowPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import tzinfo

    from calsieve.models import Change, Shown

MOST_IN_A_LETTER = 40

# What moves out of the days that notices are about, or into them, is looked for so far away.
_BACK, _AHEAD = timedelta(days=28), timedelta(days=366)


def compared(window: WindowPolicy, timezone: str, published_at: datetime, now: datetime) -> tuple[datetime, datetime]:
    """Return from when to when the files of ``published_at`` and of ``now`` are to be compared (both aware).

    That is what both can show: what comes into the window as time goes by is no news. The end may lie before the
    start; then there is nothing to compare.
    """
    before, after = window_for(window, timezone, published_at), window_for(window, timezone, now)
    return max(after.start, now - _BACK), min(before.end, after.end, now + _AHEAD)


def noticed(changes: Sequence[Change], *, ahead: Span, timezone: str, now: datetime, since: str) -> tuple[Notice, ...]:
    """Return a notice for each change of what is not over and begins within ``ahead``, in the order of ``changes``.

    Of what moved, one of its times is enough. ``since`` is the version of the file that was before; ``now`` is aware.
    """
    zone = iana_zone(timezone) or UTC
    end = window_for(WindowPolicy(Span(), ahead, Snap.NONE), timezone, now).end
    near = (change for change in changes if any(_is_near(shown, now, end) for shown in _sides(change)))
    return tuple(_notice(change, zone, now, since) for change in near)


def letter(name: str, notices: Sequence[Notice], timezone: str) -> Letter:
    """Return the mail that tells of one or more ``notices`` of the calendar ``name``; it spells out the first 40."""
    told = [_paragraph(notice) for notice in notices[:MOST_IN_A_LETTER]]
    if more := len(notices) - len(told):
        told.append(f"And {more} more.")
    subject = notices[0].title if len(notices) == 1 else f"{len(notices)} changes"
    zone = f"Times are those of {timezone}."
    return Letter(f"{one_line(name)}: {subject}", "\n\n".join([*told, zone]) + "\n")


def _is_near(shown: Shown, now: datetime, end: datetime) -> bool:
    return shown.start < end and (shown.end > now or shown.start >= now)


def _sides(change: Change) -> Iterator[Shown]:
    yield from (shown for shown in (change.before, change.after) if shown)


# ── in words ──


def _notice(change: Change, zone: tzinfo, now: datetime, since: str) -> Notice:
    shown = change.shown
    key = "\n".join((since, change.kind.value, shown.uid, shown.slot, shown.start.isoformat()))
    title = f"{_happened(change)}: {one_line(shown.summary) or '(no title)'}"
    return Notice(key, change.kind.value, title, tuple(_lines(change, zone, now.astimezone(zone).date())), now)


def _happened(change: Change) -> str:
    if change.kind is ChangeKind.APPEARED:
        return "Takes place after all" if change.before else "New"
    return change.kind.value.capitalize()


def _lines(change: Change, zone: tzinfo, today: date) -> Iterator[str]:
    shown = change.shown
    yield when(shown, zone, today) + ("" if shown.sure else " (not all apps agree)")
    before = change.before if change.kind in (ChangeKind.MOVED, ChangeKind.CHANGED) else None
    if before and change.kind is ChangeKind.MOVED:
        yield f"before: {when(before, zone, today)}"
    if before and before.summary != shown.summary:
        yield f"before: {one_line(before.summary) or '(no title)'}"
    yield from _place(shown, before)
    if before and before.status != shown.status:
        yield f"now {shown.status.lower()}"


def _place(shown: Shown, before: Shown | None) -> Iterator[str]:
    place, was = one_line(shown.location), one_line(before.location) if before else ""
    if before and was != place:
        yield f"place: {place or 'none'}, before: {was or 'none'}"
    elif place:
        yield f"place: {place}"


def _paragraph(notice: Notice) -> str:
    return "\n  ".join((notice.title, *notice.lines))
