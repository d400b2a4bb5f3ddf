"""The sample calendars of the demonstration, published in every mode and fetched as a client would."""

from __future__ import annotations

import gzip
import os
import subprocess
import sys
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from urllib.request import Request, urlopen
from zoneinfo import ZoneInfo

from calsieve.cli import sample
from tests.interop.readers import View

TIMEZONE = "Europe/Berlin"
NOW = datetime(2026, 5, 15, 12, tzinfo=UTC)
COMING_WEEK = View(NOW, NOW + timedelta(days=7), TIMEZONE)
# Four weeks back and 52 ahead, to whole weeks, as docs and defaults say; both edges are Mondays.
WINDOW = View(
    datetime(2026, 4, 13, tzinfo=ZoneInfo(TIMEZONE)), datetime(2027, 5, 17, tzinfo=ZoneInfo(TIMEZONE)), TIMEZONE
)
SAMPLES = {"work": sample.WORK, "family": sample.FAMILY}
MODES = ("keep", "trim", "cut", "expand")
_CALSIEVE = (sys.executable, "-m", "calsieve.cli")


@dataclass(frozen=True, slots=True)
class Demonstration:
    """Files by the name of the sample, and by that and the mode; ``links`` are where the latter are served."""

    sources: Mapping[str, Path]
    published: Mapping[tuple[str, str], Path]
    links: Mapping[tuple[str, str], str]


@contextmanager
def demonstration(directory: Path) -> Iterator[Demonstration]:
    """Publish into ``directory``, serve that on loopback, fetch everything once, and keep serving."""
    sources = {name: directory / f"{name}.ics" for name in SAMPLES}
    for name, source in sources.items():
        source.write_bytes(sample.calendar(SAMPLES[name], NOW.date()))
    feeds = [(name, mode) for name in SAMPLES for mode in MODES]
    (directory / "feeds.yaml").write_text("feeds:\n" + "".join(_feed(*feed, sources[feed[0]]) for feed in feeds))
    public = directory / "public"
    words = ["--config", str(directory / "feeds.yaml"), "--to", str(public), "--state", str(directory / "state")]
    subprocess.run([*_CALSIEVE, "refresh", *words, "--now", NOW.isoformat()], check=True, stdout=subprocess.PIPE)
    paths = {feed: next(public.glob(f"*/{'-'.join(feed)}.ics")) for feed in feeds}
    with _served(public) as base:
        links = {feed: f"{base}/{path.relative_to(public)}" for feed, path in paths.items()}
        published = {feed: directory / f"{'-'.join(feed)}.ics" for feed in feeds}
        for feed, file in published.items():
            file.write_bytes(_fetched(links[feed]))
        yield Demonstration(sources, published, links)


def _feed(name: str, mode: str, source: Path) -> str:
    return f"  - {{name: {name}-{mode}, series: {mode}, sources: [{{name: it, url: '{source.as_uri()}'}}]}}\n"


@contextmanager
def _served(public: Path) -> Iterator[str]:
    command = [*_CALSIEVE, "serve", str(public), "--port", "0"]
    server = subprocess.Popen(command, stderr=subprocess.PIPE, text=True, env=os.environ | {"PYTHONUNBUFFERED": "1"})
    try:
        assert server.stderr
        yield server.stderr.readline().split(" at ")[1].split()[0]
    finally:
        server.terminate()
        server.communicate(timeout=10)


def _fetched(link: str) -> bytes:
    with urlopen(Request(link, headers={"Accept-Encoding": "gzip"}), timeout=10) as answer:
        assert answer.headers["Content-Encoding"] == "gzip"
        return gzip.decompress(answer.read())
