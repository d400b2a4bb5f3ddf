"""The commands that docs/common-issues.md and docs/deploy.md tell to type are there, with these options."""

from __future__ import annotations

import re
import shlex
from collections.abc import Iterator

import click
import pytest

from calsieve.cli.main import COMMANDS, main
from tests.measured import ROOT

_PAGES = ("docs/common-issues.md", "docs/deploy.md")
_CALL = re.compile(r"(?:^|`)(?:\.venv/bin/)?calsieve ([a-z]+ [^`#\n]*?|[a-z]+)(?:`|\s*#|\s*$)", re.MULTILINE)


def calls() -> Iterator[str]:
    for page in _PAGES:
        yield from dict.fromkeys(_CALL.findall((ROOT / page).read_text(encoding="utf-8")))


@pytest.mark.parametrize("call", [*calls()])
def test_what_one_is_told_to_type_is_understood(call: str) -> None:
    name, *words = shlex.split(call)
    command = main.get_command(click.Context(main), name)
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in words if word.startswith("--")} <= known


def test_they_are_found_and_redrive_is_among_them() -> None:
    named = {call.split()[0] for call in calls()}
    assert named >= {"check", "explain", "links", "lint", "preview", "push", "redrive", "rotate", "status"}
    assert named <= set(COMMANDS)


@pytest.mark.parametrize("page", _PAGES)
def test_links_within_lead_somewhere(page: str) -> None:
    text = (ROOT / page).read_text(encoding="utf-8")
    headings = re.findall(r"^#+ (.*)$", text, re.MULTILINE)
    anchors = {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}
    assert set(re.findall(r"\]\(#([^)]+)\)", text)) <= anchors
