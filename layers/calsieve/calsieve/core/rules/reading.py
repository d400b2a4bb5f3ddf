"""What the lines of an event say, as rules read it: text without escapes, words, addresses and names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection, Mapping

from calsieve.core.component import Line, unescaped
from calsieve.rules import Field, Where

# Which property says what a field asks. PARTSTAT is said by a parameter of it.
PROPERTY_OF: Mapping[Field, str] = {
    Field.SUMMARY: "SUMMARY",
    Field.DESCRIPTION: "DESCRIPTION",
    Field.LOCATION: "LOCATION",
    Field.URL: "URL",
    Field.UID: "UID",
    Field.CATEGORIES: "CATEGORIES",
    Field.ORGANIZER: "ORGANIZER",
    Field.ATTENDEE: "ATTENDEE",
    Field.PARTSTAT: "ATTENDEE",
    Field.STATUS: "STATUS",
    Field.TRANSPARENCY: "TRANSP",
    Field.CLASS: "CLASS",
}
# What RFC 5545 §3.8 takes for granted where they are absent.
DEFAULTS: Mapping[Field, str] = {
    Field.STATUS: "confirmed",
    Field.TRANSPARENCY: "opaque",
    Field.CLASS: "public",
}
BUSY_STATUS = "X-MICROSOFT-CDO-BUSYSTATUS"
ALL_DAY_EVENT = "X-MICROSOFT-CDO-ALLDAYEVENT"
_BUSY_WORDS = {word: word for word in ("free", "tentative", "busy", "oof", "workingelsewhere")}
_BUSY_WORDS["outofoffice"] = "oof"  # as Exchange's early versions wrote it
_COMMA = re.compile(r"(?<!\\)((?:\\\\)*),")
_CARETS = {"^n": "\n", "^'": '"', "^^": "^"}


def property_of(where: Where) -> str:
    """Return the name of the property whose lines answer a question; empty if it is not one that does."""
    return where.property if where.field is Field.PROPERTY else PROPERTY_OF.get(where.field, "")


def values(line: Line, field: Field, me: Collection[str]) -> list[str]:
    """Return what a line of a field's property says: its text, its several ones, an address and a name.

    ``me`` are the addresses, in lower case, of whom PARTSTAT is asked. What is empty is left out.
    """
    if field is Field.CATEGORIES:
        said = listed(line.value)
    elif field in {Field.ORGANIZER, Field.ATTENDEE}:
        said = [*addresses(line), _decoded(line.parameter("CN") or "")]
    elif field is Field.PARTSTAT:
        mine = any(address.lower() in me for address in addresses(line))
        said = [line.parameter("PARTSTAT") or "NEEDS-ACTION"] if mine else []
    else:
        said = [text(line.value)]
    return [one for one in said if one]


def text(value: str) -> str:
    """Return a TEXT value as one reads it: without escapes, and spaces around it; accents in one form (NFC)."""
    plain = (unescaped(value) if "\\" in value else value).strip()
    return plain if plain.isascii() else unicodedata.normalize("NFC", plain)


def listed(value: str) -> list[str]:
    """Return the texts of a list of them, divided by commas (RFC 5545 §3.1.1)."""
    return [text(one) for one in _COMMA.sub(r"\1\n", value).split("\n")]


def addresses(line: Line) -> list[str]:
    """Return the addresses of an ORGANIZER or ATTENDEE: its value without mailto:, and its EMAIL (RFC 7986 §6.2)."""
    own = line.value.strip()
    return [own[7:].strip() if own[:7].lower() == "mailto:" else own, line.parameter("EMAIL") or ""]


def busy_word(value: str) -> str:
    """Return a value of X-MICROSOFT-CDO-BUSYSTATUS as a value of Field.BUSY; empty if it is none."""
    return _BUSY_WORDS.get(value.strip().lower(), "")


def without_case(said: str) -> str:
    """Return a text as it is compared where case does not count."""
    return said.lower() if said.isascii() else unicodedata.normalize("NFC", said.casefold())


def _decoded(value: str) -> str:
    """Read a parameter's value by RFC 6868."""
    return re.sub(r"\^[n'^]", lambda found: _CARETS[found[0]], value) if "^" in value else value
