"""``calsieve explain``: what became of one event, and why."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.asking import asked, came, config_option, json_option, place, state_option, to_option, view_option
from calsieve.cli.options import now_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from calsieve.core.inquiry.explanation import Explanation
    from calsieve.core.inquiry.lookup import Match
    from calsieve.core.read import Calendar
    from calsieve.models import Policy
    from calsieve.rehearsal import Came

# More than that many of the same words are listed, not explained.
_MOST = 3
_LISTED = 20
_MOST_EVENTS = 5


@click.command()
@click.argument("what", metavar="UID|TITLE")
@click.argument("name", required=False)
@config_option
@view_option
@to_option
@state_option
@click.option("--on", type=click.DateTime(["%Y-%m-%d"]), metavar="DATE", help="Of this title, those of this day.")
@json_option
@now_option
def explain(
    what: str,
    name: str | None,
    configs: tuple[Path, ...],
    view: str | None,
    to: str | None,
    state: str | None,
    on: datetime | None,
    as_json: bool,
    now: datetime,
) -> None:
    """Say what became of an event in the feed or view NAME, and why.

    The event is named by its UID, as the source or the feed has it, or by words of its title. NAME may be left out
    if there is only one feed. Tells what the source says, what was repaired, which rule decided, and what is published.

    \b
    Examples:
      calsieve explain "Jour fixe" family --config feeds.yaml --on 2026-11-30
      calsieve explain 3kq0v1@example.org --config feeds.yaml
    """
    from calsieve.rehearsal import unscreened

    wanted = asked(configs, name, view)
    sources = came(wanted.feed, place(to, state), unscreened(now), now, remembered=to is not None)
    calendars = [each.calendar for each in sources if each.calendar]
    _print_problems(sources)
    found, explanations = _explained(calendars, wanted.policy, what, on, now)
    if as_json:
        from calsieve.cli.show import harmless_json

        click.echo(harmless_json(_as_json(explanations)))
    elif explanations:
        _print(explanations, what)
    if not explanations:
        raise click.ClickException(_not_explained(found, what, wanted.name, on))


def _explained(
    calendars: Sequence[Calendar], policy: Policy, what: str, on: datetime | None, now: datetime
) -> tuple[Sequence[Match], list[Explanation]]:
    from calsieve.core.inquiry.explanation import explained
    from calsieve.core.inquiry.lookup import happening, lookup
    from calsieve.rehearsal import in_its_zone

    policy = in_its_zone(policy, calendars)
    found = lookup(calendars, policy, now, what)
    if on:
        found = happening(found, policy, now, on.date())
    explanations = [explained(match, calendars, policy, now) for match in found] if len(found) <= _MOST else []
    return found, explanations


def _not_explained(found: Sequence[Match], what: str, name: str, on: datetime | None) -> str:
    if not found:
        that_day = f" on {on.date()}" if on else ""
        return f"no source of {name} has an event{that_day} with the UID {what!r}, nor with these words in its title"
    from calsieve.core.occasions import one_line

    latest = sorted(found, key=lambda match: match.begins, reverse=True)
    lines = [f"{each.begins:16} {each.calendar.name}: {one_line(each.title)}  {each.uid}" for each in latest[:_LISTED]]
    more = [f"and {len(found) - _LISTED:,} more"] if len(found) > _LISTED else []
    heading = f"{len(found):,} events are called so: ask by UID, by more words, or with --on for those of a day"
    return "\n".join([heading, *lines, *more])


def _print_problems(sources: Sequence[Came]) -> None:
    """Print which sources fail or are empty: what is in no other may have been in these."""
    from calsieve.cli.show import console, harmless
    from calsieve.rehearsal import trouble

    for each in sources:
        if each.problem or (each.calendar and not each.calendar.events_in):
            said = trouble(each) if each.problem else f"{each.name}: has no events now"
            console(stderr=True).print(harmless(said), style="red", markup=False, soft_wrap=True)


def _print(explanations: Sequence[Explanation], what: str) -> None:
    from rich.text import Text

    from calsieve.cli.show import console, harmless

    to = console()
    for number, each in enumerate(explanations):
        if number:
            to.print()
        to.print(Text.assemble((harmless(each.title) or "(no title)", "bold"), f"  {harmless(each.uid)}"))
        for said in each.said:
            to.print(Text(harmless(said.text)))
        asked_for = [text for text in each.published if f"\nUID:{what}\n" in text] or each.published
        for text in asked_for[:_MOST_EVENTS]:
            to.print(Text("\n".join(map(harmless, text.splitlines())), style="dim"), soft_wrap=True)
        if len(asked_for) > _MOST_EVENTS:
            to.print(Text(f"and {len(asked_for) - _MOST_EVENTS:,} more", style="dim"))


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
