"""What a robots.txt allows (RFC 9309 §2.2)."""

from __future__ import annotations

import time

import pytest

from calsieve.core.lint.robots import allowed

AGENT = "Example-Bot"


def judged(robots: str, target: str = "/a/b.ics?c=d") -> bool:
    return allowed(robots, AGENT, target)


@pytest.mark.parametrize(
    ("robots", "may"),
    [
        ("", True),
        ("<html>Not found</html>", True),
        ("User-agent: *\nDisallow: /", False),
        ("User-agent: *\nDisallow:", True),
        ("USER-AGENT: *\r\nDISALLOW : /a # all of it", False),
        ("User-agent: other\nDisallow: /", True),
        ("User-agent: example-bot\nDisallow: /", False),
        ("User-agent: *\nDisallow: /\nUser-agent: Example-Bot\nDisallow: /x", True),
        ("User-agent: Example-Bot\nDisallow:\n\nUser-agent: *\nDisallow: /", True),
        ("User-agent: other\nUser-agent: Example-Bot\nDisallow: /", False),
        ("User-agent: Example-Bot\nDisallow: /x\nUser-agent: other\nDisallow: /", True),
        ("User-agent: Example-Bot\nDisallow: /x\n\nUser-agent: example-bot\nDisallow: /a", False),
        ("User-agent: *\nSitemap: /s\nDisallow: /a", False),
        ("Disallow: /", True),
    ],
)
def test_groups(robots: str, may: bool) -> None:
    assert judged(robots) is may


@pytest.mark.parametrize(
    ("lines", "may"),
    [
        ("Disallow: /a\nAllow: /a/b", True),
        ("Allow: /a\nDisallow: /a/b", False),
        ("Allow: /a\nDisallow: /a", True),
        ("Disallow: /a\nAllow: /a", True),
    ],
)
def test_the_longest_pattern_decides(lines: str, may: bool) -> None:
    assert judged(f"User-agent: *\n{lines}") is may


@pytest.mark.parametrize(
    ("pattern", "target", "matches"),
    [
        ("/a/b.ics", "/a/b.ics", True),
        ("/a/b.ics", "/A/b.ics", False),
        ("/a/b.ics$", "/a/b.ics", True),
        ("/a/b.ics$", "/a/b.ics?c", False),
        ("/*.ics", "/a/b.ics?c", True),
        ("/*.ics$", "/a/b.ics?c", False),
        ("/*.ics$", "/a/b.ics", True),
        ("*", "/a", True),
        ("/a*$", "/a/b", True),
        ("/a*b*c", "/a-c-b", False),
        ("/a*b*c", "/a-b-c-d", True),
        ("/ab*bc$", "/abc", False),
        ("/x*", "/a", False),
        ("/%7Ejane", "/~jane/a", True),
        ("/k%C3%A4se", "/k%c3%a4se", True),
        ("/a?*d", "/a?c=d", True),
    ],
)
def test_patterns(pattern: str, target: str, matches: bool) -> None:
    assert judged(f"User-agent: *\nDisallow: {pattern}", target) is not matches


def test_no_pattern_takes_long() -> None:
    began = time.process_time()
    assert judged("User-agent: *\nDisallow: /" + "*a" * 20_000 + "b", "/" + "a" * 5_000)
    assert time.process_time() - began < 1
