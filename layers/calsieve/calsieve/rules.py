"""The frozen values of a user's rules: what they ask of an event, and what they do to it. No decisions here.

A rule is asked of what the upstream wrote, one event or occurrence at a time. How text is compared and what each
field means, docs/rules.md says; `core/rules` does it. A tuple of rules is tried in order, and the first that matches
decides, unless it goes on.
"""

from __future__ import annotations

from datetime import date, time, timedelta
from enum import StrEnum
from typing import NamedTuple


class Field(StrEnum):
    """What a rule can ask about."""

    SUMMARY = "summary"
    DESCRIPTION = "description"
    LOCATION = "location"
    URL = "url"
    UID = "uid"
    CATEGORIES = "categories"
    ORGANIZER = "organizer"  # address or common name
    ATTENDEE = "attendee"  # address or common name of any
    PARTSTAT = "partstat"  # of the attendees that are `me`: accepted, declined, tentative, needs-action, delegated
    STATUS = "status"  # confirmed, tentative, cancelled; confirmed if absent
    TRANSPARENCY = "transparency"  # opaque, transparent; opaque if absent
    CLASS = "class"  # public, private, confidential; public if absent
    BUSY = "busy"  # free, tentative, busy, oof, workingelsewhere: X-MICROSOFT-CDO-BUSYSTATUS, else TRANSP and STATUS
    ALL_DAY = "all_day"  # exists: whether DTSTART is a date, or its span whole days by X-MICROSOFT-CDO-ALLDAYEVENT
    RECURRING = "recurring"  # exists: whether it belongs to a series
    DURATION = "duration"  # a range of timedelta
    WEEKDAY = "weekday"  # mon … sun, of its local start in the feed's zone
    TIME = "time"  # a range of time, of its local start in the feed's zone; may pass midnight
    DATE = "date"  # a range of date, of its local start in the feed's zone
    SOURCE = "source"  # the name of its source
    PROPERTY = "property"  # any other, by its iCalendar name


class Operator(StrEnum):
    """How a field is compared. All but MATCHES ignore case; each is true if it is for any of a field's values."""

    EQUALS = "equals"
    CONTAINS = "contains"
    STARTS = "starts"
    ENDS = "ends"
    MATCHES = "matches"  # an RE2 pattern, found anywhere
    EXISTS = "exists"  # has a value that is not empty; of ALL_DAY and RECURRING: is so
    RANGE = "range"  # low <= value < high


Bound = timedelta | time | date | None


class Where(NamedTuple):
    """One question: ``field`` compared with any of ``values``, or with the range from ``low`` to before ``high``.

    ``property`` is the upper-case name that Field.PROPERTY asks about.
    """

    field: Field
    operator: Operator
    values: tuple[str, ...] = ()
    low: Bound = None
    high: Bound = None
    property: str = ""


class Combine(StrEnum):
    """How the conditions of a group make one."""

    ALL = "all"
    ANY = "any"
    NOT = "not"  # none of them


class Group(NamedTuple):
    """Several conditions as one; ALL of nothing is true: everything."""

    combine: Combine
    of: tuple[Where | Group, ...]


Condition = Where | Group
EVERYTHING = Group(Combine.ALL, ())


class Change(StrEnum):
    """What an edit does to a property."""

    TEMPLATE = "template"  # set to `text`, in which {source}, {summary}, {location} … are the event's own
    SET = "set"  # set to `text` as it is
    REPLACE = "replace"  # each match of the RE2 `pattern` becomes `text`, in which \\1 is what it captured
    REMOVE = "remove"  # all lines of that name
    SHORTEN = "shorten"  # to `length` characters at most, by whole words, ended by …
    STRIP_HTML = "strip_html"  # tags go, entities become characters, breaks become lines
    STRIP_CONFERENCE = "strip_conference"  # a Teams, Zoom, Meet or Webex invitation becomes its join link
    BUSY = "busy"  # TRANSP and X-MICROSOFT-CDO-BUSYSTATUS: `text` is a value of Field.BUSY
    ADD = "add"  # one more value: CATEGORIES


class Edit(NamedTuple):
    """One change to the property of that upper-case iCalendar name. Times and identity are never edited."""

    change: Change
    property: str
    text: str = ""
    pattern: str = ""
    length: int = 0


class Action(StrEnum):
    """What becomes of an event that a rule matches."""

    KEEP = "keep"
    DROP = "drop"
    EDIT = "edit"


class Rule(NamedTuple):
    """``name`` is what reports call it. With ``goes_on`` the rules behind it are tried too."""

    name: str
    action: Action
    when: Condition = EVERYTHING
    edits: tuple[Edit, ...] = ()
    goes_on: bool = False
