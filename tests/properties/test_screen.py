"""The screen, the short way and the cutting into blocks change no byte, whatever the writer did to the text."""

from __future__ import annotations

import re
from datetime import UTC, datetime

from hypothesis import given
from hypothesis import strategies as st

from calsieve.core.clean import compose
from calsieve.core.event_lines import left_out
from calsieve.core.read import read
from calsieve.core.screen import reach_of
from calsieve.errors import InvalidCalendar
from calsieve.models import Policy, SeriesMode, Snap, Span, WindowPolicy
from tests.core.kit import NOW, cleaned, vcalendar
from tests.properties.calendars import NOWS, policies, sources
from tests.properties.test_damage import POLICIES, damaged

MODES = st.sampled_from(SeriesMode)
DATES = ["18991231", "19990101", "20260310", "20260419", "20260520", "20270524", "20270601", "20990101", "99991231"]
LINES = st.sampled_from(
    [
        *(f"DTSTART{form}" for date in DATES for form in (f":{date}", f":{date}T235900Z", f";VALUE=DATE:{date}")),
        *(f"DTEND{form}" for date in DATES for form in (f":{date}T120000", f";TZID=Europe/Berlin:{date}T120000")),
        *(f"DURATION:{length}" for length in ("PT1H", "P3D", "P30W", "P9999D", "-PT1H", "PT", "P1W2D")),
        *(f"RECURRENCE-ID:{date}T100000Z" for date in DATES[1:5]),
        "RECURRENCE-ID;RANGE=THISANDFUTURE:20200101T100000Z",
        "RRULE:FREQ=DAILY;COUNT=3",
        "RRULE:FREQ=WEEKLY;COUNT=400;BYDAY=MO,WE",
        "RRULE:FREQ=WEEKLY;UNTIL=20200101T000000Z",
        "RRULE:FREQ=MONTHLY;COUNT=5;UNTIL=20260601",
        "RRULE:FREQ=YEARLY",
        "RRULE:FREQ=YEARLY;COUNT=40",
        "RRULE:FREQ=DAILY;INTERVAL=0;COUNT=2",
        "RRULE:FREQ=DAILY;UNTIL=soon",
        "RDATE:20260520T100000Z",
        "EXDATE:20260520T100000Z",
        'DTSTART;TZID="a:19990101T000000":20260520T100000',
        "DTSTART;TZID=x:19990101T000000:20260520T100000",
        "UID:a",
        "UID:b",
        "UID: ",
        "UID;X=1:c",
        "UID:ü",
        "SEQUENCE:9",
        "SUMMARY:BEGIN:VEVENT",
        "X-TEXT:a\\nBEGIN:VEVENT\\nEND:VEVENT",
        "DESCRIPTION:one, two; three",
        "DESCRIPTION:one\nDTSTART:20260520T100000Z",
        "SUMMARY:" + "long " * 30,
        "BEGIN:VALARM\nTRIGGER:-PT15M\nACTION:DISPLAY\nEND:VALARM",
        "BEGIN:VALARM\nTRIGGER:-PT15M\nDURATION:PT5M\nDTSTART:20260520T100000Z\nUID:alarm\nEND:VALARM",
        "BEGIN:VALARM\nBEGIN:VALARM\nEND:VALARM\nSUMMARY:of the alarm\nEND:VALARM",
        "BEGIN:VALARM\nTRIGGER:-PT15M",
        "END:VALARM",
        "BEGIN:X-OTHER\nDTSTART:20260520T100000Z\nEND:X-OTHER",
        "BEGIN:VTODO\nDTSTART:20260520T100000Z\nEND:VTODO",
        "END:VEVENT\nBEGIN:VEVENT",
        "END:VEVENT\nX-WR-TIMEZONE:Asia/Tokyo\nBEGIN:VEVENT",
        "END:VCALENDAR\nBEGIN:VCALENDAR",
        "ATTENDEE:mailto:a@example.org",
        "X-A;TZID=Asia/Tokyo:1",
        "words that begin no property",
        "GEO:1;2",
        "STATUS:confirmed",
    ]
)


@st.composite
def events(draw: st.DrawFn) -> str:
    lines = draw(st.lists(LINES, min_size=1, max_size=6))
    usual = draw(st.sampled_from([[], ["UID:a", "DTSTART:19990101T100000Z"], ["UID:z", "DTSTART:20260520T100000Z"]]))
    return "\n".join(
        ["BEGIN:VEVENT", *draw(st.permutations([*usual, "DTSTAMP:20260101T000000Z", *lines])), "END:VEVENT"]
    )


@st.composite
def texts(draw: st.DrawFn) -> bytes:
    """Draw a calendar of odd events, and write it in an odd way."""
    body = vcalendar(*draw(st.lists(events(), min_size=1, max_size=5))).replace(b"\r\n", b"\n")
    for _ in range(draw(st.integers(0, 3))):
        at = draw(st.integers(0, len(body)))
        body = body[:at] + draw(st.sampled_from([b"\n ", b"\n\t", b"\n\n ", b"\r", b"\x00", b" ", b"\n"])) + body[at:]
    for name in draw(st.lists(st.sampled_from([b"DTSTART", b"RRULE", b"UID", b"BEGIN", b"DTEND", b"END"]), max_size=1)):
        odd = draw(st.sampled_from([name.lower(), name.capitalize(), name + b" "]))
        body = re.sub(rb"\b%s\b" % name, odd, body, count=draw(st.integers(1, 3)))
    return body.replace(b"\n", draw(st.sampled_from([b"\r\n", b"\n", b"\r"])))


@st.composite
def pieces(draw: st.DrawFn, body: bytes) -> list[bytes]:
    cuts = sorted(draw(st.lists(st.integers(0, len(body)), max_size=5)))
    return [body[begin:end] for begin, end in zip([0, *cuts], [*cuts, len(body)], strict=True)]


WINDOWS = st.builds(
    WindowPolicy,
    st.sampled_from([Span(days=28), Span(), Span(days=3650), None]),
    st.sampled_from([Span(days=364), Span(days=7), None]),
    st.sampled_from(Snap),
)


@given(data=st.data(), body=texts(), window=WINDOWS, mode=MODES)
def test_odd_texts_give_the_same_with_the_screen_and_without(
    data: st.DataObject, body: bytes, window: WindowPolicy, mode: SeriesMode
) -> None:
    policy = Policy(window=window, series=mode, timezone=data.draw(st.sampled_from([None, "Pacific/Kiritimati"])))
    try:
        slowly = cleaned(body, policy=policy, screened=False)
    except InvalidCalendar:
        return
    calendar = read("one", data.draw(pieces(body)), reach=reach_of(window, NOW), left_out=left_out(policy))
    assert compose([calendar], policy, NOW).body == slowly.body


@given(body=damaged(), policy=POLICIES)
def test_damaged_calendars_give_the_same_with_the_screen_and_without(body: bytes, policy: Policy) -> None:
    try:
        slowly = cleaned(body, policy=policy, screened=False)
    except InvalidCalendar:
        return
    assert cleaned(body, policy=policy).body == slowly.body


@given(data=st.data(), source=sources(), now=NOWS, mode=MODES)
def test_the_screen_changes_nothing(data: st.DataObject, source: bytes, now: datetime, mode: SeriesMode) -> None:
    policy = data.draw(policies(mode))
    screened, unscreened = (cleaned(source, policy=policy, now=now, screened=screened) for screened in (True, False))
    assert screened.body == unscreened.body
    counts = [
        (r.events_in, r.events_out, r.series_out, r.series_in, r.past + r.future)
        for r in (screened.report, unscreened.report)
    ]
    assert counts[0] == counts[1]


def test_utf16_is_read_with_its_mark_and_without() -> None:
    body = vcalendar("BEGIN:VEVENT", "UID:ä", "DTSTART:20260520T100000Z", "END:VEVENT")
    expected = cleaned(body).body
    text = body.decode()
    for encoded in (text.encode("utf-16"), text.encode("utf-16-le"), text.encode("utf-16-be")):
        calendar = read("one", [encoded[:7], encoded[7:]], reach=reach_of(WindowPolicy(), NOW))
        assert compose([calendar], Policy(), datetime(2026, 5, 20, 12, tzinfo=UTC)).body == expected
