"""The page of the demonstration: each calendar before and after, with links to subscribe and to its own page.

It carries the feeds' secret addresses: show it to their owner only.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from calsieve.pages import figures, picture, words
from calsieve.pages.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Colour, Report


@dataclass(frozen=True, slots=True)
class Card:
    """What the page says of one feed; ``webcal`` is its whole address, ``page`` that of its page, maybe relative."""

    title: str
    colour: Colour | None
    webcal: str = field(repr=False)
    page: str = field(repr=False)
    report: Report


def feeds_page(cards: Sequence[Card]) -> bytes:
    """Return the page as UTF-8 HTML, for the directory that the stylesheet is in."""
    return rendered("feeds.html", ".", None, title="Your trimmed calendars", cards=[_card(card) for card in cards])


def _card(card: Card) -> dict[str, object]:
    report = card.report
    share = 100 * report.bytes_out / max(report.bytes_in, 1)
    return {
        "title": words.name(card.title),
        "mark": picture.mark(card.colour),
        "webcal": card.webcal,
        "page": card.page,
        "window": f"{figures.window(report)}, {report.timezone}",
        "before": (figures.size(report.bytes_in), words.count(report.events_in, "event")),
        "after": (figures.size(report.bytes_out), words.count(report.events_out, "event")),
        "share": f"{share:.1f} %" if share < 10 else f"{share:.0f} %",
        "bar": picture.bar(share / 100),
    }
