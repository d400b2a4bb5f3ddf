"""What the commands print: tables of outcomes, links, progress. Decides nothing."""

from __future__ import annotations

from typing import TYPE_CHECKING

from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn, TimeElapsedColumn
from rich.table import Table
from rich.text import Text

from calsieve.models import Status
from calsieve.pages import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Outcome, Report

_COLOURS = {Status.PUBLISHED: "green", Status.UNCHANGED: "cyan", Status.FAILED: "bold red"}
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
    """Print a table of what became of each feed, and under it what went wrong."""
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    for heading in ("feed", "result", "size", "events", "shows"):
        table.add_column(heading, overflow="fold")
    for outcome in results:
        table.add_row(outcome.feed, _status(outcome), *_figures(outcome.report))
    console().print(table)
    for outcome in results:
        for problem in outcome.problems:
            console(stderr=True).print(f"{outcome.feed}: {problem}", style="red", markup=False, soft_wrap=True)


def addresses(rows: Sequence[tuple[str, str, str]]) -> None:
    """Print name, title and address of each feed; an address stands alone on its line, to be copied."""
    to = console()
    for name, title, address in rows:
        to.print(Text.assemble((name, "bold"), f"  {title}" if title != name else ""))
        to.print(f"  {address}", soft_wrap=True, markup=False)


def _status(outcome: Outcome) -> Text:
    return Text(outcome.status.value, style=_COLOURS[outcome.status])


def _figures(report: Report | None) -> tuple[str, str, str]:
    if report is None:
        return "", "", ""
    return (
        f"{figures.size(report.bytes_in)} → {figures.size(report.bytes_out)}",
        f"{report.events_in:,} → {report.events_out:,}",
        f"{figures.window(report)} ({report.timezone})",
    )
