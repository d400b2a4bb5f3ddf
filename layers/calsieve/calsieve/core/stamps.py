"""DTSTAMP and LAST-MODIFIED: they move when what we publish changes, and only then.

ICSx5 and Google ignore an update whose stamps are not newer, and upstreams that stamp each fetch anew would make
every refresh a change. So what is published now decides.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime

from calsieve.core.component import Component, Line
from calsieve.core.serialise import canonical
from calsieve.core.values import Form, written

_STAMPS = ("DTSTAMP", "LAST-MODIFIED")


def restamped(components: Iterable[Component], previous: Iterable[Component], now: datetime) -> list[Component]:
    """Return the components with the stamps of their published version if they are otherwise equal to it.

    Those that changed get stamps newer than the published ones. Without a published version stamps stay.
    """
    published = {_key(component): component for component in previous}
    return [_restamped(component, published.get(_key(component)), now) for component in components]


def _key(component: Component) -> tuple[str, str]:
    return component.value("UID"), component.value("RECURRENCE-ID")


def _restamped(component: Component, before: Component | None, now: datetime) -> Component:
    if before is None:
        return component
    if _content(component) == _content(before):
        return component.without(*_STAMPS).plus(*before.all(*_STAMPS))
    for name in _STAMPS:
        line = component.first(name)
        if line and line.value <= before.value(name):
            stamp = written(now.astimezone(UTC).replace(tzinfo=None), Form.UTC)
            component = component.with_line(Line(name, "", max(stamp, before.value(name))))
    return component


def _content(component: Component) -> tuple[object, ...]:
    alarms = tuple(tuple(canonical(child.lines)) for child in component.children)
    return tuple(canonical(component.without(*_STAMPS).lines)), alarms
