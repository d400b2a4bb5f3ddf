"""What icalendar and recurring-ical-events make of calendars, a line each, for tests/interop and tests/corpus.

    python -m tests.interop.foreign.recurring SECONDS occurrences

START TAB END TAB zone TAB path on stdin → "=" path, then start TAB end TAB all-day TAB summary. A file that it can't
expand, or not in so many SECONDS of the processor's time, has a line "!" and why: a busy machine must not change
what is found.
"""

from __future__ import annotations

import signal
import sys
import warnings
from datetime import UTC, datetime
from pathlib import Path
from types import FrameType

from tests.interop.readers import CannotExpand, Expansion, View, recurring_one

_SECONDS = int(sys.argv[1])


class _TooLong(BaseException):
    """An expansion took more than its time."""


def _stop(number: int, frame: FrameType | None) -> None:
    raise _TooLong


def _bounded(body: bytes, view: View) -> Expansion:
    try:
        signal.setitimer(signal.ITIMER_PROF, _SECONDS)
        try:
            return recurring_one(body, view)
        finally:
            signal.setitimer(signal.ITIMER_PROF, 0)
    except _TooLong:
        return CannotExpand("took too long")


def _answered(question: str) -> list[str]:
    start, end, timezone, path = question.split("\t")
    view = View(datetime.fromtimestamp(int(start), UTC), datetime.fromtimestamp(int(end), UTC), timezone)
    found = _bounded(Path(path).read_bytes(), view)
    if isinstance(found, CannotExpand):
        return [f"={path}", f"!{found}"]
    lines = ("\t".join([str(one.start), str(one.end), str(int(one.all_day)), one.summary]) for one in found.elements())
    return [f"={path}", *lines]


def main() -> None:
    warnings.simplefilter("ignore")
    signal.signal(signal.SIGPROF, _stop)
    sys.stdout.reconfigure(encoding="utf-8", errors="replace")  # type: ignore[union-attr]
    for question in sys.stdin:
        print("\n".join(_answered(question.rstrip("\n"))))


if __name__ == "__main__":
    main()
