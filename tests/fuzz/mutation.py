"""How calendars are mutated: by lines, as upstreams break them, besides by bytes."""

from __future__ import annotations

import random
from collections.abc import Callable

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
    """Return ``data`` with a line or two changed; one time in four, and if it has no lines, by bytes."""
    draw = random.Random(seed)
    lines = data.split(b"\n")
    if len(lines) < 3 or draw.random() < 0.25:
        return by_bytes(data, most)
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
