"""From bytes to logical lines (RFC 5545 §3.1), however they were encoded, ended and folded.

Knows nothing of calendars but where a content line begins.
"""

from __future__ import annotations

import re
from collections import Counter

_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9_.-]*\s*[;:]")
_FOLD = re.compile(rb"\n+[ \t]")
_CONTROL = re.compile("[\x00-\x08\x0b-\x1f\x7f]")
_BEGIN_OR_END = re.compile(r"(BEGIN|END)\s*:", re.IGNORECASE)
_TEXT = re.compile(r"(SUMMARY|DESCRIPTION|LOCATION|COMMENT|CONTACT|X-[A-Z0-9-]+)\s*[;:]", re.IGNORECASE)
# A physical line at least this long was folded by its writer; a shorter one was ended on purpose.
_FOLDED_LENGTH = 60


def logical_lines(body: bytes, charset: str | None, repairs: Counter[str]) -> list[str]:
    """Return the unfolded, decoded, non-empty lines of ``body``, and count what had to be repaired.

    Unfolds before decoding, since writers fold inside UTF-8 characters. Does not judge the lines.
    """
    raw = _FOLD.sub(b"", _plain_newlines(_without_bom(body, repairs), repairs))
    text, found = _CONTROL.subn("", _decoded(raw, charset, repairs))
    repairs["control_characters"] += found
    return _rejoined([line for line in text.split("\n") if line.strip()], repairs)


def _without_bom(body: bytes, repairs: Counter[str]) -> bytes:
    if body.startswith(b"\xef\xbb\xbf"):
        repairs["byte_order_mark"] += 1
        return body[3:]
    if body.startswith((b"\xff\xfe", b"\xfe\xff")):
        repairs["utf16"] += 1
        return body.decode("utf-16", "replace").encode()
    return body


def _plain_newlines(body: bytes, repairs: Counter[str]) -> bytes:
    plain = body.replace(b"\r\n", b"\n")
    if body.count(b"\n") != body.count(b"\r\n") or b"\r" in plain:
        repairs["bare_newlines"] += 1
    return plain.replace(b"\r", b"\n")


def _decoded(raw: bytes, charset: str | None, repairs: Counter[str]) -> str:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        repairs["charset"] += 1
    return "\n".join(_decoded_line(line, charset) for line in raw.split(b"\n"))


def _decoded_line(line: bytes, charset: str | None) -> str:
    """Decode one line; files that mix encodings do so line by line."""
    for encoding in ("utf-8", charset):
        try:
            text = line.decode(encoding or "cp1252")
            text.encode()  # upstreams name what they like: some of Python's codecs give half characters
        except (ValueError, LookupError):
            continue
        return text
    return line.decode("cp1252", "replace")


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
