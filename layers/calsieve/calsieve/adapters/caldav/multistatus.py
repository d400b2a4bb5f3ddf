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
    parser = reader.parser
    try:
        for piece in pieces:
            parser.Parse(piece, False)
        parser.Parse(b"", True)
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
    """Turns the ends of elements into responses.

    Begins are looked at for the names of components only, until the first item's data shows that none will come:
    without them Python is called half as often. What ends inside a propstat counts by its name alone, for servers
    nest nothing that is asked for twice.
    """

    def __init__(self, source: str, take: Callable[[Response], None]) -> None:
        self.root = self.token = ""
        self._source = source
        self._take = take
        self._text: list[str] = []
        self._href = self._status = ""
        self._found: dict[str, str] = {}
        self._part: dict[str, str] = {}
        self._links: dict[str, list[str]] = {}
        self._hrefs: list[str] = []
        self._ends: dict[str, Callable[[str], None]] = {
            _HREF: self._end_href,
            _STATUS: self._end_status,
            _PROPSTAT: self._end_propstat,
            _RESPONSE: self._end_response,
            _ETAG: self._end_first_etag,
            _SYNC_TOKEN: self._end_token,
        }
        self.parser = self._parser()

    def _parser(self) -> expat.XMLParserType:
        parser = expat.ParserCreate(namespace_separator="}")
        parser.buffer_text = True
        parser.buffer_size = 64 * 1024
        parser.StartElementHandler = self._begin_first
        parser.EndElementHandler = self._end
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = self._refuse
        return parser

    def _refuse(self, *_: object) -> None:
        raise Garbled(
            self._source, "answered with XML that has a document type, which is not read: it may be no CalDAV"
        )

    def _begin_first(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = tag
        self.parser.StartElementHandler = self._begin

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        if tag == _COMPONENT:
            self._part[_NAMED + attributes.get("name", "").upper()] = ""

    def _end(self, tag: str) -> None:
        text = self._text
        value = (text[0] if len(text) == 1 else "".join(text)).strip() if text else ""
        text.clear()
        special = self._ends.get(tag)
        if special is not None:
            special(value)
            return
        self._part[tag] = value
        if self._hrefs:
            self._links[tag], self._hrefs = self._hrefs, []

    def _end_href(self, value: str) -> None:
        if self._href:
            self._hrefs.append(value)
        else:
            self._href = value

    def _end_status(self, value: str) -> None:
        self._status = value

    def _end_first_etag(self, value: str) -> None:
        self._part[_ETAG] = value
        self.parser.StartElementHandler = None  # items have etags, calendars with components don't
        del self._ends[_ETAG]

    def _end_token(self, value: str) -> None:
        if self._href:
            self._part[_SYNC_TOKEN] = value
        else:
            self.token = value

    def _end_propstat(self, value: str) -> None:
        if not self._status or _code(self._status) == 200:
            self._found = {**self._found, **self._part} if self._found else self._part
        self._part, self._status = {}, ""

    def _end_response(self, value: str) -> None:
        status = _code(self._status) if self._status else 200
        self._take(Response(self._href, status, self._found, self._links))
        self._href = self._status = ""
        self._found = {}
        if self._part or self._links or self._hrefs:  # of most there is none
            self._part, self._links, self._hrefs = {}, {}, []


@lru_cache(maxsize=64)
def _code(status: str) -> int:
    """Return the number of a status line; 200 for one that has none."""
    words = status.split()
    return int(words[1]) if len(words) > 1 and words[1].isdecimal() else 200
