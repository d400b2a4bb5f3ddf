"""``calsieve status``: how the feeds are, of a deployed stack or on this machine."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.aws import account_options
from calsieve.cli.configuration import configs_option, load
from calsieve.cli.options import now_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime, timedelta

    from calsieve.cli.stack import Stack
    from calsieve.models import Feed, HistoryEntry
    from calsieve.overview import Standing
    from calsieve.ports import StateArchive

_UNCONFIGURED = "not configured"
_COUNTS = ("bytes_in", "bytes_out", "events_in", "events_out")


@click.command()
@click.option("--stack", metavar="NAME", help="Ask this deployed stack.")
@configs_option(required=False)
@click.option("--to", metavar="DIR|s3://BUCKET/PREFIX", help="Where they are published.")
@click.option("--state", metavar="PLACE", help="Where that is remembered.  [default: under ~/.local/state]")
@click.option("--json", "as_json", is_flag=True, help="Write JSON.")
@account_options
@now_option
def status(
    stack: str | None,
    configs: tuple[Path, ...],
    to: str | None,
    state: str | None,
    as_json: bool,
    now: datetime,
    **account: str | None,
) -> None:
    """Tell how each feed is: what fails and since when, when it changed, how large it is.

    Also which feeds are published and not configured any more; of a stack how many wait for their turn, and how many
    were given up for now. Fetches nothing and changes nothing. The exit code is 1 if something fails.

    \b
    Examples:
      calsieve status --stack calsieve
      calsieve status --config feeds.yaml --to public
    """
    from calsieve.cli import show

    there = None
    if stack and not (configs or to or state):
        there = _deployed(stack, account)
        standings, left = _of_stack(there)
    elif configs and to and not stack:
        standings, left = _here(configs, to, state)
    else:
        raise click.UsageError("say which feeds: --stack NAME, or --config FEEDS.YAML --to PLACE")
    if as_json:
        described = [*map(_described, standings), *({"feed": name, "state": _UNCONFIGURED} for name in left)]
        click.echo(json.dumps(described, indent=2, ensure_ascii=False))
    else:
        _print(standings, left, now)
        if there:
            _print_queues(there)
        if left:
            click.echo(f"\n{show.unconfigured(left, stack, to)}")
    if any(standing.troubled_since for standing in standings):
        raise click.exceptions.Exit(1)


def _deployed(name: str, account: dict[str, str | None]) -> Stack:
    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack

    return Stack(name, Aws(Account(**account)))


def _of_stack(stack: Stack) -> tuple[list[Standing], list[str]]:
    return _standings([feed for config in stack.configs().values() for feed in config.feeds], stack.state_store())


def _here(configs: Sequence[Path], to: str, state: str | None) -> tuple[list[Standing], list[str]]:
    """Return how the feeds on this machine are. Raises PublishError, also where calendars are and no path-key is."""
    from calsieve.wiring import target

    feeds, there = load(configs).feeds, target(to, state)
    there.key(dry_run=True)  # raises if what is published there is remembered elsewhere
    return _standings(feeds, there.state)


def _standings(feeds: Sequence[Feed], state: StateArchive) -> tuple[list[Standing], list[str]]:
    """Return how the feeds are, and the names of those that are published and not among them."""
    from calsieve.overview import standings, unconfigured

    return standings(feeds, state), unconfigured(feeds, state)


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


def _print(standings: Sequence[Standing], left: Sequence[str], now: datetime) -> None:
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
    for name in left:
        table.add_row(name, Text(_UNCONFIGURED, style="yellow"))
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
