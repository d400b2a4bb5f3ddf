"""``calsieve refresh``: bring published feeds up to date, on this machine."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.configuration import configs_option, load
from calsieve.cli.options import Base, now_option

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

    from calsieve.cli.show import Address
    from calsieve.models import Config, Feed, Outcome
    from calsieve.wiring import Target

# A slow source holds up its own feed only; more would not help one processor.
_AT_A_TIME = 4


@click.command()
@configs_option(required=True)
@click.option("--to", required=True, metavar="DIR|s3://BUCKET/PREFIX", help="Where they are published.")
@click.option("--only", multiple=True, metavar="NAME", help="Refresh this feed only; can be repeated.")
@now_option
@click.option("--dry-run", is_flag=True, help="Tell what would be done; write nothing.")
@click.option("--state", metavar="PLACE", help="Where to remember what came last.  [default: under ~/.local/state]")
@click.option(
    "--base", type=Base(), metavar="URL", help="Under which address they are served: pages then say how to subscribe."
)
def refresh(
    configs: tuple[Path, ...],
    to: str,
    only: tuple[str, ...],
    now: datetime,
    dry_run: bool,
    state: str | None,
    base: str | None,
) -> None:
    """Fetch, trim and publish the feeds of FEEDS.YAML.

    A feed that fails leaves yesterday's file in place and does not stop the others; the exit code is then 1.
    What a deployed stack would send by mail is printed on standard error, as failures are: cron mails both.

    \b
    Examples:
      calsieve refresh --config feeds.yaml --to public
      calsieve refresh --config feeds.yaml --to s3://my-bucket/calendars --only work
      crontab:  */30 * * * *  cd ~/calsieve && .venv/bin/calsieve refresh --config feeds.yaml --to public >/dev/null
    """
    from calsieve.adapters.memory import MemoryNotifier
    from calsieve.cli import show
    from calsieve.models import Status
    from calsieve.overview import unconfigured
    from calsieve.wiring import target

    configuration, post = load(configs), MemoryNotifier()
    feeds, there = _chosen(configuration, only), target(to, state, base=base, notifier=post)
    results = refresh_all(feeds, there, now, names=configuration.names(), dry_run=dry_run)
    show.outcomes(results)
    if dry_run:
        click.echo("\nNothing was written: this is what would be done.")
    else:
        left = unconfigured(configuration.feeds, there.state)
        overview = there.overview(configuration.feeds, now, left)
        if left:
            click.echo(f"\n{show.unconfigured(left, None, to)}")
        if base is None and any(feed.page for feed in feeds):
            click.echo("\nPages offer no links to subscribe by: say where they are served, by --base https://HOST")
        click.echo(f"\nThe feeds' paths, behind webcal:// and the host that serves {to}:")
        show.addresses([*_addresses(feeds, results), show.operators_page(overview)])
    show.letters([letter for _, letter in post.told])
    if any(result.status is Status.FAILED for result in results):
        raise click.exceptions.Exit(1)


def refresh_all(
    feeds: Sequence[Feed], to: Target, now: datetime, *, names: frozenset[str] = frozenset(), dry_run: bool = False
) -> list[Outcome]:
    """Refresh some feeds at a time, with progress on a terminal; return their outcomes in the feeds' order.

    ``names`` are all that are published there: what one feed no longer has may be another's.
    """
    from concurrent.futures import ThreadPoolExecutor

    from calsieve.cli import show

    with show.progress() as progress, ThreadPoolExecutor(_AT_A_TIME) as pool:
        bar = progress.add_task("refreshing", total=len(feeds))
        futures = [
            pool.submit(to.refresh, feed, now, elsewhere=names - {*feed.names}, dry_run=dry_run) for feed in feeds
        ]
        for future in futures:
            future.add_done_callback(lambda _: progress.advance(bar))
        try:
            return [future.result() for future in futures]
        except KeyboardInterrupt:
            pool.shutdown(wait=False, cancel_futures=True)
            raise


def _addresses(feeds: Sequence[Feed], results: Sequence[Outcome]) -> Iterator[Address]:
    from calsieve.cli import show

    for feed, result in zip(feeds, results, strict=True):
        for (name, title), file in zip(show.titles(feed), result.files, strict=True):
            yield show.Address(name, title, file.path, file.report)


def _chosen(config: Config, only: Sequence[str]) -> list[Feed]:
    names = [feed.name for feed in config.feeds]
    if unknown := [name for name in only if name not in names]:
        raise click.BadParameter(f"there is no feed {unknown[0]!r}, only {', '.join(names)}", param_hint="--only")
    return [feed for feed in config.feeds if not only or feed.name in only]
