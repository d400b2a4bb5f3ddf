"""How what is remembered is kept as bytes, so that damage is seen. Does no I/O."""

from __future__ import annotations

import hashlib
from typing import TypeVar

import msgspec

_CHECKSUM_BYTES = 32
_LONGEST_FORM = 64
_T = TypeVar("_T")


def seal(form: bytes, value: object) -> bytes:
    """Return ``form`` as the first line, SHA-256 of the rest, and ``value`` as MessagePack.

    The same value gives the same bytes. ``form`` names the format and its number.
    """
    rest = msgspec.msgpack.encode(value, order="deterministic")
    return form + b"\n" + hashlib.sha256(rest).digest() + rest


def is_newer(form: bytes, data: bytes) -> bool:
    """Tell whether ``data`` is in a later format than ``form``: kept by a newer version than this one."""
    name, _, number = form.rpartition(b" ")
    first, _, _ = data[:_LONGEST_FORM].partition(b"\n")
    found, _, later = first.rpartition(b" ")
    return found == name and later.isdigit() and int(later) > int(number)


def unseal(form: bytes, data: bytes, kind: type[_T]) -> _T | None:
    """Return what ``seal`` kept, or None if it is damaged, in another format, or not of that ``kind``."""
    start = len(form) + 1 + _CHECKSUM_BYTES
    checksum, rest = data[len(form) + 1 : start], data[start:]
    if not data.startswith(form + b"\n") or hashlib.sha256(rest).digest() != checksum:
        return None
    try:
        return msgspec.msgpack.decode(rest, type=kind)
    except (msgspec.DecodeError, UnicodeDecodeError):  # a ValidationError is one of the former
        return None
