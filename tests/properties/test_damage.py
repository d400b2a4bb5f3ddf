"""Whatever an upstream sends: at worst it is no calendar, and what is published is sound."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.core.clean import compose
from calsieve.core.read import read
from calsieve.errors import InvalidCalendar
from calsieve.models import Cleaned, Policy, SeriesMode, WindowPolicy
from tests.core.kit import NOW, cleaned
from tests.published import assert_published

SAMPLE = """BEGIN:VCALENDAR
VERSION:2.0
PRODID:-//Sample//EN
METHOD:PUBLISH
X-WR-CALNAME:Rooms, halls
X-WR-TIMEZONE:Europe/Berlin
COLOR:navy
BEGIN:VTIMEZONE
TZID:Customized Time Zone
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0300
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0300
RDATE:20260301T020000,20270301T020000
RRULE:FREQ=YEARLY;BYDAY=-1SU;BYMONTH=3;UNTIL=20300101T000000Z
END:DAYLIGHT
END:VTIMEZONE
BEGIN:VEVENT
UID:series
DTSTAMP:20260101T000000Z
DTSTART;TZID=Europe/Berlin:20250101T100000
DTEND;TZID=Europe/Berlin:20250101T113000
RRULE:FREQ=WEEKLY;INTERVAL=2;BYDAY=WE,FR;COUNT=99;WKST=SU
EXDATE;TZID=Europe/Berlin:20250103T100000,20260603T100000
RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20260524T100000/PT3H,20260525T100000/20260525T110000
SUMMARY:Füße und Hände
BEGIN:VALARM
ACTION:DISPLAY
TRIGGER;RELATED=END:-PT15M
DESCRIPTION:now
END:VALARM
END:VEVENT
BEGIN:VEVENT
UID:series
DTSTAMP:20260101T000000Z
RECURRENCE-ID;RANGE=THISANDFUTURE:20260515T080000Z
DTSTART;TZID=Customized Time Zone:20260516T100000
DURATION:P1DT2H
SEQUENCE:2
END:VEVENT
BEGIN:VEVENT
UID:day
DTSTAMP:20260101T000000Z
DTSTART;VALUE=DATE:20260520
DTEND;VALUE=DATE:20260522
RRULE:FREQ=MONTHLY;BYMONTHDAY=-1;UNTIL=20280101
EXRULE:FREQ=YEARLY
ATTENDEE;CN="Doe: Jane";PARTSTAT=ACCEPTED:mailto:jane@example.org
X-A;TZID=Nowhere:20260520T100000
END:VEVENT
BEGIN:VEVENT
UID:single
DTSTAMP:20260101T000000Z
LAST-MODIFIED:20260101T000000Z
DTSTART:20260520T100000
DESCRIPTION:a\\, b\\n
 folded
GEO:52.5;13.4
STATUS:CONFIRMED
END:VEVENT
END:VCALENDAR""".splitlines()

VALUES = st.sampled_from(
    [
        "",
        "0",
        "-1",
        "20260520",
        "20260520T100000",
        "20260520T100000Z",
        "00010101",
        "99991231T235959Z",
        "P1D",
        "-PT1H",
        "PT99999999999H",
        "+2400",
        "-2359",
        "FREQ=DAILY",
        "FREQ=YEARLY;BYMONTH=2;BYMONTHDAY=30",
        "FREQ=SECONDLY;COUNT=999999999",
        "FREQ=DAILY;UNTIL=00010101",
        "Europe/Berlin",
        "UTC",
        "W. Europe Standard Time",
        "VEVENT",
        "VCALENDAR",
        "VALARM",
        "a,b;c\\",
        "é\x00\x1f\u2028",
        "\ud83d",
        ":",
        '"',
    ]
)
PARAMETERS = st.sampled_from(
    [
        "",
        ";TZID=Customized Time Zone",
        ";TZID=",
        ";VALUE=DATE",
        ";VALUE=PERIOD",
        ";X",
        ';X="',
        ";TZID=Nowhere",
        ";VALUE=",
    ]
)


@st.composite
def damaged(draw: st.DrawFn) -> bytes:
    """Draw the sample with some lines removed, repeated, moved, or given other parameters or values."""
    lines = list(SAMPLE)
    for _ in range(draw(st.integers(0, 6))):
        at = draw(st.integers(0, len(lines) - 1))
        name, _, value = lines[at].partition(":")
        name, _, parameters = name.partition(";")
        changed = [
            [],
            [lines[at]] * 2,
            [draw(st.sampled_from(SAMPLE))],
            [f"{name}:{draw(VALUES)}"],
            [f"{name};{parameters}{draw(PARAMETERS)}:{value}"],
            [f"{name}{draw(PARAMETERS)}:{draw(VALUES)}"],
            [f"{draw(st.sampled_from(SAMPLE)).partition(':')[0]}:{value}"],
            [lines[at][: draw(st.integers(0, len(lines[at])))]],
        ]
        lines[at : at + 1] = draw(st.sampled_from(changed))
    return "\n".join(lines).encode("utf-8", "surrogatepass")


POLICIES = st.builds(
    lambda **chosen: Policy(keep_attendees=True, **chosen),  # of a NamedTuple itself all fields would be drawn
    series=st.sampled_from(SeriesMode),
    window=st.sampled_from([WindowPolicy(), WindowPolicy(None, None)]),
    keep_alarms=st.booleans(),
)


def survived(body: bytes, policy: Policy) -> Cleaned | None:
    try:
        return cleaned(body, policy=policy)
    except InvalidCalendar:
        return None


@given(body=damaged(), policy=POLICIES)
def test_a_damaged_calendar_gives_a_sound_one(body: bytes, policy: Policy) -> None:
    result = survived(body, policy)
    if result:
        assert_published(result.body, alarms=policy.keep_alarms)
        assert cleaned(result.body, policy=policy).body == result.body


@given(
    body=damaged(),
    policy=POLICIES,
    charset=st.sampled_from(["latin-1", "utf-7", "idna", "hex", "\0", "unicode_escape", "utf-16"]),
)
def test_no_charset_that_an_upstream_names_does_harm(body: bytes, policy: Policy, charset: str) -> None:
    try:
        calendar = read("one", body + b"\xff", charset)
    except InvalidCalendar:
        return
    assert_published(compose([calendar], policy, NOW).body, alarms=policy.keep_alarms)


@given(st.binary(max_size=300))
def test_bytes_that_are_no_calendar_are_refused_in_words(noise: bytes) -> None:
    with pytest.raises(InvalidCalendar, match=r"^one: "):
        cleaned(noise)
