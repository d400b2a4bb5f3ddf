"""What a phone need not carry stays away, unless the policy keeps it."""

from __future__ import annotations

import pytest

from calsieve.models import Policy
from tests.core.kit import cleaned, events, unfolded, vcalendar, vevent
from tests.published import assert_published

HEAVY = {
    "keep_attendees": "ATTENDEE;CN=Jane:mailto:jane@example.org",
    "keep_html": "X-ALT-DESC;FMTTYPE=text/html:<b>x</b>",
    "keep_attachments": "ATTACH;VALUE=BINARY;ENCODING=BASE64;FMTTYPE=image/png:aGVsbG8=",
    "keep_alarms": "TRIGGER:-PT15M",
}
EVENT = vevent(
    "DTSTART:20260520T100000Z",
    *(line for name, line in HEAVY.items() if name != "keep_alarms"),
    "ATTACH:https://example.org/minutes.pdf",
    "IMAGE;VALUE=URI:data:image/png\\;base64\\,aGVsbG8=",
    "BEGIN:VALARM",
    "ACTION:DISPLAY",
    "DESCRIPTION:soon",
    "TRIGGER:-PT15M",
    "X-A;TZID=Nowhere:1",
    "END:VALARM",
)


@pytest.mark.parametrize("name", HEAVY)
def test_weight_goes_unless_it_is_kept(name: str) -> None:
    plain = cleaned(vcalendar(EVENT)).body
    kept = cleaned(vcalendar(EVENT), policy=Policy(**{name: True})).body  # type: ignore[arg-type]
    assert HEAVY[name] not in unfolded(plain)
    assert HEAVY[name] in unfolded(kept)
    assert "ATTACH:https://example.org/minutes.pdf" in unfolded(plain)
    assert_published(plain)
    assert_published(kept, alarms=name == "keep_alarms")


@pytest.mark.parametrize(
    ("trigger", "kept"),
    [
        ("TRIGGER;VALUE=DATE-TIME:20260520T090000Z", True),
        ("TRIGGER;VALUE=DATE-TIME:20260520T090000", False),
        ("TRIGGER;RELATED=END:PT0S", True),
        ("TRIGGER:now", False),
        ("X-NONE:x", False),
    ],
)
def test_an_alarm_needs_a_trigger_that_can_be_read(trigger: str, kept: bool) -> None:
    event = vevent("DTSTART:20260520T100000Z", "BEGIN:VALARM", "ACTION:AUDIO", trigger, "END:VALARM")
    lines = unfolded(cleaned(vcalendar(event), policy=Policy(keep_alarms=True)).body)
    assert ("BEGIN:VALARM" in lines) is kept


@pytest.mark.parametrize(
    ("line", "inline"),
    [
        ("ATTACH:DATA:text/plain,x", True),
        ("ATTACH;FMTTYPE=text/plain:data:text/plain,x", True),
        ("ATTACH;VALUE=binary;ENCODING=BASE64:aGVsbG8=", True),
        ("IMAGE;VALUE=URI:data:image/png;base64,aGVsbG8=", True),
        ("IMAGE;VALUE=URI:https://example.org/data:x.png", False),
        ("ATTACH:database.txt", False),
        ("URL:data:text/plain,x", False),
    ],
)
def test_a_file_that_is_inside_goes_and_a_link_stays(line: str, inline: bool) -> None:
    (event,) = events(cleaned(vcalendar(vevent("DTSTART:20260520T100000Z", line))).body)
    assert event.has("ATTACH", "IMAGE", "URL") is not inline
