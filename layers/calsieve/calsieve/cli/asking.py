"""What ``calsieve preview`` and ``calsieve explain`` share: which feed is asked about, and what its sources bring."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from calsieve.cli.configuration import configs_option, load

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import datetime

    from calsieve.models import Feed, Policy
    from calsieve.rehearsal import Came, Reader
    from calsieve.wiring import Target

config_option = configs_option(required=True)
to_option = click.option(
    "--to", metavar="DIR|s3://BUCKET/PREFIX", help="Where it is published: what was remembered for it is used."
)
state_option = click.option("--state", metavar="PLACE", help="Where that is, if not in the usual place.")
view_option = click.option("--view", metavar="VIEW", help="Look at this view of the feed.")
json_option = click.option("--json", "as_json", is_flag=True, help="Print JSON, for programs.")


class Asked(NamedTuple):
    """A feed, and the name and policy of the file that is asked about: its own, or that of a view."""

    feed: Feed
    name: str
    policy: Policy


def asked(configs: Sequence[Path], name: str | None, view: str | None) -> Asked:
    """Return what a feed's or a view's name means, None being the only feed; raise BadParameter if it is not clear."""
    feeds = load(configs).feeds
    if name is None and len(feeds) == 1:
        name = feeds[0].name
    files = {each: Asked(feed, each, policy) for feed in feeds for each, policy in _files(feed)}
    if name not in files:
        wrong = "say which feed" if name is None else f"there is no feed {name!r}"
        raise click.BadParameter(f"{wrong}: there are {', '.join(files)}", param_hint="NAME")
    if view is None:
        return files[name]
    views = [each.name for each in files[name].feed.views]
    if view not in views:
        only = f"only {', '.join(views)}" if views else "it has none"
        raise click.BadParameter(f"{name} has no view {view!r}, {only}", param_hint="--view")
    return files[view]


def _files(feed: Feed) -> list[tuple[str, Policy]]:
    return [(feed.name, feed.policy), *((view.name, view.policy) for view in feed.views)]


def place(to: str | None, state: str | None) -> Target:
    """Return where the feed is published; nowhere if that is not said. Raises PublishError for what can't be."""
    from calsieve.wiring import nowhere, target

    return target(to, state) if to else nowhere()


def came(feed: Feed, place: Target, reader: Reader, now: datetime, *, remembered: bool) -> list[Came]:
    """Fetch and read a feed's sources; raise a ClickException if none of them can be used.

    If something is ``remembered`` at that place, last good bodies stand in for what fails, and for what a refresh at
    ``now`` (aware) would hold back.
    """
    from calsieve.refresh.memory import Memory
    from calsieve.rehearsal import fetched

    known = Memory(feed.name, place.state).recall().known if remembered else None
    sources = fetched(feed, place.rehearsal, known, reader, now)
    if not any(each.calendar for each in sources):
        raise click.ClickException("\n".join(f"{each.name}: {each.problem}" for each in sources))
    return sources
