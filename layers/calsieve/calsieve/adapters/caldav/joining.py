"""The items of calendars put together as one VCALENDAR: bytes only, understanding them is the core's.

Each item brings the VTIMEZONEs it uses. One definition of a TZID is written once; another definition under the
same name gets a name of its own in that item, so that no event is read by a zone that it did not come with.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from io import BytesIO

from calsieve.core.component import parsed_line
from calsieve.core.text import logical_lines

_FRAME = re.compile(rb"^(?:BEGIN|END)[ \t]*:[ \t]*VCALENDAR[ \t]*$\n?", re.IGNORECASE | re.MULTILINE)
_BEGIN = re.compile(rb"^BEGIN[ \t]*:", re.IGNORECASE | re.MULTILINE)
# Who fills an item may be anybody: none of these patterns may take more than linear time.
_EDGE = re.compile(rb"^(BEGIN|END)[ \t]*:([^\n]*)", re.IGNORECASE | re.MULTILINE)
_ZONE = re.compile(
    rb"^BEGIN[ \t]*:[ \t]*VTIMEZONE[ \t]*\n(?:(?!BEGIN[ \t]*:[ \t]*VTIMEZONE)[^\n]*\n)*?"
    rb"END[ \t]*:[ \t]*VTIMEZONE[ \t]*(?:\n|\Z)",
    re.IGNORECASE | re.MULTILINE,
)
_TZID = re.compile(rb"^(TZID(?:;[^:\n]*)?:)([^\n]*)", re.IGNORECASE | re.MULTILINE)
# What says nothing about the rules of a zone, or only repeats them.
_IDLE = re.compile(
    rb"^(?:LAST-MODIFIED|TZURL|TZNAME|COMMENT|TZUNTIL|X-[A-Z0-9-]+)[;:][^\n]*\n?", re.IGNORECASE | re.MULTILINE
)
_VALUE = rb'(?:"[^"\n]*"|[^;:,"\n]*)'
_HEAD = re.compile(
    rb"^[A-Z0-9-]+(?:;[A-Z0-9-]+=" + _VALUE + rb"(?:," + _VALUE + rb")*)+(?=:)", re.IGNORECASE | re.MULTILINE
)
_FOLD = re.compile(rb"\n[ \t]")
# What an item says about calendars and zones, plainly written; and what may be in between where it is not.
_MARK = re.compile(rb"^(?:BEGIN|END)[ \t]*:[ \t]*(?:VCALENDAR|VTIMEZONE)[ \t]*$", re.IGNORECASE | re.MULTILINE)
_MARKED = (b"VCALENDAR", b"VTIMEZONE")
_FILLING = bytes((*range(33), 127))
_BOM = b"\xef\xbb\xbf"


def joined(heading: Iterable[str], items: Iterable[bytes]) -> bytes:
    """Return one VCALENDAR with the lines of ``heading`` and the components of all ``items``, in their order.

    An item that is no calendar is left out. Components are not looked into; lines end with CRLF.
    """
    body = BytesIO()
    body.write(b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\nPRODID:-//Calsieve//CalDAV//EN\r\n")
    body.writelines(f"{line}\r\n".encode() for line in heading)
    zones = _Zones()
    for item in items:
        body.write(_components(item, zones).replace(b"\n", b"\r\n"))
    body.write(b"END:VCALENDAR\r\n")
    return body.getvalue()


def _components(item: bytes, zones: _Zones) -> bytes:
    """Return the components of an item, whole lines that end with a newline only."""
    _, *calendars = _FRAME.split(_plain(item))
    inner = b"".join(_closed(_without_properties(calendar)) for calendar in calendars)
    return zones.settled(inner)


def _plain(item: bytes) -> bytes:
    """Return an item in which what begins or ends a calendar or a zone can be told by its line.

    Folded, or with parameters, an END:VCALENDAR would hide all further items, and a VTIMEZONE be taken for theirs.
    """
    plain = item.removeprefix(_BOM).replace(b"\r\n", b"\n").replace(b"\r", b"\n")
    letters = plain.translate(None, _FILLING).upper()
    if sum(map(letters.count, _MARKED)) == len(_MARK.findall(plain)):
        return plain
    return "".join(map(_plain_line, logical_lines(plain, None, Counter()))).encode("utf-8", "replace")


def _plain_line(text: str) -> str:
    line = parsed_line(text)
    if line is None:
        return ""
    marks = line.name in {"BEGIN", "END"}
    return f"{line.name}:{line.value.strip()}\n" if marks else f"{line.name}{line.params}:{line.value}\n"


def _without_properties(calendar: bytes) -> bytes:
    """Return what stands between the first BEGIN and the last END in a calendar."""
    begin = _BEGIN.search(calendar)
    if not begin:
        return b""
    last = calendar.rfind(b"\nEND:")
    end = calendar.find(b"\n", last + 1) if last > 0 else -1
    return calendar[begin.start() : end + 1] if end > 0 else calendar[begin.start() :].rstrip(b"\n") + b"\n"


def _closed(components: bytes) -> bytes:
    """Return components with an END for each that has none: an open one would swallow the next item."""
    unclosed: list[bytes] = []
    counts: Counter[bytes] = Counter()
    for kind, text in _EDGE.findall(components):
        name = text.strip(b" \t").upper()
        if kind.upper() == b"BEGIN":
            unclosed.append(name)
            counts[name] += 1
        elif counts[name]:
            while (closed := unclosed.pop()) != name:
                counts[closed] -= 1
            counts[name] -= 1
    return components + b"".join(b"END:%s\n" % name for name in reversed(unclosed))


class _Zones:
    """The definitions of zones that were written, by TZID and by what they say."""

    def __init__(self) -> None:
        self._settled: dict[bytes, tuple[bytes, bytes]] = {}
        self._names: dict[bytes, dict[bytes, bytes]] = {}

    def settled(self, components: bytes) -> bytes:
        """Return ``components`` with definitions that were not written yet, and with the names they go by."""
        found = _ZONE.findall(components)
        if not found:
            return components
        fresh: list[bytes] = []
        renamed: dict[bytes, bytes] = {}
        for zone in found:
            if zone not in self._settled:
                fresh.append(self._entered(zone))
            tzid, name = self._settled[zone]
            if tzid != name:
                renamed[tzid] = name
        rest = _ZONE.sub(b"", components)
        return b"".join(fresh) + (_renamed(rest, renamed) if renamed else rest)

    def _entered(self, zone: bytes) -> bytes:
        """Note a definition; return what to write of it: nothing if it only looks different from another."""
        unfolded = _FOLD.sub(b"", zone)
        match = _TZID.search(unfolded)
        tzid = match[2].strip(b" \t") if match else b""
        meaning = _IDLE.sub(b"", _TZID.sub(b"", unfolded)).upper()
        names = self._names.setdefault(tzid, {})
        known = names.get(meaning)
        # A name with a prefix like those of other programs: the core finds IANA's name behind it.
        name = known or (b"/calsieve/%d/%s" % (len(names) + 1, tzid) if names and tzid else tzid)
        names[meaning] = name
        self._settled[zone] = tzid, name
        if known is not None:
            return b""
        return zone if name == tzid else _TZID.sub(lambda line: line[1] + name, unfolded, count=1)


def _renamed(components: bytes, names: dict[bytes, bytes]) -> bytes:
    """Return ``components`` with other TZID parameters. Only heads of lines are touched, never values."""
    pattern = re.compile(rb';TZID=("?)(' + b"|".join(map(re.escape, names)) + rb")\1(?=[;:]|$)", re.IGNORECASE)
    unfolded = _FOLD.sub(b"", components)
    return _HEAD.sub(lambda head: pattern.sub(lambda found: _parameter(found[2], names), head[0]), unfolded)


def _parameter(tzid: bytes, names: dict[bytes, bytes]) -> bytes:
    name = names.get(tzid, tzid)
    return b';TZID="%s"' % name if re.search(rb"[;:,]", name) else b";TZID=%s" % name
