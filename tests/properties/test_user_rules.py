"""A user's rules: the short way decides as the long one does, and both as rules applied to what a reader shows."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.models import Policy, SeriesMode, SourcePolicy
from calsieve.rules import Action, Rule
from tests.core.kit import cleaned, decided_alike
from tests.interop.readers import Occurrence
from tests.properties.calendars import NOWS, policies, sources
from tests.properties.test_exactness import shown
from tests.properties.test_screen import texts
from tests.published import assert_published
from tests.ruled import decorated, rule_lists, ruled

MODES = list(SeriesMode)
SEEDS = st.integers(0, 10_000)


@st.composite
def ruling(draw: st.DrawFn, mode: SeriesMode) -> Policy:
    """Draw a policy with rules of the feed, and at times of its source ``one``."""
    policy = draw(policies(mode))._replace(rules=draw(rule_lists()))
    own = draw(st.one_of(st.none(), rule_lists()))
    return policy._replace(sources=(("one", SourcePolicy(rules=own)),)) if own else policy


def without_edits(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Return rules that only keep and drop."""
    return tuple(rule._replace(action=Action.KEEP, edits=()) if rule.edits else rule for rule in rules)


def left(source: bytes, policy: Policy, now: datetime) -> Counter[Occurrence]:
    """Return what a reader shows of a source, less what rules drop and as they edit it."""
    bare = cleaned(source, policy=policy._replace(rules=(), sources=()), now=now)
    own = dict(policy.sources).get("one", SourcePolicy())
    return ruled(shown(source, bare.report), (own.rules, policy.rules), bare.report.timezone, "one")


@pytest.mark.parametrize("mode", MODES)
@given(data=st.data(), source=sources(), seed=SEEDS, now=NOWS)
def test_the_window_shows_what_rules_leave_of_it(
    data: st.DataObject, source: bytes, seed: int, now: datetime, mode: SeriesMode
) -> None:
    source, policy = decorated(source, seed), data.draw(ruling(mode))
    result = cleaned(source, policy=policy, now=now)
    in_doubt = cleaned(source, policy=policy._replace(series=SeriesMode.KEEP), now=now).report.kept_whole
    if not in_doubt:
        assert shown(result.body, result.report) == left(source, policy, now)
    assert_published(result.body)


@given(data=st.data(), source=sources(), seed=SEEDS, now=NOWS, mode=st.sampled_from(MODES))
def test_the_short_way_decides_as_the_long_one(
    data: st.DataObject, source: bytes, seed: int, now: datetime, mode: SeriesMode
) -> None:
    source, policy = decorated(source, seed), data.draw(ruling(mode))
    short, long = (cleaned(source, policy=policy, now=now, screened=screened) for screened in (True, False))
    assert short.body == long.body
    assert (short.report.ruled, short.report.kept_whole) == (long.report.ruled, long.report.kept_whole)


@given(data=st.data(), source=sources(), seed=SEEDS, now=NOWS, mode=st.sampled_from(MODES))
def test_without_edits_cleaning_again_changes_nothing(
    data: st.DataObject, source: bytes, seed: int, now: datetime, mode: SeriesMode
) -> None:
    policy = data.draw(ruling(mode))
    policy = policy._replace(rules=without_edits(policy.rules), sources=())
    first = cleaned(decorated(source, seed), policy=policy, now=now)
    assert cleaned(first.body, policy=policy, now=now).body == first.body


@given(body=texts(), seed=SEEDS, policy=st.sampled_from(MODES).flatmap(ruling))
def test_odd_texts_are_decided_on_both_ways_alike(body: bytes, seed: int, policy: Policy) -> None:
    decided_alike(decorated(body, seed), policy)
