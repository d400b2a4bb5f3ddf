"""From bytes to logical lines (RFC 5545 §3.1), however they were encoded, ended and folded.

Knows nothing of calendars but where a content line begins.
"""

from __future__ import annotations

import codecs
import re
from collections import Counter
from collections.abc import Iterable, Iterator
from contextlib import suppress
from functools import lru_cache
from itertools import chain

_HEAD = r"[A-Za-z][A-Za-z0-9_.-]*[ \t]*[;:]"
_PROPERTY = re.compile(_HEAD)
_STRAY = re.compile(rf"\n(?!{_HEAD})")
# Tried only where a run of newlines begins: a million of them are looked at once, not once from each.
_FOLD = re.compile(rb"(?<!\n)\n++[ \t]")
_BARE_RETURN = re.compile(rb"\r[^\n]")
_CONTROLS = bytes(code for code in (*range(32), 127) if code not in b"\t\n")
_PRINTABLE = bytes(range(32, 127))
_BEGIN_OR_END = re.compile(r"(BEGIN|END)[ \t]*:", re.IGNORECASE)
_TEXT = re.compile(r"(SUMMARY|DESCRIPTION|LOCATION|COMMENT|CONTACT|X-[A-Z0-9-]+)\s*[;:]", re.IGNORECASE)
# A physical line at least this long was folded by its writer; a shorter one was ended on purpose.
_FOLDED_LENGTH = 60


def utf8_pieces(pieces: Iterable[bytes], repairs: Counter[str]) -> Iterator[bytes]:
    """Yield the pieces without a byte order mark, and UTF-16, marked or not, as UTF-8."""
    remaining = iter(pieces)
    head = b""
    while len(head) < 4 and (piece := next(remaining, b"")):
        head += piece
    if head.startswith(codecs.BOM_UTF8):
        repairs["byte_order_mark"] += 1
        head = head[3:]
    whole = chain((head,), remaining)
    encoding = _utf16(head)
    if not encoding:
        return whole
    repairs["utf16"] += 1
    return (text.encode() for text in codecs.iterdecode(whole, encoding, "replace"))


def _utf16(head: bytes) -> str | None:
    """Return the name of the UTF-16 in which a file begins so, or None: no calendar begins with a NUL."""
    if head.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        return "utf-16"
    nuls = bytes(min(byte, 1) for byte in head[:4])
    return {b"\1\0\1\0": "utf-16-le", b"\0\1\0\1": "utf-16-be"}.get(nuls)


def plain_newlines(pieces: Iterable[bytes], repairs: Counter[str]) -> Iterator[bytes]:
    """Yield the pieces with each bare carriage return as a newline, and CRLF as it was, never cut in two.

    Counts bare newlines once; newlines without a carriage return are looked for in the first piece only.
    """
    held = b""
    for number, piece in enumerate(pieces):
        whole = held + piece
        held = b"\r" if whole.endswith(b"\r") else b""
        whole = whole[: len(whole) - len(held)]
        if b"\r" in whole and _BARE_RETURN.search(whole):
            repairs["bare_newlines"] = 1
            whole = _line_feeds(whole)
        elif number == 0 and whole.count(b"\n") != whole.count(b"\r\n"):
            repairs["bare_newlines"] = 1
        yield whole
    if held:
        repairs["bare_newlines"] = 1
        yield b"\n"


def _line_feeds(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\r", b"\n")


def logical_lines(raw: bytes, charset: str | None, repairs: Counter[str]) -> list[str]:
    """Return the unfolded, decoded, non-empty lines of ``raw``, and count what had to be repaired.

    Unfolds before decoding, since writers fold inside UTF-8 characters. Does not judge the lines.
    """
    plain = _line_feeds(raw) if b"\r" in raw else raw
    if b"\n " in plain or b"\n\t" in plain:
        plain = _FOLD.sub(b"", plain) if b"\n\n" in plain else plain.replace(b"\n ", b"").replace(b"\n\t", b"")
    clean = plain.translate(None, _CONTROLS)
    if len(clean) < len(plain):
        repairs["control_characters"] += len(plain) - len(clean)
    text = "\n" + _decoded(clean, charset, repairs).strip("\n")
    if not _STRAY.search(text):
        return text[1:].split("\n")
    return _rejoined([line for line in text.split("\n") if line.strip()], repairs)


def _decoded(raw: bytes, charset: str | None, repairs: Counter[str]) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        repairs["charset"] = 1
    return "\n".join(_decoded_line(line, charset) for line in raw.split(b"\n"))


def _decoded_line(line: bytes, charset: str | None) -> str:
    """Decode one line; files that mix encodings do so line by line."""
    for encoding in ("utf-8", charset if charset and _extends_ascii(charset) else "cp1252"):
        with suppress(ValueError):
            return line.decode(encoding)
    return line.decode("cp1252", "replace")


@lru_cache(maxsize=16)
def _extends_ascii(charset: str) -> bool:
    """Tell whether ASCII means itself in a charset; upstreams name what they like, and lines are told by ASCII."""
    try:
        return b"\\u0041+AEE-".decode(charset)[0] == "\\" and _PRINTABLE.decode(charset) == _PRINTABLE.decode("ascii")
    except (ValueError, LookupError):
        return False


def _rejoined(lines: list[str], repairs: Counter[str]) -> list[str]:
    """Give a line that begins no property back to the one before it.

    After a long line it is a fold without its space (seen in X-APPLE-STRUCTURED-LOCATION); after a
    short one a newline that should have been escaped, if that line holds text, and else not to be read.
    """
    joined: list[list[str]] = []
    for line in lines:
        if _PROPERTY.match(line) or not joined or _BEGIN_OR_END.match(joined[-1][0]):
            joined.append([line])
            continue
        long = len(joined[-1][-1].encode()) >= _FOLDED_LENGTH
        if not long and not _TEXT.match(joined[-1][0]):
            repairs["not_a_property"] += 1
            continue
        repairs["broken_folding"] += 1
        joined[-1] += [line] if long else ["\\n", line]
    return ["".join(parts) for parts in joined]
