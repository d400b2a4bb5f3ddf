"""Bodies of answers: read as they come, within a bound, and judged for being whole."""

from __future__ import annotations

from email.message import Message
from typing import TYPE_CHECKING

from urllib3.exceptions import ProtocolError

from calsieve.adapters.unpacking import PIECE, bounded, gathered, gunzipped, inflated
from calsieve.errors import InvalidCalendar, UpstreamUnavailable

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from urllib3.response import HTTPResponse

_FOREIGN_CODINGS = frozenset({"br", "zstd", "compress", "x-compress"})
# Headers may be folded, and so megabytes long; reading this one takes time that grows with the square of it.
_LONGEST_TYPE = 1000
_BOM_AND_SPACE = b"\xef\xbb\xbf\xff\xfe \t\r\n"


def read(source: str, raw: HTTPResponse, most: int) -> bytes:
    """Return the decompressed body of an answer, at most ``most`` bytes of it ever held. Raises as ``unpacked``."""
    return gathered(source, unpacked(source, raw, most), most)


def unpacked(source: str, raw: HTTPResponse, most: int) -> Iterator[bytes]:
    """Return the decompressed pieces of an answer's body, at most ``most`` bytes in all.

    gzip is known by its first bytes, not by its header: proxies unpack and leave the header, servers
    hand out .ics.gz files without one. Does not judge what the body says. Raises UpstreamTooLarge,
    UpstreamUnavailable for a transfer that was cut off or damaged, InvalidCalendar for a compression
    that nobody asked for.
    """
    coding = raw.headers.get("Content-Encoding", "").strip().lower()
    if coding in _FOREIGN_CODINGS:
        raise InvalidCalendar(source, "answered in a compression that was not asked for")
    pieces = _wire(source, raw)
    if coding == "deflate":
        pieces = inflated(source, pieces)
    return bounded(source, gunzipped(source, gunzipped(source, pieces)), most)


def declared_type(headers: Mapping[str, str], default: str = "") -> Message:
    """Return what knows the media type and the charset of an answer: of what is said, the first 1,000 characters."""
    media = Message()
    media["Content-Type"] = headers.get("Content-Type", default)[:_LONGEST_TYPE]
    return media


def require_calendar_like(source: str, body: bytes, media_type: str, *, framed: bool) -> None:
    """Raise InvalidCalendar for nothing or a web page, UpstreamUnavailable for a body that was cut off.

    ``framed`` tells that the transfer itself showed its end; without that a calendar has to show its
    own. A calendar called text/html passes: small sites forget the type. The rest is the core's to judge.
    """
    head = _letters(body[:1024])
    if not head:
        raise InvalidCalendar(source, "answered with nothing at all")
    calendar = head.startswith(b"begin:vcalendar")
    if head.startswith((b"<!doctype html", b"<html")) or ("html" in media_type and not calendar):
        raise InvalidCalendar(
            source,
            "answered with a web page instead of a calendar, most often a login or error page: "
            "open its address in a private browser window to see",
        )
    if calendar and not framed and b"end:vcalendar" not in _letters(body[-1024:]):
        raise UpstreamUnavailable(source, f"the transfer was cut off after {len(body):,} bytes")


def is_framed(raw: HTTPResponse) -> bool:
    """Tell whether the transfer says where it ends, other than by closing the connection."""
    return _declared(raw) is not None or "chunked" in raw.headers.get("Transfer-Encoding", "").lower()


def _letters(text: bytes) -> bytes:
    # without its NUL bytes UTF-16 is readable enough for this
    return text.replace(b"\0", b"").lstrip(_BOM_AND_SPACE).lower()


def _wire(source: str, raw: HTTPResponse) -> Iterator[bytes]:
    count = 0
    while piece := _next_piece(raw):
        count += len(piece)
        yield piece
    if piece is None:
        declared = _declared(raw)
        of = "" if declared is None else f" of {declared:,}"
        raise UpstreamUnavailable(source, f"the transfer was cut off after {count:,}{of} bytes")


def _next_piece(raw: HTTPResponse) -> bytes | None:
    """Return what has come, b"" at the proper end, None if the connection ended before that."""
    try:
        return raw.read1(PIECE, decode_content=False)  # read would wait until a whole piece is there
    except ProtocolError:
        return None


def _declared(raw: HTTPResponse) -> int | None:
    length = raw.headers.get("Content-Length", "").strip()
    return int(length) if length.isdecimal() and len(length) < 20 else None
