"""How inputs are mutated besides by bytes: calendars by lines, as upstreams break them, and JSON by values."""

from __future__ import annotations

import json
import random
from collections.abc import Callable, Iterator
from typing import Any

_VALUES = (
    b"",
    b"0",
    b"20260520",
    b"20260520T100000",
    b"20260520T100000Z",
    b"00010101T000000Z",
    b"99991231T235959Z",
    b"P1D",
    b"-PT1H",
    b"PT99999999H",
    b"+2400",
    b"FREQ=DAILY;COUNT=9",
    b"FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
    b"FREQ=WEEKLY;BYDAY=MO,WE;WKST=SU;UNTIL=20260601T000000Z",
    b"FREQ=MONTHLY;BYDAY=-1FR;BYSETPOS=1",
    b"FREQ=SECONDLY",
    b"Europe/Berlin",
    b"W. Europe Standard Time",
    b"VEVENT",
    b"VCALENDAR",
    b"VTIMEZONE",
    b"VALARM",
    b"a\\,b\\nc",
    b"\xe9",
    b"\xed\xa0\xbd",
)
_ZONES = (b";TZID=Europe/Berlin", b";TZID=")
_PARAMETERS = (b"", *_ZONES, b";VALUE=DATE", b";VALUE=PERIOD", b';X="a:b"', b";RANGE=THISANDFUTURE")

Bytes = Callable[[bytes, int], bytes]


def mutated(data: bytes, most: int, seed: int, by_bytes: Bytes) -> bytes:
    """Return ``data`` with its settings or a line or two changed; at times, and if it has no lines, by bytes."""
    draw = random.Random(seed)
    lines = data.split(b"\n")
    if len(lines) < 3 or draw.random() < 0.25:
        return by_bytes(data, most)
    if b":" not in lines[0] and draw.random() < 0.25:  # it chooses settings
        lines[0] = bytes(draw.choices([code for code in range(256) if code not in b"\n:"], k=draw.randint(1, 60)))
        return b"\n".join(lines)[:most]
    for _ in range(draw.randint(1, 3)):
        at = draw.randrange(len(lines))
        lines[at : at + 1] = _changed(lines, at, draw)
    return b"\n".join(lines)[:most]


def _changed(lines: list[bytes], at: int, draw: random.Random) -> list[bytes]:
    line = lines[at]
    head, _, value = line.partition(b":")
    name, _, _ = head.partition(b";")
    other = draw.choice(lines)
    return draw.choice(
        [
            [],
            [line, line],
            [other],
            [line, other],
            [name + draw.choice(_PARAMETERS) + b":" + value],
            [head + b":" + draw.choice(_VALUES)],
            [name + b":" + other.partition(b":")[2]],
            [line[: draw.randrange(len(line) + 1)]],
            [line[: len(line) // 2], b" " + line[len(line) // 2 :]],
            [line.lower()],
        ]
    )


# ── JSON ──

_LEAVES: tuple[Any, ...] = (
    *(None, True, False, 0, -1, 10**30, 1.5, "", "UTC", "2026-05-20T10:00:00.0000000", "W. Europe Standard Time"),
    *("a\r\nEND:VEVENT", '"', "a;b,c\\", "\ud800", "\u2028", "a@b", "seriesMaster", [], {}),
)
_Place = tuple[Any, Any]


def mutated_json(data: bytes, most: int, seed: int, by_bytes: Bytes) -> bytes:
    """Return ``data`` with a value or two changed, taken away or put elsewhere; as bytes if it is no JSON."""
    draw = random.Random(seed)
    try:
        content = json.loads(data)
    except (ValueError, RecursionError):
        return by_bytes(data, most)
    for _ in range(draw.randint(1, 3)):
        if places := [*_places(content)]:
            _change(*draw.choice(places), draw.choice(places), draw)
    return json.dumps(content).encode()[:most]


def _places(content: Any) -> Iterator[_Place]:
    """Yield each list or mapping with each of its indices or keys."""
    keys = content if isinstance(content, dict) else range(len(content)) if isinstance(content, list) else ()
    for key in keys:
        yield content, key
        yield from _places(content[key])


def _change(inside: Any, key: Any, other: _Place, draw: random.Random) -> None:
    how = draw.randrange(4)
    if how == 0:
        del inside[key]
    elif how == 1:
        inside[key] = json.loads(json.dumps(other[0][other[1]]))
    elif how == 2 and isinstance(inside, list):
        inside.append(json.loads(json.dumps(inside[key])))
    else:
        inside[key] = draw.choice(_LEAVES)
