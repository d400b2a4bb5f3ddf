"""What a robots.txt allows (RFC 9309), judged in time proportional to its length."""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple
from urllib.parse import unquote


class _Line(NamedTuple):
    key: str
    value: str


def allowed(robots: str, agent: str, target: str) -> bool:
    """Tell whether ``agent`` may ask for ``target``, a path with its query.

    The longest pattern that matches decides, Allow before Disallow; without one everything is allowed.
    """
    rules = _rules(robots, agent.lower()) or _rules(robots, "*")
    path = unquote(target)
    matching = [(len(value), key == "allow") for key, value in rules if value and _matches(unquote(value), path)]
    return max(matching, default=(0, True))[1]


def _rules(robots: str, agent: str) -> list[_Line]:
    """Return the Allow and Disallow lines of all groups for ``agent``."""
    found: list[_Line] = []
    agents: set[str] = set()
    in_rules = False
    for line in _lines(robots):
        if line.key == "user-agent":
            agents = set() if in_rules else agents
            agents.add(line.value.lower())
            in_rules = False
        elif line.key in {"allow", "disallow"}:
            in_rules = True
            if agent in agents:
                found.append(line)
    return found


def _lines(robots: str) -> Iterator[_Line]:
    for text in robots.splitlines():
        key, colon, value = text.partition("#")[0].partition(":")
        if colon:
            yield _Line(key.strip().lower(), value.strip())


def _matches(pattern: str, path: str) -> bool:
    """Tell whether a pattern matches from the beginning of a path; ``*`` is anything, ``$`` at the end the end."""
    anchored = pattern.endswith("$")
    first, *others = pattern.removesuffix("$").split("*")
    if not path.startswith(first):
        return False
    at = len(first)
    last = others.pop() if others and anchored else None
    for piece in others:
        at = path.find(piece, at)
        if at < 0:
            return False
        at += len(piece)
    if last is not None:
        return path.endswith(last) and len(path) - len(last) >= at
    return at == len(path) if anchored else True
