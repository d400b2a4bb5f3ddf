"""Sources as one calendar, with alarms and a budget: nothing is lost but what is said, and what is there stays."""

from __future__ import annotations

import re
from datetime import datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from calsieve.models import Alarms, Budget, Cleaned, Duplicates, Policy, Report, SeriesMode, Show, SourcePolicy, UidMode
from tests.core.kit import cleaned
from tests.interop.readers import Occurrence
from tests.properties.calendars import NOWS, policies, sources
from tests.properties.marked import marked
from tests.properties.test_exactness import MODES, shown
from tests.published import assert_published

SOURCES = st.lists(sources(), min_size=1, max_size=3)
_ALARM = re.compile(rb"BEGIN:VALARM\r\n.*?END:VALARM\r\n", re.DOTALL)
_EVENT = re.compile(rb"BEGIN:VEVENT\r\n.*?END:VEVENT\r\n", re.DOTALL)
_BEFORE = st.sampled_from([timedelta(), timedelta(minutes=15), timedelta(hours=15), timedelta(days=1)])
_ALARMS = st.builds(Alarms, *[st.lists(_BEFORE, max_size=2).map(tuple)] * 2)


@st.composite
def settings(draw: st.DrawFn) -> Policy:
    """Draw a policy of any view, with alarms, and UIDs that each source may keep or not."""
    policy = draw(policies(draw(st.sampled_from(MODES))))
    uids = st.sampled_from([None, *UidMode])
    return policy._replace(
        show=draw(st.sampled_from(Show)),
        duplicates=draw(st.sampled_from(Duplicates)),
        uid=draw(st.sampled_from(UidMode)),
        sources=tuple((name, SourcePolicy(uid=draw(uids))) for name in ("one", "two", "three")),
        add_alarms=draw(_ALARMS),
        keep_alarms=draw(st.booleans()),
    )


@given(policy=settings(), bodies=SOURCES, now=NOWS)
def test_what_is_published_is_sound_whatever_is_asked(policy: Policy, bodies: list[bytes], now: datetime) -> None:
    bodies = [marked(body, f"QX{number}", rules=False) for number, body in enumerate(bodies)]
    first = cleaned(*bodies, policy=policy, now=now)
    assert_published(first.body, alarms=True)
    assert cleaned(*bodies, policy=policy, now=now, screened=False).body == first.body
    assert cleaned(*bodies, policy=policy, now=now, previous=first.body).body == first.body


@given(policy=settings(), bodies=SOURCES, now=NOWS)
def test_cleaning_again_changes_nothing(policy: Policy, bodies: list[bytes], now: datetime) -> None:
    policy = policy._replace(sources=())
    first = cleaned(*bodies, policy=policy, now=now)
    assert cleaned(first.body, policy=policy, now=now).body == first.body


@given(policy=settings(), bodies=st.lists(sources(), min_size=2, max_size=3), now=NOWS)
def test_a_further_source_changes_nothing_of_those_before(policy: Policy, bodies: list[bytes], now: datetime) -> None:
    policy = policy._replace(timezone=policy.timezone or "UTC")
    fewer, more = (_EVENT.findall(cleaned(*some, policy=policy, now=now).body) for some in (bodies[:-1], bodies))
    assert {*fewer} <= {*more}


@given(policy=settings(), bodies=st.lists(sources(), min_size=2, max_size=2), now=NOWS)
def test_the_order_of_events_in_a_source_changes_nothing(policy: Policy, bodies: list[bytes], now: datetime) -> None:
    first, second = bodies
    head, *events = re.split(rb"(?=BEGIN:VEVENT)|(?=END:VCALENDAR)", second)
    turned = b"".join([head, *reversed(events[:-1]), events[-1]])
    assert cleaned(first, turned, policy=policy, now=now).body == cleaned(first, second, policy=policy, now=now).body


def seen(result: Cleaned) -> set[Occurrence]:
    return {*shown(result.body, result.report)}


@given(data=st.data(), bodies=st.lists(sources(), min_size=2, max_size=3), now=NOWS)
def test_what_is_dropped_as_a_duplicate_is_shown_by_another(
    data: st.DataObject, bodies: list[bytes], now: datetime
) -> None:
    policy = data.draw(policies(data.draw(st.sampled_from(MODES))))
    again = bodies[0].replace(b"UID:uid", b"UID:another")
    kept = cleaned(*bodies[:2], again, policy=policy, now=now)
    dropped = cleaned(*bodies[:2], again, policy=policy._replace(duplicates=Duplicates.DROP), now=now)
    assert seen(dropped) == seen(kept)
    same_uid = kept.report.repairs.get("series_in_two_sources", 0)
    assert dropped.report.series_out + dropped.report.duplicates == kept.report.series_out + same_uid
    whole = cleaned(*bodies[:2], policy=policy._replace(duplicates=Duplicates.DROP), now=now)
    assert dropped.body == whole.body


@given(data=st.data(), source=sources(), now=NOWS, alarms=_ALARMS)
def test_alarms_are_all_that_alarms_add(data: st.DataObject, source: bytes, now: datetime, alarms: Alarms) -> None:
    policy = data.draw(policies(data.draw(st.sampled_from(MODES))))
    silent = cleaned(source, policy=policy, now=now)
    loud = cleaned(source, policy=policy._replace(add_alarms=alarms), now=now)
    assert _ALARM.sub(b"", loud.body) == silent.body


_BUDGETS = st.builds(Budget, st.none() | st.integers(300, 6000), st.none() | st.integers(0, 8))


@given(data=st.data(), source=sources(), now=NOWS, budget=_BUDGETS, mode=st.sampled_from(MODES))
def test_a_budget_is_kept_or_said_to_be_not_and_invents_nothing(
    data: st.DataObject, source: bytes, now: datetime, budget: Budget, mode: SeriesMode
) -> None:
    source = marked(source, "QX", rules=False)
    policy = data.draw(policies(mode))
    whole = cleaned(source, policy=policy, now=now)
    result = cleaned(source, policy=policy._replace(budget=budget), now=now)
    assert_published(result.body)
    assert result.report.bytes_out == len(result.body)
    assert fits(result.report, budget) or result.report.cuts[-1].startswith("still ")
    assert bool(result.report.cuts) == (not fits(whole.report, budget))
    if not result.report.cuts:
        assert result.body == whole.body
    # What is shown is what the source shows in the window that is left.
    assert shown(result.body, result.report) == shown(source, result.report)


def fits(report: Report, budget: Budget) -> bool:
    return report.bytes_out <= (budget.size or 10**9) and (budget.events is None or report.events_out <= budget.events)


@given(data=st.data(), source=sources(), now=NOWS, budget=_BUDGETS, mode=st.sampled_from(MODES))
def test_what_is_within_its_budget_stays_as_it_is(
    data: st.DataObject, source: bytes, now: datetime, budget: Budget, mode: SeriesMode
) -> None:
    policy = data.draw(policies(mode))._replace(budget=budget)
    first = cleaned(source, policy=policy, now=now)
    assert cleaned(first.body, policy=policy, now=now).body == first.body
