"""What is different between two agendas."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from calsieve.core.changes import changes
from calsieve.models import Change, ChangeKind, Shown

APPEARED, MOVED, CANCELLED, CHANGED = ChangeKind
NOON = datetime(2026, 5, 4, 12, tzinfo=UTC)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)


def one(uid: str = "a", start: datetime = NOON, **more: Any) -> Shown:
    return Shown(
        **{"uid": uid, "slot": "", "start": start, "end": start + HOUR, "all_day": False, "summary": f"title {uid}"}
        | more
    )


def of_series(day: int, at: timedelta = timedelta(), **more: Any) -> Shown:
    start = NOON + day * DAY + at
    return one("s", start, slot=start.strftime("%Y%m%dT%H%M%SZ"), **more)


def kinds(before: list[Shown], after: list[Shown]) -> list[ChangeKind]:
    return [change.kind for change in changes(before, after)]


def test_what_stays_is_no_change() -> None:
    assert changes([one(), of_series(1)], [of_series(1), one()]) == ()


def test_what_comes_and_goes_is_told_in_order_of_time() -> None:
    gone, new = one("gone", NOON + HOUR), one("new")
    assert changes([gone], [new]) == (
        Change(APPEARED, None, new),
        Change(CANCELLED, gone, None),
    )


@pytest.mark.parametrize("after", [one(start=NOON + HOUR), one(end=NOON + 2 * HOUR), one(all_day=True)])
def test_other_times_are_a_move(after: Shown) -> None:
    assert changes([one()], [after]) == (Change(MOVED, one(), after),)


@pytest.mark.parametrize("after", [one(summary="other"), one(location="there"), one(status="TENTATIVE")])
def test_other_words_are_a_change(after: Shown) -> None:
    assert changes([one()], [after]) == (Change(CHANGED, one(), after),)


def test_what_is_called_cancelled_is_cancelled_once() -> None:
    cancelled = one(status="CANCELLED")
    assert changes([one()], [cancelled]) == (Change(CANCELLED, one(), cancelled),)
    assert changes([cancelled], []) == changes([], [cancelled]) == changes([cancelled], [one(status="CANCELLED")]) == ()
    assert changes([cancelled], [one()]) == (Change(APPEARED, cancelled, one()),)


def test_what_is_gone_is_called_as_it_was_all_else_as_it_is() -> None:
    gone, moved = changes([one("x"), one()], [one(start=NOON + HOUR)])
    assert (gone.shown, moved.shown) == (one("x"), one(start=NOON + HOUR))


def test_an_occurrence_that_stands_for_itself_is_still_the_same() -> None:
    alone = one(f"s-{of_series(1).slot}", NOON + DAY, summary="title s")
    assert changes([of_series(1)], [alone]) == ()


def test_other_uids_for_the_same_are_no_change() -> None:
    again = one("b", summary=" TITLE  a")
    assert kinds([one()], [again._replace(summary="title a")]) == []
    assert kinds([one()], [again]) == [CHANGED]


def test_a_series_that_changes_its_time_moves() -> None:
    before, after = [of_series(7 * n) for n in range(4)], [of_series(7 * n, DAY + HOUR) for n in range(4)]
    assert [(c.kind, c.before, c.after) for c in changes(before, after)] == [
        (MOVED, *pair) for pair in zip(before, after, strict=True)
    ]


def test_only_what_is_near_in_a_series_moves() -> None:
    other = {"summary": "else"}
    assert kinds([of_series(0)], [of_series(6, **other)]) == [MOVED]
    assert kinds([of_series(0)], [of_series(7, **other)]) == [CANCELLED, APPEARED]
    assert kinds([of_series(7)], [of_series(0, **other)]) == [APPEARED, CANCELLED]
    assert kinds([of_series(0), of_series(21)], [of_series(20, **other)]) == [CANCELLED, MOVED]


def test_one_of_a_title_with_another_uid_and_time_moves() -> None:
    after = one("b", NOON + 30 * DAY, summary="Title A")
    assert changes([one()], [after]) == (Change(MOVED, one(), after),)


def test_several_of_a_title_are_not_guessed_at() -> None:
    after = [one("b", NOON + DAY, summary="title a"), one("c", NOON + 2 * DAY, summary="title a")]
    assert kinds([one()], after) == [CANCELLED, APPEARED, APPEARED]
    assert kinds(after, [one()]) == [APPEARED, CANCELLED, CANCELLED]


def test_what_has_no_title_is_not_guessed_at() -> None:
    assert kinds([one(summary="")], [one("b", NOON + DAY, summary="")]) == [CANCELLED, APPEARED]


def test_the_same_twice_is_told_apart() -> None:
    assert kinds([one()], [one(), one()]) == [APPEARED]
    assert kinds([one(), one()], [one()]) == [CANCELLED]


_SHOWN = st.builds(
    lambda uid, slot, hours, summary, status: one(uid, NOON + hours * HOUR, slot=slot, summary=summary, status=status),
    st.sampled_from("abc"),
    st.sampled_from(["", "20260504T120000Z", "20260505T120000Z"]),
    st.integers(0, 400),
    st.sampled_from(["", "x", "X", "y"]),
    st.sampled_from(["CONFIRMED", "CONFIRMED", "CANCELLED"]),
)
_AGENDAS = st.lists(_SHOWN, max_size=8)


@given(_AGENDAS, _AGENDAS)
def test_each_side_is_told_at_most_once_and_all_that_differs_is(before: list[Shown], after: list[Shown]) -> None:
    found = changes(before, after)
    for side, whole in (("before", before), ("after", after)):
        left = list(whole)
        for change in found:
            if (told := getattr(change, side)) is not None:
                left.remove(told)
    gained = sum(change.kind is APPEARED for change in found) - sum(change.kind is CANCELLED for change in found)
    assert gained == _taking_place(after) - _taking_place(before)
    assert changes(before, before) == ()


@given(_AGENDAS, _AGENDAS)
def test_what_is_compared_backwards_is_told_backwards(before: list[Shown], after: list[Shown]) -> None:
    forth, back = changes(before, after), changes(after, before)
    turned = {APPEARED: CANCELLED, CANCELLED: APPEARED}
    assert sorted(turned.get(c.kind, c.kind) for c in forth) == sorted(c.kind for c in back)


def _taking_place(agenda: list[Shown]) -> int:
    return sum(one.status != "CANCELLED" for one in agenda)
