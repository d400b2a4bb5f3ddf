"""One static page that shows feeds: before and after, and the link that subscribes a phone.

No script, nothing from elsewhere. It carries the feeds' secret addresses: show it to their owner only.
"""

from __future__ import annotations

from dataclasses import dataclass
from html import escape
from string import Template
from typing import TYPE_CHECKING

from calsieve.pages import figures

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Report

CONTENT_TYPE = "text/html; charset=utf-8"


@dataclass(frozen=True, slots=True)
class Card:
    """What the page says of one feed; ``webcal`` and ``link`` are its whole addresses."""

    title: str
    colour: str  # like #0a7d6c
    webcal: str
    link: str
    report: Report


def feeds_page(cards: Sequence[Card]) -> bytes:
    """Return the page as UTF-8 HTML. All text is escaped."""
    return _PAGE.substitute(cards="\n".join(map(_card, cards)), style=_STYLE).encode()


def _card(card: Card) -> str:
    report = card.report
    share = 100 * report.bytes_out / max(report.bytes_in, 1)
    return _CARD.substitute(
        title=escape(card.title),
        colour=escape(card.colour),
        webcal=escape(card.webcal),
        link=escape(card.link),
        bytes_in=figures.size(report.bytes_in),
        bytes_out=figures.size(report.bytes_out),
        events_in=f"{report.events_in:,}",
        events_out=f"{report.events_out:,}",
        window=escape(figures.window(report)),
        zone=escape(report.timezone),
        share=f"{min(share, 100):.1f}",
        percent=f"{share:.1f} %" if share < 10 else f"{share:.0f} %",
    )


_PAGE = Template("""<!doctype html>
<html lang="en">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">
<link rel="icon" href="data:,">
<meta name="color-scheme" content="light dark">
<title>Your trimmed calendars</title>
<style>$style</style>
</head>
<body>
<main>
<h1>Your trimmed calendars</h1>
<p class="lead">Small enough for a phone: the recent weeks and what is to come.</p>
$cards
<p class="note">Each address is a secret: whoever has it can read that calendar.</p>
</main>
</body>
</html>
""")
_CARD = Template("""<article style="--tint: $colour">
<h2>$title</h2>
<dl>
<div><dt>Before</dt><dd><b>$bytes_in</b><span>$events_in events</span></dd></div>
<div class="after"><dt>After</dt><dd><b>$bytes_out</b><span>$events_out events</span></dd></div>
</dl>
<div class="bar" role="img" aria-label="$percent of the size before"><i style="width: $share%"></i></div>
<p class="window">$window<span>$zone</span></p>
<a class="subscribe" href="$webcal">Subscribe<span class="hidden"> to $title</span></a>
<details>
<summary>Address for other apps</summary>
<p class="address"><a href="$link">$link</a></p>
</details>
</article>""")
_STYLE = """
:root { --back: #f5f4f0; --card: #fff; --text: #1c1b19; --soft: #5f5c56; --line: #dfdcd4;
  --go: #0b6655; --on-go: #fff }
@media (prefers-color-scheme: dark) {
  :root { --back: #151513; --card: #201f1c; --text: #efede8; --soft: #aaa69d; --line: #3a3833;
    --go: #5fd0b5; --on-go: #06241d }
}
* { box-sizing: border-box }
body { margin: 0; background: var(--back); color: var(--text); font: 1rem/1.5 system-ui, sans-serif }
main { max-width: 60rem; margin: 0 auto; padding: 1.5rem 1rem 3rem; display: grid; gap: 1rem }
h1 { font-size: 1.6rem; line-height: 1.2; margin: 0 }
.lead { margin: 0; color: var(--soft) }
article { background: var(--card); border: 1px solid var(--line); border-top: .35rem solid var(--tint);
  border-radius: .75rem; padding: 1.25rem }
h2 { font-size: 1.2rem; margin: 0 0 .75rem; overflow-wrap: anywhere }
dl { display: grid; grid-template-columns: 1fr 1fr; gap: 1rem; margin: 0 }
dt { font-size: .875rem; color: var(--soft) }
dd { margin: 0 }
dd b { display: block; font-size: 1.5rem; line-height: 1.2; font-variant-numeric: tabular-nums }
dd span { color: var(--soft); font-variant-numeric: tabular-nums }
.after b { color: var(--go) }
.bar { height: .5rem; margin: 1rem 0; border-radius: .25rem; background: var(--line); overflow: hidden }
.bar i { display: block; height: 100%; min-width: .25rem; background: var(--go) }
.window { margin: 0 0 1rem; display: flex; flex-wrap: wrap; gap: 0 .75rem }
.window span { color: var(--soft) }
.subscribe { display: block; text-align: center; padding: .75rem 1rem; border-radius: .5rem; font-weight: 600;
  background: var(--go); color: var(--on-go); text-decoration: none }
.subscribe:hover { text-decoration: underline }
a:focus-visible, summary:focus-visible { outline: .2rem solid var(--go); outline-offset: .2rem }
details { margin-top: .75rem }
summary { color: var(--soft); cursor: pointer; padding: .5rem 0 }
.address { margin: 0; overflow-wrap: anywhere; font-family: ui-monospace, monospace; font-size: .875rem }
.address a { color: inherit }
.note { margin: 0; color: var(--soft); font-size: .875rem }
.hidden { position: absolute; width: 1px; height: 1px; overflow: hidden; clip-path: inset(50%) }
@media (min-width: 44rem) {
  main { grid-template-columns: repeat(auto-fit, minmax(20rem, 1fr)); padding-top: 3rem; gap: 1.25rem }
  h1, .lead, .note { grid-column: 1 / -1 }
}
"""
