from __future__ import annotations

import time

import pytest

from calsieve.core.rules.patterns import (
    LONGEST_PATTERN,
    BadPattern,
    compiled,
    found,
    refuse_bad_replacement,
    replaced,
)


def test_a_pattern_is_found_anywhere() -> None:
    assert found("b+", "abbc")
    assert not found("^b", "abbc")


@pytest.mark.parametrize(
    ("pattern", "why"),
    [("(", "missing"), ("a{2000}", "repetition"), ("(?=a)", "invalid"), ("((a{100}){100}){100}", "repetition")],
)
def test_what_is_no_pattern_is_refused_with_a_reason(pattern: str, why: str) -> None:
    with pytest.raises(BadPattern, match=why):
        compiled(pattern)


def test_a_pattern_has_a_bound() -> None:
    compiled("x" * LONGEST_PATTERN)
    with pytest.raises(BadPattern, match="longer than"):
        compiled("x" * (LONGEST_PATTERN + 1))


def test_no_pattern_hangs() -> None:
    begin = time.process_time()
    assert not found("(x+x+)+y", "x" * 20_000)
    assert time.process_time() - begin < 2


@pytest.mark.parametrize(
    ("pattern", "replacement", "text", "expected"),
    [
        (r"Team (\pL+)", r"<\1>", "Team é1, Team b", "<é>1, <b>"),
        (r"(a)|(b)", r"\2\1!", "ab", "a!b!"),
        (r"\w+", r"\0\\\0", "ab", "ab\\ab"),
        ("b", "", "abc", "ac"),
        ("b", r"\g<0>\n", "abc", r"a\g<0>\nc"),
    ],
)
def test_what_matches_is_replaced(pattern: str, replacement: str, text: str, expected: str) -> None:
    refuse_bad_replacement(pattern, replacement)
    assert replaced(pattern, replacement, text, 100) == expected


def test_replacing_ends_where_nothing_of_it_would_be_kept() -> None:
    assert replaced("a", "b" * 50, "a" * 9, 100) == "b" * 50 * 3 + "a" * 6
    assert replaced("a", "", "a" * 250, 100) == "a" * 150
    assert replaced("a", "a", "a" * 250, 100) == "a" * 250
    assert replaced("x", "y", "a" * 250 + "x", 100) == "a" * 250 + "x"


def test_what_a_replacement_makes_is_bounded() -> None:
    made = replaced("a", "b" * 60, "a" * 1_000, 100)
    assert made == "b" * 120 + "a" * 998
    assert replaced("", "-", "abcd", 2) == "-a-bcd"


@pytest.mark.parametrize(("pattern", "why"), [("a", "has none"), ("(a)", "has 1")])
def test_a_replacement_names_only_groups_that_there_are(pattern: str, why: str) -> None:
    with pytest.raises(BadPattern, match=why):
        refuse_bad_replacement(pattern, r"\2")
    refuse_bad_replacement(pattern, r"\\2")
