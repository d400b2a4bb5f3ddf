"""``calsieve explain``: what became of one event, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.asking import Asked, asked, came, config_option, json_option, view_option
from calsieve.cli.options import now_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from calsieve.core.inquiry.explanation import Explanation
    from calsieve.core.inquiry.lookup import Match

# More than that many of the same words are listed, not explained.
_MOST = 3
_LISTED = 20


@click.command()
@click.argument("what", metavar="UID|TITLE")
@click.argument("name", required=False)
@config_option
@view_option
@json_option
@now_option
def explain(what: str, name: str | None, config: Path, view: str | None, as_json: bool, now: datetime) -> None:
    """Say what became of an event in the feed or view NAME, and why.

    The event is named by its UID, as the source or the feed has it, or by words of its title. NAME may be left out
    if there is only one feed. Tells what the source says, what was repaired, which rule decided, and what is published.

    \b
    Examples:
      calsieve explain "Jour fixe" family --config feeds.yaml
      calsieve explain 3kq0v1@example.org family --config feeds.yaml
    """
    wanted = asked(config, name, view)
    found, explanations = _explained(wanted, what, now)
    if as_json:
        click.echo(_as_json(explanations))
    elif explanations:
        _print(explanations)
    if not explanations:
        raise click.ClickException(_not_explained(found, what, wanted.name))


def _explained(wanted: Asked, what: str, now: datetime) -> tuple[Sequence[Match], list[Explanation]]:
    from calsieve.core.inquiry.explanation import explained
    from calsieve.core.inquiry.lookup import lookup
    from calsieve.rehearsal import in_its_zone, unscreened
    from calsieve.wiring import target

    sources = came(wanted.feed, target("."), {}, unscreened(now))
    calendars = [each.calendar for each in sources if each.calendar]
    policy = in_its_zone(wanted.policy, calendars)
    found = lookup(calendars, policy, now, what)
    explanations = [explained(match, calendars, policy, now) for match in found] if len(found) <= _MOST else []
    return found, explanations


def _not_explained(found: Sequence[Match], what: str, name: str) -> str:
    if not found:
        return f"no source of {name} has an event with the UID {what!r}, nor with these words in its title"
    from calsieve.core.occasions import one_line

    lines = [f"{each.begins:16} {each.calendar.name}: {one_line(each.title)} ({each.uid})" for each in found[:_LISTED]]
    more = [f"and {len(found) - _LISTED:,} more"] if len(found) > _LISTED else []
    return "\n".join([f"{len(found):,} events are called so: ask by UID, or by more words", *lines, *more])


def _print(explanations: Sequence[Explanation]) -> None:
    from rich.text import Text

    from calsieve.cli.show import console

    to = console()
    for number, each in enumerate(explanations):
        if number:
            to.print()
        to.print(Text.assemble((each.title or "(no title)", "bold"), f"  {each.uid}"))
        for said in each.said:
            to.print(Text(said.text))
        for text in each.published:
            to.print(Text(text.rstrip("\n"), style="dim"), soft_wrap=True)


def _as_json(explanations: Sequence[Explanation]) -> str:
    import msgspec

    told = [
        {
            "source": each.source,
            "uid": each.uid,
            "title": each.title,
            "said": [said._asdict() for said in each.said],
            "published": each.published,
        }
        for each in explanations
    ]
    return msgspec.json.format(msgspec.json.encode(told), indent=2).decode()
