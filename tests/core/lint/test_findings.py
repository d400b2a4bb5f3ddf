"""What lint finds as a whole: whatever the bytes, for whom, in which order."""

from __future__ import annotations

import time

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from calsieve.core.lint import RULES, findings
from calsieve.models import Client, Level
from tests.core.kit import cleaned, vcalendar, vevent
from tests.core.lint.kit import BEGIN, STAMP, START, TIMED, UID, calendar, event
from tests.golden.test_golden import EVERY, Case


def test_what_we_publish_has_no_findings() -> None:
    body = cleaned(vcalendar(vevent("DTSTART;TZID=Europe/Berlin:20260520T100000", "RRULE:FREQ=DAILY"))).body
    assert findings(body) == []


@pytest.mark.parametrize("case", EVERY, ids=str)
def test_golden_outputs_have_no_findings(case: Case) -> None:
    found = findings(case.file(".out.ics").read_bytes())
    assert [finding for finding in found if finding.rule != "alarm"] == []  # a hint, and some cases ask for them


def test_what_is_no_calendar_is_said_and_nothing_else() -> None:
    (finding,) = findings(b"<!doctype html>\n<p>Gone\n")
    assert (finding.rule, finding.level, finding.clients, finding.line) == ("no-calendar", Level.ERROR, (*Client,), 0)


def test_only_those_who_are_asked_for_are_told_of() -> None:
    body = calendar(event(*TIMED, "RRULE:COUNT=2;FREQ=DAILY"))
    assert [finding.clients for finding in findings(body)] == [(Client.APPLE,)]
    assert findings(body, [Client.GOOGLE, Client.OUTLOOK]) == []


def test_the_worst_is_told_with_those_whom_it_concerns() -> None:
    body = calendar(event(*TIMED, "", "SUMMARY:x", "oops"))
    told = {
        finding.rule: (finding.level, finding.clients)
        for finding in findings(body, [Client.APPLE, Client.THUNDERBIRD, Client.ICSX5])
    }
    assert told == {
        "blank-line": (Level.HINT, (Client.APPLE, Client.THUNDERBIRD, Client.ICSX5)),
        "no-property": (Level.ERROR, (Client.THUNDERBIRD, Client.ICSX5)),
    }
    (finding,) = findings(calendar(event(*TIMED, "oops")), [Client.OUTLOOK])
    assert finding.level is Level.WARNING


def test_a_finding_says_what_is_there_and_what_to_do() -> None:
    (finding,) = findings(calendar(event(*TIMED, "RRULE:COUNT=2;FREQ=DAILY")))
    assert finding.message == "an RRULE that does not begin with FREQ: write FREQ first"


@pytest.mark.parametrize(("places", "listed", "more"), [(9, 9, 0), (10, 10, 0), (11, 10, 1), (25, 10, 15)])
def test_of_many_places_the_first_are_listed_and_the_others_counted(places: int, listed: int, more: int) -> None:
    found = findings(calendar(*[event(f"UID:{number}", STAMP) for number in range(places)]))
    assert [finding.more for finding in found] == [0] * (listed - 1) + [more]
    assert [finding.line for finding in found[:2]] == [BEGIN, BEGIN + 4]


def test_findings_come_in_the_order_of_lines() -> None:
    body = calendar(event(UID, START, "SUMMARY:a"), event(STAMP, START), event("UID:c", START))
    assert [(finding.rule, finding.line) for finding in findings(body)] == [
        ("no-dtstamp", BEGIN),
        ("no-uid", BEGIN + 5),
        ("no-dtstamp", BEGIN + 9),
    ]


@settings(deadline=None)  # machines may be busy
@given(st.binary(max_size=200) | st.text(alphabet='BEGIN:VCALENDAR;="\n\r ,ENDVT', max_size=300).map(str.encode))
@example(b"")
@example(b"BEGIN:VCALENDAR\r\n \r\n\tEND:VCALENDAR")
def test_any_bytes_can_be_asked_about(body: bytes) -> None:
    for finding in findings(body):
        assert 0 <= finding.line <= body.count(b"\n") + body.count(b"\r") + 1


def test_each_rule_has_a_name_of_its_own_and_harms_somebody() -> None:
    names = [rule.id for rule in RULES]
    assert len(set(names)) == len(names)
    assert all(rule.levels and rule.check.__doc__ for rule in RULES)


@pytest.mark.parametrize(
    "body",
    [
        b"BEGIN:A\n" * 50_000 + b"END:B\n" * 50_000,
        b"BEGIN:VCALENDAR\n" + b"\r" * 500_000,
        b'BEGIN:VCALENDAR\nX;A="' + b'="' * 200_000,
        b"BEGIN:VCALENDAR\n" + b"X;" * 200_000,
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"RRULE:FREQ=DAILY;BYDAY=" + b"MO," * 100_000,
        b"BEGIN:VCALENDAR\nBEGIN:VEVENT\n" + b"RRULE:FREQ=X\n" * 20_000,
        b"BEGIN:VCALENDAR\n" + b"\xc3" * 500_000,
        b" \n" * 200_000,
    ],
    ids=lambda body: repr(body[:30]),
)
def test_time_is_in_proportion_to_size(body: bytes) -> None:
    began = time.process_time()
    findings(body)
    assert time.process_time() - began < 3
