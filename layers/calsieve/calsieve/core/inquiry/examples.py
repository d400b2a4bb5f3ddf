"""What a rule acted on, for example: a report only counts."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime

from calsieve.core.inquiry.parts import Group, by_itself, composed_part, groups, title
from calsieve.core.read import Calendar
from calsieve.models import Policy

# So many series are composed together to see whether a rule acts on any of them.
TOGETHER = 64
# After so many that a rule acted on it is taken that others are called the same.
_LOOKED_AT = 20


def examples(
    calendars: Iterable[Calendar], policy: Policy, now: datetime, wanted: Iterable[str], most: int = 3
) -> dict[str, tuple[str, ...]]:
    """Return for each of the ``wanted`` rules, by name, titles of series or events that it acted on.

    They are the first different ones, ``most`` at most, as the source has them. ``policy`` names its zone. Costs about
    as much as composing the feed twice.
    """
    search = _Search({name: [] for name in wanted}, by_itself(policy), now, most)
    for calendar in calendars:
        search.through(calendar)
    return {name: tuple([*dict.fromkeys(titles)][:most]) for name, titles in search.titles.items()}


class _Search:
    """Titles by rule, as they are found, each as often as it is."""

    def __init__(self, titles: dict[str, list[str]], policy: Policy, now: datetime, most: int) -> None:
        self.titles = titles
        self._policy = policy
        self._now = now
        self._most = most

    def through(self, calendar: Calendar) -> None:
        every = groups(calendar)
        for at in range(0, len(every), TOGETHER):
            some = every[at : at + TOGETHER]
            if self._acting(calendar, some):
                self._look_at_each(calendar, some)

    def _look_at_each(self, calendar: Calendar, some: Iterable[Group]) -> None:
        for group in some:
            for name in self._acting(calendar, [group]):
                self.titles[name].append(title(group, calendar) or "(no title)")

    def _acting(self, calendar: Calendar, some: Sequence[Group]) -> set[str]:
        """Return the rules that act on any of these, and for which there are not enough titles yet."""
        searched = {name for name, titles in self.titles.items() if not self._enough(titles)}
        if not searched:
            return set()
        return searched & composed_part(calendar, some, self._policy, self._now).report.ruled.keys()

    def _enough(self, titles: Sequence[str]) -> bool:
        return len(titles) >= _LOOKED_AT or len(set(titles)) >= self._most
