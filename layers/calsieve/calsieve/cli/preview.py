"""``calsieve preview``: what a refresh would publish, and why, before it does."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.asking import asked, came, config_option, json_option, place, state_option, to_option, view_option
from calsieve.cli.options import now_option

if TYPE_CHECKING:
    from datetime import datetime

    from calsieve.wiring import Target


@click.command()
@click.argument("name")
@config_option
@view_option
@to_option
@state_option
@click.option("--diff", is_flag=True, help="Tell what would change for those who look at it; needs --to.")
@json_option
@now_option
def preview(
    name: str,
    configs: tuple[Path, ...],
    view: str | None,
    to: str | None,
    state: str | None,
    diff: bool,
    as_json: bool,
    now: datetime,
) -> None:
    """Show what would be published of the feed or view NAME; write nothing.

    Fetches its sources, and tells what came, what is kept, which rules acted on what, what the size comes to, what
    clients would take badly, and what comes next. With --diff, also which events would appear, move, be cancelled or
    change for those who look at it. Dates are those of the feed's zone. docs/preview.md describes --json.

    \b
    Examples:
      calsieve preview family --config feeds.yaml
      calsieve preview family --config feeds.yaml --to public --diff
      calsieve preview family --config feeds.yaml --json | jq .rules
    """
    from calsieve.cli import preview_json, preview_text
    from calsieve.cli.previewed import previewed
    from calsieve.cli.show import console, harmless_json
    from calsieve.rehearsal import differences, rehearse, screened

    if diff and not to:
        raise click.UsageError("--diff compares with what is published: say where that is with --to")
    wanted, looked_in = asked(configs, name, view), place(to, state)
    there = _published(looked_in, wanted.name, now) if to else None
    sources = came(wanted.feed, looked_in, screened(wanted.policy, now), now, remembered=to is not None)
    rehearsal = rehearse(sources, wanted.policy, now, there)
    changes = differences(there, rehearsal, now) if diff and there is not None else None
    looked_at = previewed(wanted.feed.name, wanted.name, rehearsal, there, changes, compared=to is not None)
    if as_json:
        click.echo(harmless_json(preview_json.as_json(looked_at)))
    else:
        preview_text.show(looked_at, now, console())


def _published(place: Target, name: str, now: datetime) -> bytes | None:
    stored = place.publisher.read(place.path(name, now, dry_run=True))
    return stored.body if stored else None
