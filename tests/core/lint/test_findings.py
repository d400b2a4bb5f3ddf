"""What lint finds as a whole: whatever the bytes, for whom, in which order."""

from __future__ import annotations

from hypothesis import example, given
from hypothesis import strategies as st

from calsieve.core.lint import RULES, findings
from calsieve.models import Client, Level
from tests.core.kit import cleaned, vcalendar, vevent


def test_what_we_publish_has_no_findings() -> None:
    body = cleaned(vcalendar(vevent("DTSTART;TZID=Europe/Berlin:20260520T100000", "RRULE:FREQ=DAILY"))).body
    assert findings(body) == []


def test_what_is_no_calendar_is_said_and_nothing_else() -> None:
    (finding,) = findings(b"<!doctype html>\n<p>Gone\n")
    assert (finding.rule, finding.level, finding.clients, finding.line) == ("no-calendar", Level.ERROR, (*Client,), 0)


def test_only_those_who_are_asked_for_are_told_of() -> None:
    body = vcalendar("X-WR-CALNAME:a", vevent("DTSTART:20260520T100000Z", "RRULE:COUNT=2;FREQ=DAILY"))
    assert [finding.clients for finding in findings(body)] == [(Client.APPLE,)]
    assert findings(body, [Client.GOOGLE, Client.OUTLOOK]) == []


def test_of_many_places_the_first_are_listed_and_the_others_counted() -> None:
    body = vcalendar("X-WR-CALNAME:a", *[vevent(f"UID:{n}", "SUMMARY:x") for n in range(25)])
    found = findings(body)
    assert [finding.more for finding in found] == [0] * 9 + [15]
    assert [finding.line for finding in found[:2]] == [5, 10]


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
