"""``calsieve trim``: one calendar file in, a trimmed one out."""

from __future__ import annotations

import gc
import sys
from contextlib import contextmanager, suppress
from functools import partial
from typing import IO, TYPE_CHECKING, Any

import click

from calsieve.cli.failure import NotACalendar
from calsieve.cli.options import Distance, Zone, now_option
from calsieve.models import Policy, SeriesMode, Snap, WindowPolicy

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from calsieve.models import Report, Span

_OUTPUT = click.Path(dir_okay=False)
_SNAPS = click.Choice([snap.value for snap in Snap])
_MODES = click.Choice([mode.value for mode in SeriesMode])
_SERIES = Policy().series.value
_PIECE = 64 * 1024
_SPOOLED = 8 * 1024 * 1024


class _Input(click.Path):
    """A file that is there, or standard input. Of an address it says what to do, and does not repeat it."""

    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if "://" in str(value):
            self.fail('an address is not fetched here: curl -sS "$URL" | calsieve trim', param, ctx)
        return super().convert(value, param, ctx)


@click.command()
@click.argument("file", default="-", type=_Input(exists=True, dir_okay=False, allow_dash=True))
@click.option("-o", "--out", type=_OUTPUT, help="Write here; replaced as a whole.")
@now_option
@click.option("--back", type=Distance(), default="4w", show_default=True, help="Keep this much past.")
@click.option("--ahead", type=Distance(), default="52w", show_default=True, help="Keep this much future.")
@click.option("--snap", type=_SNAPS, default="week", show_default=True, help="Widen to whole weeks or days.")
@click.option("--timezone", type=Zone(), help="Zone of days and zoneless times.  [default: the file's own]")
@click.option("--series", type=_MODES, default=_SERIES, show_default=True, help="What becomes of series.")
@click.option("--report", type=_OUTPUT, help="Write counts of what was done, as JSON.")
def trim(
    file: str,
    out: str | None,
    now: datetime,
    back: Span | None,
    ahead: Span | None,
    snap: str,
    timezone: str | None,
    series: str,
    report: str | None,
) -> None:
    """Trim the calendar in FILE to the weeks around now.

    FILE may be gzipped; it is standard input if it is - or absent. The result goes to standard output, or to
    OUT. If FILE is no calendar nothing is written and the exit code is 3. Distances are days (30d), weeks
    (4w), months (12mo), years (1y) or all. A series that still goes on loses its past (trim), and what
    follows the window too (cut), stays whole (keep), or becomes single events (expand).

    \b
    Examples:
      calsieve trim big.ics -o small.ics
      curl -sS "$URL" | calsieve trim --back 2w --ahead 6mo > small.ics
      calsieve trim big.ics -o small.ics --report counts.json
    """
    window = WindowPolicy(back, ahead, Snap(snap))
    policy = Policy(timezone=timezone, window=window, series=SeriesMode(series))
    pieces, counts = _clean(file, policy, now)
    if report:
        from msgspec import json

        _replace(report, [json.format(json.encode(counts)), b"\n"])
    if out:
        _replace(out, pieces)
    else:
        sys.stdout.buffer.writelines(pieces)
        sys.stdout.buffer.flush()
    gc.freeze()  # nor look for cycles among all that is there when the process ends


def _clean(file: str, policy: Policy, now: datetime) -> tuple[list[bytes], Report]:
    """Read and trim. Raises a ClickException that ends the program with 3 if ``file`` is no calendar."""
    gc.disable()  # the process ends with this one calendar, and looking for cycles among its events is a tenth of it
    from calsieve.core.clean import composed
    from calsieve.core.event_lines import left_out
    from calsieve.core.read import read
    from calsieve.core.screen import reach_of
    from calsieve.errors import InvalidCalendar, UpstreamUnavailable

    piped = file == "-"
    name = "standard input" if piped else click.format_filename(file, shorten=True)
    try:
        with _rewindable(sys.stdin.buffer) if piped else click.open_file(file, "rb") as body:
            calendar = read(name, _Pieces(name, body), reach=reach_of(policy.window, now), left_out=left_out(policy))
        return composed([calendar], policy, now)
    except (InvalidCalendar, UpstreamUnavailable) as error:
        raise NotACalendar(str(error)) from error


class _Pieces:
    """The bytes of a file from where it stands, unpacked if it is gzipped, anew each time they are asked for."""

    def __init__(self, name: str, file: IO[bytes]) -> None:
        self._name = name
        self._file = file
        self._start = file.tell()

    def __iter__(self) -> Iterator[bytes]:
        from calsieve.adapters.unpacking import gunzipped

        self._file.seek(self._start)
        return gunzipped(self._name, iter(partial(self._file.read, _PIECE), b""))


@contextmanager
def _rewindable(stream: IO[bytes]) -> Iterator[IO[bytes]]:
    """Give what comes through a pipe as a file, which is on disk only if it is large; a file as it is."""
    if stream.seekable():
        yield stream
        return
    from shutil import copyfileobj
    from tempfile import SpooledTemporaryFile

    with SpooledTemporaryFile(max_size=_SPOOLED) as file:
        copyfileobj(stream, file, _PIECE)
        file.seek(0)
        yield file


def _replace(file: str, pieces: Iterable[bytes]) -> None:
    """Write ``file`` as a whole or not at all; a device or a pipe is just written to."""
    from pathlib import Path

    target = Path(file)
    if target.exists() and not target.is_file():
        with target.open("wb") as stream:
            stream.writelines(pieces)
        return
    target = target.resolve()  # a link stays a link
    temporary = target.with_name(f".{target.name}.tmp")
    try:
        with temporary.open("wb") as stream:
            stream.writelines(pieces)
        if target.exists():
            temporary.chmod(target.stat().st_mode)
        temporary.replace(target)
    except OSError as error:  # it names the temporary file, or none if the disk is full
        raise click.ClickException(f"{click.format_filename(file)}: can't be written: {error.strerror}") from error
    finally:
        with suppress(OSError):
            temporary.unlink(missing_ok=True)
