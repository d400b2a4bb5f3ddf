"""UIDs made from content: for upstreams that give their events another UID at each fetch, which phones take for new
events (`uid: content`), and for views that keep the upstream's to themselves."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from functools import partial
from itertools import count
from typing import NamedTuple

from calsieve.core.component import Component
from calsieve.core.event import Event
from calsieve.core.repairs.identity import digest, lasting
from calsieve.core.series import Series


class Naming(NamedTuple):
    """How UIDs are made: from which properties of a master, with what before them, and by what one is known.

    What an upstream may correct is left out of the properties: phones then change the event in place. ``order`` are
    properties by which series of the same content are put in order before all others count.
    """

    properties: tuple[str, ...]
    ours: re.Pattern[str]
    prefix: str = ""
    order: tuple[str, ...] = ()


BY_CONTENT = Naming(("DTSTART", "RRULE", "RDATE", "SUMMARY", "LOCATION"), re.compile(r"[0-9a-f]{32}@calsieve(-|$)"))


def with_content_uids(series: Iterable[Series], repairs: Counter[str], naming: Naming = BY_CONTENT) -> list[Series]:
    """Return the series with UIDs made from properties of their masters, by default start, rule, summary and location.

    Several of the same content stay several: they are numbered, in an order that their place in the file does not
    change. A UID that was made so already stays, so that a feed made from a feed keeps its UIDs.
    """
    result, alike = [], dict[str, list[Series]]()
    for one in series:
        if naming.ours.match(one.master.uid):
            result.append(one)
        else:
            alike.setdefault(_said(one.master, naming.properties), []).append(one)
    taken = {one.master.uid for one in result}
    for identity, group in alike.items():
        uids = (naming.prefix + digest(f"{identity}\n{number}" if number else identity) for number in count())
        free = (uid for uid in uids if uid not in taken)
        result += map(_renamed, sorted(group, key=partial(_content, order=naming.order)), free)
        repairs["uid_replaced"] += len(group)
    return result


def _said(event: Event, names: Iterable[str]) -> str:
    return lasting(Component(event.component.name, tuple(event.component.all(*names))))


def _content(series: Series, order: tuple[str, ...]) -> tuple[list[str], list[str]]:
    events = (series.master, *series.overrides)
    first = sorted(_said(event, order) for event in events) if order else []
    return first, [lasting(series.master.component), *sorted(lasting(event.component) for event in series.overrides)]


def _renamed(series: Series, uid: str) -> Series:
    return series._replace(
        master=series.master.with_uid(uid),
        overrides=tuple(override.with_uid(uid) for override in series.overrides),
    )
