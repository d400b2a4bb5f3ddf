"""What a rule acted on, and what was kept whole, for example: a report only counts."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import datetime

from calsieve.core.inquiry.parts import Group, by_itself, composed_part, groups, title
from calsieve.core.read import Calendar
from calsieve.models import Policy, Report

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
    return _Search({name: [] for name in wanted}, by_itself(policy), now, most, lambda report: report.ruled).of(
        calendars
    )


def kept_whole(
    calendars: Iterable[Calendar], policy: Policy, now: datetime, reasons: Iterable[str], most: int = 3
) -> dict[str, tuple[str, ...]]:
    """Return for each of the ``reasons`` titles of series that were published whole because of it, as `examples` does.

    In the mode KEEP these are the series of whose occurrences rules could not be asked.
    """
    search = _Search({reason: [] for reason in reasons}, by_itself(policy), now, most, lambda report: report.kept_whole)
    return search.of(calendars)


class _Search:
    """Titles by what is counted of them, such as a rule, as they are found, each as often as it is."""

    def __init__(
        self,
        titles: dict[str, list[str]],
        policy: Policy,
        now: datetime,
        most: int,
        counted: Callable[[Report], Mapping[str, int]],
    ) -> None:
        self._titles = titles
        self._policy = policy
        self._now = now
        self._most = most
        self._counted = counted

    def of(self, calendars: Iterable[Calendar]) -> dict[str, tuple[str, ...]]:
        for calendar in calendars:
            self._through(calendar)
        return {name: tuple([*dict.fromkeys(titles)][: self._most]) for name, titles in self._titles.items()}

    def _through(self, calendar: Calendar) -> None:
        every = groups(calendar)
        for at in range(0, len(every), TOGETHER):
            some = every[at : at + TOGETHER]
            if self._acting(calendar, some):
                self._look_at_each(calendar, some)

    def _look_at_each(self, calendar: Calendar, some: Iterable[Group]) -> None:
        for group in some:
            for name in self._acting(calendar, [group]):
                self._titles[name].append(title(group, calendar) or "(no title)")

    def _acting(self, calendar: Calendar, some: Sequence[Group]) -> set[str]:
        """Return what is counted of any of these, and for which there are not enough titles yet."""
        searched = {name for name, titles in self._titles.items() if not self._enough(titles)}
        if not searched:
            return set()
        return searched & self._counted(composed_part(calendar, some, self._policy, self._now).report).keys()

    def _enough(self, titles: Sequence[str]) -> bool:
        return len(titles) >= _LOOKED_AT or len(set(titles)) >= self._most
