"""A multistatus (RFC 4918 §13) read as it streams in: nothing of it is kept but one response at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from typing import NamedTuple
from xml.parsers import expat

from calsieve.errors import InvalidCalendar, UpstreamUnavailable

DAV, CALDAV = "DAV:}", "urn:ietf:params:xml:ns:caldav}"
_HREF, _STATUS, _PROPSTAT, _RESPONSE = f"{DAV}href", f"{DAV}status", f"{DAV}propstat", f"{DAV}response"
_ETAG = f"{DAV}getetag"
_COMPONENT = f"{CALDAV}comp"
_NAMED = f"{_COMPONENT} "  # and the name: no element is called so
_MULTISTATUS, _SYNC_TOKEN = f"{DAV}multistatus", f"{DAV}sync-token"
_SPECIAL = frozenset({_HREF, _PROPSTAT, _RESPONSE, _SYNC_TOKEN})
# The stream ended where XML must not: it was cut off.
_CUT_OFF = frozenset(
    expat.errors.codes[message]
    for message in (
        expat.errors.XML_ERROR_NO_ELEMENTS,
        expat.errors.XML_ERROR_UNCLOSED_TOKEN,
        expat.errors.XML_ERROR_PARTIAL_CHAR,
        expat.errors.XML_ERROR_UNCLOSED_CDATA_SECTION,
    )
)


class Garbled(InvalidCalendar):
    """An answer that is no multistatus, or one that can't be read."""


class Response(NamedTuple):
    """What an answer says of one resource.

    ``href`` is as the server wrote it. ``status`` is 200 unless the resource itself has another. ``found`` has the
    text, without blanks around it, of every element within the properties that were found, by ``namespace}name``;
    so an element without text shows that it is there. ``links`` has the hrefs within an element.
    """

    href: str
    status: int
    found: Mapping[str, str]
    links: Mapping[str, Sequence[str]]

    @property
    def components(self) -> frozenset[str]:
        """The components that a calendar says it can hold (RFC 4791 §5.2.3); empty if it doesn't say."""
        named = (key.removeprefix(_NAMED) for key in self.found if key.startswith(_NAMED))
        return frozenset(named)


def read(source: str, pieces: Iterable[bytes], take: Callable[[Response], None]) -> str:
    """Hand each response to ``take``, and return the sync-token (RFC 6578) of the whole, or "".

    Reads no DTD and no entities but XML's own: there is no need for them, and they can blow up. Raises Garbled,
    UpstreamUnavailable for XML that ends too early.
    """
    reader = _Reader(source, take)
    try:
        for piece in pieces:
            reader.parse(piece)
        reader.parse(b"", last=True)
    except expat.ExpatError as error:
        problem = error.code
    except LookupError:  # an encoding that nobody knows
        problem = 0
    else:
        if reader.root != _MULTISTATUS:
            raise Garbled(source, "answered with XML that is no multistatus: check that its address is one for CalDAV")
        return reader.token
    if problem in _CUT_OFF and reader.root:
        raise UpstreamUnavailable(source, "its answer was cut off")
    raise Garbled(source, "answered with something that is not XML, or damaged: check that its address is for CalDAV")


class _Reader:
    """Turns what the parser meets into responses.

    Texts, and the names of elements that end, go into one list, for which Python need not be called; it is gone
    through after each piece. A text comes before the name of its element. A name is told from a text by being the
    very object in ``_names``, where the parser keeps all names. Begins are looked at for the names of components
    only, until the first item's data shows that none will come. What ends inside a propstat counts by its name alone,
    for servers nest nothing that is asked for twice.
    """

    def __init__(self, source: str, take: Callable[[Response], None]) -> None:
        self.root = self.token = ""
        self._source = source
        self._take = take
        self._met: list[str] = []
        self._names = {name: name for name in _SPECIAL}
        self._text = ""
        self._href: str | None = None
        self._hrefs: list[str] = []
        self._part: dict[str, str] = {}
        self._found: dict[str, str] = {}
        self._links: dict[str, list[str]] = {}
        self._parser = self._made()

    def _made(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator="}", intern=self._names)
        parser.buffer_text = True
        parser.buffer_size = 64 * 1024
        parser.StartElementHandler = self._begin_first
        parser.CharacterDataHandler = parser.EndElementHandler = self._met.append
        parser.StartDoctypeDeclHandler = self._refuse
        return parser

    def parse(self, piece: bytes, *, last: bool = False) -> None:
        """Take in a piece. Raises ExpatError, Garbled."""
        self._parser.Parse(piece, last)
        # Python has but one object for each text of one character: such names are not those of elements in a namespace.
        self._look({id(name): name in _SPECIAL for name in self._names if len(name) > 1})
        self._met.clear()

    def _look(self, names: Mapping[int, bool]) -> None:
        """Go through what was met; ``names`` are the ids of names, and whether they are special."""
        text, part, hrefs = self._text, self._part, self._hrefs
        for met in self._met:
            special = names.get(id(met))
            if special is None:
                text = text + met if text else met
                continue
            if not special:
                part[met] = text.strip()
                if hrefs:
                    self._own(met)
            elif met is _HREF:
                self._end_href(text.strip())
            elif met is _PROPSTAT:
                self._end_propstat(part)
                part = {}
            elif met is _RESPONSE:
                self._end_response(part)
                part = {}
            else:
                self._end_token(part, text.strip())
            text = ""
        self._text, self._part = text, part

    def _refuse(self, *_: object) -> None:
        raise Garbled(
            self._source, "answered with XML that has a document type, which is not read: it may be no CalDAV"
        )

    def _begin_first(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = tag
        self._parser.StartElementHandler = self._begin

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _COMPONENT:
            name = _NAMED + attributes.get("name", "").upper()
            self._met.append(self._names.setdefault(name, name))

    def _end_href(self, value: str) -> None:
        if self._href is None:
            self._href = value
        else:
            self._hrefs.append(value)

    def _own(self, name: str) -> None:
        """Let the hrefs that were met belong to the property that ends."""
        self._links[name] = self._hrefs.copy()
        self._hrefs.clear()

    def _end_token(self, part: dict[str, str], value: str) -> None:
        """Take the token of the whole, or that of a calendar that is listed."""
        if self._href is None:
            self.token = value
        else:
            part[_SYNC_TOKEN] = value

    def _end_propstat(self, part: dict[str, str]) -> None:
        if _code(part.pop(_STATUS, "")) == 200:
            self._found = {**self._found, **part} if self._found else part

    def _end_response(self, part: dict[str, str]) -> None:
        if _ETAG in self._found:
            self._parser.StartElementHandler = None  # items have etags, calendars with components don't
        self._take(Response(self._href or "", _code(part.get(_STATUS, "")), self._found, self._links))
        self._href, self._found = None, {}
        if self._links:
            self._links = {}
        self._hrefs.clear()


@lru_cache(maxsize=64)
def _code(status: str) -> int:
    """Return the number of a status line; 200 for one that has none."""
    words = status.split()
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 200
