from __future__ import annotations

import gzip
import hashlib
from datetime import UTC, datetime

import pytest

from calsieve.core.window import EARLIEST, LATEST
from calsieve.models import Failing, Fetched, Report, Secret, Source, Validators
from calsieve.sealed import seal
from calsieve.state import FeedState, FileState, Told, decode, digest, encode, origin, packed, source_state

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
SOURCE = Source(name="work", url=Secret("literal", "https://work.example/token/x.ics"))
BODY = b"BEGIN:VCALENDAR\r\nBEGIN:VEVENT\r\nDTSTAMP:20260101T000000Z\r\nSUMMARY:a\r\nEND:VEVENT\r\nEND:VCALENDAR\r\n"


def sealed(rest: bytes) -> bytes:
    """Return something that has the right form and checksum, whatever it is."""
    return b"calsieve-state 2\n" + hashlib.sha256(rest).digest() + rest


def state() -> FeedState:
    fetched = Fetched(body=BODY, charset="utf-8", validators=Validators('"1"', "yesterday"))
    report = Report(
        lost=("1: no start",), repairs={"utf8": 1}, window_start=EARLIEST, window_end=LATEST, cuts=("none",)
    )
    file = FileState(
        key="k",
        generation=1,
        versions={"0a/team": "v"},
        digest="d",
        fingerprint="f",
        published_at=NOW,
        report=report,
        page="p",
        atom=True,
        told=Told("s", "d", NOW, packed(BODY)),
    )
    return FeedState(
        sources={"work": source_state(SOURCE, fetched, NOW)},
        failing=(Failing("home", "it does not answer", NOW),),
        files={"team": file},
        ended=("0b/team",),
        doomed=("0b/team.ics",),
        configured=NOW,
    )


def test_what_is_encoded_is_decoded() -> None:
    decoded = decode(encode(state()))
    assert decoded == state()
    assert decoded is not None
    assert decoded.sources["work"].body == BODY
    assert decoded.sources["work"].fetched_at == "2026-05-13T12:00:00+00:00"
    assert decoded.files["team"].told is not None
    assert decoded.files["team"].told.body == BODY


def test_of_the_first_format_the_sources_are_taken_over() -> None:
    sources = state().sources
    old = {"fingerprint": "f", "version": "v", "timezone": "Europe/Berlin", "sources": sources}
    assert decode(seal(b"calsieve-state 1", old)) == FeedState(sources=sources)


def test_the_same_state_gives_the_same_bytes() -> None:
    assert encode(state()) == encode(state())


def test_damage_anywhere_is_seen() -> None:
    data = encode(state())
    for place in range(len(data)):
        damaged = bytearray(data)
        damaged[place] ^= 1
        assert decode(bytes(damaged)) is None, place
        assert decode(data[:place]) is None, place


UNKNOWN = [b"calsieve-state 3\n" + bytes(40), seal(b"calsieve-state 2", {"sources": 1}), sealed(b"\xa1\xc3")]


@pytest.mark.parametrize("data", [b"", b"not ours", gzip.compress(b"older", mtime=0), *UNKNOWN])
def test_other_formats_are_not_understood(data: bytes) -> None:
    assert decode(data) is None


def test_neither_address_nor_text_can_be_read_from_it() -> None:
    data = encode(state()) + repr(state()).encode()
    assert b"work.example" not in data
    assert b"SUMMARY" not in data
    assert "0a/team" not in repr(state())


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
