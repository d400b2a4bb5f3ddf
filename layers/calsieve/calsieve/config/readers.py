"""What is written in feeds.yaml → values: one function for each kind of text, and back where needed.

Each raises Unreadable with what to write instead. No message repeats what was written: a password
may have slipped into any place.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable
from datetime import timedelta
from enum import StrEnum
from functools import cache
from importlib import resources
from typing import TypeVar

from calsieve.distances import Unreadable, read_interval, read_reach
from calsieve.models import Colour, Span

SLUG = r"^[a-z0-9][a-z0-9-]{0,62}$"
ONE_LINE = r"[^\x00-\x1f\x7f\x85\u2028\u2029]+"
COLOUR = r"^(#[0-9A-Fa-f]{6}|[A-Za-z]+)$"
ADDRESS = r"^(mailto:)?[^@\s,;:<>\x00-\x1f]+@[^@\s,;:<>\x00-\x1f]+$"
AHEAD = r"^[0-9]{1,5}(d|w|mo|y)$"
SIZE = r"^(none|[0-9]{1,9} ?([kM]?B|[KM]iB)?)$"
AMOUNT = r"^(none|[0-9]{1,7})$"
AGE = r"^(none|[0-9]{1,5}(m|h|d))$"
SHARE = r"^[1-9][0-9]?%$"
_UNITS = {"": 1, "B": 1, "kB": 1000, "MB": 1000**2, "KiB": 1024, "MiB": 1024**2}
_LEAST_SIZE = 1000


Choice = TypeVar("Choice", bound=StrEnum)


def nearest(text: str, known: Iterable[str]) -> str | None:
    """Return what ``text`` is probably meant to be, whatever its case, or None."""
    import difflib

    by_folded = {name.casefold(): name for name in known}
    near = difflib.get_close_matches(text.casefold(), by_folded, 1, 0.7)
    return by_folded[near[0]] if near else None


def did_you_mean(name: str | None) -> str:
    """Return the end of a message that suggests ``name``, or nothing."""
    return f"; did you mean `{name}`?" if name else ""


def read_slug(text: str) -> str:
    """Read a name that goes into file names and keys."""
    if not re.fullmatch(SLUG, text):
        raise Unreadable("use only a-z, 0-9 and hyphens, 63 at most, starting with a letter or digit")
    return text


def read_title(text: str) -> str:
    """Read a title that people see: one line."""
    if not text.strip() or not re.fullmatch(ONE_LINE, text):
        raise Unreadable("write one line of text")
    return text


def read_keep(text: str) -> bool:
    """Read ``keep`` (True) or ``drop``."""
    if text not in ("keep", "drop"):
        raise Unreadable("write keep or drop")
    return text == "keep"


def show_keep(keep: bool) -> str:
    """Write what read_keep reads."""
    return "keep" if keep else "drop"


def read_alarms(text: str) -> bool:
    """Read what becomes of the calendar's own alarms."""
    if text not in ("keep", "drop"):
        raise Unreadable("write keep or drop, or keys such as `add: [15m]`")
    return text == "keep"


def read_yes_no(text: str) -> bool:
    """Read ``yes`` or ``no``, or another of YAML's words for them."""
    word = text.lower()
    if word not in _YES_NO:
        raise Unreadable("write yes or no")
    return _YES_NO[word]


_YES_NO = {"yes": True, "true": True, "on": True, "no": False, "false": False, "off": False}


def show_yes_no(yes: bool) -> str:
    """Write what read_yes_no reads."""
    return "yes" if yes else "no"


def read_switch(text: str) -> bool:
    """Read ``on`` or ``off``, or another of YAML's words for them."""
    word = text.lower()
    if word not in _YES_NO:
        raise Unreadable("write on or off, or keys such as `hold: 24h`")
    return _YES_NO[word]


def read_address(text: str) -> str:
    """Read a mail address, with or without ``mailto:``; return it in lower case without."""
    if not re.fullmatch(ADDRESS, text):
        raise Unreadable("write one mail address, like jane@example.org")
    return text.removeprefix("mailto:").lower()


def read_ahead(text: str) -> Span:
    """Read a distance that has an end."""
    span = read_reach(text)
    if span is None or not (span.days or span.months):
        raise Unreadable("write a number and d, w, mo or y, like 7d, 2w or 1mo")
    return span


def read_size(text: str) -> int | None:
    """Read a number of bytes: ``900kB``, ``1 MB``, ``500000``, or ``none``."""
    if text == "none":
        return None
    if not re.fullmatch(SIZE, text):
        raise Unreadable("write a size like 900kB or 1MB (B, kB, MB, KiB, MiB), or none")
    number = text.rstrip(" BKMki")
    size = int(number) * _UNITS[text.removeprefix(number).strip()]
    if size < _LEAST_SIZE:
        raise Unreadable("this is less than an empty calendar with its zone needs: write at least 1kB")
    return size


def read_amount(text: str) -> int | None:
    """Read a number of events, or ``none``."""
    if text == "none":
        return None
    if not re.fullmatch(AMOUNT, text) or int(text) < 1:
        raise Unreadable("write a number of events from 1 to 9999999, or none")
    return int(text)


def read_share(text: str) -> int:
    """Read a share as a whole number of percent: ``50%``."""
    if not re.fullmatch(SHARE, text):
        raise Unreadable("write a share from 1% to 99%, like 50%")
    return int(text.removesuffix("%"))


def read_age(text: str) -> timedelta | None:
    """Read an age such as ``2d``, or ``none``."""
    return None if text == "none" else read_interval(text)


def choice(kind: type[Choice]) -> Callable[[str], Choice]:
    """Return a reader for the values of an enumeration."""

    name = one_of([member.value for member in kind])
    return lambda text: kind(name(text))


def one_of(names: Collection[str]) -> Callable[[str], str]:
    """Return a reader for one of these names."""

    def read(text: str) -> str:
        if text not in names:
            raise Unreadable(f"write one of {', '.join(names)}{did_you_mean(nearest(text, names))}")
        return text

    return read


def read_all(text: str) -> None:
    """Read ``all``, the word in place of a list of calendars."""
    if text != "all":
        raise Unreadable("write all, or a list of calendars such as [Home, Work]")


def read_colour(text: str) -> Colour:
    """Read a CSS3 name or ``#rrggbb``; find the exact value of the one and the nearest of the other."""
    import webcolors

    colours = _css_colours()
    name, exact = text.lower(), text.lower()
    if name in colours:
        return Colour(name, webcolors.name_to_hex(name, spec=webcolors.CSS3))
    if not re.fullmatch("#[0-9a-f]{6}", exact):
        hint = did_you_mean(nearest(text, colours))
        raise Unreadable(f"write a CSS colour name or '#rrggbb' in quotes{hint}")
    aim = webcolors.hex_to_rgb(exact)
    distances = {css: sum((a - b) ** 2 for a, b in zip(colours[css], aim, strict=True)) for css in colours}
    return Colour(min(distances, key=distances.__getitem__), exact)


@cache
def _css_colours() -> dict[str, tuple[int, int, int]]:
    import webcolors

    names = sorted(webcolors.names(webcolors.CSS3))
    return {name: webcolors.name_to_rgb(name, spec=webcolors.CSS3) for name in names}


def read_timezone(text: str) -> str:
    """Read an IANA name; the tzdata package says which there are, so every machine agrees."""
    zones = _zones()
    if text not in zones:
        by_city = {zone.rpartition("/")[2]: zone for zone in sorted(zones)} | {zone: zone for zone in zones}
        near = nearest(text.replace(" ", "_"), by_city)
        hint = did_you_mean(by_city[near] if near else None)
        raise Unreadable(f"write a time zone's IANA name, like Europe/Berlin{hint}")
    return text


@cache
def _zones() -> frozenset[str]:
    return frozenset(resources.files("tzdata").joinpath("zones").read_text("utf-8").split())
