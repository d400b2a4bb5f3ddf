"""Targets that make a feed of any calendars: what is asked of it must not depend on how it is made."""

from __future__ import annotations

from collections import Counter
from datetime import UTC, datetime, timedelta

from calsieve.core.agenda import agenda
from calsieve.core.agreement import Difference, difference
from calsieve.core.read import read
from calsieve.core.screen import reach_between
from calsieve.core.window import EARLIEST, LATEST, Window
from calsieve.core.zones.iana import iana_zone
from calsieve.errors import InvalidCalendar
from calsieve.models import Cleaned, Policy
from calsieve.rules import Action, Combine, Group, Rule
from tests.core.kit import NOW, cleaned, decided_alike
from tests.fuzz.drawing import opened, sources
from tests.interop.readers import View, recurring_one
from tests.published import assert_published

_EVERYTHING = reach_between(EARLIEST, LATEST)
# What the guard compares; it looks further ahead, which only costs time.
_FAR = timedelta(days=366)
# Repairs that say nothing of times.
_HARMLESS = frozenset(
    [
        "bare_newlines",
        "stamp_missing",
        "stamp_not_utc",
        "property_empty",
        "property_name",
        "uid_replaced",
        "zone_undefined",
    ]
)
# Rules that the other reader would expand from the beginning of time.
_ENDLESS = (b"SECONDLY", b"MINUTELY", b"HOURLY")


def rules(data: bytes) -> None:
    """Rules decide the same on bytes and on components, and what they leave is sound."""
    draw, body = opened(data)
    policy = draw.view(draw.ruled(draw.policy()))
    if result := decided_alike(body, policy):
        assert_published(result.body, alarms=True)


def parted(data: bytes) -> None:
    """What a condition drops and what its contrary drops make the whole, each occurrence once."""
    draw, body = opened(data)
    policy, condition = draw.policy()._replace(timezone=draw.of(("UTC", "Europe/Berlin"))), draw.condition()
    contrary = Group(Combine.NOT, (condition,))
    try:
        whole = cleaned(body, policy=policy)
    except InvalidCalendar:
        return
    one, other = (
        cleaned(body, policy=policy._replace(rules=(Rule("some", Action.DROP, each),)))
        for each in (condition, contrary)
    )
    if not (one.report.kept_whole or other.report.kept_whole or whole.report.kept_whole):
        assert _seen(one, policy) + _seen(other, policy) == _seen(whole, policy)


def agreement(data: bytes) -> None:
    """No file is taken by the guard for one that shows something else than its sources."""
    draw, rest = opened(data)
    policy, bodies = draw.policy(), sources(rest)
    try:
        result = cleaned(*bodies, policy=policy)
    except InvalidCalendar:
        return
    report = result.report
    start = max(report.window_start or EARLIEST, NOW - _FAR)
    end = min(report.window_end or LATEST, NOW + _FAR)
    window = Window(start, end, iana_zone(report.timezone) or UTC)
    whole = [read("", body, reach=_EVERYTHING) for body in bodies]
    assert difference(whole, result.body, window, report.timezone) == Difference()


def exactness(data: bytes) -> None:
    """Of what needs no mending, another reader shows the same before and after."""
    draw, rest = opened(data)
    policy, (body,) = draw.policy(), sources(rest, 1)
    if any(word in body.upper() for word in _ENDLESS) or body.count(b"\r") > body.count(b"\r\n"):
        return
    try:
        body.decode()  # it is decoded before it is unfolded there
        result = cleaned(body, policy=policy)
    except (UnicodeDecodeError, InvalidCalendar):
        return
    report = result.report
    if {*report.repairs} - _HARMLESS or report.lost:
        return
    start, end = (report.window_start or EARLIEST), (report.window_end or LATEST)
    view = View(max(start, NOW - _FAR), min(end, NOW + _FAR), report.timezone)
    before, after = recurring_one(body, view), recurring_one(result.body, view)
    if isinstance(before, Counter):
        assert before == after


def merge(data: bytes) -> None:
    """Several sources make one sound file, the same again, and what an earlier one gives stays as it is."""
    draw, rest = opened(data)
    policy, bodies = draw.view(draw.policy()), sources(rest)
    try:
        result = cleaned(*bodies, policy=policy)
    except InvalidCalendar:
        return
    assert_published(result.body, alarms=True)
    assert cleaned(*bodies, policy=policy, screened=False).body == result.body
    assert cleaned(*bodies, policy=policy, previous=result.body).body == result.body
    assert cleaned(result.body, policy=policy).body == result.body


def _seen(result: Cleaned, policy: Policy) -> Counter[tuple[datetime, datetime, bool, str]]:
    report = result.report
    start, end = (report.window_start or EARLIEST), (report.window_end or LATEST)
    shown = agenda(result.body, max(start, NOW - _FAR), min(end, NOW + _FAR), report.timezone)
    return Counter((one.start, one.end, one.all_day, one.summary) for one in shown)
