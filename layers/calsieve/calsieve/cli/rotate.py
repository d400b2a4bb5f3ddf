"""``calsieve rotate``: another secret address for one calendar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import click

from calsieve.cli.aws import account_options
from calsieve.cli.options import Distance, now_option
from calsieve.models import Span

if TYPE_CHECKING:
    from datetime import datetime

    from calsieve.paths import Place
    from calsieve.ports import Publisher, StateStore


@click.command()
@click.argument("name")
@click.option("--stack", metavar="NAME", help="In this deployed stack.")
@click.option("--to", metavar="DIR|s3://BUCKET/PREFIX", help="Where it is published from this machine.")
@click.option("--state", metavar="PLACE", help="Where that is remembered.  [default: under ~/.local/state]")
@click.option("--overlap", type=Distance(), default="30d", show_default=True, help="How long the old address works on.")
@account_options
@now_option
def rotate(
    name: str,
    stack: str | None,
    to: str | None,
    state: str | None,
    overlap: Span | None,
    now: datetime,
    **account: str | None,
) -> None:
    """Give the calendar NAME, a feed or a view, another secret address.

    The old address works on for the overlap; then, at the next refresh, everything at it is deleted. If the address
    got into wrong hands: --overlap 0d. NAME can also be _operator, the operator's page.

    \b
    Examples:
      calsieve rotate family --stack calsieve
      calsieve rotate family --to public --overlap 0d
    """
    if overlap is None:
        raise click.BadParameter("an address that works on for ever was not rotated", param_hint="--overlap")
    if stack and not (to or state):
        _in_stack(name, stack, overlap, now, account)
    elif to and not stack:
        _here(name, to, state, overlap, now)
    else:
        raise click.UsageError("say where: --stack NAME, or --to PLACE")


def _in_stack(name: str, stack: str, overlap: Span, now: datetime, account: dict[str, str | None]) -> None:
    from calsieve.cli.aws import Account, Aws
    from calsieve.cli.stack import Stack
    from calsieve.paths import OPERATOR
    from calsieve.wiring import CONFIG_NAME

    there = Stack(stack, Aws(Account(**account)))
    files = {known: file for file, config in there.configs().items() for known in config.names()}
    files[OPERATOR] = next(iter(files.values()), CONFIG_NAME)  # a change of any makes that page anew
    if name not in files:
        raise click.BadParameter(f"there is no {name!r} in the stack, only {', '.join(sorted(files))}")
    place = _rotated(there.state_store(), there.publisher(), name, overlap, now)
    there.refresh(files[name])
    base = there.https_base if name == OPERATOR else there.webcal_base
    _tell(name, place, f"{base}/{_path(name, place)}", "within a minute or two")


def _here(name: str, to: str, state: str | None, overlap: Span, now: datetime) -> None:
    from calsieve.paths import CALENDAR, PAGE
    from calsieve.wiring import target

    there = target(to, state)
    stem = there.key(dry_run=True).place(name, now).stem
    if not any(there.publisher.version(stem + suffix) for suffix in (CALENDAR, PAGE)):
        raise click.BadParameter(f"nothing called {name!r} is published in {to}: write the name as in feeds.yaml")
    place = _rotated(there.state, there.publisher, name, overlap, now)
    _tell(name, place, _path(name, place), "with the next `calsieve refresh`")


def _path(name: str, place: Place) -> str:
    """Return where what is called so lies: a calendar, or the page of the operator, which has none."""
    from calsieve.paths import CALENDAR, OPERATOR, PAGE

    return place.stem + (PAGE if name == OPERATOR else CALENDAR)


def _rotated(state: StateStore, publisher: Publisher, name: str, overlap: Span, now: datetime) -> Place:
    import secrets

    from calsieve.core.window import window_for
    from calsieve.models import Snap, WindowPolicy
    from calsieve.paths import rotate as give_another

    until = window_for(WindowPolicy(Span(), overlap, Snap.NONE), "UTC", now).end
    return give_another(state, name, now, until, secrets.token_bytes, publisher)


def _tell(name: str, place: Place, address: str, when: str) -> None:
    from calsieve.cli import show

    show.addresses([show.Address(name, None, address)])
    if place.overlapping:
        last = max(end for _, end in place.overlapping)
        click.echo(f"\nIt is there {when}. The old address works until {last:%-d %B %Y, %H:%M} UTC.")
    else:
        click.echo(f"\nIt is there {when}; from then on nothing is at the old address.")
