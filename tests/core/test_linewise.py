"""The short way takes what needs no mending, and leaves everything else to the long one."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from calsieve.core import contribution, linewise
from calsieve.models import Policy, SeriesMode, UidMode
from tests.core.kit import cleaned, vcalendar, vevent

TIMES = "DTSTART;TZID=Europe/Berlin:20260520T100000\r\nDTEND;TZID=Europe/Berlin:20260520T110000"
PLAIN = {
    "zoned": vevent(TIMES, "SUMMARY:Grüße\\, alle", "STATUS:CONFIRMED", "X-A;B=c:d"),
    "in UTC": vevent("DTSTART:20260520T100000Z", "DTEND:20260520T110000Z"),
    "floating, without end": vevent("DTSTART:20260520T100000"),
    "a day": vevent("DTSTART;VALUE=DATE:20260520"),
    "days": vevent("DTEND;VALUE=DATE:20260522", "DTSTART;VALUE=DATE:20260520"),
    "with alarm and attendee": vevent(
        TIMES, "ATTENDEE;CN=x:mailto:a@example.org", "BEGIN:VALARM", "ACTION:AUDIO", "TRIGGER:-PT5M", "END:VALARM"
    ),
    "folded": vevent(TIMES, "DESCRIPTION:" + "long " * 12 + "\r\n  " + "ü" * 40),
    "hours and minutes": vevent("DTSTART;TZID=Europe/Berlin:20260520T100000", "DURATION:PT1H30M"),
    "hours into the window": vevent("DTSTART:20260419T200000Z", "DURATION:PT6H"),
    "properties that may repeat": vevent(
        "DTSTART:20260520T100000Z", "X-A;B=12:a", "X-A;B=1:b", "X-A:c", "X-A;B=1;C=1:d", "COMMENT:2", "COMMENT:1"
    ),
    "over": vevent("DTSTART:20260415T100000Z"),
    "to come": vevent("DTSTART:20270530T100000Z"),
}
TO_MEND = {
    "a series": vevent(TIMES, "RRULE:FREQ=DAILY"),
    "an override": vevent(TIMES, "RECURRENCE-ID:20260520T080000Z"),
    "no stamp": vevent(TIMES).replace("DTSTAMP", "CREATED"),
    "a date without VALUE": vevent("DTSTART:20260520"),
    "an end in another zone": vevent("DTSTART;TZID=Europe/Berlin:20260520T100000", "DTEND:20260520T110000Z"),
    "an end before the start": vevent("DTSTART:20260520T100000Z", "DTEND:20260519T100000Z"),
    "a property twice": vevent(TIMES, "SUMMARY:one", "SUMMARY:two"),
    "two UIDs": vevent(TIMES, "UID:a", "UID:b"),
    "a start twice": vevent(TIMES, "DTSTART:20260521T100000Z"),
    "an unescaped comma": vevent(TIMES, "SUMMARY:one, two"),
    "a Windows zone": vevent("DTSTART;TZID=W. Europe Standard Time:20260520T100000"),
    "a zone elsewhere": vevent(TIMES, "X-A;TZID=Europe/Berlin:20260520T100000"),
    "a zone on UTC": vevent("DTSTART;TZID=Europe/Berlin:20260520T100000Z"),
    "a day with hours": vevent("DTSTART;VALUE=DATE:20260520", "DURATION:PT12H"),
    "an end and a duration": vevent(TIMES, "DURATION:PT1H"),
    "small letters": vevent(TIMES, "attendee:mailto:a@example.org", "Summary:x"),
    "an empty line": vevent(TIMES, "SUMMARY:x", "", "LOCATION:y"),
    "a file": vevent(TIMES, "ATTACH:https://example.org/a.pdf"),
    "a newline of another kind before its end": vevent(TIMES, "SUMMARY:x").replace("\r\nEND", "\nEND"),
    "a line that is none": vevent(TIMES, "SUMMARY:x", "words"),
    "an empty parameter": vevent("DTSTART;:20260520T100000"),
    "hour 24": vevent("DTSTART:20260520T240000"),
    "bytes that are no UTF-8": vevent(TIMES, "SUMMARY:x"),
}


def ways(event: str, policy: Policy) -> tuple[bytes, bytes, int]:
    """Return what is published on both ways, and how often the long one was taken."""
    body = vcalendar(event)
    if event == TO_MEND["bytes that are no UTF-8"]:
        body = body.replace(b"SUMMARY:x", b"SUMMARY:\xfc")
    with patch.object(contribution, "understood", wraps=contribution.understood) as long:
        either = cleaned(body, policy=policy).body
    return either, cleaned(body, policy=policy, screened=False).body, long.call_count


@pytest.mark.parametrize("what", PLAIN)
def test_a_plain_event_is_published_the_same_on_the_short_way(what: str) -> None:
    short, long, taken = ways(PLAIN[what], Policy())
    assert short == long
    assert taken == 0


@pytest.mark.parametrize("what", TO_MEND)
def test_what_needs_mending_goes_the_long_way(what: str) -> None:
    either, long, taken = ways(TO_MEND[what], Policy(series=SeriesMode.KEEP))
    assert either == long
    assert taken == 1


@pytest.mark.parametrize("policy", [Policy(keep_alarms=True), Policy(uid=UidMode.CONTENT)])
def test_some_policies_need_the_long_way(policy: Policy) -> None:
    either, long, taken = ways(PLAIN["with alarm and attendee"], policy)
    assert either == long
    assert taken == 1


def test_what_the_policy_keeps_is_kept_on_the_short_way() -> None:
    event = vevent(TIMES, "ATTENDEE;CN=x:mailto:a@example.org", "X-ALT-DESC;FMTTYPE=text/html:<b>x</b>")
    for policy in (Policy(keep_attendees=True), Policy(keep_html=True)):
        short, long, taken = ways(event, policy)
        assert short == long
        assert taken == 0
    assert b"ATTENDEE" in ways(event, Policy(keep_attendees=True))[0]


def test_versions_of_one_event_go_the_long_way_together() -> None:
    versions = vcalendar(vevent(TIMES, "SEQUENCE:1", "SUMMARY:old"), vevent(TIMES, "SEQUENCE:2", "SUMMARY:new"))
    body = cleaned(versions).body
    assert b"SUMMARY:new" in body
    assert b"SUMMARY:old" not in body


SERIES = {
    "a series": [
        vevent(TIMES, "RRULE:FREQ=DAILY", "SUMMARY:x", "ORGANIZER;CN=y:mailto:y@example.org", "X-B:1", "X-A:2")
    ],
    "with an override": [
        vevent(TIMES, "RRULE:FREQ=WEEKLY", "EXDATE;TZID=Europe/Berlin:20260603T100000", "LOCATION:here"),
        vevent(
            "RECURRENCE-ID;TZID=Europe/Berlin:20260527T100000",
            "DTSTART;TZID=Europe/Berlin:20260527T120000",
            "LOCATION:there",
            "ATTENDEE:mailto:a@example.org",
        ),
    ],
    "an override alone": [vevent("RECURRENCE-ID:20260520T100000Z", "DTSTART:20260520T110000Z", "SUMMARY:x")],
    "lines that have to be mended": [vevent(TIMES, "RRULE:FREQ=DAILY", "SUMMARY:a, b", "STATUS:confirmed")],
    "a repeated property": [vevent(TIMES, "RRULE:FREQ=DAILY", "SUMMARY:a", "SUMMARY:b", "X-A:2", "X-A:1")],
    "two masters": [vevent(TIMES, "RRULE:FREQ=DAILY", "SUMMARY:a"), vevent("DTSTART:20260521T100000Z", "SUMMARY:b")],
    "no stamp": [vevent(TIMES, "RRULE:FREQ=DAILY").replace("DTSTAMP", "CREATED")],
}


@pytest.mark.parametrize("mode", SeriesMode)
@pytest.mark.parametrize("what", SERIES)
def test_lines_that_say_nothing_of_a_series_change_nothing(what: str, mode: SeriesMode) -> None:
    body, policy = vcalendar(*SERIES[what]), Policy(series=mode)
    assert cleaned(body, policy=policy).body == cleaned(body, policy=policy, screened=False).body


@pytest.mark.parametrize(("what", "read"), [("with an override", 0), ("lines that have to be mended", 1)])
def test_a_series_without_anything_to_mend_is_not_read_line_by_line(what: str, read: int) -> None:
    with patch.object(contribution, "event_component", wraps=contribution.event_component) as long:
        cleaned(vcalendar(*SERIES[what]))
    assert long.call_count == read


@pytest.mark.parametrize(
    "inside",
    ["B\r\n EGIN:X-OTHER\r\nEND:X-OTHER", "BEGIN:X-OTHER\r\nEND:X-OTHER", "begin:X-OTHER\r\nend:X-OTHER", "ENDING:1"],
)
def test_an_alarm_that_holds_more_than_its_lines_is_parsed(inside: str) -> None:
    event = vevent(TIMES, "BEGIN:VALARM", "ACTION:AUDIO", inside, "TRIGGER:-PT5M", "END:VALARM", "SUMMARY:x")
    short, long, _ = ways(event, Policy())
    assert short == long
    assert b"SUMMARY:x" in short


def test_lines_are_forgotten_when_there_are_many() -> None:
    with patch.object(linewise, "_MOST_REMEMBERED", 2):
        events = [vevent(f"UID:{n}", TIMES, f"SUMMARY:{n % 4}", f"LOCATION:{n % 3}") for n in range(12)]
        body = vcalendar(*events)
        assert cleaned(body).body == cleaned(body, screened=False).body


def test_a_uid_is_made_from_what_the_policy_drops_too() -> None:
    event = vevent("UID:", TIMES, "ATTENDEE:mailto:a@example.org").replace("UID:\r\n", "")
    short, long, _ = ways(event, Policy())
    assert b"@calsieve" in short
    assert short == long
