"""Views to make pages of, and a reader of pages."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from html.parser import HTMLParser
from typing import Any

from calsieve.models import HistoryEntry, Noteworthy, Report, Shown
from calsieve.pages.feed import feed_page
from calsieve.pages.view import PageView

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=UTC)  # a Wednesday, 22:40 in Berlin
BERLIN = "Europe/Berlin"
ADDRESS = "https://calendars.example.org/0123456789abcdef0123456789abcdef/family.ics"
REPORT = Report(
    bytes_in=1_300_000,
    bytes_out=45_000,
    events_in=2_024,
    events_out=94,
    timezone=BERLIN,
    window_start=datetime(2026, 10, 25, 23, tzinfo=UTC),
    window_end=datetime(2027, 11, 28, 23, tzinfo=UTC),
)
VIEW = PageView(
    title="Family",
    now=NOW,
    report=REPORT,
    published_at=NOW - timedelta(days=1),
    refresh_every=timedelta(hours=1),
    file="family.ics",
    address=ADDRESS,
)


def shown(start: str, end: str, summary: str = "Choir", **more: Any) -> Shown:
    """Return an occurrence; times are UTC, as ISO 8601 has them."""
    begins, ends = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (start, end))
    return Shown("u", "", begins, ends, more.pop("all_day", False), summary, **more)


def page(**changes: Any) -> Read:
    """Return the page of VIEW with these changes, read."""
    return Read(feed_page(replace(VIEW, **changes)))


def entry(ago: timedelta, kind: Noteworthy = Noteworthy.PUBLISHED, **more: Any) -> HistoryEntry:
    """Return what happened some time before NOW."""
    return HistoryEntry(at=NOW - ago, kind=kind, **more)


class Read(HTMLParser):
    """A page as a browser without a stylesheet has it: its text, tags, links and what scripts could hang on."""

    def __init__(self, body: bytes) -> None:
        super().__init__()
        self.body = body
        self.tags: list[str] = []
        self.links: dict[str, str] = {}
        self.labels: list[str] = []
        self.attributes: set[str] = set()
        self._pieces: list[str] = []
        self._link = ""
        self.feed(body.decode())
        self.close()

    @property
    def text(self) -> str:
        return " ".join("".join(self._pieces).translate({0x2068: None, 0x2069: None}).split())

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append(tag)
        self.attributes |= {name for name, _ in attrs}
        if tag == "a":
            self._link = dict(attrs)["href"] or ""
            self.links[self._link] = ""
        if tag == "input":
            self._pieces.append(dict(attrs)["value"] or "")

    def handle_endtag(self, tag: str) -> None:
        self.tags.append(f"/{tag}")
        if tag == "a":
            self.labels.append(self.links[self._link])
            self._link = ""

    def handle_data(self, data: str) -> None:
        self._pieces.append(data)
        if self._link:
            self.links[self._link] += data
