"""The picture of a preview in docs/, made by the command's own printing from the demonstration's calendars.

``python -m tests.cli.picture`` writes it anew: look at it then.
"""

from __future__ import annotations

import io
import re
from datetime import UTC, datetime
from pathlib import Path

from rich._export_format import CONSOLE_SVG_FORMAT
from rich.console import Console

from calsieve.cli import preview_text, sample
from calsieve.cli.previewed import previewed
from calsieve.core.rules.presets import PRESETS
from calsieve.models import Budget, Duplicates, Policy
from calsieve.rehearsal import Came, differences, rehearse, screened
from calsieve.rules import Action, Change, Edit, Field, Operator, Rule, Where

PICTURE = Path(__file__).parents[2] / "docs/preview.svg"
_NOW = datetime(2026, 11, 25, 12, tzinfo=UTC)
_WIDTH = 100
# Fonts of other hosts are not for us to load; any of the same width will do.
_FORMAT = re.sub(r"@font-face \{\{.*?\}\}\s*", "", CONSOLE_SVG_FORMAT, flags=re.S).replace(
    "Fira Code, monospace", "ui-monospace, Menlo, Consolas, DejaVu Sans Mono, monospace"
)


def _said(word: str) -> Where:
    return Where(Field.SUMMARY, Operator.STARTS, (word,))


_RULES = (
    *PRESETS["cancelled"].rules,
    Rule("no stand-ups", Action.DROP, _said("stand-up")),
    Rule("free weekends", Action.DROP, Where(Field.WEEKDAY, Operator.EQUALS, ("sat", "sun"))),
    Rule("jour fix", Action.DROP, _said("jour fix ")),
    Rule(
        "whose",
        Action.EDIT,
        Where(Field.SOURCE, Operator.EQUALS, ("family",)),
        (Edit(Change.TEMPLATE, "SUMMARY", "{summary} ({source})"),),
    ),
)


def svg() -> str:
    """Return the picture."""
    bodies = {"work": sample.WORK, "family": sample.FAMILY}
    policy = Policy(timezone="Europe/Berlin", budget=Budget(size=300_000), duplicates=Duplicates.DROP, rules=_RULES)
    came = [_came(name, sample.calendar(kind, _NOW.date()), policy) for name, kind in bodies.items()]
    published = rehearse(came, policy, _NOW, None).cleaned.body
    rehearsal = rehearse([_came(each.name, _altered(each.body), policy) for each in came], policy, _NOW, published)
    changes = differences(published, rehearsal, _NOW)
    looked_at = previewed("family", "family", rehearsal, published, changes, compared=True)
    to = Console(record=True, width=_WIDTH, file=io.StringIO(), force_terminal=True, color_system="truecolor")
    preview_text.show(looked_at, _NOW, to)
    title = "calsieve preview family --config feeds.yaml --to public --diff"
    picture = to.export_svg(title=title, code_format=_FORMAT, unique_id="preview")
    return "".join(f"{line.rstrip()}\n" for line in picture.splitlines())


def _came(name: str, body: bytes, policy: Policy) -> Came:
    return Came(name=name, body=body, calendar=screened(policy, _NOW)(name, body, None))


def _altered(body: bytes) -> bytes:
    """Return a calendar in which some things are otherwise, and one is new."""
    head, *events = body.split(b"BEGIN:VEVENT\r\n")
    new = b"UID:new\r\nDTSTAMP:20261125T000000Z\r\nDTSTART;VALUE=DATE:20261211\r\nSUMMARY:Christmas fair\r\n"
    events.insert(0, new + b"END:VEVENT\r\n")
    return b"BEGIN:VEVENT\r\n".join([head, *filter(None, map(_altered_event, events))])


def _altered_event(event: bytes) -> bytes:
    if b"SUMMARY:Haircut\r\n" in event:
        return b"" if b"END:VCALENDAR" not in event else event
    if b"SUMMARY:Vet (Momo)\r\n" in event:
        return re.sub(rb"(DT(?:START|END)[^:]*:\d{8}T)(\d\d)", lambda m: b"%s%02d" % (m[1], int(m[2]) - 1), event)
    return event.replace(b"SUMMARY:Klavierstunde\r\n", b"SUMMARY:Piano lesson\r\n")


if __name__ == "__main__":
    PICTURE.write_text(svg(), "utf-8")
