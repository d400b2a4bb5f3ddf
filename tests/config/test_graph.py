"""Mailboxes in feeds.yaml: what they mean, what is wrong with them, and which of it is secret."""

from __future__ import annotations

import pytest

from calsieve.config import load, secrets_of
from calsieve.errors import ConfigError
from calsieve.models import Graph, Secret, Snap, Source, Span, WindowPolicy

MAILBOX = ["graph: jane@contoso.example", "tenant: contoso.example", "client_id: 11-22", "client_secret: env:SECRET"]


def text(*lines: str) -> str:
    first, *rest = lines
    return "\n".join(["feeds:", "- name: a", "  sources:", f"  - {first}", *(f"    {line}" for line in rest)])


def test_a_mailbox_has_its_own_calendar_and_the_usual_window() -> None:
    (source,) = load(text(*MAILBOX)).feeds[0].sources
    user = Secret("literal", "jane@contoso.example")
    assert source == Source(
        name="source-1",
        url=user,
        graph=Graph(
            user=user,
            tenant=Secret("literal", "contoso.example"),
            client_id=Secret("literal", "11-22"),
            client_secret=Secret("env", "SECRET"),
            calendar=None,
            window=WindowPolicy(),
        ),
    )


def test_it_is_read_as_far_as_the_feeds_window_reaches() -> None:
    config = load(
        "defaults: {window: {back: 2w}}\n"
        + text("name: jane", "calendar: Team & Co", *MAILBOX)
        + "\n  window: {ahead: 6mo, snap: day}\n"
    )
    (source,) = config.feeds[0].sources
    assert source.graph
    assert (source.name, source.graph.calendar) == ("jane", "Team & Co")
    assert source.graph.window == WindowPolicy(Span(days=14), Span(months=6), Snap.DAY) == config.feeds[0].policy.window


def test_all_of_it_but_the_calendars_name_may_be_secret() -> None:
    names = ["graph: env:A", "tenant: env:B", "client_id: keyring:c", "client_secret: ssm:/d"]
    assert [secret.value for secret in secrets_of(load(text(*names)))] == ["A", "B", "c", "/d"]


@pytest.mark.parametrize("missing", MAILBOX[1:])
def test_a_key_that_is_missing_is_named(missing: str) -> None:
    with pytest.raises(ConfigError) as caught:
        load(text(*(line for line in MAILBOX if line != missing)))
    (problem,) = caught.value.problems
    assert (problem.line, problem.path) == (4, "feeds[0].sources[0]")
    assert problem.message == f"`{missing.partition(':')[0]}` is missing: add it"


@pytest.mark.parametrize(
    ("line", "said"),
    [
        ("client_secret: [hunter2]", "write one value"),
        ("client_secret: hunter2 x", "one word without blanks"),
        ("client_secert: hunter2", "did you mean `client_secret`?"),
        ("url: https://hunter2.example", "the keys here are graph"),
        ("calendar: [hunter2]", "write one value"),
    ],
)
def test_a_mistake_is_told_without_what_was_written(line: str, said: str) -> None:
    kept = [key for key in MAILBOX if not line.startswith(key.partition(":")[0])]
    with pytest.raises(ConfigError, match=said) as caught:
        load(text(*kept, line))
    assert "hunter2" not in str(caught.value)
