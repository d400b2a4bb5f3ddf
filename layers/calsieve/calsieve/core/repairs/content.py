"""`uid: content`: for upstreams that give their events another UID at each fetch, which phones take for new events."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable
from itertools import count

from calsieve.core.component import Component
from calsieve.core.repairs.identity import digest, lasting
from calsieve.core.series import Series

# What an event is by: the rest may be corrected upstream, and phones then change it in place.
_IDENTITY = ("DTSTART", "RRULE", "RDATE", "SUMMARY", "LOCATION")
_OURS = re.compile(r"[0-9a-f]{32}@calsieve(-|$)")


def with_content_uids(series: Iterable[Series], repairs: Counter[str]) -> list[Series]:
    """Return the series with UIDs made from start, rule, summary and location of their masters.

    Several of the same content stay several: they are numbered, in an order that their place in the file does not
    change. A UID that was made so already stays, so that a feed made from a feed keeps its UIDs.
    """
    result, alike = [], dict[str, list[Series]]()
    for one in series:
        if _OURS.match(one.master.uid):
            result.append(one)
        else:
            alike.setdefault(_identity(one.master.component), []).append(one)
    taken = {one.master.uid for one in result}
    for identity, group in alike.items():
        uids = (digest(f"{identity}\n{number}" if number else identity) for number in count())
        free = (uid for uid in uids if uid not in taken)
        result += map(_renamed, sorted(group, key=_content), free)
        repairs["uid_replaced"] += len(group)
    return result


def _identity(master: Component) -> str:
    return lasting(Component(master.name, tuple(master.all(*_IDENTITY))))


def _content(series: Series) -> list[str]:
    return [lasting(series.master.component), *sorted(lasting(event.component) for event in series.overrides)]


def _renamed(series: Series, uid: str) -> Series:
    return series._replace(
        master=series.master.with_uid(uid),
        overrides=tuple(override.with_uid(uid) for override in series.overrides),
    )
