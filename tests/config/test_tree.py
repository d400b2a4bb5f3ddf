"""Both of PyYAML's parsers give the same tree, with the same places."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings
from hypothesis import strategies as st

from calsieve.config.tree import Scalar, Table, compose

EXAMPLE = (Path(__file__).parents[2] / "feeds.example.yaml").read_text("utf-8")
plain_values = st.dictionaries(st.text(max_size=5), st.text(max_size=9) | st.lists(st.text(max_size=5), max_size=3))


@settings(max_examples=50)
@given(plain_values, st.sampled_from([None, "'", '"', "|", ">"]), st.booleans(), st.sampled_from(["\n", "\r\n"]))
def test_trees_are_equal_to_the_character(values: object, style: str | None, flow: bool, end: str) -> None:
    text = yaml.dump(values, default_style=style, default_flow_style=flow, allow_unicode=True, line_break=end)
    assert compose(text, yaml.CSafeLoader) == compose(text, yaml.SafeLoader)


def test_the_trees_of_the_example_are_equal() -> None:
    assert compose(EXAMPLE, yaml.CSafeLoader) == compose(EXAMPLE, yaml.SafeLoader)


@pytest.mark.parametrize(
    ("written", "kind"),
    [
        ("a", "str"),
        ("'1'", "str"),
        ("1", "int"),
        ("0x1f", "int"),
        ("1:30", "int"),
        ("1.5", "float"),
        ("off", "bool"),
        ("~", "null"),
        ("2026-05-15", "timestamp"),
    ],
)
def test_a_scalar_knows_what_yaml_takes_it_for_and_keeps_what_is_written(written: str, kind: str) -> None:
    table = compose(f"key: {written} # comment")
    assert isinstance(table, Table)
    value = table.get("key")
    assert isinstance(value, Scalar)
    assert (value.kind, value.text, value.start, value.end) == (kind, written.strip("'"), 5, 5 + len(written))


def test_repr_hides_what_is_written() -> None:
    assert "hunter2" not in repr(compose("password: hunter2"))
