"""``calsieve lint``: what clients would take badly in a calendar, told before they get it."""

from __future__ import annotations

import sys
from functools import partial
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

import click

from calsieve.models import Client, Level

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from rich.text import Text

    from calsieve.models import Finding

_COLOURS = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.HINT: "cyan"}
_MOST = 100_000_000
_NAME = "the calendar"


class Clients(click.ParamType[tuple[Client, ...]]):
    """Names of clients, with commas between them."""

    name = "clients"

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> tuple[Client, ...]:
        if isinstance(value, tuple):
            return value
        try:
            return tuple(dict.fromkeys(Client(name.strip().lower()) for name in str(value).split(",")))
        except ValueError:
            self.fail(f"write one or more of {', '.join(Client)}, with commas between them", param, ctx)


@click.command()
@click.argument("calendar", metavar="FILE|URL")
@click.option(
    "--for", "clients", type=Clients(), default=tuple(Client), show_default="all of them", help="Only these clients."
)
@click.option("--json", "as_json", is_flag=True, help="Print the findings as JSON.")
def lint(calendar: str, clients: tuple[Client, ...], as_json: bool) -> None:
    """Tell what Apple, Google, Outlook, ICSx5 and Thunderbird would take badly in a calendar.

    FILE may be gzipped, and is standard input if it is -. URL is an http, https or webcal address, or a reference such
    as env:CALSIEVE_URL, which keeps a secret address out of the list of processes; with an address it is also told what
    is wrong with how it is served. An error makes a client drop the whole calendar, a warning makes it lose something
    or show it wrong, a hint tells what could be better. If there are errors the exit code is 1.

    \b
    Examples:
      calsieve lint public/work.ics
      calsieve lint https://example.org/club.ics --for apple,google
      calsieve trim big.ics | calsieve lint - --json
    """
    found = _findings(calendar, clients)
    if as_json:
        _print_json(found, clients)
    else:
        _print(found, clients)
    if any(finding.level is Level.ERROR for finding in found):
        raise click.exceptions.Exit(1)


def _findings(calendar: str, clients: Collection[Client]) -> list[Finding]:
    from calsieve.config.secret import reference
    from calsieve.core.lint import findings, served_findings
    from calsieve.distances import Unreadable
    from calsieve.models import Secret, Source
    from calsieve.wiring import looked_at

    try:
        address = reference(calendar) or (Secret("literal", calendar) if "://" in calendar else None)
    except Unreadable as error:
        raise click.UsageError(str(error)) from error
    if address is None:
        return findings(_read(calendar), clients)
    body, served = looked_at(Source(name=_NAME, url=address))
    return served_findings(served, clients) + findings(body, clients)


def _read(file: str) -> bytes:
    if file == "-":
        return _unpacked("standard input", sys.stdin.buffer)
    with Path(file).open("rb") as stream:
        return _unpacked(click.format_filename(file, shorten=True), stream)


def _unpacked(name: str, stream: IO[bytes]) -> bytes:
    from calsieve.adapters.unpacking import PIECE, gathered, gunzipped

    return gathered(name, gunzipped(name, iter(partial(stream.read, PIECE), b"")), _MOST)


def _print_json(found: Sequence[Finding], clients: Collection[Client]) -> None:
    import json

    told = [finding._asdict() for finding in found]
    click.echo(json.dumps({"clients": clients, "findings": told}, indent=2))


def _print(found: Sequence[Finding], clients: Collection[Client]) -> None:
    from calsieve.cli.show import console

    to = console()
    for finding in found:
        to.print(_line(finding, clients))
    to.print(_summary(found, clients), soft_wrap=True)


def _line(finding: Finding, clients: Collection[Client]) -> Text:
    from rich.text import Text

    place = f"line {finding.line:,}: " if finding.line else ""
    whom = "all" if len(finding.clients) == len(clients) else ", ".join(finding.clients)
    more = f" ({finding.more:,} more)" if finding.more else ""
    return Text.assemble(
        (finding.level, _COLOURS[finding.level]),
        f" for {whom}: {place}{finding.message}{more} ",
        (f"[{finding.rule}]", "dim"),
    )


def _summary(found: Sequence[Finding], clients: Collection[Client]) -> str:
    counts = {level: sum(1 + finding.more for finding in found if finding.level is level) for level in Level}
    told = [f"{count:,} {level}{'' if count == 1 else 's'}" for level, count in counts.items() if count]
    return f"{', '.join(told) or 'nothing found'}, for {', '.join(clients)}"
