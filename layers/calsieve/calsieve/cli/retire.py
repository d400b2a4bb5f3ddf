"""``calsieve retire``: take down what is published of feeds that are not configured any more."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from calsieve.cli.aws import account_options
from calsieve.cli.configuration import configs_option, load
from calsieve.cli.options import now_option

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from datetime import datetime

    from calsieve.models import Feed
    from calsieve.paths import PathKey
    from calsieve.ports import Publisher, StateArchive
    from calsieve.refresh.retirement import Remains


class _Place(NamedTuple):
    """Where feeds are published and remembered, and which of them are configured."""

    feeds: Sequence[Feed]
    publisher: Publisher
    state: StateArchive
    key: PathKey

    @property
    def names(self) -> set[str]:
        return {name for feed in self.feeds for name in feed.names}


@click.command()
@click.argument("names", metavar="NAME…", nargs=-1, required=True)
@click.option("--stack", metavar="NAME", help="In this deployed stack.")
@configs_option(required=False)
@click.option("--to", metavar="DIR|s3://BUCKET/PREFIX", help="Where they are published from this machine.")
@click.option("--state", metavar="PLACE", help="Where that is remembered.  [default: under ~/.local/state]")
@click.option("--yes", is_flag=True, help="Do not ask.")
@account_options
@now_option
def retire(
    names: tuple[str, ...],
    stack: str | None,
    configs: tuple[Path, ...],
    to: str | None,
    state: str | None,
    yes: bool,
    now: datetime,
    **account: str | None,
) -> None:
    """Take down the feeds NAME… that are published and not configured any more.

    A feed that is no longer in any configuration file stays as it was published, at the same address. This deletes its
    calendar, its views, their pages and Atom files at all their addresses, and what is remembered of it. It refuses
    while the feed is configured: on one machine give every file by which anything is published there. Mirrors of
    accounts and secrets stay where they are.

    \b
    Examples:
      calsieve retire old-club --stack calsieve
      calsieve retire old-club --config feeds.yaml --to public
    """
    if stack and not (configs or to or state):
        place = _in_stack(stack, account)
    elif configs and to and not stack:
        place = _here(configs, to, state)
    else:
        raise click.UsageError("say where: --stack NAME, or --config FEEDS.YAML --to PLACE")
    found = [_found(name, place, now) for name in dict.fromkeys(names)]
    for each in found:
        click.echo(f"{each.name}: {_described(each)}")
    if not yes:
        click.confirm("Take that down for good? Who subscribed to it gets nothing any more", abort=True)
    _take_down(found, place)


def _in_stack(name: str, account: dict[str, str | None]) -> _Place:
    import secrets

    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack
    from calsieve.paths import path_key

    there = Stack(name, Aws(Account(**account)))
    feeds = [feed for config in there.configs().values() for feed in config.feeds]
    publisher, state = there.publisher(), there.state_store()
    return _Place(feeds, publisher, state, path_key(state, secrets.token_bytes, publisher))


def _here(configs: Sequence[Path], to: str, state: str | None) -> _Place:
    from calsieve.wiring import target

    there = target(to, state)
    return _Place(load(configs).feeds, there.publisher, there.state, there.key(dry_run=True))


def _found(name: str, place: _Place, now: datetime) -> Remains:
    """Return what is left of a feed. Raises BadParameter if it is configured, or nothing is."""
    from calsieve.paths import OPERATOR
    from calsieve.refresh.retirement import remains

    if name == OPERATOR:
        raise click.BadParameter("the operator's page is no feed; `rotate` gives it another address", param_hint="NAME")
    if any(feed.name == name for feed in place.feeds):
        raise click.BadParameter(f"{name} is configured: take it out of its file first", param_hint="NAME")
    found = remains(name, place.key, place.publisher, place.state, now, place.names)
    if name in place.names and not found.remembered:
        raise click.BadParameter(f"{name} is a view that is configured: take it out of its file", param_hint="NAME")
    if not found.files and not found.remembered:
        raise click.BadParameter(
            f"nothing called {name} is published or remembered: {_others(place)}", param_hint="NAME"
        )
    return found


def _others(place: _Place) -> str:
    from calsieve.overview import unconfigured

    left = unconfigured(place.feeds, place.state)
    return f"not configured are {', '.join(left)}" if left else "everything that is published is configured"


def _described(found: Remains) -> str:
    if not found.files:
        return "nothing is published, something is remembered"
    views = f", with its views {', '.join(found.views)}" if found.views else ""
    return f"{found.files} files{views}" if found.files > 1 else f"1 file{views}"


def _take_down(found: Collection[Remains], place: _Place) -> None:
    from calsieve.refresh.retirement import take_down

    for each in found:
        take_down(each, place.publisher, place.state)
        click.echo(f"took down {each.name}")
