"""What a VTIMEZONE's observances say, how much of them is published, and what nonsense costs."""

from __future__ import annotations

import time
from collections import Counter
from datetime import UTC, datetime, timedelta

import pytest

from calsieve.core.component import Component, parsed
from calsieve.core.recurrence.expand import Work, recurrences
from calsieve.core.recurrence.rule import parsed_rule
from calsieve.core.zones.observance import changes_of
from calsieve.core.zones.observed import observed_zone, trimmed
from tests.core.kit import cleaned, unfolded, vcalendar
from tests.core.zones.test_resolve import at, zone

HOURS, MINUTES = (",".join(map(str, range(size))) for size in (24, 60))


def observance(start: str, *lines: str, before: str = "+0100", after: str = "+0200") -> Component:
    text = [
        "BEGIN:STANDARD",
        f"DTSTART:{start}",
        f"TZOFFSETFROM:{before}",
        f"TZOFFSETTO:{after}",
        *lines,
        "END:STANDARD",
    ]
    return parsed(text, Counter())[0]


def values(component: Component, name: str) -> list[str]:
    return [line.value for child in component.children for line in child.all(name)]


@pytest.mark.parametrize("day", ["1MO", "2SU", "-1SU", "-4FR", "5TH", "-5TH", "4SA"])
@pytest.mark.parametrize("month", [2, 4, 10])
def test_an_observance_begins_when_the_expander_says(day: str, month: int) -> None:
    start = datetime(2001, 3, 25, 2)
    rule = parsed_rule(f"FREQ=YEARLY;BYMONTH={month};BYDAY={day}")
    assert rule
    expected = {start, *recurrences(rule, start, start, datetime(2100, 1, 1), Work(100_000))}
    found = changes_of(observance("20010325T020000", f"RRULE:FREQ=YEARLY;BYMONTH={month};BYDAY={day}"))
    assert [change.moment + timedelta(hours=1) for change in found] == sorted(expected)


def test_until_in_utc_includes_the_onset_at_that_moment() -> None:
    rule = "RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL=20030330T010000Z"
    assert [c.moment.year for c in changes_of(observance("20010325T020000", rule))] == [2001, 2002, 2003]


@pytest.mark.parametrize(
    "lines",
    [
        ["RRULE:FREQ=SECONDLY"],
        [f"RRULE:FREQ=YEARLY;BYSECOND=1,2,3,4;BYMINUTE={MINUTES};BYHOUR={HOURS};BYDAY=MO,TU,WE,TH,FR,SA,SU"],
        ["RRULE:FREQ=YEARLY;BYDAY=MO,TU,WE,TH,FR,SA,SU"],
        [f"RRULE:FREQ=YEARLY;BYMONTH={n % 12 + 1};BYDAY=1MO;COUNT={n}" for n in range(1, 2000)],
    ],
    ids=["every second", "many times of day", "every day", "many rules"],
)
def test_a_hostile_rule_costs_little(lines: list[str]) -> None:
    before = time.process_time()
    changes_of(observance("19700101T000000", *lines))
    assert time.process_time() - before < 1


@pytest.mark.parametrize(
    ("start", "rule", "since"),
    [
        ("16010101T000000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "20260329T000000"),
        ("00010325T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU", "20260329T020000"),
        ("16011231T030000", "FREQ=YEARLY", "20251231T030000"),
        ("16000229T030000", "FREQ=YEARLY", "20240229T030000"),
        ("16010325T020000", "FREQ=YEARLY;INTERVAL=2;BYMONTH=3;BYDAY=-1SU", "20250330T020000"),
        ("19700101T020000", "FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;BYHOUR=3;BYMINUTE=30;BYSECOND=0", "20260329T033000"),
    ],
)
def test_a_rule_of_any_age_still_holds(start: str, rule: str, since: str) -> None:
    moments = [change.moment for change in changes_of(observance(start, f"RRULE:{rule}", before="+0000"))]
    ruling = max(moment for moment in moments if moment <= datetime(2026, 6, 1))
    assert f"{ruling:%Y%m%dT%H%M%S}" == since


@pytest.mark.parametrize("kind", ["FREQ=YEARLY;BYHOUR=2,3", "FREQ=YEARLY;BYMINUTE=0,1", "FREQ=MONTHLY;BYDAY=1SU"])
def test_a_rule_that_no_zone_has_gives_no_onsets_but_the_first(kind: str) -> None:
    assert len(changes_of(observance("20010325T020000", f"RRULE:{kind}"))) == 1


@pytest.mark.parametrize(("until", "years"), [("20030330T020000", 3), ("20030330T015959", 2)])
def test_until_by_the_clock_includes_the_onset_at_that_moment(until: str, years: int) -> None:
    rule = f"RRULE:FREQ=YEARLY;BYMONTH=3;BYDAY=-1SU;UNTIL={until}"
    assert len(changes_of(observance("20010325T020000", rule))) == years


def test_onsets_are_worked_out_up_to_the_year_2100() -> None:
    found = changes_of(observance("19700101T030000", "RRULE:FREQ=YEARLY", before="+0000"))
    assert (found[0].moment, found[-1].moment) == (datetime(1970, 1, 1, 3), datetime(2099, 1, 1, 3))


def test_an_offset_from_which_it_changes_may_be_missing() -> None:
    text = ["BEGIN:STANDARD", "DTSTART:19700101T000000", "TZOFFSETTO:+0100", "END:STANDARD"]
    (change,) = changes_of(parsed(text, Counter())[0])
    assert (change.moment, change.before, change.after) == (datetime(1969, 12, 31, 23), 3600, 3600)


def test_listed_onsets_are_published_from_the_last_one_that_counts() -> None:
    dates = ",".join(f"{year}0101T000000" for year in range(1500, 9999))
    body = cleaned(vcalendar(zone("C", "+0700", rule=f"RDATE:{dates}"), at("C"))).body
    published = [line for line in unfolded(body) if line.startswith("RDATE:")]
    assert published[0] == "RDATE:20250101T000000"
    assert len(published) == 9999 - 2025


def test_a_trimmed_zone_says_the_same_from_then_on() -> None:
    source = observance("19700101T000000", "RDATE:19800101T000000,20300101T000000", before="+0000", after="+0100")
    other = observance("19750101T000000", "RDATE:20250601T000000", before="+0100", after="+0000")
    whole = Component("VTIMEZONE", (), (source, other))
    short = trimmed(whole, "C", datetime(2026, 1, 1, tzinfo=UTC))
    assert values(short, "RDATE") == ["19800101T000000", "20300101T000000"]
    assert values(short, "DTSTART") == ["19800101T000000", "20250601T000000"]
    first, second = observed_zone(whole), observed_zone(short)
    assert first
    assert second
    for year in range(2026, 2035):
        moment = datetime(year, 6, 1, tzinfo=UTC)
        assert moment.astimezone(first).utcoffset() == moment.astimezone(second).utcoffset()


@pytest.mark.parametrize(
    "definition",
    [
        "BEGIN:VTIMEZONE\r\nTZID:C\r\nEND:VTIMEZONE",
        zone("C", offset="+2400", before="+2400"),
        zone("C", start="never"),
    ],
    ids=["no observances", "an offset of a day", "no beginning"],
)
def test_a_zone_that_says_nothing_is_unknown(definition: str) -> None:
    assert cleaned(vcalendar(definition, at("C"))).report.repairs == {"zone_unknown": 1}


def test_onsets_may_be_listed_as_periods() -> None:
    found = changes_of(observance("20200101T000000", "RDATE;VALUE=PERIOD:20270101T000000/PT1H,20280101T000000/P1D"))
    assert [change.moment.year for change in found] == [2019, 2026, 2027]


def test_names_that_an_observance_has_are_published() -> None:
    source = observance("19700101T000000", "TZNAME;LANGUAGE=de:Sommer", "TZNAME:Summer", "COMMENT:x")
    short = trimmed(Component("VTIMEZONE", (), (source,)), "C", datetime(2026, 1, 1, tzinfo=UTC))
    assert values(short, "TZNAME") == ["Sommer", "Summer"]
    assert values(short, "COMMENT") == []
