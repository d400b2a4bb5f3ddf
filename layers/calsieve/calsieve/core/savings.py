"""What the lines of an event can do without, rung by rung, where a feed is over its budget."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from functools import partial
from typing import NamedTuple

from calsieve.core.component import Line, escaped, unescaped
from calsieve.core.written import Written

# What says when an event is, and what phones show of it.
_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_STAMPS = ("DTSTAMP", "LAST-MODIFIED", "SEQUENCE")
_TEXTS = ("SUMMARY", "LOCATION", "DESCRIPTION", "URL", "CONFERENCE", "CATEGORIES", "COLOR", "GEO", "ORGANIZER")
_WORDS = ("STATUS", "TRANSP", "CLASS", "X-MICROSOFT-CDO-BUSYSTATUS")
_SHOWN = frozenset({*_TIMES, *_STAMPS, *_TEXTS, *_WORDS})
# What one asked to keep, and what weighs most.
_HEAVY = frozenset({"ATTENDEE", "ATTACH", "IMAGE", "X-ALT-DESC", "STYLED-DESCRIPTION"})


class Saving(NamedTuple):
    """What is left of each line of an event, None for nothing; ``words`` say what was done."""

    words: str
    edit: Callable[[Line], Line | None]


def saved(events: Iterable[Written], savings: Sequence[Saving], changed: list[int]) -> list[Written]:
    """Return the events after these savings, one after the other; add to ``changed`` how many each has changed."""

    def lighter(lines: list[Line]) -> list[Line]:
        for number, (_, edit) in enumerate(savings):
            before, lines = lines, [kept for line in lines if (kept := edit(line))]
            changed[number] += lines != before
        return lines

    return [event.with_lines(lighter) for event in events] if savings else list(events)


def _shown(line: Line) -> Line | None:
    return line if line.name in _SHOWN or line.name in _HEAVY else None


def _light(line: Line) -> Line | None:
    return None if line.name in _HEAVY else line


def _brief(line: Line, length: int) -> Line | None:
    if line.name != "DESCRIPTION":
        return line
    from calsieve.core.rules.edits import shortened  # few feeds come this far, and most start without rules

    text = shortened(unescaped(line.value), length) if length else ""
    return line._replace(value=escaped(text)) if text else None


SAVINGS = (
    Saving("left out what phones do not show", _shown),
    Saving("left out attendees, attachments and descriptions in HTML", _light),
    Saving("shortened descriptions to 500 characters", partial(_brief, length=500)),
    Saving("shortened descriptions to 100 characters", partial(_brief, length=100)),
    Saving("left out descriptions", partial(_brief, length=0)),
)
