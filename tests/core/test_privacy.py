"""Views that tell less: what they leave, and what they leave away."""

from __future__ import annotations

from time import perf_counter

import pytest

from calsieve.models import Colour, Policy, Show, SourcePolicy, UidMode
from calsieve.rules import Action, Change, Combine, Edit, Field, Group, Operator, Rule, Where
from tests.core.kit import cleaned, events, unfolded, vcalendar, vevent
from tests.published import assert_published

BUSY, KID_SAFE = Policy(show=Show.BUSY), Policy(show=Show.KID_SAFE)
DAY, END = "DTSTART:20260521T090000Z", "DTEND:20260521T100000Z"
SERIES = ("DTSTART:20260518T090000Z", "DURATION:PT1H", "RRULE:FREQ=WEEKLY;BYDAY=MO")


def told(policy: Policy, *sources: bytes) -> list[str]:
    """Return the lines of the events that are published, stamps and UIDs left out."""
    body = cleaned(*sources, policy=policy).body
    assert_published(body, alarms=True)
    assert cleaned(body, policy=policy).body == body
    lines = [f"{line.name}{line.params}:{line.value}" for event in events(body) for line in event.lines]
    return [line for line in lines if not line.startswith(("UID", "DTSTAMP"))]


def of_event(policy: Policy, *lines: str) -> list[str]:
    return told(policy, vcalendar(vevent(*lines)))


def uids(policy: Policy, *sources: bytes) -> list[str]:
    return [line[4:] for line in unfolded(cleaned(*sources, policy=policy).body) if line.startswith("UID:")]


# ── busy ──────────────────────────────────────────────────────────────────────────────────────────


def test_a_busy_view_tells_when_one_is_busy_and_nothing_else() -> None:
    whole = (DAY, END, "SUMMARY:Dentist", "LOCATION:Here", "DESCRIPTION:x", "CLASS:PRIVATE", "TRANSP:OPAQUE")
    more = ("URL:https://example.org", "CATEGORIES:a", "COLOR:red", "SEQUENCE:4", "LAST-MODIFIED:20260101T000000Z")
    assert of_event(BUSY, *whole, *more, "X-ANY:x", "STATUS:CONFIRMED", "CREATED:20260101T000000Z") == [
        DAY,
        END,
        "SUMMARY:Busy",
        "STATUS:CONFIRMED",
        "TRANSP:OPAQUE",
    ]


@pytest.mark.parametrize(
    ("line", "shown"),
    [
        ("STATUS:TENTATIVE", ["SUMMARY:Tentative", "STATUS:TENTATIVE"]),
        ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE", ["SUMMARY:Tentative", "STATUS:TENTATIVE"]),
        ("X-MICROSOFT-CDO-BUSYSTATUS:OOF", ["SUMMARY:Busy"]),
        ("X-MICROSOFT-CDO-BUSYSTATUS:BUSY", ["SUMMARY:Busy"]),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", None),
        ("TRANSP:TRANSPARENT", None),
        ("TRANSP:TRANSPARENT\r\nX-MICROSOFT-CDO-BUSYSTATUS:BUSY", None),
        ("STATUS:CANCELLED", None),
        ("X-ANY:x", ["SUMMARY:Busy"]),
    ],
)
def test_who_is_free_is_not_busy(line: str, shown: list[str] | None) -> None:
    assert of_event(BUSY, DAY, line) == ([] if shown is None else [DAY, *shown])


def test_a_rule_may_say_that_one_is_free() -> None:
    lunch = Where(Field.SUMMARY, Operator.EQUALS, ("lunch",))
    free = Rule("lunch", Action.EDIT, lunch, (Edit(Change.BUSY, "TRANSP", "free"),))
    assert of_event(BUSY._replace(rules=(free,)), DAY, "SUMMARY:Lunch") == []
    assert of_event(BUSY._replace(rules=(free,)), DAY, "SUMMARY:Dentist") == [DAY, "SUMMARY:Busy"]


def test_rules_are_asked_of_what_the_upstream_says_and_counted() -> None:
    work = Rule("work", Action.KEEP, Where(Field.SUMMARY, Operator.EQUALS, ("dentist",)))
    rest = Rule("rest", Action.DROP, Group(Combine.ALL, ()))
    source = vcalendar(
        vevent("UID:a", DAY, "SUMMARY:Dentist"),
        vevent("UID:b", DAY, "SUMMARY:Lunch"),
        vevent("UID:c", DAY, "SUMMARY:Dentist", "TRANSP:TRANSPARENT"),
    )
    result = cleaned(source, policy=BUSY._replace(rules=(work, rest)))
    assert result.report.events_out == 1
    assert result.report.ruled == {"work": 2, "rest": 1, "free or cancelled": 1}


def test_a_free_occurrence_is_taken_out_of_its_series() -> None:
    free = vevent("RECURRENCE-ID:20260525T090000Z", "DTSTART:20260525T090000Z", "DURATION:PT1H", "TRANSP:TRANSPARENT")
    assert told(BUSY, vcalendar(vevent(*SERIES), free)) == [
        *SERIES,
        "EXDATE:20260525T090000Z",
        "SUMMARY:Busy",
    ]


def test_a_busy_occurrence_of_a_free_series_stays() -> None:
    busy = vevent("RECURRENCE-ID:20260525T090000Z", "DTSTART:20260525T110000Z", "DURATION:PT1H", "SUMMARY:Party")
    assert told(BUSY, vcalendar(vevent(*SERIES, "TRANSP:TRANSPARENT"), busy)) == [
        "DTSTART:20260525T110000Z",
        "DURATION:PT1H",
        "SUMMARY:Busy",
    ]


@pytest.mark.parametrize(
    ("line", "left"),
    [
        ("TRANSP:TRANSPARENT", ["SUMMARY:Free", "TRANSP:TRANSPARENT"]),
        ("STATUS:CANCELLED", ["SUMMARY:Free", "STATUS:CANCELLED", "TRANSP:TRANSPARENT"]),
        ("X-MICROSOFT-CDO-BUSYSTATUS:FREE", ["SUMMARY:Free", "TRANSP:TRANSPARENT"]),
        ("TRANSP:OPAQUE\r\nX-MICROSOFT-CDO-BUSYSTATUS:free", ["SUMMARY:Free", "TRANSP:TRANSPARENT"]),
    ],
)
def test_what_can_not_be_taken_out_of_its_series_is_called_free(line: str, left: list[str]) -> None:
    slot, start = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260525T090000Z", "DTSTART:20260525T110000Z"
    free = vevent(slot, start, line, "SUMMARY:Secret")
    assert told(BUSY, vcalendar(vevent(*SERIES), free)) == [*SERIES, "SUMMARY:Busy", slot, start, *left]


def test_nothing_of_the_calendar_is_told_but_what_the_policy_says() -> None:
    heading = ("X-WR-CALNAME:Jane", "NAME:Jane", "X-WR-CALDESC:of Jane", "COLOR:red", "X-APPLE-CALENDAR-COLOR:#ff0000")
    source = vcalendar(*heading, vevent(DAY))
    lines = unfolded(cleaned(source, policy=BUSY).body)
    assert "X-WR-CALNAME:Calendar" in lines
    assert not [line for line in lines if "Jane" in line or "COLOR" in line]
    named = BUSY._replace(title="Not now", colour=Colour("navy", "#000080"))
    lines = unfolded(cleaned(source, policy=named).body)
    assert {"NAME:Not now", "X-WR-CALNAME:Not now", "COLOR:navy"} <= {*lines}


def test_a_zone_of_ones_own_has_no_name() -> None:
    zone = ["BEGIN:VTIMEZONE", "TZID:Jane's", "X-LIC-LOCATION:Jane's", "BEGIN:STANDARD", "DTSTART:19700101T000000"]
    zone += ["TZOFFSETFROM:+0137", "TZOFFSETTO:+0137", "TZNAME:JANE", "COMMENT:Jane", "END:STANDARD", "END:VTIMEZONE"]
    source = vcalendar(*zone, vevent("DTSTART;TZID=Jane's:20260521T090000"))
    body = cleaned(source, policy=BUSY).body
    assert_published(body)
    assert cleaned(body, policy=BUSY).body == body
    assert b"DTSTART;TZID=Custom:20260521T090000" in body
    assert b"TZOFFSETTO:+0137" in body
    assert b"jane" not in body.lower()


def test_zones_with_the_same_rules_are_one_whatever_they_are_called() -> None:
    zone = "BEGIN:VTIMEZONE\r\nTZID:{0}\r\nBEGIN:STANDARD\r\nDTSTART:19700101T000000\r\nTZNAME:{0}\r\n"
    zone += "RRULE:FREQ=YEARLY;X-{0}=1\r\nTZOFFSETFROM:+0137\r\nTZOFFSETTO:+0137\r\nEND:STANDARD\r\nEND:VTIMEZONE"
    parts = [zone.format(name) for name in ("A", "B")]
    parts += [vevent(f"UID:{name}", f"DTSTART;TZID={name}:20260521T090000") for name in ("A", "B")]
    assert cleaned(vcalendar(*parts), policy=BUSY).body.count(b"BEGIN:VTIMEZONE") == 1
    assert cleaned(vcalendar(*parts)).body.count(b"BEGIN:VTIMEZONE") == 2


def test_rules_hold_nothing_that_no_rfc_has() -> None:
    rule = "RRULE;X-SECRET=Jane:FREQ=WEEKLY;X-SECRET=JANE;RSCALE=GREGORIAN;SKIP=OMIT"
    exrule = "EXRULE:FREQ=YEARLY;RSCALE=JANE;SKIP=JANE"
    lines = of_event(BUSY, "DTSTART;X-SECRET=Jane:20260518T090000Z", rule, exrule)
    assert lines[1:3] == ["RRULE:FREQ=WEEKLY;RSCALE=GREGORIAN;SKIP=OMIT", "EXRULE:FREQ=YEARLY"]


def test_alarms_are_not_told_even_if_they_are_kept() -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "DESCRIPTION:Secret", "TRIGGER:-PT15M", "END:VALARM")
    for policy in (BUSY, KID_SAFE):
        body = cleaned(vcalendar(vevent(DAY, *alarm)), policy=policy._replace(keep_alarms=True)).body
        assert b"VALARM" not in body


def test_uids_are_made_from_times_alone() -> None:
    first = vcalendar(vevent("UID:a", DAY, END, "SUMMARY:one"))
    second = vcalendar(vevent("UID:b", DAY, END, "SUMMARY:two", "LOCATION:there"))
    assert uids(BUSY, first) == uids(BUSY, second) == uids(BUSY._replace(uid=UidMode.CONTENT), second)
    assert uids(BUSY, first) != uids(BUSY, vcalendar(vevent("UID:a", DAY)))
    both = vcalendar(vevent("UID:a", DAY, END, "SUMMARY:one"), vevent("UID:b", DAY, END))
    turned = vcalendar(vevent("UID:b", DAY, END), vevent("UID:a", DAY, END, "SUMMARY:one"))
    assert len(set(uids(BUSY, both))) == 2
    assert cleaned(both, policy=BUSY).body == cleaned(turned, policy=BUSY).body


@pytest.mark.parametrize("line", ["STATUS:CONFIRMED", "TRANSP:OPAQUE", "X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE"])
def test_what_is_private_does_not_decide_which_uid_is_whose(line: str) -> None:
    def body(*titles: str) -> bytes:
        first, second = (f"SUMMARY:{title}" for title in titles)
        return cleaned(vcalendar(vevent("UID:a", DAY, line, first), vevent("UID:b", DAY, second)), policy=BUSY).body

    assert body("a", "b") == body("b", "a")


def test_uids_of_a_series_stay_when_it_is_trimmed() -> None:
    source = vcalendar(vevent("DTSTART:20240101T090000Z", "RRULE:FREQ=WEEKLY"))
    (first,), (second,) = (uids(policy, source) for policy in (BUSY, BUSY._replace(title="x")))
    assert first == second
    body = cleaned(source, policy=BUSY).body
    assert b"DTSTART:20260420T090000Z" in body
    assert uids(BUSY, body) == [first]


def test_uids_that_look_like_those_of_full_feeds_are_made_anew() -> None:
    content = cleaned(vcalendar(vevent(DAY, "SUMMARY:Dentist")), policy=Policy(uid=UidMode.CONTENT)).body
    (uid,) = uids(Policy(), content)
    assert uid.endswith("@calsieve")
    assert uids(BUSY, content)[0] != uid
    guessed = vevent(f"UID:busy-{'0' * 32}@calsieve-jane", DAY)
    assert "jane" not in uids(BUSY, vcalendar(guessed))[0]


def test_times_that_two_sources_share_are_one_and_other_ones_tell_no_source() -> None:
    here = vcalendar(vevent("UID:a", DAY, END, "SUMMARY:here"))
    assert len(uids(BUSY, here, vcalendar(vevent("UID:b", DAY, END, "SUMMARY:there")))) == 1
    first, second = uids(BUSY, here, vcalendar(vevent("UID:b", DAY, END, "STATUS:TENTATIVE")))
    assert second == f"{first}-2"


def test_a_busy_view_says_nothing_of_a_repair() -> None:
    assert cleaned(vcalendar(vevent(DAY)), policy=BUSY).report.repairs == {}


# ── kid-safe ──────────────────────────────────────────────────────────────────────────────────────


def test_a_kid_safe_view_tells_what_when_and_where() -> None:
    whole = (
        DAY,
        END,
        'SUMMARY;ALTREP="cid:x":Swimming',
        "LOCATION;X-A=b:Pool\\, Town",
        "DESCRIPTION:x",
        "TRANSP:OPAQUE",
    )
    more = ("URL:https://example.org", "CATEGORIES:a", "COLOR:red", "SEQUENCE:4", "LAST-MODIFIED:20260101T000000Z")
    gone = (
        "ORGANIZER:mailto:a@b.example",
        "ATTACH:https://b.example",
        "X-ANY:x",
        "GEO:1;2",
        "CONTACT:x",
        "CLASS:PUBLIC",
    )
    assert of_event(KID_SAFE, *whole, *more, *gone, "STATUS:CANCELLED") == [
        DAY,
        END,
        "SUMMARY:Swimming",
        "LOCATION:Pool\\, Town",
        "COLOR:red",
        "LAST-MODIFIED:20260101T000000Z",
        "SEQUENCE:4",
        "STATUS:CANCELLED",
        "TRANSP:OPAQUE",
    ]


@pytest.mark.parametrize("line", ["CLASS:PRIVATE", "CLASS:CONFIDENTIAL", "CLASS:X-FAMILY", "class: private "])
def test_what_is_private_goes(line: str) -> None:
    result = cleaned(vcalendar(vevent(DAY, "SUMMARY:Gift", line)), policy=KID_SAFE)
    assert events(result.body) == []
    assert result.report.ruled == {"private": 1}


def test_private_occurrences_go_and_others_stay() -> None:
    secret = vevent("RECURRENCE-ID:20260525T090000Z", "DTSTART:20260525T090000Z", "SUMMARY:Gift", "CLASS:PRIVATE")
    open_ = vevent("RECURRENCE-ID:20260525T090000Z", "DTSTART:20260525T090000Z", "SUMMARY:Zoo")
    lines = told(KID_SAFE, vcalendar(vevent(*SERIES, "SUMMARY:Trip"), secret))
    assert lines == [*SERIES, "EXDATE:20260525T090000Z", "SUMMARY:Trip"]
    lines = told(KID_SAFE, vcalendar(vevent(*SERIES, "SUMMARY:Gift", "CLASS:PRIVATE"), open_))
    assert lines == ["DTSTART:20260525T090000Z", "SUMMARY:Zoo"]


@pytest.mark.parametrize("line", ["CLASS:PRIVATE", "CLASS:CONFIDENTIAL"])
def test_what_is_private_and_can_not_be_taken_out_has_no_title(line: str) -> None:
    slot = "RECURRENCE-ID;RANGE=THISANDFUTURE:20260525T090000Z"
    secret = vevent(slot, "DTSTART:20260525T110000Z", "SUMMARY:Gift", "LOCATION:Shop", line)
    lines = told(KID_SAFE, vcalendar(vevent(*SERIES, "SUMMARY:Trip"), secret))
    assert lines == [*SERIES, "SUMMARY:Trip", slot, "DTSTART:20260525T110000Z", "SUMMARY:Busy"]


@pytest.mark.parametrize(
    ("text", "left"),
    [
        ("Swimming", "Swimming"),
        ("Swimming  - with  Jo", "Swimming  - with  Jo"),
        ("https://zoom.us/j/123?pwd=a", None),
        ("Chat <https://zoom.us/j/123> at home", "Chat at home"),
        ("Chat: https://zoom.us/j/1\\,2\\;3", "Chat"),
        ("Chat (www.example.org)", "Chat"),
        ("Room 3\\, zoom.us/j/123", "Room 3"),
        ("Mail jane.doe@example.org or call", "Mail or call"),
        ("mailto:jane@example.org", None),
        ("call tel:+4912345 now", "call now"),
        ("msteams:/l/meetup/19", None),
        ("see example.com", "see"),
        ("HTTPS://EXAMPLE.ORG/A", None),
        ("javascript:alert(1)", None),
        ("one\\nhttps://a.example/b\\ntwo", "one two"),
        ("St.James Park 3.5 km", "St.James Park 3.5 km"),
        ("10:30 a.m. and/or later", "10:30 a.m. and/or later"),
        ("Note: bring shoes", "Note: bring shoes"),
        ("ask at example.com.", "ask at"),
    ],
)
def test_there_is_nothing_to_click_on(text: str, left: str | None) -> None:
    for name in ("SUMMARY", "LOCATION"):
        assert of_event(KID_SAFE, DAY, f"{name}:{text}")[1:] == ([f"{name}:{left}"] if left else [])


@pytest.mark.parametrize("text", ["a." * 50_000, "a" * 100_000, "a@" * 50_000, "a+" * 50_000, "<" * 100_000])
def test_no_title_keeps_it_busy(text: str) -> None:
    before = perf_counter()
    of_event(KID_SAFE, DAY, f"SUMMARY:{text}")
    assert perf_counter() - before < 5


def test_of_the_calendar_its_name_and_colour_are_told() -> None:
    heading = ("X-WR-CALNAME:Kids https://a.example/b", "X-WR-CALDESC:x", "COLOR:red", "X-APPLE-CALENDAR-COLOR:#ff0000")
    lines = unfolded(cleaned(vcalendar(*heading, vevent(DAY)), policy=KID_SAFE).body)
    assert {"NAME:Kids", "X-WR-CALNAME:Kids", "COLOR:red", "X-APPLE-CALENDAR-COLOR:#ff0000"} <= {*lines}
    assert not [line for line in lines if line.startswith("X-WR-CALDESC")]
    lines = unfolded(cleaned(vcalendar("NAME:see a.example/b Kids", vevent(DAY)), policy=KID_SAFE).body)
    assert {"NAME:see Kids", "X-WR-CALNAME:see Kids"} <= {*lines}
    lines = unfolded(cleaned(vcalendar("NAME:https://a.example/b", vevent(DAY)), policy=KID_SAFE).body)
    assert "NAME:Calendar" in lines


def test_uids_stay_and_may_be_chosen_for_a_source() -> None:
    source = vcalendar(vevent("UID:a", DAY, "SUMMARY:x"))
    assert uids(KID_SAFE, source) == ["a"]
    chosen = KID_SAFE._replace(sources=(("one", SourcePolicy(uid=UidMode.CONTENT)),))
    assert uids(chosen, source) == uids(Policy(uid=UidMode.CONTENT), source)


# ── UIDs by source ────────────────────────────────────────────────────────────────────────────────


def test_a_source_may_keep_its_uids_where_the_feed_makes_them() -> None:
    first, second = vcalendar(vevent("UID:a", DAY)), vcalendar(vevent("UID:b", DAY))
    policy = Policy(uid=UidMode.CONTENT, sources=(("two", SourcePolicy(uid=UidMode.KEEP)),))
    made, kept = sorted(uids(policy, first, second), key=len, reverse=True)
    assert made.endswith("@calsieve")
    assert kept == "b"
    other = Policy(sources=(("two", SourcePolicy(uid=UidMode.CONTENT)),))
    assert uids(other, first, second) != ["a", "b"]
    assert "a" in uids(other, first, second)
