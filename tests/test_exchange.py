"""Several Exchange servers in one feed: from feeds.yaml to the published file, with what Outlook does on the way."""

from __future__ import annotations

import re
import socket
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
import recurring_ical_events
from icalendar import Calendar

from calsieve import config, wiring
from calsieve.adapters import graph
from calsieve.models import Outcome, Status
from tests.adapters.graph_server import USER, GraphServer, event, occurrence
from tests.adapters.oauth_server import CLIENT_ID, CLIENT_SECRET, AuthorizationServer
from tests.adapters.upstream_server import UpstreamServer, answer
from tests.published import assert_published

NOW = datetime(2026, 5, 13, 12, tzinfo=UTC)
SPRING = (datetime(2026, 5, 1, tzinfo=UTC), datetime(2026, 6, 1, tzinfo=UTC))
HOME = ZoneInfo("Europe/Berlin")
BROWSER = "Mozilla/5.0 (Linux) Chrome/139"
EMPTY = (
    b"BEGIN:VCALENDAR\r\nMETHOD:PUBLISH\r\nPRODID:Microsoft Exchange Server 2010\r\nVERSION:2.0\r\nEND:VCALENDAR\r\n"
)

HEAD = """\
BEGIN:VCALENDAR
METHOD:PUBLISH
PRODID:Microsoft Exchange Server 2010
VERSION:2.0
X-WR-CALNAME:Calendar
"""
BERLIN = """\
BEGIN:VTIMEZONE
TZID:W. Europe Standard Time
BEGIN:STANDARD
DTSTART:16010101T030000
TZOFFSETFROM:+0200
TZOFFSETTO:+0100
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=10
END:STANDARD
BEGIN:DAYLIGHT
DTSTART:16010101T020000
TZOFFSETFROM:+0100
TZOFFSETTO:+0200
RRULE:FREQ=YEARLY;INTERVAL=1;BYDAY=-1SU;BYMONTH=3
END:DAYLIGHT
END:VTIMEZONE
"""
# Three hours ahead of UTC in winter, four in summer, under a name that says nothing: those rules count.
CUSTOM = (
    BERLIN.replace("W. Europe Standard Time", "tzone://Microsoft/Custom")
    .replace("+0200", "+0400")
    .replace("+0100", "+0300")
)


def vevent(uid: str, title: str, when: str, *more: str) -> str:
    return "\n".join(["BEGIN:VEVENT", f"UID:{uid}", f"SUMMARY:{title}", when, *more, "END:VEVENT", ""])


def bytes_of(*parts: str) -> bytes:
    return "".join(parts).replace("\n", "\r\n").encode()


ALL_HANDS = vevent("040000all", "All hands", "DTSTART:20260520T130000Z", "DTEND:20260520T140000Z")
# Windows zones; a changed occurrence by its UTC time; the master twice, the newer one counts.
BERLIN_OFFICE = bytes_of(
    HEAD,
    BERLIN,
    vevent(
        "040000jf",
        "Jour fixe, old",
        "DTSTART;TZID=W. Europe Standard Time:20250106T090000",
        "DTEND;TZID=W. Europe Standard Time:20250106T093000",
        "RRULE:FREQ=WEEKLY;BYDAY=MO",
        "SEQUENCE:1",
    ),
    vevent(
        "040000jf",
        "Jour fixe",
        "DTSTART;TZID=W. Europe Standard Time:20250106T100000",
        "DTEND;TZID=W. Europe Standard Time:20250106T103000",
        "RRULE:FREQ=WEEKLY;UNTIL=20260629T080000Z;INTERVAL=1;BYDAY=MO;WKST=MO",
        "EXDATE;TZID=W. Europe Standard Time:20260504T100000",
        "SEQUENCE:2",
    ),
    vevent(
        "040000jf",
        "Jour fixe in the afternoon",
        "DTSTART;TZID=W. Europe Standard Time:20260518T150000",
        "DTEND;TZID=W. Europe Standard Time:20260518T153000",
        "RECURRENCE-ID:20260518T080000Z",
        "SEQUENCE:2",
    ),
    ALL_HANDS,
    "END:VCALENDAR\n",
)
# No VTIMEZONE for the zone in use; the same meeting as in Berlin; the END of the file is missing.
SEATTLE_OFFICE = bytes_of(
    HEAD,
    vevent(
        "040000sea",
        "Release",
        "DTSTART;TZID=Pacific Standard Time:20260521T090000",
        "DTEND;TZID=Pacific Standard Time:20260521T100000",
        "X-MICROSOFT-CDO-BUSYSTATUS:OOF",
    ),
    ALL_HANDS,
    vevent("040000old", "Long ago", "DTSTART:20190520T130000Z", "DTEND:20190520T140000Z"),
)
# A zone of its own under a name that says nothing; cancelled; whole days in the wrong form; an empty TZID.
DUBAI_OFFICE = bytes_of(
    HEAD,
    CUSTOM,
    vevent(
        "040000dxb",
        "Canceled: Site visit",
        'DTSTART;TZID="tzone://Microsoft/Custom":20260522T100000',
        'DTEND;TZID="tzone://Microsoft/Custom":20260522T110000',
    ),
    vevent("040000day", "Holiday", "DTSTART;VALUE=DATE:20260525", "DTEND;VALUE=DATE:20260525"),
    vevent("040000tz", "Without a zone", "DTSTART;TZID=:20260526T100000", "DTEND;TZID=:20260526T110000"),
    "END:VCALENDAR\n",
)
SHOWN = [
    ("2026-05-11T08:00+00:00", "Jour fixe"),
    ("2026-05-18T13:00+00:00", "Jour fixe in the afternoon"),
    ("2026-05-20T13:00+00:00", "All hands"),
    ("2026-05-21T16:00+00:00", "Release"),
    ("2026-05-22T06:00+00:00", "Canceled: Site visit"),
    ("2026-05-25", "Holiday"),
    ("2026-05-25T08:00+00:00", "Jour fixe"),
    ("2026-05-26T08:00+00:00", "Without a zone"),
]


class Exchange:
    """Servers that publish one calendar each; what they answer can be changed between two refreshes."""

    def __init__(self, stack: ExitStack, tmp_path: Path, *, picky: bool = False) -> None:
        self.bodies = [BERLIN_OFFICE, SEATTLE_OFFICE, DUBAI_OFFICE]
        self.picky = picky
        self.servers: list[UpstreamServer] = []
        for at in range(3):
            self.servers.append(stack.enter_context(UpstreamServer(self._answering(at))))
        self._folder = tmp_path

    def _answering(self, at: int) -> Callable[[socket.socket], None]:
        def reply(connection: socket.socket) -> None:
            asked = self.servers[at].asked[-1]
            body = self.bodies[at]
            if self.picky and "Chrome" not in asked.headers["user-agent"]:
                there = "/owa/auth" if asked.target != "/owa/auth" else "/owa/calendar/x/calendar.ics"
                connection.sendall(answer(302, Location=there))
            else:
                connection.sendall(answer(200, body, Content_Type="text/calendar; charset=utf-8"))

        return reply

    def refreshed(self, user_agent: str | None = None) -> tuple[Outcome, bytes]:
        sources = "".join(
            f"      - name: office-{at}\n        url: {server.url('/owa/calendar/x/calendar.ics')}\n"
            + (f"        user_agent: {user_agent}\n" if user_agent else "")
            for at, server in enumerate(self.servers, 1)
        )
        text = f"feeds:\n  - name: offices\n    timezone: Europe/Berlin\n    sources:\n{sources}"
        (feed,) = config.load(text).feeds
        public = self._folder / "public"
        target = wiring.target(str(public), environ={"HOME": str(self._folder)})
        outcome = target.refresh(feed, NOW)
        published = public / outcome.path
        return outcome, published.read_bytes() if published.exists() else b""


@pytest.fixture
def exchange(tmp_path: Path) -> Iterator[Exchange]:
    with ExitStack() as stack:
        yield Exchange(stack, tmp_path)


@pytest.fixture
def picky(tmp_path: Path) -> Iterator[Exchange]:
    with ExitStack() as stack:
        yield Exchange(stack, tmp_path, picky=True)


def shown(body: bytes) -> list[tuple[str, str]]:
    """Return when and what a published file shows in May, as a foreign reader expands it.

    Without X-WR-TIMEZONE, by which that reader replaces zones that IANA does not know.
    """
    calendar = Calendar.from_ical(re.sub(rb"X-WR-TIMEZONE:.*\r\n", b"", body))
    found = recurring_ical_events.of(calendar).between(*SPRING)
    return sorted((_when(one["DTSTART"].dt), str(one["SUMMARY"])) for one in found)


def _when(start: object) -> str:
    if isinstance(start, datetime):
        return (start if start.tzinfo else start.replace(tzinfo=HOME)).astimezone(UTC).isoformat(timespec="minutes")
    return str(start)


def test_calendars_of_several_servers_become_one_feed(exchange: Exchange) -> None:
    outcome, body = exchange.refreshed()
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert_published(body)
    assert shown(body) == SHOWN
    assert b"Long ago" not in body


def test_a_meeting_in_two_calendars_is_published_once(exchange: Exchange) -> None:
    outcome, body = exchange.refreshed()
    assert body.count(b"SUMMARY:All hands") == 1
    assert outcome.report
    assert outcome.report.repairs["series_in_two_sources"] == 1


def test_an_office_that_wants_a_browser_gets_one(picky: Exchange) -> None:
    outcome, body = picky.refreshed(BROWSER)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert shown(body) == SHOWN


def test_an_honest_name_is_sent_off_and_that_is_said(picky: Exchange) -> None:
    outcome, body = picky.refreshed()
    assert (outcome.status, body) == (Status.FAILED, b"")
    assert [problem.partition(",")[0] for problem in outcome.problems] == [
        f"office-{at}: redirects in a circle" for at in (1, 2, 3)
    ]


def test_an_office_that_comes_back_empty_keeps_its_last_good_calendar(exchange: Exchange) -> None:
    exchange.refreshed()
    exchange.bodies[1] = bytes_of(HEAD, "END:VCALENDAR\n")
    exchange.bodies[0] = BERLIN_OFFICE.replace(b"SUMMARY:All hands", b"SUMMARY:All hands, moved")
    outcome, body = exchange.refreshed()
    assert "office-2: it came back empty" in outcome.problems[0]
    assert ("2026-05-21T16:00+00:00", "Release") in shown(body)


# ── and by Microsoft Graph ──


@pytest.fixture
def mailbox(monkeypatch: pytest.MonkeyPatch) -> Iterator[GraphServer]:
    """Have a mailbox in Microsoft's place."""
    with AuthorizationServer() as sign_in, GraphServer(sign_in) as running:
        monkeypatch.setattr(
            "calsieve.adapters.graph.GraphFetcher",
            lambda *given: graph.fetcher.GraphFetcher(
                *given, now=lambda: NOW, graph=running.base, sign_in=sign_in.base
            ),
        )
        yield running


def refreshed_mailbox(folder: Path) -> tuple[Outcome, bytes]:
    text = (
        "feeds:\n  - name: jane\n    timezone: Europe/Berlin\n    sources:\n"
        f"      - graph: {USER}\n        tenant: contoso.example\n"
        f"        client_id: {CLIENT_ID}\n        client_secret: {CLIENT_SECRET}\n"
    )
    (feed,) = config.load(text).feeds
    outcome = wiring.target(str(folder / "public"), environ={"HOME": str(folder)}).refresh(feed, NOW)
    return outcome, (folder / "public" / outcome.path).read_bytes()


def test_a_mailbox_is_published_and_asked_once_if_nothing_changes(mailbox: GraphServer, tmp_path: Path) -> None:
    standup = event("S", "2026-05-04T09:00", "2026-05-04T09:15", "Stand-up", type="seriesMaster")
    days = [occurrence(standup, f"2026-05-{day:02}") for day in (4, 5, 6)]
    mailbox.events += [standup, *days, event("H", "2026-05-25T00:00", "2026-05-26T00:00", "Holiday", isAllDay=True)]
    outcome, body = refreshed_mailbox(tmp_path)
    assert (outcome.status, outcome.problems) == (Status.PUBLISHED, ())
    assert_published(body)
    assert shown(body) == [
        ("2026-05-04T09:00+00:00", "Stand-up"),
        ("2026-05-05T09:00+00:00", "Stand-up"),
        ("2026-05-06T09:00+00:00", "Stand-up"),
        ("2026-05-25", "Holiday"),
    ]
    assert outcome.report
    assert dict(outcome.report.repairs) == {}

    mailbox.asked.clear()
    assert refreshed_mailbox(tmp_path)[0].status is Status.UNCHANGED
    assert len(mailbox.asked) == 1

    mailbox.events.remove(days[1])
    mailbox.changes += [standup, days[0], days[2]]
    assert ("2026-05-05T09:00+00:00", "Stand-up") not in shown(refreshed_mailbox(tmp_path)[1])


def test_a_change_far_away_publishes_nothing_and_is_told_once(mailbox: GraphServer, tmp_path: Path) -> None:
    mailbox.events.append(event("E", "2026-05-25T08:00", "2026-05-25T09:00", "Visit"))
    refreshed_mailbox(tmp_path)
    mailbox.changes.append({"id": "AAMkADfar", "@removed": {"reason": "deleted"}})
    assert refreshed_mailbox(tmp_path)[0].status is Status.UNCHANGED
    mailbox.changes.clear()  # what the new link tells
    mailbox.asked.clear()
    assert refreshed_mailbox(tmp_path)[0].status is Status.UNCHANGED
    assert len(mailbox.asked) == 1
