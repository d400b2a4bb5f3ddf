"""What rules ask, field by field and operator by operator."""

from __future__ import annotations

from datetime import date, time, timedelta

import pytest

from calsieve.rules import EVERYTHING, Combine, Condition, Field, Group, Operator, Where
from tests.core.rules.kit import asks, both, either, equals, holds, none_of

CONTAINS, EQUALS, STARTS, ENDS = Operator.CONTAINS, Operator.EQUALS, Operator.STARTS, Operator.ENDS
MATCHES, EXISTS = Operator.MATCHES, Operator.EXISTS
TITLE = "SUMMARY: Grüße\\, aus der STRASSE\\; 7 "


@pytest.mark.parametrize(
    ("operator", "value", "expected"),
    [
        (EQUALS, "grüsse, aus der straße; 7", True),
        (EQUALS, "Grüße", False),
        (CONTAINS, "SSE, AUS", True),
        (CONTAINS, "aus  der", False),
        (STARTS, "GRÜßE", True),
        (STARTS, "aus", False),
        (ENDS, "; 7", True),
        (ENDS, "straße", False),
        (MATCHES, r"^Gr..e, ", True),
        (MATCHES, r"(?i)straße", False),  # what a pattern says is taken as it is
        (MATCHES, r"(?i)strasse; \d$", True),
        (EXISTS, "", True),
    ],
)
def test_text_is_compared_without_escapes_and_case(operator: Operator, value: str, expected: bool) -> None:
    assert holds(asks(Field.SUMMARY, operator, value), TITLE) is expected


def test_any_of_several_values_will_do() -> None:
    assert holds(asks(Field.SUMMARY, STARTS, "x", "team"), "SUMMARY:Team")
    assert holds(asks(Field.SUMMARY, MATCHES, "^x", "am$"), "SUMMARY:Team")
    assert not holds(equals(Field.SUMMARY), "SUMMARY:Team")


def test_accents_are_the_same_however_they_are_made() -> None:
    assert holds(asks(Field.SUMMARY, MATCHES, "^Caf\u00e9$"), "SUMMARY:Cafe\u0301")
    assert holds(equals(Field.SUMMARY, "CAFE\u0301"), "SUMMARY:Caf\u00e9")


@pytest.mark.parametrize(
    ("field", "line", "value"),
    [
        (Field.DESCRIPTION, "DESCRIPTION:one\\ntwo", "one\ntwo"),
        (Field.LOCATION, "LOCATION;LANGUAGE=de:Haus", "haus"),
        (Field.URL, "URL:https://example.org/A", "https://example.org/a"),
        (Field.UID, "UID:Some-UID", "some-uid"),
        (Field.ORGANIZER, "ORGANIZER;CN=Jane Doe:mailto:Jane@example.org", "jane@example.org"),
        (Field.ORGANIZER, 'ORGANIZER;CN="Doe, Jane":MAILTO:jane@example.org', "doe, jane"),
        (Field.ORGANIZER, "ORGANIZER;EMAIL=jane@example.org:urn:uuid:1", "jane@example.org"),
        (Field.ORGANIZER, "ORGANIZER;CN=The ^'Boss^' ^^:mailto:b@example.org", 'the "boss" ^'),
        (Field.ATTENDEE, "ATTENDEE;CN=Ann:mailto:ann@example.org", "ANN"),
        (Field.STATUS, "STATUS:TENTATIVE", "tentative"),
        (Field.STATUS, "X-A:b", "confirmed"),
        (Field.TRANSPARENCY, "TRANSP:TRANSPARENT", "transparent"),
        (Field.TRANSPARENCY, "X-A:b", "opaque"),
        (Field.CLASS, "CLASS:PRIVATE", "private"),
        (Field.CLASS, "X-A:b", "public"),
        (Field.SOURCE, "X-A:b", "ONE"),
        (Field.WEEKDAY, "X-A:b", "wed"),
    ],
)
def test_each_field_is_read_where_it_is_said(field: Field, line: str, value: str) -> None:
    assert holds(equals(field, "x", value), line)
    assert not holds(equals(field, "x"), line)


@pytest.mark.parametrize(("field", "line"), [(Field.STATUS, "STATUS:TENTATIVE"), (Field.CLASS, "CLASS:PRIVATE")])
def test_what_is_said_is_not_what_is_taken_for_granted(field: Field, line: str) -> None:
    assert not holds(equals(field, "confirmed", "public"), line)
    assert holds(asks(field, EXISTS), line)


def test_categories_are_several() -> None:
    lines = ("CATEGORIES:Work\\, hard,Fun", "CATEGORIES:Home")
    for value in ("work, hard", "fun", "home"):
        assert holds(equals(Field.CATEGORIES, value), *lines)
    assert not holds(equals(Field.CATEGORIES, "work"), *lines)
    assert holds(equals(Field.CATEGORIES, "a\\"), "CATEGORIES:a\\\\,b")


def test_any_attendee_will_do() -> None:
    lines = ("ATTENDEE:mailto:a@example.org", "ATTENDEE;CN=Bob:mailto:b@example.org")
    assert holds(equals(Field.ATTENDEE, "bob"), *lines)
    assert not holds(equals(Field.ATTENDEE, "c@example.org"), *lines)


def test_one_s_own_answer_is_asked() -> None:
    lines = (
        "ATTENDEE;PARTSTAT=DECLINED:mailto:a@example.org",
        "ATTENDEE;PARTSTAT=ACCEPTED;EMAIL=Me@example.org:urn:uuid:1",
        "ATTENDEE:mailto:too@example.org",
    )
    assert not holds(equals(Field.PARTSTAT, "declined"), *lines, me=("me@example.org",))
    assert holds(equals(Field.PARTSTAT, "accepted"), *lines, me=("me@example.org",))
    assert holds(equals(Field.PARTSTAT, "declined"), *lines, me=("a@example.org", "b@example.org"))
    assert holds(equals(Field.PARTSTAT, "needs-action"), *lines, me=("too@example.org",))
    assert not holds(asks(Field.PARTSTAT, EXISTS), *lines)


@pytest.mark.parametrize(
    ("lines", "word"),
    [
        ((), "busy"),
        (("TRANSP:TRANSPARENT",), "free"),
        (("STATUS:TENTATIVE",), "tentative"),
        (("STATUS:CANCELLED",), "free"),
        (("TRANSP:TRANSPARENT", "STATUS:TENTATIVE"), "free"),
        (("TRANSP:TRANSPARENT", "X-MICROSOFT-CDO-BUSYSTATUS:OOF"), "oof"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:OUTOFOFFICE",), "oof"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:WorkingElsewhere",), "workingelsewhere"),
        (("X-MICROSOFT-CDO-BUSYSTATUS:NONSENSE", "STATUS:TENTATIVE"), "tentative"),
    ],
)
def test_who_is_busy(lines: tuple[str, ...], word: str) -> None:
    for asked in ("free", "tentative", "busy", "oof", "workingelsewhere"):
        assert holds(equals(Field.BUSY, asked), *lines) is (asked == word)
    assert holds(asks(Field.BUSY, EXISTS), *lines)


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((), False),
        (("DTSTART;VALUE=DATE:20260520",), True),
        (("DTSTART:20260520T000000Z", "X-MICROSOFT-CDO-ALLDAYEVENT:TRUE"), True),
        (("DTSTART:20260520T000000Z", "X-MICROSOFT-CDO-ALLDAYEVENT:FALSE"), False),
    ],
)
def test_what_lasts_whole_days(lines: tuple[str, ...], expected: bool) -> None:
    assert holds(asks(Field.ALL_DAY, EXISTS), *lines) is expected


def test_what_belongs_to_a_series() -> None:
    recurring = asks(Field.RECURRING, EXISTS)
    assert not holds(recurring)
    assert holds(recurring, "RRULE:FREQ=DAILY;COUNT=3")
    assert holds(recurring, "RDATE;TZID=Europe/Berlin:20260521T100000")
    assert holds(recurring, "RECURRENCE-ID;TZID=Europe/Berlin:20260520T100000")  # without a master it stands alone


def test_an_override_alone_has_its_upstream_s_uid() -> None:
    assert holds(equals(Field.UID, "a"), "RECURRENCE-ID;TZID=Europe/Berlin:20260519T100000")
    assert holds(
        asks(Field.PROPERTY, STARTS, "20260519", name="RECURRENCE-ID"),
        "RECURRENCE-ID;TZID=Europe/Berlin:20260519T100000",
    )


def test_any_property_can_be_asked() -> None:
    lines = ("X-TEAM:Red\\, blue", "X-TEAM:Green", "PRIORITY:5")
    assert holds(equals(Field.PROPERTY, "x")._replace(property="X-TEAM", values=("green",)), *lines)
    assert holds(asks(Field.PROPERTY, EQUALS, "red, blue", name="X-TEAM"), *lines)
    assert holds(asks(Field.PROPERTY, EQUALS, "5", name="PRIORITY"), *lines)
    assert holds(asks(Field.PROPERTY, STARTS, "20260520T10", name="DTSTART"), *lines)
    assert holds(asks(Field.PROPERTY, CONTAINS, "ann@", name="ATTENDEE"), "ATTENDEE:mailto:ann@example.org")
    assert not holds(asks(Field.PROPERTY, EXISTS, name="X-OTHER"), *lines)


HOUR = timedelta(hours=1)


@pytest.mark.parametrize(
    ("where", "expected"),
    [
        (Where(Field.DURATION, Operator.RANGE, low=HOUR), True),
        (Where(Field.DURATION, Operator.RANGE, high=HOUR), False),
        (Where(Field.DURATION, Operator.RANGE, low=HOUR, high=2 * HOUR), True),
        (Where(Field.DURATION, EXISTS), True),
        (Where(Field.TIME, Operator.RANGE, low=time(10)), True),
        (Where(Field.TIME, Operator.RANGE, high=time(10)), False),
        (Where(Field.TIME, Operator.RANGE, low=time(22), high=time(10)), False),
        (Where(Field.TIME, Operator.RANGE, low=time(22), high=time(10, 1)), True),
        (Where(Field.TIME, Operator.RANGE, low=time(10), high=time(6)), True),
        (Where(Field.TIME, EXISTS), True),
        (Where(Field.DATE, Operator.RANGE, low=date(2026, 5, 20), high=date(2026, 5, 21)), True),
        (Where(Field.DATE, Operator.RANGE, high=date(2026, 5, 20)), False),
        (Where(Field.DATE, EXISTS), True),
        (Where(Field.WEEKDAY, EXISTS), True),
    ],
)
def test_ranges_begin_with_their_lower_end_and_stop_before_the_upper(where: Where, expected: bool) -> None:
    assert holds(where) is expected


def test_times_are_those_of_the_feed() -> None:
    late = "DTSTART:20260520T223000Z"  # half past midnight on Thursday in Berlin
    assert holds(equals(Field.WEEKDAY, "thu"), late)
    assert holds(equals(Field.WEEKDAY, "wed"), late, timezone="UTC")
    assert holds(Where(Field.TIME, Operator.RANGE, high=time(1)), late)
    assert holds(Where(Field.DATE, Operator.RANGE, low=date(2026, 5, 21)), late)
    assert holds(Where(Field.TIME, Operator.RANGE, low=time(22, 30)), "DTSTART:20260520T223000")  # floats


def test_a_date_is_a_day_without_a_time() -> None:
    day = ("DTSTART;VALUE=DATE:20260520", "DTEND;VALUE=DATE:20260522")
    assert holds(equals(Field.WEEKDAY, "wed"), *day, timezone="America/New_York")
    assert not holds(Where(Field.TIME, Operator.RANGE, high=time(23)), *day)
    assert not holds(Where(Field.TIME, Operator.RANGE, low=time(20), high=time(6)), *day)
    assert not holds(Where(Field.TIME, EXISTS), *day)
    assert holds(Where(Field.DURATION, Operator.RANGE, low=timedelta(days=2), high=timedelta(days=3)), *day)


YES, NO = equals(Field.SUMMARY, "x"), equals(Field.SUMMARY, "y")


@pytest.mark.parametrize(
    ("condition", "expected"),
    [
        (EVERYTHING, True),
        (both(YES, YES), True),
        (both(YES, NO), False),
        (either(), False),
        (either(NO, YES), True),
        (either(NO, NO), False),
        (none_of(), True),
        (none_of(NO, NO), True),
        (none_of(NO, YES), False),
        (both(none_of(NO), either(NO, both(YES))), True),
        (Group(Combine.NOT, (Group(Combine.NOT, (YES,)),)), True),
    ],
)
def test_conditions_combine(condition: Condition, expected: bool) -> None:
    assert holds(condition, "SUMMARY:X") is expected
