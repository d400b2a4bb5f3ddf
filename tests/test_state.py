from __future__ import annotations

import gzip
from datetime import UTC, datetime

import pytest

from calsieve.models import Fetched, Secret, Source, Validators
from calsieve.state import FeedState, decode, digest, encode, origin, source_state

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
SOURCE = Source(name="work", url=Secret("literal", "https://work.example/token/x.ics"))
BODY = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def state() -> FeedState:
    fetched = Fetched(body=BODY, charset="utf-8", validators=Validators('"1"', "yesterday"))
    return FeedState("f", "v", "Europe/Berlin", {"work": source_state(SOURCE, fetched, NOW)})


def test_what_is_encoded_is_decoded() -> None:
    decoded = decode(encode(state()))
    assert decoded == state()
    assert decoded is not None
    assert decoded.sources["work"].body == BODY
    assert decoded.sources["work"].fetched_at == "2026-05-13T12:00:00+00:00"


def test_the_same_state_gives_the_same_bytes() -> None:
    assert encode(state()) == encode(state())


def test_damage_anywhere_is_seen() -> None:
    data = encode(state())
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 1
        assert decode(bytes(damaged)) is None, place
        assert decode(data[:place]) is None, place


@pytest.mark.parametrize(
    "data", [b"", b"not ours", gzip.compress(b"older", mtime=0), b"calsieve-state 2\n" + bytes(40)]
)
def test_other_formats_are_not_understood(data: bytes) -> None:
    assert decode(data) is None


def test_neither_address_nor_text_can_be_read_from_it() -> None:
    data = encode(state()) + repr(state()).encode()
    assert b"work.example" not in data
    assert b"SUMMARY" not in data


def test_the_digest_sees_every_line_but_dtstamp() -> None:
    assert digest(BODY) == digest(BODY.replace(b"20260101", b"20260513"))
    assert digest(BODY) == digest(BODY.replace(b"DTSTAMP:", b"DTSTAMP;VALUE=DATE-TIME:"))
    assert digest(BODY) != digest(BODY.replace(b"SUMMARY:a", b"SUMMARY:b"))
    assert digest(BODY) != digest(BODY.replace(b"DTSTAMP:", b"DTSTAMPED:"))
    old_mac = BODY.replace(b"\r\nSUMMARY", b"\rSUMMARY")  # the line after DTSTAMP ends in a bare CR
    assert digest(old_mac) != digest(old_mac.replace(b"SUMMARY:a", b"SUMMARY:b"))


def test_the_origin_tells_addresses_apart() -> None:
    other = Source(name="work", url=Secret("env", SOURCE.url.value))
    assert origin(SOURCE) != origin(other)
