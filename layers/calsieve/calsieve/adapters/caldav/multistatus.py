"""A multistatus (RFC 4918 §13) read as it streams in: nothing of it is kept but one response at a time."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from functools import lru_cache
from random import random
from typing import NamedTuple
from xml.parsers import expat

from calsieve.errors import InvalidCalendar, UpstreamUnavailable

DAV, CALDAV = "DAV:}", "urn:ietf:params:xml:ns:caldav}"
_HREF, _STATUS, _PROPSTAT, _RESPONSE = f"{DAV}href", f"{DAV}status", f"{DAV}propstat", f"{DAV}response"
_ETAG = f"{DAV}getetag"
_COMPONENT = f"{CALDAV}comp"
_NAMED = f"{_COMPONENT} "  # and the name: no element is called so
_MULTISTATUS, _SYNC_TOKEN = f"{DAV}multistatus", f"{DAV}sync-token"
# What no multistatus comes near, but expat and we would keep in memory: many times the bytes that were sent.
_MOST_NAMES = 10_000
_MOST_TEXTS = 1024  # of 64 kB
_MOST_DEPTH = 10_000
_LONGEST_TAG = 1024 * 1024
_WATCHED_SHARE = 1 / 32
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
    UpstreamUnavailable for XML that ends too early. Bounds what an answer costs in memory, but not its bytes.
    """
    reader = _Reader(source, take)
    parser = reader.parser
    try:
        for piece in pieces:
            reader.read(piece)
        parser.Parse(b"", True)
    except expat.ExpatError as error:
        problem = error.code
    except (LookupError, ValueError):  # an encoding that nobody knows, or that expat can't be told of
        if reader.root:
            raise
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

    Begins are looked at until the first item's etag shows that no names of components will come, and then in some
    pieces only: without them Python is called half as often. Those pieces are chosen by chance, so whoever
    nests elements without end is found out before it costs much. What ends inside a propstat counts by its name
    alone, for servers nest nothing that is asked for twice.
    """

    def __init__(self, source: str, take: Callable[[Response], None]) -> None:
        self.root = self.token = ""
        self._source = source
        self._take = take
        self._watches = True
        self._depth = 0  # as far as begins were looked at
        self._bytes = 0
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
        parser.CharacterDataHandler = self._text.append
        parser.StartDoctypeDeclHandler = self._refuse
        return parser

    def read(self, piece: bytes) -> None:
        """Read on. Raises Garbled, and ExpatError."""
        parser = self.parser
        watched = self._watches or random() < _WATCHED_SHARE  # noqa: S311 - a guess gains nothing
        parser.StartElementHandler = self._begin if watched else None
        parser.EndElementHandler = self._end_watched if watched else self._end
        parser.Parse(piece, False)
        self._bytes += len(piece)
        if (
            self._depth > _MOST_DEPTH
            or len(parser.intern) > _MOST_NAMES
            or len(self._part) > _MOST_NAMES
            or len(self._text) > _MOST_TEXTS
            or self._bytes - parser.CurrentByteIndex > _LONGEST_TAG
        ):
            raise Garbled(self._source, "answered with XML that is no list of anything: it may be no CalDAV")

    def _refuse(self, *_: object) -> None:
        raise Garbled(
            self._source, "answered with XML that has a document type, which is not read: it may be no CalDAV"
        )

    def _begin(self, tag: str, attributes: dict[str, str]) -> None:
        self.root = self.root or tag
        self._depth += 1
        if tag == _COMPONENT:
            self._part[_NAMED + attributes.get("name", "").upper()] = ""

    def _end_watched(self, tag: str) -> None:
        self._depth -= 1
        self._end(tag)

    def _end(self, tag: str) -> None:
        value = ""
        if text := self._text:
            value = (text[0] if len(text) == 1 else "".join(text)).strip()
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
        self._watches = False  # items have etags, calendars with components don't
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
