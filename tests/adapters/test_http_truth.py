"""Answers that pretend: web pages, nothing at all, half a calendar."""

from __future__ import annotations

import gzip

import pytest

from calsieve.adapters.http import Limits
from calsieve.errors import InvalidCalendar, UpstreamUnavailable
from tests.adapters.http_kit import body_of, fetch
from tests.adapters.upstream_server import CALENDAR, UpstreamServer, answer

ONCE = Limits(tries=1)
CHUNKED = answer(Content_Length="", Transfer_Encoding="chunked")
UNFRAMED = answer(Content_Length="")
LONG = CALENDAR.replace(b"END", b"X:" + b"0123456789abcdef" * 9999 + b"\r\nEND")

PAGES = {
    "by type": answer(body=b"Please sign in", Content_Type="text/html; charset=utf-8"),
    "by its first words": answer(body=b"\xef\xbb\xbf\r\n <!DOCTYPE html><p>"),
    "by its first tag": answer(body=b"<HTML lang=de>", Content_Type="text/calendar"),
    "in UTF-16": answer(body="<html>".encode("utf-16"), Content_Type=""),
    "packed": answer(body=gzip.compress(b"<html>"), Content_Encoding="gzip"),
    "unframed": UNFRAMED + b"<html>",
}


@pytest.mark.parametrize("how", PAGES)
def test_a_web_page_is_recognised(how: str) -> None:
    with UpstreamServer(PAGES[how]) as server, pytest.raises(InvalidCalendar, match="web page"):
        fetch(server.source())


@pytest.mark.parametrize("nothing", [answer(), answer(body=b"\r\n \r\n"), answer(204, Content_Length="")])
def test_nothing_is_not_a_calendar(nothing: bytes) -> None:
    with UpstreamServer(nothing) as server, pytest.raises(InvalidCalendar, match="nothing at all"):
        fetch(server.source())


def test_a_calendar_that_calls_itself_html_passes() -> None:
    with UpstreamServer(answer(body=CALENDAR, Content_Type="text/html")) as server:
        assert body_of(server.source()) == CALENDAR


def test_a_compression_that_was_not_asked_for_is_named() -> None:
    with (
        UpstreamServer(answer(body=b"\x8b\x02", Content_Encoding="br")) as server,
        pytest.raises(InvalidCalendar, match="compression"),
    ):
        fetch(server.source())


packed = gzip.compress(LONG, mtime=0)
CUT = {
    f"after {len(CALENDAR)} of 1,000 bytes": answer(body=CALENDAR, Content_Length="1000"),
    "after 15 bytes": CHUNKED + b"f\r\nBEGIN:VCALENDAR\r\n",
    "after 16 bytes": UNFRAMED + b"BEGIN:VCALENDAR\n",
    "after 19 bytes": UNFRAMED + b"\xef\xbb\xbf BEGIN:VCALENDAR",
    "compressed transfer was cut off": UNFRAMED + packed[:-9],
    "compressed transfer is damaged": answer(body=packed[:20] + b"\xff" * 9 + packed[29:]),
}


@pytest.mark.parametrize("what", CUT)
def test_a_cut_transfer_is_named(what: str) -> None:
    with UpstreamServer(CUT[what]) as server, pytest.raises(UpstreamUnavailable, match=what):
        fetch(server.source(), ONCE)


def test_a_compressed_transfer_cut_at_any_byte_is_never_taken_for_whole() -> None:
    whole = gzip.compress(CALENDAR, mtime=0)
    answers = [UNFRAMED + whole[:end] for end in range(2, len(whole))]
    with UpstreamServer(*answers) as server:
        for _ in answers:
            with pytest.raises(UpstreamUnavailable, match="cut off"):
                fetch(server.source(), ONCE)


@pytest.mark.parametrize(
    "whole",
    [
        UNFRAMED + CALENDAR + b"\n\n",
        UNFRAMED + CALENDAR.lower(),
        UNFRAMED + CALENDAR.decode().encode("utf-16"),
        answer(body=b"BEGIN:VCALENDAR\r\nVERSION:2.0\r\n"),
    ],
    ids=["unframed", "lower case", "UTF-16", "END lines missing, but the length is right"],
)
def test_a_whole_transfer_is_not_called_cut(whole: bytes) -> None:
    with UpstreamServer(whole) as server:
        assert body_of(server.source()) == whole.partition(b"\r\n\r\n")[2]


def test_what_is_no_calendar_is_left_to_the_core() -> None:
    with UpstreamServer(UNFRAMED + b'{"error": 7}') as server:
        assert body_of(server.source()) == b'{"error": 7}'
