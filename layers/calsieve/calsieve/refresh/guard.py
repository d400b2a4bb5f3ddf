"""Whether an answer is believed that lost much of what a source had, and a file that was made. Does no I/O.

Servers lose calendars for an hour: they send half of one, an empty one, one of somebody who may see less. People
delete calendars too. So a loss is held back until it is seen again, or for as long as the feed says.
"""

from __future__ import annotations

import hashlib
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING, NamedTuple

from calsieve.core.agreement import difference, is_comparable
from calsieve.core.coming import Lost, lost
from calsieve.core.read import read
from calsieve.core.screen import reach_between
from calsieve.core.window import EARLIEST, LATEST, Window, window_for
from calsieve.core.zones.iana import iana_zone
from calsieve.errors import InvalidCalendar, PublishError, SuspiciousChange
from calsieve.state import Held, origin

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from calsieve.core.read import Calendar
    from calsieve.models import Cleaned, Feed, Fetched, Guard, Policy, Source
    from calsieve.refresh.incoming import Part
    from calsieve.state import SourceState

# Of fewer events people delete more than a share in a minute.
_LEAST = 10
# The same loss is believed when it was seen this long ago, or at the second refresh of feeds that ask more rarely.
_SEEN_AGAIN = timedelta(hours=1)
# Sources of so many bytes are read a second time to see whether the file shows the same: 0.25 s.
_MOST_COMPARED = 512 * 1024
_FARTHEST_BACK, _FARTHEST_AHEAD = timedelta(days=366), timedelta(days=2 * 366)
_EVENT = b"\nBEGIN:VEVENT"
_TAIL = 1024  # bytes: what some servers put behind a calendar is less
_EVERYTHING = reach_between(EARLIEST, LATEST)

_Body = tuple[bytes, str | None]  # with its charset, if that is known


class Loss(NamedTuple):
    """What is gone: ``mark`` is the same for the same loss, ``words`` say it. ``lasts``: seeing it again proves it."""

    mark: str
    words: str
    lasts: bool = True


EMPTIED = Loss("emptied", "it came back empty")
_CUT_OFF = Loss("cut off", "it breaks off before END:VCALENDAR", lasts=False)


class Making(NamedTuple):
    """A file that was made, and of what."""

    cleaned: Cleaned
    parts: Sequence[Part]
    calendars: Sequence[Calendar]


class Verdict(NamedTuple):
    """What is decided and why: an answer is believed, or held back, and then ``held`` is what to remember of it."""

    words: str
    held: Held | None = None
    until: datetime | None = None


class HeldBack(SuspiciousChange):
    """A source, or a file that was made, lost too much to be believed at once. ``source`` is its name."""

    def __init__(self, source: str, verdict: Verdict) -> None:
        super().__init__(source, verdict.words)
        self.verdict = verdict


def loss_of(source: Source, answer: Fetched, last: SourceState, feed: Feed, guard: Guard, at: datetime) -> Loss | None:
    """Return what an answer lost of what a source had, as seen ``at`` a moment (aware); None if that is not much.

    An emptied calendar is not looked for here: that is known already. Raises InvalidCalendar.
    """
    if last.origin != origin(source):  # another calendar has other events
        return None
    missing = {*last.parts} - {*answer.parts}
    if missing and len(answer.parts) < len(last.parts):  # else they have only moved
        words = f"{len(missing)} of its {len(last.parts)} calendars {'is' if len(missing) == 1 else 'are'} not listed"
        return Loss(_mark(missing), words)
    before = last.body
    if is_whole(before) and not is_whole(answer.body):
        return _CUT_OFF
    policies = [feed.policy, *(view.policy for view in feed.views)]
    bodies = (before, last.charset), (answer.body, answer.charset)
    found = _lost(*bodies, policies, feed.policy.timezone or "UTC", at, _LEAST)
    return _sudden(found) if found and _is_much(found, guard) else None


def loss_of_file(there: bytes, made: Making, policy: Policy, guard: Guard, at: datetime) -> Loss | None:
    """Return what a file would lose of what is published ``there``, if that is not what is remembered; None if little.

    Then what is published is all that tells what the sources had. It gives way to what all of them answer just now; not
    to what stands in, which may be older. Nor, if anything would go, to what is empty or breaks off.
    """
    cleaned = made.cleaned
    if there == cleaned.body:
        return None
    try:
        held = read("", there, None, _EVERYTHING).events_in
        found = _lost((there, None), (cleaned.body, None), [policy], cleaned.report.timezone, at, least=1)
    except InvalidCalendar:  # nobody could be shown it
        return None
    if failing := [part.name for part in made.parts if part.failing]:
        words = f"what is published is not what is remembered, and {', '.join(failing)} can't tell"
        return Loss("stood in", words, lasts=False)
    if held and not cleaned.report.events_in:
        return EMPTIED
    are_whole = all(is_whole(part.kept.body) for part in made.parts if part.kept)
    # If an event is missing by which an occurrence was moved, as many times are to come as before.
    if not are_whole and (found or cleaned.body.count(_EVENT) < there.count(_EVENT)):
        return _CUT_OFF
    return _doubtful(found, made, guard) if found else None


def _doubtful(found: Lost, made: Making, guard: Guard) -> Loss | None:
    """Return what is wrong with a file from which something is gone; None if that may well be meant."""
    if not all(calendar.events_in for calendar in made.calendars):
        return EMPTIED
    return _sudden(found) if _is_much(found, guard) else None


def judged(loss: Loss, held: Held | None, guard: Guard, every: timedelta, now: datetime) -> Verdict:
    """Decide about a loss, by what has been held back of the source so far; ``every`` is how often it is asked."""
    since = began(held, guard, now)
    seen = _as_of(held.seen, guard, now) if held and held.loss == loss.mark else now
    until = since + guard.hold
    if loss.lasts and now - seen > _patience(every):
        return Verdict(f"{loss.words}: believed, as that has been so since {_moment(seen)}")
    if now >= until:
        return Verdict(f"{loss.words}: believed, as nothing better has come since {_moment(since)}")
    again = "it is seen again later, or until " if loss.lasts else ""
    words = f"{loss.words}: held back, the last good state stays until {again}{_moment(until)}"
    return Verdict(words, Held(loss.mark, seen, since), until)


def began(held: Held | None, guard: Guard, now: datetime) -> datetime:
    """Return since when something has been held back, which is now if nothing was so far."""
    return _as_of(held.since, guard, now) if held else now


def _as_of(moment: datetime, guard: Guard, now: datetime) -> datetime:
    """Return a moment that is remembered. If it lies ahead, the clock is or was wrong.

    It is waited for: were it moved back with the clock, a loss would seem to last when that is right again. Not for
    longer than a loss is held back anyway: of what lies farther ahead, the clock was wrong then.
    """
    return moment if moment - now <= guard.hold else now


def refuse_disagreement(name: str, cleaned: Cleaned, policy: Policy, parts: Sequence[Part], now: datetime) -> None:
    """Raise PublishError if a file does not show what its sources show, where that is cheap and certain to be told."""
    kept = [part.kept for part in parts if part.kept]
    report, zone = cleaned.report, iana_zone(cleaned.report.timezone) or UTC
    if not is_comparable(policy) or report.bytes_in > _MOST_COMPARED:
        return
    start = max(report.window_start or EARLIEST, now.astimezone(UTC) - _FARTHEST_BACK)
    end = min(report.window_end or LATEST, now.astimezone(UTC) + _FARTHEST_AHEAD)
    sources = [read("", one.body, one.charset, _EVERYTHING) for one in kept]
    lacking, besides = difference(sources, cleaned.body, Window(start, end, zone), report.timezone)
    if lacking or besides:
        raise PublishError(
            f"{name}: not published, as read in another way its sources show {lacking:,} times of events that it "
            f"lacks, and not {besides:,} that it has: that is a mistake in Calsieve, please report it"
        )


def _lost(old: _Body, new: _Body, policies: Iterable[Policy], timezone: str, at: datetime, least: int) -> Lost | None:
    """Return what is gone of what was to come, from ``at`` to the end of the widest window. Raises InvalidCalendar."""
    end = max(window_for(policy.window, timezone, at).end for policy in policies)
    if end <= at:
        return None
    before, after = (read("", body, charset, reach_between(at, end)) for body, charset in (old, new))
    return lost(before, after, Window(at, end), timezone, least=least)


def _is_much(found: Lost, guard: Guard) -> bool:
    fewer = found.before - found.after
    return fewer >= _LEAST and fewer * 100 > guard.loss * found.before


def _patience(every: timedelta) -> timedelta:
    """Return for how long a loss has to be seen: in feeds that ask more rarely, up to the second refresh after."""
    return _SEEN_AGAIN if every <= _SEEN_AGAIN else every * 3 / 2


def _sudden(found: Lost) -> Loss:
    return Loss(_mark(found.gone), f"{found.before - found.after:,} of {found.before:,} coming events are gone at once")


def _mark(gone: Iterable[str]) -> str:
    return hashlib.sha256("\n".join(sorted(gone)).encode(errors="surrogatepass")).hexdigest()


def is_whole(body: bytes) -> bool:
    """Tell whether a calendar was sent to its end."""
    return b"END:VCALENDAR" in body[-_TAIL:].upper()


def _moment(at: datetime) -> str:
    return f"{at.astimezone(UTC):%-d %b %Y %H:%M} UTC"
