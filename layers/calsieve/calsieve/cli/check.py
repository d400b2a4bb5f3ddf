"""``calsieve check`` and ``calsieve schema``: help with writing feeds.yaml."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import click

from calsieve.cli.configuration import configs_argument, load_each, refuse_collisions

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from calsieve.models import Config, Feed, Source
    from calsieve.ports import Fetcher


@click.command()
@configs_argument
@click.option("--fetch", is_flag=True, help="Also fetch every source once and tell what came.")
def check(configs: tuple[Path, ...], fetch: bool) -> None:
    """List everything that is wrong in FEEDS.YAML, or in several such files; publish nothing.

    Problems are printed one a line as file:line: where: what to do, the way editors understand it.

    \b
    Example:
      calsieve check feeds.yaml
      calsieve check feeds.yaml --fetch
      calsieve check teams.yaml rooms.yaml
    """
    found = load_each(configs)
    refuse_collisions(found)
    for file, config in found.items():
        click.echo(f"{file} is well: {', '.join(_parts(config))}")
    if fetch and not _fetch_all(feed for config in found.values() for feed in config.feeds):
        raise click.exceptions.Exit(1)


@click.command()
def schema() -> None:
    """Print the JSON Schema of feeds.yaml, for editors.

    \b
    Example, for editors that use the YAML language server:
      calsieve schema > feeds.schema.json
      and as the first line of feeds.yaml:
      # yaml-language-server: $schema=feeds.schema.json
    """
    import json

    from calsieve.config import json_schema

    click.echo(json.dumps(json_schema(), indent=2, ensure_ascii=False))


def _parts(config: Config) -> Iterator[str]:
    """Yield what the configuration has, in numbers; of views and rules only if there are some."""
    yield _counted(len(config.feeds), "feed")
    yield _counted(sum(len(feed.sources) for feed in config.feeds), "source")
    views = [view for feed in config.feeds for view in feed.views]
    rules = [_rules(feed) for feed in config.feeds] + [len(view.policy.view_rules) for view in views]
    yield from (_counted(count, noun) for count, noun in ((len(views), "view"), (sum(rules), "rule")) if count)


def _rules(feed: Feed) -> int:
    """Return how many rules a feed and its sources have."""
    return len(feed.policy.rules) + sum(len(own.rules) for _, own in feed.policy.sources)


def _counted(count: int, noun: str) -> str:
    return f"{count:,} {noun}" if count == 1 else f"{count:,} {noun}s"


def _fetch_all(feeds: Iterable[Feed]) -> bool:
    """Tell what each source brings; return whether all of them can be used."""
    from calsieve.wiring import nowhere

    fetcher = nowhere().rehearsal
    came = [_tell(fetcher, feed, source) for feed in feeds for source in feed.sources]
    return all(came)


def _tell(fetcher: Fetcher, feed: Feed, source: Source) -> bool:
    from calsieve.errors import SecretError, SourceError

    try:
        click.echo(f"{feed.name} / {source.name}: {_what_came(fetcher, source)}")
    except SourceError as error:
        click.echo(f"{feed.name} / {source.name}: {error.reason}", err=True)
        return False
    except SecretError as error:
        click.echo(f"{feed.name} / {source.name}: {error}", err=True)
        return False
    return True


def _what_came(fetcher: Fetcher, source: Source) -> str:
    from calsieve.core.read import read
    from calsieve.models import NotModified, Validators
    from calsieve.pages import figures
    from calsieve.refresh.guard import is_whole

    fetched = fetcher.fetch(source, Validators())
    if isinstance(fetched, NotModified):
        return "it says that nothing changed, which was not asked"
    calendar = read(source.name, fetched.body, fetched.charset)
    broken = "" if is_whole(fetched.body) else "; it breaks off before END:VCALENDAR"
    return f"{figures.size(len(fetched.body))}, {_counted(calendar.events_in, 'event')}{broken}"
