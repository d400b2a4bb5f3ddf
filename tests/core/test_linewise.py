"""The short way takes what needs no mending, and leaves everything else to the long one."""

from __future__ import annotations

from unittest.mock import patch

import pytest

from calsieve.core import contribution
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
    "a start twice": vevent(TIMES, "DTSTART:20260521T100000Z"),
    "an unescaped comma": vevent(TIMES, "SUMMARY:one, two"),
    "a Windows zone": vevent("DTSTART;TZID=W. Europe Standard Time:20260520T100000"),
    "a zone elsewhere": vevent(TIMES, "X-A;TZID=Europe/Berlin:20260520T100000"),
    "a zone on UTC": vevent("DTSTART;TZID=Europe/Berlin:20260520T100000Z"),
    "a file": vevent(TIMES, "ATTACH:https://example.org/a.pdf"),
    "a line that is none": vevent(TIMES, "SUMMARY:x", "words"),
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
