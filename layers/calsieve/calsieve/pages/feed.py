"""The page beside a published calendar: how to subscribe, what is coming, and how fresh and small it is.

It carries the calendar's secret address and lies under it: whoever can read the one can read the other. It tells no
more than the file does, but for the names and troubles of sources and what was trimmed away, and not even that where
the file shows less than everything (`Show`).
"""

from __future__ import annotations

from datetime import date, datetime, timedelta, tzinfo
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from calsieve.models import Show
from calsieve.pages import diary, figures, fullness, picture, subscribe, words
from calsieve.pages.rendering import rendered

if TYPE_CHECKING:
    from collections.abc import Sequence

    from calsieve.models import Failing, Report
    from calsieve.pages.diary import Day
    from calsieve.pages.view import PageView

_OPEN = timedelta(weeks=2)  # of the agenda; what comes later is folded away
_STANDS_IN = "What it said last is shown."

Fact = tuple[str, "Sequence[str]"]


def feed_page(view: PageView) -> bytes:
    """Return the page as UTF-8 HTML, for the directory that the file is in. The same for the same view, always."""
    zone = ZoneInfo(view.report.timezone)
    today = view.now.astimezone(zone).date()
    title = words.name(view.title)
    links = subscribe.subscription(view.address, title) if view.address and not view.ends else None
    return rendered(
        "feed.html",
        "..",
        view.colour,
        title=title,
        lead=_lead(view.report),
        page=view,
        links=links,
        by_hand=subscribe.GOOGLE_BY_HAND,
        qr=picture.qr_code(links.webcal) if links else "",
        troubles=_troubles(view, zone),
        ends=words.moment(view.ends, zone) if view.ends else "",
        facts=_facts(view, zone),
        made=words.moment(view.now, zone),
        **_weeks(view, today, zone),
    )


def _lead(report: Report) -> str:
    events = words.count(report.events_out, "event")
    limited = report.window_start or report.window_end
    return f"{events[0].upper()}{events[1:]}{f', {figures.window(report)}' if limited else ''}"


def _weeks(view: PageView, today: date, zone: tzinfo) -> dict[str, object]:
    """Return what the page shows of the coming weeks."""
    monday = diary.monday_of(today)
    end = monday + timedelta(weeks=diary.WEEKS)
    days = diary.days(view.agenda, today, end, zone)
    later = [day for day in days if day.date >= today + _OPEN]
    weeks = fullness.weeks(view.agenda, monday, diary.WEEKS, zone)
    return {
        "soon": [day for day in days if day.date < today + _OPEN],
        "later": later,
        "later_words": _later_words(later, end),
        "more": diary.left_over(view.agenda, today, end, zone),
        "weeks": weeks,
        "calendar": picture.calendar(weeks, today),
    }


def _later_words(later: Sequence[Day], end: date) -> str:
    number = sum(len(day.entries) for day in later)
    return f"{words.count(number, 'more event')} until {words.long_day(end - timedelta(days=1))}"


def _troubles(view: PageView, zone: tzinfo) -> list[str]:
    if view.show is Show.FULL:
        known = {source.name for source in view.sources if source.since}
        return [_trouble(failing, known, zone) for failing in view.failing]
    if not view.failing:
        return []
    since = words.moment(min(failing.since for failing in view.failing), zone)
    what = "has lost much" if all(failing.until for failing in view.failing) else "has not been readable"
    return [f"A calendar behind this one {what} since {since}. {_STANDS_IN}"]


def _trouble(failing: Failing, known: set[str], zone: tzinfo) -> str:
    source, since, why = words.failure(failing, zone)
    if failing.until:
        return f"{source}: {why}."
    shown = _STANDS_IN if failing.source in known else "Its events are missing."
    return f"{source} has not been readable since {since}: {why}. {shown}"


def _facts(view: PageView, zone: tzinfo) -> list[Fact]:
    """Return what there is to know about the file: names, and one or more lines each."""
    report, full = view.report, view.show is Show.FULL
    size, events = figures.size(report.bytes_out), f"{report.events_out:,}"
    facts: list[Fact] = [
        ("Size", [f"{size}, was {figures.size(report.bytes_in)}" if full else size]),
        ("Events", [f"{events}, were {report.events_in:,}" if full else events]),
        ("Shows", [figures.window(report)]),
        ("Time zone", [report.timezone]),
        ("Changed", [words.moment(view.published_at, zone)]),
        ("Renewed", [words.every(view.refresh_every)]),
    ]
    if full and view.sources:
        facts.append(("Made of", [_source(name, since, zone) for name, since in view.sources]))
    if report.cuts:
        facts.append(("Left out", [words.name(cut, 300) for cut in report.cuts]))
    return facts


def _source(name: str, since: datetime | None, zone: tzinfo) -> str:
    said = f"as of {since.astimezone(zone):%-d %b %Y}" if since else "not read so far"
    return f"{words.isolated(words.name(name))}, {said}"
