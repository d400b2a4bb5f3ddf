from __future__ import annotations

import unicodedata
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.models import Failing
from calsieve.pages import words

MOMENT = datetime(2026, 11, 24, 13, 5, tzinfo=UTC)


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("Choir", "Choir"),
        ("  two\r\nlines\t ", "two lines"),
        ("a\0b\x07c", "a b c"),
        ("\u202eevil\u2069", "evil"),  # turns what follows around
        ("שלום\u200f 12", "שלום\u200f 12"),  # a hint for one's own text stays
        ("\ud800", ""),
        ("x" * 160, "x" * 160),
        ("x" * 161, "x" * 159 + "…"),
        ("x" * 10_000, "x" * 159 + "…"),
    ],
)
def test_a_name_is_one_line_that_can_be_seen(text: str, name: str) -> None:
    assert words.name(text) == name


@settings(deadline=None)
@given(st.text(), st.integers(5, 200))
def test_whatever_the_text_a_name_is_short_and_harmless(text: str, most: int) -> None:
    name = words.name(text, most)
    assert len(name) <= most
    assert name == name.strip()
    assert not {unicodedata.bidirectional(char) for char in name} & {"RLO", "LRO", "RLE", "LRE", "PDF", "RLI", "PDI"}
    assert not {unicodedata.category(char) for char in name} & {"Cc", "Cs", "Zl", "Zp"}
    name.encode()


@pytest.mark.parametrize("why", ["office: it answered 503.", "it answered 503"])
def test_a_reason_does_not_say_the_source_again(why: str) -> None:
    assert words.reason(Failing("office", why, MOMENT)) == "it answered 503"


def test_inside_a_sentence_names_and_reasons_are_isolated() -> None:
    failing = Failing("שלום\u2069", "\u202eit answered 503.", MOMENT)
    assert words.failure(failing, ZoneInfo("Europe/Berlin")) == (
        "\u2068שלום\u2069",
        "Tue 24 Nov 2026, 14:05",
        "\u2068it answered 503\u2069",
    )


@pytest.mark.parametrize(
    ("number", "said"), [(0, "no events"), (1, "1 event"), (2, "2 events"), (20_431, "20,431 events")]
)
def test_counts(number: int, said: str) -> None:
    assert words.count(number, "event") == said


def test_a_moment_is_told_in_the_zone_of_the_feed() -> None:
    assert words.moment(MOMENT, ZoneInfo("Europe/Berlin")) == "Tue 24 Nov 2026, 14:05"
    assert words.moment(MOMENT, ZoneInfo("Asia/Tokyo")) == "Tue 24 Nov 2026, 22:05"


def test_days() -> None:
    assert words.short_day(date(2026, 12, 1)) == "Tue 1 Dec"
    assert words.long_day(date(2026, 12, 1)) == "1 December 2026"


@pytest.mark.parametrize(
    ("minutes", "said"),
    [
        (1, "every minute"),
        (15, "every 15 minutes"),
        (60, "every hour"),
        (90, "every 90 minutes"),
        (360, "every 6 hours"),
        (1440, "every day"),
        (7 * 1440, "every 7 days"),
    ],
)
def test_intervals(minutes: int, said: str) -> None:
    assert words.every(timedelta(minutes=minutes)) == said


@pytest.mark.parametrize(
    ("minutes", "said"),
    [(0, "0 h"), (1, "½ h"), (30, "½ h"), (60, "1 h"), (90, "1½ h"), (104, "1½ h"), (106, "2 h"), (6000, "100 h")],
)
def test_hours_are_told_to_the_half_hour(minutes: int, said: str) -> None:
    assert words.hours(minutes * 60) == said
