"""A directory of pages as `calsieve refresh` leaves them: made-up calendars, the same at each run."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

from calsieve.cli import sample
from calsieve.core.agenda import agenda
from calsieve.core.clean import compose
from calsieve.core.read import read
from calsieve.core.screen import reach_of
from calsieve.models import Colour, Failing, HistoryEntry, Noteworthy, Policy, Report, Show, Shown
from calsieve.pages.diary import agenda_reach
from calsieve.pages.feed import feed_page
from calsieve.pages.feeds import Card, feeds_page
from calsieve.pages.operator import operator_page
from calsieve.pages.style import stylesheet
from calsieve.pages.view import FeedView, OperatorView, PageView, SourceView

NOW = datetime(2026, 11, 25, 21, 40, tzinfo=UTC)
EARLIER = NOW - timedelta(days=1, hours=7, minutes=35)
HOURLY = timedelta(hours=1)
SECRET = "042202d3cfbcf5cd2aa4dd9612b401e2"
ADDRESS = f"https://calendars.example.org/{SECRET}/{{}}.ics"
WORDS = "Zażółć gęślą jaźń "
HOSTILE = (
    "<script>document.title = 'taken'</script>",
    '"><img src=x onerror=alert(1)> {{ 7 * 7 }} {% raw %}',
    "javascript:alert(1)",
    "\u202eevil\u2066 \u200f שלום עולם مرحبا بالعالم",
    "Z" * 10_000,
    WORDS * 600,
    "Z̴̡̛̮͖͙̥̲̹͍̫̖̘͔̆̈́̍̃̔̌͗͐̈́̕͝a̷̧̨͎̜̘̣͓̖̟̯̗̅́l̵̢̛̗̙̠͈͈̲̈́̊̆̀̍̓̌͜g̶̨̛̣̻̰̻̘̃̊̐̀o̶̭̩͊",
    "null\0 bell\x07 \ud800 line\r\nbreak \u2028 end",
    "]]> --> </style></title></svg> &lt;b&gt; &amp;",
)


def publish(root: Path) -> None:
    """Write all pages and the stylesheet below ``root``."""
    there = root / SECRET
    there.mkdir(parents=True)
    (root / stylesheet().path).write_bytes(stylesheet().body)
    for name, view in feeds().items():
        (there / f"{name}.html").write_bytes(feed_page(view))
        (there / f"{name}.ics").write_bytes(b"BEGIN:VCALENDAR\r\nEND:VCALENDAR\r\n")
    (root / "index.html").write_bytes(feeds_page(cards()))
    for name, operator in operators().items():
        (there / f"{name}.html").write_bytes(operator_page(operator))


@cache
def feeds() -> dict[str, PageView]:
    """Return a view for each kind of page."""
    family = made("family", "Family and holidays", {"family": sample.FAMILY, "holidays": None})
    work = made("work", "Work", {"office": replace(sample.WORK, events=6_000)})
    return {
        "family": replace(family, colour=Colour("coral", "#ff7f50"), atom="family.atom"),
        "work": replace(
            work,
            colour=Colour("seagreen", "#2e8b57"),
            report=replace(work.report, cuts=("descriptions are cut to 200 characters", "events after 1 August 2027")),
            failing=(Failing("office", "office: it answered with an error (503)", EARLIER),),
        ),
        "busy": replace(
            family,
            title="Family, when busy",
            show=Show.BUSY,
            agenda=tuple(one._replace(summary="Busy", location="") for one in family.agenda),
            failing=(Failing("family", "family: it did not answer in time", EARLIER),),
        ),
        "hostile": replace(family, title=HOSTILE[0] + HOSTILE[3], agenda=tuple(hostile()), **troubled()),
        "empty": replace(family, title="Nothing yet", agenda=(), report=Report(timezone="UTC"), colour=None),
        "local": replace(family, address=f"http://192.168.1.20:8787/{SECRET}/local.ics", file="local.ics"),
        "nameless": replace(family, address=None, file="nameless.ics"),
        "ended": replace(family, ends=NOW + timedelta(days=30)),
    }


def cards() -> list[Card]:
    """Return what the demonstration's page shows."""
    shown = enumerate(feeds()[name] for name in ("work", "family"))
    return [Card(one.title, one.colour, f"webcal://h.example/{at}", f"{at}", one.report) for at, one in shown]


def made(name: str, title: str, sources: dict[str, sample.Sample | None]) -> PageView:
    """Return the view of a feed that the core makes of sample calendars; a source without one is the holidays."""
    policy = Policy(title=title, timezone="Europe/Berlin")
    today = NOW.date()
    bodies = [sample.calendar(one, today) if one else sample.holidays(today) for one in sources.values()]
    reach = reach_of(policy.window, NOW)
    calendars = [read(source, body, reach=reach) for source, body in zip(sources, bodies, strict=True)]
    cleaned = compose(calendars, policy, NOW)
    return PageView(
        title=title,
        now=NOW,
        report=cleaned.report,
        published_at=EARLIER,
        refresh_every=HOURLY,
        file=f"{name}.ics",
        address=ADDRESS.format(name),
        agenda=agenda(cleaned.body, *agenda_reach(NOW, "Europe/Berlin"), "Europe/Berlin"),
        sources=tuple(SourceView(source, EARLIER) for source in sources),
    )


def hostile() -> list[Shown]:
    """Return events that nobody should be able to make a page of."""
    begin = NOW.replace(hour=8, minute=0) + timedelta(days=1)
    return [
        Shown("u", "", begin + timedelta(hours=at), begin + timedelta(hours=at + 1), False, text, text, "TENTATIVE")
        for at, text in enumerate(HOSTILE)
    ]


def troubled() -> dict[str, object]:
    """Return sources and troubles with such names."""
    return {
        "sources": tuple(SourceView(text, None) for text in HOSTILE),
        "failing": tuple(Failing(text, text, EARLIER) for text in HOSTILE),
    }


def operators() -> dict[str, OperatorView]:
    """Return a view for each kind of operator's page."""
    some = (
        feed("family", ["Family and holidays", "Family, when busy"], Colour("coral", "#ff7f50"), _calm(9)),
        feed("work", ["Work"], Colour("seagreen", "#2e8b57"), [*_calm(30), *_broken()]),
        feed("rooms", ["Rooms"], None, [*_calm(4), *_broken(), entry(0.2, Noteworthy.RECOVERED)]),
        feed("new", ["Just added"], None, []),
    )
    names = (
        feed(text, [text] * 3, None, [entry(3, Noteworthy.FAILED, tuple(_failing()), HOSTILE)]) for text in HOSTILE
    )
    return {
        "operator": OperatorView(now=NOW, timezone="Europe/Berlin", feeds=some),
        "operator-left": OperatorView(now=NOW, timezone="UTC", feeds=some[:1], unconfigured=("old-club", "rooms-2024")),
        "operator-empty": OperatorView(now=NOW, timezone="UTC", feeds=()),
        "operator-hostile": OperatorView(now=NOW, timezone="UTC", feeds=tuple(names), unconfigured=tuple(HOSTILE)),
    }


def feed(name: str, titles: Sequence[str], colour: Colour | None, history: Sequence[HistoryEntry]) -> FeedView:
    """Return a feed of the operator's page."""
    files = tuple((title, f"../{SECRET}/family.html") for title in titles)
    return FeedView(name=name, files=files, refresh_every=HOURLY, colour=colour, history=tuple(history))


def entry(
    days: float, kind: Noteworthy, failing: tuple[Failing, ...] = (), problems: tuple[str, ...] = ()
) -> HistoryEntry:
    """Return what happened so many days ago."""
    counts = (
        {"bytes_in": 14_800_000, "bytes_out": 431_000 + int(days * 977), "events_in": 20_431, "events_out": 773}
        if kind is Noteworthy.PUBLISHED
        else {}
    )
    return HistoryEntry(at=NOW - timedelta(days=days), kind=kind, failing=failing, problems=problems, **counts)


def _calm(number: int) -> list[HistoryEntry]:
    return [entry(2.5 + 1.7 * at, Noteworthy.PUBLISHED) for at in reversed(range(number))]


def _broken() -> list[HistoryEntry]:
    return [entry(1.3, Noteworthy.FAILED, (Failing("office", "it answered with an error (503)", EARLIER),))]


def _failing() -> list[Failing]:
    return [Failing(text, text, EARLIER) for text in HOSTILE]
