"""What each preset lets through and what not, in words of the upstreams that it is made for."""

from __future__ import annotations

import pytest

from calsieve.core.rules.presets import PRESETS
from calsieve.models import Policy
from calsieve.rules import Action
from tests.core.kit import events, vevent
from tests.core.rules.kit import TIMES, drop, published

DAY = "DTSTART;VALUE=DATE:20260520"
ME = "ATTENDEE;PARTSTAT={}:mailto:me@example.org"
CASES: dict[str, tuple[list[tuple[str, ...]], list[tuple[str, ...]]]] = {
    "cancelled": (
        [
            ("STATUS:CANCELLED",),
            ("SUMMARY:Canceled: Team",),
            ("SUMMARY:ABGESAGT: Team", "STATUS:CONFIRMED"),
            ("SUMMARY:Annulé : réunion",),
            ("SUMMARY:Annule\u0301: réunion",),
            ("SUMMARY:已取消: 会议",),
            ("SUMMARY:キャンセル済み：会議",),
            ("SUMMARY:İptal edildi: toplantı",),
        ],
        [
            (),
            ("SUMMARY:Canceled flights: what to do",),
            ("SUMMARY:Why it was Canceled: a talk",),
            ("STATUS:TENTATIVE",),
        ],
    ),
    "declined": (
        [(ME.format("DECLINED"),)],
        [(ME.format("ACCEPTED"),), (ME.replace("me@", "you@").format("DECLINED"),), ()],
    ),
    "unanswered": ([(ME.format("NEEDS-ACTION"),)], [(ME.format("TENTATIVE"),), ()]),
    "tentative": ([("STATUS:TENTATIVE",), ("X-MICROSOFT-CDO-BUSYSTATUS:TENTATIVE",)], [(), ("STATUS:CONFIRMED",)]),
    "free": ([("TRANSP:TRANSPARENT",), ("X-MICROSOFT-CDO-BUSYSTATUS:FREE",)], [(), ("TRANSP:OPAQUE",)]),
    "private": ([("CLASS:PRIVATE",), ("CLASS:CONFIDENTIAL",)], [(), ("CLASS:PUBLIC",)]),
    "no-all-day": ([(DAY,)], [()]),
    "only-all-day": ([()], [(DAY,)]),
    "no-weekends": (
        [("DTSTART:20260523T100000Z",), ("DTSTART;VALUE=DATE:20260524",)],
        [(), ("DTSTART:20260522T235900Z",), ("DTSTART:20260525T000000Z",)],
    ),
    "airbnb-blocks": (
        [(DAY, "SUMMARY:Airbnb (Not available)"), (DAY, "SUMMARY:Not available")],
        [(DAY, "SUMMARY:Reserved")],
    ),
    "booking-blocks": ([(DAY, "SUMMARY:CLOSED - Not available")], [(DAY, "SUMMARY:CLOSED - Jane Doe")]),
    "holidays-only": (
        [
            (),
            (DAY, "SUMMARY:Holiday in Rome"),
            (DAY, "DESCRIPTION:Observance\\nTo hide observances\\, go to Google Calendar Settings"),
            ("CATEGORIES:Holiday",),
        ],
        [(DAY, "DESCRIPTION:Public holiday"), (DAY, "DESCRIPTION:Gesetzlicher Feiertag"), (DAY, "CATEGORIES:Holiday")],
    ),
    "birthdays": (
        [
            (DAY, "SUMMARY:Jane’s birthday"),
            (DAY, "SUMMARY:🎂 Jane (1980)"),
            (DAY, "SUMMARY:Jane", "CATEGORIES:Birthday"),
            (DAY, "SUMMARY:Jane", "X-NEXTCLOUD-BC-FIELD-TYPE:BDAY"),
        ],
        [(), ("SUMMARY:Birthday party",), (DAY, "SUMMARY:Holiday")],
    ),
}


def is_left(name: str, lines: tuple[str, ...]) -> bool:
    own = lines if any(line.startswith("DTSTART") for line in lines) else (TIMES, *lines)
    policy = Policy(rules=PRESETS[name].rules, me=("me@example.org",), timezone="UTC")
    return bool(events(published(vevent(*own), policy=policy).body))


@pytest.mark.parametrize("name", CASES)
def test_a_preset_drops_what_it_is_for_and_nothing_else(name: str) -> None:
    gone, stays = CASES[name]
    assert [lines for lines in gone if is_left(name, lines)] == []
    assert [lines for lines in stays if not is_left(name, lines)] == []


def test_every_preset_has_a_sentence_and_rules_of_its_name() -> None:
    assert {*PRESETS} == {*CASES, "tidy"}
    for name, preset in PRESETS.items():
        assert preset.description.endswith(".")
        assert {rule.name for rule in preset.rules} == {name}


def test_tidy_goes_on() -> None:
    lines = (TIMES, "DESCRIPTION:<p>Hi &amp\\; bye</p>")
    (event,) = events(published(vevent(*lines), policy=Policy(rules=PRESETS["tidy"].rules)).body)
    assert event.value("DESCRIPTION") == "Hi & bye"
    assert PRESETS["tidy"].rules[0].action is Action.EDIT
    assert events(published(vevent(*lines), policy=Policy(rules=(*PRESETS["tidy"].rules, drop()))).body) == []
