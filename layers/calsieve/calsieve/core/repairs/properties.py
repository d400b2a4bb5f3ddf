"""Properties that would make a strict reader reject the file: mended where that is safe, else left out."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable
from functools import lru_cache

from calsieve.core.component import Component, Line, parameters, written_parameters
from calsieve.core.repairs.types import is_of_type
from calsieve.core.values import Form, canonical_when, parsed_duration, parsed_when, written

_NAME = re.compile(r"[A-Z0-9-]+$")
# Read again, a line that does not begin with a letter would be taken for a piece of the one before it.
_PROPERTY = re.compile(r"[A-Z][A-Z0-9-]*$")
_ESCAPED = re.compile(r"(?:[^\\,;]++|\\.)*+")
_ESCAPE_OR_BARE = re.compile(r"\\.|[,;]")
_LINE_BREAK = re.compile(r"\\[nN]")

_CUT_ZONE = re.compile(r";\s*TZID=[^;\":]*$", re.IGNORECASE)
_REST_OF_ZONE = re.compile(r"(.*):(\d{8}[^:]*)$", re.ASCII)

_STATUSES = frozenset({"TENTATIVE", "CONFIRMED", "CANCELLED"})
ONCE = frozenset(
    [
        "UID",
        "DTSTAMP",
        "DTSTART",
        "DTEND",
        "DURATION",
        "CLASS",
        "CREATED",
        "DESCRIPTION",
        "GEO",
        "LAST-MODIFIED",
        "LOCATION",
        "ORGANIZER",
        "PRIORITY",
        "SEQUENCE",
        "STATUS",
        "SUMMARY",
        "TRANSP",
        "URL",
        "RECURRENCE-ID",
        "COLOR",
        "ACTION",
        "TRIGGER",
        "REPEAT",
    ]
)
_TEXTS = frozenset({"SUMMARY", "DESCRIPTION", "LOCATION", "COMMENT", "CONTACT"})
_LINKS = frozenset({"URL", "ATTACH", "CONFERENCE", "IMAGE", "SOURCE"})
_TEXTS_OF_CALENDARS = frozenset({"NAME", "X-WR-CALNAME", "X-WR-CALDESC"})
# Compiled when the first property of a name comes.
_BY_SHAPE = {
    "GEO": r"[+-]?\d+(\.\d+)?;[+-]?\d+(\.\d+)?$",
    "PRIORITY": r"[0-9]$",
    "SEQUENCE": r"[0-9]{1,9}$",
    "REQUEST-STATUS": r"\d+(\.\d+){1,2};[^;]+(;.*)?$",
    "REPEAT": r"[0-9]{1,4}$",
    "COLOR": r"[A-Za-z]+$",
    "X-APPLE-CALENDAR-COLOR": r"#[0-9A-Fa-f]{6,8}$",
    "PERCENT-COMPLETE": r"(100|[0-9]{1,2})$",
}
_BY_WORD = {
    "STATUS": _STATUSES,
    "TRANSP": frozenset({"OPAQUE", "TRANSPARENT"}),
    "CLASS": frozenset({"PUBLIC", "PRIVATE", "CONFIDENTIAL"}),
}
# Their values are of one type only, so a VALUE parameter repeats it or is wrong.
_OF_ONE_TYPE = _TEXTS | _TEXTS_OF_CALENDARS | _BY_SHAPE.keys() | _BY_WORD.keys() | {"UID"}
_STAMPS = frozenset({"DTSTAMP", "CREATED", "LAST-MODIFIED", "COMPLETED", "ACKNOWLEDGED"})
# They mean something only where they stand, and are written anew or not at all. The last are parameters or vCard's
# (RFC 6350): icalendar reads them as such even here, and refuses the file for an alarm with one that it can't.
_MISPLACED = frozenset(
    [
        "BEGIN",
        "END",
        "VERSION",
        "PRODID",
        "METHOD",
        "CALSCALE",
        "DUE",
        "FREEBUSY",
        "TZID",
        "TZNAME",
        "TZOFFSETFROM",
        "TZOFFSETTO",
        "TZURL",
        "X-LIC-ERROR",
        "REFRESH-INTERVAL",
        "GAP",
        "RSVP",
        "ADR",
        "N",
    ]
)
# What an alarm can't have, and would have to be mended as an event's is.
_OF_EVENTS = ("DTSTART", "DTEND", "RECURRENCE-ID", "RRULE", "EXRULE", "RDATE", "EXDATE")
OF_ALARMS = ("ACTION", "TRIGGER", "REPEAT")


def sound_properties(component: Component, repairs: Counter[str]) -> Component:
    """Return the component with well-formed properties only, each that may occur once occurring once."""
    lines = once_each((kept for line in component.lines if (kept := sound(line, repairs))), repairs)
    return Component(component.name, lines, component.children)


def once_each(lines: Iterable[Line], repairs: Counter[str]) -> tuple[Line, ...]:
    """Return sound lines, of properties that may occur once the first only."""
    kept, seen = [], set[str]()
    for line in lines:
        if line.name in ONCE:
            if line.name in seen:
                repairs["property_repeated"] += 1
                continue
            seen.add(line.name)
        kept.append(line)
    return tuple(kept)


def needs_no_mending(name: str, value: str) -> bool:
    """Tell whether a line of the event, without parameters, is sound for certain: quicker than ``sound`` is."""
    if name in _TEXTS:
        return bool(value) and not value.isspace() and _ESCAPED.fullmatch(value) is not None
    if name in _STAMPS:
        return _is_utc(value)
    if name == "URL" and "\\" in value:
        return False
    return name in {"UID", "URL"} and bool(value) and value == value.strip()


def _is_utc(value: str) -> bool:
    when = canonical_when(value)
    return when is not None and when.form is Form.UTC


def sound(line: Line, repairs: Counter[str]) -> Line | None:
    """Return one line as a strict reader accepts it, or None if that can't be had."""
    if not _is_property(line, repairs):
        return None
    if line.params:
        line = _sound_parameters(_with_whole_zone(line, repairs), repairs)
    judge = _JUDGES.get(line.name)
    return judge(line, repairs) if judge else line


def _is_property(line: Line, repairs: Counter[str]) -> bool:
    name, _, value = line
    if name not in ONCE and (not _PROPERTY.match(name) or name in _MISPLACED):
        repairs["property_name"] += 1
        return False
    if not value or value.isspace():
        repairs["property_empty"] += 1
        return False
    return True


def _with_whole_zone(line: Line, repairs: Counter[str]) -> Line:
    """Give a TZID that has a colon and no quotes its second half back from the value."""
    if ":" not in line.value or not _CUT_ZONE.search(line.params):
        return line
    match = _REST_OF_ZONE.match(line.value)
    if not match:
        return line
    repairs["zone_unquoted"] += 1
    return Line(line.name, f"{line.params}:{match.group(1)}", match.group(2))


def _sound_parameters(line: Line, repairs: Counter[str]) -> Line:
    """Write parameters in their one proper form, each once; what is none, and a VALUE that is not true, goes."""
    claimed = line.parameter("VALUE")
    idle: tuple[str, ...] = ("VALUE",) if claimed is not None and _is_idle(line, claimed) else ()
    if line.name in _OF_ONE_TYPE:
        idle = ("VALUE", "TZID")  # some readers take anything with a TZID for a time
    params = _proper(line.params, idle)
    if params == line.params:
        return line
    if params.replace('"', "") != line.params.replace('"', ""):
        repairs["parameters"] += 1
    return line._replace(params=params)


@lru_cache(maxsize=1024)  # parameters repeat from line to line
def _proper(params: str, idle: tuple[str, ...]) -> str:
    kept: dict[str, tuple[str, ...]] = {}
    for name, values in parameters(params):
        if _NAME.match(name) and name not in idle:
            kept.setdefault(name, values)
    return written_parameters(tuple(kept.items()))


def _is_idle(line: Line, claimed: str) -> bool:
    """Tell whether a VALUE parameter says nothing or nothing true; times are settled with their zones elsewhere."""
    return line.name not in _OF_EVENTS and not is_of_type(line.value, claimed)


def _shaped(line: Line, repairs: Counter[str]) -> Line | None:
    if not re.match(_BY_SHAPE[line.name], line.value.strip(), re.ASCII):
        repairs["property_value"] += 1
        return None
    return line._replace(value=line.value.strip())


def _stamp(line: Line, repairs: Counter[str]) -> Line | None:
    """A stamp must be in UTC (RFC 5545 §3.8.7); one that isn't is read as if it were."""
    if not line.params and _is_utc(line.value):
        return line
    when = parsed_when(line.value)
    if when is None:
        repairs["property_value"] += 1
        return None
    value = written(when.local, Form.UTC)
    if value != line.value:
        repairs["stamp_not_utc"] += 1
    return Line(line.name, "", value)


def _word(line: Line, repairs: Counter[str]) -> Line | None:
    """A word that RFC 5545 has; of CLASS any other means PRIVATE (RFC 5545 §3.8.1.3)."""
    word = line.value.strip().upper()
    if word not in _BY_WORD[line.name]:
        repairs["property_value"] += 1
        return line._replace(value="PRIVATE") if line.name == "CLASS" else None
    return line._replace(value=word)


def _text(line: Line, repairs: Counter[str]) -> Line:
    """Escape commas and semicolons that should have been (RFC 5545 §3.3.11); what is escaped stays."""
    if _ESCAPED.fullmatch(line.value) or line.parameter("ENCODING"):
        return line
    mended = _ESCAPE_OR_BARE.sub(lambda found: found.group().rjust(2, "\\"), line.value)
    if mended != line.value:
        repairs["text_unescaped"] += 1
    return line._replace(value=mended)


def _link(line: Line, repairs: Counter[str]) -> Line | None:
    """End a link at its first escaped line break, which no address can hold (RFC 3986 §2)."""
    link = _LINE_BREAK.split(line.value, maxsplit=1)[0].rstrip()
    if link == line.value.rstrip():
        return line
    repairs["link_of_several_lines"] += 1
    return line._replace(value=link) if link else None


def _address(line: Line, repairs: Counter[str]) -> Line | None:
    """An address of somebody is no text: icalendar refuses the file for one with an escaped newline."""
    if _LINE_BREAK.search(line.value):
        repairs["property_value"] += 1
        return None
    return line


_JUDGES: dict[str, Callable[[Line, Counter[str]], Line | None]] = {
    **dict.fromkeys(_BY_SHAPE, _shaped),
    **dict.fromkeys(_TEXTS | _TEXTS_OF_CALENDARS, _text),
    **dict.fromkeys(_BY_WORD, _word),
    **dict.fromkeys(_STAMPS, _stamp),
    **dict.fromkeys(_LINKS, _link),
    **dict.fromkeys(("ATTENDEE", "ORGANIZER"), _address),
}


def sound_alarm(alarm: Component, repairs: Counter[str]) -> Component | None:
    """Return a VALARM that readers accept, or None: it needs an ACTION and a TRIGGER (RFC 5545 §3.6.6)."""
    alarm = sound_properties(alarm.without(*_OF_EVENTS), repairs)
    checks: tuple[Callable[[], bool], ...] = (
        lambda: alarm.name == "VALARM",
        lambda: bool(alarm.value("ACTION").strip()),
        lambda: _triggers(alarm),
        lambda: not alarm.has("DURATION") or parsed_duration(alarm.value("DURATION")) is not None,
    )
    if all(check() for check in checks):
        # Which zone a TZID here would mean is not settled, and no property of RFC 5545 §3.6.6 has one.
        return Component(alarm.name, tuple(_of_alarm(line) for line in alarm.lines))
    repairs["alarm_unusable"] += 1
    return None


def _of_alarm(line: Line) -> Line:
    line = line.with_parameter("TZID", None)
    return line._replace(value=line.value.strip().upper()) if line.name in {"TRIGGER", "DURATION"} else line


def _triggers(alarm: Component) -> bool:
    line = alarm.first("TRIGGER")
    if line is None:
        return False
    if (line.parameter("VALUE") or "").upper() == "DATE-TIME":
        when = parsed_when(line.value)
        return when is not None and when.form is Form.UTC
    return parsed_duration(line.value) is not None
