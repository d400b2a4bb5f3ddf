"""The shape of rules: what they ask of an event, and what they do to it.

Of several forms the one that is most likely to be meant comes first: editors tell what is wrong by that one.
"""

from typing import Annotated, Required, TypedDict, final

from calsieve.config.shape.notation import Key
from calsieve.config.shape.words import (
    Access,
    Busy,
    Day,
    Duration,
    EditedProperty,
    Everything,
    Length,
    Partstat,
    Pattern,
    Preset,
    PropertyName,
    Remove,
    Replacement,
    Status,
    Strip,
    Template,
    Text,
    TimeOfDay,
    Title,
    Transparency,
    Weekday,
    Word,
    YesNo,
)

# ── what is asked ──


class TextTest(TypedDict, total=False):
    """How a text is compared. Upper and lower case are the same; of several keys all must hold."""

    equals: Annotated[Word | list[Word], Key("The whole text is this, or one of these.")]
    contains: Annotated[Word | list[Word], Key("This, or one of these, is somewhere in it.")]
    starts: Annotated[Word | list[Word], Key("It starts with this, or one of these.")]
    ends: Annotated[Word | list[Word], Key("It ends with this, or one of these.")]
    matches: Annotated[
        Pattern | list[Pattern],
        Key("This RE2 pattern, or one of these, is found anywhere in it. (?i) at its start ignores case."),
    ]
    exists: Annotated[YesNo, Key("Whether there is any text at all.")]
    not_: Annotated["TextWanted", Key("What must not hold.")]


TextWanted = TextTest | Word | list[Word]

_EQUALS = Key("It is this, or one of these.")
_NOT = Key("It is neither this nor one of these.")


class StatusTest(TypedDict, total=False):
    """How the status is compared."""

    equals: Annotated[Status | list[Status], _EQUALS]
    not_: Annotated[Status | list[Status], _NOT]


class TransparencyTest(TypedDict, total=False):
    """How the transparency is compared."""

    equals: Annotated[Transparency | list[Transparency], _EQUALS]
    not_: Annotated[Transparency | list[Transparency], _NOT]


class AccessTest(TypedDict, total=False):
    """How the class is compared."""

    equals: Annotated[Access | list[Access], _EQUALS]
    not_: Annotated[Access | list[Access], _NOT]


class BusyTest(TypedDict, total=False):
    """How the busy status is compared."""

    equals: Annotated[Busy | list[Busy], _EQUALS]
    not_: Annotated[Busy | list[Busy], _NOT]


class PartstatTest(TypedDict, total=False):
    """How one's own answer is compared."""

    equals: Annotated[Partstat | list[Partstat], _EQUALS]
    not_: Annotated[Partstat | list[Partstat], _NOT]
    exists: Annotated[YesNo, Key("Whether one is invited at all.")]


class WeekdayTest(TypedDict, total=False):
    """How the day of the week is compared."""

    equals: Annotated[Weekday | list[Weekday], _EQUALS]
    not_: Annotated[Weekday | list[Weekday], _NOT]


class DurationTest(TypedDict, total=False):
    """How long it lasts at least, and less than what."""

    from_: Annotated[Duration, Key("As long as this, or longer.")]
    to: Annotated[Duration, Key("Shorter than this.")]


class TimeTest(TypedDict, total=False):
    """Between which times of day it starts; may pass midnight."""

    from_: Annotated[TimeOfDay, Key("At this time, or later.")]
    to: Annotated[TimeOfDay, Key("Before this time.")]


class DateTest(TypedDict, total=False):
    """Between which days it starts."""

    from_: Annotated[Day, Key("On this day, or later.")]
    to: Annotated[Day, Key("On this day, or earlier.")]


class Condition(TypedDict, total=False):
    """What an event is asked. Of several keys all must hold."""

    summary: Annotated[TextWanted, Key("The title.")]
    description: Annotated[TextWanted, Key("The description.")]
    location: Annotated[TextWanted, Key("The place.")]
    url: Annotated[TextWanted, Key("The link.")]
    uid: Annotated[TextWanted, Key("The UID by which the calendar knows it.")]
    categories: Annotated[TextWanted, Key("Any of its categories.")]
    organizer: Annotated[TextWanted, Key("Who invites: the address or the name.")]
    attendee: Annotated[TextWanted, Key("Who is invited: the address or the name of any.")]
    partstat: Annotated[
        Partstat | list[Partstat] | PartstatTest, Key("What oneself answered; the feed's `me` says who that is.")
    ]
    status: Annotated[Status | list[Status] | StatusTest, Key("Whether it takes place; confirmed if not said.")]
    transparency: Annotated[
        Transparency | list[Transparency] | TransparencyTest,
        Key("Whether it takes up time (opaque) or not (transparent); opaque if not said."),
    ]
    class_: Annotated[Access | list[Access] | AccessTest, Key("Who may see it; public if not said.")]
    busy: Annotated[
        Busy | list[Busy] | BusyTest,
        Key("How busy one is meanwhile: as Exchange says, else by transparency and status."),
    ]
    all_day: Annotated[YesNo, Key("Whether it lasts whole days.")]
    recurring: Annotated[YesNo, Key("Whether it belongs to a series.")]
    duration: Annotated[Duration | list[Duration] | DurationTest, Key("How long it lasts.")]
    weekday: Annotated[
        Weekday | list[Weekday] | WeekdayTest, Key("The day of the week on which it starts, in the feed's zone.")
    ]
    time: Annotated[
        TimeOfDay | list[TimeOfDay] | TimeTest,
        Key("The time of day at which it starts, in the feed's zone, to the minute."),
    ]
    date: Annotated[Day | list[Day] | DateTest, Key("The day on which it starts, in the feed's zone.")]
    source: Annotated[TextWanted, Key("The name of the source that it comes from.")]
    property: Annotated[dict[PropertyName, TextWanted], Key("Any other property, by its iCalendar name.")]
    all: Annotated[list["Condition"], Key("All of these must hold.")]
    any: Annotated[list["Condition"], Key("One of these must hold, or more.")]
    not_: Annotated["Condition | list[Condition]", Key("This must not hold, or none of these.")]


# ── what is changed ──


class Replacing(TypedDict, total=False):
    """What is replaced in a text, and by what."""

    pattern: Required[Annotated[Pattern, Key("An RE2 pattern; each match is replaced.")]]
    with_: Required[
        Annotated[Replacement, Key("What takes its place: \\1 is what the first group captured, '' is nothing.")]
    ]


class TextEdit(TypedDict, total=False):
    """How a text is changed: stripped, then replaced, then templates and set, then shortened."""

    strip: Annotated[
        Strip | list[Strip],
        Key("html: without its tags. conference: an invitation to Teams, Zoom, Meet or Webex becomes its link."),
    ]
    replace: Annotated[Replacing | list[Replacing], Key("Matches of a pattern become something else.")]
    template: Annotated[
        Template, Key("What it becomes: {source}, {summary}, {location} and others in it are the event's own.")
    ]
    set: Annotated[Text, Key("What it becomes.")]
    shorten: Annotated[Length, Key("At most so many characters stay, whole words, and an ellipsis.")]


class CategoriesEdit(TypedDict, total=False):
    """How the categories are changed."""

    set: Annotated[Word | list[Word], Key("These take the place of those that are there.")]
    add: Annotated[Word | list[Word], Key("These are added to those that are there.")]


class Edits(TypedDict, total=False):
    """What is changed about an event. Its times, repetition and identity never are."""

    summary: Annotated[TextEdit | Remove, Key("The title.")]
    description: Annotated[TextEdit | Remove, Key("The description.")]
    location: Annotated[TextEdit | Remove, Key("The place.")]
    url: Annotated[TextEdit | Remove, Key("The link.")]
    categories: Annotated[CategoriesEdit | Remove, Key("The categories.")]
    organizer: Annotated[Remove, Key("Who invites: can only be removed.")]
    attendee: Annotated[
        Remove, Key("Who is invited: can only be removed; goes anyway unless the feed keeps attendees.")
    ]
    status: Annotated[Status, Key("Whether it takes place.")]
    transparency: Annotated[Transparency, Key("Whether it takes up time.")]
    class_: Annotated[Access, Key("Who may see it.")]
    busy: Annotated[Busy, Key("How busy one is meanwhile: for Exchange and for all others.")]
    property: Annotated[dict[EditedProperty, TextEdit | Remove], Key("Any other property, by its iCalendar name.")]


# ── rules ──

_NAME = Key("What reports call the rule; `rule 3` by its place if absent.")
_DECIDES = Key("Whether the rules behind are tried too; of those that match the last one then decides.", "no")


@final
class Using(TypedDict, total=False):
    """Rules that are there already, under a name."""

    use: Required[Annotated[Preset, Key("A preset's name.")]]


@final
class Keeping(TypedDict, total=False):
    """Events that are kept, whatever the rules behind say."""

    keep: Required[Annotated[Condition | Everything, Key("Which events are kept.")]]
    continue_: Annotated[YesNo, _DECIDES]
    name: Annotated[Title, _NAME]


@final
class Dropping(TypedDict, total=False):
    """Events that are left out."""

    drop: Required[Annotated[Condition | Everything, Key("Which events are left out.")]]
    continue_: Annotated[YesNo, _DECIDES]
    name: Annotated[Title, _NAME]


@final
class Editing(TypedDict, total=False):
    """Events that are kept, but changed."""

    edit: Required[Annotated[Edits, Key("What is changed.")]]
    when: Annotated[Condition | Everything, Key("Which events are changed; everything if absent.")]
    continue_: Annotated[YesNo, Key("Whether the rules behind are tried too, on what it is changed to.", "no")]
    name: Annotated[Title, _NAME]


Rule = Using | Keeping | Dropping | Editing
