"""Bad answers by HTTP, bad things to be sent, and bad files."""

from __future__ import annotations

import gzip
import itertools
import os
import zlib
from collections.abc import Callable, Iterable, Iterator
from typing import Any
from urllib.parse import quote

from calsieve.adapters.http.answers import AskedToWait
from calsieve.errors import InvalidCalendar, SourceError, UpstreamRefused, UpstreamTooLarge, UpstreamUnavailable
from calsieve.models import Validators
from tests.adapters.upstream_server import CALENDAR, Answer, answer
from tests.security.bad_input import BadInput, Counted, Refused
from tests.security.doors import Conversation, Late

_MEGABYTE = 1_000_000
_CHUNKED = answer(Content_Length="", Transfer_Encoding="chunked")
_UNTIL_CLOSED = answer(Content_Length="")

Said = tuple[type[SourceError], str]
_LATE: Said = (UpstreamUnavailable, "was not done within 0.5 seconds")
_LARGE: Said = (UpstreamTooLarge, "is larger than 4,000,000 bytes")
_BROKEN: Said = (UpstreamUnavailable, "no connection, or one that broke")
_NO_URL: Said = (UpstreamRefused, "no http, https or webcal URL")
_PAGE: Said = (InvalidCalendar, "answered with a web page instead of a calendar")
_NONE: Said = (InvalidCalendar, "no BEGIN:VCALENDAR")


def _zeros(megabytes: int, wbits: int) -> bytes:
    engine = zlib.compressobj(wbits=wbits)
    return b"".join(engine.compress(bytes(_MEGABYTE)) for _ in range(megabytes)) + engine.flush()


def _packed(times: int) -> bytes:
    bomb = _zeros(200, 31)
    for _ in range(times - 1):
        bomb = gzip.compress(bomb)
    return answer(body=bomb, Content_Encoding="gzip")


def _flood(head: bytes, piece: bytes) -> Callable[[], Answer]:
    """Return what makes an answer without end, sent as fast as it is taken."""

    def send(connection: Any) -> None:
        connection.sendall(head)
        while True:
            connection.sendall(piece)

    return lambda: send


def _trickle(pieces: Iterable[bytes]) -> Callable[[], Answer]:
    """Return what makes an answer that comes bit by bit, each in less time than silence may last."""

    def send(connection: Any) -> None:
        import time

        for piece in pieces:
            connection.sendall(piece)
            time.sleep(0.1)

    return lambda: send


def _whole(reply: bytes) -> Callable[[], Answer]:
    return lambda: reply


def _head(*lines: str, status: str = "200 OK", body: bytes = CALENDAR) -> Callable[[], Answer]:
    fields = "".join(f"{line}\r\n" for line in (f"HTTP/1.1 {status}", f"Content-Length: {len(body)}", *lines))
    return _whole(fields.encode("latin-1") + b"\r\n" + body)


def _folded(begin: str, more: str, times: int) -> Callable[[], Answer]:
    """Return what makes an answer with a header of any length: each of its lines is short enough."""
    return _head(begin, *[f" {more}"] * times)


_REFUSED: dict[str, tuple[Callable[[], Answer], Said]] = {
    # how much, how long
    "gzip that unpacks to 200 MB": (lambda: _packed(1), _LARGE),
    "gzip in gzip that unpacks to 200 MB": (lambda: _packed(2), _LARGE),
    "gzip in gzip in gzip": (lambda: _packed(3), _NONE),
    "deflate that unpacks to 200 MB": (lambda: answer(body=_zeros(200, 15), Content_Encoding="deflate"), _LARGE),
    "bare deflate that unpacks to 200 MB": (lambda: answer(body=_zeros(200, -15), Content_Encoding="deflate"), _LARGE),
    "zeros without end": (_flood(_UNTIL_CLOSED, bytes(65536)), _LARGE),
    "chunks without end": (_flood(_CHUNKED, b"4000\r\n" + bytes(0x4000) + b"\r\n"), _LARGE),
    "more bytes than it says there are": (_whole(answer(body=bytes(5_000_000), Content_Length="9" * 19)), _LARGE),
    "empty gzip members without end": (_flood(_UNTIL_CLOSED, gzip.compress(b"") * 1000), _LATE),
    "a status line without end, slowly": (_trickle(itertools.chain([b"HTTP/1.1 200 "], itertools.repeat(b"x"))), _LATE),
    "a header without end, slowly": (
        _trickle(itertools.chain([b"HTTP/1.1 200 OK\r\nX: "], itertools.repeat(b"x"))),
        _LATE,
    ),
    "a body without end, slowly": (_trickle(itertools.chain([_UNTIL_CLOSED], itertools.repeat(b"x"))), _LATE),
    "a chunk's size without end, slowly": (_trickle(itertools.chain([_CHUNKED], itertools.repeat(b"0"))), _LATE),
    "interim answers without end": (_flood(b"", b"HTTP/1.1 100 Continue\r\n\r\n" * 100), _LATE),
    "silence": (_trickle([b"HTTP/1.1 200 OK\r\n", *[b""] * 20]), (UpstreamUnavailable, "did not answer in time")),
    "to be asked again in 30 years": (
        _head("Retry-After: 946080000", status="503 No"),
        (AskedToWait, "asks to come again"),
    ),
    "to be asked again never": (
        _head(f"Retry-After: {'9' * 400}", status="429 No"),
        (AskedToWait, "asks to come again"),
    ),
    # heads
    "a status line without end": (_flood(b"HTTP/1.1 200 ", b"x" * 65536), _BROKEN),
    "a header of more than 64 kB": (_head(f"X: {'x' * 70_000}"), _BROKEN),
    "ten thousand headers": (_head(*["X: y"] * 10_000), _BROKEN),
    "no HTTP": (_whole(b"SSH-2.0-OpenSSH_9.9\r\n"), _BROKEN),
    "TLS where none is spoken": (_whole(b"\x15\x03\x01\x00\x02\x02\x28"), _BROKEN),
    "nothing": (_whole(b""), _BROKEN),
    "status 0": (_head(status="000 Zero"), _BROKEN),
    "a status that is a word": (_head(status="OK OK"), _BROKEN),
    "status 999": (_head(status="999 Denied"), (UpstreamUnavailable, "answered with status 999")),
    "status 206, a part of it": (_head(status="206 Part"), (UpstreamRefused, "answered with status 206")),
    "that nothing changed, unasked": (_head(status="304 No"), (UpstreamUnavailable, "nothing changed, which was not")),
    "two lengths": (_head("Content-Length: 1"), _BROKEN),
    "a negative length": (_whole(b"HTTP/1.1 200 OK\r\nContent-Length: -1\r\n\r\nx"), _NONE),
    "a chunk of a negative size": (_whole(_CHUNKED + b"-5\r\nMARKED\r\n0\r\n\r\n"), (UpstreamUnavailable, "cut off")),
    "a chunk of a size that is no number": (
        _whole(_CHUNKED + b"zz\r\n"),
        (UpstreamUnavailable, "cut off after 0 bytes"),
    ),
    "a chunk cut off": (_whole(_CHUNKED + b"ff\r\nMARKED"), (UpstreamUnavailable, "the transfer was cut off")),
    "less than it says": (_whole(answer(body=b"x", Content_Length="99")), (UpstreamUnavailable, "after 1 of 99 bytes")),
    "a calendar cut off, without a length": (
        _whole(_UNTIL_CLOSED + CALENDAR[:-20]),
        (UpstreamUnavailable, "the transfer was cut off"),
    ),
    # redirects
    "a redirect to nowhere": (_head(status="302 Found"), (UpstreamUnavailable, "without saying where to")),
    "a redirect to an address of 60 kB": (
        _head(f"Location: http://{'a' * 60_000}/", status="302 F"),
        (UpstreamUnavailable, "host can't be found"),
    ),
    "a redirect that splits the head": (_head("Location: /x\rX-Evil: 1", status="302 F"), (UpstreamRefused, "circle")),
    # bodies
    "a login page": (_head("Content-Type: text/html", body=b"<html>MARKED"), _PAGE),
    "a login page that is called a calendar": (_head("Content-Type: text/calendar", body=b"\n<!DOCTYPE html>"), _PAGE),
    "a login page behind a byte order mark": (_whole(answer(body=b"\xef\xbb\xbf<html>")), _PAGE),
    "a login page in UTF-16": (_whole(answer(body="<html>MARKED".encode("utf-16"))), _PAGE),
    "markup without a head, called HTML": (_head("Content-Type: text/html", body=b"<p>MARKED"), _PAGE),
    "nothing at all": (_head(body=b""), (InvalidCalendar, "answered with nothing at all")),
    "blanks": (_head(body=b" \r\n" * 999), (InvalidCalendar, "answered with nothing at all")),
    "XML": (
        _head(body=b"<?xml version='1.0'?><!DOCTYPE a [<!ENTITY b 'c'>]><a>&b;</a>"),
        (InvalidCalendar, "this is XML"),
    ),
    "JSON": (_head(body=b'{"error": "MARKED"}'), _NONE),
    "a program": (_whole(answer(body=b"\x7fELF" + os.urandom(4096))), _NONE),
    "a zip file": (_whole(answer(body=b"PK\x03\x04" + bytes(4096))), _NONE),
    "Brotli": (_head("Content-Encoding: br"), (InvalidCalendar, "a compression that was not asked for")),
    "Zstandard": (_head("Content-Encoding: zstd"), (InvalidCalendar, "a compression that was not asked for")),
    "damaged gzip": (_head(body=b"\x1f\x8bMARKED"), (UpstreamUnavailable, "the compressed transfer is damaged")),
    "gzip with a wrong checksum": (
        _whole(answer(body=gzip.compress(CALENDAR)[:-8] + bytes(8))),
        (UpstreamUnavailable, "the compressed transfer is damaged"),
    ),
    "half of a gzip file": (
        _whole(answer(body=gzip.compress(CALENDAR)[:-9])),
        (UpstreamUnavailable, "the compressed transfer was cut off"),
    ),
    "deflate that is none": (
        _head("Content-Encoding: deflate", body=b"\x78\x9cMARKED"),
        (UpstreamUnavailable, "the compressed transfer is damaged"),
    ),
}
_PUT_UP_WITH: dict[str, Callable[[], Answer]] = {
    "a charset that runs code elsewhere": _head("Content-Type: text/calendar; charset=unicode_escape"),
    "a charset that is a path": _head("Content-Type: text/calendar; charset=../../x"),
    "a charset of 60 kB": _head(f"Content-Type: text/calendar; charset={'x' * 60_000}"),
    "a type that is no type": _head('Content-Type: ;;;=;"\\'),
    "a type of a megabyte of semicolons in quotes": _folded('Content-Type: text/calendar; a="', ";" * 60_000, 17),
    "a megabyte of cookies": _folded("Set-Cookie: a=b", "; expires=1" * 5_000, 17),
    "a hundred cookies": _head(*[f"Set-Cookie: a{n}=b" for n in range(90)]),
    "an ETag of 60 kB": _head(f'ETag: "{"x" * 60_000}"'),
    "a coding that there is not": _head("Content-Encoding: MARKED"),
}

# ── what is sent ──

_MALFORMED: Said = (UpstreamRefused, "its address or one of its headers is malformed")
_SENT: dict[str, tuple[Conversation, Said]] = {
    "a header's value that begins another header": (Conversation(headers={"X-A": "b\r\nX-inject: c"}), _MALFORMED),
    "a header's value that begins another request": (
        Conversation(headers={"X-A": "b\r\n\r\nGET / HTTP/1.1"}),
        _MALFORMED,
    ),
    "a header's value with a lone line feed": (Conversation(headers={"X-A": "b\nX-inject: c"}), _MALFORMED),
    "a header's value with a lone return": (Conversation(headers={"X-A": "b\rX-inject: c"}), _MALFORMED),
    "a header's value with a NUL": (Conversation(headers={"X-A": "b\0c"}), _MALFORMED),
    "a header's value beyond latin-1": (Conversation(headers={"X-A": "\u20ac"}), _MALFORMED),
    "a header's name that begins another header": (Conversation(headers={"X-A: b\r\nX-inject": "c"}), _MALFORMED),
    "a token that begins another header": (Conversation(bearer="b\r\nX-inject: c"), _MALFORMED),
}
_ESCAPED = {
    "an address with a line break": Conversation("/a\r\nX-inject: c"),
    "an address with a blank and another version": Conversation("/a HTTP/1.0\r\nX-inject: c\r\n\r\n"),
    "an address with a NUL": Conversation("/a\0b"),
    "an ETag that begins another header": Conversation(validators=Validators('"a"\r\nX-inject: c')),
    "a date that begins another header": Conversation(validators=Validators(None, "a\r\nX-inject: c")),
    "an ETag with a NUL": Conversation(validators=Validators('"a\0X-inject: c"')),
}

# ── files ──

_NO_FILE: Said = (UpstreamRefused, "its file is not there, or is no regular file")
_FILES: dict[str, tuple[str, Said]] = {
    "a file that is not there": ("file:///nowhere/MARKED.ics", _NO_FILE),
    "a directory": ("file://HERE/empty-directory", _NO_FILE),
    "a pipe that nobody writes to": ("file://HERE/pipe", _NO_FILE),
    "a device without end": ("file:///dev/zero", _NO_FILE),
    "a link to itself": ("file://HERE/loop", _NO_FILE),
    "a path with a NUL": ("file:///etc/passwd%00.ics", _NO_FILE),
    "a path longer than any": (f"file:///{'a' * 5000}", _NO_FILE),
    "a file that is no calendar": (f"file://{quote(os.__file__)}", _NONE),
}


def _inputs() -> Iterator[BadInput]:
    for name, (made, (error, words)) in _REFUSED.items():
        seconds = 6.0 if error is UpstreamTooLarge else 2.0
        late = words == _LATE[1]
        given = (lambda made=made: Late(made())) if late else made
        yield BadInput("answer", name, given, Refused(error=error, words=words), seconds)
    for name, made in _PUT_UP_WITH.items():
        yield BadInput("answer", name, made, Counted(figure="read"))
    for name, (sent, (error, words)) in _SENT.items():
        yield BadInput("request", name, lambda sent=sent: sent, Refused(error=error, words=words))
    for name, sent in _ESCAPED.items():
        yield BadInput("request", name, lambda sent=sent: sent, Counted(figure="nothing injected"))
    for name, (url, (error, words)) in _FILES.items():
        yield BadInput("file", name, lambda url=url: url, Refused(error=error, words=words))


INPUTS = tuple(_inputs())
