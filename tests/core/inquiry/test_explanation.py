"""What became of an event, and why, in sentences."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from calsieve.core.inquiry import words
from calsieve.core.inquiry.explanation import Explanation, explained
from calsieve.core.inquiry.lookup import lookup
from calsieve.models import Alarms, Budget, Duplicates, Policy, SeriesMode, Show, SourcePolicy, UidMode
from calsieve.rules import Action, Change, Edit, Field, Operator, Rule, Where
from tests.core.inquiry.kit import read
from tests.core.kit import NOW, cleaned, vcalendar, vevent

DAY = "DTSTART:20260521T100000Z"
PLAIN = Policy(timezone="Europe/Berlin")
LUNCH = vevent("UID:lunch", DAY, "DTEND:20260521T110000Z", "SUMMARY:Lunch")
WEEKLY = ("UID:w", "DTSTART:20200521T100000Z", "RRULE:FREQ=WEEKLY", "SUMMARY:Weekly")
MONDAYS = ("UID:w", "DTSTART;TZID=Europe/Berlin:20260504T090000", "RRULE:FREQ=WEEKLY;BYDAY=MO,TU", "SUMMARY:Weekly")


def explain(uid: str, *bodies: bytes, policy: Policy = PLAIN) -> Explanation:
    calendars = [read(name, body) for name, body in zip(("one", "two"), bodies, strict=False)]
    return explained(lookup(calendars, policy, NOW, uid)[-1], calendars, policy, NOW)


def said(uid: str, *parts: str, policy: Policy = PLAIN) -> list[tuple[str, str]]:
    return [tuple(each) for each in explain(uid, vcalendar(*parts), policy=policy).said]


def rule(action: Action = Action.DROP, word: str = "Lunch", **more: object) -> Rule:
    return Rule("the rule", action, Where(Field.SUMMARY, Operator.CONTAINS, (word,)), **more)  # type: ignore[arg-type]


def test_what_nothing_was_done_to_is_published_as_it_is() -> None:
    explanation = explain("lunch", vcalendar(LUNCH))
    assert [tuple(each) for each in explanation.said] == [
        (
            "source",
            "one has it as a single event, “Lunch”, from 2026-05-21 10:00 UTC to 2026-05-21 11:00 UTC.",
        ),
        ("outcome", "It is published, as 1 event."),
    ]
    assert replace(explanation, said=(), published=()) == Explanation(
        source="one", uid="lunch", title="Lunch", said=(), published=()
    )
    (text,) = explanation.published
    assert text.startswith("BEGIN:VEVENT\nUID:lunch\n")
    assert text.endswith("\nSUMMARY:Lunch\nEND:VEVENT\n")
    assert text.replace("\n", "\r\n").encode() in cleaned(vcalendar(LUNCH)).body


@pytest.mark.parametrize(
    ("events", "text"),
    [
        ([vevent("DTSTART;VALUE=DATE:20260521")], "a single event, without a title, from 2026-05-21."),
        ([vevent("DTSTART:20260521T100000", "SUMMARY:X")], "a single event, “X”, from 2026-05-21 10:00."),
        ([vevent("DTSTART;TZID=A/B:20260521T100000")], "a single event, without a title, from 2026-05-21 10:00 A/B."),
        ([vevent("SUMMARY:X")], "a single event, “X”, from no known time."),
        ([vevent("DTSTART:soon", "SUMMARY:X")], "a single event, “X”, from soon."),
        (
            [vevent(DAY, "RRULE:FREQ=DAILY", "EXRULE:FREQ=WEEKLY", "RDATE:20260601T100000Z,20260602T100000Z")],
            "a series, without a title, from 2026-05-21 10:00 UTC, by RRULE FREQ=DAILY, by EXRULE FREQ=WEEKLY, "
            "with 2 added dates.",
        ),
        (
            [
                vevent(DAY, "RRULE:FREQ=DAILY", "EXDATE:20260522T100000Z"),
                vevent("RECURRENCE-ID:20260523T100000Z", DAY),
                vevent("RECURRENCE-ID:20260524T100000Z", DAY),
            ],
            "a series, without a title, from 2026-05-21 10:00 UTC, by RRULE FREQ=DAILY, with 1 excepted date, "
            "with 2 changed occurrences.",
        ),
    ],
)
def test_what_the_source_has_is_said_first(events: list[str], text: str) -> None:
    assert said("a", *events)[0] == ("source", f"one has it as {text}")


def test_parts_and_versions_are_said_to_be_such() -> None:
    orphan, version = vevent("RECURRENCE-ID:20260521T100000Z", DAY), vevent(DAY, "SUMMARY:X")
    assert said("a", orphan)[0][1] == "one has 1 changed occurrence of a series that it does not have, without a title."
    assert said("a", version, version)[0][1] == "one has it 2 times under one UID, “X”."


def test_what_is_lost_says_why() -> None:
    assert said("a", vevent("DTSTART:soon"))[1:] == [
        ("lost", "It can't be understood and is left out: it has a DTSTART that is no date."),
        ("outcome", "It is not published."),
    ]


def test_repairs_are_said_and_only_its_own() -> None:
    other = vevent("UID:b", "DTSTART:20260521", "SUMMARY:a, b")
    assert [text for about, text in said("a", other, vevent(DAY, "SUMMARY:c, d")) if about == "repair"] == [
        "Repaired: commas or semicolons in a text got their backslash (text_unescaped)."
    ]


@pytest.mark.parametrize(
    ("day", "text"),
    [
        ("20200101", "All of it was over before the window, which begins at 2026-04-20 00:00 CEST."),
        ("20300101", "It begins only after the window, which ends at 2027-05-24 00:00 CEST."),
    ],
)
def test_what_is_not_in_the_window_says_where_that_is(day: str, text: str) -> None:
    assert said("a", vevent(f"DTSTART;VALUE=DATE:{day}"))[1:] == [("window", text), ("outcome", "It is not published.")]


def test_a_rule_that_drops_is_named() -> None:
    policy = PLAIN._replace(rules=(rule(),))
    assert said("lunch", LUNCH, policy=policy)[1:] == [
        ("rule", "The rule “the rule” drops it."),
        ("outcome", "It is not published."),
    ]


def test_a_rule_that_drops_one_occurrence_is_not_said_to_drop_all() -> None:
    lunch = vevent("UID:w", "RECURRENCE-ID:20260521T100000Z", "DTSTART:20260521T100000Z", "SUMMARY:Lunch")
    policy = PLAIN._replace(rules=(rule(),))
    found = said("w", vevent(*WEEKLY), lunch, policy=policy)
    assert found[1] == ("rule", "The rule “the rule” drops a part of it.")
    assert found[-1] == ("outcome", "It is published, as 1 event.")


def test_a_rule_that_keeps_is_named_and_so_is_that_none_matches() -> None:
    policy = PLAIN._replace(rules=(rule(Action.KEEP), Rule("rest", Action.DROP)))
    assert said("lunch", LUNCH, policy=policy)[1] == ("rule", "The rule “the rule” keeps it.")
    policy = PLAIN._replace(rules=(rule(word="Dinner"),))
    assert said("lunch", LUNCH, policy=policy)[1] == ("rule", "No rule matches it.")


def test_rules_of_another_source_are_not_asked() -> None:
    policy = PLAIN._replace(sources=(("two", SourcePolicy(rules=(rule(),))),))
    assert [about for about, _ in said("lunch", LUNCH, policy=policy)] == ["source", "outcome"]


def test_edits_are_told_property_by_property() -> None:
    edits = (
        Edit(Change.TEMPLATE, "SUMMARY", "[{source}] {summary}"),
        Edit(Change.SET, "LOCATION", "Here; there"),
        Edit(Change.REMOVE, "DESCRIPTION"),
        Edit(Change.REMOVE, "COMMENT"),
    )
    own = SourcePolicy(rules=(rule(Action.EDIT, edits=edits, goes_on=True),))
    event = vevent("UID:lunch", DAY, "SUMMARY:Lunch", f"DESCRIPTION:{'x' * 121}", f"COMMENT:{'y' * 120}")
    found = said("lunch", event, policy=PLAIN._replace(sources=(("one", own),)))
    assert found[1:] == [
        ("rule", "The rule “the rule” edits it."),
        ("edit", f"COMMENT is removed: “{'y' * 120}”."),
        ("edit", f"DESCRIPTION is removed: “{'x' * 119}…”."),
        ("edit", "LOCATION becomes “Here; there”."),
        ("edit", "SUMMARY becomes “[one] Lunch”, from “Lunch”."),
        ("outcome", "It is published, as 1 event."),
    ]


def test_rules_of_one_name_are_told_as_one() -> None:
    policy = PLAIN._replace(rules=(rule(goes_on=True), rule(Action.KEEP)))
    assert said("lunch", LUNCH, policy=policy)[1] == ("rule", "The rule “the rule” drops or keeps it, 2 times.")


def test_occurrences_that_fare_differently_are_said_to() -> None:
    policy = PLAIN._replace(rules=(Rule("mondays", Action.DROP, Where(Field.WEEKDAY, Operator.EQUALS, ("mon",))),))
    found = said("w", vevent(*MONDAYS), policy=policy)
    assert ("rule", "The rule “mondays” drops a part of it, 55 times.") in found
    assert ("rule", "Its occurrences fare differently by the rules, so it is published as 55 events.") in found
    assert [text for about, text in found if about == "uid"] == [
        "It is published under other UIDs: w-20260505T090000, w-20260512T090000, w-20260519T090000 and 52 more."
    ]
    assert not [text for about, text in found if about == "series"]
    assert found[-1] == ("outcome", "It is published, as 55 events.")


@pytest.mark.parametrize(
    ("mode", "text"),
    [
        (SeriesMode.TRIM, "begins at its first occurrence that is not over (series: trim): 2026-04-20 09:00 Europe/B"),
        (SeriesMode.CUT, "begins and ends with the window (series: cut): 2026-04-20 09:00 Europe/Berlin."),
        (SeriesMode.KEEP, "is published whole (series: keep): 2020-05-04 09:00 Europe/Berlin."),
        (SeriesMode.EXPAND, "is published as single events (series: expand)."),
    ],
)
def test_what_becomes_of_a_series_is_said_by_its_mode(mode: SeriesMode, text: str) -> None:
    event = vevent("UID:w", "DTSTART;TZID=Europe/Berlin:20200504T090000", "RRULE:FREQ=WEEKLY")
    found = [text for about, text in said("w", event, policy=PLAIN._replace(series=mode)) if about == "series"]
    assert len(found) == 1
    assert found[0].startswith(f"The series {text}")


def test_why_a_series_is_published_whole_is_said() -> None:
    assert [text for about, text in said("w", vevent(*WEEKLY, "EXRULE:FREQ=YEARLY")) if about == "series"] == [
        "The series is published whole, though series is trim: EXRULE."
    ]


def test_a_series_of_added_dates_alone_is_one() -> None:
    event = vevent("UID:w", DAY, "RDATE:20260522T100000Z")
    found = dict(said("w", event, policy=PLAIN._replace(series=SeriesMode.KEEP)))
    assert found["series"] == "The series is published whole (series: keep): 2026-05-21 10:00 UTC."


def test_other_uids_are_all_told_if_they_are_few() -> None:
    event = vevent("UID:w", DAY, "RRULE:FREQ=DAILY;COUNT=3")
    found = dict(said("w", event, policy=PLAIN._replace(series=SeriesMode.EXPAND)))
    assert found["uid"] == (
        "It is published under other UIDs: w-20260521T100000Z, w-20260522T100000Z, w-20260523T100000Z."
    )


def test_another_uid_is_said() -> None:
    found = dict(said("lunch", LUNCH, policy=PLAIN._replace(uid=UidMode.CONTENT)))
    assert found["uid"].startswith("It is published under another UID: ")
    assert found["uid"].endswith("@calsieve.")


def test_a_uid_that_another_source_has_is_said_to_be_another() -> None:
    other = vcalendar(vevent("UID:lunch", "DTSTART:20260522T100000Z", "SUMMARY:Other"))
    explanation = explain("lunch", other, vcalendar(LUNCH))
    assert ("uid", "It is published under another UID: lunch-two.") in explanation.said
    (text,) = explanation.published
    assert "SUMMARY:Lunch" in text


def test_what_an_earlier_source_has_in_the_same_words_is_published_all_the_same() -> None:
    explanation = explain("lunch", vcalendar(LUNCH), vcalendar(LUNCH))
    assert (explanation.source, len(explanation.published)) == ("two", 1)


# ── the feed as a whole ──


def test_what_is_a_duplicate_says_so() -> None:
    again = vcalendar(vevent("UID:other", DAY, "DTEND:20260521T110000Z", "SUMMARY: LUNCH"))
    policy = PLAIN._replace(duplicates=Duplicates.DROP)
    explanation = explain("other", vcalendar(LUNCH), again, policy=policy)
    assert [tuple(each) for each in explanation.said][-2:] == [
        ("merge", "An earlier source of the feed has it too, so it is published once, as that source has it."),
        ("outcome", "It is not published."),
    ]


def test_a_duplicate_is_not_taken_for_what_another_source_has_under_its_uid() -> None:
    other = vevent("UID:lunch", "DTSTART:20260522T100000Z", "SUMMARY:Other")
    again = vevent("UID:again", DAY, "DTEND:20260521T110000Z", "SUMMARY:Lunch")
    policy = PLAIN._replace(duplicates=Duplicates.DROP)
    explanation = explain("lunch", vcalendar(other, again), vcalendar(LUNCH), policy=policy)
    assert explanation.published == ()
    assert explanation.said[-2].about == "merge"


def test_the_words_of_several_cuts_are_told_one_after_the_other() -> None:
    assert words.over_budget(["a: 1 event", "b"]) == "The budget takes it away (a: 1 event; b)."


def test_what_the_budget_takes_away_says_so() -> None:
    many = [vevent(f"UID:{n:03}", f"DTSTART:20260{4 + n // 20}{1 + n % 20:02}T100000Z") for n in range(60)]
    early = vevent("UID:early", "DTSTART:20260422T100000Z", "SUMMARY:Early")
    policy = PLAIN._replace(budget=Budget(events=30))
    found = said("early", early, *many, policy=policy)
    assert [about for about, _ in found] == ["source", "budget", "outcome"]
    assert found[-2][1].startswith("The budget takes it away (")


@pytest.mark.parametrize(
    ("show", "text"),
    [
        (Show.BUSY, "The view tells only when one is busy (show: busy)."),
        (Show.KID_SAFE, "The view tells only its title, place and time (show: kid-safe)."),
    ],
)
def test_a_view_that_tells_less_says_so(show: Show, text: str) -> None:
    same = [vevent(f"UID:{n}", DAY, "DTEND:20260521T110000Z", "SUMMARY:Same") for n in range(3)]
    calendars = vcalendar(*same), vcalendar(LUNCH)
    explanation = explain("lunch", *calendars, policy=PLAIN._replace(show=show))
    assert ("show", text) in explanation.said
    assert tuple(explanation.said[-1]) == ("outcome", "It is published, as 1 event.")


@pytest.mark.parametrize(
    ("show", "line", "name"),
    [(Show.BUSY, "TRANSP:TRANSPARENT", "free or cancelled"), (Show.KID_SAFE, "CLASS:PRIVATE", "private")],
)
def test_a_view_that_has_no_place_for_it_says_which_of_its_rules_drops_it(show: Show, line: str, name: str) -> None:
    found = said("a", vevent(DAY, line), policy=PLAIN._replace(show=show, rules=(rule(),)))
    assert found[1:] == [("rule", f"The rule “{name}” drops it."), ("outcome", "It is not published.")]


def test_a_views_own_rules_are_named_too() -> None:
    found = said("lunch", LUNCH, policy=PLAIN._replace(view_rules=(rule(),)))
    assert found[1] == ("rule", "The rule “the rule” drops it.")


def test_alarms_that_are_added_are_no_edit() -> None:
    alarms = Alarms(timed=(timedelta(minutes=15),))
    assert [about for about, _ in said("lunch", LUNCH, policy=PLAIN._replace(add_alarms=alarms))] == [
        "source",
        "outcome",
    ]
