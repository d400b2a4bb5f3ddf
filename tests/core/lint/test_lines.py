"""Rules of content lines, each by a file in which only that is wrong."""

from __future__ import annotations

import pytest

from calsieve.models import Client, Level
from tests.core.lint.kit import BEGIN, TIMED, calendar, event, found, level


def with_line(line: str) -> list[tuple[str, int]]:
    """Return what is found in an event with a line more, before its last."""
    places = found(calendar(event(*TIMED, line, "SUMMARY:y")))
    assert {place for _, place in places} <= {BEGIN + 4}
    return places


def rules(line: str) -> list[str]:
    return [rule for rule, _ in with_line(line)]


def errors(rule: str) -> set[Client]:
    return {client for client in Client if level(rule, client) is Level.ERROR}


@pytest.mark.parametrize(
    "line",
    [
        "COMMENT:",
        "comment:x",
        "COMMENT;X=:x",
        'COMMENT;X="a;b:c":x',
        "COMMENT;X=a=b:x",
        'COMMENT;X="a","b";Y=c,d:x',
        'COMMENT;X="a"b:x',
        'COMMENT:"x;y:z',
        "X-1:x",
    ],
)
def test_lines_that_all_can_read_are_found_sound(line: str) -> None:
    assert rules(line) == []


@pytest.mark.parametrize("text", ["just words", "more; words", '"quoted"'])
def test_no_property(text: str) -> None:
    assert rules(text) == ["no-property"]
    assert errors("no-property") == {Client.GOOGLE, Client.ICSX5, Client.THUNDERBIRD}


def test_unclosed_quote() -> None:
    assert rules('ATTENDEE;X=a;CN="b:mailto:b@example.org') == ["unclosed-quote"]
    assert errors("unclosed-quote") == {Client.GOOGLE, Client.THUNDERBIRD}


@pytest.mark.parametrize("line", ['ATTENDEE;X="a"b":mailto:b@example.org', 'COM"MENT:x'])
def test_stray_quote(line: str) -> None:
    assert rules(line) == ["stray-quote"]
    assert errors("stray-quote") == set()


@pytest.mark.parametrize("line", ["X_NAME:x", "SUMMARY :x", "see also: x", ":x", ";X=a:x", ": and more"])
def test_odd_name(line: str) -> None:
    assert rules(line) == ["odd-name"]
    assert errors("odd-name") == set()


@pytest.mark.parametrize("params", [";X;Y=b", ";;Y=b", ";Y=b;X", ";Y=b;"])
def test_bad_parameters(params: str) -> None:
    assert rules(f"COMMENT{params}:x") == ["bad-parameters"]
    assert errors("bad-parameters") == {Client.GOOGLE, Client.ICSX5}


@pytest.mark.parametrize("params", [";X", ";", ";=a", ";X=a;=b"])
def test_no_parameter(params: str) -> None:
    assert rules(f"COMMENT{params}:x") == ["bad-parameters", "no-parameter"]
    assert errors("no-parameter") == {Client.THUNDERBIRD}


def test_blank_line() -> None:
    assert rules("") == ["blank-line"]


def test_blank_line_after_begin() -> None:
    assert found(calendar(event("", *TIMED))) == [("blank-line", BEGIN + 1), ("blank-line-after-begin", BEGIN + 1)]
    assert errors("blank-line-after-begin") == {Client.ICSX5}
    assert level("blank-line-after-begin", Client.THUNDERBIRD) is None
