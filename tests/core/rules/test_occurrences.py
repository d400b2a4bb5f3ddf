"""Rules on series: what they leave of a master, its overrides and its occurrences."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from calsieve.models import Policy, SeriesMode, Span, WindowPolicy
from calsieve.rules import Condition, Field, Operator, Rule, Where
from tests.core.kit import STAMP, events, vevent
from tests.core.rules.kit import both, drop, edit, equals, keep, none_of, published, setting

START = "DTSTART;TZID=Europe/Berlin:20260520T100000"  # a Wednesday
WEEKLY = vevent(START, "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:series")
DAILY = vevent(START, "RRULE:FREQ=DAILY;COUNT=8", "SUMMARY:series")
SATURDAY = equals(Field.WEEKDAY, "sat")


def override(slot: str, start: str, summary: str = "moved", *lines: str) -> str:
    zone = "Europe/Berlin"
    return vevent(f"RECURRENCE-ID;TZID={zone}:{slot}", f"DTSTART;TZID={zone}:{start}", f"SUMMARY:{summary}", *lines)


MOVED = override("20260527T100000", "20260527T120000")


def left(*components: str, rules: tuple[Rule, ...], **more: object) -> list[list[str]]:
    """Return the lines of each event that is left, but for stamps and the title of the series."""
    policy = Policy(rules=rules, timezone="Europe/Berlin", **more)  # type: ignore[arg-type]
    found = events(published(*components, policy=policy).body)
    hidden = {STAMP, "SUMMARY:series", "SUMMARY:moved"}
    return [
        [text for line in event.lines if (text := f"{line.name}{line.params}:{line.value}") not in hidden]
        for event in found
    ]


def titled(title: str) -> Condition:
    return equals(Field.SUMMARY, title)


def test_a_master_that_is_dropped_takes_its_occurrences_along() -> None:
    assert left(WEEKLY, rules=(drop(titled("series")),)) == []


def test_an_override_that_is_kept_without_its_master_stands_for_itself() -> None:
    assert left(WEEKLY, MOVED, rules=(drop(titled("series")),)) == [
        ["UID:a-20260527T100000", "DTSTART;TZID=Europe/Berlin:20260527T120000"]
    ]


@pytest.mark.parametrize("mode", [SeriesMode.TRIM, SeriesMode.KEEP, SeriesMode.CUT])
@pytest.mark.parametrize(
    ("form", "slot", "expected"),
    [
        (
            ";TZID=Europe/Berlin:20260520T100000",
            ";TZID=Europe/Berlin:20260527T100000",
            ";TZID=Europe/Berlin:20260527T100000",
        ),
        (";TZID=Europe/Berlin:20260520T100000", ":20260527T080000Z", ";TZID=Europe/Berlin:20260527T100000"),
        (":20260520T100000Z", ":20260527T100000Z", ":20260527T100000Z"),
        (":20260520T100000", ":20260527T100000", ":20260527T100000"),
        (";VALUE=DATE:20260520", ";VALUE=DATE:20260527", ";VALUE=DATE:20260527"),
    ],
)
def test_an_override_that_is_dropped_leaves_an_exdate(form: str, slot: str, expected: str, mode: SeriesMode) -> None:
    master = vevent(f"DTSTART{form}", "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:series")
    moved = vevent(f"RECURRENCE-ID{slot}", "DTSTART:20260528T100000Z", "SUMMARY:moved")
    (lines,) = left(master, moved, rules=(drop(titled("moved")),), series=mode)
    assert f"EXDATE{expected}" in lines


def test_an_override_that_was_moved_out_of_the_window_leaves_an_exdate_too() -> None:
    away = override("20260527T100000", "20290527T100000")
    (lines,) = left(WEEKLY, away, rules=(drop(titled("moved")),))
    assert "EXDATE;TZID=Europe/Berlin:20260527T100000" in lines


def test_an_exdate_is_not_said_twice() -> None:
    master = WEEKLY.replace("SUMMARY", "EXDATE;TZID=Europe/Berlin:20260527T100000\r\nSUMMARY")
    (lines,) = left(master, MOVED, rules=(drop(titled("moved")),))
    assert [line for line in lines if line.startswith("EXDATE")] == ["EXDATE;TZID=Europe/Berlin:20260527T100000"]


def test_all_can_go() -> None:
    assert left(WEEKLY, MOVED, rules=(drop(),)) == []


def test_edits_stay_where_they_belong() -> None:
    found = left(WEEKLY, MOVED, rules=(edit(setting("LOCATION", "there"), when=titled("moved")),))
    assert ["LOCATION:there" in lines for lines in found] == [False, True]


def test_a_series_whose_visible_overrides_are_dropped_may_show_nothing_any_more() -> None:
    old = vevent("DTSTART;TZID=Europe/Berlin:20200101T100000", "RRULE:FREQ=WEEKLY;COUNT=4", "SUMMARY:series")
    moved = override("20200108T100000", "20260527T100000")
    assert len(left(old, moved, rules=(drop(titled("x")),))) == 1
    assert left(old, moved, rules=(drop(titled("moved")),)) == []


def test_a_master_without_recurrences_goes_with_the_override_in_its_place() -> None:
    master = vevent(START, "SUMMARY:series")
    own, other = override("20260520T100000", "20260520T120000"), override("20260521T100000", "20260521T120000", "other")
    assert left(master, own, rules=(drop(titled("moved")),)) == []
    assert left(master, own, other, rules=(drop(titled("moved")),)) == [
        ["UID:a-20260521T100000", "DTSTART;TZID=Europe/Berlin:20260521T120000", "SUMMARY:other"]
    ]
    assert left(master, other, rules=(drop(titled("other")),)) == [["UID:a", START]]


RANGED = MOVED.replace("RECURRENCE-ID", "RECURRENCE-ID;RANGE=THISANDFUTURE")


@pytest.mark.parametrize("title", ["series", "moved"])
def test_a_change_for_all_that_follow_is_never_guessed_at(title: str) -> None:
    policy = Policy(rules=(drop(titled(title)), edit(setting("LOCATION", "x"))), timezone="Europe/Berlin")
    result = published(WEEKLY, RANGED, policy=policy)
    assert len(events(result.body)) == 2
    assert result.report.kept_whole == {"RANGE=THISANDFUTURE": 1}
    assert result.report.ruled == {"edit": 1}
    assert [event.has("LOCATION") for event in events(result.body)] == [title != "series", title == "series"]


def test_a_change_for_all_that_follow_goes_with_all_of_its_series() -> None:
    policy = Policy(rules=(drop(),), timezone="Europe/Berlin")
    result = published(WEEKLY, RANGED, policy=policy)
    assert (events(result.body), result.report.kept_whole) == ([], {})


# ── rules that ask which occurrence it is ─────────────────────────────────────────────────────────


def test_occurrences_that_are_all_judged_alike_stay_a_series() -> None:
    (lines,) = left(WEEKLY, rules=(drop(SATURDAY),))
    assert "RRULE:FREQ=WEEKLY;COUNT=4" in lines
    assert left(WEEKLY, rules=(drop(equals(Field.WEEKDAY, "wed")),)) == []


def test_occurrences_that_are_judged_differently_stand_for_themselves() -> None:
    found = left(DAILY, rules=(drop(equals(Field.WEEKDAY, "sat", "sun")),))
    assert [lines[0] for lines in found] == [f"UID:a-202605{day}T100000" for day in (20, 21, 22, 25, 26, 27)]
    assert found[0] == ["UID:a-20260520T100000", START]


def test_each_is_edited_by_its_own_verdict() -> None:
    found = left(DAILY, rules=(edit(setting("LOCATION", "away"), when=SATURDAY),))
    assert [lines[0] for lines in found if "LOCATION:away" in lines] == ["UID:a-20260523T100000"]
    assert len(found) == 8


def test_occurrences_that_stand_for_themselves_are_counted_one_by_one() -> None:
    rules = (drop(SATURDAY, "saturdays"), keep(name="others"))
    apart = published(DAILY, MOVED, policy=Policy(rules=rules, timezone="Europe/Berlin"))
    assert apart.report.ruled == {"others": 7, "saturdays": 1}  # the moved one among them
    together = published(WEEKLY, MOVED, policy=Policy(rules=rules, timezone="Europe/Berlin"))
    assert together.report.ruled == {"others": 2}


def test_overrides_are_judged_by_their_own_time() -> None:
    to_saturday = override("20260527T100000", "20260530T100000")
    (lines,) = left(WEEKLY, to_saturday, rules=(drop(SATURDAY),))
    assert "EXDATE;TZID=Europe/Berlin:20260527T100000" in lines
    found = left(WEEKLY, to_saturday, rules=(drop(equals(Field.WEEKDAY, "wed")),))
    assert found == [["UID:a-20260527T100000", "DTSTART;TZID=Europe/Berlin:20260530T100000"]]
    found = left(DAILY, to_saturday, rules=(drop(equals(Field.WEEKDAY, "fri")),))
    assert found[-1] == ["UID:a-20260527T100000", "DTSTART;TZID=Europe/Berlin:20260530T100000"]


def test_a_series_of_one_time_may_have_two_in_the_feed() -> None:
    utc = vevent("DTSTART:20261020T170000Z", "RRULE:FREQ=WEEKLY;COUNT=2", "SUMMARY:series")  # 19:00, then 18:00
    late = Where(Field.TIME, Operator.RANGE, low=time(19))
    assert left(utc, rules=(drop(late),)) == [["UID:a-20261027T170000Z", "DTSTART:20261027T170000Z"]]


def test_what_is_not_asked_of_its_time_is_not_taken_apart() -> None:
    rules = (drop(titled("x")), keep(none_of(titled("x"))), drop(SATURDAY))
    assert len(left(DAILY, rules=rules)) == 1


def test_dates_have_no_time_that_could_vary() -> None:
    dates = DOUBTFUL.replace(START, "DTSTART;VALUE=DATE:20260520")
    late = Where(Field.TIME, Operator.RANGE, low=time(20), high=time(6))
    rules = (drop(both(SATURDAY, late)), edit(setting("LOCATION", "x"), when=Where(Field.TIME, Operator.EXISTS)))
    result = published(dates, policy=Policy(rules=rules, series=SeriesMode.KEEP))
    assert (result.report.kept_whole, result.report.ruled) == ({}, {})
    rules = (edit(setting("LOCATION", "x"), when=Where(Field.TIME, Operator.EXISTS)),)
    result = published(DOUBTFUL, policy=Policy(rules=rules, series=SeriesMode.KEEP))
    assert (result.report.kept_whole, result.report.ruled) == ({}, {"edit": 1})


def test_a_period_has_a_length_of_its_own() -> None:
    master = vevent(
        START,
        "DURATION:PT1H",
        "RDATE;VALUE=PERIOD;TZID=Europe/Berlin:20260521T100000/PT5H,20260522T100000/PT1H",
        "SUMMARY:series",
    )
    long = Where(Field.DURATION, Operator.RANGE, low=timedelta(hours=2))
    found = left(master, rules=(drop(long),))
    assert [lines[0] for lines in found] == ["UID:a-20260520T100000", "UID:a-20260522T100000"]
    assert left(master, rules=(drop(Where(Field.DURATION, Operator.EXISTS)),)) == []


@pytest.mark.parametrize("weekday", ["wed", "sun"])
def test_overrides_stand_for_themselves_where_nothing_else_is_visible(weekday: str) -> None:
    old = vevent("DTSTART;TZID=Europe/Berlin:20260401T100000", "RRULE:FREQ=WEEKLY;COUNT=2", "SUMMARY:series")
    moved = override("20260408T100000", "20260528T100000")
    assert left(old, moved, rules=(drop(equals(Field.WEEKDAY, weekday)),)) == [
        ["UID:a-20260408T100000", "DTSTART;TZID=Europe/Berlin:20260528T100000"]
    ]


DOUBTFUL = vevent(START, "RRULE:FREQ=WEEKLY;BYDAY=MO,WE,FR;BYSETPOS=2", "SUMMARY:series")
REASON = "BYSETPOS, but for weekdays of a month"


@pytest.mark.parametrize(
    ("rules", "ruled", "location"),
    [
        ((drop(SATURDAY),), {}, False),
        ((drop(SATURDAY), edit(setting("LOCATION", "x"))), {"edit": 1}, True),
        ((keep(SATURDAY), drop()), {}, False),  # who could not be asked might have kept it
    ],
)
def test_what_can_t_be_told_is_kept_whole(rules: tuple[Rule, ...], ruled: dict[str, int], location: bool) -> None:
    result = published(DOUBTFUL, policy=Policy(rules=rules, timezone="Europe/Berlin"))
    (event,) = events(result.body)
    assert event.has("LOCATION") is location
    assert result.report.kept_whole == {REASON: 1}
    assert result.report.ruled == ruled


def test_overrides_of_what_can_t_be_told_are_ruled() -> None:
    master = DOUBTFUL.replace(";BYSETPOS=2", ";BYSETPOS=1,2,3")
    result = published(master, MOVED, policy=Policy(rules=(drop(titled("moved")), drop(SATURDAY))))
    (event,) = events(result.body)
    assert event.value("EXDATE") == "20260527T100000"
    assert result.report.kept_whole == {REASON: 1}
    assert result.report.ruled == {"drop": 1}


def test_more_occurrences_than_the_bound_are_kept_whole() -> None:
    endless = DAILY.replace(";COUNT=8", "")
    policy = Policy(rules=(drop(SATURDAY),), window=WindowPolicy(Span(days=7), None), timezone="Europe/Berlin")
    result = published(endless, policy=policy)
    assert len(events(result.body)) == 1
    assert set(result.report.kept_whole) <= {"more occurrences than the bound", "more steps than the bound"}
    assert result.report.series_kept_whole == 1


def test_a_window_s_past_is_not_asked() -> None:
    before = Where(Field.DATE, Operator.RANGE, high=date(2026, 1, 1))
    master = vevent("DTSTART;TZID=Europe/Berlin:20250521T100000", "RRULE:FREQ=WEEKLY", "SUMMARY:series")
    (lines,) = left(master, rules=(drop(before),))
    assert "RRULE:FREQ=WEEKLY" in lines


def test_an_excepted_slot_is_never_guessed_at() -> None:
    master = WEEKLY.replace("SUMMARY", "EXDATE;TZID=Europe/Berlin:20260527T100000\r\nSUMMARY")
    result = published(master, MOVED, policy=Policy(rules=(drop(titled("series")),), timezone="Europe/Berlin"))
    assert result.report.kept_whole == {"an override of an excepted slot": 1}
    assert len(events(result.body)) == 2


def test_times_beyond_all_calendars_are_kept_whole(monkeypatch: pytest.MonkeyPatch) -> None:
    def overflow(*_: object) -> None:
        raise OverflowError

    monkeypatch.setattr("calsieve.core.rules.occurrences.told", overflow)
    result = published(DAILY, policy=Policy(rules=(drop(SATURDAY),), timezone="Europe/Berlin"))
    assert result.report.kept_whole == {"times beyond the year 9999": 1}
    assert len(events(result.body)) == 1
