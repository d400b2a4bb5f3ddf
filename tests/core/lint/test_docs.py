"""docs/lint.md has a paragraph for each rule, with its levels, and for nothing else."""

from __future__ import annotations

import re
from pathlib import Path

from calsieve.core.lint import RULES, WEB_RULES
from calsieve.models import Level

PAGE = (Path(__file__).parents[3] / "docs" / "lint.md").read_text("utf-8")
SECTIONS = dict(re.findall(r"^### ([a-z0-9-]+)\n\n(.*?)(?=^##|^\[\w+\]:)", PAGE, re.M | re.S))


def test_each_rule_has_a_paragraph_with_its_levels() -> None:
    rules = {rule.id: rule.levels for rule in (*RULES, *WEB_RULES)}
    assert [*SECTIONS] == [*rules]
    for name, text in SECTIONS.items():
        levels, paragraph = text.strip().split("\n\n")
        told = {level: [client for client in rules[name] if rules[name][client] is level] for level in Level}
        assert levels == "*" + " · ".join(f"{level}: {', '.join(who)}" for level, who in told.items() if who) + "*"
        assert len(paragraph) > 10


def test_references_are_those_that_are_used() -> None:
    used, given = re.findall(r"\]\[(\w+)\]", PAGE), re.findall(r"^\[(\w+)\]: https?://\S+$", PAGE, re.M)
    assert sorted(set(used)) == given
