"""What a source is read into: what may be visible, little else, and in one pass where that will do."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta

import pytest

from calsieve.core import allowance
from calsieve.core import read as module
from calsieve.core.read import Calendar, read
from calsieve.core.screen import reach_of
from calsieve.errors import UpstreamTooLarge
from calsieve.models import WindowPolicy
from tests.core.kit import NOW, vcalendar, vevent

REACH = reach_of(WindowPolicy(), NOW)


class Counted:
    """A body that counts how often it is read."""

    def __init__(self, *events: str) -> None:
        self.body = vcalendar(*events)
        self.passes = 0

    def __iter__(self) -> Iterator[bytes]:
        self.passes += 1
        yield self.body


def kept(*events: str) -> tuple[Calendar, int]:
    body = Counted(*events)
    return read("work", body, reach=REACH), body.passes


OLD, SHOWN = "DTSTART:20200101T100000Z", "DTSTART:20260520T100000Z"


@pytest.mark.parametrize(
    "event",
    [
        vevent(OLD),
        vevent("DTSTART;TZID=Europe/Berlin:20200101T100000", "DTEND;TZID=Europe/Berlin:20200101T110000"),
        vevent("DTSTART;VALUE=DATE:20200101", "DURATION:P3D"),
        vevent("UID:ä", OLD),
        vevent("dtstart:20200101T100000Z"),
        vevent("DTST\r\n ART:20200101T100000Z"),
        vevent(OLD, "RRULE:FREQ=DAILY;COUNT=10"),
        vevent(OLD, "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO,WE;COUNT=10;WKST=SU"),
        vevent(OLD, "RRULE:FREQ=MONTHLY;BYDAY=-1FR;COUNT=10"),
        vevent(OLD, "RRULE:FREQ=YEARLY;BYMONTH=1;BYMONTHDAY=1;COUNT=3"),
        vevent(OLD, "RRULE:FREQ=MONTHLY;BYSETPOS=1;BYDAY=MO;UNTIL=20210101T000000Z"),
        vevent("DTSTART:20300101T100000Z"),
        vevent(OLD, "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nACTION:DISPLAY\r\nEND:VALARM"),
        vevent("BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nEND:VALARM", OLD, "DTEND:20200101T110000Z"),
        vevent(OLD, "DTEND:20200101T110000Z", "RRULE:FREQ=DAILY;COUNT=10"),
        vevent(OLD, "DTEND:20200101T110000Z", "UID:b", "URL:x", "RELATED-TO:c", "EXDATE:20200101T100000Z"),
        vevent(OLD, "DTEND:20200101T110000Z", "DTSTART:20260520T100000Z"),
    ],
)
def test_what_is_certainly_not_visible_is_let_go(event: str) -> None:
    calendar, passes = kept(event)
    assert (len(calendar.events), calendar.events_in, passes) == (0, 1, 1)
    assert sum(calendar.screened.values()) == 1


@pytest.mark.parametrize(
    "event",
    [
        vevent(SHOWN),
        vevent(OLD, "DTEND:20260520T100000Z"),
        vevent(OLD, "DTEND:20200101T110000Z", "RDATE:20260520T100000Z"),
        vevent(OLD, "DTEND:20200101T110000Z", "rdate:20260520T100000Z"),
        vevent(OLD, "DTEND:20200101T110000Z", "R\r\n DATE:20260520T100000Z"),
        vevent(OLD, "DTEND:20200101T110000Z", "DT\r\n START:20260520T100000Z", "BEGIN:X\r\nEND:X"),
        vevent(OLD, "DTEND:20200101T110000Z", "RRULE:FREQ=DAILY;UNTIL=20269999T000000Z"),
        vevent(OLD, "DTEND:20209999T110000Z", "RRULE:FREQ=DAILY;COUNT=10"),
        vevent("DTSTART:20209901T100000Z", "DTEND:20209901T110000Z", "RRULE:FREQ=DAILY;COUNT=10"),
        vevent(OLD, "DTEND:20200101T110000Z", "RRULE;X=1:FREQ=DAILY;COUNT=10"),
        vevent(OLD, "DTSTART:20990101", "DTEND:20990101T120000"),
        vevent("DTEND:20260520T110000Z", OLD, "DTEND:20200101T110000Z"),
        vevent(OLD, "DURATION:P2500D"),
        vevent(OLD, "RRULE:FREQ=DAILY"),
        vevent(OLD, "RRULE:FREQ=DAILY;COUNT=9999"),
        vevent(OLD, "RRULE:FREQ=DAILY;INTERVAL=300;COUNT=10"),
        vevent(OLD, "RRULE:FREQ=DAILY;UNTIL=20260601T000000Z"),
        vevent(OLD, "RRULE:FREQ=DAILY;COUNT=3;BYDAY=MO"),
        vevent("DTSTART:20200131T100000Z", "RRULE:FREQ=MONTHLY;COUNT=3"),
        vevent(OLD, "RRULE:FREQ=MONTHLY;BYDAY=5FR;COUNT=3"),
        vevent(OLD, "RRULE:FREQ=YEARLY;BYMONTH=1,2;BYMONTHDAY=1;COUNT=3"),
        vevent(OLD, "RRULE:FREQ=DAILY;COUNT=3", "RDATE:20260520T100000Z"),
        vevent(OLD, "RECURRENCE-ID:20200101T100000Z"),
        vevent(OLD, "DTSTART:20260520T100000Z"),
        vevent('DTSTART;TZID="a:20200101":20260520T100000'),
        vevent("DTSTART:soon"),
    ],
)
def test_what_may_be_visible_is_kept(event: str) -> None:
    calendar, _ = kept(event)
    assert (len(calendar.events), calendar.events_in) == (1, 1)


def test_a_series_that_was_over_not_long_ago_is_kept() -> None:
    def series(days: int) -> str:
        last = date(2026, 4, 20) - timedelta(days)
        return vevent(OLD, f"RRULE:FREQ=DAILY;UNTIL={last:%Y%m%d}T120000Z")

    assert len(kept(series(80))[0].events) == 1
    assert len(kept(series(120))[0].events) == 0


def test_the_uid_of_an_alarm_is_not_that_of_the_event() -> None:
    alarm = "BEGIN:VALARM\r\nTRIGGER:-PT15M\r\nUID:x\r\nEND:VALARM"
    old = vevent(alarm, OLD, "DTEND:20200101T110000Z", "UID:x ")
    assert kept(old, vevent("UID:x", SHOWN))[1] == 2
    assert kept(old.replace("UID:x ", "UID:y"), vevent("UID:x", SHOWN))[1] == 1
    first = f"BEGIN:VEVENT\r\n{alarm}\r\n{OLD}\r\nDTEND:20200101T110000Z\r\nUID:y\r\nEND:VEVENT"
    assert kept(first, vevent("UID:x", SHOWN))[1] == 1
    assert kept(first, vevent("UID:y", SHOWN))[1] == 2


def test_overrides_go_with_their_master() -> None:
    override = vevent("RECURRENCE-ID:20200102T100000Z", "DTSTART:20200103T100000Z")
    calendar, passes = kept(vevent(OLD, "RRULE:FREQ=DAILY;COUNT=3"), override)
    assert (len(calendar.events), calendar.events_in, calendar.screened, passes) == (0, 2, {"past": 1}, 1)


def test_a_second_pass_finds_what_belongs_to_something_kept() -> None:
    moved = vevent("RECURRENCE-ID:20200102T100000Z", SHOWN)
    calendar, passes = kept(vevent(OLD, "RRULE:FREQ=DAILY;COUNT=3"), vevent("UID:b", OLD), moved)
    assert (len(calendar.events), calendar.screened, passes) == (2, {"past": 1}, 2)


def test_a_second_pass_finds_it_at_the_end_of_a_file_that_was_cut_off_too() -> None:
    later = vevent("DTSTART:20300101T100000Z")
    whole = vcalendar(vevent(SHOWN), later)
    cut = whole[: whole.rindex(b"END:VEVENT")]
    assert len(read("work", cut, reach=REACH).events) == 2


def test_where_too_many_were_let_go_to_be_remembered_there_is_a_second_pass(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "_MOST_REMEMBERED", 2)
    calendar, passes = kept(*(vevent(f"UID:{n}", OLD) for n in range(4)), vevent("UID:x", SHOWN), vevent("UID:x", OLD))
    assert (len(calendar.events), passes) == (2, 2)


@pytest.mark.parametrize("start", ["DTSTART:00010101", "DTSTART:00010102T000000", "DTSTART:99991231T100000Z"])
@pytest.mark.parametrize("more", ["RRULE:FREQ=YEARLY;COUNT=2", "DURATION:PT1H", "DTEND:99991231T235900Z"])
def test_a_window_without_edges_reaches_all_time(start: str, more: str) -> None:
    reach = reach_of(WindowPolicy(None, None), NOW)
    assert len(read("work", vcalendar(vevent(start, more)), reach=reach).events) == 1


def test_without_a_reach_everything_is_kept() -> None:
    assert len(read("work", vcalendar(vevent(OLD), vevent("UID:b", SHOWN))).events) == 2


SOON = "DTSTART:20260521T100000Z"


@pytest.mark.parametrize("slow", ["", "x"], ids=["as bytes", "line by line"])
def test_what_may_be_visible_has_a_bound_in_bytes_and_the_past_has_none(slow: str) -> None:
    head = f"X-{slow}\0:1" if slow else "X-A:1"
    late = [vevent(f"UID:{number}", SOON, head, f"SUMMARY:{'x' * 500}") for number in range(20)]
    early = [vevent(f"UID:{number}", "DTSTART:20200521T100000Z", f"SUMMARY:{'x' * 500}") for number in range(20)]
    assert len(read("one", vcalendar(*late), reach=REACH, most=20_000).events) == 20
    assert len(read("one", vcalendar(*late), reach=REACH).events) == 20
    assert read("one", vcalendar(*early), reach=REACH, most=2_000).events == ()
    with pytest.raises(UpstreamTooLarge, match=r"^one: has more than 2,000 bytes of events in the feed's window: "):
        read("one", vcalendar(*late), reach=REACH, most=2_000)


def test_zones_count_too() -> None:
    zones = [f"BEGIN:VTIMEZONE\r\nTZID:zone-{number}\r\nEND:VTIMEZONE" for number in range(20)]
    with pytest.raises(UpstreamTooLarge):
        read("one", vcalendar(*zones), reach=REACH, most=2_000)


def test_rules_of_zones_have_a_bound_and_a_zone_that_is_written_again_has_none() -> None:
    rule = "BEGIN:STANDARD\r\nRRULE:FREQ=YEARLY\r\nEND:STANDARD\r\n"
    zones = [f"BEGIN:VTIMEZONE\r\nTZID:{n}\r\n{rule * 20}END:VTIMEZONE\r\n" for n in range(101)]
    again = vcalendar("".join(zones[:1] * 200 + zones[:100]) + vevent("DTSTART:20260520"))
    assert len(read("one", again, most=1_000_000).zones) == 100
    most = vcalendar("".join(zones) + vevent("DTSTART:20260520"))
    assert len(read("one", most).zones) == 101
    with pytest.raises(UpstreamTooLarge, match=r"^one: has more than 2,000 rules of time zones"):
        read("one", most, most=1_000_000)


@pytest.mark.parametrize("where", ["event", "alarm", "calendar", "open"])
def test_one_event_has_a_bound_in_lines(where: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(allowance, "_MOST_LINES", 100)
    lines = [f"X-A:{number}" for number in range(200)]
    body = {
        "event": vcalendar(vevent(SOON, *lines)),
        "alarm": vcalendar(vevent(SOON, "BEGIN:VALARM", *lines, "END:VALARM", "X-\0B:1")),
        "calendar": vcalendar(*lines),
        "open": vcalendar("BEGIN:VEVENT", *lines),
    }[where]
    with pytest.raises(UpstreamTooLarge, match=r"^one: has more than 100 lines in one place"):
        read("one", body, reach=REACH, most=1_000_000)
    read("one", body, reach=REACH)
