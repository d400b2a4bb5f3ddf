"""Targets that look at a file: lint, the agenda, explanations, pages and news, and what went missing."""

from __future__ import annotations

from datetime import UTC, timedelta
from html.parser import HTMLParser
from itertools import islice
from xml.etree import ElementTree

from calsieve.core.agenda import agenda, shown_of
from calsieve.core.atom import atom
from calsieve.core.changes import changes
from calsieve.core.clean import timezone_of
from calsieve.core.coming import lost
from calsieve.core.inquiry.explanation import explained
from calsieve.core.inquiry.lookup import lookup
from calsieve.core.inquiry.parts import groups
from calsieve.core.lint import findings
from calsieve.core.notices import letter, noticed
from calsieve.core.read import Calendar, read
from calsieve.core.screen import reach_between
from calsieve.core.window import EARLIEST, LATEST, Window
from calsieve.errors import InvalidCalendar
from calsieve.models import Client, Level, Report, SeriesMode, Shown, Span
from calsieve.pages.feed import feed_page
from calsieve.pages.view import PageView, SourceView
from tests.core.kit import NOW, cleaned
from tests.fuzz.drawing import opened, sources

SECRET = "QXSECRET"
_YEAR = timedelta(days=366)


def lint(data: bytes) -> None:
    """Lint takes any bytes, tells nothing of them, says to each client what it says to all; ours has no errors."""
    found = findings(data)
    assert all(0 <= finding.line <= data.count(b"\n") + data.count(b"\r") + 1 for finding in found)
    assert not [finding for finding in found if SECRET in finding.message or not finding.message.isprintable()]
    for client in Client:
        for_it = {(finding.rule, finding.line) for finding in findings(data, [client])}
        assert for_it <= {(finding.rule, finding.line) for finding in found}
    try:
        published = cleaned(data).body
    except InvalidCalendar:
        return
    assert not [finding.rule for finding in findings(published) if finding.level is Level.ERROR]


def agendas(data: bytes) -> None:
    """Two halves of an agenda are the whole; that a series was trimmed is no change of the calendar."""
    draw, body = opened(data)
    policy = draw.policy()._replace(timezone=draw.of(("UTC", "Europe/Berlin", "Pacific/Apia")))
    try:
        kept = cleaned(body, policy=policy._replace(series=SeriesMode.KEEP))
    except InvalidCalendar:
        return
    zone = kept.report.timezone
    start = max(kept.report.window_start or EARLIEST, NOW - _YEAR)
    end = min(kept.report.window_end or LATEST, NOW + _YEAR)
    middle = min(max(start + timedelta(days=draw.of(range(60))), start), end)
    whole = agenda(kept.body, start, end, zone)
    assert {*agenda(kept.body, start, middle, zone), *agenda(kept.body, middle, end, zone)} == {*whole}
    other = cleaned(body, policy=policy)
    if not (kept.report.kept_whole or other.report.kept_whole):
        sure = [one for one in whole if one.sure]
        told = changes(sure, [one for one in agenda(other.body, start, end, zone) if one.sure])
        assert not [change for change in told if len(sure) == len(whole)]


def explanations(data: bytes) -> None:
    """What became of any event is told in sentences, and of what is published something is said to be there."""
    draw, rest = opened(data)
    policy = draw.view(draw.ruled(draw.policy()))
    try:
        calendars = [read(name, body) for name, body in zip(("one", "two"), sources(rest, 2), strict=False)]
    except InvalidCalendar:
        return
    policy = policy._replace(timezone=policy.timezone or timezone_of(calendars))
    asked = [group[0].uid for calendar in calendars for group in groups(calendar)]
    for uid in islice(dict.fromkeys(filter(None, asked)), 3):
        matches = lookup(calendars, policy, NOW, uid)
        assert matches, uid
        for match in matches[:2]:
            said = explained(match, calendars, policy, NOW).said
            assert said[0].about == "source"
            assert said[-1].about == "outcome"
            assert all(one.text for one in said)


def pages(data: bytes) -> None:
    """Whatever titles, places and names say, page, news and mail have the structure that plain ones give them."""
    lines = data.decode("utf-8", "replace").split("\n")
    title, other, place, name = (lines + ["a"] * 4)[:4]
    found, plain = _made(title, other, place, name, _previous(data)), _made("a", "b", "c", "d", None)
    assert _structure(found[0]) == _structure(plain[0])
    assert _tags(found[1]) == _tags(plain[1])
    assert found[2].isprintable()


def losses(data: bytes) -> None:
    """What is lost is what the agenda lacks: nothing of the same calendar, all of one that is empty."""
    _, rest = opened(data)
    bodies = [*sources(rest, 2), b"BEGIN:VCALENDAR\nEND:VCALENDAR\n"]
    window, reach = Window(NOW, NOW + _YEAR, UTC), reach_between(NOW, NOW + _YEAR)
    try:
        old, new = (read("", body, reach=reach) for body in bodies[:2])
    except InvalidCalendar:
        return
    assert lost(old, old, window, "UTC", least=1) is None
    found = lost(old, new, window, "UTC", least=1)
    before, after = _uids(old, window), _uids(new, window)
    if found:
        assert found.before >= len(before)
        assert before - after <= found.gone | {event.uid for event in new.events}
    if not new.events and before:
        assert found


def _uids(calendar: Calendar, window: Window) -> set[str]:
    return {one.uid for one in shown_of(calendar, window, "UTC")[0] if one.sure}


def _previous(data: bytes) -> bytes | None:
    """Return a news file with one entry of such a title, or none."""
    return _news(data.decode("utf-8", "replace")[:200], "x", "y", None)[0] if data[:1] > b"A" else None


def _made(title: str, other: str, place: str, name: str, previous: bytes | None) -> tuple[bytes, bytes, str]:
    """Return page, news and subject of a mail about what is called so."""
    shown = _shown(title, place, 1)
    view = PageView(
        title=name or "a",
        now=NOW,
        report=Report(timezone="Europe/Berlin", events_out=1),
        published_at=NOW,
        refresh_every=timedelta(hours=1),
        file="a.ics",
        address="https://example.org/0/a.ics",
        agenda=(shown, _shown(other, "", 2)),
        sources=(SourceView("one", NOW),),
    )
    news, subject = _news(title, other, place, previous, name)
    return feed_page(view), news, subject


def _news(title: str, other: str, place: str, previous: bytes | None, name: str = "a") -> tuple[bytes, str]:
    told = changes([_shown(other, "p", 1)], [_shown(title, place, 1), _shown(title, place, 3)])
    notices = noticed(told, ahead=Span(days=60), timezone="Europe/Berlin", now=NOW, since="0")
    subject, _ = letter(name, notices, "Europe/Berlin")
    return atom(name, notices, previous, path="0/a.ics", now=NOW, page=True), subject


def _shown(title: str, place: str, days: int) -> Shown:
    start = NOW + timedelta(days=days)
    return Shown(f"uid-{days}", "", start, start + timedelta(hours=1), False, title, place)


class _Structure(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, tuple[str, ...]]] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, tuple(name for name, _ in attrs)))


def _structure(page: bytes) -> list[tuple[str, tuple[str, ...]]]:
    parser = _Structure()
    parser.feed(page.decode())
    parser.close()
    # Whether there is a place, or a title at all, shows.
    return sorted({*parser.found})


def _tags(news: bytes) -> set[str]:
    return {element.tag for element in ElementTree.fromstring(news).iter()}
