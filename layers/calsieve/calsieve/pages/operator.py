"""The operator's page: all feeds, how each is, and what happened to it lately.

It carries the addresses of all feeds: it lies behind a secret path of its own, for the operator only.
"""

from __future__ import annotations

from datetime import datetime, tzinfo
from typing import TYPE_CHECKING, NamedTuple
from zoneinfo import ZoneInfo

from calsieve.models import Noteworthy
from calsieve.pages import figures, lately, picture, words
from calsieve.pages.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from markupsafe import Markup

    from calsieve.models import HistoryEntry
    from calsieve.pages.view import FeedView, OperatorView


class Row(NamedTuple):
    """One feed, in words and small pictures."""

    name: str
    mark: Markup
    files: tuple[tuple[str, str], ...]
    state: str
    bad: bool
    troubles: tuple[str, ...]
    facts: tuple[tuple[str, str], ...]
    strip: Markup
    strip_words: str
    history: tuple[lately.Happened, ...]


def operator_page(view: OperatorView) -> bytes:
    """Return the page as UTF-8 HTML; feeds in trouble come first. The same for the same view, always."""
    zone = ZoneInfo(view.timezone)
    rows = sorted((_row(feed, view.now, zone) for feed in view.feeds), key=lambda row: not row.bad)
    return rendered(
        "operator.html",
        view.root,
        None,
        title=words.name(view.title),
        summary=_summary(rows),
        rows=rows,
        unconfigured=tuple(map(words.name, view.unconfigured)),
        made=words.moment(view.now, zone),
        timezone=view.timezone,
        days=lately.DAYS,
    )


def _summary(rows: Sequence[Row]) -> str:
    bad, feeds = sum(row.bad for row in rows), words.count(len(rows), "feed")
    if not rows:
        return "No feeds yet."
    return f"{feeds}, {bad} in trouble." if bad else f"{feeds}, all in order."


def _row(feed: FeedView, now: datetime, zone: tzinfo) -> Row:
    last = feed.history[-1] if feed.history else None
    bad = last is not None and lately.is_bad(last)
    days = lately.days(feed.history, now, zone)
    return Row(
        name=words.name(feed.name),
        mark=picture.mark(feed.colour),
        files=tuple((words.name(title), address) for title, address in feed.files),
        state=_state(last),
        bad=bad,
        troubles=lately.troubles(last, zone) if last and bad else (),
        facts=tuple(_facts(feed, zone)),
        strip=picture.strip(days),
        strip_words=lately.in_words(days),
        history=tuple(lately.happened(entry, zone) for entry in reversed(feed.history)),
    )


def _state(last: HistoryEntry | None) -> str:
    if last is None:
        return "not refreshed so far"
    if not lately.is_bad(last):
        return "in order"
    return f"{words.count(len(last.failing), 'source')} failing" if last.failing else "failing"


def _facts(feed: FeedView, zone: tzinfo) -> list[tuple[str, str]]:
    changed = next((entry for entry in reversed(feed.history) if entry.kind is Noteworthy.PUBLISHED), None)
    renewed = ("Renewed", words.every(feed.refresh_every))
    if changed is None:
        return [renewed]
    return [
        ("Size", f"{figures.size(changed.bytes_out)}, was {figures.size(changed.bytes_in)}"),
        ("Events", f"{changed.events_out:,}, were {changed.events_in:,}"),
        ("Changed", words.moment(changed.at, zone)),
        renewed,
    ]
