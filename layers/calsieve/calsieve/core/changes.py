"""What is different on a calendar: what appeared, moved, was cancelled or changed, by meaning and not by lines.

Occurrences are matched step by step, the surest first: by UID and slot, by content where UIDs changed, in order of
time where a series changed its times, and by title where an event has another UID and another time.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable, Iterable, Sequence
from datetime import timedelta
from typing import NamedTuple
from unicodedata import normalize

from calsieve.models import Change, ChangeKind, Shown

# An occurrence that a series has further away than this is another one.
_NEAR = timedelta(days=7)


class _Matched(NamedTuple):
    """What belongs together, and what is left on either side."""

    pairs: list[tuple[Shown, Shown]]
    before: list[Shown]
    after: list[Shown]


_Key = Callable[[Shown], Hashable]
_Match = Callable[[list[Shown], list[Shown]], _Matched]


def changes(before: Sequence[Shown], after: Sequence[Shown]) -> tuple[Change, ...]:
    """Return what is different between two agendas, in order of time.

    Both have to be of one stretch of time, and of files whose windows cover it: what lies in one and not in the other
    counts as cancelled or appeared, even if it only moved across the edge. So whoever tells of the next days compares
    a wider stretch. What is cancelled on both sides is no change.
    """
    old, new = list(before), list(after)
    found: list[Change | None] = []
    for key, match in _STEPS:
        pairs, old, new = _step(old, new, key, match)
        found += [_change(*pair) for pair in pairs]
    found += [_change(one, None) for one in old]
    found += [_change(None, one) for one in new]
    return tuple(sorted((change for change in found if change), key=_in_time))


def _in_time(change: Change) -> tuple[object, ...]:
    shown = change.shown
    return shown.start, shown.end, shown.summary, shown.uid, shown.slot, change.kind


def _change(before: Shown | None, after: Shown | None) -> Change | None:
    was, is_ = _takes_place(before), _takes_place(after)
    if was and is_:
        assert before is not None and after is not None  # noqa: PT018, S101 - both take place
        if _when(before) != _when(after):
            return Change(ChangeKind.MOVED, before, after)
        return Change(ChangeKind.CHANGED, before, after) if _what(before) != _what(after) else None
    if was:
        return Change(ChangeKind.CANCELLED, before, after)
    return Change(ChangeKind.APPEARED, before, after) if is_ else None


def _takes_place(shown: Shown | None) -> bool:
    return shown is not None and shown.status != "CANCELLED"


def _when(shown: Shown) -> tuple[object, ...]:
    return shown.start, shown.end, shown.all_day


def _what(shown: Shown) -> tuple[str, ...]:
    return shown.summary, shown.location, shown.status


# ── what belongs together ──


def _step(before: Iterable[Shown], after: Iterable[Shown], key: _Key, match: _Match) -> _Matched:
    """Match those that have the same key."""
    old, new = _grouped(before, key), _grouped(after, key)
    matched = _Matched([], [], [])
    for each in {**old, **new}:
        pairs, left, right = match(old.get(each, []), new.get(each, []))
        matched.pairs.extend(pairs)
        matched.before.extend(left)
        matched.after.extend(right)
    return matched


def _grouped(many: Iterable[Shown], key: _Key) -> dict[Hashable, list[Shown]]:
    groups: dict[Hashable, list[Shown]] = {}
    for one in many:
        groups.setdefault(key(one), []).append(one)
    return groups


def _one_by_one(before: list[Shown], after: list[Shown]) -> _Matched:
    count = min(len(before), len(after))
    return _Matched(list(zip(before, after, strict=False)), before[count:], after[count:])


def _near_in_time(before: list[Shown], after: list[Shown]) -> _Matched:
    """Match each with the next that is near, both sides in order of time."""
    matched = _Matched([], [], [])
    old, new = (sorted(side, key=lambda shown: shown.start, reverse=True) for side in (before, after))
    while old and new:
        apart = new[-1].start - old[-1].start
        if abs(apart) < _NEAR:
            matched.pairs.append((old.pop(), new.pop()))
        elif apart > timedelta():
            matched.before.append(old.pop())
        else:
            matched.after.append(new.pop())
    return _Matched(matched.pairs, matched.before + old, matched.after + new)


def _only_ones(before: list[Shown], after: list[Shown]) -> _Matched:
    """Match the one with the other where there is no choice."""
    alone = len(before) == len(after) == 1 and _title(before[0])
    return _Matched([(before[0], after[0])], [], []) if alone else _Matched([], before, after)


def _identity(shown: Shown) -> str:
    """Return UID and slot as one, as they are where an occurrence stands for itself (`series.detached`)."""
    return f"{shown.uid}-{shown.slot}" if shown.slot else shown.uid


def _content(shown: Shown) -> Hashable:
    return shown.start, shown.end, shown.all_day, _title(shown)


def _uid(shown: Shown) -> str:
    return shown.uid


def _title(shown: Shown) -> str:
    """Return the title without what nobody sees: case, spaces, ways to write a character."""
    return " ".join(normalize("NFKC", shown.summary).casefold().split())


_STEPS: tuple[tuple[_Key, _Match], ...] = (
    (_identity, _one_by_one),
    (_content, _one_by_one),
    (_uid, _near_in_time),
    (_title, _only_ones),
)
