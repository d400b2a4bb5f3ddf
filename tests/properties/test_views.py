"""A busy view tells when one is busy and nothing else; a kid-safe one tells nothing of what it leaves away."""

from __future__ import annotations

from collections import Counter
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.core.clean import compose
from calsieve.core.event_lines import left_out
from calsieve.core.read import read
from calsieve.core.screen import reach_of
from calsieve.models import Alarms, Duplicates, Policy, SeriesMode, Show, SourcePolicy
from calsieve.rules import Change, Edit
from tests.core.kit import cleaned
from tests.interop.readers import Occurrence
from tests.properties.calendars import NOWS, policies, sources
from tests.properties.marked import marked
from tests.properties.test_exactness import shown
from tests.published import assert_published

SECRETS = ("QXALPHA", "zyBravo77")
MODES = list(SeriesMode)


def published(policy: Policy, now: datetime, secret: str, *bodies: bytes) -> bytes:
    """Clean marked sources whose names, edits and policy hold the secret too."""
    prefix = SourcePolicy(edits=(Edit(Change.TEMPLATE, "SUMMARY", "{source} " + secret + " {summary}"),))
    names = [f"{secret}-{number}" for number, _ in enumerate(bodies)]
    policy = policy._replace(sources=tuple((name, prefix) for name in names), me=(f"{secret}@example.org",))
    reach, unread = reach_of(policy.window, now), left_out(policy)
    calendars = [read(name, body, reach=reach, left_out=unread) for name, body in zip(names, bodies, strict=True)]
    return compose(calendars, policy, now).body


@st.composite
def settings(draw: st.DrawFn, show: Show) -> Policy:
    """Draw a policy of that view, with all that may be kept or dropped or not."""
    kept = {name: draw(st.booleans()) for name in ("keep_alarms", "keep_attendees", "keep_attachments", "keep_html")}
    policy = draw(policies(draw(st.sampled_from(MODES))))
    return policy._replace(show=show, duplicates=draw(st.sampled_from(Duplicates)), **kept)


@given(data=st.data(), bodies=st.lists(sources(), min_size=1, max_size=3), now=NOWS, rules=st.booleans())
def test_nothing_private_is_in_a_busy_view(
    data: st.DataObject, bodies: list[bytes], now: datetime, rules: bool
) -> None:
    policy = data.draw(settings(Show.BUSY))
    for secret in SECRETS:
        body = published(policy, now, secret, *(marked(source, secret, rules=rules) for source in bodies))
        assert_published(body)
        assert secret.lower() not in body.replace(b"\r\n ", b"").decode().lower()


@given(data=st.data(), bodies=st.lists(sources(), min_size=1, max_size=3), now=NOWS, rules=st.booleans())
def test_a_busy_view_is_the_same_whatever_is_private(
    data: st.DataObject, bodies: list[bytes], now: datetime, rules: bool
) -> None:
    policy = data.draw(settings(Show.BUSY))._replace(duplicates=Duplicates.KEEP)
    one, other = (
        published(policy, now, secret, *(marked(source, secret, rules=rules) for source in bodies))
        for secret in SECRETS
    )
    assert one == other


def times(occurrences: Counter[Occurrence]) -> Counter[tuple[int, int, bool]]:
    found: Counter[tuple[int, int, bool]] = Counter()
    for one, count in occurrences.items():
        found[one[:3]] += count
    return found


@pytest.mark.parametrize("mode", MODES)
@pytest.mark.parametrize("show", [Show.BUSY, Show.KID_SAFE])
@given(data=st.data(), source=sources(), now=NOWS)
def test_a_view_shows_the_times_of_all_that_is_neither_free_nor_private(
    data: st.DataObject, source: bytes, now: datetime, show: Show, mode: SeriesMode
) -> None:
    result = cleaned(source, policy=data.draw(policies(mode))._replace(show=show), now=now)
    assert times(shown(result.body, result.report)) == times(shown(source, result.report))


@given(data=st.data(), source=sources(), now=NOWS, show=st.sampled_from([Show.BUSY, Show.KID_SAFE]))
def test_cleaning_a_view_again_changes_nothing(data: st.DataObject, source: bytes, now: datetime, show: Show) -> None:
    policy = data.draw(settings(show))
    first = cleaned(marked(source, SECRETS[0], rules=False), policy=policy, now=now)
    assert cleaned(first.body, policy=policy, now=now).body == first.body


@given(data=st.data(), source=sources(), now=NOWS)
def test_a_kid_safe_view_has_titles_places_and_times_only(data: st.DataObject, source: bytes, now: datetime) -> None:
    secret = SECRETS[0]
    open_ = marked(source, secret, rules=False).replace(b"CLASS;X-", b"X-CLASS;X-")
    body = published(data.draw(settings(Show.KID_SAFE)), now, secret, open_)
    assert_published(body)
    lines = body.replace(b"\r\n ", b"").decode().split("\r\n")
    assert not [line for line in lines if "://" in line or "@" in line.replace("@calsieve", "")]
    telling = ("UID:", "SUMMARY:", "LOCATION:", "COLOR:", "NAME:", "X-WR-CALNAME:")
    assert not [line for line in lines if secret.lower() in line.lower() and not line.startswith(telling)]


@given(data=st.data(), source=sources(), now=NOWS)
def test_a_kid_safe_view_has_nothing_that_is_private(data: st.DataObject, source: bytes, now: datetime) -> None:
    policy = data.draw(settings(Show.KID_SAFE))._replace(title="Kids", add_alarms=Alarms())
    body = published(policy, now, SECRETS[0], marked(source, SECRETS[0], rules=False))
    assert b"BEGIN:VEVENT" not in body
    assert SECRETS[0].lower() not in body.decode().lower()
