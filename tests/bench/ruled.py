"""`calsieve trim` with ten rules on, of all kinds: python -m tests.bench.ruled does what the command does."""

from __future__ import annotations

from datetime import datetime, time, timedelta

from calsieve.cli import trim
from calsieve.cli.main import main
from calsieve.core.rules.presets import PRESETS
from calsieve.models import Policy, Report
from calsieve.rules import Action, Combine, Field, Group, Operator, Rule, Where

_NIGHTS = Group(
    Combine.ALL,
    (
        Where(Field.WEEKDAY, Operator.EQUALS, ("sat", "sun")),
        Where(Field.TIME, Operator.RANGE, low=time(20), high=time(6)),
    ),
)
RULES = (
    *(
        rule
        for name in ("cancelled", "declined", "private", "birthdays", "airbnb-blocks")
        for rule in PRESETS[name].rules
    ),
    Rule("words", Action.DROP, Where(Field.SUMMARY, Operator.CONTAINS, ("lunch", "dentist"))),
    Rule("category", Action.KEEP, Where(Field.CATEGORIES, Operator.EQUALS, ("family",))),
    Rule("nights", Action.DROP, _NIGHTS),
    Rule("room", Action.DROP, Where(Field.LOCATION, Operator.MATCHES, ("^Room [0-9]+$",))),
    Rule("short", Action.DROP, Where(Field.DURATION, Operator.RANGE, high=timedelta(minutes=5))),
)
_clean = trim._clean


def _with_rules(file: str, policy: Policy, now: datetime) -> tuple[list[bytes], Report]:
    return _clean(file, policy._replace(rules=RULES, me=("jakub.wojcik@example.org",)), now)


if __name__ == "__main__":
    trim._clean = _with_rules
    main()
