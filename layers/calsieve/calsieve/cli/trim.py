"""``calsieve trim``: one calendar file in, a trimmed one out."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, BinaryIO, cast

import click

from calsieve.cli.failure import NotACalendar
from calsieve.cli.options import Distance, Zone, now_option
from calsieve.models import Policy, SeriesMode, Snap, WindowPolicy

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from calsieve.models import Cleaned, Span

_INPUT = click.Path(exists=True, dir_okay=False, allow_dash=True, path_type=Path)
_OUTPUT = click.Path(dir_okay=False, path_type=Path)
_SNAPS = click.Choice([snap.value for snap in Snap])
_MODES = click.Choice([mode.value for mode in SeriesMode])
_SERIES = Policy().series.value
_PIECE = 256 * 1024
_SPOOLED = 8 * 1024 * 1024


@click.command()
@click.argument("file", default="-", type=_INPUT)
@click.option("-o", "--out", type=_OUTPUT, help="Write here; replaced as a whole.")
@now_option
@click.option("--back", type=Distance(), default="4w", show_default=True, help="Keep this much past.")
@click.option("--ahead", type=Distance(), default="52w", show_default=True, help="Keep this much future.")
@click.option("--snap", type=_SNAPS, default="week", show_default=True, help="Widen to whole weeks or days.")
@click.option("--timezone", type=Zone(), help="Zone of days and zoneless times.  [default: the file's own]")
@click.option("--series", type=_MODES, default=_SERIES, show_default=True, help="What becomes of series.")
@click.option("--report", type=_OUTPUT, help="Write counts of what was done, as JSON.")
def trim(
    file: Path,
    out: Path | None,
    now: datetime,
    back: Span | None,
    ahead: Span | None,
    snap: str,
    timezone: str | None,
    series: str,
    report: Path | None,
) -> None:
    """Trim the calendar in FILE to the weeks around now.

    FILE may be gzipped; it is standard input if it is - or absent. The result goes to standard output, or to
    OUT. If FILE is no calendar nothing is written and the exit code is 3. Distances are days (30d), weeks
    (4w), months (12mo), years (1y) or all. A series that still goes on loses its past (trim), and what
    follows the window too (cut), stays whole (keep), or becomes single events (expand).

    \b
    Examples:
      calsieve trim big.ics -o small.ics
      curl -s "$URL" | calsieve trim --back 2w --ahead 6mo > small.ics
      calsieve trim big.ics -o small.ics --report counts.json
    """
    window = WindowPolicy(back, ahead, Snap(snap))
    policy = Policy(timezone=timezone, window=window, series=SeriesMode(series))
    cleaned = _clean(file, policy, now)
    if report:
        from msgspec import json

        _replace(report, json.format(json.encode(cleaned.report)) + b"\n")
    if out:
        _replace(out, cleaned.body)
    else:
        sys.stdout.buffer.write(cleaned.body)
        sys.stdout.buffer.flush()


def _clean(file: Path, policy: Policy, now: datetime) -> Cleaned:
    """Read and trim. Raises a ClickException that ends the program with 3 if ``file`` is no calendar."""
    gc.disable()  # the process ends with this one calendar, and looking for cycles among its events is a tenth of it
    from calsieve.core.clean import compose
    from calsieve.core.read import read
    from calsieve.core.screen import reach_of
    from calsieve.errors import InvalidCalendar, UpstreamUnavailable

    piped = str(file) == "-"
    name = "standard input" if piped else file.name
    try:
        with _rewindable(sys.stdin.buffer) if piped else file.open("rb") as body:
            calendar = read(name, _Pieces(name, body), reach=reach_of(policy.window, now))
        return compose([calendar], policy, now)
    except (InvalidCalendar, UpstreamUnavailable) as error:
        raise NotACalendar(str(error)) from error


class _Pieces:
    """The bytes of a file, unpacked if it is gzipped, from its beginning each time they are asked for."""

    def __init__(self, name: str, file: BinaryIO) -> None:
        self._name = name
        self._file = file

    def __iter__(self) -> Iterator[bytes]:
        from calsieve.adapters.unpacking import gunzipped

        self._file.seek(0)
        return gunzipped(self._name, iter(partial(self._file.read, _PIECE), b""))


@contextmanager
def _rewindable(stream: BinaryIO) -> Iterator[BinaryIO]:
    """Give what comes through a pipe as a file, which is on disk only if it is large."""
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(max_size=_SPOOLED) as file:
        copyfileobj(stream, file, _PIECE)
        yield cast("BinaryIO", file)


def _replace(target: Path, body: bytes) -> None:
    """Write ``target`` as a whole or not at all; a device or a pipe is just written to."""
    if target.exists() and not target.is_file():
        target.write_bytes(body)
        return
    target = target.resolve()  # a link stays a link
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        temporary.write_bytes(body)
        if target.exists():
            temporary.chmod(target.stat().st_mode)
        temporary.replace(target)
    finally:
        temporary.unlink(missing_ok=True)
