"""Text out of HTML, as descriptions of Google's and Exchange's calendars have it."""

from __future__ import annotations

import re

# What HTML calls its elements: other words in angle brackets are text, like <https://…> in a plain invitation.
_INLINE = (
    "a abbr acronym b bdi bdo big cite code del dfn em font i ins kbd label mark q s samp small span strike strong"
)
_BREAKING = "address article blockquote body br center dd div dl dt footer form h1 h2 h3 h4 h5 h6 head header hr html"
_MORE = "sub sup time tt u var wbr img meta link o:p col colgroup button input"
_MORE_BREAKING = "li main nav ol p pre section table tbody tfoot thead title tr ul"
_HIDDEN = frozenset({"script", "style", "head", "title"})
_BREAKS = frozenset((_BREAKING + " " + _MORE_BREAKING).split())
_CELLS = frozenset({"td", "th"})
_KNOWN = _BREAKS | _CELLS | _HIDDEN | frozenset((_INLINE + " " + _MORE).split())
_TAG = re.compile(r"(/?)([A-Za-z][A-Za-z0-9:]*)(?=[\s/>])|!--|!doctype", re.IGNORECASE)
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SPACES = re.compile(r"[ \t\r\f\v\xa0]+")
_BLANK = re.compile(r"\n{3,}")


def without_html(said: str) -> str:
    """Return the text of HTML: tags go, entities become characters, breaks and blocks become lines.

    A link keeps its address, behind its words unless these are the address. What is not HTML comes back as it is:
    without a tag that HTML knows nothing is changed. Time is linear in the text.
    """
    if not any(_tag(piece) for piece in said.split("<")[1:]):
        return said
    return _tidied("".join(_Reading(said).parts))


def _tag(piece: str) -> re.Match[str] | None:
    """Return what begins behind a ``<`` if it is a tag of HTML or a comment."""
    match = _TAG.match(piece)
    if match is None or (match[2] and (match[2].lower() not in _KNOWN or ">" not in piece)):
        return None
    return match


class _Reading:
    """One pass over pieces of HTML, each of which begins behind a ``<``."""

    def __init__(self, said: str) -> None:
        first, *pieces = said.split("<")
        self.parts: list[str] = []
        self._hidden = ""  # the element whose text is not shown, or !-- in a comment
        self._link: tuple[str, int] | None = None  # links can't hold one another
        self._text(first)
        for piece in pieces:
            self._take(piece)

    def _take(self, piece: str) -> None:
        if self._hidden == "!--":
            self._in_comment(piece)
            return
        match = _tag(piece)
        if match is None:
            self._text("<" + piece)
        elif not match[2]:
            self._hidden = "!--"
            self._in_comment(piece)
        else:
            inside, _, behind = piece[match.end() :].partition(">")
            self._element(match[2].lower(), inside, closing=bool(match[1]))
            self._text(behind)

    def _in_comment(self, piece: str) -> None:
        closed = piece.find("-->") if piece[:3] != "!do" else piece.find(">")
        if closed >= 0:
            self._hidden = ""
            self._text(piece[closed:].partition(">")[2])

    def _element(self, name: str, inside: str, *, closing: bool) -> None:
        if name in _HIDDEN:
            self._hidden = "" if closing else self._hidden or name
        elif name in _BREAKS:
            self.parts.append("\n")
            if name == "li" and not closing:
                self.parts.append("- ")
        elif name in _CELLS:
            self.parts.append(" ")
        elif name == "a" and not closing:
            href = _HREF.search(inside)
            self._link = next(filter(None, href.groups()), "") if href else "", len(self.parts)
        elif name == "a" and self._link:
            self._close_link(*self._link)
            self._link = None

    def _close_link(self, address: str, begun: int) -> None:
        from html import unescape

        address = unescape(address).strip()
        words = "".join(self.parts[begun:]).strip()
        bare = address.removeprefix("mailto:").removeprefix("tel:")
        if address and bare not in words and address.rstrip("/") not in words:
            self.parts.append(f" ({address})" if words else address)

    def _text(self, raw: str) -> None:
        if raw and not self._hidden:
            from html import unescape  # its table of entities takes a millisecond to load

            self.parts.append(unescape(raw))


def _tidied(said: str) -> str:
    lines = (_SPACES.sub(" ", line).strip() for line in said.split("\n"))
    return _BLANK.sub("\n\n", "\n".join(lines)).strip()
