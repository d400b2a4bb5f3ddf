"""What rules say → values: words, patterns, templates, amounts, times.

Each raises Unreadable with what to write instead, and none repeats what was written. Patterns are compiled, so
that a mistake in one is told with its line.
"""

from __future__ import annotations

import re
from datetime import date, time, timedelta

from calsieve.config.readers import ONE_LINE, did_you_mean, nearest
from calsieve.core.rules.patterns import LONGEST_PATTERN, BadPattern, compiled
from calsieve.distances import Unreadable

LONGEST_WORD = 500
LONGEST_TEXT = 5000
PROPERTY = r"^[A-Za-z0-9-]{1,60}$"
TIME = r"^([01]?[0-9]|2[0-3]):[0-5][0-9]$"
DATE = r"^[0-9]{4}-[0-9]{2}-[0-9]{2}$"
DURATION = r"^[0-9]{1,5}(m|h|d|w)$"
COUNT = r"^[0-9]{1,7}$"
_DURATIONS = {
    "m": timedelta(minutes=1),
    "h": timedelta(hours=1),
    "d": timedelta(days=1),
    "w": timedelta(weeks=1),
}
_LONGEST_LEAD = timedelta(weeks=4)

# What has a key of its own, by its iCalendar name.
ASKED_BY_KEY = {
    "SUMMARY": "summary",
    "DESCRIPTION": "description",
    "LOCATION": "location",
    "URL": "url",
    "CATEGORIES": "categories",
    "ORGANIZER": "organizer",
    "ATTENDEE": "attendee",
    "STATUS": "status",
    "TRANSP": "transparency",
    "CLASS": "class",
    "UID": "uid",
    "DTSTART": "date` or `time",
    "DURATION": "duration",
}


def read_word(text: str) -> str:
    """Read what some text is compared with: one line that is not empty."""
    if not re.fullmatch(ONE_LINE, text) or len(text) > LONGEST_WORD:
        raise Unreadable(f"write one line of at most {LONGEST_WORD} characters, or `exists: no` for what is empty")
    return text


def read_text(text: str) -> str:
    """Read what a property is set to; it may have several lines."""
    lines = text.split("\n")
    if not text.strip() or len(text) > LONGEST_TEXT or not all(line.replace("\t", " ").isprintable() for line in lines):
        raise Unreadable(f"write text of at most {LONGEST_TEXT} characters; to have none, write `remove`")
    return text


def read_replacement(text: str) -> str:
    """Read what takes the place of a match; nothing is allowed."""
    return read_text(text) if text else text


def read_pattern(text: str) -> str:
    """Read a pattern by compiling it."""
    if not text or len(text) > LONGEST_PATTERN:
        raise Unreadable(f"write a pattern of at most {LONGEST_PATTERN} characters")
    try:
        compiled(text)
    except BadPattern as error:
        what, _, _ = str(error).partition(":")  # what follows quotes the pattern
    else:
        return text
    if "perl operator" in what or "escape" in what:
        raise Unreadable(f"{what}: RE2 has neither look-ahead nor look-behind nor back-references; write it without")
    raise Unreadable(f"this pattern is not well formed ({what}): correct it, or put \\ before a sign that means itself")


def read_template(text: str) -> str:
    """Read text with fields in braces; each word in braces must be one that there is."""
    from calsieve.core.rules.edits import TEMPLATE_FIELDS  # and with it much that few files need

    for name in re.findall(r"\{(\w+)\}", read_text(text)):
        if name not in TEMPLATE_FIELDS:
            meant = nearest(name, TEMPLATE_FIELDS)
            known = ", ".join(f"{{{field}}}" for field in TEMPLATE_FIELDS)
            hint = did_you_mean(f"{{{meant}}}" if meant else None)
            raise Unreadable(f"a word in braces is no field: write one of {known}, or leave the braces out{hint}")
    return text


def read_prefix(text: str) -> str:
    """Read what comes before a title: one line, in which fields may stand too."""
    return read_template(read_word(text))


def read_property(text: str) -> str:
    """Read the name of a property that has no key of its own; return it in upper case."""
    name = _property_name(text)
    if name in ASKED_BY_KEY:
        raise Unreadable(f"this property has a key of its own: write `{ASKED_BY_KEY[name]}` in place of `property`")
    return name


def read_edited_property(text: str) -> str:
    """Read the name of a property that rules may change; return it in upper case."""
    from calsieve.core.rules.edits import NEVER_EDITED

    name = _property_name(text)
    if name in NEVER_EDITED:
        raise Unreadable("times, repetition and identity of an event are never edited: remove this")
    return read_property(name)


def read_everything(text: str) -> str:
    """Read ``everything``, the one word that a condition may be."""
    if text != "everything":
        raise Unreadable("write everything, or conditions such as `summary: Lunch`")
    return text


def read_remove(text: str) -> str:
    """Read ``remove``, the one word that an edit may be."""
    if text != "remove":
        raise Unreadable("write remove, or keys such as `set:`, `template:` or `shorten:`")
    return text


def read_duration(text: str) -> timedelta:
    """Read how long something lasts: ``30m``, ``8h``, ``1d``, ``2w``."""
    if not re.fullmatch(DURATION, text):
        raise Unreadable("write a number and m, h, d or w, like 30m, 8h, 1d or 2w")
    return int(text[:-1]) * _DURATIONS[text[-1]]


def read_lead(text: str) -> timedelta:
    """Read how long before an event it is announced."""
    lead = read_duration(text)
    if lead > _LONGEST_LEAD:
        raise Unreadable("choose something from 0m to 4w")
    return lead


def read_time(text: str) -> time:
    """Read a time of day: ``9:00``, ``17:30``."""
    if not re.fullmatch(TIME, text):
        raise Unreadable("write a time from 00:00 to 23:59, like 09:00; without `to` it is until midnight")
    hour, _, minute = text.partition(":")
    return time(int(hour), int(minute))


def read_date(text: str) -> date:
    """Read a day: ``2026-05-15``."""
    try:
        if re.fullmatch(DATE, text) and text < "9999-12-31":
            return date.fromisoformat(text)
    except ValueError:
        pass
    raise Unreadable("write a day of the calendar like 2026-05-15")


def read_length(text: str) -> int:
    """Read how many characters may stay."""
    if not re.fullmatch(COUNT, text) or not 1 <= int(text) <= LONGEST_TEXT:
        raise Unreadable(f"write a number of characters from 1 to {LONGEST_TEXT}")
    return int(text)


def _property_name(text: str) -> str:
    if not re.fullmatch(PROPERTY, text):
        raise Unreadable("write a property's name of letters, digits and hyphens, like X-ROOM")
    if text.upper() in ("BEGIN", "END"):
        raise Unreadable("this is no property: write the name of one, like X-ROOM")
    return text.upper()
