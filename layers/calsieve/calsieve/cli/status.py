"""``calsieve status``: how the feeds are, of a deployed stack or on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.aws import account_options
from calsieve.cli.configuration import EXISTING_FILE, load
from calsieve.cli.options import now_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from calsieve.cli.stack import Stack
    from calsieve.models import HistoryEntry
    from calsieve.overview import Standing

_COUNTS = ("bytes_in", "bytes_out", "events_in", "events_out")


@click.command()
@click.option("--stack", metavar="NAME", help="Ask this deployed stack.")
@click.option("--config", type=EXISTING_FILE, metavar="FEEDS.YAML", help="Which feeds there are on this machine.")
@click.option("--to", metavar="DIR|s3://BUCKET/PREFIX", help="Where they are published.")
@click.option("--state", metavar="PLACE", help="Where that is remembered.  [default: under ~/.local/state]")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@account_options
@now_option
def status(
    stack: str | None,
    config: Path | None,
    to: str | None,
    state: str | None,
    as_json: bool,
    now: datetime,
    **account: str | None,
) -> None:
    """Tell how each feed is: what fails and since when, when it changed, how large it is.

    Of a stack also how many feeds wait for their turn, and how many were given up for now. Fetches nothing and changes
    nothing. The exit code is 1 if something fails.

    \b
    Examples:
      calsieve status --stack calsieve
      calsieve status --config feeds.yaml --to public
    """
    there = None
    if stack and not (config or to or state):
        there = _deployed(stack, account)
        standings = _of_stack(there)
    elif config and to and not stack:
        standings = _here(config, to, state)
    else:
        raise click.UsageError("say which feeds: --stack NAME, or --config FEEDS.YAML --to PLACE")
    if as_json:
        click.echo(json.dumps([_described(standing) for standing in standings], indent=2, ensure_ascii=False))
    else:
        _print(standings, now)
        if there:
            _print_queues(there)
    if any(standing.troubled_since for standing in standings):
        raise click.exceptions.Exit(1)


def _deployed(name: str, account: dict[str, str | None]) -> Stack:
    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack

    return Stack(name, Aws(Account(**account)))


def _of_stack(stack: Stack) -> list[Standing]:
    from calsieve.overview import standings

    return standings(stack.config().feeds, stack.state_store())


def _here(config: Path, to: str, state: str | None) -> list[Standing]:
    from calsieve.overview import standings
    from calsieve.wiring import target

    return standings(load(config).feeds, target(to, state).state)


# ── as JSON ──


def _described(standing: Standing) -> dict[str, object]:
    last, changed = standing.last, standing.published
    failing = last.failing if last else ()
    counts = {name: getattr(changed, name) for name in _COUNTS} if changed else {}
    return {
        "feed": standing.feed.name,
        "state": _state(standing),
        "since": _iso(standing.troubled_since),
        "failing": [
            {"source": one.source, "why": one.why, "since": _iso(one.since), "until": _iso(one.until)}
            for one in failing
        ],
        "problems": [*last.problems] if last else [],
        "changed": _iso(changed.at if changed else None),
        **counts,
    }


def _iso(moment: datetime | None) -> str | None:
    return moment.isoformat() if moment else None


# ── as a table ──


def _state(standing: Standing) -> str:
    if standing.last is None:
        return "waiting"
    return "failing" if standing.troubled_since else "in order"


def _print(standings: Sequence[Standing], now: datetime) -> None:
    from rich.table import Table
    from rich.text import Text

    from calsieve.cli import show

    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("feed", overflow="fold")
    for heading in ("state", "changed", "size", "events"):
        table.add_column(heading, no_wrap=True)
    colours = {"waiting": "cyan", "failing": "bold red", "in order": "green"}
    for standing in standings:
        state, since = _state(standing), standing.troubled_since
        words = f"{state} for {_long(now - since)}" if since else state
        table.add_row(standing.feed.name, Text(words, style=colours[state]), *_figures(standing.published, now))
    show.console().print(table)
    for standing in standings:
        for trouble in _troubles(standing):
            show.console(stderr=True).print(trouble, style="red", markup=False, soft_wrap=True)


def _figures(changed: HistoryEntry | None, now: datetime) -> tuple[str, ...]:
    from calsieve.pages import figures

    if changed is None:
        return "", "", ""
    return (
        f"{_long(now - changed.at)} ago",
        f"{figures.size(changed.bytes_in)} → {figures.size(changed.bytes_out)}",
        f"{changed.events_in:,} → {changed.events_out:,}",
    )


def _print_queues(stack: Stack) -> None:
    if waiting := stack.queue().length():
        click.echo(f"\nwaiting for their turn: {waiting}")
    if given_up := stack.dead_letters().length():
        remedy = f"when it is mended: calsieve redrive --stack {stack.name}"
        click.echo(f"given up for now after three failures: {given_up}; {remedy}", err=True)


def _troubles(standing: Standing) -> Iterator[str]:
    if standing.last and standing.troubled_since:
        for one in standing.last.failing:
            yield f"{standing.feed.name}: {one.source}: {one.why.removeprefix(f'{one.source}: ')}"
        yield from (f"{standing.feed.name}: {problem}" for problem in standing.last.problems)


def _long(time: timedelta) -> str:
    """Return how long that is, by days, hours or minutes, of which there are at least two."""
    minutes = max(int(time.total_seconds() // 60), 0)
    if minutes >= 2 * 24 * 60:
        return f"{minutes // (24 * 60)} days"
    return f"{minutes // 60} hours" if minutes >= 2 * 60 else f"{minutes} min"
