"""The examples of docs/rules.md do what is said of them, run through the real core."""

from __future__ import annotations

import io
import re
import runpy
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import icalendar
import pytest
import recurring_ical_events
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.config import load
from calsieve.config.reference.examples import EVERYTHING, EXAMPLES, PRESET_EXAMPLES, Example
from calsieve.config.reference.page import page
from calsieve.config.reference.sample import NOW, SAMPLE, SOURCES, calendar, feed
from calsieve.config.shape.notation import keys_of
from calsieve.core.clean import compose
from calsieve.core.event_lines import left_out
from calsieve.core.read import read
from calsieve.core.rules.presets import PRESETS
from calsieve.models import Policy

DOCS = Path(__file__).parents[2] / "docs"
ALL = {
    **{f"{shape.__name__}.{key}": one for shape, examples in EXAMPLES.items() for key, one in examples.items()},
    **{f"preset {name}": one for name, one in PRESET_EXAMPLES.items()},
}
TITLES = {
    next((x[4:] for x in one.more if x.startswith("UID:")), f"{at}@example.org"): one.title
    for at, one in enumerate(SAMPLE)
}


def shown(policy: Policy) -> dict[str, Any]:
    """Return the occurrences that the sample shows by a policy, by their title and day."""
    calendars = [read(name, calendar(name), left_out=left_out(policy)) for name in SOURCES]
    found = recurring_ical_events.of(icalendar.Calendar.from_ical(compose(calendars, policy, NOW).body))
    return {label(one): one for one in found.between(datetime(2026, 5, 1), datetime(2026, 6, 1))}


@cache
def published(rules: str) -> dict[str, Any]:
    """Return what the sample's feed shows with these rules."""
    return shown(load(feed(rules)).feeds[0].policy)


def label(occurrence: Any) -> str:
    title = TITLES.get(occurrence["UID"], "Team standup")
    return f"{title}, {occurrence.start:%A}" if title == "Team standup" else title


def said(occurrence: Any, name: str) -> str | None:
    if name == "CATEGORIES":
        return ", ".join(occurrence.categories)
    return str(occurrence[name]) if name in occurrence else None


def yaml(example: Example) -> str:
    return "".join(f"  - {entry}\n" for entry in example.entries)


def test_without_rules_the_whole_sample_is_shown() -> None:
    nothing = "  - {keep: everything}\n"
    assert set(published(nothing)) == set(EVERYTHING)


@pytest.mark.parametrize("example", ALL.values(), ids=ALL)
def test_an_example_does_what_is_said_of_it(example: Example) -> None:
    left = published(yaml(example))
    expected = set(example.keeps) or set(EVERYTHING) - set(example.drops)
    assert set(left) == expected
    assert example.keeps or example.drops or example.becomes
    for title, name, value in example.becomes:
        assert said(published("  - {keep: everything}\n")[title], name) != value
        assert said(left[title], name) == value


@pytest.mark.parametrize("shape", EXAMPLES, ids=lambda shape: shape.__name__)
def test_every_key_has_an_example_in_which_it_stands(shape: Any) -> None:
    assert set(EXAMPLES[shape]) == set(keys_of(shape))
    for key, example in EXAMPLES[shape].items():
        assert f"{key}: " in " ".join(example.entries)


def test_every_preset_has_an_example() -> None:
    assert set(PRESET_EXAMPLES) == set(PRESETS)


def viewed(rules: str, own: str) -> dict[str, Any]:
    """Return what a view with rules of its own shows of the sample's feed."""
    text = f"{feed(rules)}  views:\n  - name: view\n    rules:\n{own.replace('  - ', '    - ')}"
    (view,) = load(text).feeds[0].views
    return shown(view.policy)


@settings(max_examples=40, deadline=None)
@given(st.sampled_from(list(ALL)), st.sampled_from(list(ALL)))
def test_a_view_never_shows_what_its_feed_leaves_out(feeds: str, views: str) -> None:
    assert set(viewed(yaml(ALL[feeds]), yaml(ALL[views]))) <= set(published(yaml(ALL[feeds])))


@pytest.mark.parametrize("decided", ["keep: everything", "edit: {url: remove}"])
def test_a_view_is_asked_its_own_rules_whatever_its_feed_decides(decided: str) -> None:
    left = viewed(f"  - {decided}\n", "  - drop: {source: family}\n")
    assert set(left) == set(published("  - drop: {source: family}\n"))


def test_the_reference_in_docs_is_the_one_that_the_code_makes() -> None:
    head = (DOCS / "rules.head.md").read_text("utf-8")
    assert (DOCS / "rules.md").read_text("utf-8") == page(head), (
        "renew it: python -m calsieve.config rules < docs/rules.head.md > docs/rules.md"
    )


def test_the_files_in_the_head_of_the_reference_are_good() -> None:
    files = re.findall(r"```yaml\n(.*?)```", (DOCS / "rules.head.md").read_text("utf-8"), re.DOTALL)
    assert [len(load(text).feeds) for text in files] == [1]


@pytest.mark.parametrize(("arguments", "name"), [([], "feeds.schema.json"), (["rules"], "rules.md")])
def test_the_module_prints_what_is_in_docs(
    arguments: list[str], name: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.argv", ["calsieve.config", *arguments])
    monkeypatch.setattr("sys.stdin", io.StringIO((DOCS / "rules.head.md").read_text("utf-8")))
    runpy.run_module("calsieve.config", run_name="__main__")
    assert capsys.readouterr().out == (DOCS / name).read_text("utf-8")
