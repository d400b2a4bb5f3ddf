"""What the commands print: tables of outcomes, links, progress. Decides nothing."""

from __future__ import annotations

import re
from dataclasses import dataclass
from textwrap import indent
from typing import TYPE_CHECKING

import click
import yaml
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from calsieve.models import Status
from calsieve.pages import figures

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from calsieve.models import Feed, Letter, Outcome, Report

_COLOURS = {Status.PUBLISHED: "green", Status.UNCHANGED: "cyan", Status.FAILED: "bold red"}
# What a name from elsewhere could steer a terminal with: sequences that it obeys, and text that is turned around.
_TURNS = r"\x7f-\x9f\u202a-\u202e\u2066-\u2069"
_CONTROLS = re.compile(f"[\\x00-\\x1f{_TURNS}]")
_UNESCAPED = re.compile(f"[{_TURNS}]")
_MOST_NAMES = 20
_PIPE_WIDTH = 200  # what is not a terminal has no width to fit into


def console(*, stderr: bool = False) -> Console:
    """Return a console that wraps to the terminal, or not at all where there is none."""
    found = Console(stderr=stderr, highlight=False, soft_wrap=False)
    if not found.is_terminal:
        found.width = _PIPE_WIDTH
    return found


def progress() -> Progress:
    """Return a progress display on standard error, silent if that is not a terminal."""
    to = console(stderr=True)
    return Progress(
        TextColumn("{task.description}"),
        BarColumn(),
        MofNCompleteColumn(),
        TimeElapsedColumn(),
        console=to,
        disable=not to.is_terminal,
        transient=True,
    )


def outcomes(results: Sequence[Outcome]) -> None:
    """Print what became of each file and what its budget cost; on standard error what went wrong, and what to know."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("feed", overflow="fold")
    for heading in ("result", "size", "events"):
        table.add_column(heading, no_wrap=True)
    for file in (file for outcome in results for file in outcome.files):
        status = Text(file.status.value, style=_COLOURS[file.status])
        table.add_row(file.name, status, *_figures(file.report))
    console().print(table)
    for file in (file for outcome in results for file in outcome.files):
        for cut in file.report.cuts if file.report else ():
            console().print(f"{file.name}: budget: {cut}", style="yellow", markup=False, soft_wrap=True)
    for outcome in results:
        for problem in outcome.problems:
            console(stderr=True).print(f"{outcome.feed}: {problem}", style="red", markup=False, soft_wrap=True)
        for note in outcome.notes:
            console(stderr=True).print(f"{outcome.feed}: {note}", style="yellow", markup=False, soft_wrap=True)


@dataclass(frozen=True, slots=True)
class Address:
    """A file's name and title, where it is to be had, and what it shows if that is known."""

    name: str
    title: str | None
    address: str
    report: Report | None = None


def titles(feed: Feed) -> list[tuple[str, str | None]]:
    """Return the names under which a feed is published, with their titles."""
    return [(feed.name, feed.policy.title), *((view.name, view.policy.title) for view in feed.views)]


def operators_page(address: str) -> Address:
    """Return the row of the operator's page, which a browser shows."""
    return Address("all feeds, for you alone", None, address)


def addresses(rows: Sequence[Address]) -> None:
    """Print each file and, alone on the next line to be copied, its address."""
    to = console()
    for row in rows:
        to.print(Text.assemble((row.name, "bold"), f": {row.title}" if row.title else "", _window(row.report)))
        to.print(f"  {row.address}", soft_wrap=True, markup=False)


def unconfigured(names: Sequence[str], stack: str | None, to: str | None = None) -> str:
    """Return the sentence about feeds that are published and not configured any more, in a stack or at a place."""
    shown = ", ".join(names[:_MOST_NAMES]) + (f" and {len(names) - _MOST_NAMES:,} more" if names[_MOST_NAMES:] else "")
    what = names[0] if len(names) == 1 else "NAME"
    files, where = ("of the stack", f"--stack {stack}") if stack else ("given here", f"--config … --to {to}")
    return (
        f"published still, but in no configuration file {files}: {shown}; to take down: calsieve retire {what} {where}"
    )


def letters(many: Sequence[Letter]) -> None:
    """Print mails on standard error. What terminals could obey is not in them: `one_line` saw to that."""
    for letter in many:
        click.echo(f"\n{letter.subject}\n\n{letter.text}", err=True, nl=False)


def _window(report: Report | None) -> str:
    return f", {figures.window(report)} ({report.timezone})" if report else ""


def _figures(report: Report | None) -> tuple[str, str]:
    if report is None:
        return "", ""
    return (
        f"{figures.size(report.bytes_in)} → {figures.size(report.bytes_out)}",
        f"{report.events_in:,} → {report.events_out:,}",
    )


def harmless(text: str) -> str:
    """Return text from elsewhere without what could steer a terminal."""
    return _CONTROLS.sub("", text)


def harmless_json(text: str) -> str:
    """Return JSON that means the same, with what could steer a terminal written as escapes."""
    return _UNESCAPED.sub(lambda found: f"\\u{ord(found[0]):04x}", text)


def calendars(rows: Sequence[tuple[str, int | None]]) -> None:
    """Print calendars by name, and how many entries each has, as far as that is known."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("calendar", overflow="fold")
    table.add_column("entries", no_wrap=True, justify="right")
    for name, count in rows:
        table.add_row(Text(harmless(name)), "?" if count is None else f"{count:,}")
    console(stderr=True).print(table)


def source(keys: Mapping[str, object]) -> None:
    """Print a source for feeds.yaml, alone on standard output, as far in as a feed of most files has its sources."""
    click.echo("a source for feeds.yaml, to be put below `sources:`", err=True)
    text = yaml.safe_dump([keys], sort_keys=False, allow_unicode=True, width=10_000, default_flow_style=None)
    click.echo(indent(text, " " * 6), nl=False)
