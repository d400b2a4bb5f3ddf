"""The core's two doors: what they let in, what they tell, and that they decide nothing by chance."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from calsieve.core.clean import timezone_of
from calsieve.core.read import read
from calsieve.errors import InvalidCalendar
from tests.core.kit import cleaned, events, lines, policy, vcalendar, vevent

ZONE = """BEGIN:VTIMEZONE
TZID:{}
BEGIN:STANDARD
DTSTART:19700101T000000
TZOFFSETFROM:+0900
TZOFFSETTO:+0900
END:STANDARD
END:VTIMEZONE""".replace("\n", "\r\n")


@pytest.mark.parametrize(
    ("body", "words"),
    [
        (b"", "the file is empty"),
        (b"\xef\xbb\xbf \r\n", "the file is empty"),
        (b"<!DOCTYPE html><p>Log in", "a web page"),
        (b"\n<HTML>", "a web page"),
        (b"<?xml version='1.0'?><error/>", "XML"),
        (b"BEGIN:VCARD\nEND:VCARD", "no BEGIN:VCALENDAR"),
    ],
)
def test_what_is_no_calendar_is_called_what_it_is(body: bytes, words: str) -> None:
    with pytest.raises(InvalidCalendar, match=f"^work: .*{words}"):
        read("work", body)


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ((), "UTC"),
        (("X-WR-TIMEZONE:Europe/Berlin",), "Europe/Berlin"),
        (("X-WR-TIMEZONE:nowhere", ZONE.format("Asia/Tokyo")), "Asia/Tokyo"),
        ((ZONE.format("Tokyo Standard Time"),), "Asia/Tokyo"),
        ((ZONE.format("Custom"),), "UTC"),
        ((ZONE.format("Asia/Tokyo"), ZONE.format("Asia/Seoul")), "UTC"),
    ],
)
def test_the_zone_is_what_the_first_source_declares(parts: tuple[str, ...], expected: str) -> None:
    sources = [read("one", vcalendar(*parts)), read("two", vcalendar("X-WR-TIMEZONE:America/New_York"))]
    assert timezone_of(sources) == expected
    assert timezone_of([]) == "UTC"


def test_a_component_that_cannot_be_repaired_costs_itself_only() -> None:
    result = cleaned(
        vcalendar(
            vevent("UID:none", "SUMMARY:private"),
            vevent("UID:bad", "DTSTART:soon"),
            vevent("UID: ", "DTSTART:soon"),
            vevent("DTSTART:20260520T100000Z"),
            vevent("UID:slot", "RECURRENCE-ID:soon", "DTSTART:20260520T100000Z"),
        )
    )
    assert result.report.events_out == 1
    assert [reason.split(": ") for reason in result.report.lost if "@calsieve" not in reason] == [
        ["none", "has no DTSTART"],
        ["bad", "has a DTSTART that is no date"],
        ["slot", "has a RECURRENCE-ID that is no date"],
    ]
    assert len(result.report.lost) == 4
    assert "private" not in str(result.report)


def test_of_what_is_lost_a_hundred_are_named_and_all_counted() -> None:
    report = cleaned(vcalendar(*(vevent(f"UID:{n}{'x' * 9999}", "DTSTART:soon") for n in range(150)))).report
    assert (len(report.lost), report.lost_more) == (100, 50)
    assert all(len(each) < 300 for each in report.lost)


def test_the_report_counts_what_became_of_everything() -> None:
    body = vcalendar(
        vevent("UID:1", "DTSTART:20200101T100000Z"),
        vevent("UID:2", "DTSTART:20300101T100000Z"),
        vevent("UID:3", "DTSTART:20260520T100000Z"),
        vevent("UID:4", "DTSTART:20200101T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
        vevent("UID:5", "DTSTART:20300101T100000Z", "RRULE:FREQ=DAILY;COUNT=3"),
        vevent("UID:6", "DTSTART:20200101T100000Z", "RRULE:FREQ=YEARLY;BYWEEKNO=1;BYDAY=WE"),
        vevent("UID:6", "RECURRENCE-ID:20200205T100000Z", "DTSTART:20200205T110000Z"),
    )
    report = cleaned(body, policy=policy("trim")).report
    assert (report.events_in, report.events_out, report.series_in, report.series_out) == (7, 3, 6, 2)
    assert (report.past, report.future, report.series_kept_whole) == (2, 2, 1)
    assert report.bytes_in == len(body)
    assert report.window_start == datetime(2026, 4, 20, tzinfo=UTC)


def test_a_feed_without_sources_is_an_empty_calendar() -> None:
    assert events(cleaned().body) == []


def test_unknown_properties_of_what_is_kept_survive() -> None:
    found = lines(
        vevent("DTSTART:20260520T100000Z", 'X-FOO;X-BAR="a;b",c;LANGUAGE=de:{"json": [1,2]}', "STRUCTURED-DATA:x")
    )
    assert 'X-FOO;X-BAR="a;b",c;LANGUAGE=de:{"json": [1,2]}' in found
    assert "STRUCTURED-DATA:x" in found


CODE = """
from tests.core.kit import cleaned, policy
from tests.golden.test_golden import CASES, Case
from hashlib import sha256
print(sha256(b"".join(Case(name).cleaned(*Case(name).sources).body for name in CASES)).hexdigest())
"""


def test_the_same_input_gives_the_same_bytes_in_every_process() -> None:
    found = set()
    for seed, zone, language in (("1", "Asia/Tokyo", "C"), ("2", "America/New_York", "de_DE.UTF-8")):
        environment = os.environ | {"PYTHONHASHSEED": seed, "TZ": zone, "LC_ALL": language}
        done = subprocess.run([sys.executable, "-c", CODE], env=environment, capture_output=True, text=True, check=True)
        found.add(done.stdout)
    assert len(found) == 1
