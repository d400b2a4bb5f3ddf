"""The shape of the whole file: feeds, their views, and what holds for all of them."""

from typing import Annotated, Required, TypedDict

from calsieve import distances
from calsieve.config import readers
from calsieve.config.shape.notation import Key
from calsieve.config.shape.rules import Rule
from calsieve.config.shape.sources import CalDavKeys, GraphKeys, SourceKeys
from calsieve.config.shape.words import (
    Address,
    Age,
    Ahead,
    AlarmsChoice,
    Amount,
    DuplicatesChoice,
    Interval,
    Keep,
    Lead,
    Reach,
    SeriesChoice,
    Share,
    ShowChoice,
    Size,
    Slug,
    SnapChoice,
    Switch,
    Tint,
    Title,
    UidChoice,
    Url,
    YesNo,
    Zone,
)
from calsieve.models import Guard, Notices, Policy

_POLICY = Policy()
_NOTICES = Notices()
_GUARD = Guard()


class WindowKeys(TypedDict, total=False):
    """Which part of the calendar is published, around now."""

    back: Annotated[
        Reach, Key("How far back: days, weeks, months or years.", distances.show_reach(_POLICY.window.back))
    ]
    ahead: Annotated[
        Reach, Key("How far ahead: days, weeks, months or years.", distances.show_reach(_POLICY.window.ahead))
    ]
    snap: Annotated[
        SnapChoice,
        Key(
            "Where the window's edges come to rest. With week, old events leave once a week and phones"
            " download less often.",
            _POLICY.window.snap.value,
        ),
    ]


class AlarmKeys(TypedDict, total=False):
    """Reminders: the calendar's own, and some that are added."""

    keep: Annotated[YesNo, Key("Whether the calendar's own reminders stay.", readers.show_yes_no(_POLICY.keep_alarms))]
    add: Annotated[Lead | list[Lead], Key("How long before an event begins its reminders come.")]
    add_all_day: Annotated[
        Lead | list[Lead],
        Key("The same for all-day events, before midnight: 15h is nine in the morning of the day before."),
    ]


class BudgetKeys(TypedDict, total=False):
    """How much a published file may weigh. What has to go to meet it goes in a fixed order, and is reported."""

    bytes: Annotated[Size, Key("The size of the file, before it is compressed: B, kB, MB, KiB or MiB.", "none")]
    events: Annotated[
        Amount, Key("The number of its events; a series is one, each of its changed occurrences too.", "none")
    ]


class NoticeKeys(TypedDict, total=False):
    """Word of what appeared, moved or was cancelled in the days to come."""

    ahead: Annotated[Ahead, Key("How far ahead a change is worth a notice.", distances.show_reach(_NOTICES.ahead))]
    atom: Annotated[YesNo, Key("Whether an Atom feed of them is published.", readers.show_yes_no(_NOTICES.atom))]
    mail: Annotated[YesNo, Key("Whether they are sent by mail too.", readers.show_yes_no(_NOTICES.mail))]


class GuardKeys(TypedDict, total=False):
    """When a source that lost much at once is not believed."""

    loss: Annotated[
        Share,
        Key(
            "The share of its events to come that may be gone at once; nine may be in any case.",
            f"{_GUARD.loss}%",
        ),
    ]
    hold: Annotated[
        Interval,
        Key("For how long it is held back at most, from 5m to 7d.", distances.show_interval(_GUARD.hold)),
    ]


class PolicyKeys(TypedDict, total=False):
    """What feeds and views have alike."""

    window: Annotated[WindowKeys, Key("Which part of the calendar is published, around now.")]
    series: Annotated[
        SeriesChoice,
        Key(
            "What becomes of a recurring series that shows in the window: trim cuts its past off, cut also what follows"
            " the window, keep leaves it whole, expand writes each occurrence as an event of its own.",
            _POLICY.series.value,
        ),
    ]
    uid: Annotated[
        UidChoice,
        Key(
            "By which UIDs phones know the events: keep has the calendar's own, content makes them from start,"
            " title and place, for calendars that give all events new UIDs at each fetch.",
            _POLICY.uid.value,
        ),
    ]
    timezone: Annotated[Zone, Key("The IANA zone that days and weeks are counted in; the calendar's own if absent.")]
    alarms: Annotated[
        AlarmsChoice | AlarmKeys,
        Key("Reminders: keep or drop, or keys to add some.", readers.show_keep(_POLICY.keep_alarms)),
    ]
    attendees: Annotated[Keep, Key("Who is invited: keep or drop.", readers.show_keep(_POLICY.keep_attendees))]
    attachments: Annotated[Keep, Key("Attachments: keep or drop.", readers.show_keep(_POLICY.keep_attachments))]
    html: Annotated[
        Keep,
        Key("Descriptions in HTML beside the plain ones: keep or drop.", readers.show_keep(_POLICY.keep_html)),
    ]
    duplicates: Annotated[
        DuplicatesChoice,
        Key(
            "What becomes of an event that an earlier source has too, under another UID: keep or drop.",
            _POLICY.duplicates.value,
        ),
    ]
    show: Annotated[
        ShowChoice,
        Key(
            "How much is told of an event: full, busy (when one is busy, nothing else), or kid-safe (title, time and"
            " place of what is public).",
            _POLICY.show.value,
        ),
    ]
    budget: Annotated[BudgetKeys, Key("How much the published file may weigh.")]
    me: Annotated[Address | list[Address], Key("One's own addresses: whose answer rules ask about (partstat).")]
    rules: Annotated[
        list[Rule], Key("Which events are kept, left out or changed; the first rule that matches decides.")
    ]


class DefaultsKeys(PolicyKeys, total=False):
    """What holds for every feed that does not say otherwise."""

    schedule: Annotated[
        Interval,
        Key("How often to refresh, from 5m to 7d.", distances.show_interval(_POLICY.refresh_every)),
    ]
    notices: Annotated[
        YesNo | NoticeKeys,
        Key("Word of what changes in the days to come: yes, no, or keys.", readers.show_yes_no(False)),
    ]
    page: Annotated[
        YesNo, Key("Whether a page to look at is published beside the calendar.", readers.show_yes_no(True))
    ]
    guard: Annotated[
        Switch | GuardKeys,
        Key(
            "Whether a source that comes back empty, cut off or without many of its events to come is held back:"
            " on, off, or keys.",
            "on",
        ),
    ]
    stale_notice: Annotated[
        Age,
        Key("How long a source has to fail until an all-day event in the calendar says so, from 5m to 7d.", "none"),
    ]


class ViewKeys(PolicyKeys, total=False):
    """The same sources published once more, in another way. What it does not say is as in its feed."""

    name: Required[Annotated[Slug, Key("What commands and messages call this view; unique among feeds and views.")]]
    title: Annotated[Title, Key("What the phone shows; the feed's if absent.")]
    colour: Annotated[Tint, Key("A CSS colour name, or '#rrggbb' in quotes; the feed's if absent.")]
    rules: Annotated[list[Rule], Key("More rules, for this view alone: tried on what the feed's rules leave.")]


class FeedKeys(DefaultsKeys, total=False):
    """A calendar that is published."""

    name: Required[Annotated[Slug, Key("What commands and messages call this feed; unique among feeds and views.")]]
    title: Annotated[Title, Key("What the phone shows; the source's own title if absent.")]
    colour: Annotated[Tint, Key("A CSS colour name, or '#rrggbb' in quotes.")]
    sources: Required[
        Annotated[
            list[Url | SourceKeys | CalDavKeys | GraphKeys],
            Key("The calendars that make up this feed: each an address, or keys: url and more, caldav, or graph."),
        ]
    ]
    views: Annotated[list[ViewKeys], Key("The same sources published once more, each under an address of its own.")]


class FileKeys(TypedDict, total=False):
    """The feeds that Calsieve publishes."""

    defaults: Annotated[DefaultsKeys, Key("What holds for every feed that does not say otherwise.")]
    feeds: Required[Annotated[list[FeedKeys], Key("The calendars to publish.")]]
