"""In which order rules are tried, and what becomes of single events by them."""

from __future__ import annotations

import pytest

from calsieve.models import Policy, SourcePolicy, UidMode
from calsieve.rules import Change, Edit, Field, Operator, Rule
from tests.core.kit import cleaned, events, vcalendar, vevent
from tests.core.rules.kit import TIMES, asks, drop, edit, equals, keep, none_of, published, setting

LUNCH = equals(Field.SUMMARY, "lunch")


def outcome(*rules: Rule, own: tuple[Rule, ...] = (), summary: str = "Lunch") -> tuple[list[str], dict[str, int]]:
    """Return the titles that are left of one event, and which rules acted."""
    policy = Policy(rules=rules, sources=(("one", SourcePolicy(rules=own)),) if own else ())
    result = published(vevent(TIMES, f"SUMMARY:{summary}"), policy=policy)
    return [event.value("SUMMARY") for event in events(result.body)], dict(result.report.ruled)


def test_what_no_rule_asks_for_is_kept() -> None:
    assert outcome(drop(equals(Field.SUMMARY, "x"))) == (["Lunch"], {})


def test_the_first_that_matches_decides() -> None:
    assert outcome(keep(LUNCH), drop()) == (["Lunch"], {"keep": 1})
    assert outcome(drop(LUNCH), keep()) == ([], {"drop": 1})
    assert outcome(edit(setting("SUMMARY", "x"), when=LUNCH), drop()) == (["x"], {"edit": 1})


def test_of_those_that_go_on_the_last_that_keeps_or_drops_decides() -> None:
    assert outcome(drop(on=True), keep(LUNCH)) == (["Lunch"], {"drop": 1, "keep": 1})
    assert outcome(drop(on=True), keep(equals(Field.SUMMARY, "x"))) == ([], {"drop": 1})
    assert outcome(keep(on=True), drop(on=True)) == ([], {"drop": 1, "keep": 1})
    assert outcome(drop(on=True), edit(setting("SUMMARY", "x"))) == ([], {"drop": 1, "edit": 1})


def test_an_edit_of_nothing_changes_nothing() -> None:
    assert outcome(edit(), drop(on=True)) == (["Lunch"], {"edit": 1})
    assert outcome(edit(on=True), keep(LUNCH)) == (["Lunch"], {"edit": 1, "keep": 1})


def test_what_goes_on_is_seen_edited() -> None:
    rename = edit(setting("SUMMARY", "Dinner"), on=True)
    assert outcome(rename, drop(LUNCH)) == (["Dinner"], {"edit": 1})
    assert outcome(rename, drop(equals(Field.SUMMARY, "dinner"))) == ([], {"drop": 1, "edit": 1})
    assert outcome(rename, edit(Edit(Change.TEMPLATE, "SUMMARY", "{summary}!"), name="two")) == (
        ["Dinner!"],
        {"edit": 1, "two": 1},
    )


def test_the_source_s_rules_come_first_and_the_feed_s_are_a_list_of_their_own() -> None:
    assert outcome(drop(), own=(keep(name="own"),)) == ([], {"drop": 1, "own": 1})
    assert outcome(keep(), own=(drop(name="own"),)) == ([], {"own": 1})
    assert outcome(drop(LUNCH), own=(edit(setting("SUMMARY", "x"), name="own"),)) == (["x"], {"own": 1})


def test_a_view_s_rules_are_a_list_of_their_own() -> None:
    policy = Policy(view_rules=(drop(equals(Field.ATTENDEE, "b@example.org"), name="view"),))
    event = vevent(TIMES, "ATTENDEE:mailto:b@example.org")
    assert published(event, policy=policy).report.ruled == {"view": 1}
    assert published(event, policy=policy._replace(rules=(keep(),))).report.ruled == {"keep": 1, "view": 1}
    assert published(event, policy=policy._replace(rules=(drop(),), view_rules=(keep(),))).report.ruled == {"drop": 1}


def test_rules_of_another_source_are_not_asked() -> None:
    policy = Policy(sources=(("two", SourcePolicy(rules=(drop(),))),))
    result = cleaned(vcalendar(vevent(TIMES)), vcalendar(vevent("UID:b", TIMES)), policy=policy)
    assert [event.value("UID") for event in events(result.body)] == ["a"]
    assert result.report.ruled == {"drop": 1}


def test_a_rule_can_ask_for_its_source() -> None:
    policy = Policy(rules=(drop(equals(Field.SOURCE, "two")),))
    result = cleaned(vcalendar(vevent(TIMES)), vcalendar(vevent("UID:b", TIMES)), policy=policy)
    assert [event.value("UID") for event in events(result.body)] == ["a"]


def test_rules_count_visible_events_alone() -> None:
    body = vcalendar(
        vevent("DTSTART:20200101T100000Z"), vevent("UID:b", "DTSTART:20300101T100000Z"), vevent("UID:c", TIMES)
    )
    for screened in (True, False):
        report = cleaned(body, policy=Policy(rules=(drop(),)), screened=screened).report
        assert (report.ruled, report.past, report.future) == ({"drop": 1}, 1, 1)


RICH = vevent(
    TIMES,
    "SUMMARY:Team\\, red",
    "DESCRIPTION:long " + "text " * 30,
    "X-ALT-DESC;FMTTYPE=text/html:<b>long</b>",
    "CATEGORIES:Work",
    "CATEGORIES:Fun",
    "ATTENDEE;PARTSTAT=DECLINED;CN=Me:mailto:me@example.org",
    "ATTENDEE;PARTSTAT=ACCEPTED:mailto:b@example.org",
    "ORGANIZER;CN=Jane:mailto:jane@example.org",
    "TRANSP:OPAQUE",
    "X-B:2",
    "X-A;Q=1:1",
    "X-A:0",
)
RULES = (
    edit(Edit(Change.ADD, "CATEGORIES", "Extra"), name="add", on=True),
    edit(Edit(Change.REMOVE, "ATTENDEE"), name="people", when=asks(Field.ATTENDEE, Operator.CONTAINS, "b@"), on=True),
    edit(Edit(Change.REPLACE, "DESCRIPTION", "words", "text"), name="words", on=True),
    edit(Edit(Change.TEMPLATE, "X-A", "{organizer}"), name="x", on=True),
    drop(equals(Field.PARTSTAT, "declined"), name="declined"),
)


@pytest.mark.parametrize("number", range(1, len(RULES) + 1))
@pytest.mark.parametrize("kept", [False, True])
@pytest.mark.parametrize("series", ["", "\r\nRRULE:FREQ=DAILY;COUNT=3"])
def test_both_ways_edit_alike(number: int, kept: bool, series: str) -> None:
    policy = Policy(rules=RULES[:number], me=("me@example.org",), keep_attendees=kept, keep_html=kept)
    event = RICH.replace(TIMES, TIMES + series)
    result = published(event, policy=policy)
    assert result.report.ruled["add"] == 1
    assert [e.has("ATTENDEE") for e in events(result.body)] == ([kept] if number == 1 else [False])


def test_who_removes_attendees_asks_them_no_more() -> None:
    policy = Policy(rules=RULES, me=("me@example.org",))
    assert "declined" not in published(RICH, policy=policy).report.ruled
    assert published(RICH, policy=policy._replace(rules=RULES[4:])).report.ruled == {"declined": 1}


def test_a_declined_event_goes_whether_attendees_are_published_or_not() -> None:
    for kept in (False, True):
        policy = Policy(rules=(drop(equals(Field.PARTSTAT, "declined")),), me=("me@example.org",), keep_attendees=kept)
        assert events(published(RICH, policy=policy).body) == []


def test_rules_ask_for_the_uid_that_the_upstream_gave() -> None:
    policy = Policy(uid=UidMode.CONTENT, rules=(drop(none_of(equals(Field.UID, "a"))),))
    result = published(vevent(TIMES), vevent("UID:b", TIMES), policy=policy)
    (event,) = events(result.body)
    assert event.value("UID").endswith("@calsieve")
    assert result.report.ruled == {"drop": 1}


def test_alarms_of_an_edited_event_stay() -> None:
    alarm = ("BEGIN:VALARM", "ACTION:DISPLAY", "TRIGGER:-PT5M", "DESCRIPTION:x", "END:VALARM")
    policy = Policy(keep_alarms=True, rules=(edit(setting("DESCRIPTION", "y")),))
    (event,) = events(published(vevent(TIMES, *alarm), policy=policy).body)
    assert event.value("DESCRIPTION") == "y"
    assert event.children[0].value("DESCRIPTION") == "x"


def test_verdicts_are_forgotten_when_there_are_many(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("calsieve.core.rules.judge._MOST_REMEMBERED", 1)
    monkeypatch.setattr("calsieve.core.linewise._MOST_REMEMBERED", 1)
    policy = Policy(rules=(drop(LUNCH), drop(equals(Field.WEEKDAY, "thu")), edit(setting("LOCATION", "x"))))
    times = (TIMES, TIMES.replace("0520", "0521"))
    made = [vevent(f"UID:{n}", times[n % 2], f"SUMMARY:{('lunch', 'a', 'b')[n % 3]}") for n in range(12)]
    assert published(*made, policy=policy).report.ruled == {"drop": 8, "edit": 4}
