"""A preview in a terminal: one section after the other, those that have nothing to say left out. Decides nothing."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import UTC, date, datetime, tzinfo
from itertools import groupby

from rich.console import Console
from rich.table import Table
from rich.text import Text

from calsieve.cli.previewed import Previewed, Size, together
from calsieve.cli.show import harmless
from calsieve.core.occasions import one_line, when
from calsieve.core.repairs.words import WORDS
from calsieve.core.zones.iana import iana_zone
from calsieve.models import Change, ChangeKind, Level, Shown
from calsieve.pages import figures
from calsieve.rehearsal import Rehearsal, trouble

_COMING = 10
_LISTED = 10  # of what may be very many
_CHANGES = 40
_SIGNS = {
    ChangeKind.APPEARED: ("+", "green"),
    ChangeKind.MOVED: (">", "cyan"),
    ChangeKind.CANCELLED: ("-", "red"),
    ChangeKind.CHANGED: ("~", "yellow"),
}
_LEVELS = {Level.ERROR: "bold red", Level.WARNING: "yellow", Level.HINT: "dim"}


def show(preview: Previewed, now: datetime, to: Console) -> None:
    """Print a preview."""
    report = preview.rehearsal.cleaned.report
    zone = iana_zone(report.timezone) or UTC
    today = now.astimezone(zone).date()
    to.print(Text.assemble((preview.name, "bold"), f", {figures.window(report)} ({report.timezone})"))
    _sources(preview, to)
    _rules(preview, to)
    _section("left out and left as it is", _remarks(preview.rehearsal), to)
    _section("what clients would take badly", _findings(preview), to)
    _coming(preview.rehearsal.coming, zone, today, to)
    _changes(preview.changes, zone, today, to)
    _ending(preview, to)


def _sources(preview: Previewed, to: Console) -> None:
    table = _table("source", "size", "compressed", "events", "published", "over", "later")
    for came in preview.rehearsal.sources:
        report = preview.rehearsal.reports.get(came.name)
        told = [f"{n:,}" for n in (report.events_in, report.events_out, report.past, report.future)] if report else []
        table.add_row(Text(came.name), *(_sizes(preview.before[came.name]) if report else ()), *told)
    report = preview.rehearsal.cleaned.report
    whole = together(preview.before.values())
    counts = [f"{n:,}" for n in (report.events_in, report.events_out, report.past, report.future)]
    if len(preview.before) > 1:
        table.add_row("together", *_sizes(whole), *counts, style="dim")
    to.print()
    to.print(table)
    for came in preview.rehearsal.sources:
        if came.problem:
            to.print(Text(harmless(trouble(came)), style="red"))
        if came.note:
            to.print(Text(f"{came.name}: {came.note}", style="yellow"))


def _sizes(size: Size) -> tuple[str, str]:
    return figures.size(size.bytes), figures.size(size.gzipped)


def _rules(preview: Previewed, to: Console) -> None:
    if not preview.rehearsal.rules:
        return
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column("rule", overflow="fold")
    table.add_column("does", no_wrap=True)
    table.add_column("to", justify="right", no_wrap=True)
    table.add_column("for example", overflow="fold", ratio=1)
    for rule in preview.rehearsal.rules:
        titles = " · ".join(map(one_line, rule.examples)) or ("" if rule.count else "nothing it matches")
        style = "" if rule.count else "dim"
        table.add_row(Text(rule.name), ", ".join(rule.actions), f"{rule.count:,}", Text(titles), style=style)
    to.print()
    to.print(table)


def _remarks(rehearsal: Rehearsal) -> Iterator[Text]:
    report = rehearsal.cleaned.report
    if report.duplicates:
        yield Text(f"{report.duplicates:,} × what an earlier source has too")
    yield from (Text(f"budget: {cut}", style="yellow") for cut in report.cuts)
    for reason, count in report.kept_whole.items():
        titles = " · ".join(map(one_line, rehearsal.whole.get(reason, ())))
        yield Text(f"{count:,} × series published whole: {reason}{f' ({titles})' if titles else ''}")
    if rehearsal.unasked:
        titles = " · ".join(map(one_line, rehearsal.unasked))
        yield Text(f"stays whole, as rules can't be asked of each occurrence: {titles}", style="yellow")
    for name, count in sorted(report.repairs.items(), key=lambda item: -item[1]):
        yield Text(f"{count:,} × repaired: {WORDS.get(name, name)}", style="dim")
    for each in report.lost[:_LISTED]:
        yield Text(f"not understood: {one_line(each)}", style="yellow")
    if more := len(report.lost[_LISTED:]) + report.lost_more:
        yield Text(f"not understood: {more:,} more")


def _findings(preview: Previewed) -> Iterator[Text]:
    for finding in preview.rehearsal.findings:
        clients = ", ".join(client.value for client in finding.clients)
        more = f" ({finding.more:,} more)" if finding.more else ""
        line = f"line {finding.line:,}: " if finding.line else ""
        yield Text.assemble(
            (finding.level.value, _LEVELS[finding.level]), f" {clients}: {line}{harmless(finding.message)}{more}"
        )


def _coming(coming: Sequence[Shown], zone: tzinfo, today: date, to: Console) -> None:
    _heading("what comes next", to)
    table = Table.grid(padding=(0, 2, 0, 0))
    for shown in coming[:_COMING]:
        table.add_row(when(shown, zone, today), Text(_called(shown)))
    to.print(table if coming else Text("nothing"))


def _called(shown: Shown) -> str:
    place = one_line(shown.location)
    doubt = "" if shown.sure else " (not all apps agree)"
    return f"{one_line(shown.summary) or '(no title)'}{f', {place}' if place else ''}{doubt}"


def _changes(changes: Sequence[Change] | None, zone: tzinfo, today: date, to: Console) -> None:
    if changes is None:
        return
    kinds = [change.kind for change in changes]
    counted = ", ".join(f"{kinds.count(kind):,} {kind.value}" for kind in ChangeKind if kind in kinds)
    alike = [[*group] for _, group in groupby(sorted(changes, key=_series), key=_series)]
    alike.sort(key=lambda group: (group[0].shown.start, _series(group[0])))
    _heading(f"what would change: {counted or 'nothing'}", to)
    table = Table.grid(padding=(0, 2, 0, 0))
    for group in alike[:_CHANGES]:
        table.add_row(*_change(group, zone, today))
    if alike:
        to.print(table)
    if len(alike) > _CHANGES:
        to.print(f"and {sum(map(len, alike[_CHANGES:])):,} more")


def _series(change: Change) -> tuple[str, str, str]:
    return change.shown.uid, change.kind.value, change.shown.summary


def _change(group: Sequence[Change], zone: tzinfo, today: date) -> tuple[Text, str, Text]:
    """Return sign, time and words of the first of a series' changes of a kind, and how many there are."""
    change = group[0]
    text = _called(change.shown)
    if was := [*_before(change, zone, today)]:
        text += f", before: {', '.join(was)}"
    if more := len(group) - 1:
        text += f", and {more:,} more of it"
    return Text(*_SIGNS[change.kind]), when(change.shown, zone, today), Text(text)


def _before(change: Change, zone: tzinfo, today: date) -> Iterator[str]:
    """Yield what was otherwise before; nothing of what appeared or is gone."""
    before, after = change.before, change.after
    if before is None or after is None or change.kind in (ChangeKind.APPEARED, ChangeKind.CANCELLED):
        return
    if change.kind is ChangeKind.MOVED:
        yield when(before, zone, today)
    if before.summary != after.summary:
        yield one_line(before.summary) or "(no title)"
    if before.location != after.location:
        yield one_line(before.location) or "no place"
    if before.status != after.status:
        yield before.status.lower()


def _ending(preview: Previewed, to: Console) -> None:
    (size, gzipped), (smaller, smallest) = _sizes(together(preview.before.values())), _sizes(preview.after)
    to.print()
    to.print(Text.assemble((f"{size} → {smaller}", "bold"), f", compressed {gzipped} → {smallest}"))
    if preview.refused:
        to.print(Text("A refresh would not publish this: a client would drop the feed.", style="bold red"))
    elif preview.published == preview.rehearsal.cleaned.body:
        to.print("It is what is published now.")
    elif preview.compared and preview.published is None:
        to.print("Nothing is published there yet.")
    to.print("Nothing was written.", style="dim")


def _section(heading: str, lines: Iterable[Text], to: Console) -> None:
    """Print a heading and lines; nothing if there are none."""
    listed = [*lines]
    if listed:
        _heading(heading, to)
    for line in listed:
        to.print(line)


def _heading(heading: str, to: Console) -> None:
    to.print()
    to.print(Text(heading, style="dim"))


def _table(first: str, *others: str) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, 2, 0, 0), header_style="dim")
    table.add_column(first, overflow="fold")
    for heading in others:
        table.add_column(heading, justify="right", no_wrap=True)
    return table
