"""What a published file puts on the calendar."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest

from calsieve.core.agenda import agenda
from calsieve.errors import InvalidCalendar
from calsieve.models import Shown
from tests.core.kit import vcalendar, vevent
from tests.interop.readers import Occurrence, View, recurring_one

ZONE = "Europe/Berlin"
MAY, JUNE = datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC)
# RANGE=THISANDFUTURE is carried out there and not here, and so never sure.
GOLDEN = [
    file
    for file in sorted((Path(__file__).parents[1] / "golden/cases").glob("*.out.ics"))
    if file.name != "this-and-future.out.ics"
]
WEEKLY = ("DTSTART:20260504T100000Z", "DTEND:20260504T110000Z", "RRULE:FREQ=WEEKLY;COUNT=3")


def shown(*parts: str, start: datetime = MAY, end: datetime = JUNE, timezone: str = ZONE) -> tuple[Shown, ...]:
    return agenda(vcalendar(*parts), start, end, timezone)


def at(day: int, hour: int = 10, minute: int = 0) -> datetime:
    return datetime(2026, 5, day, hour, minute, tzinfo=UTC)


def test_a_single_event_is_told_with_what_a_phone_shows() -> None:
    lines = ("SUMMARY:Lunch\\, long", "LOCATION:Room 1\\nleft", "STATUS:tentative", "DESCRIPTION:no")
    (one,) = shown(vevent("DTSTART:20260504T100000Z", "DTEND:20260504T113000Z", *lines))
    assert one == Shown("a", "", at(4), at(4, 11, 30), False, "Lunch, long", "Room 1\nleft", "TENTATIVE", True)


def test_what_is_not_said_is_empty_or_confirmed() -> None:
    (one,) = shown(vevent("DTSTART:20260504T100000Z"))
    assert one == Shown("a", "", at(4), at(4), False, "", "", "CONFIRMED")


def test_an_alarms_own_text_is_not_the_events() -> None:
    alarm = ("BEGIN:VALARM", "ACTION:EMAIL", "TRIGGER:-PT5M", "SUMMARY:ring", "DESCRIPTION:x", "END:VALARM")
    (one,) = shown(vevent("DTSTART:20260504T100000Z", "SUMMARY:Lunch", *alarm))
    assert one.summary == "Lunch"


def test_whole_days_are_midnights_of_the_feeds_zone() -> None:
    (one,) = shown(vevent("DTSTART;VALUE=DATE:20260504", "DTEND;VALUE=DATE:20260506"))
    assert (one.start, one.end, one.all_day) == (at(3, 22), at(5, 22), True)


def test_an_unknown_zone_counts_as_utc() -> None:
    (one,) = shown(vevent("DTSTART;VALUE=DATE:20260504"), timezone="Nowhere/Land")
    assert one.start == at(4, 0)


def test_the_edges_are_half_open_and_may_be_in_any_zone() -> None:
    events = [vevent(f"UID:{h}", f"DTSTART:20260504T{h}0000Z", f"DTEND:20260504T{h + 1}0000Z") for h in (10, 11, 12)]
    found = shown(*events, start=at(4, 11).astimezone(), end=at(4, 12).astimezone())
    assert [one.uid for one in found] == ["11"]


def test_what_begins_at_a_time_is_ordered_by_days_first_then_length_then_uid() -> None:
    midnight = "DTSTART:20260503T220000Z"
    events = [
        vevent("UID:b", midnight, "DTEND:20260503T230000Z"),
        vevent("UID:a", midnight, "DTEND:20260503T230000Z"),
        vevent("UID:c", midnight, "DTEND:20260503T223000Z"),
        vevent("UID:d", "DTSTART;VALUE=DATE:20260504"),
    ]
    assert [one.uid for one in shown(*events)] == ["d", "c", "a", "b"]


def test_occurrences_are_known_by_their_slots() -> None:
    moved = vevent("RECURRENCE-ID:20260511T100000Z", "DTSTART:20260512T120000Z", "SUMMARY:later")
    found = shown(vevent(*WEEKLY, "SUMMARY:weekly"), moved)
    assert [(one.slot, one.start, one.summary) for one in found] == [
        ("20260504T100000Z", at(4), "weekly"),
        ("20260511T100000Z", at(12, 12), "later"),
        ("20260518T100000Z", at(18), "weekly"),
    ]
    assert all(one.sure for one in found)


def test_added_periods_are_told() -> None:
    found = shown(vevent("DTSTART:20260504T100000Z", "RDATE;VALUE=PERIOD:20260505T100000Z/PT2H"))
    assert [(one.start, one.end) for one in found] == [(at(4), at(4)), (at(5), at(5, 12))]


def test_a_period_that_is_added_twice_is_told_once() -> None:
    added = "RDATE;VALUE=PERIOD:20260505T100000Z/PT2H"
    assert shown(vevent("DTSTART:20260504T100000Z", added, added)) == shown(vevent("DTSTART:20260504T100000Z", added))


@pytest.mark.parametrize(
    "line",
    [
        "EXRULE:FREQ=WEEKLY;INTERVAL=2",
        "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=2",
    ],
)
def test_what_readers_show_differently_is_not_sure(line: str) -> None:
    start = ("DTSTART:20260504T100000Z", "RRULE:FREQ=DAILY;COUNT=2") if line.startswith("EX") else (WEEKLY[0],)
    assert [one.sure for one in shown(vevent(*start, line))].count(False) >= 2


def test_dtstart_is_told_though_its_rule_has_it_not() -> None:
    found = shown(vevent("DTSTART:20260504T100000Z", "RRULE:FREQ=WEEKLY;BYDAY=TU;COUNT=1"))
    assert [(one.start, one.sure) for one in found] == [(at(4), False), (at(5), False)]


@pytest.mark.parametrize(
    "more", ["RECURRENCE-ID;RANGE=THISANDFUTURE:20260511T100000Z", "RECURRENCE-ID:20260511T100000Z"]
)
def test_overrides_that_readers_take_differently_are_not_sure(more: str) -> None:
    exception = [] if "RANGE" in more else ["EXDATE:20260511T100000Z"]
    found = shown(vevent(*WEEKLY, *exception), vevent(more, "DTSTART:20260511T120000Z"))
    assert [(one.start.day, one.sure) for one in found] == [(4, False), (11, False), (18, False)]


def test_a_rule_that_takes_too_long_costs_only_its_own_occurrences() -> None:
    endless = vevent("UID:e", "DTSTART:20200101T000000Z", "RRULE:FREQ=SECONDLY;COUNT=2000000000")
    override = vevent("UID:e", "RECURRENCE-ID:20260511T100000Z", "DTSTART:20260511T100000Z", "SUMMARY:known")
    found = shown(endless, override, vevent(*WEEKLY))
    assert Counter(one.uid for one in found) == {"a": 3, "e": 1}


def test_the_work_for_all_series_is_bounded() -> None:
    rule = ("DTSTART:20260501T000000Z", "RRULE:FREQ=MINUTELY")
    found = shown(*[vevent(f"UID:{n:02}", *rule) for n in range(20)])
    assert len(found) == 10 * 31 * 24 * 60
    assert found == shown(*[vevent(f"UID:{n:02}", *rule) for n in range(20)])


def test_a_zone_is_what_its_definition_says_from_its_first_use_on() -> None:
    """Asia/Tokyo had summer time in 1950, and this definition knows nothing of it."""
    tokyo = "BEGIN:VTIMEZONE\r\nTZID:Asia/Tokyo\r\nBEGIN:STANDARD\r\nDTSTART:16010101T000000\r\n"
    tokyo += "TZOFFSETFROM:+0900\r\nTZOFFSETTO:+0900\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    ends = datetime(1, 1, 3, tzinfo=UTC), datetime(9999, 12, 29, tzinfo=UTC)
    (one,) = shown(tokyo, vevent("DTSTART;TZID=Asia/Tokyo:19500704T100000"), start=ends[0], end=ends[1])
    assert one.start == datetime(1950, 7, 4, 1, tzinfo=UTC)


def test_what_is_no_calendar_is_refused() -> None:
    with pytest.raises(InvalidCalendar, match="the file is empty"):
        agenda(b"", MAY, JUNE, ZONE)


@pytest.mark.parametrize("file", GOLDEN, ids=lambda file: file.name.removesuffix(".out.ics"))
def test_what_is_sure_is_what_another_expander_shows(file: Path) -> None:
    body, view = file.read_bytes(), View(datetime(2026, 4, 20, tzinfo=UTC), datetime(2027, 5, 24, tzinfo=UTC), ZONE)
    own = agenda(body, view.start, view.end, view.timezone)
    theirs = recurring_one(body, view)
    assert isinstance(theirs, Counter)
    unsure = {one.summary for one in own if not one.sure}
    sure = Counter(_as_they_say(one) for one in own if one.summary not in unsure)
    assert sure == Counter({one: count for one, count in theirs.items() if one.summary not in unsure})
    assert own == tuple(sorted(own, key=lambda one: one.start))
    assert max((one.end - one.start for one in own), default=timedelta()) >= timedelta()


def _as_they_say(one: Shown) -> Occurrence:
    plain = "".join(" " if char < " " else char for char in one.summary)
    return Occurrence(int(one.start.timestamp()), int(one.end.timestamp()), one.all_day, plain)
