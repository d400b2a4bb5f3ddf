"""What rules change of an event: its texts and words, never its times nor what it is known by."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Callable, Iterable, Sequence

from calsieve.core.component import Component, Line, escaped
from calsieve.core.repairs.properties import sound
from calsieve.core.rules.patterns import replaced
from calsieve.core.rules.reading import BUSY_STATUS, DEFAULTS, PROPERTY_OF, listed, text, values, without_case
from calsieve.core.serialise import canonical
from calsieve.rules import Change, Edit, Field

# When an event is, which one, and what clients know its versions by.
NEVER_EDITED = frozenset(
    (
        *("DTSTART", "DTEND", "DURATION", "RRULE", "RDATE", "EXDATE", "EXRULE", "RECURRENCE-ID"),
        *("UID", "DTSTAMP", "CREATED", "LAST-MODIFIED", "SEQUENCE"),
    )
)
# What a template can name, in braces.
TEMPLATE_FIELDS = (
    *(Field.SOURCE, Field.SUMMARY, Field.DESCRIPTION, Field.LOCATION, Field.URL, Field.CATEGORIES),
    *(Field.ORGANIZER, Field.STATUS, Field.TRANSPARENCY, Field.CLASS),
)
_NAMED = re.compile(rf"\{{({'|'.join(TEMPLATE_FIELDS)})\}}")
# Their values are written as they are; all others are text, in which some characters are escaped.
_NO_TEXT = frozenset(
    (
        *("URL", "STATUS", "TRANSP", "CLASS", "ORGANIZER", "ATTENDEE", "ATTACH", "IMAGE", "CONFERENCE"),
        *("GEO", "PRIORITY", "COLOR"),
    )
)
# The same text in HTML goes with any change of it.
_ALTERNATIVES = {"DESCRIPTION": ("X-ALT-DESC", "STYLED-DESCRIPTION")}
# What else says the same, or the contrary, goes when a property is removed or set.
_COMPANIONS = {
    "LOCATION": ("GEO", "X-APPLE-STRUCTURED-LOCATION", "X-MICROSOFT-LOCATIONS", "STRUCTURED-LOCATION"),
    "TRANSP": (BUSY_STATUS, "X-MICROSOFT-CDO-INTENDEDSTATUS"),
}
# [MS-OXCICAL] 2.1.3.1.1.20.25: who works elsewhere is not taken for busy.
_TRANSPARENT = frozenset({"free", "workingelsewhere"})
_LONGEST_TEXT = 64 * 1024  # characters: replacing again and again must not fill memory
_CONTROLS = dict.fromkeys((*range(9), *range(11, 32), 127))
_ELLIPSIS = "…"


def names_for(edits: Iterable[Edit]) -> frozenset[str]:
    """Return the names of the properties that edits read or write."""
    names = set[str]()
    for edit in edits:
        own = "TRANSP" if edit.change is Change.BUSY else edit.property
        names |= {own, *_ALTERNATIVES.get(own, ()), *_COMPANIONS.get(own, ())}
        if edit.change is Change.TEMPLATE:
            names |= {PROPERTY_OF[Field(name)] for name in _NAMED.findall(edit.text) if name != Field.SOURCE}
    return frozenset(names)


def edited(event: Component, edits: Sequence[Edit], source: str) -> Component:
    """Return an event with the edits made one after the other, each on what those before it left.

    A value that no reader would accept is not set: the property then stays as it is. Without a text left it goes.
    Edits of NEVER_EDITED do nothing. In which order the lines came makes no difference.
    """
    if edits:
        event = Component(event.name, tuple(canonical(event.lines)), event.children)
    for edit in edits:
        if edit.property not in NEVER_EDITED:
            event = _edited(event, edit, source)
    return event


def shortened(said: str, length: int) -> str:
    """Return a text of at most so many characters, cut between words where there is one, and ended by …"""
    if len(said) <= length:
        return said
    kept = said[: max(length - 1, 0)]
    if not said[len(kept) : len(kept) + 1].isspace():
        words = re.sub(r"(?<!\s)\s++\S*\Z", "", kept)
        kept = words if len(words) >= length // 2 else kept
    return kept.rstrip() + _ELLIPSIS


def _edited(event: Component, edit: Edit, source: str) -> Component:
    name = edit.property
    if edit.change is Change.REMOVE:
        return event.without(name, *_ALTERNATIVES.get(name, ()), *_COMPANIONS.get(name, ()))
    if edit.change is Change.SET:
        return _put(event, name, edit.text, _COMPANIONS.get(name, ()))
    if edit.change is Change.TEMPLATE:
        return _put(event, name, _filled(edit.text, event, source))
    if edit.change is Change.BUSY:
        return _with_busy(event, edit.text)
    if edit.change is Change.ADD:
        return _with_one_more(event, name, edit.text)
    return _rewritten(event, name, _rewriting(edit))


def _rewriting(edit: Edit) -> Callable[[str], str]:
    """Return what an edit makes of a text; what only some edits need is loaded for them."""
    if edit.change is Change.STRIP_HTML:
        from calsieve.core.rules.html import without_html

        return without_html
    if edit.change is Change.STRIP_CONFERENCE:
        from calsieve.core.rules.conference import without_invitation

        return without_invitation
    if edit.change is Change.SHORTEN:
        return lambda said: shortened(said, edit.length)
    return lambda said: replaced(edit.pattern, edit.text, said, _LONGEST_TEXT)


def _put(event: Component, name: str, said: str, companions: Iterable[str] = ()) -> Component:
    """Set a property, all lines of which become one; to nothing means that it goes."""
    first = event.first(name) or Line(name, "", "")
    line = _line(first, [said])
    if line is None and said.strip():
        return event
    bare = event.without(name, *_ALTERNATIVES.get(name, ()), *companions)
    return bare.plus(line) if line else bare


def _rewritten(event: Component, name: str, change: Callable[[str], str]) -> Component:
    """Return the event with what each line of a name says changed."""
    before = event
    event = event.mapped(lambda line: _changed(line, change) if line.name == name else line)
    return before if event == before else event.without(*_ALTERNATIVES.get(name, ()))


def _changed(line: Line, change: Callable[[str], str]) -> Line | None:
    said = _texts(line)
    changed = [change(one) for one in said]
    if changed == said:
        return line
    written = _line(line, changed)
    return line if written is None and any(one.strip() for one in changed) else written


def _texts(line: Line) -> list[str]:
    if line.name == "CATEGORIES":
        return listed(line.value)
    return [line.value.strip() if line.name in _NO_TEXT else text(line.value)]


def _line(line: Line, said: Iterable[str]) -> Line | None:
    """Return a line with these texts as its value; None if they are empty or no reader would accept it."""
    clean = [one.translate(_CONTROLS).strip()[:_LONGEST_TEXT] for one in said]
    value = ",".join(escaped(one) for one in clean if one)
    if line.name in _NO_TEXT:
        value = "".join("".join(clean).split())
    # What ALTREP points to would still say what was there before.
    params = line.with_parameter("ALTREP", None).params if "ALTREP" in line.params.upper() else line.params
    return sound(Line(line.name, params, value), Counter())


def _filled(template: str, event: Component, source: str) -> str:
    def part(named: re.Match[str]) -> str:
        return source if named[1] == Field.SOURCE else _said(event, Field(named[1]))

    return _NAMED.sub(part, template)


def _said(event: Component, field: Field) -> str:
    found = [values(line, field, ()) for line in event.all(PROPERTY_OF[field])]
    if field is Field.ORGANIZER:  # the name, which comes last, or else the address
        return next((said[-1] for said in found if said), "")
    return ", ".join(one for said in found for one in said) or DEFAULTS.get(field, "")


def _with_busy(event: Component, word: str) -> Component:
    bare = event.without("TRANSP", *_COMPANIONS["TRANSP"])
    through = "TRANSPARENT" if word in _TRANSPARENT else "OPAQUE"
    return bare.plus(Line("TRANSP", "", through), Line(BUSY_STATUS, "", word.upper()))


def _with_one_more(event: Component, name: str, said: str) -> Component:
    known = {without_case(one) for line in event.all(name) for one in _texts(line)}
    line = None if without_case(text(said)) in known else _line(Line(name, "", ""), [said])
    return event.plus(line) if line else event
