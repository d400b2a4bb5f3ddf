"""An example for everything that a rule can say, and what it does to the sample. A test runs each of them.

An event is named by its title, an occurrence of the series by its title and its day.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, NamedTuple

from calsieve.config.shape import rules


class Example(NamedTuple):
    """Entries of a list of rules, and what of the sample they leave out, or alone keep, or change.

    ``becomes`` are events, their properties and what these then say; None where there is none any more.
    """

    entries: tuple[str, ...]
    drops: tuple[str, ...] = ()
    keeps: tuple[str, ...] = ()
    becomes: tuple[tuple[str, str, str | None], ...] = ()


def _drops(entry: str, *titles: str) -> Example:
    return Example((entry,), titles)


def _edits(entry: str, title: str, name: str, value: str | None) -> Example:
    return Example((entry,), becomes=((title, name, value),))


MONDAY, WEDNESDAY = "Team standup, Monday", "Team standup, Wednesday"
_STANDUPS = (MONDAY, WEDNESDAY)
_PAUL, _REVIEW, _LUNCH = "1:1 Paul", "Canceled: Budget review", "Lunch with Ben"
_PLANNING, _MARIA, _OFFSITE, _RELEASE = "Quarterly planning", "Call with Maria", "Offsite?", "Release night"
_WORK = (*_STANDUPS, _PAUL, _REVIEW, _LUNCH, _PLANNING, _MARIA, _OFFSITE, _RELEASE)
_DENTIST, _ASCENSION, _BIRTHDAY, _FOOTBALL = "Dentist", "Ascension Day", "Anna's birthday", "Football"
_AIRBNB, _BOOKING = "Airbnb (Not available)", "CLOSED - Not available"
_FAMILY = (_DENTIST, _ASCENSION, _BIRTHDAY, _FOOTBALL, _AIRBNB, _BOOKING)
_DAYS = (_ASCENSION, _BIRTHDAY, _AIRBNB, _BOOKING)
_WEEKEND = (_BIRTHDAY, _FOOTBALL, _AIRBNB, _BOOKING)
EVERYTHING = (*_WORK, *_FAMILY)

_FIELDS = {
    "summary": _drops("drop: {summary: {contains: lunch}}", _LUNCH),
    "description": _drops("drop: {description: {contains: zoom.us}}", _MARIA),
    "location": _drops("drop: {location: canteen}", _LUNCH),
    "url": _drops("drop: {url: {exists: yes}}", _PLANNING),
    "uid": _drops('drop: {uid: {ends: "@example.net"}}', _DENTIST),
    "categories": _drops("drop: {categories: [team, health]}", *_STANDUPS, _DENTIST),
    "organizer": _drops("drop: {organizer: maria@example.com}", _MARIA),
    "attendee": _drops("drop: {attendee: jane@example.org}", _PAUL, _MARIA),
    "partstat": _drops("drop: {partstat: declined}", _MARIA),
    "status": _drops("drop: {status: [cancelled, tentative]}", _OFFSITE, _FOOTBALL),
    "transparency": _drops("drop: {transparency: transparent}", _LUNCH, _ASCENSION),
    "class": _drops("drop: {class: {not: public}}", _PAUL),
    "busy": _drops("drop: {busy: free}", _LUNCH, _ASCENSION, _FOOTBALL),
    "all_day": _drops("drop: {all_day: yes}", *_DAYS),
    "recurring": _drops("drop: {recurring: yes}", *_STANDUPS),
    "duration": _drops("drop: {duration: 45m}", _DENTIST),
    "weekday": _drops("drop: {weekday: [sat, sun]}", *_WEEKEND),
    "time": _drops("drop: {time: 09:15}", *_STANDUPS),
    "date": _drops("drop: {date: 2026-05-14}", _ASCENSION),
    "source": _drops("drop: {source: family}", *_FAMILY),
    "property": _drops("drop: {property: {X-ROOM: ops}}", _RELEASE),
    "all": _drops("drop: {all: [{source: work}, {weekday: mon}]}", MONDAY, _PAUL),
    "any": _drops("drop: {any: [{source: family}, {location: Room 4}]}", _PLANNING, *_FAMILY),
    "not": _drops("drop: {source: family, not: {all_day: yes}}", _DENTIST, _FOOTBALL),
}
_TEXTS = {
    "equals": _drops("drop: {summary: {equals: [dentist, football]}}", _DENTIST, _FOOTBALL),
    "contains": _drops("drop: {summary: {contains: not available}}", _AIRBNB, _BOOKING),
    "starts": _drops('drop: {summary: {starts: ["canceled:", "call "]}}', _REVIEW, _MARIA),
    "ends": _drops("drop: {summary: {ends: birthday}}", _BIRTHDAY),
    "matches": _drops(r"drop: {summary: {matches: '^\d:\d '}}", _PAUL),
    "exists": _drops("drop: {source: family, all_day: no, location: {exists: no}}", _FOOTBALL),
    "not": _drops("drop: {location: {exists: yes, not: canteen}}", _PLANNING, _DENTIST),
}
_ANSWERS = {
    "equals": _drops("drop: {partstat: {equals: [declined, needs-action]}}", _PAUL, _MARIA),
    "not": _drops("drop: {partstat: {exists: yes, not: declined}}", _PAUL),
    "exists": _drops("drop: {partstat: {exists: yes}}", _PAUL, _MARIA),
}
_DURATIONS = {
    "from": _drops("drop: {duration: {from: 1d}}", *_DAYS),
    "to": _drops("drop: {duration: {from: 3h, to: 1d}}", _PLANNING, _RELEASE),
}
_TIMES = {
    "from": _drops("drop: {time: {from: 16:00}}", _OFFSITE, _RELEASE),
    "to": _drops("drop: {time: {from: 22:00, to: 9:30}}", *_STANDUPS, _RELEASE),
}
_DATES = {
    "from": _drops("drop: {date: {from: 2026-05-16}}", *_WEEKEND),
    "to": _drops("drop: {date: {from: 2026-05-12, to: 2026-05-14}}", WEDNESDAY, _REVIEW, _LUNCH, _PLANNING, _ASCENSION),
}

_AT_A_PLACE = "when: {location: {exists: yes}}"
_PROPERTIES = {
    "summary": _edits(
        f'{{edit: {{summary: {{template: "{{summary}}, {{location}}"}}}}, {_AT_A_PLACE}}}',
        *(_LUNCH, "SUMMARY", "Lunch with Ben, Canteen"),
    ),
    "description": _edits("edit: {description: remove}", _MARIA, "DESCRIPTION", None),
    "location": _edits("edit: {location: remove}", _LUNCH, "LOCATION", None),
    "url": _edits("edit: {url: {set: https://example.org/}}", _PLANNING, "URL", "https://example.org/"),
    "categories": _edits(
        "{edit: {categories: {add: Loud}}, when: {recurring: yes}}", MONDAY, "CATEGORIES", "Loud, Team"
    ),
    "organizer": _edits("edit: {organizer: remove}", _MARIA, "ORGANIZER", None),
    "attendee": _edits("edit: {attendee: remove}", _PAUL, "ATTENDEE", None),
    "status": _edits("edit: {status: confirmed}", _OFFSITE, "STATUS", "CONFIRMED"),
    "transparency": _edits(
        "{edit: {transparency: transparent}, when: {all_day: yes}}", _BIRTHDAY, "TRANSP", "TRANSPARENT"
    ),
    "class": _edits("edit: {class: public}", _PAUL, "CLASS", "PUBLIC"),
    "busy": Example(
        ("{edit: {busy: oof}, when: {summary: Release night}}",),
        becomes=((_RELEASE, "TRANSP", "OPAQUE"), (_RELEASE, "X-MICROSOFT-CDO-BUSYSTATUS", "OOF")),
    ),
    "property": _edits("edit: {property: {X-ROOM: remove}}", _RELEASE, "X-ROOM", None),
}
_CHANGES = {
    "strip": Example(
        ("edit: {description: {strip: [html, conference]}}",),
        becomes=(
            (_PLANNING, "DESCRIPTION", "Numbers & plans"),
            (_MARIA, "DESCRIPTION", "Prices.\n\nhttps://example.zoom.us/j/123"),
        ),
    ),
    "replace": _edits(
        r"edit: {summary: {replace: {pattern: '^Lunch with (\w+)', with: '\1, lunch'}}}",
        *(_LUNCH, "SUMMARY", "Ben, lunch"),
    ),
    "template": _edits('edit: {summary: {template: "[{source}] {summary}"}}', _DENTIST, "SUMMARY", "[family] Dentist"),
    "set": _edits("{edit: {summary: {set: Private}}, when: {class: private}}", _PAUL, "SUMMARY", "Private"),
    "shorten": _edits("edit: {summary: {shorten: 15}}", _REVIEW, "SUMMARY", "Canceled:…"),
}
_REPLACING = {
    "pattern": _edits(
        "edit: {location: {replace: {pattern: '[0-9]+', with: '?'}}}", _DENTIST, "LOCATION", "? Main Street"
    ),
    "with": _edits("edit: {location: {replace: {pattern: '^Room ', with: ''}}}", _PLANNING, "LOCATION", "4"),
}
_CATEGORIES = {
    "set": _edits("edit: {categories: {set: [Jane, Private]}}", _DENTIST, "CATEGORIES", "Jane, Private"),
    "add": _edits("edit: {categories: {add: Jane}}", _DENTIST, "CATEGORIES", "Health, Jane"),
}

_KEEPING = {
    "keep": Example(("keep: {source: family}", "drop: everything"), keeps=_FAMILY),
    "continue": Example(("{keep: everything, continue: yes}", "drop: {weekday: fri}"), (_MARIA, _OFFSITE, _RELEASE)),
    "name": Example(("{keep: {source: family}, name: ours}", "drop: {weekday: fri}"), (_MARIA, _OFFSITE, _RELEASE)),
}
_DROPPING = {
    "drop": Example(("drop: {weekday: fri}",), (_MARIA, _OFFSITE, _RELEASE)),
    "continue": Example(("{drop: {source: family}, continue: yes}", "keep: {summary: dentist}"), _FAMILY[1:]),
    "name": Example(("{drop: {weekday: fri}, name: long weekends}",), (_MARIA, _OFFSITE, _RELEASE)),
}
_EDITING = {
    "edit": _edits("edit: {summary: {shorten: 6}}", _LUNCH, "SUMMARY", "Lunch…"),
    "when": _edits("{edit: {location: remove}, when: {source: family}}", _DENTIST, "LOCATION", None),
    "continue": Example(
        (
            "{edit: {summary: {replace: {pattern: '^Canceled: ', with: ''}}}, continue: yes}",
            "drop: {summary: budget review}",
        ),
        (_REVIEW,),
    ),
    "name": _edits("{edit: {url: remove}, name: no links}", _PLANNING, "URL", None),
}

# by shape and key
EXAMPLES: Mapping[Any, Mapping[str, Example]] = {
    rules.Condition: _FIELDS,
    rules.TextTest: _TEXTS,
    rules.PartstatTest: _ANSWERS,
    rules.DurationTest: _DURATIONS,
    rules.TimeTest: _TIMES,
    rules.DateTest: _DATES,
    rules.Edits: _PROPERTIES,
    rules.TextEdit: _CHANGES,
    rules.Replacing: _REPLACING,
    rules.CategoriesEdit: _CATEGORIES,
    rules.Keeping: _KEEPING,
    rules.Dropping: _DROPPING,
    rules.Editing: _EDITING,
}

# by preset
PRESET_EXAMPLES: Mapping[str, Example] = {
    "cancelled": _drops("use: cancelled", _REVIEW, _FOOTBALL),
    "declined": _drops("use: declined", _MARIA),
    "unanswered": _drops("use: unanswered", _PAUL),
    "tentative": _drops("use: tentative", _OFFSITE),
    "free": _drops("use: free", _LUNCH, _ASCENSION, _FOOTBALL),
    "private": _drops("use: private", _PAUL),
    "no-all-day": _drops("use: no-all-day", *_DAYS),
    "only-all-day": Example(("use: only-all-day",), keeps=_DAYS),
    "no-weekends": _drops("use: no-weekends", *_WEEKEND),
    "airbnb-blocks": _drops("use: airbnb-blocks", _AIRBNB),
    "booking-blocks": _drops("use: booking-blocks", _BOOKING),
    "holidays-only": Example(("use: holidays-only",), keeps=(_ASCENSION,)),
    "birthdays": _drops("use: birthdays", _BIRTHDAY),
    "tidy": Example(
        ("use: tidy",),
        becomes=(
            (_PLANNING, "DESCRIPTION", "Numbers & plans"),
            (_MARIA, "DESCRIPTION", "Prices.\n\nhttps://example.zoom.us/j/123"),
        ),
    ),
}
