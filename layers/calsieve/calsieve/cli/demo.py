"""``calsieve demo``: the whole way on this machine, from a large calendar to a link for the phone."""

from __future__ import annotations

import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, closing, contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

import click

from calsieve.cli.options import now_option

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date, datetime
    from email.message import Message

    from calsieve.cli.webserver import Server
    from calsieve.cli.website import Answer
    from calsieve.models import Feed, Outcome
    from calsieve.wiring import Target

# The address is handed on in the environment: arguments are shown by ps, files stay behind.
_URL_VARIABLE = "CALSIEVE_URL"
_OWN_FEED = f"""\
feeds:
  - name: calendar
    title: Your calendar
    sources:
      - {{name: your-calendar, url: "env:{_URL_VARIABLE}"}}
"""
_SAMPLE_FEEDS = """\
feeds:
  - name: work
    title: Work
    colour: seagreen
    sources:
      - {{name: office, url: "{base}/work.ics"}}
  - name: holidays-and-family
    title: Holidays and family
    colour: coral
    sources:
      - {{name: holidays, url: "{base}/holidays.ics"}}
      - {{name: family, url: "{base}/family.ics"}}
"""
_PORT = click.IntRange(0, 65535)
_DIRECTORY = click.Path(file_okay=False, path_type=Path)


@click.command()
@click.option("--url", envvar=_URL_VARIABLE, help=f"Your calendar instead of a sample; better set {_URL_VARIABLE}.")
@click.option("--port", default=8787, show_default=True, type=_PORT, help="Where to serve; 0 takes a free one.")
@click.option("--dir", "directory", type=_DIRECTORY, help="Keep everything here.  [default: removed at the end]")
@click.option("--once", is_flag=True, help="Fetch the feeds once as a phone would, then end.")
@now_option
def demo(url: str | None, port: int, directory: Path | None, once: bool, now: datetime) -> None:
    """Trim a large sample, or your own calendar, and serve it here.

    Without --url a sample of 20,000 events and two smaller ones are made up and served on this machine.
    Nothing leaves it. With --url your calendar is fetched once; its address is printed nowhere.

    \b
    Examples:
      calsieve demo
      CALSIEVE_URL='webcal://calendar.example.org/private/basic.ics' calsieve demo
    """
    with ExitStack() as stack:
        root = directory or Path(stack.enter_context(tempfile.TemporaryDirectory(prefix="calsieve-demo-")))
        root.mkdir(mode=0o700, parents=True, exist_ok=True)
        server = _server(root / "public", port)
        text = _own(url) if url else _SAMPLE_FEEDS.format(base=stack.enter_context(_samples(now.date())))
        (root / "feeds.yaml").write_text(text)
        shown = _publish(root, server.base, now)
        if once:
            _look(server, shown)
        else:
            click.echo(f"\nOpen {server.base}/ in a browser. Ctrl-C ends the demonstration.")
            server.until_interrupted()


def _server(public: Path, port: int) -> Server:
    """Return a server for ``public`` at ``port``, or at a free one if that is taken."""
    from functools import partial

    from calsieve.cli.webserver import ListenError, open_server

    respond, log = partial(_respond, public), partial(click.echo, err=True)
    try:
        return open_server("127.0.0.1", port, respond, log)
    except ListenError as error:
        if not error.taken:
            raise
        click.echo(f"Another program uses port {port}; taking a free one.", err=True)
        return open_server("127.0.0.1", 0, respond, log)


def _respond(public: Path, method: str, target: str, headers: Mapping[str, str]) -> Answer:
    """Answer as ``calsieve serve`` does, but only who asks for this machine by a name that it has.

    The page shows secret addresses. A foreign web page could have its own name resolve to this machine
    (DNS rebinding) and read along.
    """
    from calsieve.cli import website

    if headers.get("Host", "").rpartition(":")[0] not in ("127.0.0.1", "localhost"):
        return website.plain(403, "This is for this machine only.")
    return website.answer(public, method, target, headers)


def _own(url: str) -> str:
    os.environ[_URL_VARIABLE] = url
    return _OWN_FEED


@contextmanager
def _samples(today: date) -> Iterator[str]:
    """Make the sample calendars and serve them; yield the address that they are under."""
    from calsieve.cli import sample, show, website
    from calsieve.cli.webserver import open_server

    makers: dict[str, Callable[[], bytes]] = {
        "/work.ics": lambda: sample.calendar(sample.WORK, today),
        "/family.ics": lambda: sample.calendar(sample.FAMILY, today),
        "/holidays.ics": lambda: sample.holidays(today),
    }
    with show.progress() as progress:
        bodies = {path: make() for path, make in progress.track(makers.items(), description="making sample calendars")}

    def respond(_method: str, target: str, _headers: Mapping[str, str]) -> website.Answer:
        body = bodies.get(target)
        if body is None:
            return website.plain(404, "There is no such sample.")
        return website.Answer(200, {"Content-Type": "text/calendar", "Content-Length": str(len(body))}, body)

    server = open_server("127.0.0.1", 0, respond, lambda _: None)
    with server.in_background():
        yield server.base


@dataclass(frozen=True, slots=True)
class _Shown:
    """A feed that was refreshed, and where it is served."""

    feed: Feed
    outcome: Outcome
    base: str

    @property
    def title(self) -> str:
        return self.feed.policy.title or self.feed.name

    @property
    def link(self) -> str:
        return f"{self.base}/{self.outcome.path}"

    @property
    def webcal(self) -> str:
        return self.link.replace("http://", "webcal://")


def _publish(root: Path, base: str, now: datetime) -> list[_Shown]:
    """Refresh the feeds in ``root`` and tell how that went. Ends the program if one failed."""
    from calsieve.cli import show
    from calsieve.cli.configuration import load
    from calsieve.cli.refresh import refresh_all
    from calsieve.models import Status
    from calsieve.wiring import target

    # What is remembered from an earlier demonstration would save the work that this one shows.
    shutil.rmtree(root / "state" / "feeds", ignore_errors=True)
    to = target(str(root / "public"), str(root / "state"), base=base)
    feeds = load([root / "feeds.yaml"]).feeds
    outcomes = refresh_all(feeds, to, now, dry_run=False)
    show.outcomes(outcomes)
    if any(outcome.status is Status.FAILED for outcome in outcomes):
        raise click.exceptions.Exit(1)
    shown = [_Shown(feed, outcome, base) for feed, outcome in zip(feeds, outcomes, strict=True)]
    click.echo()
    show.addresses(
        [show.Address(one.feed.name, one.feed.policy.title, one.webcal, one.outcome.report) for one in shown]
    )
    _make_page(to, shown)
    return shown


def _make_page(to: Target, shown: Sequence[_Shown]) -> None:
    from calsieve.models import Document
    from calsieve.pages.feeds import Card, feeds_page
    from calsieve.pages.rendering import CONTENT_TYPE
    from calsieve.paths import CALENDAR, PAGE

    cards = [
        Card(
            title=one.title,
            colour=one.feed.policy.colour,
            webcal=one.webcal,
            page=one.outcome.path.removesuffix(CALENDAR) + PAGE,
            report=one.outcome.report,
        )
        for one in shown
        if one.outcome.report
    ]
    page = Document(feeds_page(cards), CONTENT_TYPE, 0)
    to.publisher.write("index.html", page, replaces=to.publisher.read("index.html"))


def _look(server: Server, shown: Sequence[_Shown]) -> None:
    """Fetch each feed twice, as a phone does: whole, then only if it changed. Ends the program if that fails."""
    from calsieve.pages import figures

    with server.in_background():
        for one in shown:
            first = _get(one.link, {"Accept-Encoding": "gzip"})
            again = _get(one.link, {"Accept-Encoding": "gzip", "If-None-Match": first.headers["ETag"] or ""})
            coding, size = first.headers["Content-Encoding"], figures.size(len(first.body))
            click.echo(f"fetched {one.feed.name}: {first.status}, {coding}, {size}; again: {again.status}")
            if (first.status, coding, again.status) != (200, "gzip", 304):
                raise click.ClickException("the feed is not served as it should be")


class _Reply(NamedTuple):
    status: int
    headers: Message
    body: bytes


def _get(link: str, headers: Mapping[str, str]) -> _Reply:
    from http.client import HTTPConnection
    from urllib.parse import urlsplit

    parts = urlsplit(link)
    with closing(HTTPConnection(parts.netloc, timeout=10)) as connection:
        connection.request("GET", parts.path, headers=dict(headers))
        answer = connection.getresponse()
        return _Reply(answer.status, answer.headers, answer.read())
