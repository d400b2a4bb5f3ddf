"""Views that tell less: when one is busy and nothing else, or what a child may know.

What is told is listed, not what is withheld: a property that nobody thought of stays away.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from calsieve.core.component import Component, Line, escaped, unescaped
from calsieve.core.recurrence.rule import known_parts
from calsieve.core.repairs.content import Naming
from calsieve.models import Show
from calsieve.rules import Action, Combine, Field, Group, Operator, Rule, Where

_TIMES = ("DTSTART", "DTEND", "DURATION", "RRULE", "EXRULE", "RDATE", "EXDATE", "RECURRENCE-ID")
_BUSY = frozenset({*_TIMES, "UID", "DTSTAMP"})
_KID_SAFE = frozenset({*_TIMES, "UID", "DTSTAMP", "LAST-MODIFIED", "SEQUENCE", "STATUS", "TRANSP", "COLOR"})
_OF_PLACE = ("SUMMARY", "LOCATION")
_NAMES = frozenset({"NAME", "X-WR-CALNAME"})
_COLOURS = frozenset({"COLOR", "X-APPLE-CALENDAR-COLOR"})
# What the parameters of a time may say.
_OF_TIMES = frozenset({"VALUE", "TZID", "RANGE"})
_BUSY_STATUS = "X-MICROSOFT-CDO-BUSYSTATUS"

# What phones make a link of: addresses with a scheme, of people, of hosts and of what these hold. What may be long is
# tried only where it can begin, and so but once. Compiled when the first text comes.
_LINK = r"""<?(?:(?<![a-z0-9+.-])[a-z][a-z0-9+.-]++:/[^\s<>]*
    |\b(?:mailto|tel|sms|facetime|facetime-audio|javascript):[^\s<>]+
    |(?<![^\s<>@,;:()])[^\s<>@,;:()]++@[\w-]+(?:\.[\w-]+)+
    |\bwww\.[^\s<>]+
    |(?<![\w.-])(?:[\w-]+\.)+[a-z]{2,24}/[^\s<>]*
    |(?<![\w.-])(?:[\w-]+\.)+(?:app|com|dev|edu|gov|info|io|live|ly|net|org|tv|us)\b)>?"""


def _any_of(*wanted: tuple[Field, str]) -> Group:
    return Group(Combine.ANY, tuple(Where(field, Operator.EQUALS, (value,)) for field, value in wanted))


# What a view has no place for. They are tried behind all other rules, and see their edits.
RULES: Mapping[Show, tuple[Rule, ...]] = {
    Show.FULL: (),
    Show.BUSY: (
        Rule(
            "free or cancelled",
            Action.DROP,
            _any_of((Field.TRANSPARENCY, "transparent"), (Field.BUSY, "free"), (Field.STATUS, "cancelled")),
        ),
    ),
    Show.KID_SAFE: (Rule("private", Action.DROP, _any_of((Field.CLASS, "private"), (Field.CLASS, "confidential"))),),
}

# UIDs where nothing is told: from times alone. A hash of the upstream's UID would tell everybody who knows that one.
BUSY_UIDS = Naming(
    ("DTSTART", "DTEND", "DURATION"),
    re.compile(r"busy-[0-9a-f]{32}@calsieve(-[0-9TZ]{1,16})*$"),
    prefix="busy-",
    order=(*_TIMES, "STATUS", "TRANSP", _BUSY_STATUS),
)


def told(component: Component, show: Show) -> Component:
    """Return what a view that is not full tells of an event that it shows, alarms left out.

    Where rules could not take an event out of its series, its time stays, under a title that tells no more.
    """
    if show is Show.BUSY:
        return _told(component, _BUSY, _as_busy(component))
    private = component.value("CLASS") in {"PRIVATE", "CONFIDENTIAL"}
    texts = [_summary("Busy")] if private else [line for line in map(_without_links, component.all(*_OF_PLACE)) if line]
    return _told(component, _KID_SAFE, texts)


def told_of_calendar(heading: Component, show: Show) -> Component:
    """Return what a view that is not full takes over of what a source says about itself."""
    if show is Show.BUSY:
        return Component(heading.name, ())
    names = [line for line in map(_without_links, heading.all(*_NAMES)) if line]
    return Component(heading.name, (*names, *heading.all(*_COLOURS)))


def _told(component: Component, names: frozenset[str], more: Iterable[Line]) -> Component:
    lines = [_plain(line) for line in component.lines if line.name in names]
    return Component(component.name, (*lines, *more))


def _plain(line: Line) -> Line:
    """Return a line without what no reader needs to understand it."""
    if line.name in {"RRULE", "EXRULE"}:
        return Line(line.name, "", known_parts(line.value))
    if not line.params:
        return line
    for name, _ in line.parameters:
        if name not in _OF_TIMES:
            line = line.with_parameter(name, None)
    return line


def _as_busy(component: Component) -> list[Line]:
    """Return the title of a time at which one is busy, perhaps, or not at all, and what says so to programs."""
    status, outlook = component.value("STATUS"), component.value(_BUSY_STATUS).strip().upper()
    transparency = component.all("TRANSP")
    if component.value("TRANSP") == "TRANSPARENT" or outlook == "FREE" or status == "CANCELLED":
        return [_summary("Free"), *component.all("STATUS"), Line("TRANSP", "", "TRANSPARENT")]
    if status == "TENTATIVE" or outlook == "TENTATIVE":
        return [_summary("Tentative"), Line("STATUS", "", "TENTATIVE"), *transparency]
    return [_summary("Busy"), *component.all("STATUS"), *transparency]


def _summary(title: str) -> Line:
    return Line("SUMMARY", "", title)


def _without_links(line: Line) -> Line | None:
    """Return a text without what can be clicked on; None if nothing else is left."""
    text = unescaped(line.value)
    plain = re.sub(_LINK, "", text, flags=re.IGNORECASE | re.VERBOSE)
    if plain == text:
        return Line(line.name, "", line.value)
    plain = " ".join(plain.split()).strip(" -–—|,;:.()")
    return Line(line.name, "", escaped(plain)) if plain else None
