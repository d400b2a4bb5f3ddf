"""The lines of one event, from the bytes that were read to sound properties.

Lines repeat: what a calendar says of one event's CLASS or ORGANIZER it says of many. So the last lines that were
understood are remembered, which changes nothing but the time it takes.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Iterator
from functools import lru_cache

from calsieve.core.component import Component, Line, parsed, parsed_line
from calsieve.core.repairs.properties import OF_ALARMS, once_each, sound, sound_properties
from calsieve.core.rules import has_rules
from calsieve.core.scrub import dropped
from calsieve.core.text import logical_lines
from calsieve.models import Policy, UidMode

# No property of an alarm begins with B or E, so no line of it that does not either begins or ends a component.
_ALARM = rb"\nBEGIN:VALARM\r?(?=\n[A-Z])(?:\n[ACDF-Z \t][^\n]*+)*+\nEND:VALARM\r?(?=\n[A-Z])"
_ALARMS = re.compile(_ALARM)


def left_out(policy: Policy) -> re.Pattern[bytes] | None:
    """Return what can be left out of the text of an event as soon as it is read; None for nothing.

    That are the alarms and properties that a policy drops, as far as they are properly written, if it takes nothing
    from them before, and no rule asks about them.
    """
    if UidMode.CONTENT in {policy.uid, *(own.uid for _, own in policy.sources)}:
        return None
    asked = _asked(policy) if has_rules(policy) else frozenset()
    names = [name.encode() for name in dropped(policy) if name not in asked]
    patterns = [rb"\n%b[;:][^\n]*+(?:\n [^\n]*+)*+" % name for name in names]
    patterns += [_ALARM] * (not policy.keep_alarms)
    return re.compile(b"|".join(patterns)) if patterns else None


def _asked(policy: Policy) -> frozenset[str]:
    from calsieve.core.rules.judge import names_read

    return names_read(policy)


def event_component(text: bytes, charset: str | None, *, alarms: bool, repairs: Counter[str]) -> Component:
    """Return the VEVENT of which ``text`` is all behind BEGIN:VEVENT, with sound properties.

    Its alarms are left out unless they are asked for, and are as they were read.
    """
    if not alarms:
        text = without_alarms(text)
    texts = logical_lines(text, charset, repairs)
    if b"\nBEGIN" in text or b"\nEND:VALARM" in text:
        (event, *_) = parsed(["BEGIN:VEVENT", *texts], repairs)
        return sound_event(event, repairs)
    return Component("VEVENT", once_each(_sound_lines(texts[:-1], repairs), repairs))


def without_alarms(text: bytes) -> bytes:
    """Return the text of an event without its alarms, as far as these are properly written and hold nothing else."""
    return _ALARMS.sub(b"", text)


def sound_event(event: Component, repairs: Counter[str]) -> Component:
    """Return a VEVENT that was parsed with sound properties, its alarms as they were read."""
    return sound_properties(event.without(*OF_ALARMS), repairs)


def _sound_lines(texts: Iterable[str], repairs: Counter[str]) -> Iterator[Line]:
    for text in texts:
        line, mended = sound_line(text)
        if mended:
            repairs.update(mended)
        if line is not None:
            yield line


@lru_cache(maxsize=1024)
def sound_line(text: str) -> tuple[Line | None, tuple[str, ...]]:
    """Return what a line of an event means, if anything, and the repairs that this took."""
    line = parsed_line(text)
    if line is None:
        return None, ("not_a_property",)
    if line.name in OF_ALARMS:
        return None, ()
    repairs: Counter[str] = Counter()
    kept = sound(line, repairs)
    return kept, tuple(repairs.elements()) if repairs else ()
